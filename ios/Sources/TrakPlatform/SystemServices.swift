// The pasteboard, other apps, VoiceOver's voice, the clock.
import Foundation
import TrakModel
import UIKit

/// UIKit as `SystemActions`.
@MainActor public final class PhoneActions: SystemActions {
    public init() {}

    public func copy(_ text: String) {
        UIPasteboard.general.string = text
    }

    public func open(_ url: URL) async -> Bool {
        await UIApplication.shared.open(url)
    }

    public func openSettings() async {
        guard let url = URL(string: UIApplication.openSettingsURLString) else { return }
        _ = await open(url)
    }

    public func announce(_ text: String) {
        UIAccessibility.post(notification: .announcement, argument: text)
    }
}

/// The system's clock as a `ShellClock`. It ticks often enough for ages that are told in seconds.
@MainActor public final class PhoneClock: ShellClock {
    public init() {}

    public var nowMs: Int64 { Date().milliseconds }

    public func ticks() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let ticking = Task {
            while !Task.isCancelled {
                do { try await Task.sleep(for: .seconds(5)) } catch { break }
                continuation.yield()
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in ticking.cancel() }
        return stream
    }
}

extension Platform {
    /// Everything as this device has it. The caches lie where backups do not reach: their key never leaves the device.
    public static func ofThisDevice() throws -> Platform {
        var folder = try FileManager.default
            .url(for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
            .appendingPathComponent("core", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        try folder.setResourceValues(values)
        return Platform(
            folder: folder, secrets: Keychain(), location: SystemLocation(), network: SystemNetwork(),
            files: DocumentFiles(), system: PhoneActions(), clock: PhoneClock(), defaults: .standard)
    }
}
