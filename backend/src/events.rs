//! Which events follow from a unit's new newest position. Pure: what was before and what is now come as arguments.

use serde_json::Value;
use trak_core::model::LatLon;

use crate::db::positions::new_event;
use crate::geofence::Area;
use crate::model::{Device, Event, Position};

/// The kinds of events there are.
pub(crate) const KINDS: [&str; 10] = [
    "deviceOnline",
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

/// The events of a position that became the newest. `before` was the newest until then; `areas` are the geofences that
/// the unit is watched by.
pub(crate) fn of_position(
    device: &Device,
    areas: &[(i64, Area)],
    before: Option<&Position>,
    now: &Position,
) -> Vec<Event> {
    let mut events = Vec::new();
    let at = now.fix_time.0;
    // What turned on or off. Where a position does not say, nothing is known to have changed.
    for (name, on, off) in
        [("motion", "deviceMoving", "deviceStopped"), ("ignition", "ignitionOn", "ignitionOff")]
    {
        let said = |p: &Position| p.attributes.get(name).and_then(Value::as_bool);
        // Until it is heard of a unit stands still.
        let first = (name == "motion").then_some(false);
        match (before.map_or(first, said), said(now)) {
            (Some(false), Some(true)) => events.push(new_event(device.id, on, at, now.id)),
            (Some(true), Some(false)) => events.push(new_event(device.id, off, at, now.id)),
            _ => {}
        }
    }
    let limit = device.attributes.get("speedLimit").and_then(Value::as_f64).unwrap_or(f64::INFINITY);
    if now.speed > limit && before.is_none_or(|b| b.speed <= limit) {
        let mut event = new_event(device.id, "deviceOverspeed", at, now.id);
        event.attributes.insert("speed".into(), now.speed.into());
        event.attributes.insert("speedLimit".into(), limit.into());
        events.push(event);
    }
    if let Some(alarm) = now.attributes.get("alarm") {
        let mut event = new_event(device.id, "alarm", at, now.id);
        event.attributes.insert("alarm".into(), alarm.clone());
        events.push(event);
    }
    for (geofence, area) in areas {
        let inside =
            |p: &Position| LatLon::new(p.latitude, p.longitude).is_some_and(|place| area.contains(place));
        let kind = match (before.is_some_and(inside), inside(now)) {
            (false, true) => "geofenceEnter",
            (true, false) => "geofenceExit",
            _ => continue,
        };
        events.push(Event { geofence_id: *geofence, ..new_event(device.id, kind, at, now.id) });
    }
    events
}
