//! The payload of a push, read strictly.
//!
//! Decides that known fields have to be there and of their kind. Others are ignored and counted: on iOS the payload stands
//! among fields of the system's and the push service's own (`aps`, `_j_msgid`), and a later server may say more.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::alerts::PushRefusal;
use crate::decide::alert::account_code;
use crate::model::{Event, EventKind, ServerAddress, UnitId, UtcMs};

/// No push is larger: what the services deliver at most.
pub const LARGEST_BYTES: usize = 4_096;
/// The form that is read.
const VERSION: u32 = 1;
/// The longest word of a type, in bytes, and name of a geofence, in characters.
const LONGEST_TYPE: usize = 64;
const LONGEST_NAME: usize = 255;

/// What a push says.
#[derive(Clone, Debug, PartialEq)]
pub struct PushPayload {
    account: String,
    /// The event, as far as a push tells it: without a position. The name of its geofence is its attribute `geofenceName`.
    pub event: Event,
    /// How many fields were ignored.
    pub ignored_fields: u32,
}

impl PushPayload {
    /// Whether it is for this account.
    pub fn is_for(&self, address: &ServerAddress, account_id: i64) -> bool {
        self.account == account_code(address.url().as_str(), account_id)
    }
}

#[derive(Deserialize)]
struct Version {
    v: u32,
}

#[derive(Deserialize)]
struct Wire {
    #[serde(rename = "v")]
    _version: u32,
    account: String,
    event: i64,
    unit: i64,
    #[serde(rename = "type")]
    type_word: String,
    at: String,
    #[serde(default)]
    geofence: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// Reads a payload: one JSON object.
pub fn parse(payload_json: &str) -> Result<PushPayload, PushRefusal> {
    if payload_json.len() > LARGEST_BYTES {
        return Err(PushRefusal::TooLarge);
    }
    let Version { v } = serde_json::from_str(payload_json).map_err(|_| PushRefusal::Malformed)?;
    if v != VERSION {
        return Err(PushRefusal::UnknownVersion);
    }
    let wire: Wire = serde_json::from_str(payload_json).map_err(|_| PushRefusal::Malformed)?;
    let code = wire.account.len() == 16
        && wire.account.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let word = (1..=LONGEST_TYPE).contains(&wire.type_word.len())
        && wire.type_word.bytes().all(|b| b.is_ascii_alphanumeric());
    let name = wire.geofence.as_ref().is_none_or(|name| name.chars().count() <= LONGEST_NAME);
    let at = UtcMs::parse(&wire.at).ok_or(PushRefusal::Malformed)?;
    if !(code && word && name && wire.event > 0 && wire.unit > 0) {
        return Err(PushRefusal::Malformed);
    }
    let attributes = wire.geofence.map_or_else(|| json!({}), |name| json!({ "geofenceName": name }));
    Ok(PushPayload {
        account: wire.account,
        event: Event {
            id: wire.event,
            kind: EventKind::from_word(&wire.type_word),
            type_word: wire.type_word,
            unit_id: UnitId(wire.unit),
            at,
            position_id: None,
            attributes_json: attributes.to_string(),
        },
        ignored_fields: u32::try_from(wire.others.len()).unwrap_or(u32::MAX),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::traccar::address::{self, Cleartext};

    fn whole() -> Value {
        json!({"v": 1, "account": "2e9d9f46ef882a10", "event": 41, "unit": 7, "type": "geofenceEnter",
            "at": "2026-11-25T03:33:06.476Z", "geofence": "北仓"})
    }

    #[test]
    fn a_whole_payload_is_read() {
        let read = parse(&whole().to_string()).unwrap();
        assert_eq!(
            (read.event.id, read.event.unit_id, read.event.kind),
            (41, UnitId(7), EventKind::GeofenceEnter)
        );
        assert_eq!(read.event.at, UtcMs(1_795_577_586_476));
        assert_eq!(read.event.attributes_json, r#"{"geofenceName":"北仓"}"#);
        assert_eq!(read.ignored_fields, 0);
        let address = address::parse("127.0.0.1:8082", Cleartext::Refuse).unwrap();
        assert!(read.is_for(&address, 2) && !read.is_for(&address, 3));
    }

    #[test]
    fn what_is_not_as_agreed_is_refused() {
        let remove = Value::String("<remove>".into());
        for (field, value, refused) in [
            ("v", json!(2), Some(PushRefusal::UnknownVersion)),
            ("v", json!("1"), Some(PushRefusal::Malformed)),
            ("v", remove.clone(), Some(PushRefusal::Malformed)),
            ("account", json!("2E9D9F46EF882A10"), Some(PushRefusal::Malformed)),
            ("account", json!("2e9d9f46ef882a1"), Some(PushRefusal::Malformed)),
            ("account", remove.clone(), Some(PushRefusal::Malformed)),
            ("event", json!("41"), Some(PushRefusal::Malformed)),
            ("event", json!(41.0), Some(PushRefusal::Malformed)),
            ("event", json!(0), Some(PushRefusal::Malformed)),
            ("event", remove.clone(), Some(PushRefusal::Malformed)),
            ("unit", json!(-7), Some(PushRefusal::Malformed)),
            ("unit", Value::Null, Some(PushRefusal::Malformed)),
            ("type", json!(""), Some(PushRefusal::Malformed)),
            ("type", json!("a b"), Some(PushRefusal::Malformed)),
            ("type", json!("x".repeat(65)), Some(PushRefusal::Malformed)),
            ("type", json!("someNewKind"), None),
            ("at", json!(1_795_577_586_476_i64), Some(PushRefusal::Malformed)),
            ("at", json!("yesterday"), Some(PushRefusal::Malformed)),
            ("geofence", json!(["北仓"]), Some(PushRefusal::Malformed)),
            ("geofence", json!("区".repeat(256)), Some(PushRefusal::Malformed)),
            ("geofence", json!("x".repeat(5_000)), Some(PushRefusal::TooLarge)),
            ("geofence", remove.clone(), None),
            ("geofence", Value::Null, None),
        ] {
            let mut payload = whole();
            if value == remove {
                payload.as_object_mut().unwrap().remove(field);
            } else {
                payload[field] = value.clone();
            }
            assert_eq!(parse(&payload.to_string()).err(), refused, "{field} {value}");
        }
        for garbage in ["", "null", "[]", "{}", "{\"v\":1}", "{\"v\":1,\"v\":1}", "\u{0}"] {
            assert_eq!(parse(garbage), Err(PushRefusal::Malformed), "{garbage}");
        }
        let twice = whole().to_string().replace("\"unit\":7", "\"unit\":7,\"unit\":8");
        assert_eq!(parse(&twice), Err(PushRefusal::Malformed), "which one counts is nobody's guess");
    }

    #[test]
    fn fields_of_others_are_counted_and_change_nothing() {
        let mut payload = whole();
        payload["aps"] = json!({"alert": {"title": "Van", "body": "has entered 北仓"}});
        payload["_j_msgid"] = json!(18_101_234_567_890_u64);
        let read = parse(&payload.to_string()).unwrap();
        assert_eq!(read.ignored_fields, 2);
        assert_eq!(read.event, parse(&whole().to_string()).unwrap().event);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
            prop_assert!(parse(&text).is_err());
        }

        #[test]
        fn what_a_server_sends_is_read_as_sent(
            event in 1..i64::MAX, unit in 1..i64::MAX, word in "[a-zA-Z0-9]{1,64}",
            ms in 0..253_000_000_000_000_i64, name in proptest::option::of("\\PC{0,60}"),
        ) {
            let mut payload = whole();
            payload["event"] = json!(event);
            payload["unit"] = json!(unit);
            payload["type"] = json!(word);
            payload["at"] = json!(UtcMs(ms).to_rfc3339());
            payload["geofence"] = json!(name);
            let read = parse(&payload.to_string()).unwrap().event;
            prop_assert_eq!((read.id, read.unit_id.0, read.at.0, read.type_word), (event, unit, ms, word));
            let kept: Value = serde_json::from_str(&read.attributes_json).unwrap();
            prop_assert_eq!(kept.get("geofenceName").and_then(Value::as_str), name.as_deref());
        }

        #[test]
        fn a_cut_payload_is_refused(end in 0..140_usize) {
            let text = whole().to_string();
            prop_assert!(text.get(..end.min(text.len() - 1)).is_none_or(|cut| parse(cut).is_err()));
        }
    }
}
