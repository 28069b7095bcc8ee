// Where this device is. Each state of the permission has its own text and its own way out.
import SwiftUI
import TrakModel

struct MyLocationScreen: View {
    @Environment(AppModel.self) private var app
    let model: MyLocationModel

    var body: some View {
        LocationGate(model: model) { MyLocationFacts(model: model) }
            .navigationTitle(app.words(.myLocation))
            .task { await model.tick() }
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
            case .precise, .approximate: content()
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
        .task { await model.run() }
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
        if let reading = model.reading {
            List {
                if model.access == .approximate { ApproximateNote(model: model) }
                Section(app.words(.position)) {
                    Fact(app.words(.coordinates), app.settings.coordinates(reading.place))
                    Fact(app.words(.accuracy), reading.accuracyM.map(app.words.plusMinus))
                    Fact(app.words(.taken), model.ageMs.map(app.words.ago))
                    Fact(app.words(.source), app.words(source(reading)))
                    Fact(app.words(.altitudeLabel), reading.altitudeM.map(app.words.altitude))
                    Fact(app.words(.speedLabel), reading.speedMps.map(app.words.speed))
                    Fact(app.words(.course), reading.courseDeg.map(app.words.direction))
                }
                if let coordinates = app.settings.coordinates(reading.place) {
                    ShareLink(item: coordinates) { Label(app.words(.share), systemImage: "square.and.arrow.up") }
                }
            }
        } else {
            ProgressView(app.words(.locationWaiting))
        }
    }

    private func source(_ reading: LocationReading) -> Phrase {
        if reading.simulated { return .sourceSimulated }
        return model.access == .approximate ? .sourceApproximate : .sourceSystem
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
