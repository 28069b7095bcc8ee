// Places as Apple's map wants them.
import MapKit
import TrakModel

extension AppSettings {
    /// Where a WGS-84 place is drawn.
    func drawn(_ place: Place) -> CLLocationCoordinate2D {
        let drawn = drawOn(datum: mapDatum, place: place)
        return CLLocationCoordinate2D(latitude: drawn.latDeg, longitude: drawn.lonDeg)
    }
}
