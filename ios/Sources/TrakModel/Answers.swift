// Answers in one sentence for the system's assistant, from what is known on this device, also without a network. Which
// unit matches and which one is nearest is the core's.
import TrakKit

extension AppModel {
    /// Where a unit is; the first match in the order of names.
    public func whereIs(_ name: String) async -> String {
        await open()
        guard let core, account != nil else { return words(.signInFirst) }
        let query = FleetQuery(text: name, filter: UnitFilter(), order: .name, origin: nil, offset: 0)
        guard let row = try? core.fleet(query: query).rows.first, let unit = core.unit(id: row.id) else {
            return words(.noMatch)
        }
        let place = unit.address ?? row.place.flatMap(settings.coordinates)
        return [row.name, words.state(row), place].compactMap { $0 }.joined(separator: ", ")
    }

    /// Which unit is nearest to this device, how far and how old. It never asks for a permission.
    public func nearest() async -> String {
        await open()
        guard let core, case .fleet(let fleet) = phase else { return words(.signInFirst) }
        switch await nearestUnit(core, fleet.myLocation) {
        case .found(let row, let here):
            let old = here.fromLastKnown ? words(.fromWhereYouWere, words.ago(here.ageMs)) : nil
            let said = [row.unit.name, words.near(row), old, words.state(row.unit)]
            return said.compactMap { $0 }.joined(separator: ", ")
        case .notAgreed: return words(.locationAgreeFirst)
        case .notAllowed: return words(.locationDenied)
        case .noPlace: return words(.locationNone)
        case .nobody(let radiusM): return words(.nobodyNear, words.distance(radiusM))
        }
    }
}

/// What there is to be said of the nearest unit.
enum NearestUnit {
    /// With the place of this device that it is near to, which may be an old one.
    case found(NearbyRow, from: MyLocation)
    case notAgreed
    case notAllowed
    case noPlace
    case nobody(radiusM: Double)
}

/// Waits for a place of this device for two ticks of the clock at most.
@MainActor func nearestUnit(_ core: Trak, _ me: MyLocationModel) async -> NearestUnit {
    guard me.isAgreed else { return .notAgreed }
    let here = await me.once(ticks: 2)
    guard me.access.isAllowed else { return .notAllowed }
    guard let here else { return .noPlace }
    let radiusM = NearbyModel.radii.last ?? 0
    let origin = NearbyOrigin.at(place: here.place, accuracyM: here.accuracyM)
    let query = NearbyQuery(origin: origin, radiusM: radiusM, filter: UnitFilter())
    guard let row = try? core.nearby(query: query).rows.first else { return .nobody(radiusM: radiusM) }
    return .found(row, from: here)
}
