// Small parts that several screens share.
import SwiftUI
import TrakModel

/// Nothing to show: why, and what can be done.
struct EmptyState<Actions: View>: View {
    let title: String
    let text: String
    let symbol: String
    @ViewBuilder let actions: () -> Actions

    var body: some View {
        Scrollable {
            ContentUnavailableView {
                Label(title, systemImage: symbol)
            } description: {
                Text(text)
            } actions: {
                actions()
            }
        }
    }
}

extension EmptyState where Actions == EmptyView {
    init(title: String, text: String, symbol: String) {
        self.init(title: title, text: text, symbol: symbol) { EmptyView() }
    }
}

/// A label with its value; left out where there is no value.
struct Fact: View {
    let label: String
    let value: String?

    init(_ label: String, _ value: String?) {
        (self.label, self.value) = (label, value)
    }

    var body: some View {
        if let value, !value.isEmpty {
            Labelled(label) { Text(value).foregroundStyle(.secondary).textSelection(.enabled) }
                .accessibilityElement(children: .combine)
        }
    }
}

/// Why something was not done, said aloud where VoiceOver is on; nothing where it was.
struct Refusal: View {
    @Environment(AppModel.self) private var app
    let text: String?

    init(_ text: String?) {
        self.text = text
    }

    var body: some View {
        if let text {
            Label(text, systemImage: "exclamationmark.triangle").foregroundStyle(.red)
                .accessibilityElement(children: .combine)
                .onChange(of: text, initial: true) { app.platform.system.announce(text) }
        }
    }
}

/// That something was done, said aloud where VoiceOver is on.
struct Success: View {
    @Environment(AppModel.self) private var app
    let text: String

    init(_ text: String) {
        self.text = text
    }

    var body: some View {
        Label(text, systemImage: "checkmark.circle")
            .accessibilityElement(children: .combine)
            .onChange(of: text, initial: true) { app.platform.system.announce(text) }
    }
}

/// The newest answer to a question, while it is asked and when that fails, too.
struct Answer<Value: Sendable, Content: View>: View {
    @Environment(AppModel.self) private var app
    let asked: Asked<Value>
    @ViewBuilder let content: (Value) -> Content

    var body: some View {
        if let value = asked.value { content(value) }
        if asked.working { ProgressView(app.words(.asking)) }
        if let trouble = asked.trouble {
            Refusal(app.words.rights(trouble))
            Button(app.words(.retry)) { Task { await asked.ask() } }
        }
    }
}

/// How the last account left this device.
struct LeftNote: View {
    @Environment(AppModel.self) private var app

    var body: some View {
        switch app.left {
        case .revoked: Label(app.words.left(revoked: true), systemImage: "checkmark.circle")
        case .stillValid: Label(app.words.left(revoked: false), systemImage: "exclamationmark.circle")
        case .erased: Label(app.words.leftErased, systemImage: "checkmark.circle")
        case .ended: Label(app.words.sentence(Trouble.accountEnded), systemImage: "checkmark.circle")
        case nil: EmptyView()
        }
    }
}

/// The level of freshness by shape and colour, so that neither is needed alone. VoiceOver reads the words beside it.
struct FreshnessSign: View {
    let level: Freshness?

    var body: some View {
        Image(systemName: level.symbol)
            .foregroundStyle(level.color)
            .accessibilityHidden(true)
    }
}

extension Freshness? {
    var symbol: String {
        switch self {
        case .live: "dot.radiowaves.left.and.right"
        case .recent: "circle.fill"
        case .old: "circle.bottomhalf.filled"
        case .lost: "circle.dotted"
        case nil: "mappin.slash"
        }
    }

    var color: Color {
        switch self {
        case .live: .green
        case .recent: .blue
        case .old: .orange
        case .lost, nil: .gray
        }
    }
}

extension UnitKind {
    var symbol: String {
        switch self {
        case .car: "car"
        case .van: "box.truck"
        case .truck: "truck.box"
        case .bus: "bus"
        case .trailer: "truck.box.badge.clock"
        case .crane: "arrow.up.and.line.horizontal.and.arrow.down"
        case .excavator: "hammer"
        case .tractor: "leaf"
        case .motorcycle: "scooter"
        case .bicycle: "bicycle"
        case .ship: "ferry"
        case .train: "tram"
        case .plane: "airplane"
        case .helicopter: "fan"
        case .person: "figure.walk"
        case .animal: "pawprint"
        case .other: "shippingbox"
        }
    }
}

/// How far what is shown can be trusted; on every screen that shows units.
struct StatusLine: View {
    @Environment(AppModel.self) private var app
    @Environment(FleetModel.self) private var fleet

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            Beside {
                Label(title, systemImage: symbol).font(.footnote)
                Gap()
                if app.account?.cleartext == true {
                    Label(app.words(.notEncrypted), systemImage: "lock.open").font(.footnote).foregroundStyle(.red)
                }
            }
            ForEach(notes, id: \.self) { note in
                Text(note).font(.footnote).foregroundStyle(.secondary)
            }
            if let unit = fleet.reporting.view?.unitIdentifier {
                Label(app.words(.reportingAs, unit), systemImage: "location.fill").font(.footnote)
            }
            if fleet.status.trouble == .signedOut {
                Button(app.words(.signInAgain)) { app.signInAgain() }.buttonStyle(.bordered)
            }
        }
        .padding(.horizontal)
        .padding(.vertical, 6)
        .frame(maxWidth: .infinity, alignment: .leading)
        .background(.thinMaterial)
        .bar()
        .accessibilityElement(children: .contain)
        .accessibilityAddTraits(.updatesFrequently)
    }

    private var title: String {
        let status = fleet.status
        if status.refreshing { return app.words(.statusRefreshing) }
        switch status.link {
        case .signedOut: return app.words(.statusSignedOut)
        case .connecting: return app.words(.statusConnecting)
        case .live: return app.words(.statusLive)
        case .offline:
            guard let ageMs = fleet.confirmedAgeMs else { return app.words(.statusOffline) }
            return app.words(.statusConfirmed, app.words.ago(ageMs))
        }
    }

    private var symbol: String {
        switch fleet.status.link {
        case .live: "checkmark.circle"
        case .connecting: "arrow.triangle.2.circlepath"
        case .offline: "wifi.slash"
        case .signedOut: "person.crop.circle.badge.xmark"
        }
    }

    private var notes: [String] {
        let status = fleet.status
        var notes: [String] = []
        if let trouble = status.trouble { notes.append(app.words.sentence(trouble)) }
        if status.unreadableElements > 0 { notes.append(app.words(.statusUnreadable, status.unreadableElements)) }
        if status.quarantinedPositions > 0 { notes.append(app.words(.statusQuarantined, status.quarantinedPositions)) }
        return notes
    }
}
