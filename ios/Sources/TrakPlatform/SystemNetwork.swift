// Hands over whether the system sees some way to the network.
import Dispatch
import Network
import TrakModel

/// NWPathMonitor as a `NetworkSource`.
@MainActor public final class SystemNetwork: NetworkSource {
    public init() {}

    public func available() -> AsyncStream<Bool> {
        let (stream, continuation) = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingNewest(1))
        let monitor = NWPathMonitor()
        monitor.pathUpdateHandler = { path in continuation.yield(path.status == .satisfied) }
        continuation.onTermination = { _ in monitor.cancel() }
        monitor.start(queue: DispatchQueue(label: "online.trakiot.network"))
        return stream
    }
}
