// The widgets' questions: answered from what the device keeps, also while the app runs and without a network.
import Foundation
import Testing
import TrakKit

@testable import TrakModel

@MainActor @Suite struct GlanceTests {
    let phone: Phone
    let backend: Backend

    init() throws {
        phone = try Phone()
        backend = try Backend.withFleet()
    }

    private var model: GlanceModel {
        GlanceModel(
            platform: phone.platform(phone.secrets),
            settings: AppSettings(defaults: phone.defaults, preferredLanguages: ["en"]))
    }

    private func usedApp() async throws -> AppModel {
        try await backend.report("T2", .square)
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.run)
        phone.show(fleet.units.run)
        try await until("the fleet is confirmed") { fleet.status.link == .live && fleet.units.total == 3 }
        return app
    }

    @Test func withoutASignInItSaysSo() async throws {
        #expect(await model.unit(1).title == "Sign in to the app first")
        #expect(await model.choices(matching: "").isEmpty)
    }

    @Test func theChosenUnitIsShownWithTheTimeOfItsFix() async throws {
        await phone.end(try await usedApp())
        backend.stop()
        let choice = try #require(await model.choices(matching: "crane").first)
        #expect(choice.name == "Crane 7")
        #expect(await model.choices([choice.id, 9_999]).map(\.name) == ["Crane 7"])
        let glance = await model.unit(choice.id)
        #expect(glance.title == "Crane 7" && glance.unitId == choice.id && glance.place == "31.230400, 121.473700")
        #expect((glance.fixTimeMs ?? 0) > Date().milliseconds - 60_000)
        phone.clock.move(ms: -7_200_000)
        let behind = try #require(await model.unit(choice.id).fixTimeMs)
        #expect(abs(phone.clock.nowMs - behind) < 60_000, "a clock that is two hours behind changes no age")
        #expect(await model.unit(nil).title == "Crane 7", "until the person chooses")
        #expect(await model.unit(9_999).title == "This unit is not there any more")
    }

    @Test func theNearestUnitIsFoundAndNothingIsAsked() async throws {
        await phone.end(try await usedApp())
        #expect(await model.nearest().title == "Location is not allowed")
        phone.location.change(.precise)
        let asked = Task { await model.nearest() }
        try await until("it reads") { phone.location.readerCount == 1 }
        phone.location.read(.bund, at: phone.clock.now)
        let readAt = model.words.moment(phone.clock.now.wallMs)
        let glance = await asked.value
        #expect(glance.title == "Crane 7" && glance.place?.hasPrefix("1.9 km ± ") == true)
        #expect(glance.place?.hasSuffix("from your place of \(readAt)") == true, "the distance is of then")
        #expect(phone.location.asked == 0)
        try await until("the sensors stop") { phone.location.readerCount == 0 }

        let inVain = Task { await model.nearest() }
        try await until("it reads") { phone.location.readerCount == 1 }
        phone.clock.advance(ms: 5_000)
        phone.clock.advance(ms: 5_000)
        #expect(await inVain.value.title == "No position yet", "it does not wait for ever")
    }

    @Test func theWidgetsAskAnewWhenWhatTheyShowIsNotPermittedAnyMore() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        var before = phone.system.widgetsReloaded
        await fleet.privacy.decide(.locationOnScreen, .withdrawn, on: .privacyCentre)
        #expect(phone.system.widgetsReloaded > before, "after a withdrawal")
        before = phone.system.widgetsReloaded
        #expect(await app.signOut(keepCache: false) == nil)
        #expect(phone.system.widgetsReloaded > before, "after a sign-out")
        await phone.end(app)
    }

    @Test func itAnswersWhileTheAppRuns() async throws {
        let app = try await usedApp()
        // The app writes what it has learnt a moment later.
        var glance = await model.unit(nil)
        for _ in 0..<100 where glance.place == nil { glance = await model.unit(nil) }
        #expect(glance.title == "Crane 7" && glance.place == "31.230400, 121.473700")
        #expect(app.rows("").count == 3, "the app has lost nothing")
        await phone.end(app)
    }
}
