//! Points and clusters of a viewport.

use crate::decide::order::Filter;
use crate::geo::cluster::{MapPoint, Viewport, clusters};
use crate::model::UtcMs;
use crate::sync::fleet::Fleet;
use crate::view::fleet::Gate;
use crate::view::{FleetStatus, UnitRow};

/// What the map shows.
#[derive(Clone, Debug, PartialEq)]
pub struct MapQuery {
    /// The visible part of the world, degrees.
    pub viewport: Viewport,
    /// Web Mercator zoom level, 0 for the whole world in one 256-pixel tile.
    pub zoom: f64,
    /// Which units are let through.
    pub filter: Filter,
}

/// The map's points: single units with their row, clusters with their count.
#[derive(Clone, Debug, PartialEq)]
pub struct MapView {
    /// Points and clusters.
    pub points: Vec<MapPoint>,
    /// For each point that is a single unit, its row, in the order of `points`; `None` for clusters.
    pub units: Vec<Option<UnitRow>>,
    /// How far to trust it.
    pub status: FleetStatus,
}

/// Builds the map's points.
pub(crate) fn build(fleet: &Fleet, query: &MapQuery, status: FleetStatus, server_now: UtcMs) -> MapView {
    let gate = Gate::new(fleet, &query.filter, server_now);
    let points = clusters(fleet.scan(), &query.viewport, query.zoom, |slot| gate.lets(slot));
    let units =
        points.iter().map(|point| Some(UnitRow::of(fleet.entry(point.slot?)?, server_now, None))).collect();
    MapView { points, units, status }
}
