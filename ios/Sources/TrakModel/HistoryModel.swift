// Decides which days are asked for and which point the replay stands at. Stops, gaps and lengths are the core's.
import Foundation
import Observation
import TrakKit

/// The track of one unit on one day or on several.
@MainActor @Observable public final class HistoryModel {
    /// What is shown.
    public enum Phase: Equatable {
        case loading
        case shown
        case failed(QueryError)
    }

    public let unitId: Int64
    public let unitName: String
    /// The first and the last day, at any moment of them, in the person's calendar. One drags the other along, so that the
    /// last never lies before the first.
    public var firstDay: Date { didSet { if lastDay < firstDay { lastDay = firstDay } } }
    public var lastDay: Date { didSet { if lastDay < firstDay { firstDay = lastDay } } }
    public private(set) var phase = Phase.loading
    /// The summary of what is shown; stays while other days load.
    public private(set) var summary: HistoryView?
    /// The line to draw, one run of points after the other.
    public private(set) var segments: [[TrackPoint]] = []
    /// Where the replay stands, an index into all points.
    public var replayed = 0
    /// Why the last export failed.
    public private(set) var exportTrouble: ExportTrouble?
    /// The name of the file saved last.
    public private(set) var saved: String?

    /// Why nothing was saved.
    public enum ExportTrouble: Equatable {
        case core(ExportError)
        case files
    }

    @ObservationIgnored private var points: [TrackPoint] = []
    @ObservationIgnored private var history: History?
    @ObservationIgnored private let core: Trak
    @ObservationIgnored private let files: any FilePresenter
    @ObservationIgnored private let calendar: Calendar

    public init(
        unitId: Int64, core: Trak, clock: any ShellClock, files: any FilePresenter, calendar: Calendar = .current
    ) {
        (self.unitId, self.core, self.files, self.calendar) = (unitId, core, files, calendar)
        unitName = core.unit(id: unitId)?.row.name ?? ""
        let today = Date(milliseconds: clock.nowMs)
        (firstDay, lastDay) = (today, today)
    }

    /// From the beginning of the first day to the end of the last.
    public var days: DateInterval? {
        guard let first = calendar.dateInterval(of: .day, for: firstDay),
            let last = calendar.dateInterval(of: .day, for: lastDay)
        else { return nil }
        return DateInterval(start: first.start, end: max(first.end, last.end))
    }

    /// Whether moments need no date.
    public var isOneDay: Bool { calendar.isDate(firstDay, inSameDayAs: lastDay) }

    /// Which days are shown; others than the chosen ones while those load, or when they could not be had.
    public private(set) var shownDays: DateInterval?

    /// Whether what is shown is of the chosen days.
    public var showsChosen: Bool { shownDays != nil && shownDays == days }

    /// Whether the moments of what is shown need no date.
    public var showsOneDay: Bool { shownDays.map { isOneDay($0) } ?? isOneDay }

    /// Fetches the days. An answer that comes after the person left or chose others is dropped; the core keeps what
    /// it fetched.
    public func load() async {
        guard let range = days else { return }
        phase = .loading
        do {
            let found = try await core.history(
                unitId: unitId, fromMs: range.start.milliseconds, toMs: range.end.milliseconds)
            if isWanted(range) { show(found, of: range) }
        } catch {
            if isWanted(range) { phase = .failed(error as? QueryError ?? .Closed) }
        }
    }

    /// How many points the line has.
    public var pointCount: Int { points.count }

    /// The same as a number that a slider can move.
    public var replayShare: Double {
        get { Double(replayed) }
        set { replayed = Int(newValue.rounded()) }
    }

    /// The point that the replay stands at.
    public var replayPoint: TrackPoint? {
        points.indices.contains(replayed) ? points[replayed] : nil
    }

    /// Saves the track where the person chooses.
    public func export(_ format: ExportFormat) async {
        // A file of other days than those that stand above it would be taken for theirs.
        guard let history, let shownDays, showsChosen else { return }
        (exportTrouble, saved) = (nil, nil)
        do {
            let file = try history.export(format: format)
            let name = fileName(format, shownDays)
            if try await files.save(file, named: name) { saved = name }
        } catch let error as ExportError {
            exportTrouble = .core(error)
        } catch {
            exportTrouble = .files
        }
    }

    private func isWanted(_ range: DateInterval) -> Bool { !Task.isCancelled && range == days }

    private func show(_ found: History, of range: DateInterval) {
        (history, shownDays) = (found, range)
        summary = found.summary()
        points = found.line()
        segments = points.reduce(into: []) { runs, point in
            if runs.last?.last?.segment == point.segment {
                runs[runs.count - 1].append(point)
            } else {
                runs.append([point])
            }
        }
        replayed = 0
        phase = .shown
    }

    /// The days only: a unit's name may hold what file systems refuse, and file names travel further than files.
    private func fileName(_ format: ExportFormat, _ days: DateInterval) -> String {
        let dates = isOneDay(days) ? name(days.start) : "\(name(days.start))-to-\(name(lastDay(of: days)))"
        let ending =
            switch format {
            case .gpx: "gpx"
            case .geoJson: "geojson"
            case .csv: "csv"
            }
        return "track-\(unitId)-\(dates).\(ending)"
    }

    private func isOneDay(_ days: DateInterval) -> Bool {
        calendar.isDate(days.start, inSameDayAs: lastDay(of: days))
    }

    /// The end is the first moment of the day after.
    private func lastDay(of days: DateInterval) -> Date { days.end.addingTimeInterval(-1) }

    private func name(_ day: Date) -> String {
        let parts = calendar.dateComponents([.year, .month, .day], from: day)
        return String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
    }
}
