// What is near this device, a unit or a place, each with how far off and how uncertain that is.
import SwiftUI
import TrakModel

struct NearbyScreen: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    @State private var model: NearbyModel

    init(model: NearbyModel) {
        _model = State(initialValue: model)
    }

    var body: some View {
        NearbyContent(model: model)
            .safeAreaInset(edge: .bottom) { StatusLine() }
            .navigationTitle(title)
            .toolbar {
                ToolbarItem(placement: .topBarTrailing) { RadiusMenu(model: model) }
                if case .me = model.origin {
                    ToolbarItem(placement: .topBarLeading) {
                        Button(app.words(.aroundPlace), systemImage: "mappin.and.ellipse") {
                            fleet.router.open(.placeForm)
                        }
                    }
                }
            }
            .task { await model.run() }
    }

    private var title: String {
        switch model.origin {
        case .me: app.words(.aroundMe)
        case .unit: model.unitName.map { app.words(.around, $0) } ?? app.words(.nearby)
        case .place(let place):
            app.settings.coordinates(place).map { app.words(.around, $0) } ?? app.words(.nearby)
        }
    }
}

private struct NearbyContent: View {
    @Environment(AppModel.self) private var app
    let model: NearbyModel

    var body: some View {
        switch model.origin {
        case .me(let me):
            LocationGate(model: me) {
                NearbyList(model: model)
                    .onChange(of: me.here, initial: true) { model.ask() }
            }
        case .unit, .place: NearbyList(model: model)
        }
    }
}

private struct NearbyList: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    let model: NearbyModel

    var body: some View {
        if let view = model.view {
            if view.origin == nil {
                EmptyState(
                    title: app.words(.originUnknown), text: app.words(.originUnknownMore), symbol: "mappin.slash")
            } else if view.rows.isEmpty {
                EmptyState(
                    title: app.words(.nobodyNear, app.words.distance(view.radiusM)), text: "", symbol: "circle.dashed"
                ) {
                    if let wider = model.wider { Button(app.words(.widen)) { model.radiusM = wider } }
                }
            } else {
                NearbyRows(view: view, here: here)
            }
        } else {
            ProgressView(app.words(.locationWaiting))
        }
    }

    private var here: MyLocation? {
        if case .me(let me) = model.origin { me.here } else { nil }
    }
}

private struct NearbyRows: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    let view: NearbyView
    /// This device's place, where the distances are told from it.
    let here: MyLocation?

    var body: some View {
        List {
            Section(app.words(.within, view.within, app.words.distance(view.radiusM))) {
                if let here {
                    Label(
                        app.words(.nearbyFrom, app.words.ago(here.ageMs)),
                        systemImage: here.fromLastKnown ? "clock" : "location"
                    )
                    .font(.footnote)
                    if here.fromLastKnown { Text(app.words(.locationLastKnown)).font(.footnote) }
                }
                if view.status.link != .live {
                    Label(app.words(.lastKnown), systemImage: "wifi.slash").font(.footnote)
                }
                ForEach(view.rows, id: \.unit.id) { row in
                    Button {
                        fleet.router.open(.unit(row.unit.id))
                    } label: {
                        UnitRowView(row: row.unit, distance: app.words.near(row))
                    }
                }
            }
        }
        .listStyle(.plain)
    }
}

private struct RadiusMenu: View {
    @Environment(AppModel.self) private var app
    @Bindable var model: NearbyModel

    var body: some View {
        Menu {
            Picker(app.words(.radius), selection: $model.radiusM) {
                ForEach(NearbyModel.radii, id: \.self) { radius in
                    Text(app.words.distance(radius)).tag(radius)
                }
            }
        } label: {
            Label(app.words(.radius), systemImage: "circle.dashed")
        }
        .accessibilityValue(app.words.distance(model.radiusM))
    }
}
