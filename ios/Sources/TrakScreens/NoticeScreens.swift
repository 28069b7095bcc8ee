// The operator's notices: held up above every screen until the person has said that they read them.
import SwiftUI
import TrakModel

extension View {
    /// Puts the oldest notice that was not acknowledged above this. Every sheet has it, too: a sheet covers what is below.
    func noticesOnTop() -> some View { modifier(NoticesOnTop()) }
}

private struct NoticesOnTop: ViewModifier {
    @Environment(AppModel.self) private var app
    @State private var reads = false

    func body(content: Content) -> some View {
        let open = app.notices?.open ?? []
        VStack(spacing: 0) {
            if let notice = open.first { NoticeBanner(notice: notice, count: open.count, reads: $reads) }
            content
        }
        .sheet(isPresented: $reads) {
            if let model = app.notices { NoticeScreen(model: model).environment(app) }
        }
        .onChange(of: open.isEmpty) { if open.isEmpty { reads = false } }
    }
}

/// Asks for the notices and says a new one aloud, once for the whole app.
struct NoticesWatched: ViewModifier {
    let app: AppModel

    func body(content: Content) -> some View {
        content
            .task(id: app.notices.map(ObjectIdentifier.init)) { await app.notices?.run() }
            .onChange(of: app.notices?.open.first?.id) {
                guard let notice = app.notices?.open.first else { return }
                app.platform.system.announce(app.words.notice(notice).title)
            }
    }
}

private struct NoticeBanner: View {
    @Environment(AppModel.self) private var app
    @Environment(\.dynamicTypeSize) private var textSize
    let notice: Notice
    let count: Int
    @Binding var reads: Bool

    var body: some View {
        Button {
            reads = true
        } label: {
            VStack(alignment: .leading) {
                Label(app.words.kind(notice, of: count), systemImage: "exclamationmark.shield").font(.footnote)
                // With the largest texts a title would leave no room for the screen below; a tap shows it.
                if !textSize.isAccessibilitySize { Text(app.words.notice(notice).title).font(.headline) }
            }
            .padding(8)
            .frame(maxWidth: .infinity, alignment: .leading)
        }
        .background(.thinMaterial)
        .accessibilityElement(children: .ignore)
        .accessibilityLabel(
            [app.words.kind(notice, of: count), app.words.notice(notice).title].joined(separator: ", ")
        )
        .accessibilityAddTraits(.isButton)
        .accessibilityHint(app.words(.noticeRead))
    }
}

private struct NoticeScreen: View {
    @Environment(AppModel.self) private var app
    @Environment(\.dismiss) private var dismiss
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
                            .disabled(model.working)
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
                    Button(app.words(.later)) { dismiss() }
                }
            }
        }
    }
}
