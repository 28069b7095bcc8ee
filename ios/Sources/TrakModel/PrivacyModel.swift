// Decides how a person's answers reach the record of consents, and what of it the screens show. What is permitted, what has
// to be asked and what follows from an answer is the core's.
import Foundation
import Observation
import TrakKit

/// The consents, the policy and their record.
@MainActor @Observable public final class PrivacyModel {
    /// How all purposes stand.
    public private(set) var view: ConsentView
    /// Why the last answer was not written.
    public private(set) var trouble: ConsentError?
    /// Whether an answer is being written.
    public private(set) var working = false
    /// Every answer so far, oldest first; nil before it was asked for.
    public private(set) var record: [ConsentEntry]?
    /// The name of the file saved last.
    public private(set) var saved: String?
    /// Whether a file could not be saved.
    public private(set) var saveFailed = false

    @ObservationIgnored private let core: Trak
    @ObservationIgnored private let recorder: Recorder
    @ObservationIgnored private let platform: Platform
    @ObservationIgnored private let settings: AppSettings
    @ObservationIgnored private let decided: @MainActor () async -> Void
    /// The change of the policy that the person put off in this run.
    private var putOff: ToAsk?

    /// `decided` is called after each answer.
    init(
        core: Trak, recorder: Recorder, platform: Platform, settings: AppSettings,
        decided: @escaping @MainActor () async -> Void
    ) {
        (self.core, self.recorder, self.platform) = (core, recorder, platform)
        (self.settings, self.decided) = (settings, decided)
        view = core.consents()
    }

    /// How one purpose stands.
    public func standing(_ purpose: Purpose) -> PurposeView? {
        view.purposes.first { $0.purpose == purpose }
    }

    /// Whether something may be done now.
    public func permits(_ purpose: Purpose) -> Bool { standing(purpose)?.permitted ?? false }

    /// Whether the person at the sign-in may sign in.
    public var permitsSignIn: Bool { core.maySignIn() }

    /// What has to be shown over the app, unless the person put it off in this run.
    public var announcement: ToAsk? {
        switch view.toAsk {
        case .nothing, .firstRun: nil
        case .materialChange, .information: view.toAsk == putOff ? nil : view.toAsk
        }
    }

    /// Whether the announcement is on the screen; taking it away puts it off.
    public var showsAnnouncement: Bool {
        get { announcement != nil }
        set { if !newValue { putOff = view.toAsk } }
    }

    /// The policy's language.
    public var language: PolicyLanguage { settings.words.language == .chinese ? .simplifiedChinese : .english }

    /// Writes an answer; what it permits works from now on, what it ends has ended when this returns.
    public func decide(
        _ purpose: Purpose, _ action: ConsentAction, on screen: ConsentScreen, unsent: Unsent = .erase
    ) async {
        working = true
        let decision = ConsentDecision(
            purpose: purpose, action: action, policyVersion: view.newestPolicy, language: language, screen: screen)
        switch await recorder.decide(decision, unsent) {
        case .success(let now): (view, trouble) = (now, nil)
        case .failure(let error): (view, trouble) = (core.consents(), error)
        }
        if record != nil { await loadRecord() }
        working = false
        await decided()
    }

    /// Switches a purpose on or off, in the privacy centre.
    public func set(_ purpose: Purpose, _ given: Bool, unsent: Unsent = .erase) async {
        await decide(purpose, given ? .given : .withdrawn, on: .privacyCentre, unsent: unsent)
    }

    /// Whether the person agrees to messages, for a switch where they are used.
    public var tellsByMessages: Bool {
        get { permits(.push) }
        set { Task { await decide(.push, newValue ? .given : .withdrawn, on: .feature) } }
    }

    /// Keeps it right until the task is cancelled: another program of this person may decide, too.
    public func run() async {
        await watch(core, platform.clock) { [self] in refresh() }
    }

    /// Asks how all purposes stand.
    func refresh() {
        let now = core.consents()
        if now != view { view = now }
    }

    /// Reads the record.
    public func loadRecord() async {
        switch await recorder.consentRecord() {
        case .success(let entries): record = entries
        case .failure(let error): trouble = error
        }
    }

    /// Every version of the policy, oldest first.
    public var versions: [PolicyVersion] { policyVersions() }

    /// A version's text.
    public func text(_ version: UInt32) -> [PolicyBlock] { policyText(version: version, language: language) }

    /// How a later version differs from an earlier one, in reading order.
    public func changes(from earlier: UInt32, to later: UInt32) -> [PolicyBlock] {
        policyChanges(fromVersion: earlier, toVersion: later, language: language)
    }

    /// Saves the record where the person chooses: its lines as they are hashed, for whoever wants to check them.
    public func saveRecord() async {
        (saved, saveFailed) = (nil, false)
        let name = "consents.jsonl"
        switch await recorder.consentFile() {
        case .success(let lines):
            do {
                if try await platform.files.save(lines, named: name) { saved = name }
            } catch {
                saveFailed = true
            }
        case .failure(let error): trouble = error
        }
    }
}
