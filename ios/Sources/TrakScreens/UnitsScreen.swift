// The unit list.
import SwiftUI
import TrakModel

struct UnitsScreen: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    @Bindable var model: UnitsModel
    @State private var showsFilter = false

    var body: some View {
        List {
            UnitRows()
        }
        .listStyle(.plain)
        .overlay { UnitsEmpty(model: model) }
        .safeAreaInset(edge: .bottom) { StatusLine() }
        .searchable(text: $model.text, prompt: app.words(.search))
        .refreshable { await fleet.refresh() }
        .navigationTitle(app.words(.units))
        .toolbar {
            ToolbarItem(placement: .topBarTrailing) { OrderMenu(order: $model.order) }
            ToolbarItem(placement: .topBarTrailing) { FilterButton(model: model, shown: $showsFilter) }
        }
        .sheet(isPresented: $showsFilter) { FilterScreen(model: model).noticesOnTop() }
        .task { await model.run() }
        .task(id: model.order) {
            // The order by distance needs this device's place; the sensors run only while it is chosen.
            if model.order == .nearest { await fleet.myLocation.run() }
        }
    }
}

/// The rows themselves; the iPad's side bar shows them too.
struct UnitRows: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet

    var body: some View {
        if fleet.units.isNarrowed {
            Text(app.words(.shownOf, fleet.units.matched, "\(fleet.units.total)"))
                .font(.footnote)
                .foregroundStyle(.secondary)
        }
        // One view an index, whatever it shows: a list can then count its rows without making them.
        ForEach(0..<fleet.units.matched, id: \.self) { UnitAt(index: $0) }
    }
}

/// The unit at an index of the list; empty for a moment when the list has just become shorter.
private struct UnitAt: View {
    @Environment(FleetModel.self) private var fleet
    let index: Int

    var body: some View {
        let row = fleet.units.row(at: index)
        Button {
            if let row { fleet.router.select(row.id) }
        } label: {
            if let row { UnitRowView(row: row) }
        }
    }
}

/// One unit in a list.
struct UnitRowView: View {
    @Environment(AppModel.self) private var app
    let row: UnitRow
    /// Said instead of the plain distance, where it is known how far that is off.
    var distance: String?

    var body: some View {
        Beside {
            Image(systemName: row.kind.symbol).foregroundStyle(.secondary).accessibilityHidden(true)
            VStack(alignment: .leading) {
                Text(row.name).foregroundStyle(row.disabled ? Color.secondary : Color.primary)
                Text(second).font(.subheadline).foregroundStyle(.secondary)
            }
            Gap()
            FreshnessSign(level: row.freshness)
        }
        .accessibilityElement(children: .ignore)
        .accessibilityLabel([row.name, app.words.kind(row.kind)].joined(separator: ", "))
        .accessibilityValue(second)
        .accessibilityAddTraits(.isButton)
    }

    private var second: String {
        var parts = [row.plate, app.words.state(row)]
        if row.disabled { parts.append(app.words(.disabled)) }
        parts.append(distance ?? row.distanceM.map(app.words.distance))
        return parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · ")
    }
}

/// Why the list is empty, and what can be done.
private struct UnitsEmpty: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    let model: UnitsModel

    var body: some View {
        if model.matched > 0 {
            EmptyView()
        } else if model.isNarrowed && model.total > 0 {
            EmptyState(title: app.words(.noMatch), text: app.words(.noMatchMore), symbol: "magnifyingglass") {
                Button(app.words(.clear)) { model.clear() }
            }
        } else if model.status.loaded {
            EmptyState(title: app.words(.unitsEmpty), text: app.words(.unitsEmptyMore), symbol: "shippingbox")
        } else if model.status.refreshing || model.status.link == .connecting {
            ProgressView(app.words(.unitsLoading))
        } else {
            EmptyState(title: app.words(.unitsUnknown), text: app.words(.unitsUnknownMore), symbol: "wifi.slash") {
                Button(app.words(.retry)) { Task { await fleet.refresh() } }
            }
        }
    }
}

private struct OrderMenu: View {
    @Environment(AppModel.self) private var app
    @Binding var order: UnitOrder

    var body: some View {
        Menu {
            Picker(app.words(.order), selection: $order) {
                Text(app.words(.orderName)).tag(UnitOrder.name)
                Text(app.words(.orderFreshest)).tag(UnitOrder.freshest)
                Text(app.words(.orderNearest)).tag(UnitOrder.nearest)
            }
        } label: {
            Label(app.words(.order), systemImage: "arrow.up.arrow.down")
        }
    }
}

private struct FilterButton: View {
    @Environment(AppModel.self) private var app
    let model: UnitsModel
    @Binding var shown: Bool

    var body: some View {
        let on = model.filter != UnitFilter()
        Button {
            shown = true
        } label: {
            Label(
                app.words(on ? .filterOn : .filter),
                systemImage: on ? "line.3.horizontal.decrease.circle.fill" : "line.3.horizontal.decrease.circle")
        }
    }
}
