// What a link would change is shown before anything of it holds; what is wrong with a link is told.
import SwiftUI
import TrakModel

/// Shows what links propose over everything else.
struct LinkHandling: ViewModifier {
    @Bindable var app: AppModel

    func body(content: Content) -> some View {
        content
            .onOpenURL { url in Task { await app.opened(link: url.absoluteString) } }
            .sheet(isPresented: $app.showsProposal) { ProposalScreen().noticesOnTop().environment(app) }
            .alert(app.words(.linkTitle), isPresented: $app.showsLinkTrouble) {
                Button(app.words(.done)) { app.showsLinkTrouble = false }
            } message: {
                Text(app.linkTrouble.map(app.words.sentence) ?? "")
            }
            .alert(app.words(.pushTitle), isPresented: $app.showsPushTrouble) {
                Button(app.words(.done)) { app.showsPushTrouble = false }
            } message: {
                Text(app.pushTrouble.map(app.words.sentence) ?? "")
            }
    }
}

/// A proposed server beside the present one.
private struct ProposalScreen: View {
    @Environment(AppModel.self) private var app

    var body: some View {
        NavigationStack {
            List {
                if let proposal = app.proposal {
                    Section {
                        Fact(app.words(.proposalNow), proposal.presentServer)
                        Fact(app.words(.proposalThen), proposal.server)
                        Fact(app.words(.account), proposal.account)
                        Fact(app.words(.proposalPin), proposal.fingerprint)
                    } footer: {
                        Text(app.words(.proposalMeans))
                    }
                    Section {
                        Button(app.words(.proposalAccept)) { app.acceptProposal() }
                        Button(app.words(.cancel), role: .cancel) { app.showsProposal = false }
                    }
                }
            }
            .navigationTitle(app.words(.proposalTitle))
            .navigationBarTitleDisplayMode(.inline)
        }
    }
}
