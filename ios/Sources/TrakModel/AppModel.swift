// Decides which part of the app is shown: opening, a trouble with its way out, sign-in, or the fleet. It opens the core,
// tells it what the system knows of the network and of the screen, and shuts it down.
import Foundation
import Observation
import TrakKit

/// The app as a whole.
@MainActor @Observable public final class AppModel {
    /// What is shown.
    public enum Phase {
        case opening
        case failed(OpenError)
        case signIn(SignInModel)
        case fleet(FleetModel)
    }

    public private(set) var phase = Phase.opening
    public let settings: AppSettings
    public let platform: Platform
    /// Who is signed in.
    public private(set) var account: AccountView?
    /// Whether the last sign-out could not reach the server, so that the sign-in stays valid there until it ends.
    public private(set) var stillValidAtServer = false

    @ObservationIgnored private var core: Trak?
    @ObservationIgnored private var networkAvailable = true
    @ObservationIgnored private var foreground = true

    public init(platform: Platform, settings: AppSettings? = nil) {
        self.platform = platform
        self.settings = settings ?? AppSettings(defaults: platform.defaults)
    }

    /// What the app says.
    public var words: Words { settings.words }

    /// Opens the core; the last fleet shows without a network. Reads the disk, away from the main thread.
    public func open() async {
        guard core == nil else { return }
        phase = .opening
        let (folder, secrets) = (platform.folder.path, platform.secrets)
        let opened = await Task.detached(priority: .userInitiated) { () -> Result<Trak, any Error> in
            Result { try Trak.open(folder: folder, secrets: secrets) }
        }.value
        switch opened {
        case .success(let core):
            self.core = core
            tellConditions()
            showWhoeverIsSignedIn(core)
        case .failure(let error as OpenError):
            phase = .failed(error)
        case .failure:
            // The binding declares OpenError only; anything else is a fault of its own.
            phase = .failed(.Storage(trouble: .internal(code: 0)))
        }
    }

    /// Watches the network until the task is cancelled.
    public func watchNetwork() async {
        for await available in platform.network.available() {
            networkAvailable = available
            tellConditions()
        }
    }

    /// Whether the person sees the app.
    public func setForeground(_ foreground: Bool) {
        self.foreground = foreground
        tellConditions()
    }

    /// Shows the sign-in over a fleet whose sign-in the server has ended; its cache stays.
    public func signInAgain() {
        guard let core else { return }
        phase = .signIn(makeSignIn(core))
    }

    /// Ends the sign-in; answers why it could not.
    public func signOut(keepCache: Bool) async -> QueryError? {
        guard let core else { return .Closed }
        do {
            let done = try await core.signOut(keepCache: keepCache)
            stillValidAtServer = !done.revoked
            showWhoeverIsSignedIn(core)
            return nil
        } catch {
            return error as? QueryError ?? .Closed
        }
    }

    /// The way out when the cache's key is gone: the core forgets the account, so that the next opening starts anew.
    public func eraseCache() async {
        guard core == nil else { return }
        let (folder, secrets) = (platform.folder.path, platform.secrets)
        let erased = await Task.detached { Result { try forgetAccount(folder: folder, secrets: secrets) } }.value
        if case .failure(let error) = erased {
            phase = .failed(error as? OpenError ?? .Folder)
            return
        }
        await open()
    }

    /// Where a unit is, in one sentence, from what is known on this device; the first match in the order of names.
    public func whereIs(_ name: String) async -> String {
        await open()
        guard let core, account != nil else { return words(.signInFirst) }
        let query = FleetQuery(text: name, filter: UnitFilter(), order: .name, origin: nil, offset: 0)
        guard let row = try? core.fleet(query: query).rows.first, let unit = core.unit(id: row.id) else {
            return words(.noMatch)
        }
        let place = unit.address ?? row.place.flatMap(settings.coordinates)
        return [row.name, words.state(row), place].compactMap { $0 }.joined(separator: ", ")
    }

    /// Ends everything; observers end.
    public func shutdown() async {
        await core?.shutdown()
        core = nil
    }

    private func showWhoeverIsSignedIn(_ core: Trak) {
        account = core.account()
        guard account != nil else {
            phase = .signIn(makeSignIn(core))
            return
        }
        stillValidAtServer = false
        core.startLive()
        phase = .fleet(FleetModel(core: core, platform: platform, settings: settings))
    }

    private func makeSignIn(_ core: Trak) -> SignInModel {
        SignInModel(core: core, files: platform.files, last: core.account()) { [weak self] in
            self?.showWhoeverIsSignedIn(core)
        }
    }

    private func tellConditions() {
        core?.setConditions(networkAvailable: networkAvailable, foreground: foreground)
    }
}
