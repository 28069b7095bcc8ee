// Decides which days and which points of a person's own track are asked for and erased. What is a person's own, and the
// erasing at the server and on this device, is the core's.
import Foundation
import Observation
import TrakKit

/// Erasing one's own positions.
@MainActor @Observable public final class OwnTrackModel {
    /// The units whose positions are this person's own, by name.
    public private(set) var units: [UnitRow] = []
    /// Whether it is known which those are.
    public private(set) var isAsked = false
    /// Of which one. What was shown of another unit or of other days goes: nothing of it can be erased by mistake.
    public var unit: Int64? { didSet { if unit != oldValue { forget() } } }
    /// The first and the last day, at any moment of them, in the person's calendar. One drags the other along, so that the
    /// last never lies before the first.
    public var firstDay: Date {
        didSet {
            if lastDay < firstDay { lastDay = firstDay }
            if firstDay != oldValue { forget() }
        }
    }
    public var lastDay: Date {
        didSet {
            if lastDay < firstDay { firstDay = lastDay }
            if lastDay != oldValue { forget() }
        }
    }
    /// Single points of these days, oldest first; as many pages as the person asked for.
    public private(set) var points: [HistoryPoint] = []
    /// How many points these days have; nil before they were asked for.
    public private(set) var total: Int?
    public private(set) var working = false
    public private(set) var trouble: QueryError?
    /// How many positions the last erasing took away.
    public private(set) var erased: UInt64?

    @ObservationIgnored private var history: History?
    @ObservationIgnored private let core: Trak
    @ObservationIgnored private let calendar: Calendar

    init(core: Trak, clock: any ShellClock, calendar: Calendar = .current) {
        (self.core, self.calendar) = (core, calendar)
        let today = Date(milliseconds: clock.nowMs)
        (firstDay, lastDay) = (today, today)
    }

    /// The chosen unit's name.
    public var unitName: String { units.first { $0.id == unit }?.name ?? "" }

    /// Whether days can be erased.
    public var canErase: Bool { !working && unit != nil }

    /// Asks which units are one's own, now. For which one this device reports stands on the disk.
    public func refresh() async {
        let core = core
        units = await Task.detached { core.ownUnits() }.value
        isAsked = true
        if !units.contains(where: { $0.id == unit }) { unit = units.first?.id }
    }

    /// Fetches the points of the days and shows the first page of them.
    public func load() async {
        guard let unit, let range else { return }
        working = true
        let answer = await answered {
            try await self.core.history(unitId: unit, fromMs: range.from, toMs: range.to + 1)
        }
        working = false
        // An answer of another unit or of other days says nothing of these.
        guard unit == self.unit, self.range.map({ $0 == range }) == true else { return }
        switch answer {
        case .success(let found):
            (history, points, trouble) = (found, [], nil)
            total = Int(found.page(offset: 0).total)
            showMore()
        case .failure(let error): trouble = error
        }
    }

    /// Whether there are more points than those shown.
    public var hasMore: Bool { points.count < total ?? 0 }

    /// Shows one page more.
    public func showMore() {
        guard let history else { return }
        points += history.page(offset: UInt32(points.count)).points
    }

    /// Erases all positions of the chosen days.
    public func eraseDays() async {
        guard let range else { return }
        await erase(range.from, range.to)
    }

    /// Erases one point.
    public func erase(_ point: HistoryPoint) async {
        await erase(point.fixTimeMs, point.fixTimeMs)
    }

    private func erase(_ from: Int64, _ to: Int64) async {
        guard let unit, !working else { return }
        working = true
        (erased, trouble) = (nil, nil)
        let answer = await answered {
            try await self.core.erasePositions(unitId: unit, fromMs: from, toMs: to)
        }
        working = false
        switch answer {
        case .success(let count):
            erased = count
            if history != nil { await load() }
        case .failure(let error): trouble = error
        }
    }

    private func forget() {
        (history, points, total, erased, trouble) = (nil, [], nil, nil, nil)
    }

    /// Both ends included, milliseconds since 1970.
    private var range: (from: Int64, to: Int64)? {
        guard let first = calendar.dateInterval(of: .day, for: firstDay),
            let last = calendar.dateInterval(of: .day, for: lastDay)
        else { return nil }
        return (first.start.milliseconds, last.end.milliseconds - 1)
    }
}
