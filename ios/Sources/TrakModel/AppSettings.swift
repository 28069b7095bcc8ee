// The person's choices of looks. Nothing here touches privacy or security; those are the core's.
import Foundation
import Observation
import TrakKit

/// Kept in the defaults of the app, so that they survive a restart.
@MainActor @Observable public final class AppSettings {
    /// The language chosen here; nil follows the system.
    public var chosenLanguage: Language? {
        didSet { defaults.set(chosenLanguage?.rawValue, forKey: Key.language) }
    }
    /// How coordinates are written.
    public var coordinateFormat: CoordinateFormat {
        didSet { defaults.set(Self.name(of: coordinateFormat), forKey: Key.coordinates) }
    }
    /// The datum of Apple's map of mainland China. Elsewhere both are the same: the core knows the border.
    public var mapDatum: Datum {
        didSet { defaults.set(mapDatum == .wgs84, forKey: Key.mapIsTrue) }
    }

    @ObservationIgnored private let defaults: UserDefaults
    @ObservationIgnored private let preferredLanguages: [String]

    public init(defaults: UserDefaults, preferredLanguages: [String] = Locale.preferredLanguages) {
        self.defaults = defaults
        self.preferredLanguages = preferredLanguages
        chosenLanguage = defaults.string(forKey: Key.language).flatMap(Language.init(rawValue:))
        let format = defaults.string(forKey: Key.coordinates)
        coordinateFormat = Self.formats.first { Self.name(of: $0) == format } ?? .decimal
        mapDatum = defaults.bool(forKey: Key.mapIsTrue) ? .wgs84 : .gcj02
    }

    /// What the app says, in the person's language.
    public var words: Words {
        Words(chosenLanguage ?? Language(preferred: preferredLanguages))
    }

    /// A place in the chosen notation; nil where it is not on earth.
    public func coordinates(_ place: Place) -> String? {
        formatCoordinates(place: place, format: coordinateFormat)
    }

    /// All notations, the usual one first.
    public static let formats: [CoordinateFormat] = [
        .decimal, .degreesMinutes, .degreesMinutesSeconds, .utm, .mgrs,
    ]

    private static func name(of format: CoordinateFormat) -> String {
        switch format {
        case .decimal: "decimal"
        case .degreesMinutes: "degreesMinutes"
        case .degreesMinutesSeconds: "degreesMinutesSeconds"
        case .utm: "utm"
        case .mgrs: "mgrs"
        }
    }

    private enum Key {
        static let language = "language"
        static let coordinates = "coordinates"
        static let mapIsTrue = "mapIsTrue"
    }
}
