//! Points and clusters of a viewport.

use std::collections::HashSet;

use crate::decide::order::Filter;
use crate::geo::cluster::{self, MapPoint, Viewport, clusters};
use crate::sync::fleet::Fleet;
use crate::view::fleet::Gate;
use crate::view::{AsOf, FleetStatus, PAGE_ROWS, UnitRow};

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
pub(crate) fn build(fleet: &Fleet, query: &MapQuery, status: FleetStatus, as_of: AsOf) -> MapView {
    let gate = Gate::new(fleet, &query.filter, as_of);
    let (scan, viewport) = (fleet.scan(), &query.viewport);
    let points = if gate.lets_all() {
        // Every unit with a place is let through: nothing needs to be asked of each.
        clusters(scan, viewport, query.zoom, |_| true)
    } else {
        clusters(scan, viewport, query.zoom, |slot| gate.lets(slot))
    };
    let units =
        points.iter().map(|point| Some(UnitRow::of(fleet.entry(point.slot?)?, as_of, None))).collect();
    MapView { points, units, status }
}

/// One page of the units that a group on the map stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct MembersView {
    /// At most [`PAGE_ROWS`](crate::view::PAGE_ROWS) rows from the offset asked for, by name.
    pub rows: Vec<UnitRow>,
    /// How many units stand there now.
    pub total: usize,
}

/// Builds one page of a group's units; whoever has left since the group was drawn is not among them.
pub(crate) fn members(
    fleet: &Fleet,
    point: &MapPoint,
    filter: &Filter,
    offset: usize,
    as_of: AsOf,
) -> MembersView {
    let gate = Gate::new(fleet, filter, as_of);
    let there: HashSet<u32> =
        cluster::members(fleet.scan(), point, |slot| gate.lets(slot)).into_iter().collect();
    let rows = fleet
        .name_order()
        .iter()
        .filter(|slot| there.contains(slot))
        .skip(offset)
        .take(PAGE_ROWS)
        .filter_map(|slot| fleet.entry(*slot))
        .map(|entry| UnitRow::of(entry, as_of, None))
        .collect();
    MembersView { rows, total: there.len() }
}
