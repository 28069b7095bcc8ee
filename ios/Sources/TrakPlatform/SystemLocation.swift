// Hands over what CoreLocation says, untouched: access as it stands, readings as they come. Sensors run only while
// somebody reads; outside of the screen only for reporting. Nothing is asked of the person without their tap.
import CoreLocation
import Foundation
import TrakModel
import UIKit

/// CLLocationManager as a `LocationSource`.
@MainActor public final class SystemLocation: NSObject, LocationSource, CLLocationManagerDelegate {
    public private(set) var access = LocationAccess.notAsked

    /// Made when somebody first asks, so that nothing of CoreLocation runs before the person agreed to anything.
    private lazy var manager = makeManager()
    private let clock: any ShellClock
    private let power: any PowerSource
    private var readers: [UUID: (use: LocationUse, continuation: AsyncStream<LocationNews>.Continuation)] = [:]
    private var profile: SamplingProfile?
    /// Screens go on reading while the app is in the background; they want nothing of the sensors there.
    private var inBackground = false

    public init(clock: any ShellClock, power: any PowerSource) {
        (self.clock, self.power) = (clock, power)
        super.init()
        // This object lives as long as the process.
        let center = NotificationCenter.default
        let moves = [
            (UIApplication.didEnterBackgroundNotification, true),
            (UIApplication.willEnterForegroundNotification, false),
        ]
        for (name, isBackground) in moves {
            _ = center.addObserver(forName: name, object: nil, queue: .main) { [weak self] _ in
                MainActor.assumeIsolated { self?.moved(toBackground: isBackground) }
            }
        }
    }

    private func moved(toBackground: Bool) {
        inBackground = toBackground
        if !readers.isEmpty { startOrStop() }
    }

    public func news(for use: LocationUse) -> AsyncStream<LocationNews> {
        let (stream, continuation) = AsyncStream.makeStream(of: LocationNews.self)
        let id = UUID()
        readers[id] = (use, continuation)
        continuation.onTermination = { [weak self] _ in
            Task { @MainActor in self?.ended(id) }
        }
        // What stands there in a fresh process was never asked of the system; whether location is on at all comes later.
        changed(access(locationOn: access != .off), except: id)
        continuation.yield(.access(access))
        refreshAccess()
        startOrStop()
        return stream
    }

    public func want(_ profile: SamplingProfile) {
        guard profile != self.profile else { return }
        self.profile = profile
        if !readers.isEmpty { startOrStop() }
    }

    public func ask() {
        manager.requestWhenInUseAuthorization()
    }

    public func askAlways() {
        manager.requestAlwaysAuthorization()
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
            let (now, battery) = (clock.now, power.power.battery)
            let fixes = locations.map { Fix($0, now: now, battery: battery) }
            for reader in readers.values where reader.use != .access { reader.continuation.yield(.readings(fixes)) }
        }
    }

    public nonisolated func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error) {
        // No position yet is no event: the next reading or a change of access says what there is.
    }

    private func makeManager() -> CLLocationManager {
        let manager = CLLocationManager()
        // The core decides when nothing moves; the system's own pauses would end the readings without a word.
        manager.pausesLocationUpdatesAutomatically = false
        manager.activityType = .otherNavigation
        // CoreLocation calls on the thread that made the manager: the main one.
        manager.delegate = self
        return manager
    }

    private func refreshAccess() {
        Task {
            // Asking whether location is on at all may wait for the system; what is allowed may change meanwhile.
            let on = await Task.detached { CLLocationManager.locationServicesEnabled() }.value
            changed(access(locationOn: on))
        }
    }

    private func access(locationOn: Bool) -> LocationAccess {
        LocationAccess(manager.authorizationStatus, manager.accuracyAuthorization, locationOn: locationOn)
    }

    /// `except`: a reader who has heard nothing yet, and is told by whoever calls this.
    private func changed(_ access: LocationAccess, except new: UUID? = nil) {
        guard access != self.access else { return }
        self.access = access
        for (id, reader) in readers where id != new { reader.continuation.yield(.access(access)) }
        startOrStop()
    }

    private func ended(_ id: UUID) {
        readers[id] = nil
        startOrStop()
    }

    private func startOrStop() {
        let uses = readers.values.map(\.use)
        let (onScreen, reports) = (!inBackground && uses.contains(.screen), uses.contains(.reporting))
        guard case .allowed(_, let always) = access, onScreen || reports else {
            manager.stopUpdatingLocation()
            manager.stopMonitoringSignificantLocationChanges()
            return
        }
        manager.desiredAccuracy = onScreen ? kCLLocationAccuracyBest : profile.accuracy
        manager.distanceFilter = onScreen ? kCLDistanceFilterNone : profile.distance
        // With the system's sign that somebody is watching, even where access is allowed always.
        manager.allowsBackgroundLocationUpdates = reports
        manager.showsBackgroundLocationIndicator = reports
        manager.startUpdatingLocation()
        // They start the app again after the system has ended it.
        if reports && always {
            manager.startMonitoringSignificantLocationChanges()
        } else {
            manager.stopMonitoringSignificantLocationChanges()
        }
    }
}

extension SamplingProfile? {
    fileprivate var accuracy: CLLocationAccuracy {
        switch self?.accuracy {
        case .high, nil: kCLLocationAccuracyBest
        case .balanced: kCLLocationAccuracyHundredMeters
        case .low: kCLLocationAccuracyThreeKilometers
        }
    }

    fileprivate var distance: CLLocationDistance {
        guard let profile = self, profile.distanceM > 0 else { return kCLDistanceFilterNone }
        return profile.distanceM
    }
}

extension LocationAccess {
    /// With location switched off the system says "denied", which would send the person to the wrong page.
    init(_ status: CLAuthorizationStatus, _ accuracy: CLAccuracyAuthorization, locationOn: Bool) {
        guard locationOn else {
            self = .off
            return
        }
        let precise = accuracy == .fullAccuracy
        switch status {
        case .notDetermined: self = .notAsked
        case .restricted: self = .restricted
        case .denied: self = .denied
        case .authorizedAlways: self = .allowed(precise: precise, always: true)
        case .authorizedWhenInUse: self = .allowed(precise: precise, always: false)
        @unknown default: self = .denied
        }
    }
}

extension Fix {
    /// CoreLocation marks with negative numbers what it does not know. A negative circle says that the place itself is
    /// invalid, which is the core's to judge.
    init(_ location: CLLocation, now: DeviceTime, battery: Battery?) {
        let taken = location.timestamp.milliseconds
        let sinceBoot = Int64(clamping: now.sinceBootMs) - (now.wallMs - taken)
        self.init(
            latitudeDeg: location.coordinate.latitude, longitudeDeg: location.coordinate.longitude,
            taken: DeviceTime(wallMs: taken, sinceBootMs: UInt64(clamping: sinceBoot), boot: now.boot),
            accuracyM: location.horizontalAccuracy,
            altitudeM: location.verticalAccuracy > 0 ? location.altitude : nil,
            speedMps: location.speed >= 0 ? location.speed : nil,
            courseDeg: location.course >= 0 ? location.course : nil, source: .fused,
            mock: location.sourceInformation?.isSimulatedBySoftware ?? false, battery: battery, activity: nil)
    }
}
