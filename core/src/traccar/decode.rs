//! Reading what a server sends.
//!
//! Decides what an element means and that a malformed one never costs the others. Fast where the server is Traccar as
//! measured, lenient element by element where it is not: numbers as text, missing fields, nulls. Leaves the judgement
//! of a position (time, place) to `decide::sanity`.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::decide::sanity::Facts;
use crate::model::{
    Event, EventKind, FleetUnit, Group, GroupId, LatLon, LinkState, Position, PositionDoubt, PositionId,
    UnitId, UtcMs,
};
use crate::traccar::time;

/// Metres per second of a knot (1852 m an hour, exactly).
pub const MPS_PER_KNOT: f64 = 1852.0 / 3600.0;

/// Why an element was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectReason {
    /// Not an object.
    NotAnObject,
    /// It has no usable number or belongs to no unit.
    NoIdentity,
    /// A position without a readable fix time.
    NoTime,
}

/// One element left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Its place in the array.
    pub index: usize,
    /// Why.
    pub reason: RejectReason,
}

/// What could be read of an array, and what could not.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded<T> {
    /// The elements read, in their order.
    pub items: Vec<T>,
    /// The elements left out.
    pub rejected: Vec<Rejected>,
}

impl<T> Default for Decoded<T> {
    fn default() -> Self {
        Self { items: Vec::new(), rejected: Vec::new() }
    }
}

/// The text is not the JSON it should be: nothing of it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Line of the first fault, from 1.
    pub line: usize,
    /// Column of the first fault, from 1.
    pub column: usize,
}

impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        Self { line: error.line(), column: error.column() }
    }
}

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

/// One frame of the live stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// Units that changed.
    pub devices: Decoded<FleetUnit>,
    /// New positions; in the first frame the latest of every unit.
    pub positions: Decoded<RawPosition>,
    /// What happened.
    pub events: Decoded<Event>,
}

/// Reads an array of units.
pub fn devices(bytes: &[u8]) -> Result<Decoded<FleetUnit>, Unreadable> {
    array(bytes, |unit: WireUnit| unit.0, unit_of)
}

/// Reads an array of positions.
pub fn positions(bytes: &[u8]) -> Result<Decoded<RawPosition>, Unreadable> {
    array(bytes, strict_position, position_of)
}

/// Reads an array of groups.
pub fn groups(bytes: &[u8]) -> Result<Decoded<Group>, Unreadable> {
    array(bytes, |_: Never| None, group_of)
}

/// Reads an array of events.
pub fn events(bytes: &[u8]) -> Result<Decoded<Event>, Unreadable> {
    array(bytes, |_: Never| None, event_of)
}

/// Reads one frame. Keys it does not know (`logs` and whatever comes) are passed over.
pub fn frame(bytes: &[u8]) -> Result<Frame, Unreadable> {
    #[derive(Deserialize)]
    struct Parts<'a> {
        #[serde(borrow)]
        devices: Option<&'a RawValue>,
        #[serde(borrow)]
        positions: Option<&'a RawValue>,
        #[serde(borrow)]
        events: Option<&'a RawValue>,
    }
    let parts: Parts<'_> = serde_json::from_slice(bytes)?;
    Ok(Frame {
        devices: parts.devices.map(|raw| devices(raw.get().as_bytes())).transpose()?.unwrap_or_default(),
        positions: parts
            .positions
            .map(|raw| positions(raw.get().as_bytes()))
            .transpose()?
            .unwrap_or_default(),
        events: parts.events.map(|raw| events(raw.get().as_bytes())).transpose()?.unwrap_or_default(),
    })
}

/// Reads an array whole with `strict`; where any element resists, reads them one by one with `lenient`.
fn array<'a, W: Deserialize<'a>, T>(
    bytes: &'a [u8],
    strict: impl Fn(W) -> Option<T>,
    lenient: impl Fn(&Map<String, Value>) -> Result<T, RejectReason>,
) -> Result<Decoded<T>, Unreadable> {
    if let Ok(wire) = serde_json::from_slice::<Vec<W>>(bytes) {
        let count = wire.len();
        let items: Vec<T> = wire.into_iter().map_while(&strict).collect();
        if items.len() == count {
            return Ok(Decoded { items, rejected: Vec::new() });
        }
    }
    let Some(elements) = serde_json::from_slice::<Option<Vec<&'a RawValue>>>(bytes)? else {
        return Ok(Decoded::default());
    };
    let mut decoded = Decoded::default();
    for (index, raw) in elements.into_iter().enumerate() {
        let read = match serde_json::from_str::<Value>(raw.get()) {
            Ok(Value::Object(object)) => lenient(&object),
            _ => Err(RejectReason::NotAnObject),
        };
        match read {
            Ok(item) => decoded.items.push(item),
            Err(reason) => decoded.rejected.push(Rejected { index, reason }),
        }
    }
    Ok(decoded)
}

/// A wire type that never reads: small arrays go the lenient way at once.
struct Never;
impl<'de> Deserialize<'de> for Never {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom("read leniently"))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePosition<'a> {
    id: i64,
    device_id: i64,
    #[serde(borrow)]
    fix_time: Cow<'a, str>,
    #[serde(borrow, default)]
    device_time: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    server_time: Option<Cow<'a, str>>,
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
    address: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    attributes: Option<&'a RawValue>,
}

fn yes() -> bool {
    true
}

fn strict_position(wire: WirePosition<'_>) -> Option<RawPosition> {
    Some(RawPosition {
        id: PositionId(wire.id),
        unit_id: UnitId(wire.device_id),
        fix_time: time::parse(&wire.fix_time)?,
        device_time: wire.device_time.as_deref().and_then(time::parse),
        server_time: wire.server_time.as_deref().and_then(time::parse),
        place: LatLon::new(wire.latitude, wire.longitude),
        valid: wire.valid,
        altitude_m: wire.altitude,
        speed_mps: wire.speed.map(|knots| knots * MPS_PER_KNOT),
        course_deg: wire.course,
        accuracy_m: wire.accuracy.filter(|m| *m > 0.0),
        address: wire.address.map(Cow::into_owned),
        attributes_json: attributes_text(wire.attributes),
    })
}

fn attributes_text(raw: Option<&RawValue>) -> String {
    match raw.map(RawValue::get) {
        Some(text) if text.starts_with('{') => text.to_owned(),
        _ => "{}".to_owned(),
    }
}

fn position_of(o: &Map<String, Value>) -> Result<RawPosition, RejectReason> {
    let at = |key: &str| o.get(key).and_then(Value::as_str).and_then(time::parse);
    let place = number(o, "latitude").zip(number(o, "longitude"));
    Ok(RawPosition {
        id: PositionId(whole(o, "id").unwrap_or(0)),
        unit_id: UnitId(whole(o, "deviceId").ok_or(RejectReason::NoIdentity)?),
        fix_time: at("fixTime").ok_or(RejectReason::NoTime)?,
        device_time: at("deviceTime"),
        server_time: at("serverTime"),
        place: place.and_then(|(lat, lon)| LatLon::new(lat, lon)),
        valid: o.get("valid").and_then(Value::as_bool).unwrap_or(true),
        altitude_m: number(o, "altitude"),
        speed_mps: number(o, "speed").map(|knots| knots * MPS_PER_KNOT),
        course_deg: number(o, "course"),
        accuracy_m: number(o, "accuracy").filter(|m| *m > 0.0),
        address: text(o, "address"),
        attributes_json: object_text(o),
    })
}

/// A unit read in one pass, its unknown fields kept as they stand.
struct WireUnit(Option<FleetUnit>);

impl<'de> Deserialize<'de> for WireUnit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UnitVisitor)
    }
}

struct UnitVisitor;

impl<'de> Visitor<'de> for UnitVisitor {
    type Value = WireUnit;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a unit")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WireUnit, A::Error> {
        let (mut id, mut name, mut unique_id, mut unit) =
            (None::<i64>, None::<String>, None::<String>, blank());
        let mut unknown = String::new();
        let mut status: Option<Cow<'de, str>> = None;
        let mut last_update: Option<Cow<'de, str>> = None;
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            match key.as_ref() {
                "id" => id = map.next_value()?,
                "name" => name = map.next_value()?,
                "uniqueId" => unique_id = map.next_value()?,
                "groupId" => unit.group_id = GroupId(map.next_value::<Option<i64>>()?.unwrap_or(0)),
                "phone" => unit.phone = map.next_value()?,
                "model" => unit.model = map.next_value()?,
                "contact" => unit.contact = map.next_value()?,
                "category" => unit.category = map.next_value()?,
                "disabled" => unit.disabled = map.next_value::<Option<bool>>()?.unwrap_or(false),
                "status" => status = map.next_value_seed(Text)?,
                "lastUpdate" => last_update = map.next_value_seed(Text)?,
                "attributes" => unit.attributes_json = attributes_text(Some(map.next_value()?)),
                "positionId" => {
                    map.next_value::<IgnoredAny>()?;
                }
                other => {
                    let value: &'de RawValue = map.next_value()?;
                    keep_unknown(&mut unknown, other, value.get());
                }
            }
        }
        if !unknown.is_empty() {
            unit.unknown_json = unknown + "}";
        }
        unit.link = link_of(status.as_deref());
        unit.last_update = last_update.as_deref().and_then(time::parse);
        unit.plate = plate_of(&unit.attributes_json);
        Ok(WireUnit(id.zip(name).zip(unique_id).map(|((id, name), unique_id)| FleetUnit {
            id: UnitId(id),
            name,
            unique_id,
            ..unit
        })))
    }
}

/// An optional text, borrowed where it has no escapes.
struct Text;
impl<'de> DeserializeSeed<'de> for Text {
    type Value = Option<Cow<'de, str>>;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        #[derive(Deserialize)]
        struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);
        Ok(Option::<Borrowed<'de>>::deserialize(deserializer)?.map(|b| b.0))
    }
}

fn keep_unknown(unknown: &mut String, key: &str, value: &str) {
    unknown.push(if unknown.is_empty() { '{' } else { ',' });
    unknown.push_str(&Value::from(key).to_string());
    unknown.push(':');
    unknown.push_str(value);
}

fn blank() -> FleetUnit {
    FleetUnit {
        id: UnitId(0),
        name: String::new(),
        unique_id: String::new(),
        group_id: GroupId(0),
        plate: None,
        phone: None,
        model: None,
        contact: None,
        category: None,
        disabled: false,
        link: LinkState::Unknown,
        last_update: None,
        attributes_json: "{}".to_owned(),
        unknown_json: "{}".to_owned(),
    }
}

fn link_of(status: Option<&str>) -> LinkState {
    match status {
        Some("online") => LinkState::Online,
        Some("offline") => LinkState::Offline,
        _ => LinkState::Unknown,
    }
}

/// The number plate among a unit's attributes.
fn plate_of(attributes_json: &str) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Plates {
        plate: Option<Value>,
        license_plate: Option<Value>,
        registration: Option<Value>,
    }
    if attributes_json.len() <= 2 {
        return None;
    }
    let plates: Plates = serde_json::from_str(attributes_json).ok()?;
    let texts = [plates.plate, plates.license_plate, plates.registration];
    texts.into_iter().flatten().find_map(|value| match value {
        Value::String(text) if !text.trim().is_empty() => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

const KNOWN_UNIT_KEYS: [&str; 13] = [
    "id",
    "name",
    "uniqueId",
    "groupId",
    "phone",
    "model",
    "contact",
    "category",
    "disabled",
    "status",
    "lastUpdate",
    "attributes",
    "positionId",
];

fn unit_of(o: &Map<String, Value>) -> Result<FleetUnit, RejectReason> {
    let mut unknown = String::new();
    for (key, value) in o.iter().filter(|(key, _)| !KNOWN_UNIT_KEYS.contains(&key.as_str())) {
        keep_unknown(&mut unknown, key, &value.to_string());
    }
    let attributes_json = object_text(o);
    Ok(FleetUnit {
        id: UnitId(whole(o, "id").ok_or(RejectReason::NoIdentity)?),
        name: text(o, "name").unwrap_or_default(),
        unique_id: text(o, "uniqueId").unwrap_or_default(),
        group_id: GroupId(whole(o, "groupId").unwrap_or(0)),
        plate: plate_of(&attributes_json),
        phone: text(o, "phone"),
        model: text(o, "model"),
        contact: text(o, "contact"),
        category: text(o, "category"),
        disabled: o.get("disabled").and_then(Value::as_bool).unwrap_or(false),
        link: link_of(o.get("status").and_then(Value::as_str)),
        last_update: o.get("lastUpdate").and_then(Value::as_str).and_then(time::parse),
        attributes_json,
        unknown_json: if unknown.is_empty() { "{}".to_owned() } else { unknown + "}" },
    })
}

fn group_of(o: &Map<String, Value>) -> Result<Group, RejectReason> {
    Ok(Group {
        id: GroupId(whole(o, "id").ok_or(RejectReason::NoIdentity)?),
        parent_id: GroupId(whole(o, "groupId").unwrap_or(0)),
        name: text(o, "name").unwrap_or_default(),
    })
}

fn event_of(o: &Map<String, Value>) -> Result<Event, RejectReason> {
    let type_word = text(o, "type").unwrap_or_default();
    Ok(Event {
        id: whole(o, "id").ok_or(RejectReason::NoIdentity)?,
        kind: EventKind::from_word(&type_word),
        type_word,
        unit_id: UnitId(whole(o, "deviceId").ok_or(RejectReason::NoIdentity)?),
        at: o.get("eventTime").and_then(Value::as_str).and_then(time::parse).ok_or(RejectReason::NoTime)?,
        position_id: whole(o, "positionId").filter(|id| *id != 0).map(PositionId),
        attributes_json: object_text(o),
    })
}

/// A finite number, also when it stands as text.
fn number(o: &Map<String, Value>, key: &str) -> Option<f64> {
    let value = match o.get(key)? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    value.is_finite().then_some(value)
}

/// A whole number, also as `5.0` or `"5"`.
fn whole(o: &Map<String, Value>, key: &str) -> Option<i64> {
    match o.get(key)? {
        Value::Number(n) if n.is_i64() => n.as_i64(),
        Value::Number(n) => n.as_f64().filter(|f| f.fract() == 0.0 && f.abs() < 9.0e15).map(|f| f as i64),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn text(o: &Map<String, Value>, key: &str) -> Option<String> {
    match o.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn object_text(o: &Map<String, Value>) -> String {
    match o.get("attributes") {
        Some(value @ Value::Object(_)) => value.to_string(),
        _ => "{}".to_owned(),
    }
}
