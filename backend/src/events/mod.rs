//! Which events follow from a unit's new newest position, or from time alone. Pure: what is remembered, what is new and
//! the clock come as arguments; what is remembered is kept in the database, so that a restart tells nothing twice.
//!
//! As Traccar evaluates them, without its flapping: motion must last, a geofence's border has hysteresis and wants a
//! second fix or a minute (the core's rule), a speed limit is armed again only below 95 % of it, an alarm that goes on is
//! told once, and a switch that a position does not speak of has not changed. Positions that are out of order never
//! come here.

mod motion;
mod wanted;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use trak_core::decide::geofence::{self, Crossing, GeofenceState, beyond_m};
use trak_core::model::{self as core_model, AcceptedFix, DeviceTime, FixKind, FixSource, LatLon, UtcMs};
use trak_core::traccar::decode::{MPS_PER_KNOT, shape};

use self::motion::Motion;
pub(crate) use self::wanted::Wanted;
use crate::db::positions::new_event;
use crate::model::{Device, Event, Geofence, Position};

/// The kinds of events there are.
pub(crate) const KINDS: [&str; 11] = [
    "deviceOnline",
    "deviceUnknown",
    "deviceOffline",
    "deviceMoving",
    "deviceStopped",
    "deviceOverspeed",
    "geofenceEnter",
    "geofenceExit",
    "alarm",
    "ignitionOn",
    "ignitionOff",
];

/// A speed limit is armed again below this part of it.
const ARMED_AGAIN: f64 = 0.95;
/// An alarm that was raised so recently is still the same one, milliseconds.
const SAME_ALARM_MS: i64 = 60_000;
/// Alarms remembered of one unit.
const ALARMS: usize = 20;

/// What is remembered of a unit. What an older version did not store gets its default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct UnitState {
    geofences: GeofenceState,
    motion: Motion,
    too_fast: bool,
    ignition: Option<bool>,
    /// Alarms and the fix time at which each was last raised.
    alarms: BTreeMap<String, i64>,
}

impl UnitState {
    /// Whether something will be told by time alone.
    pub(crate) fn waits(&self) -> bool {
        self.motion.stopping() || !geofence::tick(&self.geofences, UtcMs(i64::MAX)).1.is_empty()
    }
}

/// The geofences that a unit is watched by.
#[derive(Default)]
pub(crate) struct Watch {
    fences: Vec<core_model::Geofence>,
    /// By the geofence's number, knots.
    limits_kn: BTreeMap<i64, f64>,
}

impl Watch {
    /// Leaves out those whose area cannot be read.
    pub(crate) fn of(geofences: &[Geofence]) -> Self {
        let mut watch = Self::default();
        for g in geofences {
            let number = |name: &str| g.attributes.get(name).and_then(Value::as_f64);
            let Some(shape) = shape(&g.area, number("polylineDistance")) else { continue };
            watch.fences.push(core_model::Geofence { id: g.id, name: g.name.clone(), shape });
            if let Some(limit) = number("speedLimit").filter(|limit| *limit > 0.0) {
                watch.limits_kn.insert(g.id, limit);
            }
        }
        watch
    }

    /// The lowest limit of the geofences that hold a place, with its geofence's number.
    fn limit_kn(&self, place: LatLon) -> Option<(f64, i64)> {
        let inside = |g: &&core_model::Geofence| {
            self.limits_kn.contains_key(&g.id) && beyond_m(&g.shape, place) <= 0.0
        };
        let limits = self.fences.iter().filter(inside);
        limits.filter_map(|g| Some((*self.limits_kn.get(&g.id)?, g.id))).min_by(|a, b| a.0.total_cmp(&b.0))
    }
}

/// The events of a position that became the newest. Those of a crossing carry position 0: the caller knows which
/// position has the event's time.
pub(crate) fn of_position(
    device: &Device,
    watch: &Watch,
    state: &mut UnitState,
    now: &Position,
) -> Vec<Event> {
    let mut events = Vec::new();
    let event = |kind: &str| new_event(device.id, kind, now.fix_time.0, now.id);
    let said = |name: &str| now.attributes.get(name).and_then(Value::as_bool);
    let ignition = said("ignition");
    // What the receiver does not vouch for moves nothing.
    if now.valid {
        let total_m = now.attributes.get("totalDistance").and_then(Value::as_f64).unwrap_or(0.0);
        if let Some(moving) = said("motion") {
            events.extend(state.motion.step(device.id, moving, ignition, now, total_m));
        }
        if let Some(place) = LatLon::new(now.latitude, now.longitude) {
            events.extend(overspeed(device, watch, state, now, place));
            let (next, crossed) = geofence::step(&state.geofences, &watch.fences, &fix(now, place));
            state.geofences = next;
            events.extend(crossed.iter().map(|crossing| crossing_event(device.id, *crossing)));
        }
    }
    for alarm in alarms(now) {
        let since = state.alarms.insert(alarm.clone(), now.fix_time.0);
        if since.is_none_or(|since| now.fix_time.0 - since > SAME_ALARM_MS) {
            let mut raised = event("alarm");
            raised.attributes.insert("alarm".into(), alarm.into());
            events.push(raised);
        }
    }
    let current = alarms(now);
    // An alarm in the position before is still the same however long ago that was.
    state.alarms.retain(|name, at| current.contains(name) || now.fix_time.0 - *at <= SAME_ALARM_MS);
    match (state.ignition, ignition) {
        (Some(false), Some(true)) => events.push(event("ignitionOn")),
        (Some(true), Some(false)) => events.push(event("ignitionOff")),
        _ => {}
    }
    state.ignition = ignition.or(state.ignition);
    events
}

/// The events that follow from time alone.
pub(crate) fn of_time(device: i64, state: &mut UnitState, now_ms: i64) -> Vec<Event> {
    let (next, crossed) = geofence::tick(&state.geofences, UtcMs(now_ms));
    state.geofences = next;
    let mut events: Vec<Event> = crossed.iter().map(|crossing| crossing_event(device, *crossing)).collect();
    events.extend(state.motion.tick(device, now_ms));
    events
}

fn crossing_event(device: i64, crossed: geofence::GeofenceEvent) -> Event {
    let kind = match crossed.crossing {
        Crossing::Enter => "geofenceEnter",
        Crossing::Exit => "geofenceExit",
    };
    Event { geofence_id: crossed.geofence_id, ..new_event(device, kind, crossed.at.0, 0) }
}

fn overspeed(
    device: &Device,
    watch: &Watch,
    state: &mut UnitState,
    now: &Position,
    place: LatLon,
) -> Option<Event> {
    let number = |attributes: &crate::model::Attributes| {
        attributes.get("speedLimit").and_then(Value::as_f64).filter(|limit| *limit > 0.0)
    };
    let own = || number(&now.attributes).or_else(|| number(&device.attributes)).map(|limit| (limit, 0));
    let Some((limit, geofence)) = watch.limit_kn(place).or_else(own) else {
        state.too_fast = false;
        return None;
    };
    if now.speed <= limit * ARMED_AGAIN {
        state.too_fast = false;
    }
    if now.speed <= limit || state.too_fast {
        return None;
    }
    state.too_fast = true;
    let mut event = new_event(device.id, "deviceOverspeed", now.fix_time.0, now.id);
    event.geofence_id = geofence;
    event.attributes.insert("speed".into(), now.speed.into());
    event.attributes.insert("speedLimit".into(), limit.into());
    Some(event)
}

/// The alarms of a position: names with commas between them.
fn alarms(now: &Position) -> Vec<String> {
    let text = now.attributes.get("alarm").and_then(Value::as_str).unwrap_or_default();
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.take(ALARMS).map(str::to_owned).collect()
}

/// A position as the core's rule for borders takes it.
fn fix(p: &Position, place: LatLon) -> AcceptedFix {
    AcceptedFix {
        place,
        fix_time: UtcMs(p.fix_time.0),
        raw: DeviceTime {
            wall: UtcMs(p.device_time.0),
            since_boot_ms: 0,
            boot: core_model::BootId::default(),
        },
        // 0 is how the wire writes unknown.
        accuracy_m: Some(p.accuracy).filter(|m| *m > 0.0),
        altitude_m: Some(p.altitude),
        speed_mps: Some(p.speed * MPS_PER_KNOT),
        course_deg: Some(p.course),
        source: FixSource::Gps,
        mock: false,
        battery: None,
        activity: None,
        kind: FixKind::Position,
        moving: false,
        odometer_m: 0.0,
    }
}

#[cfg(test)]
mod tests;
