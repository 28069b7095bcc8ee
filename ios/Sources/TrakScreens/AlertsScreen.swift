// What happened to units, newest first; a tap opens the unit.
import SwiftUI
import TrakModel

struct AlertsScreen: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    let model: AlertsModel

    var body: some View {
        List {
            ForEach(model.events, id: \.id) { event in
                Button {
                    fleet.router.open(.unit(event.unitId))
                } label: {
                    AlertRow(event: event, ageMs: model.ageMs(event))
                }
            }
        }
        .listStyle(.plain)
        .overlay {
            if model.events.isEmpty {
                EmptyState(title: app.words(.alertsEmpty), text: app.words(.alertsEmptyMore), symbol: "bell.slash")
            }
        }
        .safeAreaInset(edge: .bottom) { StatusLine() }
        .navigationTitle(app.words(.alerts))
        .task { await model.run() }
    }
}

private struct AlertRow: View {
    @Environment(AppModel.self) private var app
    let event: EventRow
    let ageMs: Int64

    var body: some View {
        VStack(alignment: .leading) {
            Text(app.words.event(event)).foregroundStyle(.primary)
            Text(second).font(.subheadline).foregroundStyle(.secondary)
        }
        .accessibilityElement(children: .combine)
        .accessibilityAddTraits(.isButton)
    }

    private var second: String {
        [event.unitName, app.words.ago(ageMs)].filter { !$0.isEmpty }.joined(separator: " · ")
    }
}
