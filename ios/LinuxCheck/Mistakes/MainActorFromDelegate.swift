// error: main actor-isolated
import CoreLocation
import Foundation

@MainActor final class Delegate: NSObject, CLLocationManagerDelegate {
    var readings = 0
    nonisolated func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation]) {
        readings += locations.count
    }
}
