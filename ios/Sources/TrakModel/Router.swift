// Decides where the person is in the app: which area, and what was opened on top of it.
import Observation

/// The places of the app; on a phone its tabs.
public enum Area: String, CaseIterable, Hashable, Sendable {
    case units, map, nearby, alerts, settings
}

/// What can be opened on top of a place.
public enum Route: Hashable, Sendable {
    case unit(Int64)
    case history(Int64)
    case nearbyUnit(Int64)
    case myLocation
    case about
}

/// Each area keeps its own path, as people expect of the system.
@MainActor @Observable public final class Router {
    public var area = Area.units
    private var paths: [Area: [Route]] = [:]

    public init() {}

    /// What is open in an area, the topmost last.
    public subscript(area: Area) -> [Route] {
        get { paths[area] ?? [] }
        set { paths[area] = newValue }
    }

    /// Opens something on top of the present area.
    public func open(_ route: Route) {
        self[area].append(route)
    }

    /// Goes to an area and shows its own first page.
    public func show(_ area: Area) {
        self.area = area
        self[area] = []
    }
}
