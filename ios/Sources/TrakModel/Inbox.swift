// The inbox, its settings and what came by pushes. The core's calls read or write the disk, so they run one after the
// other, away from the main thread. Leaves every decision to the core.
import TrakKit

actor Inbox {
    private let core: Trak

    init(core: Trak) {
        self.core = core
    }

    /// The first `count` pages as one.
    func pages(_ count: Int) -> Result<AlertsView, QueryError> {
        answer {
            var view = try core.alerts(page: 0)
            var next: UInt32 = 1
            while next < count, view.rows.count < view.total {
                let page = try core.alerts(page: next)
                if page.rows.isEmpty { break }
                view = AlertsView(rows: view.rows + page.rows, total: page.total, unread: page.unread)
                next += 1
            }
            return view
        }
    }

    func acknowledge(_ ids: [Int64]) -> Result<Void, QueryError> {
        answer { try core.acknowledgeAlerts(ids: ids) }
    }

    /// All that nobody has seen, on whatever page they stand.
    func acknowledgeAll() -> Result<Void, QueryError> {
        answer {
            var (unseen, page): ([Int64], UInt32) = ([], 0)
            while true {
                let view = try core.alerts(page: page)
                unseen += view.rows.filter { !$0.acknowledged }.map(\.event.id)
                if view.rows.isEmpty || unseen.count >= view.unread { break }
                page += 1
            }
            try core.acknowledgeAlerts(ids: unseen)
        }
    }

    func set(_ settings: AlertSettings) -> Result<Void, QueryError> {
        answer { try core.setAlertSettings(settings: settings) }
    }

    /// Takes a push that arrived at `nowMs`.
    func received(_ payloadJson: String, _ nowMs: Int64) -> Result<PushOutcome, PushError> {
        pushed { try core.pushReceived(payloadJson: payloadJson, nowMs: nowMs) }
    }

    /// The unit of a push that a person opened; nil while nobody is signed in.
    func opened(_ payloadJson: String) -> Result<Int64?, PushError> {
        pushed { try core.pushOpened(payloadJson: payloadJson) }
    }

    /// The unit of a push that was opened before anybody was signed in, once.
    func openedBefore() -> Int64? {
        core.takeOpenedUnit()
    }

    /// The newest runs of the job that erases what has outlived its term on this device.
    func retentionRuns() -> [RetentionRun] {
        core.retentionRuns()
    }

    /// The bindings declare these errors only; anything else is a fault of their own.
    private func answer<T>(_ work: () throws -> T) -> Result<T, QueryError> {
        Result(catching: work).mapError { $0 as? QueryError ?? .Closed }
    }

    private func pushed<T>(_ work: () throws -> T) -> Result<T, PushError> {
        Result(catching: work).mapError { $0 as? PushError ?? .Malformed }
    }
}
