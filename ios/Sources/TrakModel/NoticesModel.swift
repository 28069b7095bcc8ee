// Decides when the operator's notices are asked for: at the start, whenever the link comes up, and once a minute. What was
// not acknowledged stays on every screen. What is known of them without a server is the core's.
import Observation
import TrakKit

/// The operator's words to everybody whom they concern.
@MainActor @Observable public final class NoticesModel {
    /// All of them, newest first.
    public let all: Asked<[Notice]>
    /// Why the last acknowledgement did not reach the server.
    public private(set) var trouble: QueryError?

    /// Whether the server is being told.
    public private(set) var working = false

    @ObservationIgnored private var wasLive = false
    @ObservationIgnored private let core: Trak
    @ObservationIgnored private let clock: any ShellClock

    init(core: Trak, clock: any ShellClock) {
        (self.core, self.clock) = (core, clock)
        all = Asked { try await core.notices() }
    }

    /// Those that are held up, the oldest first: in the order in which they have to be read.
    public var open: [Notice] { (all.value ?? []).reversed().filter { $0.acknowledgedMs == nil } }

    /// Keeps them right until the task is cancelled.
    public func run() async {
        let (changes, minutes) = (core.changes(), clock.ticks(.minutes))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in changes { await self.askWhenLive() } }
            group.addTask { for await _ in minutes { await self.all.ask() } }
            await all.ask()
            await group.next()
            group.cancelAll()
        }
    }

    /// The person has read one. It stays up until the server knows.
    public func acknowledge(_ notice: Notice) async {
        working = true
        defer { working = false }
        switch await answered({ try await self.core.acknowledgeNotice(id: notice.id) }) {
        case .success: trouble = nil
        case .failure(let error): trouble = error
        }
        await all.ask()
    }

    private func askWhenLive() async {
        let isLive = core.status().link == .live
        defer { wasLive = isLive }
        if isLive && !wasLive { await all.ask() }
    }
}
