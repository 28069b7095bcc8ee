// The first agreement, and a changed policy. Agreeing and not agreeing are equally near; the policy is one tap away.
import SwiftUI
import TrakModel

struct ConsentScreen: View {
    @Environment(AppModel.self) private var app
    let model: PrivacyModel

    var body: some View {
        List {
            Section(app.words(.consentTitle)) {
                LeftNote()
                Text(app.words(.consentMeans))
                NavigationLink(value: Route.policy) { Label(app.words(.policy), systemImage: "doc.text") }
            }
            if case .materialChange(let from, let to, _) = model.view.toAsk {
                PolicyBlocks(blocks: model.changes(from: from, to: to))
            }
            Section {
                Button(app.words(.consentAgree)) { answer(.given) }
                Button(app.words(.consentDecline)) { answer(.refused) }
                if declined { Text(app.words(.consentDeclined)) }
                if model.view.damaged { Text(app.words(.consentDamaged)).foregroundStyle(.orange) }
                if let trouble = model.trouble { Refusal(app.words.sentence(trouble)) }
            }
            .disabled(model.working)
        }
        .navigationTitle(app.words(.product))
        .navigationDestination(for: Route.self) { _ in PolicyScreen(model: model) }
        .toolbar {
            ToolbarItem(placement: .topBarTrailing) { LanguageMenu() }
        }
    }

    private var declined: Bool {
        switch model.standing(.account)?.answer {
        case .refused, .withdrawn: true
        case .notAsked, .given, nil: false
        }
    }

    private func answer(_ action: ConsentAction) {
        Task { await model.decide(.account, action, on: app.account == nil ? .firstRun : .policyChange) }
    }
}

/// A change of the policy over the fleet: told once a run, never in the way.
struct PolicyAnnouncement: ViewModifier {
    @Environment(AppModel.self) private var app
    @Bindable var model: PrivacyModel

    func body(content: Content) -> some View {
        content.sheet(isPresented: $model.showsAnnouncement) {
            AnnouncementScreen(model: model).noticesOnTop().environment(app)
        }
    }
}

private struct AnnouncementScreen: View {
    @Environment(AppModel.self) private var app
    let model: PrivacyModel

    var body: some View {
        NavigationStack {
            List {
                if let trouble = model.trouble { Section { Refusal(app.words.sentence(trouble)) } }
                switch model.view.toAsk {
                case .materialChange(let from, let to, let effectiveMs):
                    Section {
                        Text(app.words(.policyChangedMeans, app.words.date(effectiveMs)))
                        Button(app.words(.consentAgree)) { answer(.given) }
                        Button(app.words(.later)) { model.showsAnnouncement = false }
                    }
                    PolicyBlocks(blocks: model.changes(from: from, to: to))
                case .information(let from, let to):
                    Section {
                        Text(app.words(.policyInformation))
                        Button(app.words(.policyUnderstood)) { answer(.informed) }
                    }
                    PolicyBlocks(blocks: model.changes(from: from, to: to))
                case .nothing, .firstRun: EmptyView()
                }
            }
            .navigationTitle(app.words(.policyChanged))
            .navigationBarTitleDisplayMode(.inline)
        }
    }

    private func answer(_ action: ConsentAction) {
        Task { await model.decide(.account, action, on: .policyChange) }
    }
}
