// The system's seams under the test's control.
import Foundation
import Observation
import TrakKit

@testable import TrakModel

/// A key store in memory that can be locked or lose everything. The core calls it from its own threads.
final class FakeSecrets: SecretStore, @unchecked Sendable {
    private let lock = NSLock()
    private var kept: [String: Data] = [:]
    private var locked = false

    func load(name: String) throws -> Data? { try open { $0[name] } }
    func save(name: String, value: Data) throws { try open { $0[name] = value } }
    func remove(name: String) throws { try open { $0[name] = nil } }

    func setLocked(_ locked: Bool) { lock.withLock { self.locked = locked } }
    /// Loses the keys of the caches and keeps the rest, as a keychain restored from a backup does.
    func loseCacheKeys() { lock.withLock { kept = kept.filter { $0.value.count != 32 } } }

    private func open<T>(_ work: (inout [String: Data]) -> T) throws(SecretStoreError) -> T {
        lock.lock()
        defer { lock.unlock() }
        if locked { throw .Locked }
        return work(&kept)
    }
}

/// Observable, so that a test can wait until somebody reads.
@MainActor @Observable final class FakeLocation: LocationSource {
    private(set) var access: LocationAccess
    private(set) var asked = 0
    private(set) var askedForPrecise = 0
    private var readers: [UUID: AsyncStream<LocationNews>.Continuation] = [:]

    init(_ access: LocationAccess) { self.access = access }

    /// How many read; the sensors run while it is not 0.
    var readerCount: Int { readers.count }

    func news() -> AsyncStream<LocationNews> {
        let (stream, continuation) = AsyncStream.makeStream(of: LocationNews.self)
        let id = UUID()
        readers[id] = continuation
        continuation.onTermination = { [weak self] _ in Task { @MainActor in self?.readers[id] = nil } }
        continuation.yield(.access(access))
        return stream
    }

    func ask() { asked += 1 }
    func askForPrecise() async { askedForPrecise += 1 }

    func change(_ access: LocationAccess) {
        self.access = access
        for reader in readers.values { reader.yield(.access(access)) }
    }

    func read(_ place: Place, atMs: Int64, accuracyM: Double = 5) {
        let reading = LocationReading(place: place, takenMs: atMs, accuracyM: accuracyM)
        for reader in readers.values { reader.yield(.reading(reading)) }
    }
}

@MainActor final class FakeNetwork: NetworkSource {
    private var readers: [AsyncStream<Bool>.Continuation] = []

    func available() -> AsyncStream<Bool> {
        let (stream, continuation) = AsyncStream.makeStream(of: Bool.self)
        continuation.yield(true)
        readers.append(continuation)
        return stream
    }

    func change(_ available: Bool) { for reader in readers { reader.yield(available) } }
}

@MainActor final class FakeFiles: FilePresenter {
    struct Full: Error {}

    private(set) var saved: [String: Data] = [:]
    /// What the person chooses to open.
    var chosen: Data?
    var changesMind = false
    var isFull = false

    func save(_ data: Data, named name: String) async throws -> Bool {
        if isFull { throw Full() }
        if changesMind { return false }
        saved[name] = data
        return true
    }

    func open() async throws -> Data? { chosen }
}

@MainActor final class FakeSystem: SystemActions {
    private(set) var copied: [String] = []
    private(set) var opened: [URL] = []
    private(set) var announced: [String] = []
    private(set) var settingsOpened = 0

    func copy(_ text: String) { copied.append(text) }
    func open(_ url: URL) async -> Bool {
        opened.append(url)
        return true
    }
    func openSettings() async { settingsOpened += 1 }
    func announce(_ text: String) { announced.append(text) }
}

@MainActor final class FakeCamera: MapCameraControl {
    private(set) var shown: [Viewport] = []
    private(set) var centred: [Place] = []

    func show(_ viewport: Viewport) { shown.append(viewport) }
    func centre(on place: Place) { centred.append(place) }
}

/// A clock that stands until the test moves it.
@MainActor final class FakeClock: ShellClock {
    private(set) var nowMs: Int64 = Date().milliseconds
    private var readers: [AsyncStream<Void>.Continuation] = []

    func ticks() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        readers.append(continuation)
        return stream
    }

    func advance(ms: Int64) {
        nowMs += ms
        for reader in readers { reader.yield() }
    }
}
