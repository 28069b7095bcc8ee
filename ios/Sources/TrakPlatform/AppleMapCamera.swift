// Moves Apple's map. Its coordinates in mainland China are GCJ-02, so every place passes through the model's datum on the
// way in and on the way out; outside of the core's real border both are the same.
import MapKit
import Observation
import TrakModel

/// The camera of SwiftUI's map as a `MapCameraControl`.
@MainActor @Observable public final class AppleMapCamera: MapCameraControl {
    /// What the map binds to.
    public var position = MapCameraPosition.automatic

    @ObservationIgnored private let model: MapModel
    @ObservationIgnored private var shown: MKCoordinateRegion?

    public init(model: MapModel) {
        self.model = model
    }

    public func show(_ viewport: Viewport) {
        position = .region(region(viewport))
    }

    public func centre(on place: Place) {
        guard let shown else { return }
        position = .region(MKCoordinateRegion(center: coordinate(place), span: shown.span))
    }

    /// The map was moved by the person or by the camera.
    public func moved(to region: MKCoordinateRegion, widthPoints: Double) {
        shown = region
        let (centre, span) = (region.center, region.span)
        func corner(_ north: Double, _ east: Double) -> Place {
            let lat = min(max(centre.latitude + north * span.latitudeDelta / 2, -90), 90)
            let lon = centre.longitude + east * span.longitudeDelta / 2
            return model.place(
                drawnAt: Place(latDeg: lat, lonDeg: lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon))
        }
        let (southWest, northEast) = (corner(-1, -1), corner(1, 1))
        let whole = span.longitudeDelta >= 360
        model.moved(
            to: Viewport(
                southDeg: southWest.latDeg, westDeg: whole ? -180 : southWest.lonDeg, northDeg: northEast.latDeg,
                eastDeg: whole ? 180 : northEast.lonDeg),
            widthPoints: widthPoints)
    }

    /// Where a WGS-84 place is drawn.
    public func coordinate(_ place: Place) -> CLLocationCoordinate2D {
        let drawn = model.drawn(place)
        return CLLocationCoordinate2D(latitude: drawn.latDeg, longitude: drawn.lonDeg)
    }

    private func region(_ viewport: Viewport) -> MKCoordinateRegion {
        let southWest = coordinate(Place(latDeg: viewport.southDeg, lonDeg: viewport.westDeg))
        let northEast = coordinate(Place(latDeg: viewport.northDeg, lonDeg: viewport.eastDeg))
        let width = northEast.longitude - southWest.longitude
        let east = width < 0 ? width + 360 : width
        let middle = southWest.longitude + east / 2
        return MKCoordinateRegion(
            center: CLLocationCoordinate2D(
                latitude: (southWest.latitude + northEast.latitude) / 2, longitude: middle > 180 ? middle - 360 : middle
            ),
            span: MKCoordinateSpan(latitudeDelta: northEast.latitude - southWest.latitude, longitudeDelta: east))
    }
}
