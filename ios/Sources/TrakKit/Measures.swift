// Decides how distances, speeds and directions are written. The numbers are the core's, in metres, metres per second and
// degrees from true north.
import Foundation

extension Words {
    /// Metres: `85 m`, `1.2 km`, `340 km`.
    public func distance(_ metres: Double) -> String {
        guard metres.isFinite else { return self(.unknown) }
        if metres < 999.5 { return "\(number(metres, 0)) m" }
        let kilometres = metres / 1_000
        return "\(number(kilometres, kilometres < 99.95 ? 1 : 0)) km"
    }

    /// Metres per second, written in kilometres per hour.
    public func speed(_ metresPerSecond: Double) -> String {
        "\(number(metresPerSecond * 3.6, 0)) km/h"
    }

    /// A height in metres.
    public func altitude(_ metres: Double) -> String {
        "\(number(metres, 0)) m"
    }

    /// One of the eight directions with the degrees: `NE 47°`.
    public func direction(_ degrees: Double) -> String {
        "\(compass(degrees)) \(number(degrees, 0))°"
    }

    /// One of the eight directions.
    public func compass(_ degrees: Double) -> String {
        let names: [Phrase] = [
            .north, .northEast, .east, .southEast, .south, .southWest, .west, .northWest,
        ]
        guard degrees.isFinite else { return self(.unknown) }
        let eighth = Int((degrees / 45).rounded()) % names.count
        return self(names[(eighth + names.count) % names.count])
    }

    /// Plus or minus so many metres.
    public func plusMinus(_ metres: Double) -> String {
        "± \(distance(metres))"
    }

    /// A number with at most `digits` after the point, without needless zeros.
    func number(_ value: Double, _ digits: Int) -> String {
        let formatter = NumberFormatter()
        formatter.locale = language.locale
        formatter.numberStyle = .decimal
        formatter.maximumFractionDigits = digits
        formatter.usesGroupingSeparator = false
        return formatter.string(from: NSNumber(value: value)) ?? self(.unknown)
    }
}

extension Words {
    /// How far, how surely, and in which direction a unit is: `1.2 km ± 30 m, NE 47°`.
    public func near(_ row: NearbyRow) -> String {
        let uncertain = row.uncertainty
        let distance = row.unit.distanceM.map { "\(self.distance($0)) \(plusMinus(uncertain.distanceM))" }
        // The core says 180 degrees when the direction says nothing.
        let direction =
            uncertain.bearingDeg >= 180 ? self(.directionUnknown) : row.unit.bearingDeg.map { self.direction($0) }
        return [distance, direction].compactMap { $0 }.joined(separator: ", ")
    }
}
