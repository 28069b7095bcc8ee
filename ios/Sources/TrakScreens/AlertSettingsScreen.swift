// What a person is told of, and when not.
import SwiftUI
import TrakModel

struct AlertSettingsScreen: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet
    @State private var model: AlertSettingsModel

    init(model: AlertSettingsModel) {
        _model = State(initialValue: model)
    }

    var body: some View {
        Form {
            if let trouble = model.trouble { Section { Refusal(app.words.settings(trouble)) } }
            PushSection(privacy: fleet.privacy, model: model)
            Section {
                ForEach(AlertSettingsModel.all, id: \.self) { kind in
                    Toggle(app.words.kind(kind), isOn: $model[kind])
                }
            } header: {
                Text(app.words(.alertKinds))
            } footer: {
                Text(app.words(.alertKindsMean))
            }
            QuietSection(model: model)
        }
        .navigationTitle(app.words(.alertSettings))
    }
}

/// The consent to messages, where it is used.
private struct PushSection: View {
    @Environment(AppModel.self) private var app
    @Environment(\.scenePhase) private var scenePhase
    @Bindable var privacy: PrivacyModel
    let model: AlertSettingsModel

    var body: some View {
        Section {
            Toggle(app.words(.pushTell), isOn: $privacy.tellsByMessages).disabled(privacy.working)
            if !app.platform.pushes.isAvailable { Text(app.words(.pushNotSetUp)).foregroundStyle(.secondary) }
            if privacy.tellsByMessages && model.isRefused {
                Label(app.words(.pushRefused), systemImage: "bell.slash").foregroundStyle(.orange)
                Button(app.words(.openSettings)) { Task { await app.platform.system.openSettings() } }
            }
            Refusal(privacy.trouble.map(app.words.sentence))
        } footer: {
            Text(app.words.purpose(.push).meaning)
        }
        .task(id: scenePhase) { await model.askSystem() }
        .onChange(of: privacy.tellsByMessages) { Task { await model.askSystem() } }
    }
}

private struct QuietSection: View {
    @Environment(AppModel.self) private var app
    @Bindable var model: AlertSettingsModel
    @State private var zoneText = ""

    var body: some View {
        Section {
            Toggle(app.words(.quiet), isOn: $model.isQuiet)
            if let hours = model.quietHours {
                DatePicker(app.words(.quietFrom), selection: $model.quietFrom, displayedComponents: .hourAndMinute)
                DatePicker(app.words(.quietTo), selection: $model.quietTo, displayedComponents: .hourAndMinute)
                Fact(app.words(.timeZone), hours.timeZone)
                DisclosureGroup(app.words(.timeZone)) {
                    Field(app.words(.timeZoneSearch)) {
                        TextField(app.words(.timeZoneSearch), text: $zoneText)
                            .textInputAutocapitalization(.never)
                            .autocorrectionDisabled()
                    }
                    ForEach(AlertSettingsModel.timeZones(matching: zoneText), id: \.self) { zone in
                        Button(zone) { Task { await model.setQuiet(timeZone: zone) } }
                            .accessibilityAddTraits(zone == hours.timeZone ? .isSelected : .isButton)
                    }
                }
            }
        } footer: {
            Text(app.words(.quietMeans))
        }
    }
}
