//! What commands answer when they cannot do their work, named by what the caller can do.

use thiserror::Error;
use trak_core::engine;
use trak_core::store::StoreError;
use trak_core::traccar::address::AddressError;
use trak_core::traccar::tls;

use crate::convert::mirror;
use crate::privacy::{ConsentError, NoConsent};
use crate::secrets::SecretStoreError;

/// What is wrong with a server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum CertificateTrouble {
    /// Made by an authority that is not trusted: a private CA may have to be added.
    UnknownIssuer,
    /// Its term has ended.
    Expired,
    /// Its term has not begun: often this device's clock is wrong.
    NotYetValid,
    /// It is for another server.
    WrongName,
    /// It is not the pinned one.
    PinMismatch,
    /// Anything else.
    Other,
}

mirror!(
    CertificateTrouble =
        tls::CertificateTrouble { UnknownIssuer, Expired, NotYetValid, WrongName, PinMismatch, Other }
);

/// Why the cache did not do as asked. Nothing stored before is lost by any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum StorageTrouble {
    /// The key is not this cache's: erase it and sign in again.
    WrongKey,
    /// A newer app wrote it; nothing was changed: update the app.
    NewerSchema,
    /// The disk is full: make space, what was ordered is written then.
    Full,
    /// The file cannot be read or written.
    Io,
    /// Damage was found: start the app again, what can be read is kept.
    Corrupt,
    /// A fault of ours; the code names the place.
    Internal {
        /// For the support.
        code: u32,
    },
}

/// Either a trouble of the cache or the core being closed.
pub(crate) enum StorageOrClosed {
    Trouble(StorageTrouble),
    Closed,
}

impl From<StoreError> for StorageOrClosed {
    fn from(error: StoreError) -> Self {
        Self::Trouble(match error {
            StoreError::WrongKey => StorageTrouble::WrongKey,
            StoreError::NewerSchema => StorageTrouble::NewerSchema,
            StoreError::Full => StorageTrouble::Full,
            StoreError::Io => StorageTrouble::Io,
            StoreError::Corrupt => StorageTrouble::Corrupt,
            StoreError::Internal(code) => StorageTrouble::Internal { code },
            StoreError::Closed => return Self::Closed,
        })
    }
}

/// Why the core could not be opened.
#[derive(Debug, Error, uniffi::Error)]
pub enum OpenError {
    /// The system's key store did not answer; nothing was opened.
    #[error("the key store did not answer")]
    SecretStore {
        /// What it said.
        error: SecretStoreError,
    },
    /// The folder cannot be made or read.
    #[error("the data folder cannot be used")]
    Folder,
    /// The cache cannot be opened; nothing was changed.
    #[error("the cache cannot be opened")]
    Storage {
        /// Why.
        trouble: StorageTrouble,
    },
    /// There is a cache but its key is gone from the key store; only erasing it and signing in again helps.
    #[error("the cache's key is missing")]
    KeyMissing,
    /// The system gave no threads.
    #[error("no threads")]
    NoThreads,
}

impl From<engine::OpenError> for OpenError {
    fn from(error: engine::OpenError) -> Self {
        use engine::OpenError as Core;
        match error {
            Core::SecretStore(error) => Self::SecretStore { error: error.into() },
            Core::Folder(_) => Self::Folder,
            Core::Storage(error) => match error.into() {
                StorageOrClosed::Trouble(trouble) => Self::Storage { trouble },
                StorageOrClosed::Closed => Self::Storage { trouble: StorageTrouble::Io },
            },
            Core::KeyMissing => Self::KeyMissing,
        }
    }
}

/// Why a sign-in was refused; each has its own sentence in the shells.
#[derive(Debug, Error, uniffi::Error)]
pub enum SignInError {
    /// No server address was entered.
    #[error("no address")]
    AddressEmpty,
    /// The address cannot be read.
    #[error("not an address")]
    AddressUnreadable,
    /// The connection would not be encrypted; the person has to be shown what that means and choose it.
    #[error("cleartext refused")]
    CleartextRefused,
    /// Neither `http` nor `https`.
    #[error("unsupported scheme")]
    UnsupportedScheme,
    /// The address carries a name or password.
    #[error("credentials in the address")]
    CredentialsInAddress,
    /// The private CA or pin handed in cannot be read.
    #[error("the certificate settings cannot be read")]
    BadTlsSettings,
    /// Wrong account or password.
    #[error("wrong account or password")]
    WrongPassword,
    /// The account has a one-time code: ask for it and try again.
    #[error("a one-time code is needed")]
    CodeNeeded,
    /// The one-time code is wrong or over.
    #[error("wrong one-time code")]
    WrongCode,
    /// The administrator switched the account off.
    #[error("the account is disabled")]
    Disabled,
    /// The person has not agreed to the policy; nothing was sent, or the new token was made void again.
    #[error("consent is needed")]
    ConsentRequired {
        /// Why there is none.
        why: NoConsent,
    },
    /// What was agreed to cannot be written down; nobody is signed in.
    #[error("the record of consents cannot be used")]
    ConsentRecord {
        /// Why.
        error: ConsentError,
    },
    /// The account's term has ended.
    #[error("the account has expired")]
    Expired,
    /// Too many wrong tries.
    #[error("too many tries")]
    TooManyTries {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// No connection to the server.
    #[error("no connection")]
    NoConnection,
    /// The certificate is not acceptable; nothing was sent.
    #[error("the certificate is not acceptable")]
    BadCertificate {
        /// What is wrong with it.
        trouble: CertificateTrouble,
    },
    /// Something answers there, but not a tracking server.
    #[error("not a tracking server")]
    NotATrackingServer,
    /// The server has a problem of its own.
    #[error("the server has a problem")]
    Server {
        /// HTTP status.
        status: u16,
    },
    /// The server's answer cannot be read.
    #[error("the server's answer cannot be read")]
    Unreadable,
    /// The system's key store did not answer; nothing is kept in plain text instead.
    #[error("the key store did not answer")]
    SecretStore {
        /// What it said.
        error: SecretStoreError,
    },
    /// The cache cannot be opened.
    #[error("the cache cannot be opened")]
    Storage {
        /// Why.
        trouble: StorageTrouble,
    },
    /// There is a cache of this account but its key is gone.
    #[error("the cache's key is missing")]
    KeyMissing,
    /// The core is shut down.
    #[error("closed")]
    Closed,
}

impl From<engine::SignInRefusal> for SignInError {
    fn from(refusal: engine::SignInRefusal) -> Self {
        use engine::SignInRefusal as Core;
        match refusal {
            Core::Address(AddressError::Empty) => Self::AddressEmpty,
            Core::Address(AddressError::NotAnAddress) => Self::AddressUnreadable,
            Core::Address(AddressError::CleartextRefused) => Self::CleartextRefused,
            Core::Address(AddressError::UnsupportedScheme) => Self::UnsupportedScheme,
            Core::Address(AddressError::CredentialsInAddress) => Self::CredentialsInAddress,
            Core::WrongPassword => Self::WrongPassword,
            Core::CodeNeeded => Self::CodeNeeded,
            Core::WrongCode => Self::WrongCode,
            Core::Disabled => Self::Disabled,
            Core::ConsentRequired(refused) => Self::ConsentRequired { why: refused.why.into() },
            Core::Consent(error) => Self::ConsentRecord { error: error.into() },
            Core::Expired => Self::Expired,
            Core::TooManyTries { retry_after_s } => Self::TooManyTries { retry_after_s },
            Core::NoConnection => Self::NoConnection,
            Core::BadCertificate(trouble) => Self::BadCertificate { trouble: trouble.into() },
            Core::NotATrackingServer => Self::NotATrackingServer,
            Core::Server { status } => Self::Server { status },
            Core::Unreadable => Self::Unreadable,
            Core::SecretStore(error) => Self::SecretStore { error: error.into() },
            Core::Storage(error) => match error.into() {
                StorageOrClosed::Trouble(trouble) => Self::Storage { trouble },
                StorageOrClosed::Closed => Self::Closed,
            },
            Core::BadTlsSettings => Self::BadTlsSettings,
            Core::KeyMissing => Self::KeyMissing,
            Core::Closed => Self::Closed,
        }
    }
}

/// Why a question or command was not answered. What was shown before stays.
#[derive(Debug, Error, uniffi::Error)]
pub enum QueryError {
    /// No connection: check the network.
    #[error("no connection")]
    Offline,
    /// The person has not agreed to the policy as it is now: show what has to be decided. Nothing was sent.
    #[error("consent is needed")]
    ConsentRequired,
    /// Nobody is signed in, or the server ended the sign-in: sign in again.
    #[error("signed out")]
    SignedOut,
    /// The account may not: ask the administrator.
    #[error("denied")]
    Denied,
    /// It is not there (any more).
    #[error("not found")]
    NotFound,
    /// What was asked makes no sense: a place not on earth, a range that ends before it begins.
    #[error("invalid input")]
    InvalidInput,
    /// Too many requests.
    #[error("too many requests")]
    TooMany {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// The connection is not trustworthy.
    #[error("the certificate is not acceptable")]
    BadCertificate {
        /// What is wrong with it.
        trouble: CertificateTrouble,
    },
    /// The server has a problem of its own.
    #[error("the server has a problem")]
    Server {
        /// HTTP status.
        status: u16,
    },
    /// The server's answer cannot be read.
    #[error("the server's answer cannot be read")]
    Unreadable,
    /// The cache did not do as asked.
    #[error("the cache did not do as asked")]
    Storage {
        /// Why.
        trouble: StorageTrouble,
    },
    /// The system's key store did not answer.
    #[error("the key store did not answer")]
    SecretStore {
        /// What it said.
        error: SecretStoreError,
    },
    /// The core is shut down.
    #[error("closed")]
    Closed,
}

impl From<engine::QueryError> for QueryError {
    fn from(error: engine::QueryError) -> Self {
        use engine::QueryError as Core;
        match error {
            Core::Offline => Self::Offline,
            Core::ConsentRequired => Self::ConsentRequired,
            Core::SignedOut => Self::SignedOut,
            Core::Denied => Self::Denied,
            Core::NotFound => Self::NotFound,
            Core::InvalidInput => Self::InvalidInput,
            Core::TooMany { retry_after_s } => Self::TooMany { retry_after_s },
            Core::BadCertificate(trouble) => Self::BadCertificate { trouble: trouble.into() },
            Core::Server { status } => Self::Server { status },
            Core::Unreadable => Self::Unreadable,
            Core::Storage(error) => match error.into() {
                StorageOrClosed::Trouble(trouble) => Self::Storage { trouble },
                StorageOrClosed::Closed => Self::Closed,
            },
            Core::SecretStore(error) => Self::SecretStore { error: error.into() },
            Core::Closed => Self::Closed,
        }
    }
}
