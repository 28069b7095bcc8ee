// Decides what the screen of one unit offers. What it shows is the core's view of the unit.
import Foundation
import Observation
import TrakKit

/// Everything about one unit.
@MainActor @Observable public final class UnitModel {
    public let id: Int64
    /// Nil when the account does not see the unit (any more).
    public private(set) var details: UnitDetails?

    /// Whether nothing on this device opened the last link.
    public private(set) var nothingOpened = false

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

    /// The map apps that can be asked for directions. Which of them are there only opening one tells.
    public enum MapApp: CaseIterable, Hashable, Sendable {
        case apple, amap, baidu
    }

    /// Directions in a map app, in the datum that it takes; nil without a position.
    public func directions(_ app: MapApp) -> URL? {
        guard let place = details?.row.place else { return nil }
        let shifted = drawOn(datum: .gcj02, place: place)
        switch app {
        case .apple: return Self.link("maps", "", "", [("daddr", Self.plain(place))])
        case .amap:
            // dev 0: the place is in GCJ-02 already; t 0: by car.
            let to = [("dlat", "\(shifted.latDeg)"), ("dlon", "\(shifted.lonDeg)")]
            return Self.link(
                "iosamap", "path", "", [("sourceApplication", "TRAK-IOT.online")] + to + [("dev", "0"), ("t", "0")])
        case .baidu:
            let to = "\(shifted.latDeg),\(shifted.lonDeg)"
            return Self.link(
                "baidumap", "map", "/direction", [("destination", to), ("coord_type", "gcj02"), ("mode", "driving")])
        }
    }

    private static func link(_ scheme: String, _ host: String, _ path: String, _ items: [(String, String)]) -> URL? {
        var link = URLComponents()
        (link.scheme, link.host, link.path) = (scheme, host, path)
        link.queryItems = items.map { URLQueryItem(name: $0.0, value: $0.1) }
        return link.url
    }

    /// What is handed to other apps: name, coordinates in WGS-84, and their time: without it they would be taken for those
    /// of now.
    public func sharedText(_ words: Words) -> String? {
        guard let details, let place = details.row.place else { return nil }
        return [details.row.name, Self.plain(place), details.row.fixTimeMs.map(words.stamp)]
            .compactMap { $0 }.joined(separator: "\n")
    }

    /// Opens a link of this screen.
    public func open(_ url: URL) async {
        nothingOpened = !(await system.open(url))
    }

    /// Decimal degrees whatever the person reads, because other apps read them.
    private static func plain(_ place: Place) -> String {
        formatCoordinates(place: place, format: .decimal)?.replacingOccurrences(of: " ", with: "") ?? ""
    }
}
