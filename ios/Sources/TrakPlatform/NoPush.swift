// Widgets show no messages: a process without the push service.
import TrakModel

/// A `PushRegistrar` of nothing.
@MainActor public final class NoPush: PushRegistrar {
    public weak var receiver: (any PushReceiver)?
    public init() {}
    public var isAvailable: Bool { false }
    public func start(collects: Bool) async {}
    public func isRefused() async -> Bool { false }
    public func stop() {}
}
