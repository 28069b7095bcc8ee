// What waits to be sent and what the server would not take, one by one.
import SwiftUI
import TrakModel

struct WaitingScreen: View {
    @Environment(AppModel.self) private var app
    @State private var model: WaitingModel

    init(model: WaitingModel) {
        _model = State(initialValue: model)
    }

    var body: some View {
        List {
            Refusal(model.trouble.map(app.words.sentence))
            if !model.setAside.isEmpty {
                Section(app.words(.setAside)) {
                    ForEach(model.setAside, id: \.queued.id) { aside in
                        FixRow(fix: aside.queued, note: app.words.reason(aside.reason))
                    }
                }
            }
            Section(app.words(.queue)) {
                if model.queued.isEmpty { Text(app.words(.waitingNone)).foregroundStyle(.secondary) }
                ForEach(model.queued, id: \.id) { FixRow(fix: $0, note: nil) }
                if model.hasMore { Button(app.words(.showMore)) { Task { await model.showMore() } } }
            }
        }
        .navigationTitle(app.words(.waiting))
        .task { await model.load() }
    }
}

private struct FixRow: View {
    @Environment(AppModel.self) private var app
    let fix: QueuedFix
    let note: String?

    var body: some View {
        VStack(alignment: .leading) {
            Text(app.words.moment(fix.fixTimeMs))
            Text(second).font(.footnote).foregroundStyle(.secondary)
            if let note { Text(note).font(.footnote).foregroundStyle(.orange) }
        }
        .accessibilityElement(children: .combine)
    }

    private var second: String {
        [app.settings.coordinates(fix.place), fix.accuracyM.map(app.words.plusMinus), app.words.waiting(fix)]
            .compactMap { $0 }.joined(separator: " · ")
    }
}
