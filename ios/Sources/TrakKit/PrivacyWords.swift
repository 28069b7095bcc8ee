// Words for the consents and their record. Every switch is exhaustive.

extension Words {
    /// What a purpose is called, and what it means for the person.
    public func purpose(_ purpose: Purpose) -> (name: String, meaning: String) {
        switch purpose {
        case .account: (self(.purposeAccount), self(.purposeAccountMeans))
        case .locationOnScreen: (self(.purposeLocation), self(.purposeLocationMeans))
        case .reporting: (self(.purposeReporting), self(.purposeReportingMeans))
        case .push: (self(.purposePush), self(.purposePushMeans))
        case .pushCollection: (self(.purposePushCollection), self(.purposePushCollectionMeans))
        case .diagnostics: (self(.purposeDiagnostics), self(.purposeDiagnosticsMeans))
        }
    }

    /// What was answered.
    public func answer(_ answer: ConsentAnswer) -> String {
        switch answer {
        case .notAsked: self(.answerNotAsked)
        case .given(let version): self(.answerGiven, version)
        case .refused: self(.answerRefused)
        case .withdrawn: self(.answerWithdrawn)
        }
    }

    /// What was done.
    public func action(_ action: ConsentAction) -> String {
        switch action {
        case .given: self(.actionGiven)
        case .refused: self(.answerRefused)
        case .withdrawn: self(.answerWithdrawn)
        case .informed: self(.actionInformed)
        }
    }

    /// Where it was done.
    public func screen(_ screen: ConsentScreen) -> String {
        switch screen {
        case .firstRun: self(.screenFirstRun)
        case .signIn: self(.signIn)
        case .privacyCentre: self(.privacy)
        case .policyChange: self(.policyChanged)
        case .feature: self(.screenFeature)
        case .terminal: self(.screenTerminal)
        }
    }

    /// Why there is no consent, and what to do.
    public func sentence(_ why: NoConsent) -> String {
        switch why {
        case .notAsked: self(.consentRequired)
        case .refused: self(.consentRefused)
        case .withdrawn: self(.consentWithdrawn)
        case .policyChanged: self(.consentPolicyChanged)
        case .recordDamaged: self(.consentDamaged)
        }
    }

    /// Why an answer was not written.
    public func sentence(_ error: ConsentError) -> String {
        switch error {
        case .Full: self(.consentFull)
        case .Io: self(.consentIo)
        case .UnknownPolicy: self(.consentUnknownPolicy)
        case .Damaged: self(.consentDamaged)
        case .Closed: self(.closed)
        }
    }

    /// What is wrong with the record of answers, by itself or beside its copy at the server; nil where nothing is.
    public func record(damaged: Bool, _ copy: ServerCopy) -> String? {
        if damaged { return self(.consentDamaged) }
        switch copy {
        case .unknown, .same: return nil
        case .holdsMore(let entries): return self(.recordHoldsMore, entries)
        case .differs: return self(.recordDiffers)
        }
    }

    /// What became of a paragraph of the policy; nil where it stands in both versions.
    public func fate(_ fate: PolicyBlockFate) -> String? {
        switch fate {
        case .kept: nil
        case .added: self(.policyAdded)
        case .removed: self(.policyRemoved)
        }
    }
}
