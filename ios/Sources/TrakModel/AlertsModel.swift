// What happened to units, newest first. What counts as the same event is the core's.
import Observation
import TrakKit

/// The newest events.
@MainActor @Observable public final class AlertsModel {
    /// Newest first.
    public private(set) var events: [EventRow]
    /// The core's clock, for their ages; milliseconds since 1970.
    public private(set) var nowMs: Int64

    @ObservationIgnored private let core: Trak
    @ObservationIgnored private let clock: any ShellClock

    public init(core: Trak, clock: any ShellClock) {
        (self.core, self.clock) = (core, clock)
        events = core.events()
        nowMs = core.nowMs()
    }

    /// Keeps them right until the task is cancelled.
    public func run() async {
        await watch(core, clock) { [self] in
            let now = core.events()
            if now != events { events = now }
            nowMs = core.nowMs()
        }
    }

    /// Age of an event in milliseconds.
    public func ageMs(_ event: EventRow) -> Int64 {
        max(nowMs - event.atMs, 0)
    }
}
