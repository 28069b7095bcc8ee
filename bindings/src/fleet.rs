//! The unit list.

use std::collections::HashSet;
use std::hash::Hash;

use trak_core::decide::freshness;
use trak_core::decide::order;
use trak_core::model::{self, GroupId};
use trak_core::view;

use crate::convert::{all, count, index, mirror};
use crate::error::QueryError;
use crate::place::Place;
use crate::status::FleetStatus;

/// How fresh a position is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Freshness {
    /// Under 5 minutes and the link is up.
    Live,
    /// Under 1 hour.
    Recent,
    /// Under 24 hours.
    Old,
    /// Older.
    Lost,
}

mirror!(both Freshness = freshness::Freshness { Live, Recent, Old, Lost });

/// What the server says of the link to a unit's tracker right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum LinkState {
    /// The tracker is connected or reported within the server's own limit.
    Online,
    /// The server knows that it is not connected.
    Offline,
    /// The server does not say.
    Unknown,
}

mirror!(both LinkState = model::LinkState { Online, Offline, Unknown });

/// The kind of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs)] // the variants are their own documentation
pub enum UnitKind {
    Car,
    Van,
    Truck,
    Bus,
    Trailer,
    Crane,
    Excavator,
    Tractor,
    Motorcycle,
    Bicycle,
    Ship,
    Train,
    Plane,
    Helicopter,
    Person,
    Animal,
    Other,
}

mirror!(both UnitKind = model::UnitKind {
    Car, Van, Truck, Bus, Trailer, Crane, Excavator, Tractor, Motorcycle, Bicycle, Ship, Train, Plane, Helicopter,
    Person, Animal, Other
});

/// Why a position must not be taken at face value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum PositionDoubt {
    /// The fix time was 1024 weeks (or a multiple) in the past and has been corrected.
    RolloverCorrected,
    /// The receiver itself marked the fix as not valid.
    MarkedInvalid,
}

mirror!(PositionDoubt = model::PositionDoubt { RolloverCorrected, MarkedInvalid });

/// Order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum UnitOrder {
    /// By name, numbers inside names by value.
    Name,
    /// Newest fix first; units without a position last.
    Freshest,
    /// Nearest to the query's origin first; units without a position last.
    Nearest,
}

mirror!(both UnitOrder = order::Sort { Name, Freshest, Nearest });

/// Which units are let through; nothing said lets all through, an empty list none.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct UnitFilter {
    /// Levels of freshness. A unit without a position has none.
    #[uniffi(default = None)]
    pub freshness: Option<Vec<Freshness>>,
    /// States of the link.
    #[uniffi(default = None)]
    pub link: Option<Vec<LinkState>>,
    /// Groups, each standing for all groups below it.
    #[uniffi(default = None)]
    pub groups: Option<Vec<i64>>,
    /// Kinds.
    #[uniffi(default = None)]
    pub kinds: Option<Vec<UnitKind>>,
    /// Greatest age of the fix in milliseconds.
    #[uniffi(default = None)]
    pub max_age_ms: Option<i64>,
}

impl From<UnitFilter> for order::Filter {
    fn from(filter: UnitFilter) -> Self {
        fn set<A: Into<B>, B: Eq + Hash>(wanted: Option<Vec<A>>) -> Option<HashSet<B>> {
            Some(wanted?.into_iter().map(Into::into).collect())
        }
        let UnitFilter { freshness, link, groups, kinds, max_age_ms } = filter;
        Self {
            freshness: set(freshness),
            link: set(link),
            groups: groups.map(|ids| ids.into_iter().map(GroupId).collect()),
            kinds: set(kinds),
            max_age_ms,
        }
    }
}

/// What the list is asked for.
#[derive(Clone, uniffi::Record)]
pub struct FleetQuery {
    /// Part of a name, plate, number, phone, model or contact; empty for all.
    pub text: String,
    /// Which units are let through.
    pub filter: UnitFilter,
    /// Order of the rows.
    pub order: UnitOrder,
    /// From where `Nearest` measures and each row's distance is given.
    pub origin: Option<Place>,
    /// Rows to skip.
    pub offset: u32,
}

impl TryFrom<FleetQuery> for view::FleetQuery {
    type Error = QueryError;

    fn try_from(query: FleetQuery) -> Result<Self, QueryError> {
        let FleetQuery { text, filter, order, origin, offset } = query;
        let origin = match origin {
            Some(place) => Some(place.checked().ok_or(QueryError::InvalidInput)?),
            None => None,
        };
        Ok(Self { text, filter: filter.into(), sort: order.into(), origin, offset: index(offset) })
    }
}

/// One unit in a list.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct UnitRow {
    /// The unit.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Number plate.
    pub plate: Option<String>,
    /// Kind.
    pub kind: UnitKind,
    /// Group, 0 for none.
    pub group_id: i64,
    /// Link to the tracker now.
    pub link: LinkState,
    /// Whether the administrator switched it off.
    pub disabled: bool,
    /// Last known place.
    pub place: Option<Place>,
    /// When that fix was taken, milliseconds since 1970 on the server's clock.
    pub fix_time_ms: Option<i64>,
    /// Age of the fix in milliseconds on the server's clock, not negative.
    pub age_ms: Option<i64>,
    /// Level of that age.
    pub freshness: Option<Freshness>,
    /// Speed in metres per second.
    pub speed_mps: Option<f64>,
    /// Course in degrees from true north.
    pub course_deg: Option<f64>,
    /// Accuracy circle's radius in metres.
    pub accuracy_m: Option<f64>,
    /// Why the position is doubtful.
    pub doubt: Option<PositionDoubt>,
    /// Whether a position from the future is held back.
    pub future_held_back: bool,
    /// Geodesic distance from the query's origin in metres.
    pub distance_m: Option<f64>,
    /// Bearing from the query's origin in degrees from true north.
    pub bearing_deg: Option<f64>,
}

impl From<view::UnitRow> for UnitRow {
    fn from(row: view::UnitRow) -> Self {
        let view::UnitRow {
            id,
            name,
            plate,
            kind,
            group_id,
            link,
            disabled,
            place,
            fix_time,
            age_ms,
            freshness,
            speed_mps,
            course_deg,
            accuracy_m,
            doubt,
            future_held_back,
            distance_m,
            bearing_deg,
        } = row;
        Self {
            id: id.0,
            name,
            plate,
            kind: kind.into(),
            group_id: group_id.0,
            link: link.into(),
            disabled,
            place: place.map(Into::into),
            fix_time_ms: fix_time.map(|at| at.0),
            age_ms,
            freshness: freshness.map(Into::into),
            speed_mps,
            course_deg,
            accuracy_m,
            doubt: doubt.map(Into::into),
            future_held_back,
            distance_m,
            bearing_deg,
        }
    }
}

/// One page of the list, at most 50 rows.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct FleetView {
    /// The rows from the query's offset.
    pub rows: Vec<UnitRow>,
    /// How many units match.
    pub matched: u32,
    /// How many units the account sees.
    pub total: u32,
    /// How far to trust it.
    pub status: FleetStatus,
}

impl From<view::FleetView> for FleetView {
    fn from(fleet: view::FleetView) -> Self {
        let view::FleetView { rows, matched, total, status } = fleet;
        Self { rows: all(rows), matched: count(matched), total: count(total), status: status.into() }
    }
}

/// A group of units; groups nest.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct UnitGroup {
    /// Number at the server.
    pub id: i64,
    /// The group it stands in, 0 for none.
    pub parent_id: i64,
    /// Name as shown to people.
    pub name: String,
}

impl From<model::Group> for UnitGroup {
    fn from(group: model::Group) -> Self {
        let model::Group { id, parent_id, name } = group;
        Self { id: id.0, parent_id: parent_id.0, name }
    }
}
