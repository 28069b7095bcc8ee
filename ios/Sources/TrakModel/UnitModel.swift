// Decides what the screen of one unit offers. What it shows is the core's view of the unit.
import Foundation
import Observation
import TrakKit

/// Everything about one unit.
@MainActor @Observable public final class UnitModel {
    public let id: Int64
    /// Nil when the account does not see the unit (any more).
    public private(set) var details: UnitDetails?

    @ObservationIgnored private let core: Trak
    @ObservationIgnored private let clock: any ShellClock
    @ObservationIgnored private let system: any SystemActions

    public init(id: Int64, core: Trak, clock: any ShellClock, system: any SystemActions) {
        (self.id, self.core, self.clock, self.system) = (id, core, clock, system)
        details = core.unit(id: id)
    }

    /// Keeps it right until the task is cancelled.
    public func run() async {
        await watch(core, clock) { [self] in
            let now = core.unit(id: id)
            if now != details { details = now }
        }
    }

    /// Puts text on the pasteboard and says so.
    public func copy(_ text: String, words: Words) {
        system.copy(text)
        system.announce(words(.copied))
    }

    /// A telephone number that can be called; nil where there is none.
    public var phoneUrl: URL? {
        guard let phone = details?.phone else { return nil }
        let dialled = phone.filter { $0.isASCII && ($0.isNumber || $0 == "+") }
        return dialled.isEmpty ? nil : URL(string: "tel:\(dialled)")
    }

    /// Directions in Apple's map app; it takes WGS-84. Nil without a position.
    public var directionsUrl: URL? {
        guard let place = details?.row.place else { return nil }
        var link = URLComponents()
        link.scheme = "maps"
        link.host = ""
        link.queryItems = [URLQueryItem(name: "daddr", value: Self.plain(place))]
        return link.url
    }

    /// What is handed to other apps: name and coordinates, WGS-84.
    public var sharedText: String? {
        guard let details, let place = details.row.place else { return nil }
        return "\(details.row.name) \(Self.plain(place))"
    }

    /// Opens a link of this screen.
    public func open(_ url: URL) async {
        _ = await system.open(url)
    }

    /// Decimal degrees whatever the person reads, because other apps read them.
    private static func plain(_ place: Place) -> String {
        formatCoordinates(place: place, format: .decimal)?.replacingOccurrences(of: " ", with: "") ?? ""
    }
}
