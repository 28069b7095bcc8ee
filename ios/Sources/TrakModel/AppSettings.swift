// The person's choices of looks. Nothing here touches privacy or security; those are the core's.
import Foundation
import Observation
import TrakKit

/// What Apple's map shows below the units.
public enum MapLayer: String, CaseIterable, Hashable, Sendable {
    case streets, hybrid, satellite
}

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
    /// Which layer of Apple's map is shown.
    public var mapLayer: MapLayer {
        didSet { defaults.set(mapLayer.rawValue, forKey: Key.layer) }
    }
    /// The datum of that layer in mainland China; each layer has its own. Elsewhere both are the same: the core knows the
    /// border.
    public var mapDatum: Datum {
        get { trueLayers.contains(mapLayer) ? .wgs84 : .gcj02 }
        set {
            if newValue == .wgs84 { trueLayers.insert(mapLayer) } else { trueLayers.remove(mapLayer) }
            defaults.set(trueLayers.map(\.rawValue), forKey: Key.trueLayers)
        }
    }
    /// The layers of which the person said that they are not shifted.
    private var trueLayers: Set<MapLayer>

    @ObservationIgnored private let defaults: UserDefaults
    @ObservationIgnored private let preferredLanguages: [String]

    public init(defaults: UserDefaults, preferredLanguages: [String] = Locale.preferredLanguages) {
        self.defaults = defaults
        self.preferredLanguages = preferredLanguages
        chosenLanguage = defaults.string(forKey: Key.language).flatMap(Language.init(rawValue:))
        let format = defaults.string(forKey: Key.coordinates)
        coordinateFormat = Self.formats.first { Self.name(of: $0) == format } ?? .decimal
        mapLayer = defaults.string(forKey: Key.layer).flatMap(MapLayer.init(rawValue:)) ?? .streets
        trueLayers = Set((defaults.stringArray(forKey: Key.trueLayers) ?? []).compactMap(MapLayer.init(rawValue:)))
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
        static let layer = "mapLayer"
        static let trueLayers = "layersInWgs84"
    }
}
