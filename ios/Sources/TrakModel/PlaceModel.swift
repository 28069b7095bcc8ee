// Decides what becomes of coordinates that a person typed: the units near them are opened. Which notations there are, and
// whether a text is one, is the core's.
import Observation
import TrakKit

/// A place by its coordinates.
@MainActor @Observable public final class PlaceModel {
    /// What the person typed.
    public var text = "" { didSet { if text != oldValue { isRefused = false } } }
    /// Whether the last text was none.
    public private(set) var isRefused = false

    @ObservationIgnored private let router: Router

    init(router: Router) {
        self.router = router
    }

    /// Opens what is near the place.
    public func find() {
        do {
            router.open(.nearbyPlace(try parseCoordinates(text: text)))
            isRefused = false
        } catch {
            // The core says only that it is no place; the person is told how one is written.
            isRefused = true
        }
    }
}
