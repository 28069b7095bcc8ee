//! What is near a point, a unit, or this phone.

use crate::decide::order::Filter;
use crate::decide::uncertainty::{End, Uncertainty, uncertainty};
use crate::model::{LatLon, Position, UnitId};
use crate::sync::fleet::Fleet;
use crate::view::fleet::Gate;
use crate::view::{AsOf, FleetStatus, PAGE_ROWS, UnitRow};

/// Around what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Origin {
    /// A place, with the radius of its accuracy circle in metres where it is a reading.
    Point {
        /// The place.
        place: LatLon,
        /// Accuracy in metres.
        accuracy_m: Option<f64>,
    },
    /// A unit's last known position; the unit itself is left out of the answer.
    Unit(UnitId),
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct NearbyQuery {
    /// Around what.
    pub origin: Origin,
    /// Radius in metres, 100 to 100,000; values outside are moved to the nearer end.
    pub radius_m: f64,
    /// Which units are let through.
    pub filter: Filter,
}

/// One unit near the origin; the row carries distance, bearing and age.
#[derive(Clone, Debug, PartialEq)]
pub struct NearbyRow {
    /// The unit with `distance_m` and `bearing_deg` set.
    pub unit: UnitRow,
    /// How far distance, bearing and age may be off.
    pub uncertainty: Uncertainty,
}

/// The nearest units, nearest first, at most [`PAGE_ROWS`](crate::view::PAGE_ROWS).
#[derive(Clone, Debug, PartialEq)]
pub struct NearbyView {
    /// The rows.
    pub rows: Vec<NearbyRow>,
    /// How many units stand within the radius.
    pub within: usize,
    /// The origin's place, `None` when the unit asked for has no position.
    pub origin: Option<LatLon>,
    /// The radius used, in metres.
    pub radius_m: f64,
    /// How far to trust it; says when these are last known positions.
    pub status: FleetStatus,
}

/// The least and greatest radius in metres.
const RADIUS_M: (f64, f64) = (100.0, 100_000.0);

/// Builds the answer.
pub(crate) fn build(
    fleet: &Fleet,
    query: &NearbyQuery,
    status: FleetStatus,
    as_of: AsOf,
    clock_off_ms: i64,
) -> NearbyView {
    let radius_m =
        if query.radius_m.is_nan() { RADIUS_M.0 } else { query.radius_m.clamp(RADIUS_M.0, RADIUS_M.1) };
    let empty = NearbyView { rows: Vec::new(), within: 0, origin: None, radius_m, status };
    let (place, origin_end, left_out) = match query.origin {
        Origin::Point { place, accuracy_m } => (place, End { accuracy_m, age_ms: 0, speed_mps: None }, None),
        Origin::Unit(id) => {
            let Some(slot) = fleet.slot(id) else { return empty };
            let Some(position) = fleet.entry(slot).and_then(|e| e.position.as_deref()) else { return empty };
            (position.place, end_of(position, as_of), Some(slot))
        }
    };
    let gate = Gate::new(fleet, &query.filter, as_of);
    let accept = |slot: u32| Some(slot) != left_out && gate.lets(slot);
    let hits = fleet.scan().nearest(place, PAGE_ROWS, Some(radius_m), accept);
    let within =
        if hits.len() < PAGE_ROWS { hits.len() } else { fleet.scan().count_within(place, radius_m, accept) };
    let rows = hits
        .iter()
        .filter_map(|hit| {
            let entry = fleet.entry(hit.slot)?;
            let unit_end = end_of(entry.position.as_deref()?, as_of);
            let uncertainty = uncertainty(&origin_end, &unit_end, hit.distance_m, clock_off_ms);
            Some(NearbyRow { unit: UnitRow::of(entry, as_of, Some(place)), uncertainty })
        })
        .collect();
    NearbyView { rows, within, origin: Some(place), radius_m, status }
}

fn end_of(position: &Position, as_of: AsOf) -> End {
    End {
        accuracy_m: position.accuracy_m,
        age_ms: as_of.age_ms(position.fix_time),
        speed_mps: position.speed_mps,
    }
}
