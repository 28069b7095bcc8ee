// Decides what is known of this device's own place. It stays on this device: only questions of this app use it.
import Observation
import TrakKit

/// Where this device is, as far as the system allows.
@MainActor @Observable public final class MyLocationModel {
    /// What the system allows.
    public private(set) var access: LocationAccess
    /// The newest reading; gone as soon as nothing is allowed any more.
    public private(set) var reading: LocationReading?
    /// Age of the reading in milliseconds.
    public private(set) var ageMs: Int64?

    @ObservationIgnored private let location: any LocationSource
    @ObservationIgnored private let clock: any ShellClock

    public init(location: any LocationSource, clock: any ShellClock) {
        (self.location, self.clock) = (location, clock)
        access = location.access
    }

    /// Reads the sensors until the task is cancelled.
    public func run() async {
        for await news in location.news() {
            switch news {
            case .access(let access): changed(access)
            case .reading(let reading):
                self.reading = reading
                tell()
            }
        }
    }

    /// Lets the age grow until the task is cancelled.
    public func tick() async {
        for await _ in clock.ticks() { tell() }
    }

    /// Shows the system's question.
    public func ask() {
        location.ask()
    }

    /// Asks for the precise place until the app is left.
    public func askForPrecise() async {
        await location.askForPrecise()
    }

    private func changed(_ access: LocationAccess) {
        let reduced = self.access == .precise && access == .approximate
        self.access = access
        switch access {
        case .precise: break
        case .approximate:
            // A precise reading from before must not go on being shown as what is allowed now.
            if reduced { reading = nil }
        case .notAsked, .denied, .restricted, .off: reading = nil
        }
        tell()
    }

    private func tell() {
        ageMs = reading.map { max(clock.nowMs - $0.takenMs, 0) }
    }
}
