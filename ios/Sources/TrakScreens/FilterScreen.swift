// Chooses which units the list lets through.
import SwiftUI
import TrakModel

struct FilterScreen: View {
    @Environment(AppModel.self) private var app
    @Environment(\.dismiss) private var dismiss
    @Bindable var model: UnitsModel

    var body: some View {
        NavigationStack {
            Form {
                ChoiceSection(
                    title: app.words(.state), all: [Freshness.live, .recent, .old, .lost],
                    chosen: $model.filter.freshness,
                    name: { app.words.freshness($0) })
                ChoiceSection(
                    title: app.words(.link), all: [LinkState.online, .offline, .unknown], chosen: $model.filter.link,
                    name: { app.words.link($0) })
                AgeSection(maxAgeMs: $model.filter.maxAgeMs)
                if !model.groups.isEmpty {
                    ChoiceSection(
                        title: app.words(.group), all: model.groups.map(\.id), chosen: $model.filter.groups,
                        name: { id in model.groups.first { $0.id == id }?.name ?? "" })
                }
                ChoiceSection(
                    title: app.words(.kind), all: UnitKind.all, chosen: $model.filter.kinds,
                    name: { app.words.kind($0) })
            }
            .navigationTitle(app.words(.filter))
            .navigationBarTitleDisplayMode(.inline)
            .toolbar {
                ToolbarItem(placement: .cancellationAction) {
                    Button(app.words(.clear)) { model.filter = UnitFilter() }
                }
                ToolbarItem(placement: .confirmationAction) { Button(app.words(.done)) { dismiss() } }
            }
        }
    }
}

/// Some of a few things; none chosen means that all are let through.
private struct ChoiceSection<Value: Hashable>: View {
    let title: String
    let all: [Value]
    @Binding var chosen: [Value]?
    let name: (Value) -> String

    var body: some View {
        Section(title) {
            ForEach(all, id: \.self) { value in
                Button {
                    toggle(value)
                } label: {
                    HStack {
                        Text(name(value)).foregroundStyle(.primary)
                        Spacer()
                        if isChosen(value) { Image(systemName: "checkmark").accessibilityHidden(true) }
                    }
                }
                .accessibilityAddTraits(isChosen(value) ? .isSelected : .isButton)
            }
        }
    }

    private func isChosen(_ value: Value) -> Bool { chosen?.contains(value) ?? false }

    private func toggle(_ value: Value) {
        var now = chosen ?? []
        if isChosen(value) { now.removeAll { $0 == value } } else { now.append(value) }
        chosen = now.isEmpty ? nil : now
    }
}

private struct AgeSection: View {
    @Environment(AppModel.self) private var app
    @Binding var maxAgeMs: Int64?

    /// What the person can choose: 15 minutes, an hour, six, a day, a week.
    private static let choices: [Int64] = [15, 60, 360, 1_440, 10_080].map { $0 * 60_000 }

    var body: some View {
        Section {
            Picker(app.words(.age), selection: $maxAgeMs) {
                Text(app.words(.any)).tag(Int64?.none)
                ForEach(Self.choices, id: \.self) { age in
                    Text(app.words(.under, app.words.duration(age))).tag(Int64?.some(age))
                }
            }
            .roomyChoices()
        }
    }
}

extension UnitKind {
    static let all: [UnitKind] = [
        .car, .van, .truck, .bus, .trailer, .crane, .excavator, .tractor, .motorcycle, .bicycle, .ship, .train, .plane,
        .helicopter, .person, .animal, .other,
    ]
}
