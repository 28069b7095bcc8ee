// Words and sentences for reporting one's own position and for links. Every switch is exhaustive: what is new in the core
// does not compile until it has its sentence.

extension Words {
    /// Why a reading or a command was not kept.
    public func sentence(_ error: RecordError) -> String {
        switch error {
        case .SignedOut: self(.recordSignedOut)
        case .NotReporting: self(.recordNotReporting)
        case .ConsentRequired(_, let why): sentence(why)
        case .InvalidInput: self(.recordInvalid)
        case .StorageFull: self(.recordFull)
        case .Storage(let trouble): sentence(trouble)
        case .SecretStore(let error): sentence(error)
        case .KeyMissing: self(.recordKeyMissing)
        case .Closed: self(.closed)
        }
    }

    /// Why nothing is sent.
    public func sentence(_ blocked: Blocked) -> String {
        switch blocked {
        case .offline: self(.blockedOffline)
        case .consentRequired: self(.consentRequired)
        case .signedOut: self(.blockedSignedOut)
        case .unknownUnit: self(.blockedUnknownUnit)
        case .denied: self(.blockedDenied)
        case .serverBusy: self(.blockedBusy)
        case .noAnswer: self(.blockedNoAnswer)
        case .badCertificate: self(.blockedCertificate)
        case .otherProgram: self(.blockedOther)
        case .storage: self(.blockedStorage)
        }
    }

    /// Why there was no fix for a while.
    public func cause(_ cause: GapCause) -> String {
        switch cause {
        case .permissionLost: self(.gapPermission)
        case .locationOff: self(.gapLocationOff)
        case .killed: self(.gapKilled)
        case .restarted: self(.gapRestarted)
        case .noReading: self(.gapNoReading)
        case .consentWithdrawn: self(.gapConsent)
        case .signedOut: self(.gapSignedOut)
        case .switchedOff: self(.gapSwitchedOff)
        }
    }

    /// Why a reading did not count.
    public func reason(_ rejection: Rejection) -> String {
        switch rejection {
        case .notOnEarth: self(.rejectedNotOnEarth)
        case .nullIsland: self(.rejectedNull)
        case .accuracy: self(.rejectedAccuracy)
        case .older: self(.rejectedOlder)
        case .duplicate: self(.rejectedDuplicate)
        case .future: self(.rejectedFuture)
        case .impossibleSpeed: self(.rejectedSpeed)
        case .mock: self(.rejectedMock)
        case .debounce: self(.rejectedDebounce)
        case .stationary: self(.rejectedStationary)
        }
    }

    /// This device crossed a geofence's border.
    public func crossing(_ crossing: OwnCrossing) -> String {
        let name = crossing.geofenceName.isEmpty ? self(.unknown) : crossing.geofenceName
        return switch crossing.crossing {
        case .enter: self(.crossedIn, name)
        case .exit: self(.crossedOut, name)
        }
    }

    /// How often readings are asked for: `every 5 s or 30 m`.
    public func rhythm(_ profile: SamplingProfile) -> String {
        let every = duration(Int64(clamping: profile.intervalMs))
        return profile.distanceM > 0
            ? self(.rhythmOrDistance, every, distance(profile.distanceM)) : self(.rhythm, every)
    }

    /// What was kept of a damaged outbox.
    public func salvaged(_ outbox: SalvagedOutbox) -> String {
        self(outbox.complete ? .salvagedWhole : .salvagedPart, outbox.fixes)
    }

    /// What the system was asked for.
    public func source(_ here: MyLocation) -> String {
        switch here.source {
        case .gps: self(.sourceSatellites)
        case .network: self(.sourceNetwork)
        case .fused: self(here.approximate ? .sourceApproximate : .sourceSystem)
        case .ip: self(.sourceAddress)
        }
    }

    /// What is wrong with a link.
    public func sentence(_ error: LinkError) -> String {
        switch error {
        case .NotOurs: self(.linkNotOurs)
        case .UnknownKind: self(.linkUnknownKind)
        case .Missing(let part): self(.linkMissing, name(part))
        case .Unreadable(let part): self(.linkUnreadable, name(part))
        }
    }

    private func name(_ part: LinkPart) -> String {
        switch part {
        case .unit: self(.linkPartUnit)
        case .text: self(.linkPartText)
        case .address: self(.linkPartAddress)
        case .account: self(.linkPartAccount)
        case .pin: self(.linkPartPin)
        }
    }
}
