// The map: what is shown, what a touch does, where things are drawn on both sides of the GCJ-02 border.
import Foundation
import Testing
import TrakKit

@testable import TrakModel

@MainActor @Suite struct MapTests {
    let phone: Phone
    let backend: Backend

    init() throws {
        phone = try Phone()
        backend = try Backend.withFleet()
    }

    private let shanghai = Viewport(southDeg: 31.0, westDeg: 121.2, northDeg: 31.4, eastDeg: 121.8)

    @Test func allUnitsAreShownFirstAndAClusterOpensStepByStep() async throws {
        try await backend.report("T1", .bund)
        try await backend.report("T2", .square)
        try await backend.report("T3", .square)
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.units.run)
        try await until("the fleet is there") { fleet.units.matched == 3 && fleet.units.row(at: 0)?.place != nil }
        let camera = FakeCamera()
        fleet.map.attach(camera)
        let shown = try #require(camera.shown.last)
        #expect(
            shown.southDeg < 31.2304 && shown.northDeg > 31.2397 && shown.westDeg < 121.4737 && shown.eastDeg > 121.49)

        phone.show(fleet.map.run)
        fleet.map.moved(to: shanghai, widthPoints: 100)
        #expect(fleet.map.points.map(\.count) == [3])
        let cluster = try #require(fleet.map.points.first)
        #expect(fleet.map.touched(cluster) == nil)
        #expect(camera.shown.count == 2, "it is zoomed into")
        #expect(fleet.map.openedCluster == nil)

        fleet.map.moved(
            to: Viewport(southDeg: 31.22, westDeg: 121.46, northDeg: 31.25, eastDeg: 121.5), widthPoints: 400)
        #expect(fleet.map.points.map(\.count).sorted() == [1, 2])
        let single = try #require(fleet.map.points.first { $0.count == 1 })
        #expect(fleet.map.touched(single) == single.unitId)
        let spot = try #require(fleet.map.points.first { $0.count == 2 })
        #expect(!spot.canSplit)
        #expect(fleet.map.touched(spot) == nil)
        #expect(Set(fleet.map.openedCluster?.rows.map(\.name) ?? []) == ["Crane 7", "Trailer without news"])

        let (opened, before) = (fleet.map.openedCluster?.id, crane(fleet)?.fixTimeMs ?? .max)
        phone.show(fleet.run)
        try await until("live") { fleet.status.link == .live }
        try await backend.report("T2", .square)
        try await until("an open list is asked for again") { (crane(fleet)?.fixTimeMs ?? 0) > before }
        #expect(fleet.map.openedCluster?.id == opened, "and is no other one")
        await phone.end(app)
    }

    private func crane(_ fleet: FleetModel) -> UnitRow? {
        fleet.map.openedCluster?.rows.first { $0.name == "Crane 7" }
    }

    @Test func aFollowedUnitStaysInTheMiddleAndDrawsItsTail() async throws {
        try await backend.report("T1", .bund, atMs: Date().milliseconds - 60_000)
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.run)
        phone.show(fleet.units.run)
        phone.show(fleet.map.run)
        try await until("live") { fleet.status.link == .live && fleet.units.row(at: 2)?.place != nil }
        let camera = FakeCamera()
        fleet.map.attach(camera)
        fleet.map.follow(fleet.units.row(at: 2)?.id)
        try await until("its tail") { !fleet.map.tail.isEmpty }
        #expect(fleet.map.followedName == "冷链一号")
        try await backend.report("T1", .square)
        try await until("it moved") { fleet.map.tail.last?.place == .square && camera.centred.last == .square }
        fleet.map.follow(nil)
        #expect(fleet.map.tail.isEmpty && fleet.map.followedName == nil)
        await phone.end(app)
    }

    @Test func placesAreShiftedInsideMainlandChinaOnly() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        let (inside, outside) = (fleet.map.drawn(.bund), fleet.map.drawn(.london))
        #expect(abs(inside.lonDeg - Place.bund.lonDeg) > 0.003, "Apple's map of mainland China is GCJ-02")
        #expect(outside == .london)
        let back = fleet.map.place(drawnAt: inside)
        #expect(abs(back.latDeg - Place.bund.latDeg) < 1e-8 && abs(back.lonDeg - Place.bund.lonDeg) < 1e-8)
        app.settings.mapDatum = .wgs84
        #expect(fleet.map.drawn(.bund) == .bund)
        app.settings.mapLayer = .satellite
        #expect(fleet.map.drawn(.bund) == inside, "each layer has a datum of its own")
        await phone.end(app)
        let kept = AppSettings(defaults: phone.defaults)
        #expect(kept.mapLayer == .satellite && kept.mapDatum == .gcj02)
        kept.mapLayer = .streets
        #expect(kept.mapDatum == .wgs84)
    }

    @Test func moreUnitsAtOneSpotThanAPageHoldsAreAllListed() async throws {
        for number in 1...52 {
            try backend.addUnit("Y\(number)", name: "Yard \(number)", plate: nil, category: "van")
            try await backend.report("Y\(number)", .square)
        }
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.units.run)
        phone.show(fleet.map.run)
        try await until("the fleet is there") { fleet.units.matched == 55 }
        fleet.map.moved(to: shanghai, widthPoints: 400)
        let spot = try #require(fleet.map.points.first)
        #expect(spot.count == 52 && !spot.canSplit && fleet.map.touched(spot) == nil)
        #expect(fleet.map.openedCluster?.rows.count == 50 && fleet.map.openedCluster?.hasMore == true)
        fleet.map.showMoreMembers()
        #expect(Set(fleet.map.openedCluster?.rows.map(\.id) ?? []).count == 52)
        #expect(fleet.map.openedCluster?.hasMore == false)
        await phone.end(app)
    }

    @Test func whatIsNearAPlaceIsFoundFromTheMapAndFromCoordinates() async throws {
        try await backend.report("T2", .square)
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.units.run)
        try await until("the fleet is there") { fleet.units.row(at: 0)?.place != nil }
        #expect(fleet.map.middle == nil)
        fleet.map.moved(
            to: Viewport(southDeg: -20, westDeg: 170, northDeg: -10, eastDeg: -170), widthPoints: 400)
        #expect(fleet.map.middle == Place(latDeg: -15, lonDeg: 180), "across the antimeridian")
        fleet.map.moved(to: shanghai, widthPoints: 400)
        let middle = try #require(fleet.map.middle)
        let near = fleet.nearby(place: middle)
        near.ask()
        #expect(near.view?.rows.map(\.unit.name) == ["Crane 7"])

        let form = fleet.placeForm()
        form.text = "somewhere"
        form.find()
        #expect(form.isRefused && fleet.router[.units].isEmpty)
        form.text = "31°13′49.44″N 121°28′25.32″E"
        #expect(!form.isRefused)
        form.find()
        guard case .nearbyPlace(let typed) = fleet.router[.units].last else {
            Issue.record("\(fleet.router[.units])")
            return
        }
        #expect(abs(typed.latDeg - Place.square.latDeg) < 1e-5 && abs(typed.lonDeg - Place.square.lonDeg) < 1e-5)
        let around = fleet.nearby(place: typed)
        around.radiusM = 100
        #expect((around.view?.rows.first?.unit.distanceM).map { $0 < 5 } == true)
        await phone.end(app)
    }
}
