// Messages: nothing of the service before its consent, one inbox however an event came, and a tap that opens the unit from
// everywhere. The backend's registration, the core and the inbox are real; the service is a fake.
import Foundation
import Testing
import TrakKit

@testable import TrakModel

@MainActor @Suite struct PushTests {
    static let name = "1a0018970a8c3f2e001"
    let phone: Phone
    let backend: Backend

    init() throws {
        phone = try Phone()
        backend = try Backend.withFleet()
    }

    @Test func nothingOfTheServiceRunsBeforeItsConsentAndOptionalCollectionHasItsOwn() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        #expect(phone.pushes.started.isEmpty, "agreeing to the policy is not agreeing to messages")
        await fleet.privacy.set(.pushCollection, true)
        #expect(phone.pushes.started.isEmpty, "collection alone starts nothing")
        await fleet.privacy.set(.pushCollection, false)
        await fleet.privacy.set(.push, true)
        #expect(phone.pushes.started == [false], "without its own consent nothing more is collected")
        await fleet.privacy.set(.pushCollection, true)
        #expect(phone.pushes.started == [false, true])
        await fleet.privacy.set(.pushCollection, false)
        #expect(phone.pushes.started == [false, true, false])
        await fleet.privacy.set(.push, false)
        #expect(!phone.pushes.runs)
        await phone.end(app)
        let again = await phone.start()
        #expect(!phone.pushes.runs && phone.pushes.started.count == 3, "a restart starts nothing either")
        await phone.end(again)
    }

    @Test func whereThereIsNoServiceNothingIsStarted() async throws {
        phone.pushes.isAvailable = false
        let (app, fleet) = try await phone.startSignedIn(backend)
        await fleet.privacy.set(.push, true)
        #expect(phone.pushes.started.isEmpty && fleet.privacy.permits(.push))
        await phone.end(app)
    }

    @Test func theServerKnowsThisDeviceWhileThePersonAgrees() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        await app.registered(Self.name)
        await fleet.privacy.set(.push, true)
        #expect(try !backend.holds(Self.name), "a name from before the consent is not told")
        await app.registered(Self.name)
        try await backend.until("the server knows it", holds: registration("en"), true)
        app.settings.chosenLanguage = .chinese
        app.languageChanged()
        try await backend.until("messages follow the language", holds: registration("zh-Hans"), true)
        #expect(try !backend.holds(registration("en")), "one registration a device")
        await fleet.privacy.set(.push, false)
        try await backend.until("the withdrawal removed it", holds: Self.name, false)
        await fleet.privacy.set(.push, true)
        await app.registered(Self.name)
        try await backend.until("the server knows it again", holds: Self.name, true)
        #expect(await app.signOut(keepCache: false) == nil)
        try await backend.until("the sign-out removed it", holds: Self.name, false)
        #expect(!phone.pushes.runs)
        await phone.end(app)
    }

    @Test func aMessageIsToldOnceAndStandsInTheInbox() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        let message = try payload(unit: 2, event: 41, type: "alarm")
        #expect(await !app.shows(message), "without consent nothing is kept of it")
        await fleet.privacy.set(.push, true)
        #expect(await app.shows(message))
        #expect(await !app.shows(message), "told once")
        #expect(await !app.shows(try payload(unit: 2, event: 42, type: "deviceOnline")), "a kind that is not wanted")
        #expect(await !app.shows("{}"))
        phone.show(fleet.alerts.run)
        try await until("both are in the inbox") { fleet.alerts.rows.map(\.event.id).sorted() == [41, 42] }
        #expect(fleet.alerts.unread == 2)
        let row = try #require(fleet.alerts.rows.first { $0.event.id == 41 })
        await fleet.alerts.acknowledge(row)
        #expect(fleet.alerts.unread == 1)
        await phone.end(app)

        let again = await phone.start()
        let alerts = try again.fleet.alerts
        phone.show(alerts.run)
        try await until("it survives a restart") { alerts.total == 2 && alerts.unread == 1 }
        await alerts.acknowledgeAll()
        #expect(alerts.unread == 0 && alerts.rows.count == 2)
        await phone.end(again)
    }

    @Test func everythingIsMarkedAsSeenAlsoWhatIsNotShown() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        await fleet.privacy.set(.push, true)
        for event in 1...60 { _ = await app.shows(try payload(unit: 2, event: Int64(event), type: "alarm")) }
        phone.show(fleet.alerts.run)
        try await until("they are in the inbox") { fleet.alerts.total == 60 && fleet.alerts.unread == 60 }
        #expect(fleet.alerts.rows.count < 60 && fleet.alerts.hasMore)
        await fleet.alerts.acknowledgeAll()
        #expect(fleet.alerts.unread == 0 && fleet.alerts.trouble == nil)
        await fleet.alerts.showMore()
        #expect(fleet.alerts.rows.count == 60 && !fleet.alerts.hasMore)
        await phone.end(app)
    }

    @Test func aTapOpensTheUnitAlsoWhenItStartsTheApp() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        await fleet.privacy.set(.push, true)
        await app.opened(try payload(unit: 2, event: 41, type: "alarm"))
        #expect(fleet.router[.units] == [.unit(2)])
        await phone.end(app)

        let cold = AppModel(
            platform: phone.platform(phone.secrets),
            settings: AppSettings(defaults: phone.defaults, preferredLanguages: ["en"]))
        await phone.pushes.receiver?.opened(try payload(unit: 3, event: 43, type: "alarm"))
        #expect(try cold.fleet.router[.units] == [.unit(3)], "the core was opened for it")
        await phone.end(cold)
    }

    @Test func aTapBeforeTheSignInOpensTheUnitAfterIt() async throws {
        let app = await phone.startAgreed()
        await app.opened(try payload(unit: 2, event: 41, type: "alarm"))
        let form = try app.form
        form.fill(backend)
        await form.signIn()
        #expect(try app.fleet.router[.units] == [.unit(2)])
        #expect(app.pushTrouble == nil)
        await phone.end(app)
    }

    @Test func aMessageForSomebodyElseOrOfNobodyOpensNothingAndSaysSo() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        let table: [(String, (PushError) -> Bool)] = [
            (
                try payload(unit: 2, event: 41, type: "alarm", account: 77),
                { if case .OtherAccount = $0 { true } else { false } }
            ),
            ("no json", { if case .Malformed = $0 { true } else { false } }),
            (#"{"v":9,"event":1}"#, { if case .UnknownVersion = $0 { true } else { false } }),
        ]
        for (message, isExpected) in table {
            await app.opened(message)
            let trouble = try #require(app.pushTrouble)
            #expect(isExpected(trouble), "\(trouble)")
            #expect(app.words.sentence(trouble) != Words(.chinese).sentence(trouble))
            app.showsPushTrouble = false
        }
        #expect(fleet.router[.units].isEmpty && app.pushTrouble == nil)
        await phone.end(app)
    }

    @Test func settingsAreKeptAndWhatMakesNoSenseIsRefused() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        await fleet.privacy.set(.push, true)
        let model = fleet.alertSettings()
        phone.pushes.refused = true
        #expect(!model.isRefused)
        await model.askSystem()
        #expect(model.isRefused, "told with the way out")
        phone.pushes.refused = false
        await model.askSystem()
        #expect(!model.isRefused)
        #expect(model.kinds.contains(.alarm) && !model.kinds.contains(.online) && model.quietHours == nil)
        await model.set(.alarm, false)
        await model.set(.online, true)
        await model.setQuiet(true)
        await model.setQuiet(fromMinute: 0, toMinute: 1_439, timeZone: "Asia/Shanghai")
        #expect(model.trouble == nil)
        #expect(await !app.shows(try payload(unit: 2, event: 41, type: "alarm")), "switched off")
        #expect(await !app.shows(try payload(unit: 2, event: 42, type: "deviceOnline")), "quiet")
        await phone.end(app)

        let again = await phone.start()
        let kept = try again.fleet.alertSettings()
        #expect(kept.kinds.contains(.online) && !kept.kinds.contains(.alarm))
        #expect(kept.quietHours == QuietHours(fromMinute: 0, toMinute: 1_439, timeZone: "Asia/Shanghai"))
        await kept.setQuiet(timeZone: "Nowhere/Nothing")
        #expect(kept.trouble == .InvalidInput)
        #expect(kept.quietHours?.timeZone == "Asia/Shanghai", "what was refused is not shown as chosen")
        #expect(try again.fleet.alertSettings().quietHours?.timeZone == "Asia/Shanghai", "the one before counts")
        await kept.setQuiet(false)
        #expect(kept.trouble == nil && kept.quietHours == nil)
        #expect(await again.shows(try payload(unit: 2, event: 43, type: "deviceOnline")))
        await phone.end(again)
    }

    /// The beginning of what the backend keeps of this device.
    private func registration(_ language: String) -> String {
        #""registrationId":"\#(Self.name)","platform":"ios","language":"\#(language)""#
    }

    /// A message as the backend sends it, among the fields of the system and of the service.
    private func payload(unit: Int64, event: Int64, type: String, account: Int64 = 1) throws -> String {
        let at = ISO8601DateFormatter().string(from: Date())
        return """
            {"aps":{"alert":{"title":"Crane 7","body":"Alarm"}},"_j_msgid":1,"v":1,"account":"\(try code(account))",\
            "event":\(event),"unit":\(unit),"type":"\(type)","at":"\(at)"}
            """
    }

    /// The beginning of the SHA-256 of the server's address, a line feed and the account's number.
    private func code(_ account: Int64) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        #if os(macOS)
            process.arguments = ["shasum", "-a", "256"]
        #else
            process.arguments = ["sha256sum"]
        #endif
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        input.fileHandleForWriting.write(Data("\(backend.url)/\n\(account)".utf8))
        try input.fileHandleForWriting.close()
        let answer = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return String(answer.prefix(16))
    }
}
