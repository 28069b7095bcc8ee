//! What waits to be sent.

use core::fmt;

use uuid::Uuid;

use super::{AcceptedFix, AccountKey, UtcMs};

/// Names one accepted fix for ever, here and at the server (UUID version 7).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FixId(pub Uuid);

impl fmt::Display for FixId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// A fix in the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct QueuedFix {
    /// Its place in the order of sending.
    pub seq: i64,
    /// Its name.
    pub id: FixId,
    /// Whose it is.
    pub account: AccountKey,
    /// The identifier of the unit that it is a position of.
    pub unit_identifier: String,
    /// The fix.
    pub fix: AcceptedFix,
    /// How often it was sent without a clear answer.
    pub attempts: u32,
}

/// Why a fix was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SetAsideReason {
    /// The server says that it is wrong.
    Refused,
    /// The server does not let this account report for the unit.
    Denied,
    /// The server does not know the unit.
    UnknownUnit,
    /// The server closed the connection each time instead of answering.
    NoAnswer,
    /// It is too large for the server, even alone.
    TooLarge,
}

/// The state of the outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxStatus {
    /// Fixes that wait.
    pub queued: u64,
    /// The oldest of them.
    pub oldest: Option<UtcMs>,
    /// Fixes that the server would not take.
    pub set_aside: u64,
    /// The newest fix that the server has acknowledged.
    pub newest_sent: Option<UtcMs>,
    /// When the server last acknowledged any.
    pub last_success: Option<UtcMs>,
    /// How many were given up because the outbox was full; see `store::outbox::CAPACITY`.
    pub thinned: u64,
}
