// This device's own readings on their way into the core. Its calls write to the disk and are durable when they return,
// so they run one after the other, away from the main thread. Leaves every decision to the core.
import Foundation
import TrakKit

actor Recorder {
    private let core: Trak

    init(core: Trak) {
        self.core = core
    }

    func start(_ unitIdentifier: String, _ now: DeviceTime) -> Result<SamplingProfile, RecordError> {
        answer { try core.startReporting(unitIdentifier: unitIdentifier, now: now) }
    }

    func record(_ fixes: [Fix], _ now: DeviceTime) -> Result<Recorded, RecordError> {
        answer { try core.record(fixes: fixes, now: now) }
    }

    func tick(_ now: DeviceTime) -> Result<Recorded, RecordError> {
        answer { try core.tick(now: now) }
    }

    /// Nil while reporting is off.
    func setSurroundings(_ surroundings: Surroundings, _ now: DeviceTime) -> Result<Recorded?, RecordError> {
        answer { try core.setSurroundings(surroundings: surroundings, now: now) }
    }

    func stop(_ unsent: Unsent, _ now: DeviceTime) -> Result<Void, RecordError> {
        answer { try core.stopReporting(cause: .switchedOff, unsent: unsent, now: now) }
    }

    /// Nil when this account has never reported.
    func view() -> Result<ReportingView?, RecordError> {
        answer { try core.reporting() }
    }

    func retrySetAside() -> Result<UInt64, RecordError> {
        answer { try core.retrySetAside() }
    }

    /// A page of what waits, oldest first.
    func outboxPage(_ offset: UInt32) -> Result<[QueuedFix], RecordError> {
        answer { try core.outboxPage(offset: offset) }
    }

    /// What the server would not take.
    func setAside() -> Result<[SetAsideFix], RecordError> {
        answer { try core.setAside() }
    }

    /// Shows readings to the core without reporting them; where this device then is. Without consent there is no place.
    func locate(_ fixes: [Fix], _ surroundings: Surroundings, _ now: DeviceTime) -> MyLocation? {
        guard (try? core.locate(fixes: fixes, surroundings: surroundings, now: now)) != nil else { return nil }
        return core.myLocation(now: now)
    }

    func decide(_ decision: ConsentDecision, _ unsent: Unsent) -> Result<ConsentView, ConsentError> {
        Result { try core.decide(decision: decision, unsent: unsent) }.mapError { $0 as? ConsentError ?? .Io }
    }

    func consentRecord() -> Result<[ConsentEntry], ConsentError> {
        Result { try core.consentRecord() }.mapError { $0 as? ConsentError ?? .Io }
    }

    func consentFile() -> Result<Data, ConsentError> {
        Result { try core.consentFile() }.mapError { $0 as? ConsentError ?? .Io }
    }

    /// The binding declares `RecordError` only; anything else is a fault of its own.
    private func answer<T>(_ work: () throws -> T) -> Result<T, RecordError> {
        Result(catching: work).mapError { $0 as? RecordError ?? .Storage(trouble: .internal(code: 0)) }
    }
}
