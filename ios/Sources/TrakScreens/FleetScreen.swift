// Decides how the areas are laid out: tabs on a phone, list beside detail on an iPad. Both show the same screens.
import SwiftUI
import TrakModel

struct FleetScreen: View {
    @Environment(AppModel.self) private var app
    @Environment(\.horizontalSizeClass) private var width
    let fleet: FleetModel

    var body: some View {
        Group {
            if width == .regular { SplitScreen(router: fleet.router) } else { TabsScreen(router: fleet.router) }
        }
        .environment(fleet)
        .onChange(of: width, initial: true) { fleet.router.hasListBeside = width == .regular }
        .modifier(PolicyAnnouncement(model: fleet.privacy))
        .task { await fleet.run() }
        .task { await fleet.alerts.run() }
        .task { await fleet.privacy.run() }
        .task { await app.watchAccount() }
    }
}

private struct TabsScreen: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    @Bindable var router: Router

    var body: some View {
        TabView(selection: $router.area) {
            ForEach(Area.allCases, id: \.self) { area in
                AreaStack(area: area, router: router)
                    .tabItem { Label(app.words(area.title), systemImage: area.symbol) }
                    .badge(area == .alerts ? fleet.alerts.unread : 0)
                    .tag(area)
            }
        }
    }
}

/// The units stand in the side bar, so their own area shows the map beside them.
private struct SplitScreen: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    @Bindable var router: Router

    var body: some View {
        NavigationSplitView {
            SideBar(router: router, units: fleet.units)
        } detail: {
            AreaStack(area: router.shown, router: router).id(router.shown)
        }
    }
}

private struct SideBar: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    let router: Router
    @Bindable var units: UnitsModel

    var body: some View {
        List {
            Section(app.words(.product)) {
                ForEach(Area.allCases.filter { $0 != .units }, id: \.self) { area in
                    Button {
                        router.show(area)
                    } label: {
                        Label(app.words(area.title), systemImage: area.symbol)
                    }
                    .badge(area == .alerts ? fleet.alerts.unread : 0)
                    .accessibilityAddTraits(router.shown == area ? .isSelected : .isButton)
                }
            }
            Section(app.words(.units)) { UnitRows() }
        }
        .searchable(text: $units.text, prompt: app.words(.search))
        .navigationTitle(app.words(.units))
        .task { await units.run() }
    }
}

private struct AreaStack: View {
    let area: Area
    @Bindable var router: Router

    var body: some View {
        NavigationStack(path: $router[area]) {
            AreaScreen(area: area)
                .navigationDestination(for: Route.self) { RouteScreen(route: $0) }
        }
    }
}

private struct AreaScreen: View {
    @Environment(FleetModel.self) private var fleet
    let area: Area

    var body: some View {
        switch area {
        case .units: UnitsScreen(model: fleet.units)
        case .map: MapScreen(model: fleet.map)
        case .nearby: NearbyScreen(model: fleet.nearby)
        case .alerts: AlertsScreen(model: fleet.alerts)
        case .settings: SettingsScreen()
        }
    }
}

private struct RouteScreen: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    let route: Route

    var body: some View {
        switch route {
        case .unit(let id): UnitScreen(model: fleet.unit(id))
        case .history(let id): HistoryScreen(model: fleet.history(of: id))
        case .nearbyUnit(let id): NearbyScreen(model: fleet.nearby(unit: id))
        case .nearbyPlace(let place): NearbyScreen(model: fleet.nearby(place: place))
        case .placeForm: PlaceScreen(model: fleet.placeForm())
        case .myLocation: MyLocationScreen(model: fleet.myLocation)
        case .reporting: ReportingScreen(model: fleet.reporting)
        case .privacy: PrivacyScreen(model: fleet.privacy, copy: fleet.copyOfData())
        case .policy: PolicyScreen(model: fleet.privacy)
        case .about: AboutScreen()
        case .waiting: WaitingScreen(model: fleet.waiting())
        case .alertSettings: AlertSettingsScreen(model: fleet.alertSettings())
        case .account: AccountScreen(model: fleet.account { [app] in app.corrected() })
        case .ownTrack: OwnTrackScreen(model: fleet.ownTrack())
        case .accessLog: AccessLogScreen(log: fleet.accessLog())
        case .retention: RetentionScreen(model: fleet.retention())
        case .leave: LeaveScreen(model: fleet.leave())
        }
    }
}

extension Area {
    var title: Phrase {
        switch self {
        case .units: .units
        case .map: .map
        case .nearby: .nearby
        case .alerts: .alerts
        case .settings: .settings
        }
    }

    var symbol: String {
        switch self {
        case .units: "list.bullet"
        case .map: "map"
        case .nearby: "location.circle"
        case .alerts: "bell"
        case .settings: "gearshape"
        }
    }
}
