//! The extensions under `/api/trak/`; docs/extensions.md describes them for clients.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde_json::{Map, Value, json};
use trak_core::geo::distance::inverse;
use trak_core::geo::scan::Scan;
use trak_core::model::LatLon;

use super::units::groups_of;
use super::{Query, answer, columns};
use crate::auth::Caller;
use crate::error::Refusal;
use crate::server::State as Shared;

/// The nearest units of a place.
pub(super) async fn nearby(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = Query::parse(query.as_deref())?;
    let value = |key: &str| query.one(key).and_then(|v| v.parse::<f64>().ok());
    let place = value("latitude").zip(value("longitude")).and_then(|(lat, lon)| LatLon::new(lat, lon));
    let place = place.ok_or(Refusal::Bad("place"))?;
    let radius_m = value("radius").unwrap_or(5_000.0);
    if !(0.0..=100_000.0).contains(&radius_m) {
        return Err(Refusal::Bad("radius"));
    }
    let limit = value("limit").unwrap_or(50.0).clamp(1.0, 1_000.0) as usize;
    let found = state
        .db
        .run(move |db| {
            let positions = db.latest_of(&db.visible_devices(&caller.user)?, -1)?;
            let mut scan = Scan::new();
            for p in &positions {
                scan.push(LatLon::new(p.latitude, p.longitude));
            }
            let hits = scan.nearest(place, limit, Some(radius_m), |_| true);
            let rows = hits.iter().filter_map(|hit| {
                let p = positions.get(hit.slot as usize)?;
                let bearing = inverse(place, LatLon::new(p.latitude, p.longitude)?).bearing_deg;
                Some(json!({
                    "deviceId": p.device_id, "positionId": p.id, "distance": hit.distance_m, "bearing": bearing,
                    "latitude": p.latitude, "longitude": p.longitude, "fixTime": p.fix_time
                }))
            });
            Ok(rows.collect::<Vec<Value>>())
        })
        .await?;
    answer(&found)
}

/// The fleet at once, or what changed of it since a cursor.
pub(super) async fn fleet(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = Query::parse(query.as_deref())?;
    let since = query.one("since").map(str::to_owned);
    let as_columns = query.one("form") == Some("columns");
    let now_ms = state.now();
    let fleet = state
        .db
        .run(move |db| {
            let visible = db.visible_devices(&caller.user)?;
            let (counter, epoch) = db.cursor()?;
            // The cursor says which units its holder knows: when permissions changed since, everything is sent again.
            let cursor = format!("{epoch}.{}.{counter}", fingerprint(&visible));
            let from = since.as_deref().and_then(|s| known(s, &epoch, fingerprint(&visible)));
            let after = from.unwrap_or(-1);
            let (mut devices, mut positions) = (db.devices(&visible, after)?, db.latest_of(&visible, after)?);
            let (devices, positions) = if as_columns {
                let shown = positions.iter().map(|p| (p.device_id, p.id)).collect();
                let devices = columns::devices(&mut devices, &shown, now_ms);
                (devices, columns::positions(&mut positions, now_ms))
            } else {
                (devices.iter().map(lean).collect(), positions.iter().map(lean).collect())
            };
            let groups = groups_of(db, &caller.user)?;
            Ok(json!({
                "cursor": cursor, "full": from.is_none(), "serverTime": now_ms, "devices": devices, "positions": positions,
                "groups": groups, "removedDevices": []
            }))
        })
        .await?;
    answer(&fleet)
}

/// A number for a set of units, the same in whatever order they come.
fn fingerprint(visible: &std::collections::HashSet<i64>) -> String {
    use sha2::{Digest, Sha256};
    let mut ids: Vec<i64> = visible.iter().copied().collect();
    ids.sort_unstable();
    let mut hash = Sha256::new();
    for id in ids {
        hash.update(id.to_le_bytes());
    }
    let digest = hash.finalize();
    let short: [u8; 8] = core::array::from_fn(|at| digest.get(at).copied().unwrap_or_default());
    format!("{:016x}", u64::from_be_bytes(short))
}

fn known(since: &str, epoch: &str, fingerprint: String) -> Option<i64> {
    let rest = since.strip_prefix(epoch)?.strip_prefix('.')?;
    rest.strip_prefix(&fingerprint)?.strip_prefix('.')?.parse().ok()
}

/// The wire's shape without what says nothing: null, and a position's fields at the value a reader assumes.
fn lean(item: &impl serde::Serialize) -> Value {
    let Ok(Value::Object(object)) = serde_json::to_value(item) else { return Value::Null };
    let silent = |key: &str, value: &Value| match key {
        "calendarId" | "groupId" => *value == json!(0),
        "attributes" => *value == json!({}),
        "disabled" => *value == json!(false),
        "valid" => *value == json!(true),
        "protocol" => true,
        _ => value.is_null(),
    };
    Value::Object(object.into_iter().filter(|(key, value)| !silent(key, value)).collect::<Map<_, _>>())
}
