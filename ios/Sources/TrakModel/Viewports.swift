// Parts of the world put together and widened for looking at; drawing only. West is greater than east where a part
// crosses the antimeridian.
import TrakKit

extension Viewport {
    /// What a map in Web Mercator can show.
    static let world = Viewport(southDeg: -85, westDeg: -180, northDeg: 85, eastDeg: 180)

    /// What covers both; a part that crosses the antimeridian makes it the whole width.
    func joined(with other: Viewport) -> Viewport {
        let crosses = westDeg > eastDeg || other.westDeg > other.eastDeg
        return Viewport(
            southDeg: min(southDeg, other.southDeg), westDeg: crosses ? -180 : min(westDeg, other.westDeg),
            northDeg: max(northDeg, other.northDeg), eastDeg: crosses ? 180 : max(eastDeg, other.eastDeg))
    }

    /// The place in its middle.
    var middle: Place {
        let width = eastDeg - westDeg + (eastDeg < westDeg ? 360 : 0)
        return Place(latDeg: (southDeg + northDeg) / 2, lonDeg: Self.wrapped(westDeg + width / 2))
    }

    /// Some room around the edge, and never so near that only the points are seen.
    var withRoom: Viewport {
        let width = eastDeg - westDeg + (eastDeg < westDeg ? 360 : 0)
        let (lat, lon) = (max((northDeg - southDeg) * 0.1, 0.001), max(width * 0.1, 0.001))
        let whole = width + 2 * lon >= 360
        return Viewport(
            southDeg: max(southDeg - lat, -90), westDeg: whole ? -180 : Self.wrapped(westDeg - lon),
            northDeg: min(northDeg + lat, 90), eastDeg: whole ? 180 : Self.wrapped(eastDeg + lon))
    }

    private static func wrapped(_ lonDeg: Double) -> Double {
        lonDeg > 180 ? lonDeg - 360 : lonDeg < -180 ? lonDeg + 360 : lonDeg
    }
}
