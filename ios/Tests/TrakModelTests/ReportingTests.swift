// Reporting one's own position over the real core and a real backend: what is recorded arrives, a person sees why
// something is missing, and it goes on by itself.
import Foundation
import Testing
import TrakKit

@testable import TrakModel

@MainActor @Suite struct ReportingTests {
    let phone: Phone
    let backend: Backend

    init() throws {
        phone = try Phone(earlierMs: 3_600_000)
        backend = try Backend.withFleet()
        try backend.addUnit("PHONE-1", name: "My phone", plate: nil, category: "person")
        phone.location.change(.always)
    }

    /// Signs in and switches reporting on.
    private func started(as identifier: String = "PHONE-1") async throws -> (AppModel, ReportingModel) {
        let (app, fleet) = try await phone.startSignedIn(backend)
        let model = fleet.reporting
        phone.show(model.run)
        #expect(!model.isOn && !model.isCapturing && phone.location.count(.reporting) == 0, "off until somebody taps")
        #expect(!model.canStart)
        model.identifier = identifier
        await model.start()
        try await until("it reports") { model.isOn && phone.location.count(.reporting) == 1 }
        try await until("the surroundings are told") { phone.location.wanted.count == 2 }
        return (app, model)
    }

    /// Hands a track over in batches of twenty readings, as the system does; each is kept before the next one comes.
    private func replay(_ track: Track, from first: Int = 0, count: Int = .max) async throws {
        let points = track.points.dropFirst(first).prefix(count)
        guard let start = points.first?.ms else { return }
        let begin = phone.clock.now
        var batch: [Fix] = []
        for (index, point) in zip(points.indices, points) {
            let taken = phone.clock.at(point.ms - start - (phone.clock.nowMs - begin.wallMs))
            batch.append(Fix(point.place, taken: taken, accuracyM: 5))
            guard batch.count == 20 || index == points.indices.last else { continue }
            phone.clock.move(ms: taken.wallMs - phone.clock.nowMs)
            let kept = phone.location.wanted.count
            phone.location.read(batch)
            try await until("the batch is kept") { phone.location.wanted.count > kept }
            batch = []
        }
        phone.clock.move(ms: 1_000)
    }

    @Test(arguments: Track.all) func aReplayedTrackArrivesWholeAndInOrder(track: Track) async throws {
        let start = phone.clock.nowMs
        let (app, model) = try await started()
        try await replay(track)
        await model.stop(.send)
        try await until("everything is sent") { model.view?.outbox.queued == 0 && !model.isOn }
        #expect(!model.isCapturing && model.trouble == nil)

        let core = try #require(app.core)
        try await until("the fleet knows it") { app.rows("My phone").first?.place != nil }
        let unit = try #require(app.rows("My phone").first?.id)
        let history = try await core.history(
            unitId: unit, fromMs: start - 1_000, toMs: start + track.lengthMs + 60_000)
        let line = history.line()
        #expect(line.count >= 10, "\(line.count)")
        #expect(zip(line, line.dropFirst()).allSatisfy { $0.atMs < $1.atMs }, "in order, none twice")
        let recorded = Dictionary(track.points.map { ($0.ms, $0.place) }) { first, _ in first }
        for point in line {
            let place = try #require(recorded[point.atMs - start], "at a time when no reading was taken")
            let offM = try #require(distanceBearing(from: place, to: point.place)).distanceM
            // While nothing moves the place of the stay stands for what the receiver makes of it.
            #expect(offM < (track.name == Track.northwards.name ? 0.2 : 35), "\(offM)")
        }
        #expect(line.last?.atMs == model.view?.outbox.newestSentMs)
        let length = history.summary().distanceM
        #expect(abs(length - track.lengthM) < 0.15 * track.lengthM, "\(length) of \(track.lengthM) m")
        #expect((model.view?.outbox.lastSuccessMs ?? 0) > 0)
        await phone.end(app)
    }

    @Test func withoutAConnectionItWaitsSaysWhyAndGoesOnAfterARestart() async throws {
        let (app, model) = try await started()
        backend.stop()
        try await replay(.northwards, count: 140)
        try await until("it says why") { model.view?.blocked == .offline }
        #expect(model.view?.moving == true)
        let queued = try #require(model.view?.outbox.queued)
        #expect(queued >= 4)
        #expect(model.view?.outbox.oldestMs != nil && model.view?.outbox.lastSuccessMs == nil)
        #expect(app.words.sentence(Blocked.offline).hasPrefix("No connection. What waits is kept"))
        await phone.end(app)
        try await until("the sensors stop with the app") { phone.location.readerCount == 0 }

        let again = await phone.start()
        let resumed = try again.fleet.reporting
        #expect(resumed.isOn && resumed.isCapturing, "it goes on without a screen")
        #expect(resumed.view?.unitIdentifier == "PHONE-1")
        phone.show(resumed.run)
        try await until("it reads") { phone.location.count(.reporting) == 1 }
        try await replay(.northwards, from: 140)
        try await until("more waits") { (resumed.view?.outbox.queued ?? 0) > queued }
        try backend.start()
        phone.show(again.watchNetwork)
        phone.network.change(false)
        phone.network.change(true)
        try await until("everything is sent") { resumed.view?.outbox.queued == 0 }
        #expect(resumed.view?.blocked == nil)
        await phone.end(again)
    }

    @Test func aPermissionThatIsTakenAwayIsAGapWithItsCauseUntilItComesBack() async throws {
        let (app, model) = try await started()
        try await replay(.northwards, count: 60)
        phone.location.change(.denied)
        try await until("a gap that lasts") {
            model.view?.gaps.first?.cause == .permissionLost && model.view?.gaps.first?.toMs == nil
        }
        #expect(model.access == .denied && model.isOn, "only the person switches it off")
        #expect(phone.location.wanted.last?.accuracy == .low, "nothing is wanted of the sensors")
        phone.clock.move(ms: 600_000)
        phone.location.change(.precise)
        try await replay(.northwards, from: 60, count: 60)
        try await until("the gap has ended") { model.view?.gaps.first?.toMs != nil }
        #expect(model.view?.gaps.first?.cause == .permissionLost)
        await phone.end(app)
    }

    @Test func aReducedPermissionAsksLessOfTheSensorsAndTellsSo() async throws {
        let (app, model) = try await started()
        try await replay(.northwards, count: 60)
        #expect(phone.location.wanted.last?.accuracy == .high)
        phone.location.change(.approximate)
        try await until("asked for less") { phone.location.wanted.last?.accuracy == .balanced }
        #expect(model.access == .approximate && model.isOn)
        await phone.end(app)
    }

    @Test func aWeakBatteryAsksLessOfTheSensors() async throws {
        let (app, _) = try await started()
        try await replay(.northwards, count: 60)
        let before = try #require(phone.location.wanted.last?.intervalMs)
        phone.power.change(PowerState(battery: Battery(levelPercent: 5, charging: false), saving: true))
        try await until("asked less often") { (phone.location.wanted.last?.intervalMs ?? 0) > before }
        await phone.end(app)
    }

    @Test func aUnitThatTheServerDoesNotKnowIsNamedAndErasingLeavesNothing() async throws {
        let (app, model) = try await started(as: "NOBODY")
        try await replay(.northwards, count: 60)
        try await until("it says why") { model.view?.blocked == .unknownUnit }
        #expect((model.view?.outbox.queued ?? 0) > 0)
        await model.stop(.erase)
        #expect(model.view?.outbox.queued == 0 && !model.isOn && phone.location.count(.reporting) == 0)
        await phone.end(app)
    }

    @Test func whatIsNoIdentifierIsRefusedAndNothingRuns() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        let model = fleet.reporting
        model.identifier = "two\nlines"
        await model.start()
        #expect(model.trouble == .InvalidInput && !model.isOn && !model.isCapturing)
        phone.location.change(.denied)
        phone.show(model.run)
        try await until("not allowed") { model.access == .denied }
        model.identifier = "PHONE-1"
        #expect(!model.canStart, "without a permission there is nothing to switch on")
        await phone.end(app)
    }

    @Test func theUnitCanBeChosenFromTheList() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.units.run)
        try await until("the fleet is there") { fleet.units.matched == 4 }
        fleet.reporting.identifier = "phone"
        let row = try #require(fleet.reporting.candidates.first)
        #expect(row.name == "My phone")
        fleet.reporting.choose(row.id)
        #expect(fleet.reporting.identifier == "PHONE-1")
        await phone.end(app)
    }

    @Test func readingsAreTakenBeforeTheSystemsQuestionOfMessagesIsAnswered() async throws {
        let (app, _) = try await started()
        try await app.fleet.privacy.decide(.push, .given, on: .feature)
        await phone.end(app)

        phone.pushes.waits = true
        let starting = Task { await phone.start() }
        try await until("it reads") { phone.location.count(.reporting) == 1 }
        phone.pushes.answer()
        await phone.end(await starting.value)
    }

    @Test func aStartBeforeTheFirstUnlockGoesOnAfterIt() async throws {
        let (app, _) = try await started()
        await phone.end(app)
        phone.secrets.setLocked(true)
        let again = await phone.start()
        guard case .failed = again.phase else { throw AppModel.Unexpected(phase: "\(again.phase)") }
        phone.secrets.setLocked(false)
        phone.system.unlock()
        try await until("it captures") { (try? again.fleet.reporting.isCapturing) == true }
        await phone.end(again)
    }

    @Test func whatOnePersonTypedTheNextOneDoesNotSee() async throws {
        let other = "second@example.com"
        try backend.administer(
            ["account", "add", other, "--name", "Second", "--password-file", "-"], input: Backend.password)
        let (app, fleet) = try await phone.startSignedIn(backend)
        fleet.reporting.identifier = "two\nlines"
        await fleet.reporting.start()
        #expect(fleet.reporting.trouble == .InvalidInput)
        #expect(await app.signOut(keepCache: true) == nil)
        if case .consent(let privacy) = app.phase { await privacy.decide(.account, .given, on: .firstRun) }
        let form = try app.form
        form.fill(backend)
        form.email = other
        await form.signIn()
        #expect(app.account?.email == other, "\(String(describing: form.refusal))")
        let reporting = try app.fleet.reporting
        #expect(reporting.identifier.isEmpty && reporting.trouble == nil)
        await phone.end(app)
    }

    @Test func signingOutEndsTheCapture() async throws {
        let (app, model) = try await started()
        try await replay(.northwards, count: 20)
        #expect(await app.signOut(keepCache: false) == nil)
        #expect(!model.isOn && !model.isCapturing)
        try await until("the sensors stop") { phone.location.readerCount == 0 }
        await phone.end(app)
    }
}

@MainActor extension AppModel {
    /// What the list finds.
    func rows(_ text: String) -> [UnitRow] {
        let query = FleetQuery(text: text, filter: UnitFilter(), order: .name, origin: nil, offset: 0)
        return (try? core?.fleet(query: query).rows) ?? []
    }
}
