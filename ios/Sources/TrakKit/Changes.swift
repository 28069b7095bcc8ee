// Decides how the core's pulled observer becomes a sequence that a task can await.
// Leaves what is asked for after a change to whoever awaits it.
@_exported import TrakCore

/// One element for "a view would look different", conflated: a slow reader misses nothing and is never behind. Ends with
/// the core's shutdown, or as soon as the reading task is cancelled; it never throws.
public struct Changes: AsyncSequence, Sendable {
    public typealias Element = UInt64
    public typealias Failure = Never

    private let observer: Observer

    /// Reads `observer` to its end. One observer serves one reader.
    public init(_ observer: Observer) {
        self.observer = observer
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(observer: observer)
    }

    public struct Iterator: AsyncIteratorProtocol, Sendable {
        fileprivate let observer: Observer

        /// The core does not see that a Swift task is cancelled, so the cancellation ends the observer; a waiting `next`
        /// then returns.
        public mutating func next() async -> UInt64? {
            let observer = observer
            return await withTaskCancellationHandler {
                await observer.next()
            } onCancel: {
                observer.end()
            }
        }
    }
}

extension Trak {
    /// Tells when a view would look different.
    public func changes() -> Changes {
        Changes(observe())
    }
}
