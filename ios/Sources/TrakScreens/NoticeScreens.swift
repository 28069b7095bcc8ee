// The operator's notices: held up above every screen until the person has said that they read them.
import SwiftUI
import TrakModel

/// Puts the oldest notice that was not acknowledged above whatever is shown.
struct NoticesOnTop: ViewModifier {
    @Environment(AppModel.self) private var app
    @Bindable var model: NoticesModel

    func body(content: Content) -> some View {
        content
            .safeAreaInset(edge: .top) {
                if let notice = model.open.first { NoticeBanner(model: model, notice: notice) }
            }
            .sheet(isPresented: $model.reads) { NoticeScreen(model: model).environment(app) }
            .onChange(of: model.open.first?.id) {
                if let notice = model.open.first { app.platform.system.announce(app.words.notice(notice).title) }
            }
            .task { await model.run() }
    }
}

private struct NoticeBanner: View {
    @Environment(AppModel.self) private var app
    let model: NoticesModel
    let notice: Notice

    var body: some View {
        Button {
            model.reads = true
        } label: {
            VStack(alignment: .leading) {
                Label(app.words.kind(notice, of: model.open.count), systemImage: "exclamationmark.shield")
                    .font(.footnote)
                Text(app.words.notice(notice).title).font(.headline)
            }
            .padding(8)
            .frame(maxWidth: .infinity, alignment: .leading)
        }
        .background(.thinMaterial)
        .accessibilityElement(children: .combine)
        .accessibilityAddTraits(.isButton)
        .accessibilityHint(app.words(.noticeRead))
        // VoiceOver reads it before anything else.
        .accessibilitySortPriority(1)
    }
}

private struct NoticeScreen: View {
    @Environment(AppModel.self) private var app
    let model: NoticesModel

    var body: some View {
        NavigationStack {
            List {
                ForEach(model.open, id: \.id) { notice in
                    Section {
                        Text(app.words.notice(notice).title).font(.headline).accessibilityAddTraits(.isHeader)
                        Text(app.words.notice(notice).text)
                        Text(app.words.moment(notice.createdMs)).font(.footnote).foregroundStyle(.secondary)
                        Button(app.words(.noticeAcknowledge)) { Task { await model.acknowledge(notice) } }
                            .disabled(model.all.working)
                    }
                }
                if let trouble = model.trouble {
                    Section {
                        Text(app.words(.noticeStays))
                        Refusal(app.words.rights(trouble))
                    }
                }
            }
            .navigationTitle(model.open.first.map { app.words.kind($0, of: model.open.count) } ?? "")
            .navigationBarTitleDisplayMode(.inline)
            .toolbar {
                ToolbarItem(placement: .cancellationAction) {
                    Button(app.words(.later)) { model.reads = false }
                }
            }
        }
    }
}
