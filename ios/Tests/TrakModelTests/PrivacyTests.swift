// Nothing before consent, each purpose alone, ended as easily as given, all of it on record.
import Foundation
import Testing
import TrakKit

@testable import TrakModel

@MainActor @Suite struct PrivacyTests {
    let phone: Phone
    let backend: Backend

    init() throws {
        phone = try Phone()
        backend = try Backend.withFleet()
        phone.location.change(.always)
    }

    @Test func nothingHappensBeforeConsentAndARefusalIsNotAskedAgain() async throws {
        let app = await phone.start()
        let privacy = try app.consent
        #expect(privacy.view.toAsk == .firstRun && !privacy.permitsSignIn)
        #expect(phone.location.readerCount == 0 && phone.location.asked == 0)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: phone.folder.path).isEmpty, "not a file was written")
        await privacy.decide(.account, .refused, on: .firstRun)
        #expect(privacy.standing(.account)?.answer == .refused && privacy.trouble == nil)
        #expect(throws: Never.self) { try app.consent }
        await phone.end(app)

        let again = await phone.start()
        #expect(try again.consent.standing(.account)?.answer == .refused, "it is remembered")
        try await again.consent.decide(.account, .given, on: .firstRun)
        #expect(throws: Never.self) { try again.form }
        await phone.end(again)
    }

    @Test func eachPurposeIsGivenAndEndedAloneAndStaysOnRecord() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        let privacy = fleet.privacy
        let all = privacy.view.purposes.map(\.purpose)
        #expect(all == [.account, .locationOnScreen, .reporting, .push, .pushCollection, .diagnostics])
        await privacy.set(.diagnostics, true)
        #expect(privacy.permits(.diagnostics) && !privacy.permits(.push))
        await privacy.set(.diagnostics, false)
        #expect(!privacy.permits(.diagnostics) && privacy.permits(.account) && privacy.permits(.locationOnScreen))
        await privacy.loadRecord()
        let record = try #require(privacy.record)
        #expect(record.map(\.purpose).suffix(2) == [.diagnostics, .diagnostics])
        #expect(record.map(\.action).suffix(2) == [.given, .withdrawn])
        #expect(record.map(\.sequence) == Array(1...UInt64(record.count)))
        #expect(record.first?.purpose == .account && record.first?.screen == .firstRun)
        await privacy.saveRecord()
        let file = String(decoding: try #require(phone.files.saved["consents.jsonl"]), as: UTF8.self)
        #expect(
            file.split(separator: "\n").count == record.count && file.contains(record[0].hash)
                && file.contains("\"previous\"") && file.contains("\"bootId\""))
        phone.files.isFull = true
        await privacy.saveRecord()
        #expect(privacy.saved == nil && privacy.saveFailed)
        await phone.end(app)
    }

    @Test func endingReportingStopsItAtOnce() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.reporting.run)
        fleet.reporting.identifier = "T1"
        #expect(!fleet.reporting.isAgreed)
        await fleet.reporting.start()
        #expect(fleet.reporting.isAgreed && fleet.reporting.isCapturing && fleet.reporting.isOn)
        await fleet.privacy.set(.reporting, false)
        #expect(!fleet.reporting.isCapturing && !fleet.reporting.isOn)
        #expect(fleet.reporting.view?.gaps.first?.cause == .consentWithdrawn)
        try await until("the sensors stop") { phone.location.count(.reporting) == 0 }
        #expect(throws: Never.self) { try app.fleet }
        await phone.end(app)
    }

    @Test func endingTheAccountSignsOutAndErases() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.units.run)
        try await until("the fleet is there") { fleet.units.total == 3 }
        await fleet.privacy.set(.account, false)
        #expect(throws: Never.self) { try app.consent }
        await phone.end(app)
        let again = await phone.start()
        #expect(again.account == nil)
        #expect(throws: Never.self) { try again.consent }
        await phone.end(again)
    }

    @Test func thePolicyIsReadableInBothLanguagesWithWhatChanged() async throws {
        let app = await phone.start()
        let privacy = try app.consent
        #expect(privacy.versions.map(\.version) == Array(1...privacy.view.newestPolicy))
        for version in privacy.versions.map(\.version) { #expect(privacy.text(version).first?.kind == .title) }
        let english = privacy.text(privacy.view.newestPolicy)
        app.settings.chosenLanguage = .chinese
        let chinese = privacy.text(privacy.view.newestPolicy)
        #expect(english.count > 10 && chinese.count > 10 && english != chinese)
        let changes = privacy.changes(from: 1, to: privacy.view.newestPolicy)
        #expect(changes.contains { $0.fate == .added } && changes.contains { $0.fate == .removed })
        await phone.end(app)
    }

    @Test func aChangedPolicyIsToldAndCanBePutOff() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        #expect(fleet.privacy.announcement == nil, "agreed to the newest one")
        let old = ConsentDecision(
            purpose: .account, action: .given, policyVersion: 1, language: .english, screen: .privacyCentre)
        _ = try #require(app.core).decide(decision: old, unsent: .send)
        fleet.privacy.refresh()
        guard case .materialChange(1, let to, _) = fleet.privacy.announcement else {
            Issue.record("\(String(describing: fleet.privacy.announcement))")
            return
        }
        #expect(to == fleet.privacy.view.newestPolicy)
        fleet.privacy.showsAnnouncement = false
        #expect(fleet.privacy.announcement == nil)
        await fleet.privacy.decide(.account, .given, on: .policyChange)
        #expect(fleet.privacy.view.toAsk == .nothing && fleet.privacy.permits(.account))
        await phone.end(app)
    }

    @Test func everyAnswerAndEveryRefusalHasItsWordsInBothLanguages() {
        let (english, chinese) = (Words(.english), Words(.chinese))
        for why in [NoConsent.notAsked, .refused, .withdrawn, .policyChanged, .recordDamaged] {
            #expect(english.sentence(why) != chinese.sentence(why))
        }
        for error in [ConsentError.Full, .Io, .UnknownPolicy, .Damaged, .Closed] {
            #expect(english.sentence(error) != chinese.sentence(error))
        }
    }
}
