// The fleet live: list, search, filter, one unit, nearby, alerts, over the real core and a real backend.
import Foundation
import Testing
import TrakKit

@testable import TrakModel

@MainActor @Suite struct FleetTests {
    let phone: Phone
    let backend: Backend

    init() throws {
        phone = try Phone()
        backend = try Backend.withFleet()
    }

    @Test func aUnitThatReportsMovesOnTheScreenByItself() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.run)
        phone.show(fleet.units.run)
        try await until("the link is live") { fleet.status.link == .live && fleet.units.total == 3 }
        #expect(fleet.units.names == ["Crane 7", "Trailer without news", "冷链一号"])
        try await backend.report("T2", .square, speedKn: 10)
        try await until("the report shows") { fleet.units.row(at: 0)?.freshness == .live }
        let row = try #require(fleet.units.row(at: 0))
        #expect(abs((row.speedMps ?? 0) - 5.14) < 0.01)
        #expect(app.words.state(row).hasPrefix("Live, "))
        await phone.end(app)
    }

    @Test func oneChineseCharacterFindsTheUnit() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.units.run)
        try await until("the fleet is there") { fleet.units.total == 3 }
        let table = [("链", ["冷链一号"]), ("沪", ["冷链一号"]), ("crane", ["Crane 7"]), ("１２３", ["冷链一号"]), ("nothing", [])]
        for (text, names) in table {
            fleet.units.text = text
            #expect(fleet.units.names == names, "\(text)")
            #expect(fleet.units.isNarrowed && fleet.units.total == 3)
        }
        fleet.units.clear()
        fleet.units.filter.kinds = [.crane]
        #expect(fleet.units.names == ["Crane 7"])
        fleet.units.clear()
        #expect(fleet.units.matched == 3)
        await phone.end(app)
    }

    @Test func rowsBeyondTheFirstPageComeWhenTheyAreLookedAt() async throws {
        let group = try backend.administer(["group", "add", "Many"])
        try backend.administer(["grant", "group", Backend.email, group])
        for number in 1...120 {
            try backend.administer(["unit", "add", "M\(number)", "--name", "Many \(number)", "--group", group])
        }
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.units.run)
        try await until("the fleet is there") { fleet.units.matched == 123 }
        #expect(fleet.units.row(at: 122)?.name == "冷链一号")
        #expect(fleet.units.row(at: 60)?.name == "Many 60")
        #expect(fleet.units.row(at: 123) == nil)
        #expect(fleet.units.names.count == 123)
        #expect(fleet.units.groups.map(\.name) == ["Many"])
        fleet.units.filter.groups = fleet.units.groups.map(\.id)
        #expect(fleet.units.matched == 120)
        await phone.end(app)
    }

    @Test func aUnitTellsItsAgesApartAndOffersWhatCanBeDone() async throws {
        let taken = Date().milliseconds - 7_200_000
        try await backend.report("T1", .bund, atMs: taken)
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.units.run)
        try await until("the fleet is there") { fleet.units.matched == 3 }
        let model = fleet.unit(try #require(fleet.units.row(at: 2)?.id))
        phone.show(model.run)
        let details = try #require(model.details)
        #expect(details.row.plate == "沪A12345" && details.uniqueId == "T1")
        #expect(details.row.freshness == .old)
        // The server's clock is known to a second.
        #expect((details.fixAgeMs ?? 0) >= 7_199_000)
        #expect((details.receivedAgeMs ?? .max) < 60_000, "it was taken two hours ago and has just arrived")
        #expect(model.directions(.apple)?.absoluteString == "maps://?daddr=31.239700,121.490000")
        let shifted = drawOn(datum: .gcj02, place: .bund)
        let (amap, baidu) = (
            model.directions(.amap)?.absoluteString ?? "", model.directions(.baidu)?.absoluteString ?? ""
        )
        #expect(shifted.lonDeg - Place.bund.lonDeg > 0.003, "the map apps of mainland China take shifted places")
        #expect(
            amap.hasPrefix("iosamap://path?") && amap.contains("dlat=\(shifted.latDeg)&dlon=\(shifted.lonDeg)&dev=0"))
        #expect(
            baidu.hasPrefix("baidumap://map/direction?destination=\(shifted.latDeg),\(shifted.lonDeg)&coord_type=gcj02")
        )
        phone.system.canOpen = false
        await model.open(try #require(model.directions(.amap)))
        #expect(model.nothingOpened)
        phone.system.canOpen = true
        await model.open(try #require(model.directions(.apple)))
        #expect(!model.nothingOpened && phone.system.opened.count == 2)
        let stamp = app.words.stamp(try #require(details.row.fixTimeMs))
        #expect(model.sharedText(app.words) == "冷链一号\n31.239700,121.490000\n\(stamp)", "a place has its time")
        #expect(stamp.wholeMatch(of: /\d{4}-\d\d-\d\d \d\d:\d\d (Z|[+-]\d\d:\d\d)/) != nil)
        #expect(model.phoneUrl == nil)
        let shown = try #require(app.settings.coordinates(.bund))
        model.copy(shown, words: app.words)
        #expect(phone.system.copied == ["31.239700, 121.490000"] && phone.system.announced == ["Copied"])
        await phone.end(app)
    }

    @Test func nearbyIsRankedWithItsUncertaintyAroundMeAndAroundAUnit() async throws {
        try await backend.report("T1", .bund)
        try await backend.report("T2", .square)
        phone.location.change(.precise)
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.myLocation.run)
        phone.show(fleet.nearby.run)
        try await until("it reads") { phone.location.readerCount == 1 }
        #expect(fleet.nearby.view == nil, "nobody asks before there is a place")
        phone.location.read(.square, at: phone.clock.now, accuracyM: 20)
        try await until("a place") { fleet.myLocation.here != nil }
        fleet.nearby.ask()
        try await until("both are near") { fleet.nearby.view?.rows.count == 2 }
        let rows = try #require(fleet.nearby.view?.rows)
        #expect(rows.map(\.unit.name) == ["Crane 7", "冷链一号"])
        #expect(abs((rows[1].unit.distanceM ?? 0) - 1_865) < 15, "\(rows[1].unit.distanceM ?? 0)")
        #expect(rows[1].uncertainty.distanceM >= 25, "both circles count")
        fleet.nearby.radiusM = 100
        #expect(fleet.nearby.view?.rows.map(\.unit.name) == ["Crane 7"])
        #expect(fleet.nearby.wider == 200)

        let around = fleet.nearby(unit: rows[1].unit.id)
        phone.show(around.run)
        try await until("asked around the unit") { around.view != nil }
        #expect(around.unitName == "冷链一号")
        #expect(around.view?.rows.map(\.unit.name) == ["Crane 7"], "the unit itself is left out")
        await phone.end(app)
    }

    @Test func anEventShowsOnceWithItsUnit() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.run)
        phone.show(fleet.alerts.run)
        try await until("the link is live") { fleet.status.link == .live }
        try await backend.report("T2", .square)
        try await until("the unit came online") { fleet.alerts.rows.contains { $0.event.kind == .online } }
        let event = try #require(fleet.alerts.rows.first?.event)
        #expect(event.unitName == "Crane 7")
        #expect(app.words.event(event) == "Link up")
        #expect(Set(fleet.alerts.rows.map(\.event.id)).count == fleet.alerts.rows.count)
        #expect(fleet.alerts.ageMs(event) < 60_000)
        await phone.end(app)
    }

    @Test func theSystemsAssistantIsAnsweredInOneSentence() async throws {
        try await backend.report("T2", .square)
        let app = await phone.startAgreed()
        #expect(await app.whereIs("crane") == "Sign in to the app first")
        let form = try app.form
        form.fill(backend)
        await form.signIn()
        phone.show(try app.fleet.run)
        phone.show(try app.fleet.units.run)
        try await until("the fleet is there") { (try? app.fleet.units.row(at: 0)?.place) == .square }
        try await until("the link is live") { (try? app.fleet.status.link) == .live }
        let answer = await app.whereIs("crane")
        #expect(answer.hasPrefix("Crane 7, Live, ") && answer.hasSuffix("31.230400, 121.473700"), "\(answer)")
        #expect(await app.whereIs("nothing") == "No unit matches")
        #expect(await app.nearest() == "Agree in the app first that your location is shown")
        #expect(phone.location.readerCount == 0 && phone.location.asked == 0)
        try await app.fleet.myLocation.agree()
        #expect(phone.location.asked == 1, "the system's question comes after the agreement")
        #expect(await app.nearest() == "Location is not allowed")
        phone.location.change(.precise)
        let asked = Task { await app.nearest() }
        try await until("it reads") { phone.location.readerCount == 1 }
        phone.location.read(.bund, at: phone.clock.now, accuracyM: 20)
        let nearest = await asked.value
        #expect(nearest.hasPrefix("Crane 7, 1.9 km ± ") && nearest.contains(", Live, "), "\(nearest)")
        #expect(!nearest.contains("from where"), "\(nearest)")
        try await until("the sensors stop") { phone.location.readerCount == 0 }

        phone.clock.move(ms: 3_600_000)
        let later = Task { await app.nearest() }
        try await until("it reads in vain") { phone.location.readerCount == 1 }
        phone.clock.advance(ms: 5_000)
        phone.clock.advance(ms: 5_000)
        let old = await later.value
        #expect(old.contains("from where you were 1 hour ago"), "\(old)")
        await phone.end(app)
    }
}
