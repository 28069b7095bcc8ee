// error: switch must be exhaustive
import CoreLocation

func allowed(_ status: CLAuthorizationStatus) -> Bool {
    switch status {
    case .authorizedAlways: true
    case .denied, .restricted: false
    }
}
