// Decides what a widget shows: one unit, or the nearest one, from what this device keeps, without a network. It runs in a
// process of its own, so it opens the core, asks and closes it again. Matching, order and nearness are the core's.
import TrakKit

/// What a widget shows. Ages are told by the system from the time of the fix, so that they grow while nobody asks.
public struct Glance: Equatable, Sendable {
    /// The unit's name, or why there is none.
    public let title: String
    /// What a touch opens.
    public let unitId: Int64?
    public let freshness: Freshness?
    /// When the fix was taken, by this device's own clock, which may be wrong: the system counts its age from there.
    /// Milliseconds since 1970.
    public let fixTimeMs: Int64?
    /// Distance and direction, or where it is.
    public let place: String?

    init(
        _ title: String, unitId: Int64? = nil, freshness: Freshness? = nil, fixTimeMs: Int64? = nil,
        place: String? = nil
    ) {
        (self.title, self.unitId, self.freshness) = (title, unitId, freshness)
        (self.fixTimeMs, self.place) = (fixTimeMs, place)
    }

    init(_ row: UnitRow, place: String?, nowMs: Int64) {
        let taken = row.ageMs.map { nowMs - $0 }
        self.init(row.name, unitId: row.id, freshness: row.freshness, fixTimeMs: taken, place: place)
    }
}

/// A unit to be chosen for a widget.
public struct GlanceChoice: Equatable, Sendable {
    public let id: Int64
    public let name: String
}

/// The widgets' questions.
@MainActor public final class GlanceModel {
    private let platform: Platform
    private let settings: AppSettings

    public init(platform: Platform, settings: AppSettings? = nil) {
        self.platform = platform
        self.settings = settings ?? AppSettings(defaults: platform.defaults)
    }

    /// What the widget says.
    public var words: Words { settings.words }

    /// One unit; nil asks for the first of the list, until the person chooses.
    public func unit(_ id: Int64?) async -> Glance {
        await asked { core in
            let chosen = id ?? self.rows(core, matching: "").first?.id
            guard let chosen else { return Glance(self.words(.unitsUnknown)) }
            guard let unit = core.unit(id: chosen) else { return Glance(self.words(.unitGone)) }
            let place = unit.address ?? unit.row.place.flatMap(self.settings.coordinates)
            return Glance(unit.row, place: place, nowMs: self.platform.clock.nowMs)
        } ?? Glance(words(.signInFirst))
    }

    /// The unit nearest to this device. It never asks for a permission.
    public func nearest() async -> Glance {
        await asked { core in
            let recorder = Recorder(core: core)
            let privacy = PrivacyModel(
                core: core, recorder: recorder, platform: self.platform, settings: self.settings, decided: {})
            let me = MyLocationModel(recorder: recorder, platform: self.platform, privacy: privacy)
            switch await nearestUnit(core, me) {
            case .found(let row, let here):
                // What is drawn stays for long, and this device moves on.
                let nowMs = self.platform.clock.nowMs
                let from = self.words(.fromPlaceOf, self.words.moment(nowMs - here.ageMs))
                return Glance(row.unit, place: "\(self.words.near(row)), \(from)", nowMs: nowMs)
            case .notAgreed: return Glance(self.words(.locationAgreeFirst))
            case .notAllowed: return Glance(self.words(.locationDenied))
            case .noPlace: return Glance(self.words(.locationNone))
            case .nobody(let radiusM): return Glance(self.words(.nobodyNear, self.words.distance(radiusM)))
            }
        } ?? Glance(words(.signInFirst))
    }

    /// Units to choose from: those that match, in the order of names.
    public func choices(matching text: String) async -> [GlanceChoice] {
        await asked { core in self.rows(core, matching: text).map { GlanceChoice(id: $0.id, name: $0.name) } } ?? []
    }

    /// The units that were chosen before.
    public func choices(_ ids: [Int64]) async -> [GlanceChoice] {
        await asked { core in
            ids.compactMap { core.unit(id: $0)?.row }.map { GlanceChoice(id: $0.id, name: $0.name) }
        } ?? []
    }

    private func rows(_ core: Trak, matching text: String) -> [UnitRow] {
        let query = FleetQuery(text: text, filter: UnitFilter(), order: .name, origin: nil, offset: 0)
        return (try? core.fleet(query: query).rows) ?? []
    }

    /// Nil when nobody is signed in or nothing can be opened: the app itself says why.
    private func asked<T: Sendable>(_ question: @MainActor (Trak) async -> T) async -> T? {
        let (folder, secrets) = (platform.folder.path, platform.secrets)
        guard let core = try? await Task.detached(operation: { try Trak.open(folder: folder, secrets: secrets) }).value
        else { return nil }
        let answer = core.account() == nil ? nil : await question(core)
        await core.shutdown()
        return answer
    }
}
