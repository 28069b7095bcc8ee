//! Reports over a range of time. What a stop is stands in the core, once.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde_json::{Value, json};
use trak_core::history::{Rules, Stop, track};
use trak_core::model as core;

use super::{Query, answer};
use crate::auth::Caller;
use crate::error::Refusal;
use crate::model::{Device, Event, Position, Time};
use crate::server::State as Shared;

struct Asked {
    devices: Vec<(Device, Vec<Position>, Vec<Event>)>,
}

/// The units of a report with their positions and events; hidden units are left out, as Traccar does.
async fn asked(state: &Shared, caller: Caller, query: Option<String>) -> Result<Asked, Refusal> {
    let query = Query::parse(query.as_deref())?;
    let (devices, groups) = (query.numbers("deviceId")?, query.numbers("groupId")?);
    let (from, to) = query.time("from")?.zip(query.time("to")?).ok_or(Refusal::Bad("range"))?;
    state
        .db
        .run(move |db| {
            let seen = db.visible_devices(&caller.user)?;
            let everything = devices.is_empty() && groups.is_empty();
            let mut found = Vec::new();
            for device in db.devices(&seen)? {
                if everything || devices.contains(&device.id) || groups.contains(&device.group_id) {
                    let positions = db.history(device.id, from, to)?;
                    let events = db.events(device.id, from, to)?;
                    found.push((device, positions, events));
                }
            }
            Ok(Asked { devices: found })
        })
        .await
}

pub(super) async fn route(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let asked = asked(&state, caller, query).await?;
    let positions: Vec<Position> =
        asked.devices.into_iter().flat_map(|(_, positions, _)| positions).collect();
    answer(&positions)
}

pub(super) async fn events(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let types: Vec<String> = Query::parse(query.as_deref())?.all("type").map(str::to_owned).collect();
    let asked = asked(&state, caller, query).await?;
    let all = types.is_empty() || types.iter().any(|t| t == "allEvents");
    let events: Vec<Event> = asked
        .devices
        .into_iter()
        .flat_map(|(_, _, e)| e)
        .filter(|e| all || types.contains(&e.kind))
        .collect();
    answer(&events)
}

pub(super) async fn stops(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let asked = asked(&state, caller, query).await?;
    let mut rows = Vec::new();
    for (device, positions, _) in &asked.devices {
        for stop in stops_of(positions) {
            let Some(at) = positions.iter().find(|p| p.fix_time.0 == stop.from.0) else { continue };
            let odometer = total(at);
            rows.push(json!({
                "deviceId": device.id, "deviceName": device.name, "distance": 0.0, "averageSpeed": 0.0, "maxSpeed": 0.0,
                "spentFuel": 0.0, "startOdometer": odometer, "endOdometer": odometer, "startTime": Time(stop.from.0),
                "endTime": Time(stop.to.0), "positionId": at.id, "latitude": at.latitude, "longitude": at.longitude,
                "address": at.address, "duration": stop.to.since_ms(stop.from), "engineHours": 0
            }));
        }
    }
    answer(&rows)
}

pub(super) async fn trips(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let asked = asked(&state, caller, query).await?;
    let mut rows = Vec::new();
    for (device, positions, _) in &asked.devices {
        let stops = stops_of(positions);
        let between = |from: i64, to: i64| {
            let part: Vec<&Position> =
                positions.iter().filter(|p| (from..=to).contains(&p.fix_time.0)).collect();
            trip(device, &part)
        };
        let (Some(first), Some(last)) = (positions.first(), positions.last()) else { continue };
        let mut from = first.fix_time.0;
        for stop in &stops {
            rows.extend(between(from, stop.from.0));
            from = stop.to.0;
        }
        rows.extend(between(from, last.fix_time.0));
    }
    answer(&rows)
}

fn trip(device: &Device, part: &[&Position]) -> Option<Value> {
    let (first, last) = (part.first()?, part.last()?);
    let duration_ms = last.fix_time.0 - first.fix_time.0;
    let distance = total(last) - total(first);
    if duration_ms <= 0 || distance <= 0.0 {
        return None;
    }
    let knots = distance / (duration_ms as f64 / 1_000.0) / trak_core::traccar::decode::MPS_PER_KNOT;
    let max = part.iter().map(|p| p.speed).fold(0.0, f64::max);
    Some(json!({
        "deviceId": device.id, "deviceName": device.name, "distance": distance, "averageSpeed": knots, "maxSpeed": max,
        "spentFuel": 0.0, "startOdometer": total(first), "endOdometer": total(last), "startTime": first.fix_time,
        "endTime": last.fix_time, "startPositionId": first.id, "endPositionId": last.id, "startLat": first.latitude,
        "startLon": first.longitude, "endLat": last.latitude, "endLon": last.longitude, "startAddress": first.address,
        "endAddress": last.address, "duration": duration_ms, "driverUniqueId": null, "driverName": null
    }))
}

pub(super) async fn summary(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let asked = asked(&state, caller, query).await?;
    let mut rows = Vec::new();
    for (device, positions, _) in &asked.devices {
        let (Some(first), Some(last)) = (positions.first(), positions.last()) else { continue };
        let max = positions.iter().map(|p| p.speed).fold(0.0, f64::max);
        let seconds = (last.fix_time.0 - first.fix_time.0) as f64 / 1_000.0;
        let distance = (total(last) - total(first)).max(0.0);
        let average =
            if seconds > 0.0 { distance / seconds / trak_core::traccar::decode::MPS_PER_KNOT } else { 0.0 };
        rows.push(json!({
            "deviceId": device.id, "deviceName": device.name, "distance": distance, "averageSpeed": average,
            "maxSpeed": max, "spentFuel": 0.0, "startOdometer": total(first), "endOdometer": total(last),
            "startTime": first.fix_time, "endTime": last.fix_time, "startHours": 0, "endHours": 0, "engineHours": 0
        }));
    }
    answer(&rows)
}

fn total(p: &Position) -> f64 {
    p.attributes.get("totalDistance").and_then(Value::as_f64).unwrap_or(0.0)
}

fn stops_of(positions: &[Position]) -> Vec<Stop> {
    let of_core: Vec<core::Position> = positions
        .iter()
        .filter_map(|p| {
            Some(core::Position {
                id: core::PositionId(p.id),
                unit_id: core::UnitId(p.device_id),
                fix_time: core::UtcMs(p.fix_time.0),
                raw_fix_time: core::UtcMs(p.fix_time.0),
                device_time: None,
                server_time: None,
                place: core::LatLon::new(p.latitude, p.longitude)?,
                valid: p.valid,
                altitude_m: None,
                speed_mps: None,
                course_deg: None,
                accuracy_m: None,
                address: None,
                attributes_json: String::new(),
                doubt: None,
            })
        })
        .collect();
    track(&of_core, &Rules::default()).stops
}
