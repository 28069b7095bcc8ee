//! What a position's element means.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, de};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::lenient::{attributes_of, attributes_text, number, text, time_at, whole};
use super::{Element, RejectReason};
use crate::decide::sanity::Facts;
use crate::model::{LatLon, Position, PositionDoubt, PositionId, UnitId, UtcMs};
use crate::traccar::time;

/// Metres per second of a knot (1852 m an hour, exactly).
pub const MPS_PER_KNOT: f64 = 1852.0 / 3600.0;

/// A position as received, not yet judged.
#[derive(Clone, PartialEq)]
pub struct RawPosition {
    /// Number at the server, 0 where it has none.
    pub id: PositionId,
    /// The unit.
    pub unit_id: UnitId,
    /// Fix time as received.
    pub fix_time: UtcMs,
    /// When the tracker sent it.
    pub device_time: Option<UtcMs>,
    /// When the server received it.
    pub server_time: Option<UtcMs>,
    /// Where; `None` for coordinates that are not on earth.
    pub place: Option<LatLon>,
    /// Whether the receiver vouches for it.
    pub valid: bool,
    /// Altitude, metres.
    pub altitude_m: Option<f64>,
    /// Speed, metres per second.
    pub speed_mps: Option<f64>,
    /// Course, degrees.
    pub course_deg: Option<f64>,
    /// Accuracy, metres; Traccar's 0 stands for none.
    pub accuracy_m: Option<f64>,
    /// Street address.
    pub address: Option<String>,
    /// Attributes, one JSON object.
    pub attributes_json: String,
}

impl fmt::Debug for RawPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawPosition")
            .field("id", &self.id)
            .field("unit_id", &self.unit_id)
            .finish_non_exhaustive()
    }
}

impl RawPosition {
    /// What `decide::sanity` judges.
    pub fn facts(&self) -> Facts {
        Facts { place: self.place, fix_time: self.fix_time, server_time: self.server_time, valid: self.valid }
    }

    /// The accepted position.
    pub fn into_position(self, place: LatLon, fix_time: UtcMs, doubt: Option<PositionDoubt>) -> Position {
        Position {
            id: self.id,
            unit_id: self.unit_id,
            fix_time,
            raw_fix_time: self.fix_time,
            device_time: self.device_time,
            server_time: self.server_time,
            place,
            valid: self.valid,
            altitude_m: self.altitude_m,
            speed_mps: self.speed_mps,
            course_deg: self.course_deg,
            accuracy_m: self.accuracy_m,
            address: self.address,
            attributes_json: self.attributes_json,
            doubt,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WirePosition<'a> {
    id: i64,
    device_id: i64,
    fix_time: Moment,
    #[serde(default)]
    device_time: Moment,
    #[serde(default)]
    server_time: Moment,
    #[serde(default = "yes")]
    valid: bool,
    latitude: f64,
    longitude: f64,
    #[serde(default)]
    altitude: Option<f64>,
    #[serde(default)]
    speed: Option<f64>,
    #[serde(default)]
    course: Option<f64>,
    #[serde(default)]
    accuracy: Option<f64>,
    #[serde(borrow, default)]
    address: Text<'a>,
    #[serde(borrow, default)]
    attributes: Option<&'a RawValue>,
}

fn yes() -> bool {
    true
}

/// A time, read where it stands; null and what is no time are none.
#[derive(Default)]
pub(super) struct Moment(pub(super) Option<UtcMs>);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Moment;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Moment, E> {
                Ok(Moment(time::parse(text)))
            }
            fn visit_unit<E: Error>(self) -> Result<Moment, E> {
                Ok(Moment(None))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// An optional text, borrowed where it has no escapes. Serde's own `Option<Cow>` always copies.
#[derive(Default)]
pub(crate) struct Text<'a>(pub(crate) Option<Cow<'a, str>>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or null")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Borrowed(text))))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Owned(text.to_owned()))))
            }
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Text(None))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl Element for RawPosition {
    type Wire<'a> = WirePosition<'a>;

    fn strict(wire: WirePosition<'_>) -> Option<Self> {
        Some(Self {
            id: PositionId(wire.id),
            unit_id: UnitId(wire.device_id),
            fix_time: wire.fix_time.0?,
            device_time: wire.device_time.0,
            server_time: wire.server_time.0,
            place: LatLon::new(wire.latitude, wire.longitude),
            valid: wire.valid,
            altitude_m: wire.altitude,
            speed_mps: wire.speed.map(|knots| knots * MPS_PER_KNOT),
            course_deg: wire.course,
            accuracy_m: wire.accuracy.filter(|m| *m > 0.0),
            address: wire.address.0.map(Cow::into_owned),
            attributes_json: attributes_text(wire.attributes),
        })
    }

    fn lenient(o: &Map<String, Value>) -> Result<Self, RejectReason> {
        let place = number(o, "latitude").zip(number(o, "longitude"));
        Ok(Self {
            id: PositionId(whole(o, "id").unwrap_or(0)),
            unit_id: UnitId(whole(o, "deviceId").ok_or(RejectReason::NoIdentity)?),
            fix_time: time_at(o, "fixTime").ok_or(RejectReason::NoTime)?,
            device_time: time_at(o, "deviceTime"),
            server_time: time_at(o, "serverTime"),
            place: place.and_then(|(lat, lon)| LatLon::new(lat, lon)),
            valid: o.get("valid").and_then(Value::as_bool).unwrap_or(true),
            altitude_m: number(o, "altitude"),
            speed_mps: number(o, "speed").map(|knots| knots * MPS_PER_KNOT),
            course_deg: number(o, "course"),
            accuracy_m: number(o, "accuracy").filter(|m| *m > 0.0),
            address: text(o, "address"),
            attributes_json: attributes_of(o),
        })
    }
}
