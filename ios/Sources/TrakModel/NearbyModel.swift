// Decides around what and how far is asked. Who is near, how far off and how uncertain that is, is the core's.
import Observation
import TrakKit

/// Units within a radius of this device, of a unit or of a place.
@MainActor @Observable public final class NearbyModel {
    /// Around what.
    public enum Origin {
        case me(MyLocationModel)
        case unit(Int64)
        case place(Place)
    }

    /// Metres; the core moves it into its own range.
    public var radiusM: Double = 5_000 { didSet { if radiusM != oldValue { ask() } } }
    /// The answer; nil while there is no place to ask around.
    public private(set) var view: NearbyView?
    /// The name of the unit asked around.
    public private(set) var unitName: String?
    public let origin: Origin

    /// What the person can choose, metres.
    public static let radii: [Double] = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000]

    @ObservationIgnored private let core: Trak
    @ObservationIgnored private let clock: any ShellClock

    public init(core: Trak, clock: any ShellClock, origin: Origin) {
        (self.core, self.clock, self.origin) = (core, clock, origin)
    }

    /// Keeps the answer right until the task is cancelled.
    public func run() async {
        await watch(core, clock) { [self] in ask() }
    }

    /// The next wider radius, nil at the widest.
    public var wider: Double? { Self.radii.first { $0 > radiusM } }

    /// Asks again; also when this device has moved.
    public func ask() {
        guard let asked = query else {
            view = nil
            return
        }
        // The core refuses only a place that is not on earth, and then nothing is near it.
        let now = try? core.nearby(query: asked)
        if now != view { view = now }
        if case .unit(let id) = origin { unitName = core.unit(id: id)?.row.name }
    }

    private var query: NearbyQuery? {
        let around: NearbyOrigin
        switch origin {
        case .me(let me):
            guard let here = me.here else { return nil }
            around = .at(place: here.place, accuracyM: here.accuracyM)
        case .unit(let id): around = .ofUnit(id: id)
        case .place(let place): around = .at(place: place, accuracyM: nil)
        }
        return NearbyQuery(origin: around, radiusM: radiusM, filter: UnitFilter())
    }
}
