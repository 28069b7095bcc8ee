// Hands over what the system and the push service say of messages. The system's part is here; the vendor's SDK stands behind
// `PushVendor`, so that nothing of it is named, let alone started, before the person agreed.
import Foundation
import TrakModel
import UIKit
import UserNotifications

/// The vendor's SDK, where it is part of the build.
@MainActor public protocol PushVendor: AnyObject {
    /// Whether there is a key for it.
    var isAvailable: Bool { get }
    /// Starts it, or changes what it may collect. `registered` is called with its name for this device, whenever it has one.
    func start(collects: Bool, registered: @escaping @MainActor @Sendable (String?) -> Void)
    /// The system's own name of this device, for the vendor to deliver to.
    func deliver(to deviceToken: Data)
    /// It may collect nothing any more.
    func stop()
}

/// UNUserNotificationCenter and APNs as a `PushRegistrar`.
@MainActor public final class SystemPush: NSObject, PushRegistrar {
    public weak var receiver: (any PushReceiver)? { didSet { handOverTap() } }

    private let vendor: (any PushVendor)?
    private var runs = false
    /// A tap that came before anybody listened: it may have started the app.
    private var tapped: String?

    /// Listens for taps from now on, as the system wants it before the app has finished launching. It asks the person
    /// nothing and tells nobody anything.
    public init(vendor: (any PushVendor)?) {
        self.vendor = vendor
        super.init()
        UNUserNotificationCenter.current().delegate = self
    }

    public var isAvailable: Bool { vendor?.isAvailable ?? false }

    public func start(collects: Bool) async {
        guard let vendor, vendor.isAvailable else { return }
        runs = true
        vendor.start(collects: collects) { [weak self] id in
            Task { await self?.receiver?.registered(id) }
        }
        // Asked once by the system; a refusal shows in its settings, and messages then come without being shown.
        _ = try? await UNUserNotificationCenter.current().requestAuthorization(options: [.alert, .sound, .badge])
        // The person may have ended it while the system's question was on the screen.
        if runs { UIApplication.shared.registerForRemoteNotifications() }
    }

    public func isRefused() async -> Bool {
        await UNUserNotificationCenter.current().notificationSettings().authorizationStatus == .denied
    }

    public func stop() {
        runs = false
        vendor?.stop()
        UIApplication.shared.unregisterForRemoteNotifications()
        UNUserNotificationCenter.current().removeAllDeliveredNotifications()
    }

    /// The system's name of this device.
    public func registered(_ deviceToken: Data) {
        if runs { vendor?.deliver(to: deviceToken) }
    }

    private func handOverTap() {
        guard let tapped, let receiver else { return }
        self.tapped = nil
        Task { await receiver.opened(tapped) }
    }

    /// One JSON object, the system's and the vendor's own fields among ours. Nil for what is none; the core judges the rest.
    private static func payload(_ notification: UNNotification) -> String? {
        let fields = notification.request.content.userInfo
        guard JSONSerialization.isValidJSONObject(fields),
            let data = try? JSONSerialization.data(withJSONObject: fields)
        else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}

// Both answers are the main actor's: UIKit takes them on the main thread only, and the protocol does not say so.
extension SystemPush: @preconcurrency UNUserNotificationCenterDelegate {
    public func userNotificationCenter(
        _ center: UNUserNotificationCenter, willPresent notification: UNNotification
    ) async -> UNNotificationPresentationOptions {
        guard let payload = Self.payload(notification), let receiver else { return [] }
        return await receiver.shows(payload) ? [.banner, .list, .sound] : []
    }

    public func userNotificationCenter(
        _ center: UNUserNotificationCenter, didReceive response: UNNotificationResponse
    ) async {
        tapped = Self.payload(response.notification)
        handOverTap()
    }
}
