// Decides what the end of an account asks for again. When it is done, what is erased and what is kept is the server's.
import Observation
import TrakKit

/// The end of the account, and taking it back.
@MainActor @Observable public final class LeaveModel {
    public var password = ""
    public var code = ""
    /// Whether the account has a one-time code, which then is asked for.
    public private(set) var asksForCode = false
    public private(set) var working = false
    /// Why the end was not taken down.
    public private(set) var refusal: CancelError?
    /// Why the account could not be kept.
    public private(set) var trouble: QueryError?
    /// Whether it ends and by when; asked for when the screen opens.
    public let standing: Asked<Cancellation?>

    @ObservationIgnored private let core: Trak

    init(core: Trak) {
        self.core = core
        standing = Asked { try await core.cancellation() }
    }

    /// The end that was asked for.
    public var cancellation: Cancellation? { standing.value ?? nil }

    /// Whether there is enough to ask for the end.
    public var canCancel: Bool { !working && !password.isEmpty && (!asksForCode || !code.isEmpty) }

    /// Asks for the end of the account. The password is kept only while the code beside it is asked for.
    public func cancel() async {
        guard canCancel else { return }
        working = true
        defer { working = false }
        refusal = nil
        do {
            _ = try await core.cancelAccount(password: password, code: asksForCode ? code : nil)
            (password, code) = ("", "")
            await standing.ask()
        } catch let error as CancelError {
            refused(error)
        } catch {
            refused(.Query(error: .Closed))
        }
    }

    /// Takes the end back.
    public func keep() async {
        working = true
        defer { working = false }
        switch await answered({ try await self.core.keepAccount() }) {
        case .success: trouble = nil
        case .failure(let error): trouble = error
        }
        await standing.ask()
    }

    private func refused(_ error: CancelError) {
        (refusal, code) = (error, "")
        switch error {
        case .CodeNeeded, .WrongCode: asksForCode = true
        case .WrongPassword, .LastAdministrator: password = ""
        case .Query: break
        }
    }
}
