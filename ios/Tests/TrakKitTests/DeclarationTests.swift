// What the system reads of the app before any of its code runs, or in place of it.
import Foundation
import Testing

@Suite struct DeclarationTests {
    private static let ios = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.ios.appendingPathComponent(path), encoding: .utf8)
    }

    /// App and widgets share their defaults through an app group, which is a reason of its own; the extension is looked at
    /// by itself, and is refused where its version is not the app's.
    @Test func theWidgetsDeclareWhatTheAppDeclares() throws {
        let project = try text("App/project.yml")
        let widgets = try #require(project.components(separatedBy: "\n  TrakWidgets:\n").last)
        #expect(widgets.contains(/sources: \[[^\]]*Resources\/PrivacyInfo\.xcprivacy/))
        #expect(widgets.contains("CFBundleShortVersionString: $(MARKETING_VERSION)"))
        #expect(widgets.contains("CFBundleVersion: $(CURRENT_PROJECT_VERSION)"))
        let manifest = try text("App/Resources/PrivacyInfo.xcprivacy")
        let reasons = try #require(manifest.components(separatedBy: "CategoryUserDefaults").last?.prefix(300))
        #expect(reasons.contains("CA92.1") && reasons.contains("1C8F.1"))
    }

    /// The assistant answers on a locked device too, unless an intent forbids it.
    @Test func noIntentTellsAPlaceOnALockedDevice() throws {
        let intents = try text("App/Sources/WhereIsUnit.swift").components(separatedBy: "\nstruct ")
            .filter { $0.contains(": AppIntent {") }
        #expect(intents.count == 2)
        let policy = "static let authenticationPolicy = IntentAuthenticationPolicy.requiresLocalDeviceAuthentication"
        for intent in intents { #expect(intent.contains(policy), "\(intent)") }
    }
}
