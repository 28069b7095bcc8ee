//! Which events follow from a unit's new newest position, or from time alone. Pure: what is remembered, what is new and
//! the clock come as arguments; what is remembered is kept in the database, so that a restart tells nothing twice.
//!
//! As Traccar evaluates them, without its flapping: motion must last, a geofence's border has hysteresis and wants a
//! second fix or a minute (the core's rule), a speed limit is armed again only below 95 % of it or once its place is left, an
//! alarm that goes on is told once, a silence is ended by a second sign of life, and a switch that a position does not speak of
//! has not changed. Positions that are out of order never come here.

mod link;
mod motion;
mod speed;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use trak_core::decide::geofence::{self, Crossing, GeofenceState};
use trak_core::model::{self as core_model, AcceptedFix, DeviceTime, FixKind, FixSource, LatLon, UtcMs};
use trak_core::traccar::decode::{MPS_PER_KNOT, shape};

pub(crate) use self::link::Link;
use self::motion::Motion;
use self::speed::{Limit, Speed};
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

/// An alarm that only the positions of so short a time do not carry goes on, milliseconds.
const SAME_ALARM_MS: i64 = 60_000;
/// After so long a silence nobody knows whether it went on, milliseconds.
const SILENT_MS: i64 = 86_400_000;
/// Alarms remembered of one unit.
const ALARMS: usize = 20;

/// What is remembered of a unit. What an older version did not store gets its default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct UnitState {
    geofences: GeofenceState,
    motion: Motion,
    speed: Speed,
    ignition: Option<bool>,
    /// Alarms and the fix time of the last position that carried each.
    alarms: BTreeMap<String, i64>,
    /// Those among them that the newest position does not carry.
    absent: BTreeSet<String>,
    /// What was told of its signs of life.
    link: Option<Link>,
}

impl UnitState {
    /// Whether something will be told by time alone.
    pub(crate) fn waits(&self) -> bool {
        self.motion.stopping() || !geofence::tick(&self.geofences, UtcMs(i64::MAX)).1.is_empty()
    }

    /// A sign of life; `online` is whether the unit counts as online already.
    pub(crate) fn heard(&mut self, device: i64, online: bool, now: i64) -> Option<Event> {
        Link::heard(&mut self.link, device, online, now)
    }

    /// A silence that lasted.
    pub(crate) fn silent(&mut self, device: i64, link: Link, now: i64) -> Option<Event> {
        link.silent(&mut self.link, device, now)
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

    /// The lowest limit of the geofences that hold a unit.
    fn limit(&self, state: &GeofenceState) -> Option<Limit> {
        let inside = self.limits_kn.iter().filter(|(id, _)| state.holds(**id));
        inside.map(|(id, kn)| Limit { kn: *kn, geofence: *id }).min_by(|a, b| a.kn.total_cmp(&b.kn))
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
            let (next, crossed) = geofence::step(&state.geofences, &watch.fences, &fix(now, place));
            state.geofences = next;
            events.extend(overspeed(device, watch, state, now));
            events.extend(crossed.iter().map(|crossing| crossing_event(device.id, *crossing)));
        }
    }
    for alarm in state.raised(now) {
        let mut raised = event("alarm");
        raised.attributes.insert("alarm".into(), alarm.into());
        events.push(raised);
    }
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

fn overspeed(device: &Device, watch: &Watch, state: &mut UnitState, now: &Position) -> Option<Event> {
    let number = |attributes: &crate::model::Attributes| {
        attributes.get("speedLimit").and_then(Value::as_f64).filter(|limit| *limit > 0.0)
    };
    let own = || number(&now.attributes).or_else(|| number(&device.attributes));
    let limit = watch.limit(&state.geofences).or_else(|| own().map(|kn| Limit { kn, geofence: 0 }));
    let inside = |id: i64| watch.limits_kn.contains_key(&id) && state.geofences.holds(id);
    let told = state.speed.step(now.fix_time.0, now.speed, limit, inside)?;
    let mut event = new_event(device.id, "deviceOverspeed", now.fix_time.0, now.id);
    event.geofence_id = told.geofence;
    event.attributes.insert("speed".into(), now.speed.into());
    event.attributes.insert("speedLimit".into(), told.kn.into());
    Some(event)
}

impl UnitState {
    /// The alarms of a position that are to be told: those that did not go on until now.
    fn raised(&mut self, now: &Position) -> Vec<String> {
        let (at, current) = (now.fix_time.0, alarms(now));
        let mut raised = Vec::new();
        for alarm in &current {
            let was_absent = self.absent.remove(alarm);
            let same_ms = if was_absent { SAME_ALARM_MS } else { SILENT_MS };
            let last = self.alarms.insert(alarm.clone(), at);
            if last.is_none_or(|last| at - last > same_ms) {
                raised.push(alarm.clone());
            }
        }
        self.alarms.retain(|name, last| current.contains(name) || at - *last <= SAME_ALARM_MS);
        self.absent = self.alarms.keys().filter(|name| !current.contains(name)).cloned().collect();
        raised
    }
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
