//! Points and clusters of a viewport, as numbers: names are asked for when a point is touched.

use trak_core::geo::cluster;
use trak_core::view;

use crate::convert::{all, count};
use crate::error::QueryError;
use crate::fleet::{Freshness, UnitFilter, UnitKind, UnitRow};
use crate::place::Place;
use crate::status::FleetStatus;

/// The visible part of the world in degrees. `west` greater than `east` means that it crosses the antimeridian.
#[derive(Clone, Copy, PartialEq, uniffi::Record)]
pub struct Viewport {
    /// Southern edge.
    pub south_deg: f64,
    /// Western edge.
    pub west_deg: f64,
    /// Northern edge.
    pub north_deg: f64,
    /// Eastern edge.
    pub east_deg: f64,
}

impl From<Viewport> for cluster::Viewport {
    fn from(viewport: Viewport) -> Self {
        let Viewport { south_deg, west_deg, north_deg, east_deg } = viewport;
        Self { south_deg, west_deg, north_deg, east_deg }
    }
}

impl From<cluster::Viewport> for Viewport {
    fn from(viewport: cluster::Viewport) -> Self {
        let cluster::Viewport { south_deg, west_deg, north_deg, east_deg } = viewport;
        Self { south_deg, west_deg, north_deg, east_deg }
    }
}

/// What the map shows.
#[derive(Clone, uniffi::Record)]
pub struct MapQuery {
    /// The visible part of the world.
    pub viewport: Viewport,
    /// Web Mercator zoom level, 0 for the whole world in one 256-pixel tile.
    pub zoom: f64,
    /// Which units are let through.
    pub filter: UnitFilter,
}

impl From<MapQuery> for view::MapQuery {
    fn from(query: MapQuery) -> Self {
        let MapQuery { viewport, zoom, filter } = query;
        Self { viewport: viewport.into(), zoom, filter: filter.into() }
    }
}

/// One unit or one group of units on the map.
#[derive(Clone, Copy, PartialEq, uniffi::Record)]
pub struct MapPoint {
    /// Where it is drawn: the unit's place, or the middle of the group's members. WGS-84.
    pub place: Place,
    /// How many units it stands for.
    pub count: u32,
    /// The unit, when it is one.
    pub unit_id: Option<i64>,
    /// The unit's kind, when it is one.
    pub kind: Option<UnitKind>,
    /// The unit's course in degrees from true north, when it is one that has a course.
    pub course_deg: Option<f64>,
    /// The unit's freshness, when it is one.
    pub freshness: Option<Freshness>,
    /// What its members cover.
    pub bounds: Viewport,
    /// Whether zooming in would split it; a group that cannot be split opens as a list.
    pub can_split: bool,
}

impl MapPoint {
    fn of(point: cluster::MapPoint, unit: Option<view::UnitRow>) -> Self {
        let cluster::MapPoint { place, count, slot: _, bounds, can_split } = point;
        Self {
            place: place.into(),
            count,
            unit_id: unit.as_ref().map(|row| row.id.0),
            kind: unit.as_ref().map(|row| row.kind.into()),
            course_deg: unit.as_ref().and_then(|row| row.course_deg),
            freshness: unit.as_ref().and_then(|row| row.freshness).map(Into::into),
            bounds: bounds.into(),
            can_split,
        }
    }
}

impl TryFrom<MapPoint> for cluster::MapPoint {
    type Error = QueryError;

    fn try_from(point: MapPoint) -> Result<Self, QueryError> {
        let place = point.place.checked().ok_or(QueryError::InvalidInput)?;
        Ok(Self {
            place,
            count: point.count,
            slot: None,
            bounds: point.bounds.into(),
            can_split: point.can_split,
        })
    }
}

/// One page of the units that a group on the map stands for.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct MembersView {
    /// At most 50 rows from the offset asked for, by name.
    pub rows: Vec<UnitRow>,
    /// How many units stand there now.
    pub total: u32,
}

impl From<view::MembersView> for MembersView {
    fn from(members: view::MembersView) -> Self {
        let view::MembersView { rows, total } = members;
        Self { rows: all(rows), total: count(total) }
    }
}

/// The map's points, from north to south.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct MapView {
    /// Units and groups.
    pub points: Vec<MapPoint>,
    /// How far to trust it.
    pub status: FleetStatus,
}

impl From<view::MapView> for MapView {
    fn from(map: view::MapView) -> Self {
        let view::MapView { points, units, status } = map;
        let points = points.into_iter().zip(units).map(|(point, unit)| MapPoint::of(point, unit)).collect();
        Self { points, status: status.into() }
    }
}
