// The widgets: one unit, and the unit nearest to this device. They show what this device keeps; their ages grow by
// themselves. A touch opens the unit.
import AppIntents
import Foundation
import SwiftUI
import TrakModel
import TrakPlatform
import WidgetKit

@main
struct TrakWidgets: WidgetBundle {
    var body: some Widget {
        UnitWidget()
        NearestWidget()
    }
}

struct UnitWidget: Widget {
    var body: some WidgetConfiguration {
        AppIntentConfiguration(kind: "unit", intent: ChooseUnit.self, provider: UnitTimeline()) {
            GlanceView(entry: $0)
        }
        .configurationDisplayName("Where is a unit?")
        .description("Says where a unit was last seen and how long ago.")
        .supportedFamilies([.systemSmall, .systemMedium])
    }
}

struct NearestWidget: Widget {
    var body: some WidgetConfiguration {
        StaticConfiguration(kind: "nearest", provider: NearestTimeline()) { GlanceView(entry: $0) }
            .configurationDisplayName("Nearest unit")
            .description("Says which unit is nearest to you and how far away.")
            .supportedFamilies([.systemSmall, .systemMedium])
    }
}

struct GlanceEntry: TimelineEntry {
    let date: Date
    let glance: Glance?

    /// What is shown while nothing is known yet.
    static var empty: GlanceEntry { GlanceEntry(date: .now, glance: nil) }
}

/// The core on this device, as the widgets' own process opens it.
@MainActor private enum Glances {
    static let model = Result { GlanceModel(platform: try Platform.ofThisDevice()) }
}

/// Positions change by themselves, so the system is asked to look again after a quarter of an hour.
private func quarterHourly(_ glance: Glance?) -> Timeline<GlanceEntry> {
    let entry = GlanceEntry(date: .now, glance: glance)
    return Timeline(entries: [entry], policy: .after(entry.date.addingTimeInterval(900)))
}

struct UnitTimeline: AppIntentTimelineProvider {
    func placeholder(in context: Context) -> GlanceEntry { .empty }

    func snapshot(for configuration: ChooseUnit, in context: Context) async -> GlanceEntry {
        GlanceEntry(date: .now, glance: await ask(configuration))
    }

    func timeline(for configuration: ChooseUnit, in context: Context) async -> Timeline<GlanceEntry> {
        quarterHourly(await ask(configuration))
    }

    private func ask(_ configuration: ChooseUnit) async -> Glance? {
        try? await Glances.model.get().unit(configuration.unit.flatMap { Int64($0.id) })
    }
}

struct NearestTimeline: TimelineProvider {
    func placeholder(in context: Context) -> GlanceEntry { .empty }

    func getSnapshot(in context: Context, completion: @escaping @Sendable (GlanceEntry) -> Void) {
        Task { completion(GlanceEntry(date: .now, glance: await ask())) }
    }

    func getTimeline(in context: Context, completion: @escaping @Sendable (Timeline<GlanceEntry>) -> Void) {
        Task { completion(quarterHourly(await ask())) }
    }

    private func ask() async -> Glance? { try? await Glances.model.get().nearest() }
}

/// One unit in a widget.
struct GlanceView: View {
    let entry: GlanceEntry

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            if let glance = entry.glance {
                // A locked screen shows that there is a widget, not who is where.
                Text(glance.title).font(.headline).privacySensitive()
                if let place = glance.place {
                    Text(place).font(.footnote).foregroundStyle(.secondary).privacySensitive()
                }
                if let ms = glance.fixTimeMs {
                    Text(Date(milliseconds: ms), style: .relative).font(.footnote.monospacedDigit())
                }
            }
            Spacer()
        }
        // A widget cannot grow: what does not fit becomes smaller before it is cut.
        .minimumScaleFactor(0.5)
        .frame(maxWidth: .infinity, alignment: .leading)
        .containerBackground(.background, for: .widget)
        .widgetURL(entry.glance?.unitId.flatMap { URL(string: "trakiot://unit/\($0)") })
        .accessibilityElement(children: .combine)
    }
}
