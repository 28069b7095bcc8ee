// The app: it brings the system's seams together and shows the screens.
import AppIntents
import Foundation
import SwiftUI
import TrakModel
import TrakPlatform
import TrakScreens
import UIKit

@main
struct TrakApp: App {
    @UIApplicationDelegateAdaptor private var delegate: AppDelegate
    private let start: Result<AppModel, any Error>

    init() {
        installLogging()
        // Made before the app has finished launching, so that a tap on a message that starts the app is heard.
        let push = SystemPush(vendor: makePushVendor())
        AppDelegate.push = push
        start = Result { AppModel(platform: try Platform.ofThisDevice(pushes: push)) }
        guard case .success(let app) = start else { return }
        AppDependencyManager.shared.add(dependency: app)
        // The system also starts the app without a screen, for a reading: reporting goes on then.
        Task { await app.open() }
    }

    var body: some Scene {
        WindowGroup {
            switch start {
            case .success(let app): RootScreen(app: app)
            // The system gave the app no folder of its own: nothing can be kept, so nothing is opened.
            case .failure: NoFolderScreen()
            }
        }
    }
}

/// What the system tells of the app's name for messages; it has no other door.
@MainActor final class AppDelegate: NSObject, UIApplicationDelegate {
    static weak var push: SystemPush?

    func application(
        _ application: UIApplication, didRegisterForRemoteNotificationsWithDeviceToken deviceToken: Data
    ) {
        Self.push?.registered(deviceToken)
    }

    func application(
        _ application: UIApplication, didFailToRegisterForRemoteNotificationsWithError error: any Error
    ) {
        // No name, no messages: what happens is in the inbox all the same, and the next start asks again.
    }
}
