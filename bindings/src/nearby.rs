//! What is near.

use trak_core::decide::uncertainty;
use trak_core::model::UnitId;
use trak_core::view;

use crate::convert::{all, count};
use crate::error::QueryError;
use crate::fleet::{UnitFilter, UnitRow};
use crate::place::Place;
use crate::status::FleetStatus;

/// Around what.
#[derive(Clone, Copy, PartialEq, uniffi::Enum)]
pub enum NearbyOrigin {
    /// A place, with the radius of its accuracy circle in metres where it is a reading.
    At {
        /// The place.
        place: Place,
        /// Accuracy in metres.
        accuracy_m: Option<f64>,
    },
    /// A unit's last known position; the unit itself is left out of the answer.
    OfUnit {
        /// The unit.
        id: i64,
    },
}

/// What is asked.
#[derive(Clone, uniffi::Record)]
pub struct NearbyQuery {
    /// Around what.
    pub origin: NearbyOrigin,
    /// Radius in metres, 100 to 100,000; values outside are moved to the nearer end.
    pub radius_m: f64,
    /// Which units are let through.
    pub filter: UnitFilter,
}

impl TryFrom<NearbyQuery> for view::NearbyQuery {
    type Error = QueryError;

    fn try_from(query: NearbyQuery) -> Result<Self, QueryError> {
        let NearbyQuery { origin, radius_m, filter } = query;
        let origin = match origin {
            NearbyOrigin::At { place, accuracy_m } => {
                view::Origin::Point { place: place.checked().ok_or(QueryError::InvalidInput)?, accuracy_m }
            }
            NearbyOrigin::OfUnit { id } => view::Origin::Unit(UnitId(id)),
        };
        Ok(Self { origin, radius_m, filter: filter.into() })
    }
}

/// Plus or minus, worst case.
#[derive(Clone, Copy, Debug, PartialEq, uniffi::Record)]
pub struct Uncertainty {
    /// Of the distance, metres.
    pub distance_m: f64,
    /// Of the direction, degrees; 180 means that it says nothing.
    pub bearing_deg: f64,
    /// Of the age, milliseconds.
    pub age_ms: i64,
}

impl From<uncertainty::Uncertainty> for Uncertainty {
    fn from(value: uncertainty::Uncertainty) -> Self {
        let uncertainty::Uncertainty { distance_m, bearing_deg, age_ms } = value;
        Self { distance_m, bearing_deg, age_ms }
    }
}

/// One unit near the origin.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct NearbyRow {
    /// The unit; its row carries distance, bearing and age.
    pub unit: UnitRow,
    /// How far distance, bearing and age may be off.
    pub uncertainty: Uncertainty,
}

impl From<view::NearbyRow> for NearbyRow {
    fn from(row: view::NearbyRow) -> Self {
        let view::NearbyRow { unit, uncertainty } = row;
        Self { unit: unit.into(), uncertainty: uncertainty.into() }
    }
}

/// The nearest units, nearest first, at most 50.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct NearbyView {
    /// The rows.
    pub rows: Vec<NearbyRow>,
    /// How many units stand within the radius.
    pub within: u32,
    /// The origin's place; nothing when the unit asked for has no position.
    pub origin: Option<Place>,
    /// The radius used, in metres.
    pub radius_m: f64,
    /// How far to trust it; says when these are last known positions.
    pub status: FleetStatus,
}

impl From<view::NearbyView> for NearbyView {
    fn from(nearby: view::NearbyView) -> Self {
        let view::NearbyView { rows, within, origin, radius_m, status } = nearby;
        Self {
            rows: all(rows),
            within: count(within),
            origin: origin.map(Into::into),
            radius_m,
            status: status.into(),
        }
    }
}
