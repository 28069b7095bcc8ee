// The system's seams under the test's control.
import Foundation
import Observation
import TrakKit

@testable import TrakModel

/// A key store in memory that can be locked or lose everything. The core calls it from its own threads.
final class FakeSecrets: SecretStore, @unchecked Sendable {
    private let lock = NSLock()
    private var kept: [String: Data] = [:]
    private var failure: SecretStoreError?

    func load(name: String) throws -> Data? { try open { $0[name] } }
    func save(name: String, value: Data) throws { try open { $0[name] = value } }
    func remove(name: String) throws { try open { $0[name] = nil } }

    func setLocked(_ locked: Bool) { fail(locked ? .Locked : nil) }
    /// Answers everything with this, until it is nil.
    func fail(_ failure: SecretStoreError?) { lock.withLock { self.failure = failure } }
    /// Loses the keys of the caches and keeps the rest, as a keychain restored from a backup does.
    func loseCacheKeys() { lock.withLock { kept = kept.filter { $0.value.count != 32 } } }

    private func open<T>(_ work: (inout [String: Data]) -> T) throws(SecretStoreError) -> T {
        lock.lock()
        defer { lock.unlock() }
        if let failure { throw failure }
        return work(&kept)
    }
}

/// Observable, so that a test can wait until somebody reads.
@MainActor @Observable final class FakeLocation: LocationSource {
    private(set) var access: LocationAccess
    private(set) var asked = 0
    private(set) var askedAlways = 0
    private(set) var askedForPrecise = 0
    /// The profiles that reporting wanted, the newest last.
    private(set) var wanted: [SamplingProfile] = []
    private var readers: [UUID: (use: LocationUse, continuation: AsyncStream<LocationNews>.Continuation)] = [:]

    init(_ access: LocationAccess) { self.access = access }

    /// How many read; the sensors run while it is not 0.
    var readerCount: Int { count(.screen) + count(.reporting) }
    func count(_ use: LocationUse) -> Int { readers.values.filter { $0.use == use }.count }

    func news(for use: LocationUse) -> AsyncStream<LocationNews> {
        let (stream, continuation) = AsyncStream.makeStream(of: LocationNews.self)
        let id = UUID()
        readers[id] = (use, continuation)
        continuation.onTermination = { [weak self] _ in Task { @MainActor in self?.readers[id] = nil } }
        continuation.yield(.access(access))
        return stream
    }

    func want(_ profile: SamplingProfile) { wanted.append(profile) }
    func ask() { asked += 1 }
    func askAlways() { askedAlways += 1 }
    func askForPrecise() async { askedForPrecise += 1 }

    func change(_ access: LocationAccess) {
        self.access = access
        for reader in readers.values { reader.continuation.yield(.access(access)) }
    }

    func read(_ fixes: [Fix]) {
        for reader in readers.values where reader.use != .access { reader.continuation.yield(.readings(fixes)) }
    }

    func read(_ place: Place, at taken: DeviceTime, accuracyM: Double = 5, mock: Bool = false) {
        read([Fix(place, taken: taken, accuracyM: accuracyM, mock: mock)])
    }
}

extension Fix {
    /// What a phone's system says that mixes satellites and networks.
    init(_ place: Place, taken: DeviceTime, accuracyM: Double? = 5, mock: Bool = false) {
        self.init(
            latitudeDeg: place.latDeg, longitudeDeg: place.lonDeg, taken: taken, accuracyM: accuracyM, altitudeM: nil,
            speedMps: nil, courseDeg: nil, source: .fused, mock: mock, battery: nil, activity: nil)
    }
}

extension LocationAccess {
    static let precise = LocationAccess.allowed(precise: true, always: false)
    static let approximate = LocationAccess.allowed(precise: false, always: false)
    static let always = LocationAccess.allowed(precise: true, always: true)
}

@MainActor final class FakePower: PowerSource {
    private(set) var power = PowerState(battery: Battery(levelPercent: 80, charging: false))
    private var readers: [AsyncStream<Void>.Continuation] = []

    func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        readers.append(continuation)
        return stream
    }

    func change(_ power: PowerState) {
        self.power = power
        for reader in readers { reader.yield() }
    }
}

@MainActor final class FakeNetwork: NetworkSource {
    private var readers: [AsyncStream<Bool>.Continuation] = []

    func available() -> AsyncStream<Bool> {
        let (stream, continuation) = AsyncStream.makeStream(of: Bool.self)
        continuation.yield(true)
        readers.append(continuation)
        return stream
    }

    func change(_ available: Bool) { for reader in readers { reader.yield(available) } }
}

@MainActor final class FakeFiles: FilePresenter {
    struct Full: Error {}

    private(set) var saved: [String: Data] = [:]
    /// What the person chooses to open.
    var chosen: Data?
    var changesMind = false
    var isFull = false

    func save(_ data: Data, named name: String) async throws -> Bool {
        if isFull { throw Full() }
        if changesMind { return false }
        saved[name] = data
        return true
    }

    func open() async throws -> Data? { chosen }
}

@MainActor final class FakeSystem: SystemActions {
    private(set) var copied: [String] = []
    private(set) var opened: [URL] = []
    private(set) var announced: [String] = []
    private(set) var settingsOpened = 0
    /// Whether there is an app for what is opened.
    var canOpen = true

    func copy(_ text: String) { copied.append(text) }
    func open(_ url: URL) async -> Bool {
        opened.append(url)
        return canOpen
    }
    func openSettings() async { settingsOpened += 1 }
    private(set) var widgetsReloaded = 0
    func reloadWidgets() { widgetsReloaded += 1 }
    func announce(_ text: String) { announced.append(text) }
    private let unlocked = AsyncStream.makeStream(of: Void.self)
    func untilUnlocked() async { for await _ in unlocked.stream { return } }
    func unlock() { unlocked.continuation.yield() }
}

/// The push service: started, stopped and tapped by the test.
@MainActor final class FakePushes: PushRegistrar {
    weak var receiver: (any PushReceiver)?
    var isAvailable = true
    /// Whether it may collect, at each start.
    private(set) var started: [Bool] = []
    private(set) var stopped = 0
    var runs: Bool { started.count > stopped }

    var refused = false
    func isRefused() async -> Bool { refused }
    /// Whether the system's question stands unanswered on the screen.
    var waits = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func start(collects: Bool) async {
        started.append(collects)
        if waits { await withCheckedContinuation { waiting.append($0) } }
    }
    func answer() {
        waits = false
        for one in waiting { one.resume() }
        waiting = []
    }
    func stop() { stopped = started.count }
}

@MainActor final class FakeCamera: MapCameraControl {
    private(set) var shown: [Viewport] = []
    private(set) var centred: [Place] = []

    func show(_ viewport: Viewport) { shown.append(viewport) }
    func centre(on place: Place) { centred.append(place) }
}

/// Clocks that stand until the test moves them.
@MainActor @Observable final class FakeClock: ShellClock {
    private(set) var now: DeviceTime
    private var readers: [AsyncStream<Void>.Continuation] = []

    /// How many have asked for ticks.
    var readerCount: Int { readers.count }

    init(wallMs: Int64) {
        now = DeviceTime(wallMs: wallMs, sinceBootMs: 1_000_000_000, boot: 7)
    }

    func ticks(_ pace: Pace) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        readers.append(continuation)
        return stream
    }

    /// What the clocks will say, or said.
    func at(_ ms: Int64) -> DeviceTime {
        DeviceTime(
            wallMs: now.wallMs + ms, sinceBootMs: UInt64(Int64(now.sinceBootMs) + ms), boot: now.boot)
    }

    /// Moves them without a tick.
    func move(ms: Int64) { now = at(ms) }

    func advance(ms: Int64) {
        move(ms: ms)
        for reader in readers { reader.yield() }
    }
}
