// Words for a person's rights to their data, for messages and for notices. Every switch is exhaustive.

extension Words {
    /// Why something of a person's own data was not done. A server without these rights answers that there is no such
    /// thing.
    public func rights(_ error: QueryError) -> String {
        switch error {
        case .NotFound: self(.rightsNotOffered)
        case .InvalidInput: self(.rightsInvalid)
        case .Offline: self(.rightsOffline)
        case .ConsentRequired, .SignedOut, .Denied, .TooMany, .BadCertificate, .Server, .Unreadable, .Storage,
            .SecretStore, .Closed:
            sentence(error)
        }
    }

    /// Why a choice of what to be told of does not count.
    public func settings(_ error: QueryError) -> String {
        error == .InvalidInput ? self(.settingsRefused) : sentence(error)
    }

    /// What a correction is about.
    public func field(_ field: CorrectionField) -> String {
        switch field {
        case .accountName: self(.correctionAccountName)
        case .unitName: self(.correctionUnitName)
        case .plate: self(.plate)
        case .phone: self(.phone)
        case .other: self(.correctionOther)
        }
    }

    /// Where a request stands, and since when: `done, answered 25 Nov 2026`.
    public func standing(_ request: CorrectionRequest) -> String {
        let state =
            switch request.state {
            case .open: self(.requestOpen)
            case .done: self(.requestDone)
            case .refused: self(.requestRefused)
            }
        if let closed = request.closedMs { return self(.requestClosed, state, date(closed)) }
        return self(.requestMade, state, date(request.createdMs))
    }

    /// What somebody looked at.
    public func looked(_ what: LookedAt) -> String {
        switch what {
        case .positions: self(.lookedPositions)
        case .history: self(.lookedHistory)
        case .export: self(.lookedExport)
        case .consents: self(.lookedConsents)
        case .unit: self(.lookedUnit)
        case .other: self(.lookedOther)
        }
    }

    /// A term in days, or that there is none.
    public func term(_ count: UInt32?) -> String {
        count.map { self(.days, $0) } ?? self(.noTerm)
    }

    /// What a run of the job erased.
    public func run(_ run: RetentionRun) -> String {
        [
            self(.runPositions, run.positions), self(.runAlerts, run.alerts), self(.runReadings, run.readings),
            self(.runCaches, run.caches),
        ].joined(separator: ", ")
    }

    /// Why an account's end was not taken down.
    public func sentence(_ error: CancelError) -> String {
        switch error {
        case .WrongPassword: self(.leaveWrongPassword)
        case .CodeNeeded: self(.codeNeeded)
        case .WrongCode: self(.wrongCode)
        case .LastAdministrator: self(.leaveLastAdministrator)
        case .Query(let error): rights(error)
        }
    }

    /// Why a message opened nothing.
    public func sentence(_ error: PushError) -> String {
        switch error {
        case .TooLarge, .Malformed: self(.pushUnreadable)
        case .UnknownVersion: self(.pushNewer)
        case .FutureTime: self(.pushFuture)
        case .OtherAccount: self(.pushOtherAccount)
        case .SignedOut: self(.recordSignedOut)
        case .ConsentRequired(let purpose, let why): "\(self.purpose(purpose).name): \(sentence(why))"
        }
    }

    /// How an account left this device.
    public func left(revoked: Bool) -> String {
        self(revoked ? .leftRevoked : .leftStillValid)
    }

    /// That nothing is left.
    public var leftErased: String { self(.leftErased) }

    /// What a notice is about, and how many there are to be read.
    public func kind(_ notice: Notice, of count: Int) -> String {
        let kind =
            switch notice.kind {
            case .security: self(.noticeSecurity)
            case .endOfService: self(.noticeEndOfService)
            }
        return count > 1 ? self(.noticeFirstOf, kind, "\(count)") : kind
    }

    /// A notice's title and text in the person's language.
    public func notice(_ notice: Notice) -> (title: String, text: String) {
        switch language {
        case .english: (notice.titleEn, notice.textEn)
        case .chinese: (notice.titleZh, notice.textZh)
        }
    }

    /// What a kind of event is called where it can be chosen; the server's own kinds have no choice.
    public func kind(_ kind: EventKind) -> String {
        switch kind {
        case .online: self(.eventOnline)
        case .offline: self(.eventOffline)
        case .unknown: self(.eventUnknown)
        case .moving: self(.eventMoving)
        case .stopped: self(.eventStopped)
        case .overspeed: self(.eventOverspeed)
        case .geofenceEnter: self(.eventEnter)
        case .geofenceExit: self(.eventExit)
        case .alarm: self(.eventAlarm)
        case .ignitionOn: self(.eventIgnitionOn)
        case .ignitionOff: self(.eventIgnitionOff)
        case .other: self(.otherKind)
        }
    }

    /// Why a fix was set aside.
    public func reason(_ reason: SetAsideReason) -> String {
        switch reason {
        case .refused: self(.asideRefused)
        case .denied: self(.asideDenied)
        case .unknownUnit: self(.asideUnknownUnit)
        case .noAnswer: self(.asideNoAnswer)
        case .tooLarge: self(.asideTooLarge)
        }
    }

    /// For which unit a fix waits, and how often it was tried.
    public func waiting(_ fix: QueuedFix) -> String {
        fix.attempts == 0 ? fix.unitIdentifier : "\(fix.unitIdentifier), \(self(.tried, fix.attempts))"
    }
}
