// The app: it brings the system's seams together and shows the screens.
import AppIntents
import SwiftUI
import TrakModel
import TrakPlatform
import TrakScreens

@main
struct TrakApp: App {
    private let start: Result<AppModel, any Error>

    init() {
        installLogging()
        start = Result { AppModel(platform: try Platform.ofThisDevice()) }
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
