// A person's rights to their data over the real core and a real backend: copy, correct, erase, leave, see who looked.
import Foundation
import Testing
import TrakKit

@testable import TrakModel

@MainActor @Suite struct RightsTests {
    let phone: Phone
    let backend: Backend

    init() throws {
        phone = try Phone()
        backend = try Backend.withFleet()
        try backend.administer(["unit", "add", "OWN", "--name", "My phone", "--owner", Backend.email])
        try backend.administer(["grant", "unit", Backend.email, "OWN"])
    }

    /// Signs in and waits for the fleet.
    private func started() async throws -> (AppModel, FleetModel) {
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.run)
        phone.show(fleet.units.run)
        try await until("the fleet is there") { fleet.status.link == .live && fleet.units.total == 4 }
        return (app, fleet)
    }

    @Test func theCopyIsOneZipAndGoesWhereThePersonChooses() async throws {
        try await backend.report("OWN", .bund)
        let (app, fleet) = try await started()
        let model = fleet.copyOfData()
        phone.files.changesMind = true
        await model.save()
        #expect(model.saved == nil && model.trouble == nil && phone.files.saved.isEmpty)
        phone.files.changesMind = false
        await model.save()
        let name = try #require(model.saved)
        let file = try #require(phone.files.saved[name])
        #expect(file.starts(with: [0x50, 0x4B, 0x03, 0x04]) && name.hasSuffix(".zip"))
        for part in ["manifest.json", "devices.json", "consents"] {
            #expect(file.range(of: Data(part.utf8)) != nil, "\(part)")
        }
        phone.files.isFull = true
        await model.save()
        #expect(model.trouble == .files && model.saved == nil)
        backend.stop()
        await model.save()
        #expect(model.trouble == .core(.Offline))
        await phone.end(app)
    }

    @Test func whatAPersonMayChangeByThemselvesChangesAndShows() async throws {
        let (app, fleet) = try await started()
        let model = fleet.account { app.corrected() }
        #expect(!model.canChange)
        (model.name, model.password) = ("Li Wei", "a new one entirely")
        await model.change()
        #expect(model.changed && model.trouble == nil && model.password.isEmpty && model.name.isEmpty)
        #expect(app.account?.name == "Li Wei" && app.account?.email == Backend.email, "what was left empty stays")
        #expect(try await backend.ask("/api/devices", as: Backend.email) == 401, "the old password ended")
        #expect(try await backend.ask("/api/devices", as: Backend.email, password: "a new one entirely") == 200)
        model.email = "  "
        await model.change()
        #expect(model.trouble == .InvalidInput && !model.changed)
        #expect(app.account?.email == Backend.email)
        await phone.end(app)
    }

    @Test func aRequestToTheAdministratorShowsItsStateAndItsAnswer() async throws {
        let (app, fleet) = try await started()
        let model = fleet.account {}
        await model.requests.ask()
        #expect(model.requests.value?.isEmpty == true && !model.canRequest)
        (model.field, model.text) = (.plate, "沪A12345 is 沪A54321")
        await model.request()
        #expect(model.sent && model.text.isEmpty)
        let asked = try #require(model.requests.value?.first)
        #expect(asked.state == .open && asked.field == .plate && asked.text == "沪A12345 is 沪A54321")
        #expect(app.words.standing(asked).hasPrefix("open, asked "))
        try backend.administer(["request", "close", "\(asked.id)", "--answer", "thank you"])
        await model.requests.ask()
        let closed = try #require(model.requests.value?.first)
        #expect(closed.state == .done && closed.answer == "thank you" && closed.closedMs != nil)
        model.text = String(repeating: "字", count: 2_001)
        await model.request()
        #expect(model.requestTrouble == .InvalidInput && !model.text.isEmpty, "what was written is not lost")
        await phone.end(app)
    }

    @Test func singlePointsAndDaysOfOnesOwnTrackAreErased() async throws {
        let now = Date().milliseconds
        for (index, minutes) in [30, 20, 10].enumerated() {
            let place = Place(latDeg: 31.2 + Double(index) * 0.01, lonDeg: 121.4)
            try await backend.report("OWN", place, atMs: now - Int64(minutes) * 60_000)
        }
        let (app, fleet) = try await started()
        let model = fleet.ownTrack()
        await model.refresh()
        #expect(model.units.map(\.name) == ["My phone"], "nobody else's")
        // The test may run just after midnight.
        model.firstDay = Date(milliseconds: now - 86_400_000)
        model.lastDay = Date(milliseconds: now + 86_400_000)
        await model.load()
        #expect(model.total == 3 && model.points.count == 3 && !model.hasMore)
        let unit = model.unit
        model.unit = nil
        #expect(model.points.isEmpty && model.total == nil, "no point of one unit is erased of another")
        model.unit = unit
        await model.load()
        let middle = try #require(model.points.dropFirst().first)
        await model.erase(middle)
        #expect(model.erased == 1 && model.trouble == nil)
        #expect(model.total == 2 && !model.points.contains { $0.fixTimeMs == middle.fixTimeMs })
        await model.eraseDays()
        #expect(model.erased == 2 && model.total == 0)
        let day = model.lastDay
        model.lastDay = Date(milliseconds: now - 3 * 86_400_000)
        #expect(model.firstDay == model.lastDay && model.total == nil, "what was shown is of other days")
        model.firstDay = day
        #expect(model.lastDay == day && model.canErase)
        await phone.end(app)
    }

    @Test func theAccountEndsWithAPasswordAndADeadlineAndCanBeKept() async throws {
        let (app, fleet) = try await started()
        let model = fleet.leave()
        await model.standing.ask()
        #expect(model.cancellation == nil && !model.canCancel)
        model.password = "wrong"
        await model.cancel()
        guard case .WrongPassword = model.refusal else {
            Issue.record("\(String(describing: model.refusal))")
            return
        }
        #expect(model.password.isEmpty && model.cancellation == nil)
        model.password = Backend.password
        await model.cancel()
        #expect(model.refusal == nil && model.password.isEmpty)
        let ends = try #require(model.cancellation)
        #expect(!ends.done)
        let days = Double(ends.deadlineMs - ends.requestedMs) / 86_400_000
        #expect((15...35).contains(days), "15 working days: \(days)")
        #expect(try backend.administer(["cancellation", "list"]).isEmpty == false)
        await model.keep()
        #expect(model.cancellation == nil && model.trouble == nil)
        #expect(try backend.administer(["cancellation", "list"]).isEmpty)
        try backend.administer(["account", "totp", Backend.email])
        model.password = Backend.password
        await model.cancel()
        guard case .CodeNeeded = model.refusal else {
            Issue.record("\(String(describing: model.refusal))")
            return
        }
        #expect(model.asksForCode && !model.canCancel && model.password == Backend.password)
        await phone.end(app)
    }

    @Test func whoElseLookedIsTold() async throws {
        try backend.administer(
            ["account", "add", "boss@example.com", "--administrator", "--password-file", "-"], input: Backend.password)
        try await backend.report("OWN", .bund)
        let (app, fleet) = try await started()
        let log = fleet.accessLog()
        await log.ask()
        #expect(log.value?.isEmpty == true, "the person's own looks are none")
        #expect(try await backend.ask("/api/positions", as: "boss@example.com") == 200)
        await log.ask()
        let entry = try #require(log.value?.first)
        #expect(entry.what == .positions && entry.by.contains("boss"))
        await phone.end(app)
    }

    @Test func theTermsAndTheRunsAreTold() async throws {
        backend.stop()
        try backend.start(["--retain-positions-days", "180"])
        let (app, fleet) = try await started()
        let model = fleet.retention()
        await model.load()
        #expect(model.terms.value?.positionDays == 180 && model.terms.value?.eventDays == 180)
        #expect(app.words.term(180) == "180 d" && app.words.term(nil) == "no term is set")
        #expect(model.runs.count <= 100)
        await phone.end(app)
    }

    @Test func erasingThisDeviceLeavesNothing() async throws {
        let (app, fleet) = try await started()
        await fleet.privacy.set(.diagnostics, true)
        #expect(await app.eraseThisDevice() == nil)
        #expect(app.left == .erased && app.account == nil)
        #expect(throws: Never.self) { try app.consent }
        await phone.end(app)
        let left = try #require(FileManager.default.enumerator(atPath: phone.folder.path)).compactMap { $0 as? String }
        #expect(!left.contains { $0.contains("cache") || $0.hasSuffix(".db") || $0.contains("outbox") }, "\(left)")
        let again = await phone.start()
        #expect(try again.consent.standing(.account)?.answer == .notAsked, "nobody was ever here")
        await phone.end(again)
    }

    @Test func thatTheAccountEndedIsSaidAtTheNextStart() async throws {
        // As the core leaves the folder when the account ended while nobody looked.
        try Data().write(to: phone.folder.appending(path: "ended"))
        let app = await phone.start()
        #expect(app.left == .ended && app.account == nil)
        try await app.consent.decide(.account, .given, on: .firstRun)
        await phone.end(app)
        let again = await phone.start()
        #expect(again.left == nil, "it was told")
        await phone.end(again)
    }

    @Test func aServerWithoutTheseRightsIsNamedSo() {
        for language in Language.allCases {
            let words = Words(language)
            let sentences = [QueryError.NotFound, .InvalidInput, .Offline].map(words.rights)
            #expect(Set(sentences + [words.sentence(QueryError.NotFound)]).count == 4)
            let refusals: [CancelError] = [
                .WrongPassword, .CodeNeeded, .WrongCode, .LastAdministrator, .Query(error: .Offline),
            ]
            #expect(Set(refusals.map(words.sentence)).count == refusals.count)
        }
    }
}
