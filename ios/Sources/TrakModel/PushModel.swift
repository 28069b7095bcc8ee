// Decides when the push service runs: while the person agrees to it, and whether it may collect more than it needs only
// while they agree to that too. Whether a message is theirs, new and to be told is the core's, and so is the server's
// knowledge of this device.
import TrakKit

/// The push service as the person's consents want it.
@MainActor final class PushModel {
    /// What the consents want of the service.
    private struct Wish: Equatable {
        let runs: Bool
        let collects: Bool
    }

    private var followed = Wish(runs: false, collects: false)
    /// The service's name for this device.
    private var registration: String?
    private let core: Trak
    private let inbox: Inbox
    private let platform: Platform
    private let privacy: PrivacyModel

    init(core: Trak, inbox: Inbox, platform: Platform, privacy: PrivacyModel) {
        (self.core, self.inbox, self.platform, self.privacy) = (core, inbox, platform, privacy)
    }

    /// Does what the consents want now. Called whenever they, or whoever is signed in, may have changed.
    func follow() async {
        let runs = platform.pushes.isAvailable && privacy.permits(.push)
        let wish = Wish(runs: runs, collects: runs && privacy.permits(.pushCollection))
        guard wish != followed else { return }
        followed = wish
        if wish.runs {
            await platform.pushes.start(collects: wish.collects)
        } else {
            platform.pushes.stop()
            registration = nil
            tell()
        }
    }

    /// The service has a name for this device, or none any more. One that comes after the end is not told.
    func registered(_ id: String?) {
        registration = followed.runs ? id : nil
        tell()
    }

    /// Messages follow the language of the app.
    func languageChanged() {
        if registration != nil { tell() }
    }

    /// Whether the person is told of a message that came while they look. It is in the inbox in any case.
    func shows(_ payloadJson: String) async -> Bool {
        guard case .success(let outcome) = await inbox.received(payloadJson, platform.clock.nowMs) else {
            // Not for this person, not theirs to see any more, or no message of ours.
            return false
        }
        return outcome.telling == .tell
    }

    private func tell() {
        do {
            try core.setPushRegistration(
                registrationId: registration, platform: .ios, language: privacy.language)
        } catch {
            // The core takes no such name: nothing is pushed here, and nothing else depends on it.
            registration = nil
        }
    }
}
