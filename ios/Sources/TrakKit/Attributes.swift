// Decides label and unit of measure of a unit's attributes. What a key means is the core's; one without a meaning stays
// under the server's own key.
import Foundation

extension Words {
    /// Label and value of one attribute.
    public func attribute(_ attribute: UnitAttribute) -> (label: String, value: String) {
        let number = Double(attribute.value).flatMap { $0.isFinite ? $0 : nil }
        let (label, value) = known(attribute, number)
        return (label.map { self($0) } ?? attribute.key, value ?? attribute.value)
    }

    private func known(_ attribute: UnitAttribute, _ number: Double?) -> (Phrase?, String?) {
        func with(_ unit: String) -> String? { number.map { "\(self.number($0, 1)) \(unit)" } }
        func whole(_ phrase: Phrase) -> String? { number.map { self(phrase, self.number($0, 0)) } }
        return switch attribute.kind {
        case .batteryPercent: (.battery, with("%"))
        case .batteryVolts: (.battery, with("V"))
        case .powerVolts: (.power, with("V"))
        case .ignition: (.ignition, yesOrNo(attribute.value))
        case .motion: (.motion, yesOrNo(attribute.value))
        case .charging: (.charging, yesOrNo(attribute.value))
        case .odometerMetres: (.odometer, number.map(distance))
        case .totalDistanceMetres: (.totalDistance, number.map(distance))
        case .distanceMetres: (.distanceSince, number.map(distance))
        case .engineHoursMs: (.engineHours, number.flatMap { Int64(exactly: $0.rounded()) }.map(duration))
        case .fuelPercent: (.fuel, with("%"))
        case .fuelLitres: (.fuel, whole(.litres))
        case .temperatureCelsius: (.temperature, with("°C"))
        case .humidityPercent: (.humidity, with("%"))
        case .satellites: (.satellites, nil)
        case .signalStrength: (.signal, nil)
        case .hdop: (.hdop, nil)
        case .speedLimitKnots: (.speedLimit, number.map { speed($0 * metresPerSecondInAKnot) })
        case .alarm: (.alarm, nil)
        case .driverId: (.driver, nil)
        case .rpm: (.engineSpeed, whole(.perMinute))
        case .unknown: (nil, nil)
        }
    }

    private func yesOrNo(_ value: String) -> String? {
        switch value {
        case "true": self(.yes)
        case "false": self(.no)
        default: nil
        }
    }
}

/// A knot is one nautical mile (1852 m) an hour.
private let metresPerSecondInAKnot = 1_852.0 / 3_600
