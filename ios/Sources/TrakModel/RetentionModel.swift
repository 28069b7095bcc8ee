// How long things are kept, at the server and on this device, and when what outlived its term was erased. The terms and
// the job are the server's and the core's.
import Observation
import TrakKit

/// The terms and the runs.
@MainActor @Observable public final class RetentionModel {
    /// What holds at the server.
    public let terms: Asked<RetentionTerms>
    /// The runs on this device, newest first.
    public private(set) var runs: [RetentionRun] = []

    @ObservationIgnored private let inbox: Inbox

    init(core: Trak, inbox: Inbox) {
        self.inbox = inbox
        terms = Asked { try await core.retentionTerms() }
    }

    /// Asks for both.
    public func load() async {
        runs = await inbox.retentionRuns()
        await terms.ask()
    }
}
