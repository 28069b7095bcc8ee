//! What happened to units.

use trak_core::{engine, model};

use crate::convert::mirror;

/// The kinds of events the product knows; another keeps the server's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs)] // the variants are their own documentation
pub enum EventKind {
    Online,
    Offline,
    Unknown,
    Moving,
    Stopped,
    Overspeed,
    GeofenceEnter,
    GeofenceExit,
    Alarm,
    IgnitionOn,
    IgnitionOff,
    Other,
}

mirror!(
    both EventKind = model::EventKind {
        Online,
        Offline,
        Unknown,
        Moving,
        Stopped,
        Overspeed,
        GeofenceEnter,
        GeofenceExit,
        Alarm,
        IgnitionOn,
        IgnitionOff,
        Other
    }
);

/// One event of one unit.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct EventRow {
    /// Number at the server; the same event never shows twice.
    pub id: i64,
    /// What happened.
    pub kind: EventKind,
    /// The server's own word.
    pub type_word: String,
    /// The unit.
    pub unit_id: i64,
    /// Its name; empty where the unit is not known any more.
    pub unit_name: String,
    /// When, milliseconds since 1970 on the server's clock.
    pub at_ms: i64,
    /// The position it belongs to, when there is one.
    pub position_id: Option<i64>,
    /// The server's attributes, one JSON object.
    pub attributes_json: String,
}

impl From<engine::EventRow> for EventRow {
    fn from(row: engine::EventRow) -> Self {
        let engine::EventRow { event, unit_name } = row;
        let model::Event { id, kind, type_word, unit_id, at, position_id, attributes_json } = event;
        Self {
            id,
            kind: kind.into(),
            type_word,
            unit_id: unit_id.0,
            unit_name,
            at_ms: at.0,
            position_id: position_id.map(|id| id.0),
            attributes_json,
        }
    }
}
