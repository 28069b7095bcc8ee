// Hands over the battery's charge and whether the system saves power.
import Foundation
import TrakModel
import UIKit

/// UIDevice and ProcessInfo as a `PowerSource`.
@MainActor public final class SystemPower: PowerSource {
    public init() {
        UIDevice.current.isBatteryMonitoringEnabled = true
    }

    public var power: PowerState {
        let device = UIDevice.current
        let charging = device.batteryState == .charging || device.batteryState == .full
        // The system says a negative charge where it does not know.
        let battery =
            device.batteryLevel >= 0
            ? Battery(levelPercent: Double(device.batteryLevel) * 100, charging: charging) : nil
        return PowerState(battery: battery, saving: ProcessInfo.processInfo.isLowPowerModeEnabled)
    }

    public func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let center = NotificationCenter.default
        let names: [Notification.Name] = [
            UIDevice.batteryLevelDidChangeNotification, UIDevice.batteryStateDidChangeNotification,
            .NSProcessInfoPowerStateDidChange,
        ]
        // The tokens are only handed back, from whichever thread ends the stream.
        nonisolated(unsafe) let tokens = names.map { name in
            center.addObserver(forName: name, object: nil, queue: nil) { _ in continuation.yield() }
        }
        continuation.onTermination = { _ in
            for token in tokens { NotificationCenter.default.removeObserver(token) }
        }
        return stream
    }
}
