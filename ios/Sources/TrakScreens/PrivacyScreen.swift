// The privacy centre: a switch a purpose, the policy in all its versions, and the record of what was answered.
import SwiftUI
import TrakModel

struct PrivacyScreen: View {
    @Environment(AppModel.self) private var app
    let model: PrivacyModel
    @State private var copy: CopyModel

    init(model: PrivacyModel, copy: CopyModel) {
        self.model = model
        _copy = State(initialValue: copy)
    }

    var body: some View {
        List {
            if let trouble = model.trouble {
                Section { Refusal(app.words.sentence(trouble)) }
            }
            if let words = app.words.record(damaged: model.view.damaged, model.view.serverCopy) {
                Section { Refusal(words) }
            }
            ForEach(model.view.purposes, id: \.purpose) { PurposeRow(model: model, standing: $0) }
            Section {
                NavigationLink(value: Route.policy) { Label(app.words(.policy), systemImage: "doc.text") }
            }
            RightsSection(copy: copy)
            RecordSection(model: model)
        }
        .navigationTitle(app.words(.privacy))
        .task { await model.loadRecord() }
    }
}

/// A person's rights to their data, each one tap away.
private struct RightsSection: View {
    @Environment(AppModel.self) private var app
    let copy: CopyModel

    var body: some View {
        Section {
            Button(app.words(.copySave)) { Task { await copy.save() } }.disabled(copy.working)
            if copy.working { ProgressView(app.words(.copyBusy)) }
            if let saved = copy.saved { Success(app.words(.exported, saved)) }
            Refusal(copy.trouble.map(sentence))
        } header: {
            Text(app.words(.yourData))
        } footer: {
            Text(app.words(.copyMeans))
        }
        Section {
            link(.account, .correct, "pencil")
            link(.ownTrack, .ownTrack, "eraser")
            link(.accessLog, .accessLog, "eye")
            link(.retention, .retention, "clock.arrow.circlepath")
            link(.leave, .leave, "person.crop.circle.badge.minus")
        }
    }

    private func link(_ route: Route, _ title: Phrase, _ symbol: String) -> some View {
        NavigationLink(value: route) { Label(app.words(title), systemImage: symbol) }
    }

    private func sentence(_ trouble: CopyModel.Trouble) -> String {
        switch trouble {
        case .core(let error): app.words.rights(error)
        case .files: app.words.sentence(ExportError.NotWritten)
        }
    }
}

/// One switch, and what it means.
private struct PurposeRow: View {
    @Environment(AppModel.self) private var app
    let model: PrivacyModel
    let standing: PurposeView
    @State private var asks = false

    var body: some View {
        let words = app.words.purpose(standing.purpose)
        Section {
            Button(action: touch) {
                HStack {
                    Text(words.name)
                    Spacer()
                    Image(systemName: standing.isGiven ? "checkmark.circle.fill" : "circle")
                        .foregroundStyle(standing.isGiven ? Color.green : Color.secondary)
                        .accessibilityHidden(true)
                }
            }
            .disabled(model.working)
            .accessibilityLabel(words.name)
            .accessibilityValue(app.words.answer(standing.answer))
            .accessibilityAddTraits(standing.isGiven ? .isSelected : .isButton)
            Text(app.words.answer(standing.answer)).font(.footnote).foregroundStyle(.secondary)
            // Agreed, yet not permitted: what it rests on is missing.
            if standing.isGiven, let why = standing.missingWhy, let missing = standing.missingPurpose {
                Text("\(app.words.purpose(missing).name): \(app.words.sentence(why))").font(.footnote)
            }
        } footer: {
            Text(words.meaning)
        }
        .confirmationDialog(title, isPresented: $asks, titleVisibility: .visible) {
            if standing.purpose == .account {
                Button(app.words(.endAccount), role: .destructive) { end(.erase) }
            } else {
                Button(app.words(.reportingStopSend)) { end(.send) }
                Button(app.words(.reportingStopErase), role: .destructive) { end(.erase) }
            }
            Button(app.words(.cancel), role: .cancel) {}
        } message: {
            Text(words.meaning)
        }
    }

    private var title: String { app.words(standing.purpose == .account ? .endAccountAsk : .reportingStopAsk) }

    /// Ending is one tap; only what erases something asks first what is to become of it.
    private func touch() {
        switch (standing.isGiven, standing.purpose) {
        case (true, .account), (true, .reporting): asks = true
        case (let given, _): Task { await model.set(standing.purpose, !given) }
        }
    }

    private func end(_ unsent: Unsent) {
        Task { await model.set(standing.purpose, false, unsent: unsent) }
    }
}

extension PurposeView {
    fileprivate var isGiven: Bool { if case .given = answer { true } else { false } }
}

private struct RecordSection: View {
    @Environment(AppModel.self) private var app
    let model: PrivacyModel

    var body: some View {
        Section(app.words(.consentRecord)) {
            if let record = model.record {
                if record.isEmpty { Text(app.words(.consentRecordEmpty)) }
                ForEach(record, id: \.sequence) { EntryRow(entry: $0) }
                Button(app.words(.saveCopy)) { Task { await model.saveRecord() } }
            }
            if let saved = model.saved { Success(app.words(.exported, saved)) }
            if model.saveFailed { Refusal(app.words.sentence(ExportError.NotWritten)) }
        }
    }
}

private struct EntryRow: View {
    @Environment(AppModel.self) private var app
    let entry: ConsentEntry

    var body: some View {
        VStack(alignment: .leading) {
            Text("\(app.words.purpose(entry.purpose).name): \(app.words.action(entry.action))")
            Text(second).font(.footnote).foregroundStyle(.secondary)
        }
        .accessibilityElement(children: .combine)
    }

    private var second: String {
        [
            app.words.moment(entry.atMs), app.words(.policyVersionShort, entry.policyVersion),
            app.words.screen(entry.screen),
        ].joined(separator: " · ")
    }
}

/// Every version of the policy, and how it differs from the one before. Ships with the app, so it needs no network.
struct PolicyScreen: View {
    @Environment(AppModel.self) private var app
    let model: PrivacyModel
    @State private var chosen: UInt32?
    @State private var comparing = false

    var body: some View {
        let version = chosen ?? model.view.newestPolicy
        List {
            Section {
                ForEach(model.versions, id: \.version) { one in
                    Button(app.words(.policyVersion, one.version, app.words.date(one.effectiveMs))) {
                        (chosen, comparing) = (one.version, false)
                    }
                    .accessibilityAddTraits(one.version == version ? .isSelected : .isButton)
                }
                if version > 1 { Toggle(app.words(.policyCompare, version - 1), isOn: $comparing) }
            }
            PolicyBlocks(blocks: comparing ? model.changes(from: version - 1, to: version) : model.text(version))
        }
        .navigationTitle(app.words(.policy))
    }
}

/// The policy's text; where two versions are compared each change says so in a word.
struct PolicyBlocks: View {
    @Environment(AppModel.self) private var app
    let blocks: [PolicyBlock]

    var body: some View {
        Section {
            ForEach(0..<blocks.count, id: \.self) { index in
                let block = blocks[index]
                VStack(alignment: .leading) {
                    if let fate = app.words.fate(block.fate) {
                        Text(fate).font(.caption).foregroundStyle(block.fate == .added ? .green : .red)
                    }
                    Text(block.kind == .item ? "• \(block.text)" : block.text)
                        .font(block.kind.font)
                        .foregroundStyle(block.fate == .removed ? Color.secondary : Color.primary)
                        .accessibilityAddTraits(block.kind.isHeading ? .isHeader : .isStaticText)
                }
                .accessibilityElement(children: .combine)
            }
        }
    }
}

extension PolicyBlockKind {
    fileprivate var font: Font {
        switch self {
        case .title: .title2
        case .heading: .headline
        case .subheading: .subheadline
        case .paragraph, .item: .body
        }
    }

    fileprivate var isHeading: Bool {
        switch self {
        case .title, .heading, .subheading: true
        case .paragraph, .item: false
        }
    }
}
