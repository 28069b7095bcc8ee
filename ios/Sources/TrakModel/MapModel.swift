// Decides which part of the world the map asks for, what a touch does, and in which datum things are drawn. Points,
// clusters and the conversion between datums are the core's.
import Foundation
import Observation
import TrakKit

/// The map: points of the visible part, the followed unit and its tail.
@MainActor @Observable public final class MapModel {
    /// Units and clusters in the visible part, WGS-84.
    public private(set) var points: [MapPoint] = []
    /// How far to trust it.
    public private(set) var status: FleetStatus
    /// The recent track of the followed unit, WGS-84.
    public private(set) var tail: [TrackPoint] = []
    /// The followed unit.
    public private(set) var followed: Int64?
    /// Its name.
    public private(set) var followedName: String?
    /// The units of a cluster that cannot be split, opened as a list.
    public var openedCluster: OpenedCluster?

    /// The units that stand at one spot.
    public struct OpenedCluster: Identifiable, Equatable {
        let point: MapPoint
        /// As many pages as the person asked for.
        public internal(set) var rows: [UnitRow]
        /// How many there are.
        public internal(set) var count: Int
        /// The same for as long as it is open, whoever comes and goes.
        public let id: Int64
        public var hasMore: Bool { rows.count < count }
    }

    @ObservationIgnored private weak var camera: (any MapCameraControl)?
    @ObservationIgnored private var viewport: Viewport?
    @ObservationIgnored private var widthPoints = 0.0
    @ObservationIgnored private let core: Trak
    @ObservationIgnored private let clock: any ShellClock
    @ObservationIgnored private let settings: AppSettings

    public init(core: Trak, clock: any ShellClock, settings: AppSettings) {
        (self.core, self.clock, self.settings) = (core, clock, settings)
        status = core.status()
    }

    /// Keeps the map right until the task is cancelled.
    public func run() async {
        await watch(core, clock) { [self] in ask() }
    }

    /// The map was moved: `viewport` is what it shows, WGS-84, on `widthPoints` points of the screen.
    public func moved(to viewport: Viewport, widthPoints: Double) {
        (self.viewport, self.widthPoints) = (viewport, widthPoints)
        ask()
    }

    /// A map came onto the screen: it shows what the one before it showed, the first one all units.
    public func attach(_ camera: any MapCameraControl) {
        self.camera = camera
        if let viewport { camera.show(viewport) } else { showAll() }
    }

    /// Shows all units.
    public func showAll() {
        let all = core.map(query: MapQuery(viewport: .world, zoom: 0, filter: UnitFilter())).points.map(\.bounds)
        guard let first = all.first else { return }
        camera?.show(all.dropFirst().reduce(first) { $0.joined(with: $1) }.withRoom)
    }

    /// A touch on a point: a cluster is zoomed into, or opens as a list where it cannot be split. The answer is the unit
    /// to be opened, where it is one.
    public func touched(_ point: MapPoint) -> Int64? {
        if let unit = point.unitId { return unit }
        if point.canSplit {
            camera?.show(point.bounds.withRoom)
        } else {
            open(point)
        }
        return nil
    }

    /// Shows one page more of the cluster that is open.
    public func showMoreMembers() {
        guard let opened = openedCluster, let (more, _) = members(of: opened.point, from: opened.rows.count) else {
            return
        }
        openedCluster?.rows += more
    }

    /// The place in the middle of what is shown, WGS-84; nil before a map was shown.
    public var middle: Place? { viewport?.middle }

    /// Follows a unit, or nobody.
    public func follow(_ unit: Int64?) {
        followed = unit
        core.follow(unitId: unit)
        ask()
    }

    /// Where a WGS-84 place is drawn on Apple's map.
    public func drawn(_ place: Place) -> Place {
        drawOn(datum: settings.mapDatum, place: place)
    }

    /// The WGS-84 place of a place on Apple's map.
    public func place(drawnAt place: Place) -> Place {
        drawnAt(datum: settings.mapDatum, place: place)
    }

    /// The row of a unit, for its name beside its point.
    public func row(of unit: Int64) -> UnitRow? {
        core.unit(id: unit)?.row
    }

    private func ask() {
        if let viewport {
            let view = core.map(query: MapQuery(viewport: viewport, zoom: zoom(viewport), filter: UnitFilter()))
            if view.points != points { points = view.points }
            status = view.status
        }
        askOpened()
        askFollowed()
    }

    /// What was opened grows older, and units come and go: as many rows as are shown are asked for again.
    private func askOpened() {
        guard var opened = openedCluster, let (first, count) = members(of: opened.point) else { return }
        var rows = first
        while rows.count < min(opened.rows.count, count), let (more, _) = members(of: opened.point, from: rows.count),
            !more.isEmpty
        { rows += more }
        (opened.rows, opened.count) = (rows, count)
        if opened != openedCluster { openedCluster = opened }
    }

    private func askFollowed() {
        guard let followed else {
            (tail, followedName) = ([], nil)
            return
        }
        let row = core.unit(id: followed)?.row
        followedName = row?.name
        let now = core.tail()
        if now != tail {
            tail = now
            if let place = row?.place { camera?.centre(on: place) }
        }
    }

    /// The level at which the viewport's width of the world fills the screen's width with tiles of 256 points.
    private func zoom(_ viewport: Viewport) -> Double {
        let west = toMercator(place: Place(latDeg: viewport.southDeg, lonDeg: viewport.westDeg)).x
        let east = toMercator(place: Place(latDeg: viewport.southDeg, lonDeg: viewport.eastDeg)).x
        let share = east > west ? east - west : east - west + 1
        return max(log2(widthPoints / 256 / share), 0)
    }

    private func open(_ point: MapPoint) {
        openedCluster = members(of: point).map { rows, count in
            OpenedCluster(point: point, rows: rows, count: count, id: rows.first?.id ?? 0)
        }
    }

    /// The core refuses only a point that is not on earth, and then there is nothing to open.
    private func members(of point: MapPoint, from offset: Int = 0) -> (rows: [UnitRow], count: Int)? {
        guard let members = try? core.members(point: point, filter: UnitFilter(), offset: UInt32(offset)) else {
            return nil
        }
        return (members.rows, Int(members.total))
    }
}
