// UIKit as far as the app uses it: declarations only, after Apple's public documentation.
import Foundation
import UniformTypeIdentifiers

public typealias CGFloat = Foundation.CGFloat

// Foundation's own, which it has on Apple's systems only.
extension ProcessInfo {
    public var isLowPowerModeEnabled: Bool { fatalError() }
}
extension Notification.Name {
    public static let NSProcessInfoPowerStateDidChange = Notification.Name("power")
}
extension FileManager {
    public func containerURL(forSecurityApplicationGroupIdentifier groupIdentifier: String) -> URL? { fatalError() }
}

@MainActor open class UIResponder: NSObject {}

@MainActor public protocol UIApplicationDelegate: NSObjectProtocol {
    func application(
        _ application: UIApplication,
        didFinishLaunchingWithOptions launchOptions: [UIApplication.LaunchOptionsKey: Any]?
    ) -> Bool
    func application(
        _ application: UIApplication, didRegisterForRemoteNotificationsWithDeviceToken deviceToken: Data)
    func application(
        _ application: UIApplication, didFailToRegisterForRemoteNotificationsWithError error: any Error)
}

extension UIApplicationDelegate {
    public func application(
        _ application: UIApplication,
        didFinishLaunchingWithOptions launchOptions: [UIApplication.LaunchOptionsKey: Any]?
    ) -> Bool { true }
    public func application(
        _ application: UIApplication, didRegisterForRemoteNotificationsWithDeviceToken deviceToken: Data
    ) {}
    public func application(
        _ application: UIApplication, didFailToRegisterForRemoteNotificationsWithError error: any Error
    ) {}
}

@MainActor public final class UIApplication: UIResponder {
    public struct LaunchOptionsKey: Hashable, Sendable {
        public static let location = LaunchOptionsKey()
    }
    public static var shared: UIApplication { fatalError() }
    public static var openSettingsURLString: String { fatalError() }
    public nonisolated static let protectedDataDidBecomeAvailableNotification = Notification.Name("unlocked")
    public nonisolated static let didEnterBackgroundNotification = Notification.Name("background")
    public nonisolated static let willEnterForegroundNotification = Notification.Name("foreground")
    public var isProtectedDataAvailable: Bool { fatalError() }
    public var connectedScenes: Set<UIScene> { fatalError() }
    public func registerForRemoteNotifications() {}
    public func unregisterForRemoteNotifications() {}
    public func open(_ url: URL) async -> Bool { fatalError() }
}

@MainActor open class UIScene: UIResponder {
    public enum ActivationState: Int, Sendable {
        case unattached = -1, foregroundActive, foregroundInactive, background
    }
    public var activationState: ActivationState { fatalError() }
}

@MainActor public final class UIWindowScene: UIScene {
    public var keyWindow: UIWindow? { fatalError() }
}

@MainActor open class UIView: UIResponder {}

@MainActor public final class UIWindow: UIView {
    public var rootViewController: UIViewController?
}

@MainActor open class UIViewController: UIResponder {
    public var presentedViewController: UIViewController? { fatalError() }
    public var presentationController: UIPresentationController? { fatalError() }
    public func present(_ controller: UIViewController, animated flag: Bool, completion: (() -> Void)? = nil) {}
}

@MainActor public final class UIDocumentPickerViewController: UIViewController {
    public init(forExporting urls: [URL], asCopy: Bool) {}
    public init(forOpeningContentTypes contentTypes: [UTType], asCopy: Bool) {}
    public weak var delegate: (any UIDocumentPickerDelegate)?
}

@MainActor public protocol UIDocumentPickerDelegate: NSObjectProtocol {
    func documentPicker(_ controller: UIDocumentPickerViewController, didPickDocumentsAt urls: [URL])
    func documentPickerWasCancelled(_ controller: UIDocumentPickerViewController)
}

@MainActor public class UIPresentationController: NSObject {
    public weak var delegate: (any UIAdaptivePresentationControllerDelegate)?
}

@MainActor public protocol UIAdaptivePresentationControllerDelegate: NSObjectProtocol {
    func presentationControllerDidDismiss(_ presentationController: UIPresentationController)
}

@MainActor public final class UIPasteboard: NSObject {
    public static var general: UIPasteboard { fatalError() }
    public var string: String?
}

@MainActor public final class UIDevice: NSObject {
    public enum BatteryState: Int, Sendable { case unknown, unplugged, charging, full }
    public static var current: UIDevice { fatalError() }
    public nonisolated static let batteryLevelDidChangeNotification = Notification.Name("level")
    public nonisolated static let batteryStateDidChangeNotification = Notification.Name("state")
    public var isBatteryMonitoringEnabled = false
    public var batteryLevel: Float { fatalError() }
    public var batteryState: BatteryState { fatalError() }
}

@MainActor public enum UIAccessibility {
    public struct Notification: Sendable {
        public static let announcement = Notification()
    }
    public static func post(notification: Notification, argument: Any?) {}
}

public struct UIKeyboardType: Sendable {
    public static let URL = UIKeyboardType()
    public static let emailAddress = UIKeyboardType()
    public static let numberPad = UIKeyboardType()
    public static let phonePad = UIKeyboardType()
}

public struct UITextContentType: Sendable {
    public static let URL = UITextContentType()
    public static let username = UITextContentType()
    public static let password = UITextContentType()
    public static let name = UITextContentType()
    public static let telephoneNumber = UITextContentType()
    public static let newPassword = UITextContentType()
    public static let oneTimeCode = UITextContentType()
}
