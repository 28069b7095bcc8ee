//! Uploads in OsmAnd's form: query, form or JSON.
//!
//! Bad input is a 400 with a code, where Traccar drops the connection. A unit whose attributes hold an
//! `uploadCredential` takes uploads only with it, as `Authorization: Bearer` or `key=`.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::Value;
use subtle::ConstantTimeEq;
use trak_core::model::LatLon;
use trak_core::traccar::decode::MPS_PER_KNOT;

use super::Query;
use crate::error::Refusal;
use crate::ingest::{self, Report, TIMES_MS};
use crate::model::{Attributes, Device, Time, UPLOAD_CREDENTIAL};
use crate::server::State as Shared;

struct Upload {
    unique_id: String,
    key: Option<String>,
    /// `None` for a sign of life without a place.
    report: Option<Report>,
}

pub(super) async fn get(
    State(state): State<Shared>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<StatusCode, Refusal> {
    take(state, &headers, pairs(&Query::parse(query.as_deref())?)?, Refusal::Bad("unknownUnit")).await
}

pub(super) async fn post(
    State(state): State<Shared>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let is_json =
        headers.get(header::CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"application/json"));
    let upload = if is_json {
        of_json(&body)?
    } else {
        let mut all = Query::parse(query.as_deref())?;
        let text = std::str::from_utf8(&body).map_err(|_| Refusal::Bad("encoding"))?;
        all.0.extend(Query::parse(Some(text))?.0);
        pairs(&all)?
    };
    // Traccar answers an unknown unit so, and its clients tell the two apart.
    let unknown = if is_json { Refusal::NotFound } else { Refusal::Bad("unknownUnit") };
    take(state, &headers, upload, unknown).await
}

async fn take(
    state: Shared,
    headers: &HeaderMap,
    upload: Upload,
    unknown: Refusal,
) -> Result<StatusCode, Refusal> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.strip_prefix("Bearer "));
    let key = bearer.map(str::to_owned).or(upload.key);
    let of = state.clone();
    state
        .db
        .run(move |db| {
            let device = db.device_by_unique_id(&upload.unique_id)?.ok_or(unknown)?;
            if super::fixes::ended(&device, of.now()) {
                return Err(Refusal::Bad("disabledUnit"));
            }
            if !credential_is_right(&device, key.as_deref()) {
                return Err(Refusal::Unauthorized);
            }
            match upload.report {
                Some(report) if !ingest::fit(&report.attributes) => Err(Refusal::Bad("attributes")),
                Some(report) => ingest::take(&of, vec![(device.id, report)]),
                None => ingest::heard_of(&of, device.id),
            }
        })
        .await?;
    Ok(StatusCode::OK)
}

fn credential_is_right(device: &Device, given: Option<&str>) -> bool {
    match device.attributes.get(UPLOAD_CREDENTIAL) {
        None => true,
        Some(Value::String(wanted)) => given.is_some_and(|g| g.as_bytes().ct_eq(wanted.as_bytes()).into()),
        // What cannot be sent protects: somebody meant the unit to be protected.
        Some(_) => false,
    }
}

fn pairs(query: &Query) -> Result<Upload, Refusal> {
    let unique_id = query.one("id").or_else(|| query.one("deviceid")).ok_or(Refusal::Bad("id"))?.to_owned();
    let number = |key: &str, default: f64| match query.one(key) {
        None => Ok(default),
        Some(text) => text.parse::<f64>().ok().filter(|v| v.is_finite()).ok_or(Refusal::Bad("number")),
    };
    let key = query.one("key").map(str::to_owned);
    if query.one("lat").is_none() && query.one("lon").is_none() && query.one("location").is_none() {
        return Ok(Upload { unique_id, key, report: None });
    }
    let (lat, lon) = match query.one("location") {
        Some(pair) => {
            let (lat, lon) = pair.split_once(',').ok_or(Refusal::Bad("place"))?;
            (
                lat.trim().parse().map_err(|_| Refusal::Bad("place"))?,
                lon.trim().parse().map_err(|_| Refusal::Bad("place"))?,
            )
        }
        None => (number("lat", f64::NAN)?, number("lon", f64::NAN)?),
    };
    let known = [
        "id",
        "deviceid",
        "lat",
        "lon",
        "location",
        "timestamp",
        "speed",
        "bearing",
        "heading",
        "altitude",
        "accuracy",
        "valid",
        "batt",
        "key",
    ];
    let mut attributes = Attributes::new();
    for (name, text) in query.0.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
        attributes.insert(name.clone(), value_of(text));
    }
    if let Some(battery) = query.one("batt") {
        attributes.insert("batteryLevel".into(), value_of(battery));
    }
    let report = Report {
        protocol: "osmand",
        fix_time: query.one("timestamp").map(time_of).transpose()?,
        device_time: None,
        place: LatLon::new(lat, lon).ok_or(Refusal::Bad("place"))?,
        altitude_m: number("altitude", 0.0)?,
        speed_kn: number("speed", 0.0)?,
        course_deg: number("bearing", number("heading", 0.0)?)?,
        accuracy_m: number("accuracy", 0.0)?,
        valid: query.one("valid").is_none_or(|v| v == "true" || v == "1"),
        attributes,
    };
    Ok(Upload { unique_id, key, report: Some(report) })
}

/// Seconds, milliseconds or RFC 3339.
fn time_of(text: &str) -> Result<i64, Refusal> {
    if let Ok(number) = text.parse::<i64>() {
        // Seconds of the year 5138 are milliseconds of 1973: nothing real lies between.
        let ms = if number.abs() < 100_000_000_000 { number * 1_000 } else { number };
        return Some(ms).filter(|ms| TIMES_MS.contains(ms)).ok_or(Refusal::Bad("timestamp"));
    }
    Time::parse(text).map(|t| t.0).filter(|ms| TIMES_MS.contains(ms)).ok_or(Refusal::Bad("timestamp"))
}

fn value_of(text: &str) -> Value {
    match text {
        "true" => true.into(),
        "false" => false.into(),
        _ => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => number.into(),
            _ => text.into(),
        },
    }
}

fn of_json(body: &Bytes) -> Result<Upload, Refusal> {
    #[derive(Deserialize)]
    struct Wire {
        device_id: String,
        location: Option<Location>,
        key: Option<String>,
    }
    #[derive(Deserialize)]
    struct Location {
        timestamp: Option<Value>,
        coords: Option<Coords>,
        is_moving: Option<bool>,
        odometer: Option<f64>,
        event: Option<String>,
        battery: Option<Battery>,
        activity: Option<Activity>,
        extras: Option<Attributes>,
    }
    #[derive(Deserialize)]
    struct Coords {
        latitude: f64,
        longitude: f64,
        accuracy: Option<f64>,
        speed: Option<f64>,
        heading: Option<f64>,
        altitude: Option<f64>,
    }
    #[derive(Deserialize)]
    struct Battery {
        level: Option<f64>,
        is_charging: Option<bool>,
    }
    #[derive(Deserialize)]
    struct Activity {
        #[serde(rename = "type")]
        kind: Option<String>,
    }
    let wire: Wire = super::json(body)?;
    let location = wire.location.ok_or(Refusal::Bad("location"))?;
    let Some(coords) = location.coords else {
        return Ok(Upload { unique_id: wire.device_id, key: wire.key, report: None });
    };
    let mut attributes = location.extras.unwrap_or_default();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            attributes.insert(key.to_owned(), value);
        }
    };
    put("event", location.event.map(Into::into));
    put("motion", location.is_moving.map(Into::into));
    put("odometer", location.odometer.map(|m| Value::from(m as i64)));
    put("activity", location.activity.and_then(|a| a.kind).map(Into::into));
    let battery = location.battery;
    put(
        "batteryLevel",
        battery.as_ref().and_then(|b| b.level).map(|l| Value::from((l * 100.0).round() as i64)),
    );
    put("charge", battery.and_then(|b| b.is_charging).map(Into::into));
    let fix_time = match location.timestamp {
        Some(Value::String(text)) => Some(time_of(&text)?),
        Some(Value::Number(number)) => Some(time_of(&number.to_string())?),
        None | Some(Value::Null) => None,
        Some(_) => return Err(Refusal::Bad("timestamp")),
    };
    let report = Report {
        protocol: "osmand",
        fix_time,
        device_time: None,
        place: LatLon::new(coords.latitude, coords.longitude).ok_or(Refusal::Bad("place"))?,
        altitude_m: coords.altitude.filter(|v| v.is_finite()).unwrap_or(0.0),
        speed_kn: known(coords.speed) / MPS_PER_KNOT,
        course_deg: known(coords.heading),
        accuracy_m: known(coords.accuracy),
        valid: true,
        attributes,
    };
    Ok(Upload { unique_id: wire.device_id, key: wire.key, report: Some(report) })
}

/// A measure that cannot be negative, 0 where it is unknown. Receivers say -1 for a speed or course they do not know.
pub(super) fn known(value: Option<f64>) -> f64 {
    value.filter(|v| v.is_finite() && *v >= 0.0).unwrap_or(0.0)
}
