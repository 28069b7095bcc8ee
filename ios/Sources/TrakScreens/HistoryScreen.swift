// A unit's track of a day or of several: map, replay, summary, stops and gaps, export.
import Foundation
import MapKit
import SwiftUI
import TrakModel

struct HistoryScreen: View {
    @Environment(AppModel.self) private var app
    @State private var model: HistoryModel

    init(model: HistoryModel) {
        _model = State(initialValue: model)
    }

    var body: some View {
        List {
            Section {
                DatePicker(app.words(.firstDay), selection: $model.firstDay, displayedComponents: .date)
                DatePicker(app.words(.lastDay), selection: $model.lastDay, displayedComponents: .date)
                HistoryPhase(model: model)
                if let shown = model.shownDays, !model.showsChosen, model.pointCount > 0 {
                    Label(otherDays(shown), systemImage: "calendar.badge.exclamationmark")
                }
            }
            if let summary = model.summary, model.pointCount > 0 {
                TrackMap(model: model, summary: summary)
                Replay(model: model)
                TrackSummary(summary: summary)
                TrackStops(stops: summary.stops, time: time)
                TrackGaps(gaps: summary.gaps, time: time)
            }
        }
        .navigationTitle(model.unitName)
        .toolbar {
            ToolbarItem(placement: .topBarTrailing) { ExportMenu(model: model) }
        }
        .task(id: model.days) { await model.load() }
    }

    private func otherDays(_ days: DateInterval) -> String {
        let (first, last) = (days.start.milliseconds, days.end.milliseconds - 1)
        return app.words(.historyOther, app.words.date(first), app.words.date(last))
    }

    /// When something was, as short as it is clear.
    private func time(_ ms: Int64) -> String {
        model.showsOneDay ? app.words.timeOfDay(ms) : app.words.moment(ms)
    }
}

private struct HistoryPhase: View {
    @Environment(AppModel.self) private var app
    let model: HistoryModel

    var body: some View {
        switch model.phase {
        case .loading: ProgressView(app.words(.historyLoading))
        case .failed(let error):
            Refusal(app.words.sentence(error))
            Button(app.words(.retry)) { Task { await model.load() } }
        case .shown:
            if model.summary?.source == .cache { Label(app.words(.historyCached), systemImage: "wifi.slash") }
            if model.pointCount == 0 { Text(app.words(.historyEmpty)) }
        }
        if let saved = model.saved { Success(app.words(.exported, saved)) }
        if let trouble = model.exportTrouble { Refusal(sentence(trouble)) }
    }

    private func sentence(_ trouble: HistoryModel.ExportTrouble) -> String {
        switch trouble {
        case .core(let error): app.words.sentence(error)
        case .files: app.words.sentence(ExportError.NotWritten)
        }
    }
}

/// The line, run by run, so that nothing is drawn where nothing is known. The list below says the same in words.
private struct TrackMap: View {
    @Environment(AppModel.self) private var app
    let model: HistoryModel
    let summary: HistoryView
    @State private var position = MapCameraPosition.automatic
    @ScaledMetric private var dot = 14.0

    var body: some View {
        Map(position: $position) {
            ForEach(model.segments, id: \.first?.atMs) { segment in
                MapPolyline(coordinates: segment.map { app.settings.drawn($0.place) })
                    .stroke(.blue, lineWidth: 3)
            }
            ForEach(summary.stops, id: \.fromMs) { stop in
                Annotation(app.words.duration(stop.toMs - stop.fromMs), coordinate: app.settings.drawn(stop.place)) {
                    Image(systemName: "parkingsign.circle.fill").foregroundStyle(.orange)
                }
            }
            if let point = model.replayPoint {
                Annotation(app.words.timeOfDay(point.atMs), coordinate: app.settings.drawn(point.place)) {
                    Circle().fill(.red).frame(width: dot, height: dot)
                }
            }
        }
        .mapStyle(app.settings.mapLayer.style)
        .frame(minHeight: 280)
        .accessibilityLabel(app.words(.map))
    }
}

private struct Replay: View {
    @Environment(AppModel.self) private var app
    @Bindable var model: HistoryModel

    var body: some View {
        Section(app.words(.replay)) {
            if model.pointCount > 1 {
                Slider(value: $model.replayShare, in: 0...Double(model.pointCount - 1), step: 1) {
                    Text(app.words(.replay))
                }
                .accessibilityValue(moment)
            }
            Text(moment).monospacedDigit()
        }
    }

    private var moment: String { model.replayPoint.map { app.words.moment($0.atMs) } ?? "" }
}

private struct TrackSummary: View {
    @Environment(AppModel.self) private var app
    let summary: HistoryView

    var body: some View {
        Section(app.words(.details)) {
            Fact(app.words(.distanceLabel), app.words.distance(summary.distanceM))
            Fact(app.words(.moving), app.words.duration(summary.movingMs))
            Fact(app.words(.topSpeed), summary.maxSpeedMps.map(app.words.speed))
            Fact(app.words(.points), "\(summary.points)")
        }
    }
}

private struct TrackStops: View {
    @Environment(AppModel.self) private var app
    let stops: [TrackStop]
    let time: (Int64) -> String

    var body: some View {
        if !stops.isEmpty {
            Section(app.words(.stops)) {
                ForEach(stops, id: \.fromMs) { stop in
                    Fact(time(stop.fromMs), app.words.duration(stop.toMs - stop.fromMs))
                }
            }
        }
    }
}

private struct TrackGaps: View {
    @Environment(AppModel.self) private var app
    let gaps: [TrackGap]
    let time: (Int64) -> String

    var body: some View {
        if !gaps.isEmpty {
            Section(app.words(.gaps)) {
                ForEach(gaps, id: \.fromMs) { gap in
                    Fact(
                        time(gap.fromMs),
                        app.words(.gapOf, app.words.duration(gap.toMs - gap.fromMs), app.words.distance(gap.distanceM)))
                }
            }
        }
    }
}

private struct ExportMenu: View {
    @Environment(AppModel.self) private var app
    let model: HistoryModel

    var body: some View {
        Menu {
            Button("GPX") { export(.gpx) }
            Button("GeoJSON") { export(.geoJson) }
            Button("CSV") { export(.csv) }
        } label: {
            Label(app.words(.export), systemImage: "square.and.arrow.up")
        }
        .disabled(model.pointCount == 0 || !model.showsChosen)
    }

    private func export(_ format: ExportFormat) {
        Task { await model.export(format) }
    }
}
