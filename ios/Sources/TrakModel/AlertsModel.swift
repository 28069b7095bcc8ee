// Decides how much of the inbox is in memory and when it is read again. What is in it, once however it came, and what the
// person has seen is the core's.
import Observation
import TrakKit

/// The inbox: what happened to units, newest first. It survives restarts.
@MainActor @Observable public final class AlertsModel {
    /// Newest first; as many pages as the person asked for.
    public private(set) var rows: [AlertRow] = []
    /// How many there are.
    public private(set) var total = 0
    /// How many the person has not seen.
    public private(set) var unread = 0
    /// Why the inbox is not as it should be.
    public var trouble: QueryError? { refused ?? unreadable }
    /// Why the last command was not done; stays until the next one is.
    private var refused: QueryError?
    /// Why the disk could not be read.
    private var unreadable: QueryError?
    /// Whether the server is asked for what was missed.
    public private(set) var working = false
    /// The core's clock, for their ages; milliseconds since 1970.
    public private(set) var nowMs: Int64

    @ObservationIgnored private var pages = 1
    @ObservationIgnored private var newest: EventRow?
    @ObservationIgnored private let core: Trak
    @ObservationIgnored private let inbox: Inbox
    @ObservationIgnored private let clock: any ShellClock

    init(core: Trak, inbox: Inbox, clock: any ShellClock) {
        (self.core, self.inbox, self.clock) = (core, inbox, clock)
        nowMs = core.nowMs()
    }

    /// Keeps it right until the task is cancelled. The fleet changes all day: the disk is read where an event came, and
    /// with each tick for what came in other ways.
    public func run() async {
        let (changes, ticks) = (core.changes(), clock.ticks(.ages))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in changes { await self.readWhatIsNew() } }
            group.addTask { for await _ in ticks { await self.read() } }
            await read()
            await group.next()
            group.cancelAll()
        }
    }

    /// Asks the server for what happened while nobody listened.
    public func fetch() async {
        working = true
        defer { working = false }
        let answer = await answered { try await self.core.refreshAlerts() }
        note(answer.map { _ in })
        await read()
    }

    /// Whether there are more than those shown.
    public var hasMore: Bool { rows.count < total }

    /// Shows one page more.
    public func showMore() async {
        pages += 1
        await read()
    }

    /// The person has seen one.
    public func acknowledge(_ row: AlertRow) async {
        if !row.acknowledged { await acknowledge([row.event.id]) }
    }

    /// The person has seen all, also those of pages that are not shown.
    public func acknowledgeAll() async {
        await told(await inbox.acknowledgeAll())
    }

    /// Age of an event in milliseconds.
    public func ageMs(_ event: EventRow) -> Int64 {
        max(nowMs - event.atMs, 0)
    }

    private func acknowledge(_ ids: [Int64]) async {
        await told(await inbox.acknowledge(ids))
    }

    private func told(_ answer: Result<Void, QueryError>) async {
        note(answer)
        await read()
    }

    private func note(_ answer: Result<Void, QueryError>) {
        if case .failure(let error) = answer { refused = error } else { refused = nil }
    }

    private func readWhatIsNew() async {
        let now = core.events().first
        guard now != newest else { return }
        newest = now
        await read()
    }

    private func read() async {
        let answer = await inbox.pages(pages)
        nowMs = core.nowMs()
        switch answer {
        case .success(let view):
            if view.rows != rows { rows = view.rows }
            (total, unread, unreadable) = (Int(view.total), Int(view.unread), nil)
        case .failure(let error): unreadable = error
        }
    }
}
