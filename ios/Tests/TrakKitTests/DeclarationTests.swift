// What the system reads of the app before any of its code runs, or in place of it.
import Foundation
import Testing

@Suite struct DeclarationTests {
    private static let ios = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.ios.appendingPathComponent(path), encoding: .utf8)
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
