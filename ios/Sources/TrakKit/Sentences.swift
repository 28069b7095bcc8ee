// Decides which sentence each trouble of the core gets. Every switch is exhaustive: a new trouble does not compile until
// it has its sentence.

extension Words {
    /// Why what is shown is not fresher.
    public func sentence(_ trouble: Trouble) -> String {
        switch trouble {
        case .offline: self(.troubleOffline)
        case .accountEnded: self(.troubleAccountEnded)
        case .consentRequired: self(.consentRequired)
        case .signedOut: self(.troubleSignedOut)
        case .denied: self(.troubleDenied)
        case .tooMany(let seconds): self(.troubleTooMany, seconds)
        case .badCertificate(let trouble): sentence(trouble)
        case .server(let status): self(.troubleServer, status)
        case .unreadable: self(.troubleUnreadable)
        case .storageFull: self(.troubleStorageFull)
        case .cacheSalvaged: self(.troubleSalvaged)
        case .storage: self(.troubleStorage)
        }
    }

    /// What is wrong with a certificate.
    public func sentence(_ trouble: CertificateTrouble) -> String {
        switch trouble {
        case .unknownIssuer: self(.certificateIssuer)
        case .expired: self(.certificateExpired)
        case .notYetValid: self(.certificateNotYet)
        case .wrongName: self(.certificateName)
        case .pinMismatch: self(.certificatePin)
        case .other: self(.certificateOther)
        }
    }

    /// Why a sign-in was refused.
    public func sentence(_ error: SignInError) -> String {
        switch error {
        case .ConsentRequired(let why): sentence(why)
        case .ConsentRecord(let error): sentence(error)
        case .AddressEmpty: self(.noAddress)
        case .AddressUnreadable: self(.badAddress)
        case .CleartextRefused: self(.cleartextRefused)
        case .UnsupportedScheme: self(.badScheme)
        case .CredentialsInAddress: self(.credentialsInAddress)
        case .BadTlsSettings: self(.badTlsSettings)
        case .WrongPassword: self(.wrongPassword)
        case .CodeNeeded: self(.codeNeeded)
        case .WrongCode: self(.wrongCode)
        case .Disabled: self(.accountDisabled)
        case .Expired: self(.accountExpired)
        case .TooManyTries(let seconds): self(.tooManyTries, seconds)
        case .NoConnection: self(.noConnection)
        case .BadCertificate(let trouble): sentence(trouble)
        case .NotATrackingServer, .Unreadable: self(.notATrackingServer)
        case .Server(let status): self(.signInServer, status)
        case .SecretStore(let error): sentence(error)
        case .Storage(let trouble): sentence(trouble)
        case .KeyMissing: self(.keyMissing)
        case .Closed: self(.closed)
        }
    }

    /// Why a question was not answered.
    public func sentence(_ error: QueryError) -> String {
        switch error {
        case .Offline: self(.troubleOffline)
        case .ConsentRequired: self(.consentRequired)
        case .SignedOut: self(.troubleSignedOut)
        case .Denied: self(.denied)
        case .NotFound: self(.notFound)
        case .InvalidInput: self(.badRange)
        case .TooMany(let seconds): self(.troubleTooMany, seconds)
        case .BadCertificate(let trouble): sentence(trouble)
        case .Server(let status): self(.troubleServer, status)
        case .Unreadable: self(.troubleUnreadable)
        case .Storage(let trouble): sentence(trouble)
        case .SecretStore(let error): sentence(error)
        case .Closed: self(.closed)
        }
    }

    /// Why the core did not open.
    public func sentence(_ error: OpenError) -> String {
        switch error {
        case .SecretStore(let error): sentence(error)
        case .Folder: self(.folderTrouble)
        case .Storage(let trouble): sentence(trouble)
        case .KeyMissing: self(.keyMissing)
        case .NoThreads: self(.noThreads)
        }
    }

    /// Why the keychain did not answer.
    public func sentence(_ error: SecretStoreError) -> String {
        switch error {
        case .Locked: self(.keychainLocked)
        case .Unavailable: self(.keychainUnavailable)
        }
    }

    /// Why the cache did not do as asked.
    public func sentence(_ trouble: StorageTrouble) -> String {
        let why =
            switch trouble {
            case .wrongKey: self(.storageWrongKey)
            case .newerSchema: self(.storageNewer)
            case .full: self(.storageFull)
            case .io: self(.storageIo)
            case .corrupt: self(.storageCorrupt)
            case .internal(let code): self(.storageInternal, code)
            }
        return self(.storageTrouble, why)
    }

    /// Why a track was not exported.
    public func sentence(_ error: ExportError) -> String {
        switch error {
        case .NotWritten: self(.exportNotWritten)
        case .Time: self(.exportTime)
        }
    }
}
