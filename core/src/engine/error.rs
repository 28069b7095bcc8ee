//! What commands answer when they cannot do their work, named by what the caller can do.

use thiserror::Error;

use crate::decide::consent::ConsentRequired;
use crate::engine::ending::EraseTrouble;
use crate::model::SecretStoreError;
use crate::privacy::ConsentError;
use crate::store::StoreError;
use crate::traccar::ApiError;
use crate::traccar::address::AddressError;
use crate::traccar::tls::CertificateTrouble;

/// Why the core could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The system's key store did not answer; nothing was opened.
    #[error(transparent)]
    SecretStore(#[from] SecretStoreError),
    /// The folder cannot be made or read.
    #[error("the data folder cannot be used")]
    Folder(#[source] std::io::Error),
    /// The cache cannot be opened; nothing was changed.
    #[error(transparent)]
    Storage(#[from] StoreError),
    /// There is a cache but its key is gone from the key store; only erasing it and signing in again helps.
    #[error("the cache's key is missing")]
    KeyMissing,
}

impl From<EraseTrouble> for OpenError {
    fn from(trouble: EraseTrouble) -> Self {
        match trouble {
            EraseTrouble::Secrets(error) => Self::SecretStore(error),
            EraseTrouble::Storage(error) => Self::Storage(error),
        }
    }
}

/// Why a sign-in was refused; each has its own sentence in the shells.
#[derive(Debug, Error)]
#[allow(missing_docs)] // named like the refusals of `traccar::SignInError`, documented there
pub enum SignInRefusal {
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error("wrong account or password")]
    WrongPassword,
    #[error("a one-time code is needed")]
    CodeNeeded,
    #[error("wrong one-time code")]
    WrongCode,
    #[error("the account is disabled")]
    Disabled,
    /// The person has not agreed to the policy; nothing was sent, or the new token was made void again.
    #[error(transparent)]
    ConsentRequired(#[from] ConsentRequired),
    #[error("the account has expired")]
    Expired,
    #[error("too many tries")]
    TooManyTries { retry_after_s: u32 },
    #[error("no connection")]
    NoConnection,
    #[error("the certificate is not acceptable")]
    BadCertificate(CertificateTrouble),
    #[error("not a tracking server")]
    NotATrackingServer,
    #[error("the server has a problem")]
    Server { status: u16 },
    #[error("the server's answer cannot be read")]
    Unreadable,
    #[error(transparent)]
    SecretStore(#[from] SecretStoreError),
    #[error(transparent)]
    Storage(#[from] StoreError),
    /// The private CA or pin handed in cannot be read.
    #[error("the certificate settings cannot be read")]
    BadTlsSettings,
    /// What was agreed to cannot be written down; nobody is signed in.
    #[error(transparent)]
    Consent(#[from] ConsentError),
    /// There is a cache of this account but its key is gone.
    #[error("the cache's key is missing")]
    KeyMissing,
    /// The core is shut down.
    #[error("closed")]
    Closed,
}

/// Why a question or command was not answered. What was shown before stays.
#[derive(Debug, Error)]
#[allow(missing_docs)] // named like `view::Trouble`, documented there
pub enum QueryError {
    #[error("no connection")]
    Offline,
    #[error("consent is needed")]
    ConsentRequired,
    #[error("signed out")]
    SignedOut,
    #[error("denied")]
    Denied,
    #[error("not found")]
    NotFound,
    #[error("invalid input")]
    InvalidInput,
    #[error("too many requests")]
    TooMany { retry_after_s: u32 },
    #[error("the certificate is not acceptable")]
    BadCertificate(CertificateTrouble),
    #[error("the server has a problem")]
    Server { status: u16 },
    #[error("the server's answer cannot be read")]
    Unreadable,
    #[error(transparent)]
    Storage(#[from] StoreError),
    #[error(transparent)]
    SecretStore(#[from] SecretStoreError),
    #[error("closed")]
    Closed,
}

impl From<ApiError> for QueryError {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Offline => Self::Offline,
            ApiError::ConsentRequired => Self::ConsentRequired,
            ApiError::SignedOut => Self::SignedOut,
            ApiError::Denied => Self::Denied,
            ApiError::NotFound => Self::NotFound,
            ApiError::TooMany { retry_after_s } => Self::TooMany { retry_after_s },
            ApiError::BadCertificate(trouble) => Self::BadCertificate(trouble),
            ApiError::Server { status } => Self::Server { status },
            ApiError::Unreadable => Self::Unreadable,
        }
    }
}
