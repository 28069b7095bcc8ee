// Decides what the forms for correcting one's own data send. What an account may change by itself, and whether a text is
// one, is the core's and the server's.
import Observation
import TrakKit

/// Corrections: what a person changes by themselves, and what they ask the administrator for.
@MainActor @Observable public final class AccountModel {
    /// What is left empty stays as it is.
    public var name = ""
    public var email = ""
    public var phone = ""
    public var password = ""
    public private(set) var working = false
    /// Why the last change was refused.
    public private(set) var trouble: QueryError?
    /// Whether the last change stands at the server.
    public private(set) var changed = false

    public var field = CorrectionField.accountName
    public var text = ""
    /// Why the last request was refused.
    public private(set) var requestTrouble: QueryError?
    /// Whether the last request was sent.
    public private(set) var sent = false
    /// The requests so far, with their state.
    public let requests: Asked<[CorrectionRequest]>

    /// Everything a request can be about.
    public static let fields: [CorrectionField] = [.accountName, .unitName, .plate, .phone, .other]

    @ObservationIgnored private let core: Trak
    @ObservationIgnored private let corrected: @MainActor () -> Void

    /// `corrected` is called when the account is another one than before.
    init(core: Trak, corrected: @escaping @MainActor () -> Void) {
        (self.core, self.corrected) = (core, corrected)
        requests = Asked { try await core.corrections() }
    }

    /// Whether there is anything to change.
    public var canChange: Bool { !working && [name, email, phone, password].contains { !$0.isEmpty } }

    /// Changes it at the server. The password is forgotten as soon as it was accepted.
    public func change() async {
        guard canChange else { return }
        working = true
        defer { working = false }
        let said = { (text: String) in text.isEmpty ? nil : text }
        let change = AccountChange(name: said(name), email: said(email), phone: said(phone), password: said(password))
        (changed, trouble) = (false, nil)
        switch await answered({ try await self.core.changeAccount(change: change) }) {
        case .success:
            (name, email, phone, password) = ("", "", "", "")
            changed = true
            corrected()
        case .failure(let error): trouble = error
        }
    }

    /// Whether there is anything to ask for.
    public var canRequest: Bool { !working && !text.isEmpty }

    /// Asks the administrator.
    public func request() async {
        guard canRequest else { return }
        working = true
        defer { working = false }
        (sent, requestTrouble) = (false, nil)
        let (field, text) = (field, text)
        switch await answered({ try await self.core.askCorrection(field: field, text: text) }) {
        case .success:
            (self.text, sent) = ("", true)
            await requests.ask()
        case .failure(let error): requestTrouble = error
        }
    }
}
