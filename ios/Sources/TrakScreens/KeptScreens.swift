// Who else looked at this person's data, and how long it is kept.
import SwiftUI
import TrakModel

struct AccessLogScreen: View {
    @Environment(AppModel.self) private var app
    @State private var log: Asked<[AccessEntry]>

    init(log: Asked<[AccessEntry]>) {
        _log = State(initialValue: log)
    }

    var body: some View {
        List {
            Section {
                Answer(asked: log) { entries in
                    if entries.isEmpty { Text(app.words(.accessLogNone)).foregroundStyle(.secondary) }
                    ForEach(0..<entries.count, id: \.self) { EntryRow(entry: entries[$0]) }
                }
            } footer: {
                Text(app.words(.accessLogMeans))
            }
        }
        .navigationTitle(app.words(.accessLog))
        .task { await log.ask() }
    }
}

private struct EntryRow: View {
    @Environment(AppModel.self) private var app
    let entry: AccessEntry

    var body: some View {
        VStack(alignment: .leading) {
            Text("\(entry.by): \(app.words.looked(entry.what))")
            Text(app.words.moment(entry.atMs)).font(.footnote).foregroundStyle(.secondary)
        }
        .accessibilityElement(children: .combine)
    }
}

struct RetentionScreen: View {
    @Environment(AppModel.self) private var app
    @State private var model: RetentionModel

    init(model: RetentionModel) {
        _model = State(initialValue: model)
    }

    var body: some View {
        List {
            Section(app.words(.atServer)) {
                Answer(asked: model.terms) { terms in
                    Fact(app.words(.positions), app.words.term(terms.positionDays))
                    Fact(app.words(.events), app.words.term(terms.eventDays))
                    Fact(app.words(.lastErased), terms.lastRunMs.map(app.words.moment) ?? app.words(.never))
                }
            }
            Section {
                if model.runs.isEmpty { Text(app.words(.retentionNoRun)).foregroundStyle(.secondary) }
                ForEach(model.runs, id: \.atMs) { Fact(app.words.moment($0.atMs), app.words.run($0)) }
            } header: {
                Text(app.words(.onThisDevice))
            } footer: {
                Text(app.words(.retentionMeans))
            }
        }
        .navigationTitle(app.words(.retention))
        .task { await model.load() }
    }
}
