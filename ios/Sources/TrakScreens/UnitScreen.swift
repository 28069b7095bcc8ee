// Everything about one unit: its state and three ages, its position, what the server knows, and what can be done.
import Foundation
import SwiftUI
import TrakModel

struct UnitScreen: View {
    @Environment(AppModel.self) private var app
    @State private var model: UnitModel

    init(model: UnitModel) {
        _model = State(initialValue: model)
    }

    var body: some View {
        Group {
            if let details = model.details {
                List {
                    UnitState(unit: details)
                    UnitPosition(model: model, unit: details)
                    UnitActions(model: model, unit: details)
                    UnitDetailsSection(unit: details)
                    UnitAttributes(unit: details)
                }
            } else {
                EmptyState(title: app.words(.unitGone), text: app.words(.unitGoneMore), symbol: "questionmark.circle")
            }
        }
        .safeAreaInset(edge: .bottom) { StatusLine() }
        .navigationTitle(model.details?.row.name ?? "")
        .task { await model.run() }
    }
}

/// When the fix was taken, when it arrived, whether the link is up: three facts kept apart.
private struct UnitState: View {
    @Environment(AppModel.self) private var app
    let unit: UnitDetails

    var body: some View {
        Section(app.words(.state)) {
            HStack {
                FreshnessSign(level: unit.row.freshness)
                Text(app.words.freshness(unit.row.freshness)).font(.headline)
            }
            .accessibilityElement(children: .combine)
            ForEach(app.words.doubts(unit), id: \.self) { doubt in
                Label(doubt, systemImage: "exclamationmark.triangle").foregroundStyle(.orange)
            }
            Fact(app.words(.fixTaken), unit.fixAgeMs.map(app.words.ago))
            Fact(app.words(.fixTime), unit.row.fixTimeMs.map(app.words.moment))
            Fact(app.words(.received), unit.receivedAgeMs.map(app.words.ago))
            Fact(app.words(.link), app.words.link(unit.link))
            Fact(app.words(.lastContact), unit.linkAgeMs.map(app.words.ago))
            if unit.row.disabled { Text(app.words(.disabled)) }
        }
    }
}

private struct UnitPosition: View {
    @Environment(AppModel.self) private var app
    let model: UnitModel
    let unit: UnitDetails

    var body: some View {
        if let place = unit.row.place {
            Section(app.words(.position)) {
                if let coordinates = app.settings.coordinates(place) {
                    Fact(app.words(.coordinates), coordinates)
                    Button(app.words(.copy), systemImage: "doc.on.doc") { model.copy(coordinates, words: app.words) }
                }
                Fact(app.words(.address), unit.address)
                Fact(app.words(.speedLabel), unit.row.speedMps.map(app.words.speed))
                Fact(app.words(.course), unit.row.courseDeg.map(app.words.direction))
                Fact(app.words(.altitudeLabel), unit.altitudeM.map(app.words.altitude))
                Fact(app.words(.accuracy), unit.row.accuracyM.map(app.words.plusMinus))
            }
        }
    }
}

private struct UnitActions: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    let model: UnitModel
    let unit: UnitDetails

    var body: some View {
        Section {
            NavigationLink(value: Route.history(unit.row.id)) {
                Label(app.words(.history), systemImage: "point.topleft.down.to.point.bottomright.curvepath")
            }
            if unit.row.place != nil {
                NavigationLink(value: Route.nearbyUnit(unit.row.id)) {
                    Label(app.words(.nearbyUnits), systemImage: "location.circle")
                }
                Button(app.words(.follow), systemImage: "scope") {
                    fleet.map.follow(unit.row.id)
                    fleet.router.show(.map)
                }
            }
            if unit.row.place != nil {
                Menu {
                    ForEach(UnitModel.MapApp.allCases, id: \.self) { map in
                        if let url = model.directions(map) { Button(app.words(map.name)) { open(url) } }
                    }
                } label: {
                    Label(app.words(.navigate), systemImage: "arrow.triangle.turn.up.right.diamond")
                }
            }
            if let url = model.phoneUrl {
                Button(app.words(.call), systemImage: "phone") { open(url) }
            }
            if let text = model.sharedText(app.words) {
                ShareLink(item: text) { Label(app.words(.share), systemImage: "square.and.arrow.up") }
            }
            Refusal(model.nothingOpened ? app.words(.nothingOpens) : nil)
        }
    }

    private func open(_ url: URL) {
        Task { await model.open(url) }
    }
}

extension UnitModel.MapApp {
    fileprivate var name: Phrase {
        switch self {
        case .apple: .appleMaps
        case .amap: .amap
        case .baidu: .baiduMaps
        }
    }
}

private struct UnitDetailsSection: View {
    @Environment(AppModel.self) private var app
    let unit: UnitDetails

    var body: some View {
        Section(app.words(.details)) {
            Fact(app.words(.plate), unit.row.plate)
            Fact(app.words(.kind), app.words.kind(unit.row.kind))
            Fact(app.words(.model), unit.model)
            Fact(app.words(.phone), unit.phone)
            Fact(app.words(.contact), unit.contact)
            Fact(app.words(.group), unit.groupPath.joined(separator: " › "))
            Fact(app.words(.identifier), unit.uniqueId)
        }
    }
}

private struct UnitAttributes: View {
    @Environment(AppModel.self) private var app
    let unit: UnitDetails

    var body: some View {
        if !unit.attributes.isEmpty {
            Section(app.words(.attributes)) {
                ForEach(0..<unit.attributes.count, id: \.self) { index in
                    let attribute = app.words.attribute(unit.attributes[index])
                    Fact(attribute.label, attribute.value)
                }
            }
        }
    }
}
