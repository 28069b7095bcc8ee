// An app that was used and ended leaves nothing: no task, no model, no core and with it no native memory.
import Foundation
import Testing
import TrakKit

@testable import TrakModel

@MainActor @Suite struct LeakTests {
    let phone: Phone
    let backend: Backend

    init() throws {
        phone = try Phone()
        backend = try Backend.withFleet()
        phone.location.change(.always)
    }

    @Test func anAppThatEndedLeavesNothing() async throws {
        weak var core: Trak?
        weak var app: AppModel?
        weak var fleet: FleetModel?
        weak var reporting: ReportingModel?
        weak var alerts: AlertsModel?
        do {
            let (used, model) = try await phone.startSignedIn(backend)
            (core, app, fleet, reporting, alerts) = (used.core, used, model, model.reporting, model.alerts)
            let (unit, around) = (model.unit(1), model.nearby(unit: 1))
            let screens: [@MainActor () async -> Void] = [
                used.watchNetwork, model.run, model.units.run, model.map.run, model.nearby.run, model.alerts.run,
                model.myLocation.run, model.reporting.run, { await used.notices?.run() },
                model.privacy.run,
                unit.run, around.run,
            ]
            for screen in screens { phone.show(screen) }
            await model.privacy.set(.push, true)
            await phone.pushes.receiver?.registered("1a0018970a8c3f2e001")
            model.reporting.identifier = "T1"
            await model.reporting.start()
            phone.location.read(.bund, at: phone.clock.now)
            try await until("everything runs") {
                model.status.link == .live && model.reporting.isCapturing && model.myLocation.here != nil
            }
            await phone.end(used)
        }
        try await until("the sensors stop") { phone.location.readerCount == 0 && phone.location.count(.access) == 0 }
        // What a task held goes with the task, which may end a moment after whoever waited for it.
        for _ in 0..<1_000 where core != nil || app != nil { await Task.yield() }
        #expect(core == nil && app == nil && fleet == nil && reporting == nil && alerts == nil)
        #expect(phone.pushes.receiver == nil)
    }
}
