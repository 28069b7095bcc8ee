// UserNotifications as far as the app uses it: declarations only, after Apple's public documentation.
import Foundation

public struct UNAuthorizationOptions: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static let badge = UNAuthorizationOptions(rawValue: 1)
    public static let sound = UNAuthorizationOptions(rawValue: 2)
    public static let alert = UNAuthorizationOptions(rawValue: 4)
}

public enum UNAuthorizationStatus: Int, Sendable {
    case notDetermined, denied, authorized, provisional, ephemeral
}

public struct UNNotificationPresentationOptions: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static let badge = UNNotificationPresentationOptions(rawValue: 1)
    public static let sound = UNNotificationPresentationOptions(rawValue: 2)
    public static let list = UNNotificationPresentationOptions(rawValue: 8)
    public static let banner = UNNotificationPresentationOptions(rawValue: 16)
}

public final class UNNotificationSettings: NSObject, @unchecked Sendable {
    public var authorizationStatus: UNAuthorizationStatus { fatalError() }
}

public class UNNotificationContent: NSObject {
    public var title: String { fatalError() }
    public var userInfo: [AnyHashable: Any] { fatalError() }
}

public class UNNotificationRequest: NSObject {
    public var identifier: String { fatalError() }
    public var content: UNNotificationContent { fatalError() }
}

public class UNNotification: NSObject {
    public var request: UNNotificationRequest { fatalError() }
}

public class UNNotificationResponse: NSObject {
    public var notification: UNNotification { fatalError() }
    public var actionIdentifier: String { fatalError() }
}

public protocol UNUserNotificationCenterDelegate: NSObjectProtocol {
    func userNotificationCenter(
        _ center: UNUserNotificationCenter, willPresent notification: UNNotification
    ) async -> UNNotificationPresentationOptions
    func userNotificationCenter(
        _ center: UNUserNotificationCenter, didReceive response: UNNotificationResponse
    ) async
}

public final class UNUserNotificationCenter: NSObject, @unchecked Sendable {
    public class func current() -> UNUserNotificationCenter { fatalError() }
    public weak var delegate: (any UNUserNotificationCenterDelegate)?
    public func requestAuthorization(options: UNAuthorizationOptions = []) async throws -> Bool { fatalError() }
    public func notificationSettings() async -> UNNotificationSettings { fatalError() }
    public func removeAllDeliveredNotifications() {}
    public func setBadgeCount(_ newBadgeCount: Int) async throws {}
}
