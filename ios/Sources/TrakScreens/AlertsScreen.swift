// The inbox: what happened to units, newest first; a tap opens the unit and marks the alert as seen.
import SwiftUI
import TrakModel

struct AlertsScreen: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    let model: AlertsModel

    var body: some View {
        List {
            Refusal(model.trouble.map(app.words.sentence))
            if model.total > 0 {
                Labelled(
                    model.unread > 0 ? app.words(.alertsUnread, model.unread) : app.words(.alertsAllSeen)
                ) {
                    Button(app.words(.alertsSeen)) { Task { await model.acknowledgeAll() } }
                        .disabled(model.unread == 0)
                }
            }
            ForEach(model.rows, id: \.event.id) { row in
                Button {
                    fleet.router.open(.unit(row.event.unitId))
                    Task { await model.acknowledge(row) }
                } label: {
                    AlertLine(row: row, ageMs: model.ageMs(row.event))
                }
                .swipeActions {
                    Button(app.words(.markSeen)) { Task { await model.acknowledge(row) } }
                }
            }
            if model.hasMore { Button(app.words(.showMore)) { Task { await model.showMore() } } }
        }
        .listStyle(.plain)
        .overlay {
            if model.rows.isEmpty && model.working {
                ProgressView(app.words(.alertsLoading))
            } else if model.rows.isEmpty && model.trouble == nil && fleet.status.link != .live {
                // The server could not be asked: that there are none is not known.
                EmptyState(title: app.words(.alertsUnknown), text: app.words(.alertsUnknownMore), symbol: "wifi.slash")
            } else if model.rows.isEmpty && model.trouble == nil {
                EmptyState(title: app.words(.alertsEmpty), text: app.words(.alertsEmptyMore), symbol: "bell.slash")
            }
        }
        .refreshable { await model.fetch() }
        .safeAreaInset(edge: .bottom) { StatusLine() }
        .navigationTitle(app.words(.alerts))
        .toolbar {
            ToolbarItem(placement: .topBarTrailing) {
                Menu {
                    Button(app.words(.alertsFetch)) { Task { await model.fetch() } }.disabled(model.working)
                    Button(app.words(.alertSettings)) { fleet.router.open(.alertSettings) }
                } label: {
                    Label(app.words(.alertSettings), systemImage: "bell.badge")
                }
            }
        }
        .task { await model.fetch() }
    }
}

private struct AlertLine: View {
    @Environment(AppModel.self) private var app
    let row: AlertRow
    let ageMs: Int64

    var body: some View {
        Beside {
            Image(systemName: row.acknowledged ? "circle" : "circle.fill")
                .foregroundStyle(row.acknowledged ? Color.secondary : Color.blue)
                .accessibilityHidden(true)
            VStack(alignment: .leading) {
                Text(app.words.event(row.event)).foregroundStyle(.primary)
                Text(second).font(.subheadline).foregroundStyle(.secondary)
            }
        }
        .accessibilityElement(children: .combine)
        .accessibilityAddTraits(.isButton)
        .accessibilityValue(app.words(row.acknowledged ? .alertSeen : .alertNew))
    }

    private var second: String {
        [row.event.unitName, app.words.ago(ageMs)].filter { !$0.isEmpty }.joined(separator: " · ")
    }
}
