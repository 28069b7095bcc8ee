// Decides which pages of the unit list are in memory. Which units match and in what order is the core's.
import Observation
import TrakKit

/// The unit list: search, filter, order, and rows by their index, so that a hundred thousand units cost no more than a
/// few pages.
@MainActor @Observable public final class UnitsModel {
    public var text = "" { didSet { if text != oldValue { ask() } } }
    public var filter = UnitFilter() { didSet { if filter != oldValue { ask() } } }
    public var order = UnitOrder.name { didSet { if order != oldValue { ask() } } }

    /// How many units match.
    public private(set) var matched = 0
    /// How many units the account sees.
    public private(set) var total = 0
    /// How far to trust it.
    public private(set) var status: FleetStatus
    /// The groups to filter by.
    public private(set) var groups: [UnitGroup] = []
    /// Grows with each new answer; rows read it, so that they are drawn again.
    private var answers = 0

    @ObservationIgnored private var pages = PageCache<UnitRow>(capacity: 8)
    @ObservationIgnored private let core: Trak
    @ObservationIgnored private let clock: any ShellClock
    @ObservationIgnored private let myLocation: MyLocationModel

    public init(core: Trak, clock: any ShellClock, myLocation: MyLocationModel) {
        (self.core, self.clock, self.myLocation) = (core, clock, myLocation)
        status = core.status()
    }

    /// Keeps the list right until the task is cancelled.
    public func run() async {
        await watch(core, clock) { [self] in
            ask()
            let known = core.groups()
            if known != groups { groups = known }
        }
    }

    /// The row at an index below `matched`; nil when the list has just become shorter.
    public func row(at index: Int) -> UnitRow? {
        _ = answers
        return pages.element(at: index) { offset in fetch(offset)?.rows ?? [] }
    }

    /// Whether anything narrows the list.
    public var isNarrowed: Bool { !text.isEmpty || filter != UnitFilter() }

    /// Shows everything again.
    public func clear() {
        (text, filter) = ("", UnitFilter())
    }

    private func ask() {
        guard let first = fetch(0) else { return }
        pages.startOver(with: first.rows)
        (matched, total, status) = (Int(first.matched), Int(first.total), first.status)
        answers += 1
    }

    /// Only a place that is not on earth is refused, and then the list is asked for without it.
    private func fetch(_ offset: Int) -> FleetView? {
        var query = FleetQuery(
            text: text, filter: filter, order: order, origin: myLocation.origin, offset: UInt32(offset))
        if let view = try? core.fleet(query: query) { return view }
        query.origin = nil
        return try? core.fleet(query: query)
    }
}
