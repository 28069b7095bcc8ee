// WidgetKit as far as the app uses it: declarations only, after Apple's public documentation.
import AppIntents
import Foundation
import SwiftUI

@MainActor @preconcurrency public protocol Widget {
    associatedtype Body: WidgetConfiguration
    init()
    var body: Body { get }
}
@MainActor @preconcurrency public protocol WidgetBundle {
    associatedtype Body: Widget
    init()
    @WidgetBundleBuilder var body: Body { get }
}
extension WidgetBundle {
    @MainActor public static func main() {}
}
@MainActor @resultBuilder public enum WidgetBundleBuilder {
    public static func buildBlock<A: Widget, B: Widget>(_ a: A, _ b: B) -> some Widget { BothWidgets() }
}
struct BothWidgets: Widget {
    var body: some WidgetConfiguration { NoConfiguration() }
}

@MainActor @preconcurrency public protocol WidgetConfiguration {}
struct NoConfiguration: WidgetConfiguration {}
public enum WidgetFamily: Sendable { case systemSmall, systemMedium, systemLarge, accessoryRectangular }
extension WidgetConfiguration {
    public func configurationDisplayName(_ name: LocalizedStringResource) -> some WidgetConfiguration { self }
    public func description(_ description: LocalizedStringResource) -> some WidgetConfiguration { self }
    public func supportedFamilies(_ families: [WidgetFamily]) -> some WidgetConfiguration { self }
}

public protocol TimelineEntry { var date: Date { get } }
public struct TimelineReloadPolicy: Sendable {
    public static func after(_ date: Date) -> TimelineReloadPolicy { fatalError() }
}
public struct Timeline<Entry: TimelineEntry> {
    public init(entries: [Entry], policy: TimelineReloadPolicy) {}
}
extension Timeline: Sendable where Entry: Sendable {}
public struct TimelineProviderContext {}

public protocol TimelineProvider {
    associatedtype Entry: TimelineEntry
    typealias Context = TimelineProviderContext
    func placeholder(in context: Context) -> Entry
    @preconcurrency func getSnapshot(in context: Context, completion: @escaping @Sendable (Entry) -> Void)
    @preconcurrency func getTimeline(in context: Context, completion: @escaping @Sendable (Timeline<Entry>) -> Void)
}
public protocol AppIntentTimelineProvider {
    associatedtype Entry: TimelineEntry
    associatedtype Intent: WidgetConfigurationIntent
    typealias Context = TimelineProviderContext
    func placeholder(in context: Context) -> Entry
    func snapshot(for configuration: Intent, in context: Context) async -> Entry
    func timeline(for configuration: Intent, in context: Context) async -> Timeline<Entry>
}

public struct StaticConfiguration<Content: View>: WidgetConfiguration {
    public init<Provider: TimelineProvider>(
        kind: String, provider: Provider, @ViewBuilder content: @escaping (Provider.Entry) -> Content
    ) {}
}
public struct AppIntentConfiguration<Intent: WidgetConfigurationIntent, Content: View>: WidgetConfiguration {
    public init<Provider: AppIntentTimelineProvider>(
        kind: String, intent: Intent.Type, provider: Provider,
        @ViewBuilder content: @escaping (Provider.Entry) -> Content
    ) where Provider.Intent == Intent {}
}

public final class WidgetCenter: Sendable {
    public static let shared = WidgetCenter()
    public func reloadAllTimelines() {}
}

public struct ContainerBackgroundPlacement: Sendable {
    public static var widget: ContainerBackgroundPlacement { fatalError() }
}
extension View {
    public func containerBackground<S: ShapeStyle>(_ style: S, for container: ContainerBackgroundPlacement) -> some View
    { self }
    public func widgetURL(_ url: URL?) -> some View { self }
}
