// error: cannot convert value of type 'String' to expected argument type 'CLLocationDistance'
import MapKit

struct WrongType: View {
    @State private var position = MapCameraPosition.automatic
    let here: CLLocationCoordinate2D
    var body: some View {
        Map(position: $position) { MapCircle(center: here, radius: "50") }
    }
}
