// Everything behind the sign-in: the models of the places that keep their state while the person is elsewhere, and the
// makers of those that come and go.
import Observation
import TrakKit

/// The fleet's screens of one signed-in account.
@MainActor @Observable public final class FleetModel {
    public let router = Router()
    public let units: UnitsModel
    public let map: MapModel
    public let nearby: NearbyModel
    public let alerts: AlertsModel
    public let myLocation: MyLocationModel
    public let reporting: ReportingModel
    public let privacy: PrivacyModel
    /// How far what is shown can be trusted.
    public private(set) var status: FleetStatus
    /// Age of the server's last word on the whole fleet, milliseconds; nil before the first.
    public private(set) var confirmedAgeMs: Int64?

    @ObservationIgnored let core: Trak
    @ObservationIgnored let own: AppModel.Own
    @ObservationIgnored let platform: Platform
    @ObservationIgnored private let settings: AppSettings

    init(core: Trak, own: AppModel.Own, platform: Platform, settings: AppSettings) {
        (self.core, self.own, self.platform, self.settings) = (core, own, platform, settings)
        (reporting, privacy) = (own.reporting, own.privacy)
        let status = core.status()
        self.status = status
        confirmedAgeMs = Self.age(status, core)
        let myLocation = MyLocationModel(recorder: own.recorder, platform: platform, privacy: own.privacy)
        self.myLocation = myLocation
        units = UnitsModel(core: core, clock: platform.clock, myLocation: myLocation)
        map = MapModel(core: core, clock: platform.clock, settings: settings)
        nearby = NearbyModel(core: core, clock: platform.clock, origin: .me(myLocation))
        alerts = AlertsModel(core: core, inbox: own.inbox, clock: platform.clock)
    }

    /// What waits to be sent, one by one.
    public func waiting() -> WaitingModel { WaitingModel(recorder: own.recorder) }

    /// What the person is told of.
    public func alertSettings() -> AlertSettingsModel {
        AlertSettingsModel(core: core, inbox: own.inbox, pushes: platform.pushes)
    }

    /// Erasing one's own positions.
    public func ownTrack() -> OwnTrackModel { OwnTrackModel(core: core, clock: platform.clock) }

    /// The copy of all of a person's data.
    public func copyOfData() -> CopyModel { CopyModel(core: core, platform: platform) }

    /// The end of the account.
    public func leave() -> LeaveModel { LeaveModel(core: core) }

    /// Corrections of one's own data.
    public func account(corrected: @escaping @MainActor () -> Void) -> AccountModel {
        AccountModel(core: core, corrected: corrected)
    }

    /// Who else looked at this person's units, newest first.
    public func accessLog() -> Asked<[AccessEntry]> {
        let core = core
        return Asked { try await core.accessLog() }
    }

    /// How long things are kept.
    public func retention() -> RetentionModel { RetentionModel(core: core, inbox: own.inbox) }

    /// Keeps the status line right until the task is cancelled.
    public func run() async {
        await watch(core, platform.clock) { [self] in
            let now = core.status()
            if now != status { status = now }
            confirmedAgeMs = Self.age(now, core)
        }
    }

    private static func age(_ status: FleetStatus, _ core: Trak) -> Int64? {
        status.confirmedAtMs.map { max(core.nowMs() - $0, 0) }
    }

    /// One snapshot now; what went wrong shows in the status.
    public func refresh() async {
        // The core keeps the trouble in its status, which every screen shows; nothing is lost by not naming it twice.
        _ = try? await core.refresh()
    }

    /// Shows what a link names: a unit, or what a search finds.
    func follow(_ link: Link) {
        switch link {
        case .unit(let id):
            router.show(.units)
            router.open(.unit(id))
        case .search(let text):
            units.text = text
            router.show(.units)
        case .server: break
        }
    }

    /// The screen of one unit.
    public func unit(_ id: Int64) -> UnitModel {
        UnitModel(id: id, core: core, clock: platform.clock, system: platform.system)
    }

    /// The track of one unit.
    public func history(of id: Int64) -> HistoryModel {
        HistoryModel(unitId: id, core: core, clock: platform.clock, files: platform.files)
    }

    /// What is near one unit.
    public func nearby(unit id: Int64) -> NearbyModel {
        NearbyModel(core: core, clock: platform.clock, origin: .unit(id))
    }

    /// What is near a place, WGS-84.
    public func nearby(place: Place) -> NearbyModel {
        NearbyModel(core: core, clock: platform.clock, origin: .place(place))
    }

    /// The form for a place's coordinates.
    public func placeForm() -> PlaceModel { PlaceModel(router: router) }
}
