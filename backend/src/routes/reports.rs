//! Reports over a range of time. What a stop is stands in the core, once.

use std::cell::Cell;
use std::collections::HashSet;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;
use trak_core::history::{Rules, track};
use trak_core::traccar::decode::MPS_PER_KNOT;

use super::{Query, answer};
use crate::auth::Caller;
use crate::db::Database;
use crate::db::access_log::Look;
use crate::error::Refusal;
use crate::model::{Device, Event, Position, Time};
use crate::server::State as Shared;

/// A day, milliseconds.
const DAY_MS: i64 = 86_400_000;

/// What a report is asked of a unit.
struct Asked<'a> {
    db: &'a Database,
    device: &'a Device,
    from: i64,
    to: i64,
    /// So many positions and events may still be read.
    left: &'a Cell<usize>,
}

impl Asked<'_> {
    fn positions(&self) -> Result<Vec<Position>, Refusal> {
        self.spend(self.db.history(self.device.id, self.from, self.to)?)
    }

    /// Those that say where the unit was.
    fn places(&self) -> Result<Vec<Position>, Refusal> {
        let mut positions = self.positions()?;
        positions.retain(Position::is_place);
        Ok(positions)
    }

    fn events(&self) -> Result<Vec<Event>, Refusal> {
        self.spend(self.db.events(self.device.id, self.from, self.to)?)
    }

    /// A part that looks like the whole would be worse than a refusal, and a server that many ask for everything must
    /// still answer the others.
    fn spend<T>(&self, found: Vec<T>) -> Result<Vec<T>, Refusal> {
        let left = self.left.get().checked_sub(found.len()).ok_or(Refusal::Bad("rangeTooLarge"))?;
        self.left.set(left);
        Ok(found)
    }
}

/// What becomes of what a report reads.
#[derive(Clone, Copy)]
enum Reads {
    /// It is answered.
    Shown,
    /// Little of it is.
    Counted,
}

/// So many times as much as may be answered may be read for what is only counted.
const COUNTED: usize = 10;

/// Goes through the units asked for and answers the rows of all; hidden units are left out, as Traccar does.
async fn report<T: Serialize + Send + 'static>(
    state: Shared,
    caller: Caller,
    query: Query,
    reads: Reads,
    rows_of: impl Fn(&Asked<'_>) -> Result<Vec<T>, Refusal> + Send + 'static,
) -> Result<Response, Refusal> {
    let (devices, groups) = (query.numbers("deviceId")?, query.numbers("groupId")?);
    let (from, to) = query.range()?;
    let now = state.now();
    let most = match reads {
        Reads::Shown => state.report_rows,
        Reads::Counted => state.report_rows.saturating_mul(COUNTED),
    };
    let rows = state
        .db
        .run(move |db| {
            let everything = devices.is_empty() && groups.is_empty();
            let left = Cell::new(most);
            let mut rows = Vec::new();
            let mut asked = db.devices(&db.visible_devices(&caller.user)?)?;
            asked.retain(|device| {
                everything || devices.contains(&device.id) || groups.contains(&device.group_id)
            });
            db.note_look(&caller.user, Look::History, |id| asked.iter().any(|d| d.id == id), now)?;
            for device in &asked {
                rows.extend(rows_of(&Asked { db, device, from, to, left: &left })?);
            }
            Ok(rows)
        })
        .await?;
    answer(&rows)
}

pub(super) async fn route(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    // The method's own name stands for one lifetime, not for all.
    #[allow(clippy::redundant_closure_for_method_calls)]
    report(state, caller, Query::parse(query.as_deref())?, Reads::Shown, |asked| asked.positions()).await
}

pub(super) async fn events(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = Query::parse(query.as_deref())?;
    let types: Vec<String> = query.all("type").map(str::to_owned).collect();
    let all = types.is_empty() || types.iter().any(|t| t == "allEvents");
    report(state, caller, query, Reads::Shown, move |asked| {
        let mut events = asked.events()?;
        events.retain(|event| all || types.contains(&event.kind));
        Ok(events)
    })
    .await
}

/// A unit's way, what happened on it and where.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Combined {
    device_id: i64,
    /// Longitude and latitude, degrees.
    route: Vec<[f64; 2]>,
    events: Vec<Event>,
    /// Of the events.
    positions: Vec<Position>,
}

pub(super) async fn combined(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    report(state, caller, Query::parse(query.as_deref())?, Reads::Shown, |asked| {
        let mut positions = asked.places()?;
        let mut events = asked.events()?;
        events.retain(|event| event.position_id != 0);
        let route = positions.iter().map(|p| [p.longitude, p.latitude]).collect();
        let places: HashSet<i64> = events.iter().map(|event| event.position_id).collect();
        positions.retain(|position| places.contains(&position.id));
        Ok(vec![Combined { device_id: asked.device.id, route, events, positions }])
    })
    .await
}

/// What all reports over a stretch of time say.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stretch {
    device_id: i64,
    device_name: String,
    distance: f64,
    average_speed: f64,
    max_speed: f64,
    spent_fuel: f64,
    start_odometer: f64,
    end_odometer: f64,
    start_time: Time,
    end_time: Time,
}

impl Stretch {
    fn of(device: &Device, positions: &[Position]) -> Option<Self> {
        let (first, last) = (positions.first()?, positions.last()?);
        let distance = (total(last) - total(first)).max(0.0);
        let seconds = (last.fix_time.0 - first.fix_time.0) as f64 / 1_000.0;
        Some(Self {
            device_id: device.id,
            device_name: device.name.clone(),
            distance,
            average_speed: if seconds > 0.0 { distance / seconds / MPS_PER_KNOT } else { 0.0 },
            max_speed: positions.iter().map(|p| p.speed).fold(0.0, f64::max),
            spent_fuel: 0.0,
            start_odometer: total(first),
            end_odometer: total(last),
            start_time: first.fix_time,
            end_time: last.fix_time,
        })
    }
}

fn total(p: &Position) -> f64 {
    p.attributes.get("totalDistance").and_then(Value::as_f64).unwrap_or(0.0)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stay {
    #[serde(flatten)]
    stretch: Stretch,
    position_id: i64,
    latitude: f64,
    longitude: f64,
    address: Option<String>,
    duration: i64,
    engine_hours: i64,
}

pub(super) async fn stops(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    report(state, caller, Query::parse(query.as_deref())?, Reads::Counted, |asked| {
        let positions = asked.places()?;
        let stay = |(from, to): (i64, i64)| {
            let at = between(&positions, from, to).first()?;
            // The wandering of a receiver at rest is no way.
            let stretch =
                Stretch { end_time: Time(to), ..Stretch::of(asked.device, std::slice::from_ref(at))? };
            Some(Stay {
                stretch: Stretch { max_speed: 0.0, ..stretch },
                position_id: at.id,
                latitude: at.latitude,
                longitude: at.longitude,
                address: at.address.clone(),
                duration: to - from,
                engine_hours: 0,
            })
        };
        Ok(stops_of(&positions).into_iter().filter_map(stay).collect())
    })
    .await
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Trip {
    #[serde(flatten)]
    stretch: Stretch,
    start_position_id: i64,
    end_position_id: i64,
    start_lat: f64,
    start_lon: f64,
    end_lat: f64,
    end_lon: f64,
    start_address: Option<String>,
    end_address: Option<String>,
    duration: i64,
    driver_unique_id: Option<String>,
    driver_name: Option<String>,
}

impl Trip {
    /// `None` where nothing moved.
    fn of(device: &Device, part: &[Position]) -> Option<Self> {
        let (first, last) = (part.first()?, part.last()?);
        let stretch = Stretch::of(device, part).filter(|stretch| stretch.distance > 0.0)?;
        let duration = last.fix_time.0 - first.fix_time.0;
        (duration > 0).then(|| Self {
            stretch,
            start_position_id: first.id,
            end_position_id: last.id,
            start_lat: first.latitude,
            start_lon: first.longitude,
            end_lat: last.latitude,
            end_lon: last.longitude,
            start_address: first.address.clone(),
            end_address: last.address.clone(),
            duration,
            driver_unique_id: None,
            driver_name: None,
        })
    }
}

pub(super) async fn trips(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    report(state, caller, Query::parse(query.as_deref())?, Reads::Counted, |asked| {
        let positions = asked.places()?;
        let mut from = i64::MIN;
        let mut rows = Vec::new();
        for (begun, ended) in stops_of(&positions).into_iter().chain([(i64::MAX, i64::MAX)]) {
            rows.extend(Trip::of(asked.device, between(&positions, from, begun)));
            from = ended;
        }
        Ok(rows)
    })
    .await
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    #[serde(flatten)]
    stretch: Stretch,
    start_hours: i64,
    end_hours: i64,
    engine_hours: i64,
}

/// One row a unit, or with `daily=true` one a unit and day, UTC.
pub(super) async fn summary(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = Query::parse(query.as_deref())?;
    let daily = query.one("daily") == Some("true");
    report(state, caller, query, Reads::Counted, move |asked| {
        let positions = asked.places()?;
        let day = |p: &Position| if daily { p.fix_time.0.div_euclid(DAY_MS) } else { 0 };
        let parts = positions.chunk_by(|a, b| day(a) == day(b));
        let row = |part| {
            let stretch = Stretch::of(asked.device, part)?;
            Some(Summary { stretch, start_hours: 0, end_hours: 0, engine_hours: 0 })
        };
        Ok(parts.filter_map(row).collect())
    })
    .await
}

/// The part of positions, ordered by fix time, that lies between two times, both included.
fn between(positions: &[Position], from: i64, to: i64) -> &[Position] {
    let begin = positions.partition_point(|p| p.fix_time.0 < from);
    let end = positions.partition_point(|p| p.fix_time.0 <= to);
    positions.get(begin..end).unwrap_or_default()
}

/// First and last fix time of each stop.
fn stops_of(positions: &[Position]) -> Vec<(i64, i64)> {
    let of_core: Vec<_> = positions.iter().filter_map(Position::of_core).collect();
    track(&of_core, &Rules::default()).stops.iter().map(|stop| (stop.from.0, stop.to.0)).collect()
}
