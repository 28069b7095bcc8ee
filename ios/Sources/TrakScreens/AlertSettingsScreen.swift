// What a person is told of, and when not.
import Foundation
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
            PushSection(privacy: fleet.privacy)
            Section {
                ForEach(AlertSettingsModel.all, id: \.self) { kind in
                    Toggle(app.words.kind(kind), isOn: told(kind))
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

    private func told(_ kind: EventKind) -> Binding<Bool> {
        Binding(get: { model.kinds.contains(kind) }, set: { told in Task { await model.set(kind, told) } })
    }
}

/// The consent to messages, where it is used.
private struct PushSection: View {
    @Environment(AppModel.self) private var app
    let privacy: PrivacyModel

    var body: some View {
        Section {
            Toggle(app.words(.pushTell), isOn: agreed).disabled(privacy.working)
            if !app.platform.pushes.isAvailable { Text(app.words(.pushNotSetUp)).foregroundStyle(.secondary) }
            Refusal(privacy.trouble.map(app.words.sentence))
        } footer: {
            Text(app.words.purpose(.push).meaning)
        }
    }

    private var agreed: Binding<Bool> {
        Binding(
            get: { privacy.permits(.push) },
            set: { given in Task { await privacy.decide(.push, given ? .given : .withdrawn, on: .feature) } })
    }
}

private struct QuietSection: View {
    @Environment(AppModel.self) private var app
    let model: AlertSettingsModel
    @State private var zoneText = ""

    var body: some View {
        Section {
            Toggle(app.words(.quiet), isOn: isQuiet)
            if let hours = model.quietHours {
                DatePicker(app.words(.quietFrom), selection: from, displayedComponents: .hourAndMinute)
                DatePicker(app.words(.quietTo), selection: to, displayedComponents: .hourAndMinute)
                Fact(app.words(.timeZone), hours.timeZone)
                DisclosureGroup(app.words(.timeZone)) {
                    TextField(app.words(.timeZoneSearch), text: $zoneText)
                        .textInputAutocapitalization(.never)
                        .autocorrectionDisabled()
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

    private var isQuiet: Binding<Bool> {
        Binding(get: { model.quietHours != nil }, set: { quiet in Task { await model.setQuiet(quiet) } })
    }

    private var from: Binding<Date> {
        Binding(
            get: { Self.time(model.quietHours?.fromMinute ?? 0) },
            set: { time in Task { await model.setQuiet(fromMinute: Self.minute(time)) } })
    }

    private var to: Binding<Date> {
        Binding(
            get: { Self.time(model.quietHours?.toMinute ?? 0) },
            set: { time in Task { await model.setQuiet(toMinute: Self.minute(time)) } })
    }

    /// Today at a minute of the day, as the wheel shows it; which day it is says nothing.
    private static func time(_ minute: UInt16) -> Date {
        let calendar = Calendar.current
        return calendar.date(bySettingHour: Int(minute) / 60, minute: Int(minute) % 60, second: 0, of: Date()) ?? Date()
    }

    private static func minute(_ time: Date) -> UInt16 {
        let parts = Calendar.current.dateComponents([.hour, .minute], from: time)
        return UInt16((parts.hour ?? 0) * 60 + (parts.minute ?? 0))
    }
}
