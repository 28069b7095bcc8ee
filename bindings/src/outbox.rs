//! The single fixes of the outbox, as a person looks through them.

use trak_core::model;

use crate::convert::mirror;
use crate::place::Place;

/// A fix that waits for the server.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct QueuedFix {
    /// Its name, here and at the server.
    pub id: String,
    /// The identifier of the unit that it is a position of.
    pub unit_identifier: String,
    /// When it was taken, milliseconds since 1970.
    pub fix_time_ms: i64,
    /// Where, WGS-84.
    pub place: Place,
    /// Radius of the accuracy circle, metres.
    pub accuracy_m: Option<f64>,
    /// How often it was sent without a clear answer.
    pub attempts: u32,
}

impl From<model::QueuedFix> for QueuedFix {
    fn from(queued: model::QueuedFix) -> Self {
        let model::QueuedFix { seq: _, id, account: _, unit_identifier, fix, attempts } = queued;
        Self {
            id: id.to_string(),
            unit_identifier,
            fix_time_ms: fix.fix_time.0,
            place: fix.place.into(),
            accuracy_m: fix.accuracy_m,
            attempts,
        }
    }
}

/// Why a fix was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
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

mirror!(SetAsideReason = model::SetAsideReason { Refused, Denied, UnknownUnit, NoAnswer, TooLarge });

/// A fix that the server would not take.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct SetAsideFix {
    /// The fix.
    pub queued: QueuedFix,
    /// Why it was set aside.
    pub reason: SetAsideReason,
}

impl From<(model::QueuedFix, model::SetAsideReason)> for SetAsideFix {
    fn from((queued, reason): (model::QueuedFix, model::SetAsideReason)) -> Self {
        Self { queued: queued.into(), reason: reason.into() }
    }
}
