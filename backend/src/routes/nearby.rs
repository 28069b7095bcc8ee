//! The nearest units of a place; docs/extensions.md describes the request for clients.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde_json::{Value, json};
use trak_core::geo::distance::inverse;
use trak_core::geo::scan::Scan;
use trak_core::model::LatLon;

use super::{Query, answer};
use crate::auth::Caller;
use crate::db::access_log::Look;
use crate::error::Refusal;
use crate::server::State as Shared;

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
    let now = state.now();
    let found = state
        .db
        .run(move |db| {
            let visible = db.visible_devices(&caller.user)?;
            db.note_look(&caller.user, Look::Positions, |id| visible.contains(&id), now)?;
            let positions = db.latest_of(&visible)?;
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
