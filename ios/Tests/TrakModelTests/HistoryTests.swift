// One day's track: shown, replayed, exported, also from what the device kept.
import Foundation
import Observation
import Testing
import TrakKit

@testable import TrakModel

@MainActor @Suite struct HistoryTests {
    let phone: Phone
    let backend: Backend

    init() throws {
        phone = try Phone()
        backend = try Backend.withFleet()
    }

    /// A drive of ten points, one a minute, starting two hours ago but today at the earliest; then the unit's model.
    private func drive() async throws -> (AppModel, HistoryModel) {
        let start = max(
            Calendar.current.startOfDay(for: Date()).milliseconds, phone.clock.nowMs - 7_200_000)
        for step in 0..<10 {
            let place = Place(latDeg: 31.23 + Double(step) * 0.005, lonDeg: 121.47)
            try await backend.report("T1", place, atMs: start + Int64(step) * 60_000, speedKn: 18)
        }
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.units.run)
        try await until("the fleet is there") { fleet.units.row(at: 2)?.place != nil }
        return (app, fleet.history(of: try #require(fleet.units.row(at: 2)?.id)))
    }

    @Test func theDayShowsItsLineAndItsSummary() async throws {
        let (app, model) = try await drive()
        await model.load()
        #expect(model.phase == .shown && model.unitName == "冷链一号")
        #expect(model.pointCount == 10 && model.summary?.source == .server)
        #expect(model.segments.flatMap { $0 }.count == 10)
        // Nine steps of 0.005 degrees of latitude, 111.2 km a degree at 31 degrees north (110.86).
        #expect(abs((model.summary?.distanceM ?? 0) - 4_989) < 20)
        #expect(model.replayPoint?.atMs == model.segments.first?.first?.atMs)
        model.replayShare = 9
        #expect(model.replayPoint?.place.latDeg == 31.275)
        await phone.end(app)
    }

    @Test(arguments: [
        (ExportFormat.gpx, "gpx", "<gpx"), (.geoJson, "geojson", "\"MultiLineString\""), (.csv, "csv", ","),
    ])
    func theTrackIsSavedWhereThePersonChooses(format: ExportFormat, ending: String, holds: String) async throws {
        let (app, model) = try await drive()
        await model.load()
        await model.export(format)
        let name = try #require(model.saved)
        #expect(name.hasSuffix(".\(ending)") && name.hasPrefix("track-\(model.unitId)-20"))
        let file = String(decoding: try #require(phone.files.saved[name]), as: UTF8.self)
        #expect(file.contains(holds))
        await phone.end(app)
    }

    @Test func anExportThatIsGivenUpOrFailsIsToldApart() async throws {
        let (app, model) = try await drive()
        await model.load()
        phone.files.changesMind = true
        await model.export(.gpx)
        #expect(model.saved == nil && model.exportTrouble == nil)
        phone.files.isFull = true
        await model.export(.gpx)
        #expect(model.saved == nil && model.exportTrouble == .files)
        await phone.end(app)
    }

    @Test func withoutAConnectionTheKeptPartIsShownAndSaysSo() async throws {
        let (app, model) = try await drive()
        await model.load()
        backend.stop()
        await model.load()
        #expect(model.phase == .shown && model.summary?.source == .cache)
        await phone.end(app)
    }

    @Test func aDayWithoutPositionsIsEmptyNotAnError() async throws {
        let (app, model) = try await drive()
        model.firstDay = Date(milliseconds: phone.clock.nowMs - 90 * 86_400_000)
        model.lastDay = model.firstDay
        await model.load()
        #expect(model.phase == .shown && model.pointCount == 0)
        await phone.end(app)
    }

    @Test func severalDaysAreOneTrackAndOneFile() async throws {
        let earlier = phone.clock.nowMs - 3 * 86_400_000
        try await backend.report("T1", .square, atMs: earlier)
        let (app, model) = try await drive()
        model.firstDay = Date(milliseconds: earlier)
        await model.load()
        #expect(model.phase == .shown && model.pointCount == 11 && !model.isOneDay)
        #expect(model.segments.count > 1, "nothing is drawn where nothing is known")
        await model.export(.csv)
        let name = try #require(model.saved)
        #expect(name.contains("-to-"))
        let last = model.lastDay
        model.firstDay = Date(milliseconds: phone.clock.nowMs + 86_400_000)
        #expect(model.lastDay == model.firstDay, "the first drags the last along")
        model.lastDay = last
        #expect(model.firstDay == last && model.isOneDay, "and the other way round")
        await phone.end(app)
    }

    @Test func whatIsShownOfOtherDaysIsNotExportedAsTheChosenOnes() async throws {
        let (app, model) = try await drive()
        await model.load()
        #expect(model.showsChosen && model.showsOneDay)
        let (day, shown) = (model.firstDay, model.shownDays)
        backend.stop()
        model.lastDay = Date(milliseconds: phone.clock.nowMs + 2 * 86_400_000)
        #expect(!model.showsChosen && model.shownDays == shown && model.pointCount == 10, "it stays while others load")
        #expect(model.showsOneDay && !model.isOneDay, "and its moments are written as they were")
        await model.export(.csv)
        #expect(phone.files.saved.isEmpty && model.saved == nil)
        model.lastDay = day
        await model.export(.csv)
        #expect(model.saved != nil, "it is of these days again")
        await phone.end(app)
    }

    @Test func anAnswerToAnEarlierChoiceDoesNotReplaceTheNewer() async throws {
        let (app, model) = try await drive()
        await model.load()
        let (day, other) = (model.firstDay, Date(milliseconds: phone.clock.nowMs - 90 * 86_400_000))
        model.firstDay = other
        let shown = model.shownDays
        // The person chooses others again as soon as these are being asked for, and nobody cancels the asking.
        withObservationTracking {
            _ = model.phase
        } onChange: {
            MainActor.assumeIsolated { model.lastDay = other }
        }
        await model.load()
        #expect(model.phase == .loading && model.shownDays == shown, "the answer was to another question")
        (model.firstDay, model.lastDay) = (day, day)
        await model.load()
        #expect(model.phase == .shown && model.showsChosen && model.pointCount == 10)
        await phone.end(app)
    }

    @Test func anAnswerThatComesTooLateChangesNothing() async throws {
        let (app, model) = try await drive()
        let late = Task { await model.load() }
        late.cancel()
        await late.value
        #expect(model.phase == .loading && model.summary == nil)
        await phone.end(app)
    }
}
