//! What a unit's element means. What we do not know is kept as it stands, for a later write.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::lenient::{attributes_of, attributes_text, text, time_at, whole};
use super::members::Key;
use super::position::{Moment, Text};
use super::{Element, RejectReason};
use crate::model::{FleetUnit, GroupId, LinkState, PositionId, UnitId};

/// A unit as the wire has it.
#[derive(Clone, Debug, PartialEq)]
pub struct RawUnit {
    /// The unit.
    pub unit: FleetUnit,
    /// Its newest position as the server names it, 0 for none; `None` where it does not say.
    pub newest: Option<PositionId>,
}

/// A unit read in one pass; `None` where what every unit has is missing.
pub(crate) struct WireUnit(Option<RawUnit>);

impl<'de> Deserialize<'de> for WireUnit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
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
        let (mut newest, mut unknown) = (None::<i64>, String::new());
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match key.0.as_ref() {
                "id" => id = map.next_value()?,
                "name" => name = map.next_value()?,
                "uniqueId" => unique_id = map.next_value()?,
                "groupId" => unit.group_id = GroupId(map.next_value::<Option<i64>>()?.unwrap_or(0)),
                "phone" => unit.phone = map.next_value()?,
                "model" => unit.model = map.next_value()?,
                "contact" => unit.contact = map.next_value()?,
                "category" => unit.category = map.next_value()?,
                "disabled" => unit.disabled = map.next_value::<Option<bool>>()?.unwrap_or(false),
                "status" => unit.link = link_of(map.next_value::<Text<'de>>()?.0.as_deref()),
                "lastUpdate" => unit.last_update = map.next_value::<Moment>()?.0,
                "attributes" => unit.attributes_json = attributes_text(Some(map.next_value()?)),
                "positionId" => newest = map.next_value()?,
                other => {
                    let value: &'de RawValue = map.next_value()?;
                    keep_unknown(&mut unknown, other, value.get());
                }
            }
        }
        if !unknown.is_empty() {
            unit.unknown_json = unknown + "}";
        }
        unit.plate = plate_of(&unit.attributes_json);
        Ok(WireUnit(id.zip(name).zip(unique_id).map(|((id, name), unique_id)| RawUnit {
            unit: FleetUnit { id: UnitId(id), name, unique_id, ..unit },
            newest: newest.map(PositionId),
        })))
    }
}

fn keep_unknown(unknown: &mut String, key: &str, value: &str) {
    unknown.push(if unknown.is_empty() { '{' } else { ',' });
    unknown.push_str(&Value::from(key).to_string());
    unknown.push(':');
    unknown.push_str(value);
}

/// A unit of which nothing is known.
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
pub(crate) fn plate_of(attributes_json: &str) -> Option<String> {
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

const KNOWN_KEYS: [&str; 13] = [
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

impl Element for RawUnit {
    type Wire<'a> = WireUnit;

    fn strict(wire: WireUnit) -> Option<Self> {
        wire.0
    }

    fn lenient(o: &Map<String, Value>) -> Result<Self, RejectReason> {
        let mut unknown = String::new();
        for (key, value) in o.iter().filter(|(key, _)| !KNOWN_KEYS.contains(&key.as_str())) {
            keep_unknown(&mut unknown, key, &value.to_string());
        }
        let attributes_json = attributes_of(o);
        let unit = FleetUnit {
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
            last_update: time_at(o, "lastUpdate"),
            attributes_json,
            unknown_json: if unknown.is_empty() { "{}".to_owned() } else { unknown + "}" },
        };
        Ok(Self { unit, newest: whole(o, "positionId").map(PositionId) })
    }
}
