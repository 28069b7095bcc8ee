// Decides where the copy of a person's data goes: through the system's picker, straight from memory. What is in it is the
// core's.
import Foundation
import Observation
import TrakKit

/// The copy of all of a person's data.
@MainActor @Observable public final class CopyModel {
    /// Why there is no copy.
    public enum Trouble: Equatable {
        case core(QueryError)
        case files
    }

    public private(set) var working = false
    public private(set) var trouble: Trouble?
    /// The name of the file saved last.
    public private(set) var saved: String?

    @ObservationIgnored private let core: Trak
    @ObservationIgnored private let platform: Platform

    init(core: Trak, platform: Platform) {
        (self.core, self.platform) = (core, platform)
    }

    /// Puts it together, which takes minutes where a track is long, and saves it where the person chooses.
    public func save() async {
        guard !working else { return }
        working = true
        defer { working = false }
        (trouble, saved) = (nil, nil)
        switch await answered({ try await self.core.copyOfMyData() }) {
        case .success(let copy): await save(copy)
        case .failure(let error): trouble = .core(error)
        }
    }

    private func save(_ copy: Data) async {
        let name = "my-data.zip"
        do {
            if try await platform.files.save(copy, named: name) { saved = name }
        } catch {
            trouble = .files
        }
    }
}
