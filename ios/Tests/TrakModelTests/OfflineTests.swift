// Without a network, after a restart, with a keychain that does not answer: what was known stays, and honestly so.
import Foundation
import Testing
import TrakKit
import TrakTestSupport

@testable import TrakModel

@MainActor @Suite struct OfflineTests {
    let phone: Phone
    let backend: Backend

    init() throws {
        phone = try Phone()
        backend = try Backend.withFleet()
    }

    /// Signs in, sees the fleet, ends the app.
    private func usedBefore() async throws {
        try await backend.report("T1", .bund)
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.run)
        phone.show(fleet.units.run)
        try await until("the fleet is confirmed") { fleet.status.link == .live && fleet.units.total == 3 }
        await phone.end(app)
    }

    @Test func aColdStartWithoutANetworkShowsTheLastFleetWithinASecond() async throws {
        try await usedBefore()
        backend.stop()
        let started = ContinuousClock.now
        let app = await phone.start()
        let fleet = try app.fleet
        phone.show(fleet.units.run)
        try await until("the last fleet") { fleet.units.total == 3 }
        let took = started.duration(to: .now)
        #expect(took < .seconds(1), "\(took)")
        #expect(fleet.units.row(at: 2)?.place != nil)
        phone.show(fleet.run)
        try await until("it says that it is offline") {
            if case .offline = fleet.status.link { fleet.status.trouble == .offline } else { false }
        }
        #expect(fleet.confirmedAgeMs != nil, "it says how old its last word from the server is")
        #expect(fleet.units.total == 3, "a failed refresh takes nothing away")
        await phone.end(app)
    }

    @Test func theAppComesBackByItselfWithTheServer() async throws {
        try await usedBefore()
        backend.stop()
        let app = await phone.start()
        let fleet = try app.fleet
        phone.show(fleet.run)
        phone.show(app.watchNetwork)
        try await until("offline") { if case .offline = fleet.status.link { true } else { false } }
        try backend.start()
        phone.network.change(false)
        phone.network.change(true)
        try await until("live again") { fleet.status.link == .live }
        await phone.end(app)
    }

    /// Another process signs in, sees the fleet and is killed without a word, as the system does for memory.
    @Test func aProcessThatIsKilledStartsAgainSignedIn() async throws {
        try await backend.report("T2", .square)
        let secrets = try FolderSecrets(Folder.temporary())
        let probe = try Probe(backend: backend, folder: phone.folder, secrets: secrets.folder)
        #expect(probe.waitForFleet() == "3")
        probe.kill()
        let app = await phone.start(secrets: secrets)
        #expect(app.account?.email == Backend.email)
        let fleet = try app.fleet
        phone.show(fleet.units.run)
        try await until("the fleet") { fleet.units.row(at: 0)?.place == .square }
        await phone.end(app)
    }

    @Test func aLockedKeychainOpensNothingAndTellsTheWayOut() async throws {
        try await usedBefore()
        phone.secrets.setLocked(true)
        let app = await phone.start()
        guard case .failed(let error) = app.phase else { throw AppModel.Unexpected(phase: "\(app.phase)") }
        #expect(error == .SecretStore(error: .Locked))
        #expect(app.words.sentence(error).contains("unlock the device"))
        phone.secrets.setLocked(false)
        await app.open()
        let fleet = try app.fleet
        phone.show(fleet.units.run)
        try await until("nothing was lost") { fleet.units.total == 3 }
        await phone.end(app)
    }

    @Test func aLostKeyIsToldAndErasingStartsAnew() async throws {
        try await usedBefore()
        phone.secrets.loseCacheKeys()
        let app = await phone.start()
        guard case .failed(let error) = app.phase else { throw AppModel.Unexpected(phase: "\(app.phase)") }
        #expect(error == .KeyMissing && AppModel.canErase(after: error))
        #expect(app.words.sentence(error).contains("positions that were not sent yet are lost"))
        await app.eraseCache()
        guard case .failed = app.phase else {
            #expect(throws: Never.self, "the next person is asked anew") { try app.consent }
            return await phone.end(app)
        }
        Issue.record("erasing is no way out: \(app.phase)")
    }

    @Test func aKeychainThatNeverAnswersCanBeErasedToo() async throws {
        try await usedBefore()
        phone.secrets.fail(.Unavailable)
        let app = await phone.start()
        guard case .failed(let error) = app.phase else { throw AppModel.Unexpected(phase: "\(app.phase)") }
        #expect(error == .SecretStore(error: .Unavailable) && AppModel.canErase(after: error))
        #expect(!AppModel.canErase(after: .SecretStore(error: .Locked)), "an unlocked device has the key again")
        phone.secrets.fail(nil)
        await app.eraseCache()
        #expect(throws: Never.self, "the next person is asked anew") { try app.consent }
        await phone.end(app)
    }

    @Test func aSignInThatTheServerEndedKeepsWhatIsShownAndAsksAgain() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.run)
        phone.show(fleet.units.run)
        try await until("live") { fleet.status.link == .live && fleet.units.total == 3 }
        try backend.administer(
            ["account", "set-password", Backend.email, "--password-file", "-"], input: "another one")
        await fleet.refresh()
        try await until("it is told") { fleet.status.trouble == .signedOut }
        #expect(fleet.units.total == 3, "what was shown stays")
        app.signInAgain()
        let form = try app.form
        #expect(form.email == Backend.email && !form.server.isEmpty)
        form.password = "another one"
        await form.signIn()
        #expect(throws: Never.self) { try app.fleet }
        await phone.end(app)
    }
}
