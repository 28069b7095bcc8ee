// The live map, and the same units as a list for whoever cannot or does not want to read a map.
import MapKit
import SwiftUI
import TrakModel
import TrakPlatform

struct MapScreen: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    @Bindable var model: MapModel
    @State private var asList = false

    var body: some View {
        Group {
            if asList { MapList(model: model) } else { FleetMap(model: model) }
        }
        .safeAreaInset(edge: .bottom) { StatusLine() }
        .navigationTitle(app.words(.map))
        .navigationBarTitleDisplayMode(.inline)
        .toolbar {
            ToolbarItem(placement: .topBarLeading) {
                Button(app.words(asList ? .asMap : .asList), systemImage: asList ? "map" : "list.bullet") {
                    asList.toggle()
                }
            }
            ToolbarItem(placement: .topBarTrailing) {
                Button(app.words(.showAll), systemImage: "arrow.up.left.and.arrow.down.right") { model.showAll() }
            }
            ToolbarItem(placement: .topBarTrailing) { MapMenu(model: model, settings: app.settings) }
        }
        .sheet(item: $model.openedCluster) { ClusterScreen(model: model, cluster: $0).noticesOnTop() }
        .task { await model.run() }
    }
}

/// The layers, and what is near the middle of what is shown.
private struct MapMenu: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    let model: MapModel
    @Bindable var settings: AppSettings

    var body: some View {
        Menu {
            if let middle = model.middle {
                Button(app.words(.aroundMiddle)) { fleet.router.open(.nearbyPlace(middle)) }
            }
            Picker(app.words(.mapLayer), selection: $settings.mapLayer) {
                ForEach(MapLayer.allCases, id: \.self) { Text(app.words($0.title)).tag($0) }
            }
        } label: {
            Label(app.words(.mapLayer), systemImage: "square.3.layers.3d")
        }
    }
}

extension MapLayer {
    var title: Phrase {
        switch self {
        case .streets: .layerStreets
        case .hybrid: .layerHybrid
        case .satellite: .layerSatellite
        }
    }

    var style: MapStyle {
        switch self {
        case .streets: .standard
        case .hybrid: .hybrid
        case .satellite: .imagery
        }
    }
}

private struct FleetMap: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    let model: MapModel
    @State private var camera: AppleMapCamera
    @ScaledMetric private var dot = 16.0

    init(model: MapModel) {
        self.model = model
        _camera = State(initialValue: AppleMapCamera(model: model))
    }

    var body: some View {
        GeometryReader { frame in
            Map(position: $camera.position) {
                myLocation
                ForEach(model.points, id: \.self) { point in
                    Annotation("", coordinate: camera.coordinate(point.place)) {
                        PointMark(point: point, model: model)
                    }
                }
                MapPolyline(coordinates: model.tail.map { camera.coordinate($0.place) }).stroke(.blue, lineWidth: 3)
            }
            .mapStyle(app.settings.mapLayer.style)
            .mapControls {
                MapCompass()
                MapScaleView()
            }
            .onMapCameraChange(frequency: .onEnd) { camera.moved(to: $0.region, widthPoints: frame.size.width) }
        }
        .overlay(alignment: .top) { FollowBanner(model: model) }
        .onAppear { model.attach(camera) }
        .task { await fleet.myLocation.run() }
    }

    /// This device with its circle of accuracy, where the person allowed it; grey and with its age where it was there
    /// once. The map never asks.
    @MapContentBuilder private var myLocation: some MapContent {
        if let here = fleet.myLocation.here {
            let place = app.settings.drawn(here.place)
            let color = here.fromLastKnown ? Color.gray : Color.blue
            MapCircle(center: place, radius: here.accuracyM ?? 0).foregroundStyle(color.opacity(0.15))
            Annotation(title(here), coordinate: place) {
                Circle().fill(color).frame(width: dot, height: dot)
            }
        }
    }

    private func title(_ here: MyLocation) -> String {
        let title = app.words(.myLocation)
        return here.fromLastKnown ? "\(title), \(app.words.ago(here.ageMs))" : title
    }
}

/// A unit with its course, or a cluster with its count.
private struct PointMark: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    let point: MapPoint
    let model: MapModel

    var body: some View {
        Button(action: touch) {
            if point.unitId == nil { ClusterMark(count: point.count) } else { UnitMark(point: point) }
        }
        .frame(minWidth: 44, minHeight: 44)
        .accessibilityLabel(label)
        .accessibilityHint(hint)
    }

    private func touch() {
        if let unit = model.touched(point) { fleet.router.open(.unit(unit)) }
    }

    private var label: String {
        guard let unit = point.unitId else { return app.words(.clusterOf, point.count) }
        guard let row = model.row(of: unit) else { return "" }
        return "\(row.name), \(app.words.state(row))"
    }

    private var hint: String {
        if point.unitId != nil { return "" }
        return app.words(point.canSplit ? .zoomIn : .opensList)
    }
}

private struct ClusterMark: View {
    let count: UInt32

    var body: some View {
        Text("\(count)")
            .font(.caption)
            .padding(8)
            .background(.blue, in: Capsule())
            .foregroundStyle(.white)
    }
}

private struct UnitMark: View {
    let point: MapPoint
    /// Grows with the text, so that the sign in it does.
    @ScaledMetric(relativeTo: .caption) private var diameter = 28.0

    var body: some View {
        ZStack {
            Circle().fill(point.freshness.color).frame(width: diameter, height: diameter)
            Image(systemName: point.kind?.symbol ?? UnitKind.other.symbol).foregroundStyle(.white).font(.caption)
            if let course = point.courseDeg {
                Image(systemName: "arrowtriangle.up.fill")
                    .font(.caption)
                    .foregroundStyle(point.freshness.color)
                    .padding(.bottom, diameter * 1.4)
                    .rotationEffect(.degrees(course))
            }
        }
    }
}

private struct FollowBanner: View {
    @Environment(AppModel.self) private var app
    let model: MapModel

    var body: some View {
        if model.followed != nil {
            Beside {
                Text(app.words(.following, model.followedName ?? ""))
                Button(app.words(.stopFollowing)) { model.follow(nil) }
            }
            .padding(8)
            .background(.regularMaterial, in: RoundedRectangle(cornerRadius: 12))
            .bar()
        }
    }
}

/// The map's visible part in words, north to south.
private struct MapList: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    let model: MapModel

    var body: some View {
        List {
            ForEach(model.points, id: \.self) { point in
                if let unit = point.unitId, let row = model.row(of: unit) {
                    Button {
                        fleet.router.open(.unit(unit))
                    } label: {
                        UnitRowView(row: row)
                    }
                } else {
                    Button(app.words(.clusterOf, point.count)) { _ = model.touched(point) }
                        .accessibilityHint(app.words(point.canSplit ? .zoomIn : .opensList))
                }
            }
        }
        .listStyle(.plain)
        .overlay {
            if model.points.isEmpty { EmptyState(title: app.words(.mapEmpty), text: "", symbol: "map") }
        }
    }
}

/// A cluster that zooming in would not split.
private struct ClusterScreen: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    @Environment(\.dismiss) private var dismiss
    let model: MapModel
    let cluster: MapModel.OpenedCluster

    var body: some View {
        NavigationStack {
            List {
                Section(app.words(.shownOf, cluster.rows.count, "\(cluster.count)")) {
                    ForEach(cluster.rows, id: \.id) { row in
                        Button {
                            dismiss()
                            fleet.router.open(.unit(row.id))
                        } label: {
                            UnitRowView(row: row)
                        }
                    }
                    if cluster.hasMore { Button(app.words(.showMore)) { model.showMoreMembers() } }
                }
            }
            .navigationTitle(app.words(.openCluster))
            .navigationBarTitleDisplayMode(.inline)
            .toolbar {
                ToolbarItem(placement: .confirmationAction) { Button(app.words(.done)) { dismiss() } }
            }
        }
    }
}
