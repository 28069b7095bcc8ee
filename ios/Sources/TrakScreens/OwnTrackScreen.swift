// Erasing one's own positions: whole days, or single points of them. Both ask first: it cannot be brought back.
import SwiftUI
import TrakModel

struct OwnTrackScreen: View {
    @Environment(AppModel.self) private var app
    @State private var model: OwnTrackModel

    init(model: OwnTrackModel) {
        _model = State(initialValue: model)
    }

    var body: some View {
        Form {
            if !model.isAsked {
                Section { ProgressView(app.words(.asking)) }
            } else if model.units.isEmpty {
                Section { Text(app.words(.ownTrackNone)) }
            } else {
                DaysSection(model: model)
                PointsSection(model: model)
            }
        }
        .navigationTitle(app.words(.ownTrack))
        .task { await model.refresh() }
    }
}

private struct DaysSection: View {
    @Environment(AppModel.self) private var app
    @Bindable var model: OwnTrackModel
    @State private var asks = false

    var body: some View {
        Section {
            Picker(app.words(.unitLabel), selection: $model.unit) {
                ForEach(model.units, id: \.id) { Text($0.name).tag(Int64?.some($0.id)) }
            }
            .roomyChoices()
            DatePicker(app.words(.firstDay), selection: $model.firstDay, displayedComponents: .date)
            DatePicker(app.words(.lastDay), selection: $model.lastDay, displayedComponents: .date)
            Button(app.words(.eraseDays), role: .destructive) { asks = true }
                .disabled(!model.canErase)
            if model.working { ProgressView(app.words(.asking)) }
            if let erased = model.erased {
                Success(app.words(.erased, erased))
            }
            Refusal(model.trouble.map(app.words.rights))
        } footer: {
            Text(app.words(.ownTrackMeans))
        }
        .confirmationDialog(
            app.words(.eraseDaysAsk, model.unitName, days), isPresented: $asks, titleVisibility: .visible
        ) {
            Button(app.words(.erase), role: .destructive) { Task { await model.eraseDays() } }
            Button(app.words(.cancel), role: .cancel) {}
        } message: {
            Text(app.words(.ownTrackMeans))
        }
    }
}

extension DaysSection {
    /// The chosen days in words.
    fileprivate var days: String {
        let (first, last) = (app.words.date(model.firstDay.milliseconds), app.words.date(model.lastDay.milliseconds))
        return first == last ? first : app.words(.daysFromTo, first, last)
    }
}

private struct PointsSection: View {
    @Environment(AppModel.self) private var app
    let model: OwnTrackModel
    @State private var chosen: HistoryPoint?
    @State private var asks = false

    var body: some View {
        Section(app.words(.singlePoints)) {
            if model.total == nil {
                Button(app.words(.showPoints)) { Task { await model.load() } }.disabled(!model.canErase)
            } else if model.points.isEmpty {
                Text(app.words(.historyEmpty)).foregroundStyle(.secondary)
            }
            ForEach(model.points, id: \.fixTimeMs) { point in
                Button(role: .destructive) {
                    (chosen, asks) = (point, true)
                } label: {
                    Labelled(app.words.moment(point.fixTimeMs)) {
                        Text(app.settings.coordinates(point.place) ?? "")
                    }
                }
                .disabled(model.working)
                .accessibilityLabel(app.words(.erasePoint, app.words.moment(point.fixTimeMs)))
            }
            if model.hasMore { Button(app.words(.showMore)) { model.showMore() } }
        }
        .confirmationDialog(title, isPresented: $asks, titleVisibility: .visible) {
            Button(app.words(.erase), role: .destructive) {
                if let chosen { Task { await model.erase(chosen) } }
            }
            Button(app.words(.cancel), role: .cancel) {}
        } message: {
            Text(app.words(.ownTrackMeans))
        }
    }

    private var title: String { chosen.map { app.words(.erasePoint, app.words.moment($0.fixTimeMs)) } ?? "" }
}
