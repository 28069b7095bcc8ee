// The person's choices of looks, this device's own location, the account, and what the app keeps.
import Foundation
import SwiftUI
import TrakModel

struct SettingsScreen: View {
    @Environment(AppModel.self) private var app

    var body: some View {
        Form {
            AccountSection()
            LooksSection(settings: app.settings)
            MapSection(settings: app.settings)
            Section {
                NavigationLink(value: Route.myLocation) { Label(app.words(.myLocation), systemImage: "location") }
                NavigationLink(value: Route.reporting) {
                    Label(app.words(.reporting), systemImage: "antenna.radiowaves.left.and.right")
                }
                NavigationLink(value: Route.alertSettings) {
                    Label(app.words(.alertSettings), systemImage: "bell.badge")
                }
                NavigationLink(value: Route.privacy) { Label(app.words(.privacy), systemImage: "hand.raised") }
                NavigationLink(value: Route.about) { Label(app.words(.about), systemImage: "info.circle") }
            }
            SignOutSection()
        }
        .navigationTitle(app.words(.settings))
    }
}

private struct AccountSection: View {
    @Environment(AppModel.self) private var app

    var body: some View {
        if let account = app.account {
            Section(app.words(.account)) {
                Fact(app.words(.name), account.name)
                Fact(app.words(.account), account.email)
                Fact(app.words(.server), account.server)
                if account.cleartext {
                    Label(app.words(.notEncrypted), systemImage: "lock.open").foregroundStyle(.red)
                }
                if account.readonly { Text(app.words(.readonly)) }
            }
        }
    }
}

private struct LooksSection: View {
    @Environment(AppModel.self) private var app
    @Bindable var settings: AppSettings

    var body: some View {
        Section {
            Picker(app.words(.languageLabel), selection: $settings.chosenLanguage) {
                Text(app.words(.asSystem)).tag(Language?.none)
                ForEach(Language.allCases, id: \.self) { Text($0.ownName).tag(Language?.some($0)) }
            }
            .roomyChoices()
            Picker(app.words(.coordinateFormat), selection: $settings.coordinateFormat) {
                ForEach(AppSettings.formats, id: \.self) { Text(app.words($0.title)).tag($0) }
            }
            .roomyChoices()
        }
    }
}

private struct MapSection: View {
    @Environment(AppModel.self) private var app
    @Bindable var settings: AppSettings

    var body: some View {
        Section {
            Picker(app.words(.mapLayer), selection: $settings.mapLayer) {
                ForEach(MapLayer.allCases, id: \.self) { Text(app.words($0.title)).tag($0) }
            }
            .roomyChoices()
            Picker(app.words(.mapDatum), selection: $settings.mapDatum) {
                Text(app.words(.mapDatumShifted)).tag(Datum.gcj02)
                Text(app.words(.mapDatumTrue)).tag(Datum.wgs84)
            }
            .roomyChoices()
        } footer: {
            Text(app.words(.mapDatumMeans))
        }
    }
}

private struct SignOutSection: View {
    @Environment(AppModel.self) private var app
    @State private var asks = false
    @State private var trouble: QueryError?

    var body: some View {
        Section {
            Button(app.words(.signOut), role: .destructive) { asks = true }
            if let trouble { Refusal(app.words.sentence(trouble)) }
        }
        .confirmationDialog(app.words(.signOutAsk), isPresented: $asks, titleVisibility: .visible) {
            Button(app.words(.signOutErase), role: .destructive) { signOut(keepCache: false) }
            Button(app.words(.signOutKeep)) { signOut(keepCache: true) }
            Button(app.words(.cancel), role: .cancel) {}
        } message: {
            Text(app.words(.signOutMeans))
        }
    }

    private func signOut(keepCache: Bool) {
        Task {
            trouble = await app.signOut(keepCache: keepCache)
        }
    }
}

/// What the app is and what it keeps.
struct AboutScreen: View {
    @Environment(AppModel.self) private var app

    var body: some View {
        List {
            Section {
                Fact(app.words(.name), app.words(.product))
                Fact(app.words(.version), Bundle.main.infoDictionary?["CFBundleShortVersionString"] as? String)
            }
            Section(app.words(.keptHere)) {
                Text(app.words(.keptHereMore))
            }
        }
        .navigationTitle(app.words(.about))
    }
}

extension CoordinateFormat {
    var title: Phrase {
        switch self {
        case .decimal: .decimal
        case .degreesMinutes: .degreesMinutes
        case .degreesMinutesSeconds: .degreesMinutesSeconds
        case .utm: .utm
        case .mgrs: .mgrs
        }
    }
}
