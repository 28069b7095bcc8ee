// The pasteboard, other apps, VoiceOver's voice, and all seams together.
import Foundation
import TrakModel
import UIKit
import WidgetKit

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

    public func reloadWidgets() {
        WidgetCenter.shared.reloadAllTimelines()
    }

    public func untilUnlocked() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let name = UIApplication.protectedDataDidBecomeAvailableNotification
        // The token is only handed back, from whichever thread ends the stream.
        nonisolated(unsafe) let token = NotificationCenter.default.addObserver(
            forName: name, object: nil, queue: nil
        ) { _ in continuation.yield() }
        continuation.onTermination = { _ in NotificationCenter.default.removeObserver(token) }
        // It may have been unlocked before anybody listened.
        if UIApplication.shared.isProtectedDataAvailable { continuation.yield() }
        for await _ in stream { return }
    }
}

extension Platform {
    /// What the app and its widgets share.
    private static let group = "group.online.trakiot.app"

    /// Everything as this device has it. The caches lie where backups do not reach: their key never leaves the device.
    public static func ofThisDevice(pushes: any PushRegistrar = NoPush()) throws -> Platform {
        let files = FileManager.default
        var folder =
            try
            (files.containerURL(forSecurityApplicationGroupIdentifier: group)
            ?? files.url(for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true))
            .appendingPathComponent("core", isDirectory: true)
        try files.createDirectory(
            at: folder, withIntermediateDirectories: true,
            attributes: [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication])
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        try folder.setResourceValues(values)
        let (clock, power) = (PhoneClock(), SystemPower())
        return Platform(
            folder: folder, secrets: Keychain(), location: SystemLocation(clock: clock, power: power), power: power,
            network: SystemNetwork(), files: DocumentFiles(), system: PhoneActions(), pushes: pushes,
            clock: clock, defaults: UserDefaults(suiteName: group) ?? .standard)
    }
}
