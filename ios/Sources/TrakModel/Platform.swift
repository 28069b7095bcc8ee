// The seams to the system: what only the operating system knows or can do. TrakPlatform implements them, tests bring
// their own. The seam for secrets is the core's own protocol, `SecretStore`.
import Foundation
@_exported import TrakKit

/// What the system allows of this device's location.
public enum LocationAccess: Equatable, Sendable {
    /// The person was not asked yet.
    case notAsked
    /// The person refused.
    case denied
    /// Whoever manages the device forbids it.
    case restricted
    /// Location services are switched off for the whole device.
    case off
    /// A place within some kilometres.
    case approximate
    /// The precise place.
    case precise
}

/// One reading of this device's sensors as the system gave it; what it did not say is nil, never 0.
public struct LocationReading: Equatable, Sendable {
    /// Where, WGS-84.
    public var place: Place
    /// When it was taken, milliseconds since 1970 on this device's clock.
    public var takenMs: Int64
    /// Radius of the accuracy circle, metres.
    public var accuracyM: Double?
    /// Metres.
    public var altitudeM: Double?
    /// Metres per second.
    public var speedMps: Double?
    /// Degrees from true north.
    public var courseDeg: Double?
    /// Whether the system says that software made it up.
    public var simulated: Bool

    public init(
        place: Place, takenMs: Int64, accuracyM: Double? = nil, altitudeM: Double? = nil, speedMps: Double? = nil,
        courseDeg: Double? = nil, simulated: Bool = false
    ) {
        (self.place, self.takenMs, self.accuracyM, self.altitudeM) = (place, takenMs, accuracyM, altitudeM)
        (self.speedMps, self.courseDeg, self.simulated) = (speedMps, courseDeg, simulated)
    }
}

/// What a location source tells.
public enum LocationNews: Equatable, Sendable {
    /// What is allowed now; the first news of each stream.
    case access(LocationAccess)
    /// A new reading.
    case reading(LocationReading)
}

/// The system's location service.
@MainActor public protocol LocationSource: AnyObject {
    /// What is allowed now.
    var access: LocationAccess { get }
    /// Access and readings from now on. Sensors run only while somebody reads this and access allows it; cancelling the
    /// reading task stops them.
    func news() -> AsyncStream<LocationNews>
    /// Shows the system's question. Called on the person's tap only.
    func ask()
    /// Asks for the precise place until the app is left.
    func askForPrecise() async
}

/// The system's network watch: true while there is some way out.
@MainActor public protocol NetworkSource: AnyObject {
    /// The state now, then each change; cancelling the reading task stops the watch.
    func available() -> AsyncStream<Bool>
}

/// Where files go and come from: the system's file picker.
@MainActor public protocol FilePresenter: AnyObject {
    /// Lets the person choose where `data` is kept; false when they changed their mind.
    func save(_ data: Data, named name: String) async throws -> Bool
    /// Lets the person choose a file; nil when they changed their mind.
    func open() async throws -> Data?
}

/// Small things that the system does for the app.
@MainActor public protocol SystemActions: AnyObject {
    /// Puts text on the pasteboard.
    func copy(_ text: String)
    /// Opens a telephone number, a map app, a web page; false when nothing on the device can.
    func open(_ url: URL) async -> Bool
    /// Opens this app's page in the system's settings.
    func openSettings() async
    /// Says it aloud where VoiceOver is on.
    func announce(_ text: String)
}

/// The map's camera.
@MainActor public protocol MapCameraControl: AnyObject {
    /// Shows this part of the world, WGS-84.
    func show(_ viewport: Viewport)
    /// Puts this place in the middle without changing the scale.
    func centre(on place: Place)
}

/// The device's clock.
@MainActor public protocol ShellClock: AnyObject {
    /// Milliseconds since 1970.
    var nowMs: Int64 { get }
    /// One element whenever ages on the screen should be told anew.
    func ticks() -> AsyncStream<Void>
}

/// All seams together.
@MainActor public struct Platform {
    public let folder: URL
    public let secrets: any SecretStore
    public let location: any LocationSource
    public let network: any NetworkSource
    public let files: any FilePresenter
    public let system: any SystemActions
    public let clock: any ShellClock
    public let defaults: UserDefaults

    /// `folder` holds the core's caches; `defaults` the person's choices of looks, nothing else.
    public init(
        folder: URL, secrets: any SecretStore, location: any LocationSource, network: any NetworkSource,
        files: any FilePresenter, system: any SystemActions, clock: any ShellClock, defaults: UserDefaults
    ) {
        (self.folder, self.secrets, self.location, self.network) = (folder, secrets, location, network)
        (self.files, self.system, self.clock, self.defaults) = (files, system, clock, defaults)
    }
}
