// "Where is crane 7?" and "What is near me?" for Siri, Spotlight and Shortcuts. The app answers from what it knows, also
// without a network.
import AppIntents
import TrakModel

struct WhereIsUnit: AppIntent {
    static let title: LocalizedStringResource = "Where is a unit?"
    static let description: IntentDescription? = "Says where a unit was last seen and how long ago."
    /// Where a person or a machine is, is told to nobody who only holds the locked device.
    static let authenticationPolicy = IntentAuthenticationPolicy.requiresLocalDeviceAuthentication

    @Parameter(title: "Name, plate or number")
    var name: String

    @Dependency
    private var app: AppModel

    func perform() async throws -> some IntentResult & ProvidesDialog {
        .result(dialog: IntentDialog(stringLiteral: await app.whereIs(name)))
    }
}

struct NearestUnitIntent: AppIntent {
    static let title: LocalizedStringResource = "Nearest unit"
    static let description: IntentDescription? = "Says which unit is nearest to you and how far away."
    /// Where a person or a machine is, is told to nobody who only holds the locked device.
    static let authenticationPolicy = IntentAuthenticationPolicy.requiresLocalDeviceAuthentication

    @Dependency
    private var app: AppModel

    func perform() async throws -> some IntentResult & ProvidesDialog {
        .result(dialog: IntentDialog(stringLiteral: await app.nearest()))
    }
}

struct TrakShortcuts: AppShortcutsProvider {
    static var appShortcuts: [AppShortcut] {
        AppShortcut(
            intent: WhereIsUnit(), phrases: ["Where is a unit in \(.applicationName)"], shortTitle: "Where is a unit?",
            systemImageName: "location.magnifyingglass")
        AppShortcut(
            intent: NearestUnitIntent(), phrases: ["What is near me in \(.applicationName)"],
            shortTitle: "Nearest unit", systemImageName: "location.circle")
    }
}
