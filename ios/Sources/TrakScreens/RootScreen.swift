// Decides which part of the app is on the screen, after the model's phase, and tells the model what the system says of
// the app.
import SwiftUI
import TrakModel

/// The whole app.
public struct RootScreen: View {
    @Environment(\.scenePhase) private var scenePhase
    private let app: AppModel

    public init(app: AppModel) {
        self.app = app
    }

    public var body: some View {
        PhaseScreen(app: app)
            .noticesOnTop()
            .environment(app)
            .environment(\.locale, app.words.language.locale)
            .modifier(LinkHandling(app: app))
            .task { await app.open() }
            .task { await app.watchNetwork() }
            .modifier(NoticesWatched(app: app))
            .onChange(of: app.words.language) { app.languageChanged() }
            .onChange(of: scenePhase, initial: true) { app.setForeground(scenePhase == .active) }
    }
}

private struct PhaseScreen: View {
    let app: AppModel

    var body: some View {
        switch app.phase {
        case .opening: ProgressView(app.words(.opening))
        case .failed(let error): OpenFailedScreen(error: error)
        case .consent(let model): NavigationStack { ConsentScreen(model: model) }
        case .signIn(let model): NavigationStack { SignInScreen(model: model) }
        case .fleet(let fleet): FleetScreen(fleet: fleet)
        }
    }
}

/// The core did not open: why, and the way out.
struct OpenFailedScreen: View {
    @Environment(AppModel.self) private var app
    let error: OpenError
    @State private var asksToErase = false

    var body: some View {
        EmptyState(
            title: app.words(.product), text: app.words.sentence(error), symbol: "lock.trianglebadge.exclamationmark"
        ) {
            Button(app.words(.retry)) { Task { await app.open() } }
                .buttonStyle(.borderedProminent)
            if AppModel.canErase(after: error) {
                Button(app.words(.eraseCache), role: .destructive) { asksToErase = true }
            }
        }
        .confirmationDialog(app.words(.eraseCache), isPresented: $asksToErase, titleVisibility: .visible) {
            Button(app.words(.eraseCache), role: .destructive) { Task { await app.eraseCache() } }
            Button(app.words(.cancel), role: .cancel) {}
        } message: {
            Text(app.words(.eraseCacheMeans))
        }
    }
}
