// Where this device is. Each state of the permission has its own text and its own way out.
import SwiftUI
import TrakModel

struct MyLocationScreen: View {
    @Environment(AppModel.self) private var app
    let model: MyLocationModel

    var body: some View {
        LocationGate(model: model) { MyLocationFacts(model: model) }
            .navigationTitle(app.words(.myLocation))
    }
}

/// Shows its content where a place is allowed, else why not and what can be done. The sensors run while it is shown.
struct LocationGate<Content: View>: View {
    @Environment(AppModel.self) private var app
    let model: MyLocationModel
    @ViewBuilder let content: () -> Content

    var body: some View {
        Group {
            switch model.access {
            case _ where !model.isAgreed: agreement
            case .allowed: content()
            case .notAsked:
                EmptyState(title: app.words(.locationAsk), text: app.words(.locationAskMore), symbol: "location") {
                    Button(app.words(.locationAllow)) { model.ask() }.buttonStyle(.borderedProminent)
                }
            case .denied:
                closed(.locationDenied, .locationDeniedMore)
            case .off:
                closed(.locationOff, .locationOffMore)
            case .restricted:
                EmptyState(
                    title: app.words(.locationRestricted), text: app.words(.locationRestrictedMore), symbol: "lock")
            }
        }
        .task(id: model.isAgreed) { await model.run() }
    }

    private var agreement: some View {
        EmptyState(title: app.words(.locationAsk), text: app.words(.locationAskMore), symbol: "location") {
            Button(app.words(.locationAgree)) { Task { await model.agree() } }.buttonStyle(.borderedProminent)
            NavigationLink(value: Route.policy) { Text(app.words(.policy)) }
            Refusal(model.trouble.map(app.words.sentence))
        }
    }

    private func closed(_ title: Phrase, _ text: Phrase) -> some View {
        EmptyState(title: app.words(title), text: app.words(text), symbol: "location.slash") {
            Button(app.words(.openSettings)) { Task { await app.platform.system.openSettings() } }
        }
    }
}

private struct MyLocationFacts: View {
    @Environment(AppModel.self) private var app
    let model: MyLocationModel

    var body: some View {
        if let here = model.here {
            List {
                if here.approximate { ApproximateNote(model: model) }
                Section(app.words(.position)) {
                    Fact(app.words(.coordinates), app.settings.coordinates(here.place))
                    Fact(app.words(.accuracy), here.accuracyM.map(app.words.plusMinus))
                    Fact(app.words(.taken), app.words.ago(here.ageMs))
                    Fact(app.words(.source), app.words.source(here))
                    if here.fromLastKnown { Label(app.words(.locationLastKnown), systemImage: "clock") }
                    if model.isSimulated {
                        Label(app.words(.locationSimulated), systemImage: "exclamationmark.triangle")
                    }
                }
                if let text = model.sharedText(app.settings) {
                    ShareLink(item: text) { Label(app.words(.share), systemImage: "square.and.arrow.up") }
                }
            }
        } else {
            ProgressView(app.words(model.isSimulated ? .locationSimulated : .locationWaiting))
        }
    }
}

private struct ApproximateNote: View {
    @Environment(AppModel.self) private var app
    let model: MyLocationModel

    var body: some View {
        Section {
            Label(app.words(.locationApproximate), systemImage: "circle.dashed")
            Button(app.words(.locationPrecise)) { Task { await model.askForPrecise() } }
        }
    }
}
