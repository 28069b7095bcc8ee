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
    /// Readings come: precise ones or places within some kilometres, while the app is in use or always.
    case allowed(precise: Bool, always: Bool)

    /// Whether any readings come.
    public var isAllowed: Bool { if case .allowed = self { true } else { false } }

    /// The same in the core's words, with how the device stands for power.
    func surroundings(_ power: PowerState) -> Surroundings {
        let permission: LocationPermission =
            switch self {
            case .notAsked, .denied, .restricted, .off: .none
            case .allowed(precise: false, always: _): .approximate
            case .allowed(precise: true, always: false): .whileInUse
            case .allowed(precise: true, always: true): .always
            }
        return Surroundings(
            permission: permission, locationOn: self != .off, battery: power.battery, powerSave: power.saving)
    }
}

/// What a location source tells.
public enum LocationNews: Equatable, Sendable {
    /// What is allowed now; the first news of each stream.
    case access(LocationAccess)
    /// New readings as the system gave them; what it did not say is nil, never 0.
    case readings([Fix])
}

/// What readings are for.
public enum LocationUse: Equatable, Sendable {
    /// To know what is allowed; no sensors run for it.
    case access
    /// A screen that shows where this device is: as precise as can be, while the app is in use.
    case screen
    /// Reporting: as the core's profile wants, also while the app is not on the screen.
    case reporting
}

/// The system's location service.
@MainActor public protocol LocationSource: AnyObject {
    /// What is allowed now.
    var access: LocationAccess { get }
    /// Access and readings from now on. Sensors run only while somebody reads this and access allows it; cancelling the
    /// reading task stops them.
    func news(for use: LocationUse) -> AsyncStream<LocationNews>
    /// How often and how precisely reporting wants readings.
    func want(_ profile: SamplingProfile)
    /// Shows the system's question. Called on the person's tap only.
    func ask()
    /// Shows the system's question whether readings may come always. Called on the person's tap only.
    func askAlways()
    /// Asks for the precise place until the app is left.
    func askForPrecise() async
}

/// How the device stands for power.
public struct PowerState: Equatable, Sendable {
    /// Nil where the system does not tell.
    public var battery: Battery?
    /// Whether the system saves power.
    public var saving: Bool

    public init(battery: Battery? = nil, saving: Bool = false) {
        (self.battery, self.saving) = (battery, saving)
    }
}

/// The system's battery watch.
@MainActor public protocol PowerSource: AnyObject {
    /// How it stands now.
    var power: PowerState { get }
    /// One element whenever that changed; cancelling the reading task stops the watch.
    func changes() -> AsyncStream<Void>
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
    /// Has the widgets ask anew: what they show may be of somebody else, or not permitted any more.
    func reloadWidgets()
    /// Returns as soon as the device is unlocked, or when the task is cancelled.
    func untilUnlocked() async
}

/// The map's camera.
@MainActor public protocol MapCameraControl: AnyObject {
    /// Shows this part of the world, WGS-84.
    func show(_ viewport: Viewport)
    /// Puts this place in the middle without changing the scale.
    func centre(on place: Place)
}

/// How often a clock ticks.
public enum Pace: Equatable, Sendable {
    /// Often enough for ages that are told in seconds.
    case ages
    /// Once a minute, as reporting wants.
    case minutes
}

/// The device's clocks.
@MainActor public protocol ShellClock: AnyObject {
    /// What they say now.
    var now: DeviceTime { get }
    /// One element at each tick; cancelling the reading task stops it.
    func ticks(_ pace: Pace) -> AsyncStream<Void>
}

extension ShellClock {
    /// Milliseconds since 1970.
    public var nowMs: Int64 { now.wallMs }
}

/// What comes from the push service. The answers wait for the core, which a device that was just woken is still opening.
@MainActor public protocol PushReceiver: AnyObject {
    /// The service has a name for this device, or none any more.
    func registered(_ id: String?) async
    /// A message came while the app is on the screen, one JSON object: whether it is shown.
    func shows(_ payloadJson: String) async -> Bool
    /// A person tapped a message, also the one that started the app.
    func opened(_ payloadJson: String) async
}

/// The push service. Nothing of it is asked, and the system asks the person nothing, before `start`.
@MainActor public protocol PushRegistrar: AnyObject {
    /// Whether this build of the app has the service and a key for it.
    var isAvailable: Bool { get }
    /// Who is told. A tap that started the app waits for it.
    var receiver: (any PushReceiver)? { get set }
    /// Starts it, or changes what it may collect beyond what it needs to deliver; asks the system to show messages.
    func start(collects: Bool) async
    /// Whether the person forbade the system to show messages; they come all the same.
    func isRefused() async -> Bool
    /// Ends it: the system delivers nothing any more, and what is on the screen goes.
    func stop()
}

/// All seams together.
@MainActor public struct Platform {
    public let folder: URL
    public let secrets: any SecretStore
    public let location: any LocationSource
    public let power: any PowerSource
    public let network: any NetworkSource
    public let files: any FilePresenter
    public let system: any SystemActions
    public let pushes: any PushRegistrar
    public let clock: any ShellClock
    public let defaults: UserDefaults

    /// `folder` holds the core's caches; `defaults` the person's choices of looks, nothing else.
    public init(
        folder: URL, secrets: any SecretStore, location: any LocationSource, power: any PowerSource,
        network: any NetworkSource, files: any FilePresenter, system: any SystemActions, pushes: any PushRegistrar,
        clock: any ShellClock, defaults: UserDefaults
    ) {
        (self.folder, self.secrets, self.location, self.power) = (folder, secrets, location, power)
        (self.network, self.files, self.system, self.pushes) = (network, files, system, pushes)
        (self.clock, self.defaults) = (clock, defaults)
    }
}
