// Decides where the person is in the app: which area, and what was opened on top of it.
import Observation
import TrakKit

/// The places of the app; on a phone its tabs.
public enum Area: String, CaseIterable, Hashable, Sendable {
    case units, map, nearby, alerts, settings
}

/// What can be opened on top of a place.
public enum Route: Hashable, Sendable {
    case unit(Int64)
    case history(Int64)
    case nearbyUnit(Int64)
    case nearbyPlace(Place)
    case placeForm
    case myLocation
    case reporting
    case privacy
    case policy
    case about
    case waiting
    case alertSettings
    // A person's rights to their data
    case account
    case ownTrack
    case accessLog
    case retention
    case leave
}

/// Each area keeps its own path, as people expect of the system.
@MainActor @Observable public final class Router {
    public var area = Area.units
    /// Whether the unit list stands beside everything else; its own area then shows the map.
    public var hasListBeside = false
    private var paths: [Area: [Route]] = [:]

    public init() {}

    /// The area that is on the screen.
    public var shown: Area { hasListBeside && area == .units ? .map : area }

    /// What is open in an area, the topmost last.
    public subscript(area: Area) -> [Route] {
        get { paths[area] ?? [] }
        set { paths[area] = newValue }
    }

    /// Opens something on top of the present area.
    public func open(_ route: Route) {
        self[shown].append(route)
    }

    /// Opens a unit from the list: beside the list it takes the place of what was open.
    public func select(_ unit: Int64) {
        if hasListBeside { self[shown] = [.unit(unit)] } else { open(.unit(unit)) }
    }

    /// Goes to an area and shows its own first page.
    public func show(_ area: Area) {
        self.area = area
        self[shown] = []
    }
}
