//! What happened to a unit.

use super::{PositionId, UnitId, UtcMs};

/// The kinds of events the product knows; an unknown one keeps the server's word in [`Event::type_word`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

impl EventKind {
    /// The kind that Traccar's `type` word stands for.
    pub fn from_word(word: &str) -> Self {
        match word {
            "deviceOnline" => Self::Online,
            "deviceOffline" => Self::Offline,
            "deviceUnknown" => Self::Unknown,
            "deviceMoving" => Self::Moving,
            "deviceStopped" => Self::Stopped,
            "deviceOverspeed" => Self::Overspeed,
            "geofenceEnter" => Self::GeofenceEnter,
            "geofenceExit" => Self::GeofenceExit,
            "alarm" => Self::Alarm,
            "ignitionOn" => Self::IgnitionOn,
            "ignitionOff" => Self::IgnitionOff,
            _ => Self::Other,
        }
    }
}

/// One event of one unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Number at the server; the same event never shows twice.
    pub id: i64,
    /// What happened.
    pub kind: EventKind,
    /// The server's own word.
    pub type_word: String,
    /// The unit.
    pub unit_id: UnitId,
    /// When, on the server's clock.
    pub at: UtcMs,
    /// The position it belongs to, when there is one.
    pub position_id: Option<PositionId>,
    /// The server's attributes, one JSON object.
    pub attributes_json: String,
}
