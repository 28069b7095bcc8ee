// A phone: its disk, its keychain, its seams. It outlives the app on it.
import Foundation
import Observation
import Testing
import TrakKit

@testable import TrakModel

@MainActor final class Phone {
    let folder: URL
    let secrets = FakeSecrets()
    let location = FakeLocation(.notAsked)
    let network = FakeNetwork()
    let files = FakeFiles()
    let system = FakeSystem()
    let clock: FakeClock
    let power = FakePower()
    let pushes = FakePushes()
    let defaults: UserDefaults
    private var running: [Task<Void, Never>] = []

    /// `earlierMs`: how long ago the test begins by the phone's clock.
    init(earlierMs: Int64 = 0) throws {
        clock = FakeClock(wallMs: Date().milliseconds - earlierMs)
        folder = try Folder.temporary()
        defaults = try #require(UserDefaults(suiteName: "test-\(UUID().uuidString)"))
    }

    func platform(_ secrets: any SecretStore) -> Platform {
        Platform(
            folder: folder, secrets: secrets, location: location, power: power, network: network, files: files,
            system: system, pushes: pushes, clock: clock, defaults: defaults)
    }

    /// Starts the app, with the phone's own keychain or another.
    func start(secrets: (any SecretStore)? = nil) async -> AppModel {
        let app = AppModel(
            platform: platform(secrets ?? self.secrets),
            settings: AppSettings(defaults: defaults, preferredLanguages: ["en"]))
        await app.open()
        return app
    }

    /// Starts the app and agrees to the policy, as everybody has to before the sign-in.
    func startAgreed(secrets: (any SecretStore)? = nil) async -> AppModel {
        let app = await start(secrets: secrets)
        if case .consent(let privacy) = app.phase { await privacy.decide(.account, .given, on: .firstRun) }
        return app
    }

    /// Starts the app and signs in.
    func startSignedIn(_ backend: Backend) async throws -> (AppModel, FleetModel) {
        let app = await startAgreed()
        let form = try app.form
        form.fill(backend)
        await form.signIn()
        let fleet = try app.fleet
        await fleet.privacy.decide(.locationOnScreen, .given, on: .feature)
        return (app, fleet)
    }

    /// Keeps a screen's task running until the phone is put away.
    func show(_ screen: @escaping @MainActor () async -> Void) {
        running.append(Task { await screen() })
    }

    /// Leaves all screens and waits until their tasks have ended.
    func leave() async {
        for task in running { task.cancel() }
        for task in running { await task.value }
        running = []
    }

    /// Ends the app as the system does when it needs the memory back: screens first, then the core.
    func end(_ app: AppModel) async {
        await leave()
        await app.shutdown()
    }
}

@MainActor extension AppModel {
    var consent: PrivacyModel {
        get throws {
            guard case .consent(let privacy) = phase else { throw Unexpected(phase: "\(phase)") }
            return privacy
        }
    }

    var form: SignInModel {
        get throws {
            guard case .signIn(let form) = phase else { throw Unexpected(phase: "\(phase)") }
            return form
        }
    }

    var fleet: FleetModel {
        get throws {
            guard case .fleet(let fleet) = phase else { throw Unexpected(phase: "\(phase)") }
            return fleet
        }
    }

    struct Unexpected: Error { let phase: String }
}

@MainActor extension SignInModel {
    func fill(_ backend: Backend, password: String = Backend.password) {
        (server, email, self.password) = (backend.url, Backend.email, password)
    }
}

@MainActor extension UnitsModel {
    var names: [String] { (0..<matched).compactMap { row(at: $0)?.name } }
}

/// Waits until what models show satisfies `condition`, woken by their own changes. Fails after 20 seconds.
@MainActor func until(_ what: Comment, _ condition: @escaping @MainActor () -> Bool) async throws {
    let deadline = ContinuousClock.now.advanced(by: .seconds(20))
    while true {
        let (changes, told) = AsyncStream.makeStream(of: Void.self)
        if withObservationTracking(condition, onChange: { told.finish() }) { return }
        let late = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in changes {}
                return false
            }
            group.addTask { (try? await Task.sleep(until: deadline, clock: .continuous)) != nil }
            let first = await group.next() ?? true
            group.cancelAll()
            return first
        }
        try #require(!late, what)
    }
}
