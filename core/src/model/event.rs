//! What happened to a unit.

use super::{PositionId, UnitId, UtcMs};

/// The kinds of events the product knows; an unknown one keeps the server's word in [`Event::type_word`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Online,
        Self::Offline,
        Self::Unknown,
        Self::Moving,
        Self::Stopped,
        Self::Overspeed,
        Self::GeofenceEnter,
        Self::GeofenceExit,
        Self::Alarm,
        Self::IgnitionOn,
        Self::IgnitionOff,
        Self::Other,
    ];

    /// Traccar's `type` words for it; of [`Other`](Self::Other) those that are known.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::Online => &["deviceOnline"],
            Self::Offline => &["deviceOffline"],
            Self::Unknown => &["deviceUnknown"],
            Self::Moving => &["deviceMoving"],
            Self::Stopped => &["deviceStopped"],
            Self::Overspeed => &["deviceOverspeed"],
            Self::GeofenceEnter => &["geofenceEnter"],
            Self::GeofenceExit => &["geofenceExit"],
            Self::Alarm => &["alarm"],
            Self::IgnitionOn => &["ignitionOn"],
            Self::IgnitionOff => &["ignitionOff"],
            Self::Other => &[
                "deviceInactive",
                "deviceFuelDrop",
                "deviceFuelIncrease",
                "driverChanged",
                "maintenance",
                "commandResult",
                "media",
                "textMessage",
            ],
        }
    }

    /// The kind that Traccar's `type` word stands for.
    pub fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.words().contains(&word)).unwrap_or(Self::Other)
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

impl Event {
    /// Whether `fuller` is the same event with what this one lacks: a push says less than the server's own list.
    pub fn lacks(&self, fuller: &Self) -> bool {
        self.id == fuller.id && self.position_id.is_none() && fuller.position_id.is_some()
    }

    /// `fuller`, with those attributes of this one that it does not have.
    #[must_use]
    pub fn completed_by(&self, fuller: Self) -> Self {
        let read = |json: &str| serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(json);
        let (Ok(mut all), Ok(more)) = (read(&self.attributes_json), read(&fuller.attributes_json)) else {
            return fuller;
        };
        all.extend(more);
        Self { attributes_json: serde_json::Value::Object(all).to_string(), ..fuller }
    }
}
