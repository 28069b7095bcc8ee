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
        /// The person has to agree to the policy before anything else.
        case consent(PrivacyModel)
        case signIn(SignInModel)
        case fleet(FleetModel)
    }

    /// What lives as long as the core, whoever is signed in.
    struct Own {
        let recorder: Recorder
        let inbox: Inbox
        let pushes: PushModel
        let privacy: PrivacyModel
        let reporting: ReportingModel
    }

    public private(set) var phase = Phase.opening
    public let settings: AppSettings
    public let platform: Platform
    /// Who is signed in.
    public private(set) var account: AccountView?
    /// The operator's notices to whoever is signed in, whatever is on the screen.
    public private(set) var notices: NoticesModel?
    /// How the last account left this device; nil once somebody is signed in again.
    public private(set) var left: Left?

    /// How an account left this device.
    public enum Left: Equatable, Sendable {
        /// The server has ended the sign-in.
        case revoked
        /// The server could not be told, so that the sign-in stays valid there until it ends by itself.
        case stillValid
        /// Nothing of the account is left on this device.
        case erased
        /// The account has ended, and nothing of it is left on this device.
        case ended
    }

    /// What a link proposes, to be shown before anything of it holds.
    public private(set) var proposal: ServerProposal?
    /// Why the last link was not followed.
    public private(set) var linkTrouble: LinkError?
    /// Why the last message that was tapped opened nothing.
    public private(set) var pushTrouble: PushError?

    @ObservationIgnored private(set) var core: Trak?
    @ObservationIgnored private var own: Own?
    @ObservationIgnored private var opening: Task<Void, Never>?
    @ObservationIgnored private var unlocking: Task<Void, Never>?
    @ObservationIgnored private var waitingLink: Link?
    @ObservationIgnored private var networkAvailable = true
    @ObservationIgnored private var foreground = true

    public init(platform: Platform, settings: AppSettings? = nil) {
        self.platform = platform
        self.settings = settings ?? AppSettings(defaults: platform.defaults)
        // From the beginning: the tap on a message may have started the app.
        platform.pushes.receiver = self
    }

    /// What the app says.
    public var words: Words { settings.words }

    /// Opens the core; the last fleet shows without a network, and reporting goes on. Reads the disk, away from the main
    /// thread. However many ask for it, it is opened once.
    public func open() async {
        if core != nil { return }
        if let opening { return await opening.value }
        let task = Task { await openOnce() }
        opening = task
        await task.value
        opening = nil
    }

    private func openOnce() async {
        phase = .opening
        let (folder, secrets) = (platform.folder.path, platform.secrets)
        let opened = await Task.detached(priority: .userInitiated) { () -> Result<Trak, any Error> in
            Result { try Trak.open(folder: folder, secrets: secrets) }
        }.value
        switch opened {
        case .success(let core):
            self.core = core
            let recorder = Recorder(core: core)
            let privacy = PrivacyModel(
                core: core, recorder: recorder, platform: platform, settings: settings
            ) { [weak self] in await self?.decided() }
            let reporting = ReportingModel(core: core, recorder: recorder, platform: platform, privacy: privacy)
            let inbox = Inbox(core: core)
            let pushes = PushModel(
                core: core, inbox: inbox, platform: platform, privacy: privacy)
            own = Own(
                recorder: recorder, inbox: inbox, pushes: pushes, privacy: privacy, reporting: reporting)
            tellConditions()
            await showWhoeverIsSignedIn()
        case .failure(let error as OpenError):
            phase = .failed(error)
            if error == .SecretStore(error: .Locked) { openOnceUnlocked() }
        case .failure:
            // The binding declares OpenError only; anything else is a fault of its own.
            phase = .failed(.Storage(trouble: .internal(code: 0)))
        }
    }

    /// The system starts the app for a reading before the person has unlocked the device for the first time. Nobody is
    /// there to try again, so it is opened by itself, once: a keychain that stays locked then is for the person to see.
    private func openOnceUnlocked() {
        guard unlocking == nil else { return }
        unlocking = Task { [weak self, system = platform.system] in
            await system.untilUnlocked()
            if !Task.isCancelled { await self?.open() }
        }
    }

    /// Watches the network until the task is cancelled.
    public func watchNetwork() async {
        for await available in platform.network.available() {
            networkAvailable = available
            tellConditions()
        }
    }

    /// Watches whether the account on the screen is still there, until the task is cancelled: its end erases it here.
    public func watchAccount() async {
        guard let core else { return }
        for await _ in core.changes() {
            if account != nil, core.account() == nil, core.status().trouble == .accountEnded {
                await own?.reporting.endCapture()
                await showWhoeverIsSignedIn()
            }
        }
    }

    /// Whether the person sees the app.
    public func setForeground(_ foreground: Bool) {
        self.foreground = foreground
        tellConditions()
    }

    /// Shows the sign-in over a fleet whose sign-in the server has ended, or beside one that is to be left; its cache
    /// stays.
    public func signInAgain() {
        guard let core else { return }
        phase = .signIn(makeSignIn(core))
    }

    /// Whether there is a fleet to go back to from the sign-in.
    public var canGoBack: Bool { account != nil }

    /// Leaves the sign-in for the fleet that is still signed in.
    public func backToFleet() async {
        if canGoBack { await showWhoeverIsSignedIn() }
    }

    /// Ends the sign-in; answers why it could not.
    public func signOut(keepCache: Bool) async -> QueryError? {
        guard let core else { return .Closed }
        do {
            let done = try await core.signOut(keepCache: keepCache)
            await showWhoeverIsSignedIn()
            left = done.revoked ? .revoked : .stillValid
            return nil
        } catch {
            return error as? QueryError ?? .Closed
        }
    }

    /// Signs out and leaves nothing of the account on this device: unsent positions, alerts, keys and record included.
    /// Answers why it could not.
    public func eraseThisDevice() async -> QueryError? {
        guard let core else { return .Closed }
        await own?.reporting.endCapture()
        let answer = await answered { try await core.eraseThisDevice() }
        await showWhoeverIsSignedIn()
        guard case .failure(let error) = answer else {
            left = .erased
            return nil
        }
        return error
    }

    /// The person corrected their own account.
    public func corrected() {
        account = core?.account()
    }

    /// The app speaks another language: messages follow it.
    public func languageChanged() {
        own?.pushes.languageChanged()
    }

    /// Whether erasing is a way out of an opening that failed. A keychain that has lost the key for good answers like one
    /// that may come back.
    public static func canErase(after error: OpenError) -> Bool {
        error == .KeyMissing || error == .SecretStore(error: .Unavailable)
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

    /// A link was opened. It waits until somebody is signed in, and changes nothing that the person has not seen.
    public func opened(link text: String) async {
        do {
            let link = try parseLink(text: text)
            linkTrouble = nil
            await open()
            follow(link)
        } catch {
            linkTrouble = error as? LinkError ?? .NotOurs
        }
    }

    /// Whether a proposal is on the screen; taking it away is a refusal.
    public var showsProposal: Bool {
        get { proposal != nil }
        set { if !newValue { proposal = nil } }
    }

    /// Whether it is told what was wrong with a link.
    public var showsLinkTrouble: Bool {
        get { linkTrouble != nil }
        set { if !newValue { linkTrouble = nil } }
    }

    /// Whether it is told why a message opened nothing.
    public var showsPushTrouble: Bool {
        get { pushTrouble != nil }
        set { if !newValue { pushTrouble = nil } }
    }

    /// The person agreed to a proposed server: its form is filled in, and nothing is sent before they sign in.
    public func acceptProposal() {
        guard let proposal, let core else { return }
        self.proposal = nil
        let form = makeSignIn(core)
        form.propose(proposal)
        phase = .signIn(form)
    }

    /// Ends everything: what is captured is kept, observers end.
    public func shutdown() async {
        unlocking?.cancel()
        await own?.reporting.endCapture()
        platform.pushes.receiver = nil
        await core?.shutdown()
        (core, own, notices) = (nil, nil, nil)
    }

    private func follow(_ link: Link) {
        switch link {
        case .server(let address, let account, let pin):
            let present = self.account?.server ?? ""
            proposal = ServerProposal(presentServer: present, server: address, account: account, pin: pin)
        case .unit, .search:
            guard case .fleet(let fleet) = phase else {
                waitingLink = link
                return
            }
            waitingLink = nil
            fleet.follow(link)
        }
    }

    private func showWhoeverIsSignedIn() async {
        guard let core, let own else { return }
        signedIn(core.account(), core)
        own.privacy.refresh()
        platform.system.reloadWidgets()
        // A start without a screen is for a reading; the push service may wait for the person's answer to the system.
        await own.reporting.resume()
        await own.pushes.follow()
        guard account != nil else {
            if core.status().trouble == .accountEnded { left = .ended }
            phase = own.privacy.permitsSignIn ? .signIn(makeSignIn(core)) : .consent(own.privacy)
            return
        }
        guard own.privacy.permits(.account) else {
            phase = .consent(own.privacy)
            return
        }
        left = nil
        core.startLive()
        phase = .fleet(
            FleetModel(core: core, own: own, platform: platform, settings: settings))
        if let waitingLink { follow(waitingLink) }
        if let unit = await own.inbox.openedBefore() { follow(.unit(id: unit)) }
    }

    /// Notices and what was typed belong to one account: whoever comes next does not see what was there before.
    private func signedIn(_ now: AccountView?, _ core: Trak) {
        let isOther = now?.email != account?.email || now?.server != account?.server
        account = now
        if isOther { own?.reporting.forget() }
        if now == nil { notices = nil }
        if now != nil, isOther || notices == nil { notices = NoticesModel(core: core, clock: platform.clock) }
    }

    /// The person answered about a purpose: reporting may have ended, or the whole app may be permitted now, or not any
    /// more.
    private func decided() async {
        guard let own else { return }
        switch phase {
        case .consent: if own.privacy.permitsSignIn { await showWhoeverIsSignedIn() }
        case .fleet where !own.privacy.permits(.account): await showWhoeverIsSignedIn()
        case .opening, .failed, .signIn, .fleet: await own.reporting.resume()
        }
        await own.pushes.follow()
        platform.system.reloadWidgets()
    }

    private func makeSignIn(_ core: Trak) -> SignInModel {
        SignInModel(core: core, files: platform.files, last: core.account()) { [weak self] in
            await self?.showWhoeverIsSignedIn()
        }
    }

    private func tellConditions() {
        core?.setConditions(networkAvailable: networkAvailable, foreground: foreground)
    }
}

/// What comes from the push service waits until the core is open.
extension AppModel: PushReceiver {
    public func registered(_ id: String?) async {
        await open()
        own?.pushes.registered(id)
    }

    public func shows(_ payloadJson: String) async -> Bool {
        await open()
        return await own?.pushes.shows(payloadJson) ?? false
    }

    public func opened(_ payloadJson: String) async {
        await open()
        switch await own?.inbox.opened(payloadJson) {
        case .success(let unit?): follow(.unit(id: unit))
        // Nobody is signed in, or the core did not open: the sign-in, or what is shown instead of it, comes first.
        case .success(nil), nil: break
        case .failure(let error): pushTrouble = error
        }
    }
}
