//! What recording is asked and answers.

use thiserror::Error;

use crate::decide::consent::ConsentRequired;
use crate::engine::keys::KeyTrouble;
use crate::model::{FixId, Rejected, SamplingProfile, SecretStoreError, UtcMs};
use crate::store::StoreError;

/// Whom this phone reports as.
#[derive(Clone, PartialEq, Eq)]
pub struct ReportAs {
    /// The identifier of the unit at the server, at most 128 bytes.
    pub unit_identifier: String,
}

/// What becomes of fixes that were not sent when reporting ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// They are still sent.
    Send,
    /// They are erased.
    Erase,
}

/// An accepted fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedFix {
    /// Its name, here and at the server.
    pub id: FixId,
    /// When it was taken.
    pub fix_time: UtcMs,
}

/// What a call of the rules decided. Everything in it is on the disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Accepted, in the order of sending; may hold readings of earlier calls that waited for this one.
    pub accepted: Vec<RecordedFix>,
    /// Not accepted, with the reason.
    pub rejected: Vec<Rejected>,
    /// What to ask of the sensors from now on.
    pub profile: SamplingProfile,
    /// Whether the phone moves.
    pub moving: bool,
}

/// Why nothing was recorded. What was recorded before stays.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RecordError {
    /// Nobody is signed in.
    #[error("signed out")]
    SignedOut,
    /// The person has not agreed to it, or not any more; nothing was kept.
    #[error(transparent)]
    ConsentRequired(#[from] ConsentRequired),
    /// Reporting is off.
    #[error("reporting is off")]
    NotReporting,
    /// The unit's identifier is empty, too long or no text.
    #[error("invalid input")]
    InvalidInput,
    /// The disk is full: the readings wait in memory and are kept with the next call that finds space.
    #[error("disk full")]
    StorageFull,
    /// The outbox does not work; the readings wait in memory.
    #[error(transparent)]
    Storage(StoreError),
    /// The key store does not answer.
    #[error(transparent)]
    SecretStore(SecretStoreError),
    /// There is an outbox but its key is gone.
    #[error("the outbox's key is missing")]
    KeyMissing,
}

impl From<KeyTrouble> for RecordError {
    fn from(trouble: KeyTrouble) -> Self {
        match trouble {
            KeyTrouble::Secrets(error) => Self::SecretStore(error),
            KeyTrouble::Missing => Self::KeyMissing,
        }
    }
}
