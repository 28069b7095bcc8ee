//! What an answer means to the caller.
//!
//! Decides from the status and the name of the server's exception; never from its sentences, which change.

use thiserror::Error;

use crate::traccar::tls::{CertificateTrouble, certificate_trouble};

/// Why a request was not answered as asked, named by what the caller can do.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ApiError {
    /// No connection, or it broke: try again later.
    #[error("no connection")]
    Offline,
    /// The token is not accepted: sign in again.
    #[error("signed out")]
    SignedOut,
    /// The person has not agreed to it, or not any more: nothing was sent.
    #[error("consent is needed")]
    ConsentRequired,
    /// The account may not: ask the administrator.
    #[error("denied")]
    Denied,
    /// There is no such thing.
    #[error("not found")]
    NotFound,
    /// Wait.
    #[error("too many requests")]
    TooMany {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// The connection is not trustworthy.
    #[error("bad certificate")]
    BadCertificate(CertificateTrouble),
    /// The server's own problem.
    #[error("server problem {status}")]
    Server {
        /// HTTP status.
        status: u16,
    },
    /// Not what a tracking server answers.
    #[error("unreadable answer")]
    Unreadable,
}

impl ApiError {
    /// The wait that the server asked for, in seconds.
    pub fn retry_after_s(&self) -> Option<u32> {
        match self {
            Self::TooMany { retry_after_s } => Some(*retry_after_s),
            _ => None,
        }
    }

    /// What a refused request means.
    pub(crate) fn from_answer(status: u16, retry_after_s: Option<u32>, body: &str) -> Self {
        match status {
            401 => Self::SignedOut,
            403 => Self::Denied,
            404 => Self::NotFound,
            429 => Self::TooMany { retry_after_s: retry_after_s.unwrap_or(60) },
            // Denied is a 400 with this exception; a garbled token is a 400 with another.
            400 if body.contains("SecurityException") => Self::Denied,
            400 if body.contains("ArrayIndexOutOfBounds") => Self::SignedOut,
            503 if retry_after_s.is_some() => Self::TooMany { retry_after_s: retry_after_s.unwrap_or(60) },
            _ => Self::Server { status },
        }
    }
}

impl From<reqwest::Error> for ApiError {
    fn from(error: reqwest::Error) -> Self {
        if let Some(trouble) = certificate_trouble(&error) {
            return Self::BadCertificate(trouble);
        }
        if error.is_decode() || error.is_redirect() { Self::Unreadable } else { Self::Offline }
    }
}

impl From<crate::traccar::decode::Unreadable> for ApiError {
    fn from(_: crate::traccar::decode::Unreadable) -> Self {
        Self::Unreadable
    }
}

/// Why a sign-in was refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SignInError {
    /// Account and password do not belong together.
    #[error("wrong password")]
    WrongPassword,
    /// The account has a one-time code, and none was given.
    #[error("code needed")]
    CodeNeeded,
    /// The one-time code is wrong or too old.
    #[error("wrong code")]
    WrongCode,
    /// The administrator switched the account off.
    #[error("disabled")]
    Disabled,
    /// The person has not agreed to the policy: nothing was sent.
    #[error("consent is needed")]
    ConsentRequired,
    /// The account's term has ended.
    #[error("expired")]
    Expired,
    /// Too many tries.
    #[error("too many tries")]
    TooManyTries {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// No connection.
    #[error("no connection")]
    NoConnection,
    /// The connection is not trustworthy.
    #[error("bad certificate")]
    BadCertificate(CertificateTrouble),
    /// Something answers there, but it is no tracking server.
    #[error("not a tracking server")]
    NotATrackingServer,
    /// The server's own problem.
    #[error("server problem {status}")]
    ServerTrouble {
        /// HTTP status.
        status: u16,
    },
    /// Not what a tracking server answers.
    #[error("unreadable answer")]
    Unreadable,
}

impl From<ApiError> for SignInError {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Offline => Self::NoConnection,
            ApiError::BadCertificate(trouble) => Self::BadCertificate(trouble),
            ApiError::TooMany { retry_after_s } => Self::TooManyTries { retry_after_s },
            ApiError::Server { status } => Self::ServerTrouble { status },
            ApiError::NotFound => Self::NotATrackingServer,
            ApiError::Unreadable => Self::Unreadable,
            ApiError::SignedOut => Self::WrongPassword,
            ApiError::Denied => Self::Disabled,
            ApiError::ConsentRequired => Self::ConsentRequired,
        }
    }
}
