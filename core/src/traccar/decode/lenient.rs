//! Values in another form than Traccar's: numbers as text, whole numbers with a fraction of zero, nulls.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::model::UtcMs;
use crate::traccar::time;

/// A finite number, also when it stands as text.
pub(super) fn number(o: &Map<String, Value>, key: &str) -> Option<f64> {
    let value = match o.get(key)? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    value.is_finite().then_some(value)
}

/// A whole number, also as `5.0` or `"5"`.
pub(super) fn whole(o: &Map<String, Value>, key: &str) -> Option<i64> {
    match o.get(key)? {
        Value::Number(n) if n.is_i64() => n.as_i64(),
        Value::Number(n) => n.as_f64().filter(|f| f.fract() == 0.0 && f.abs() < 9.0e15).map(|f| f as i64),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A text; a number counts as its digits.
pub(super) fn text(o: &Map<String, Value>, key: &str) -> Option<String> {
    match o.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A time.
pub(super) fn time_at(o: &Map<String, Value>, key: &str) -> Option<UtcMs> {
    o.get(key).and_then(Value::as_str).and_then(time::parse)
}

/// `attributes` as the text of one JSON object; `{}` where it is none.
pub(super) fn attributes_of(o: &Map<String, Value>) -> String {
    match o.get("attributes") {
        Some(value @ Value::Object(_)) => value.to_string(),
        _ => "{}".to_owned(),
    }
}

/// As [`attributes_of`], of attributes that were left as they stand.
pub(crate) fn attributes_text(raw: Option<&RawValue>) -> String {
    match raw.map(RawValue::get) {
        Some(text) if text.starts_with('{') => text.to_owned(),
        _ => "{}".to_owned(),
    }
}
