// AppIntents as far as the app uses them: declarations only, after Apple's public documentation.
import Foundation

public struct LocalizedStringResource: ExpressibleByStringLiteral, Sendable {
    public init(stringLiteral value: String) {}
}

extension LocalizedStringResource: ExpressibleByStringInterpolation {}

public struct IntentDescription: ExpressibleByStringLiteral, Sendable {
    public init(stringLiteral value: String) {}
}

public struct IntentDialog: ExpressibleByStringLiteral, Sendable {
    public init(stringLiteral value: String) {}
}

public protocol IntentResult: Sendable {}
public protocol ProvidesDialog: Sendable {}
public struct DialogResult: IntentResult, ProvidesDialog {}
extension IntentResult where Self == DialogResult {
    public static func result(dialog: IntentDialog) -> DialogResult { fatalError() }
}

public enum IntentAuthenticationPolicy: Sendable {
    case alwaysAllowed, requiresAuthentication, requiresLocalDeviceAuthentication
}

public protocol AppIntent: Sendable {
    associatedtype PerformResult: IntentResult
    static var title: LocalizedStringResource { get }
    static var description: IntentDescription? { get }
    static var authenticationPolicy: IntentAuthenticationPolicy { get }
    init()
    func perform() async throws -> PerformResult
}
extension AppIntent {
    public static var description: IntentDescription? { nil }
    public static var authenticationPolicy: IntentAuthenticationPolicy { .alwaysAllowed }
    public typealias Parameter<Value> = IntentParameter<Value> where Value: Sendable
    public typealias Dependency<Value> = AppDependency<Value> where Value: Sendable
}

@propertyWrapper public final class IntentParameter<Value: Sendable>: @unchecked Sendable {
    public init(title: LocalizedStringResource) {}
    public var wrappedValue: Value {
        get { fatalError() }
        set {}
    }
}

@propertyWrapper public struct AppDependency<Value: Sendable>: Sendable {
    public init() {}
    public var wrappedValue: Value { fatalError() }
}

public final class AppDependencyManager: Sendable {
    public static let shared = AppDependencyManager()
    public func add<Dependency: Sendable>(dependency: @autoclosure @escaping @Sendable () -> Dependency) {}
}

public protocol WidgetConfigurationIntent: AppIntent {}
extension WidgetConfigurationIntent {
    public func perform() async throws -> some IntentResult { NothingResult() }
}
public struct NothingResult: IntentResult {}

public struct TypeDisplayRepresentation: ExpressibleByStringLiteral, Sendable {
    public init(stringLiteral value: String) {}
}
public struct DisplayRepresentation: Sendable {
    public init(title: LocalizedStringResource) {}
}
public protocol AppEntity: Sendable, Identifiable where ID: Sendable {
    associatedtype DefaultQuery: EntityQuery where DefaultQuery.Entity == Self
    static var typeDisplayRepresentation: TypeDisplayRepresentation { get }
    static var defaultQuery: DefaultQuery { get }
    var displayRepresentation: DisplayRepresentation { get }
}
public protocol EntityQuery: Sendable {
    associatedtype Entity: AppEntity
    init()
    func entities(for identifiers: [Entity.ID]) async throws -> [Entity]
    func suggestedEntities() async throws -> [Entity]
}
public protocol EntityStringQuery: EntityQuery {
    func entities(matching string: String) async throws -> [Entity]
}

public enum AppShortcutPhraseToken: Sendable { case applicationName }
public struct AppShortcutPhrase: ExpressibleByStringInterpolation, Sendable {
    public struct StringInterpolation: StringInterpolationProtocol, Sendable {
        public init(literalCapacity: Int, interpolationCount: Int) {}
        public mutating func appendLiteral(_ literal: String) {}
        public mutating func appendInterpolation(_ token: AppShortcutPhraseToken) {}
    }
    public init(stringLiteral value: String) {}
    public init(stringInterpolation: StringInterpolation) {}
}
public struct AppShortcut: Sendable {
    public init(
        intent: some AppIntent, phrases: [AppShortcutPhrase], shortTitle: LocalizedStringResource,
        systemImageName: String
    ) {}
}
@resultBuilder public enum AppShortcutsBuilder {
    public static func buildBlock(_ shortcuts: AppShortcut...) -> [AppShortcut] { shortcuts }
}
public protocol AppShortcutsProvider {
    @AppShortcutsBuilder static var appShortcuts: [AppShortcut] { get }
}
