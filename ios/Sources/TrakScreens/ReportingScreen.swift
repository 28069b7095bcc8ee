// Reporting one's own position: its switch, its state that anyone can read, and why something is missing.
import SwiftUI
import TrakModel

struct ReportingScreen: View {
    @Environment(AppModel.self) private var app
    let model: ReportingModel

    var body: some View {
        List {
            ReportingSwitch(model: model)
            if let view = model.view {
                QueueSection(model: model, view: view)
                SetAsideSection(model: model, view: view)
                RejectedSection(counts: view.rejected)
                CrossingsSection(crossings: view.crossings)
                GapsSection(gaps: view.gaps)
            }
        }
        .navigationTitle(app.words(.reporting))
        .task { await model.run() }
    }
}

/// Off: what it means and what it needs. On: for which unit, and how to stop.
private struct ReportingSwitch: View {
    @Environment(AppModel.self) private var app
    let model: ReportingModel

    var body: some View {
        Section {
            if let unit = model.view?.unitIdentifier {
                Label(app.words(.reportingAs, unit), systemImage: "location.fill")
                Fact(app.words(.motionLabel), app.words(model.view?.moving == true ? .motionMoving : .motionStanding))
                Fact(app.words(.rhythmLabel), model.view?.profile.map(app.words.rhythm))
                Fact(app.words(.geofencesWatched), model.view.map { "\($0.geofences)" })
                StopButton(model: model)
            } else {
                Label(app.words(.reportingOff), systemImage: "location.slash")
            }
            if let trouble = model.trouble { Refusal(app.words.sentence(trouble)) }
        } footer: {
            Text(app.words(.reportingMeans))
        }
        AccessSection(model: model)
        if !model.isOn && model.access.isAllowed { StartSection(model: model) }
    }
}

/// What the system allows, where that is not everything.
private struct AccessSection: View {
    @Environment(AppModel.self) private var app
    let model: ReportingModel

    var body: some View {
        switch model.access {
        case .allowed(precise: _, always: true): EmptyView()
        case .allowed(let precise, always: false):
            Section {
                if !precise { Label(app.words(.approximateReports), systemImage: "circle.dashed") }
                Text(app.words(.alwaysMeans)).font(.footnote).foregroundStyle(.secondary)
                Button(app.words(.alwaysAsk)) { model.askAlways() }
                // The system asks once in the life of an app; afterwards the button above shows nothing.
                Button(app.words(.openSettings)) { Task { await app.platform.system.openSettings() } }
            }
        case .notAsked:
            Section { Button(app.words(.locationAllow)) { model.ask() } }
        case .denied: closed(.locationDeniedMore)
        case .off: closed(.locationOffMore)
        case .restricted: Section { Text(app.words(.locationRestrictedMore)) }
        }
    }

    private func closed(_ text: Phrase) -> some View {
        Section {
            Text(app.words(text))
            Button(app.words(.openSettings)) { Task { await app.platform.system.openSettings() } }
        }
    }
}

private struct StartSection: View {
    @Environment(AppModel.self) private var app
    @Bindable var model: ReportingModel

    var body: some View {
        Section {
            Field(app.words(.reportingUnit)) {
                TextField(app.words(.reportingUnit), text: $model.identifier)
                    .textInputAutocapitalization(.never)
                    .autocorrectionDisabled()
            }
            Button(app.words(model.isAgreed ? .reportingStart : .reportingAgree)) { Task { await model.start() } }
                .disabled(!model.canStart)
        }
        Section(app.words(.reportingChoose)) {
            ForEach(model.candidates, id: \.id) { row in
                Button {
                    model.choose(row.id)
                } label: {
                    UnitRowView(row: row)
                }
            }
        }
    }
}

private struct StopButton: View {
    @Environment(AppModel.self) private var app
    let model: ReportingModel
    @State private var asks = false

    var body: some View {
        Button(app.words(.reportingStop), role: .destructive) { asks = true }
            .disabled(model.working)
            .confirmationDialog(app.words(.reportingStopAsk), isPresented: $asks, titleVisibility: .visible) {
                Button(app.words(.reportingStopSend)) { stop(.send) }
                Button(app.words(.reportingStopErase), role: .destructive) { stop(.erase) }
                Button(app.words(.cancel), role: .cancel) {}
            } message: {
                Text(app.words(.reportingStopMeans, model.view?.outbox.queued ?? 0))
            }
    }

    private func stop(_ unsent: Unsent) {
        Task { await model.stop(unsent) }
    }
}

private struct QueueSection: View {
    @Environment(AppModel.self) private var app
    let model: ReportingModel
    let view: ReportingView

    var body: some View {
        let outbox = view.outbox
        Section(app.words(.queue)) {
            Fact(app.words(.queue), outbox.queued == 0 ? app.words(.queueEmpty) : "\(outbox.queued)")
            Fact(app.words(.queueOldest), outbox.oldestMs.map(age))
            Fact(app.words(.lastSuccess), outbox.lastSuccessMs.map(age) ?? app.words(.neverSent))
            Fact(app.words(.newestSent), outbox.newestSentMs.map(app.words.moment))
            if outbox.queued > 0 || outbox.setAside > 0 {
                NavigationLink(value: Route.waiting) { Text(app.words(.waiting)) }
            }
            if let blocked = view.blocked {
                Label(app.words.sentence(blocked), systemImage: "exclamationmark.triangle")
                    .foregroundStyle(.orange)
                    .accessibilityLabel("\(app.words(.whyNotSent)): \(app.words.sentence(blocked))")
            }
            ForEach(notes, id: \.self) { note in
                Text(note).foregroundStyle(.orange)
            }
        }
    }

    private func age(_ ms: Int64) -> String { app.words.ago(max(model.nowMs - ms, 0)) }

    private var notes: [String] {
        var notes: [String] = []
        if view.inMemoryOnly > 0 { notes.append(app.words(.memoryOnly, view.inMemoryOnly)) }
        if view.outbox.thinned > 0 { notes.append(app.words(.thinned, view.outbox.thinned)) }
        if let salvaged = view.salvaged { notes.append(app.words.salvaged(salvaged)) }
        return notes
    }
}

private struct SetAsideSection: View {
    @Environment(AppModel.self) private var app
    let model: ReportingModel
    let view: ReportingView

    var body: some View {
        if view.outbox.setAside > 0 {
            Section {
                Fact(app.words(.setAside), "\(view.outbox.setAside)")
                Button(app.words(.setAsideRetry)) { Task { await model.retrySetAside() } }
            } footer: {
                Text(app.words(.setAsideMeans))
            }
        }
    }
}

private struct RejectedSection: View {
    @Environment(AppModel.self) private var app
    let counts: [RejectionCount]

    var body: some View {
        if !counts.isEmpty {
            Section(app.words(.notCounted)) {
                ForEach(counts, id: \.reason) { Fact(app.words.reason($0.reason), "\($0.count)") }
            }
        }
    }
}

private struct CrossingsSection: View {
    @Environment(AppModel.self) private var app
    let crossings: [OwnCrossing]

    var body: some View {
        if !crossings.isEmpty {
            Section(app.words(.ownCrossings)) {
                ForEach(crossings, id: \.self) { Fact(app.words.crossing($0), app.words.moment($0.atMs)) }
            }
        }
    }
}

private struct GapsSection: View {
    @Environment(AppModel.self) private var app
    let gaps: [ReportingGap]

    var body: some View {
        if !gaps.isEmpty {
            Section(app.words(.ownGaps)) {
                ForEach(gaps, id: \.self) { Fact(app.words.cause($0.cause), times($0)) }
            }
        }
    }

    private func times(_ gap: ReportingGap) -> String {
        let from = app.words.moment(gap.fromMs)
        return gap.toMs.map { app.words(.gapFromTo, from, app.words.moment($0)) } ?? app.words(.gapLasts, from)
    }
}
