// Decides what the sign-in form asks for and what it sends. Whether an address or an account is right is the core's.
import Foundation
import Observation
import TrakKit

/// The sign-in form.
@MainActor @Observable public final class SignInModel {
    public var server: String
    public var email: String
    public var password = ""
    public var code = ""
    /// Chosen by the person after the form said what it means.
    public var cleartextAllowed = false
    /// The company's own authority, a PEM file's bytes.
    public private(set) var authority: Data?

    /// SHA-256 of the only server key that is accepted, 32 bytes; from a link that the person agreed to.
    public private(set) var pin: Data?

    public private(set) var working = false
    /// Why the last try was refused.
    public private(set) var refusal: SignInError?
    /// Whether the account has a one-time code, which then is asked for.
    public private(set) var asksForCode = false
    /// Whether the form offers to do without encryption; only after the core refused to.
    public private(set) var offersCleartext = false

    @ObservationIgnored private let core: Trak
    @ObservationIgnored private let files: any FilePresenter
    @ObservationIgnored private let signedIn: @MainActor () async -> Void

    /// `last` fills in server and account of a sign-in that ended; `signedIn` is called when a new one stands.
    init(
        core: Trak, files: any FilePresenter, last: AccountView?, signedIn: @escaping @MainActor () async -> Void
    ) {
        (self.core, self.files, self.signedIn) = (core, files, signedIn)
        server = last?.server ?? ""
        email = last?.email ?? ""
    }

    /// Whether there is enough to try.
    public var canSignIn: Bool {
        !working && !server.isEmpty && !email.isEmpty && !password.isEmpty && (!asksForCode || !code.isEmpty)
    }

    /// Tries once. The password is forgotten as soon as it was accepted.
    public func signIn() async {
        guard canSignIn else { return }
        working = true
        defer { working = false }
        let request = SignInRequest(
            server: server, cleartextAllowed: cleartextAllowed,
            tls: TlsSettings(extraRootsPem: authority.map { [$0] } ?? [], pinnedSpkiSha256: pin.map { [$0] } ?? []),
            email: email, password: password, code: asksForCode ? code : nil)
        do {
            _ = try await core.signIn(request: request)
            (password, code, refusal) = ("", "", nil)
            await signedIn()
        } catch let error as SignInError {
            refused(error)
        } catch {
            refused(.Closed)
        }
    }

    /// Lets the person choose the company's CA file. It counts for this sign-in and those after it.
    public func addAuthority() async {
        do {
            if let chosen = try await files.open() { authority = chosen }
        } catch {
            refusal = .BadTlsSettings
        }
    }

    /// Trusts the public authorities only, again.
    public func removeAuthority() {
        authority = nil
    }

    /// Accepts every key again that the authorities vouch for.
    public func removePin() {
        pin = nil
    }

    /// Fills the form in after a proposal that the person has seen.
    func propose(_ proposal: ServerProposal) {
        server = proposal.server
        email = proposal.account ?? ""
        (password, code, pin) = ("", "", proposal.pin)
    }

    private func refused(_ error: SignInError) {
        refusal = error
        switch error {
        case .CodeNeeded, .WrongCode: (asksForCode, code) = (true, "")
        case .CleartextRefused: offersCleartext = true
        default: break
        }
    }
}
