//! Whether this phone entered or left a geofence.
//!
//! Decides inside and outside with hysteresis: entered at the border, left only where the whole accuracy circle lies
//! beyond the border and a margin, and both only once a second fix or time confirms it. A fix at the border therefore
//! never makes an alert flap. Pure; leaves telling a person to `alerts`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::decide::own::unstated_radius_m;
use crate::geo::distance::distance_m;
use crate::geo::plane::Plane;
use crate::model::{AcceptedFix, Geofence, LatLon, Shape, UtcMs};

/// The margin is this part of the shape's radius,
const MARGIN: f64 = 0.1;
/// but at least so many metres.
const LEAST_MARGIN_M: f64 = 20.0;
/// A crossing that nothing contradicts for so long is confirmed without a second fix, milliseconds.
const CONFIRMED_MS: i64 = 60_000;
/// A circle of this many times the shape's radius says nothing about the shape.
const SAYS_NOTHING: f64 = 2.0;

/// Which way a border was crossed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Crossing {
    /// From outside to inside.
    Enter,
    /// From inside to outside.
    Exit,
}

/// A crossing, told once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeofenceEvent {
    /// The geofence's number.
    pub geofence_id: i64,
    /// Which way.
    pub crossing: Crossing,
    /// Fix time of the first fix on the other side.
    pub at: UtcMs,
}

/// What is remembered of one geofence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    inside: bool,
    /// Since when fixes say the opposite.
    #[serde(default)]
    opposite_since: Option<UtcMs>,
}

/// What is remembered of all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GeofenceState {
    known: BTreeMap<i64, Known>,
}

impl GeofenceState {
    /// Whether a geofence holds the phone, as far as that is confirmed.
    pub fn holds(&self, geofence_id: i64) -> bool {
        self.known.get(&geofence_id).is_some_and(|known| known.inside)
    }
}

/// Takes a fix. The first one only says where the phone is: nobody saw it cross. A geofence that is no longer there
/// is forgotten without an event.
pub fn step(
    state: &GeofenceState,
    geofences: &[Geofence],
    fix: &AcceptedFix,
) -> (GeofenceState, Vec<GeofenceEvent>) {
    let mut next = GeofenceState::default();
    let mut events = Vec::new();
    for geofence in geofences {
        let before = state.known.get(&geofence.id).copied();
        let side = side(&geofence.shape, fix, before.map(|known| known.inside));
        let now = match (before, side) {
            (None, None) => continue,
            (None, Some(inside)) => Known { inside, opposite_since: None },
            // Between the borders, or on the side where it was.
            (Some(known), side) if side != Some(!known.inside) => {
                Known { opposite_since: if side.is_some() { None } else { known.opposite_since }, ..known }
            }
            (Some(known), _) => match known.opposite_since {
                None => Known { opposite_since: Some(fix.fix_time), ..known },
                Some(since) => {
                    events.push(crossed(geofence.id, known, since));
                    Known { inside: !known.inside, opposite_since: None }
                }
            },
        };
        next.known.insert(geofence.id, now);
    }
    (next, events)
}

/// Time passed without a fix: a crossing that nothing contradicted is confirmed.
pub fn tick(state: &GeofenceState, now: UtcMs) -> (GeofenceState, Vec<GeofenceEvent>) {
    let mut next = state.clone();
    let mut events = Vec::new();
    for (id, known) in &mut next.known {
        let Some(since) = known.opposite_since.filter(|since| now.since_ms(*since) >= CONFIRMED_MS) else {
            continue;
        };
        events.push(crossed(*id, *known, since));
        *known = Known { inside: !known.inside, opposite_since: None };
    }
    (next, events)
}

fn crossed(geofence_id: i64, known: Known, at: UtcMs) -> GeofenceEvent {
    let crossing = if known.inside { Crossing::Exit } else { Crossing::Enter };
    GeofenceEvent { geofence_id, crossing, at }
}

/// On which side a fix lies, `None` where it does not tell: the circle is far wider than the shape.
///
/// Entered at the border r, left beyond r + max(0.1 r, 20 m), counted from the near edge of the accuracy circle; in
/// between nothing changes. A circle wider than that margin is the margin: else two readings of one place, off by no
/// more than they claim, could enter and leave.
fn side(shape: &Shape, fix: &AcceptedFix, inside: Option<bool>) -> Option<bool> {
    let accuracy_m = fix.accuracy_m.unwrap_or_else(|| unstated_radius_m(fix.source));
    let radius_m = radius_m(shape);
    let beyond_m = beyond_m(shape, fix.place);
    if !beyond_m.is_finite() {
        return Some(false); // a shape without an inside
    }
    let margin_m = (MARGIN * radius_m).max(LEAST_MARGIN_M).max(accuracy_m);
    let left = beyond_m - accuracy_m > margin_m;
    let too_wide = accuracy_m > SAYS_NOTHING * radius_m.max(LEAST_MARGIN_M);
    match inside {
        _ if left => Some(false),
        _ if too_wide => None,
        Some(true) => Some(true),
        _ => Some(beyond_m <= 0.0),
    }
}

/// Metres from the border outwards, negative inside; infinite where the shape has no inside.
pub fn beyond_m(shape: &Shape, place: LatLon) -> f64 {
    match shape {
        Shape::Circle { center, radius_m } if *radius_m >= 0.0 => distance_m(*center, place) - radius_m,
        Shape::Line { points, width_m } if *width_m >= 0.0 && !points.is_empty() => {
            Plane::at(place).chain(points).distance_m() - width_m / 2.0
        }
        Shape::Polygon(corners) if corners.len() >= 3 => {
            let ring = Plane::at(place).ring(corners);
            if ring.contains_origin() { -ring.distance_m() } else { ring.distance_m() }
        }
        _ => f64::INFINITY,
    }
}

/// The radius by which the margin is measured, metres: of a circle with the same area, half of a line's width.
fn radius_m(shape: &Shape) -> f64 {
    match shape {
        Shape::Circle { radius_m, .. } => *radius_m,
        Shape::Line { width_m, .. } => width_m / 2.0,
        Shape::Polygon(corners) => corners
            .first()
            .map_or(0.0, |first| (Plane::at(*first).ring(corners).area_m2() / core::f64::consts::PI).sqrt()),
    }
}

#[cfg(test)]
#[path = "geofence_tests.rs"]
mod tests;
