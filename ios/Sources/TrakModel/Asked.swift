// Decides what a screen keeps of a question to the server: the newest answer stays while it is asked again and when the
// asking fails. What the question is, is its owner's.
import Observation
import TrakKit

/// One question and its newest answer.
@MainActor @Observable public final class Asked<Value: Sendable> {
    /// The newest answer; nil before the first.
    public private(set) var value: Value?
    /// Why the last asking failed.
    public private(set) var trouble: QueryError?
    /// Whether it is asked at present.
    public private(set) var working = false

    @ObservationIgnored private let question: @MainActor () async throws -> Value

    init(_ question: @escaping @MainActor () async throws -> Value) {
        self.question = question
    }

    /// Asks. An answer that comes after the person left is dropped.
    public func ask() async {
        working = true
        defer { working = false }
        let answer = await answered(question)
        if Task.isCancelled { return }
        switch answer {
        case .success(let found): (value, trouble) = (found, nil)
        case .failure(let error): trouble = error
        }
    }
}

/// What a question to the core is answered with. The bindings declare `QueryError` only; anything else is a fault of their
/// own.
@MainActor func answered<T: Sendable>(_ question: @MainActor () async throws -> T) async -> Result<T, QueryError> {
    do { return .success(try await question()) } catch { return .failure(error as? QueryError ?? .Closed) }
}
