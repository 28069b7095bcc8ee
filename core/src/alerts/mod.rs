//! Pushes as they arrive: what a payload may say and why one is refused.
//!
//! Decides what is read. Leaves whether a person is told to `decide::alert`, the inbox to `store` and whose it is to the
//! engine.

mod payload;

use thiserror::Error;

use crate::decide::consent::ConsentRequired;

pub use payload::{LARGEST_BYTES, PushPayload, parse};

/// Why a push was refused. Nothing was kept of it.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum PushRefusal {
    /// More than 4 KiB: no push of ours.
    #[error("too large")]
    TooLarge,
    /// Not an object, a field missing, or of the wrong kind.
    #[error("malformed")]
    Malformed,
    /// A newer form: the app is too old to read it.
    #[error("unknown version")]
    UnknownVersion,
    /// More than a day ahead of the phone's clock.
    #[error("lies in the future")]
    FutureTime,
    /// For another account than the one signed in.
    #[error("for another account")]
    OtherAccount,
    /// Nobody is signed in.
    #[error("signed out")]
    SignedOut,
    /// The person has not agreed to be told by pushes, or not any more.
    #[error(transparent)]
    ConsentRequired(#[from] ConsentRequired),
}
