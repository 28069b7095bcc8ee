// The device's clocks: wall time, time since the start with sleep counted, and which start that was.
import Darwin
import Foundation
import TrakModel

/// The system's clocks as a `ShellClock`.
@MainActor public final class PhoneClock: ShellClock {
    public init() {}

    public var now: DeviceTime {
        DeviceTime(wallMs: Date().milliseconds, sinceBootMs: Self.sinceBootMs(), boot: Self.boot)
    }

    public func ticks(_ pace: Pace) -> AsyncStream<Void> {
        let every: Duration = pace == .ages ? .seconds(5) : .seconds(60)
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let ticking = Task {
            while !Task.isCancelled {
                do { try await Task.sleep(for: every) } catch { break }
                continuation.yield()
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in ticking.cancel() }
        return stream
    }

    /// On Apple's systems this clock counts sleep and nobody sets it.
    private static func sinceBootMs() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC_RAW, &time)
        return UInt64(time.tv_sec) * 1_000 + UInt64(time.tv_nsec) / 1_000_000
    }

    /// The system's own name of this start. Where it says none each process counts as one: nothing is lost by that, only
    /// a gap is told as a restart.
    private static let boot: UInt64 = {
        var bytes = [UInt8](repeating: 0, count: 64)
        var size = bytes.count
        let found = sysctlbyname("kern.bootsessionuuid", &bytes, &size, nil, 0) == 0
        let text = String(decoding: bytes.prefix(while: { $0 != 0 }), as: UTF8.self)
        guard found, let id = UUID(uuidString: text)?.uuid else { return UInt64.random(in: 1...UInt64.max) }
        return [id.0, id.1, id.2, id.3, id.4, id.5, id.6, id.7].reduce(0) { $0 << 8 | UInt64($1) }
    }()
}
