// Hands over what CoreLocation says, untouched: access as it stands, readings as they come. Sensors run only while
// somebody reads and only while the app is in use; nothing is asked of the person without their tap.
import CoreLocation
import Foundation
import TrakModel

/// CLLocationManager as a `LocationSource`.
@MainActor public final class SystemLocation: NSObject, LocationSource, CLLocationManagerDelegate {
    public private(set) var access = LocationAccess.notAsked

    private let manager = CLLocationManager()
    private var readers: [UUID: AsyncStream<LocationNews>.Continuation] = [:]

    public override init() {
        super.init()
        manager.desiredAccuracy = kCLLocationAccuracyBest
        manager.distanceFilter = kCLDistanceFilterNone
        // CoreLocation calls on the thread that made the manager: the main one.
        manager.delegate = self
        refreshAccess()
    }

    public func news() -> AsyncStream<LocationNews> {
        let (stream, continuation) = AsyncStream.makeStream(of: LocationNews.self)
        let id = UUID()
        readers[id] = continuation
        continuation.onTermination = { [weak self] _ in
            Task { @MainActor in self?.ended(id) }
        }
        continuation.yield(.access(access))
        startOrStop()
        return stream
    }

    public func ask() {
        manager.requestWhenInUseAuthorization()
    }

    public func askForPrecise() async {
        await withCheckedContinuation { continuation in
            // Refusing is an answer too: the access that comes afterwards says which.
            manager.requestTemporaryFullAccuracyAuthorization(withPurposeKey: "NearbyUnits") { _ in
                continuation.resume()
            }
        }
    }

    public nonisolated func locationManagerDidChangeAuthorization(_ manager: CLLocationManager) {
        MainActor.assumeIsolated { refreshAccess() }
    }

    public nonisolated func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation]) {
        MainActor.assumeIsolated {
            for location in locations { tell(.reading(LocationReading(location))) }
        }
    }

    public nonisolated func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error) {
        // No position yet is no event: the next reading or a change of access says what there is.
    }

    private func refreshAccess() {
        let (status, accuracy) = (manager.authorizationStatus, manager.accuracyAuthorization)
        Task {
            // Asking whether location is on at all may wait for the system.
            let on = await Task.detached { CLLocationManager.locationServicesEnabled() }.value
            changed(LocationAccess(status, accuracy, locationOn: on))
        }
    }

    private func changed(_ access: LocationAccess) {
        guard access != self.access else { return }
        self.access = access
        tell(.access(access))
        startOrStop()
    }

    private func tell(_ news: LocationNews) {
        for reader in readers.values { reader.yield(news) }
    }

    private func ended(_ id: UUID) {
        readers[id] = nil
        startOrStop()
    }

    private func startOrStop() {
        let allowed = access == .precise || access == .approximate
        if allowed && !readers.isEmpty { manager.startUpdatingLocation() } else { manager.stopUpdatingLocation() }
    }
}

extension LocationAccess {
    /// With location switched off the system says "denied", which would send the person to the wrong page.
    init(_ status: CLAuthorizationStatus, _ accuracy: CLAccuracyAuthorization, locationOn: Bool) {
        guard locationOn else {
            self = .off
            return
        }
        switch status {
        case .notDetermined: self = .notAsked
        case .restricted: self = .restricted
        case .denied: self = .denied
        case .authorizedAlways, .authorizedWhenInUse: self = accuracy == .fullAccuracy ? .precise : .approximate
        @unknown default: self = .denied
        }
    }
}

extension LocationReading {
    /// CoreLocation marks what it does not know with negative numbers.
    init(_ location: CLLocation) {
        func known(_ value: Double, if certainty: Double) -> Double? { certainty >= 0 ? value : nil }
        self.init(
            place: Place(latDeg: location.coordinate.latitude, lonDeg: location.coordinate.longitude),
            takenMs: location.timestamp.milliseconds,
            accuracyM: known(location.horizontalAccuracy, if: location.horizontalAccuracy),
            altitudeM: location.verticalAccuracy > 0 ? location.altitude : nil,
            speedMps: known(location.speed, if: location.speed),
            courseDeg: known(location.course, if: location.course),
            simulated: location.sourceInformation?.isSimulatedBySoftware ?? false)
    }
}
