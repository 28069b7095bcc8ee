// What waits to be sent and what the server would not take, one by one. Order and reasons are the core's.
import Observation
import TrakKit

/// The outbox as a list.
@MainActor @Observable public final class WaitingModel {
    /// What waits, oldest first; as many pages as the person asked for.
    public private(set) var queued: [QueuedFix] = []
    /// Whether there may be more than those shown.
    public private(set) var hasMore = false
    /// What the server would not take, oldest first; at most a page.
    public private(set) var setAside: [SetAsideFix] = []
    public private(set) var trouble: RecordError?

    @ObservationIgnored private let recorder: Recorder

    init(recorder: Recorder) {
        self.recorder = recorder
    }

    /// Reads both from the beginning.
    public func load() async {
        (queued, trouble) = ([], nil)
        switch await recorder.setAside() {
        case .success(let fixes): setAside = fixes
        case .failure(let error): trouble = error
        }
        await showMore()
    }

    /// Reads one page more.
    public func showMore() async {
        switch await recorder.outboxPage(UInt32(queued.count)) {
        case .success(let page):
            queued += page
            hasMore = !page.isEmpty
        case .failure(let error): (trouble, hasMore) = (error, false)
        }
    }
}
