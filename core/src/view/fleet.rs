//! The unit list.

use std::collections::HashSet;

use crate::decide::freshness::{Freshness, freshness};
use crate::decide::order::{Candidate, Filter, Sort};
use crate::model::{GroupId, LatLon, LinkState, PositionDoubt, PositionId, UnitId, UnitKind, UtcMs};
use crate::sync::fleet::{Entry, Fleet};
use crate::view::{AsOf, FleetStatus, PAGE_ROWS};

/// What the list is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FleetQuery {
    /// Part of a name, plate, number, phone, model or contact; empty for all.
    pub text: String,
    /// Which units are let through.
    pub filter: Filter,
    /// Order of the rows.
    pub sort: Sort,
    /// From where `Sort::Nearest` measures and each row's distance is given.
    pub origin: Option<LatLon>,
    /// Rows to skip.
    pub offset: usize,
}

/// One page of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct FleetView {
    /// At most [`PAGE_ROWS`](crate::view::PAGE_ROWS) rows from the query's offset.
    pub rows: Vec<UnitRow>,
    /// How many units match.
    pub matched: usize,
    /// How many units the account sees.
    pub total: usize,
    /// How far to trust it.
    pub status: FleetStatus,
}

/// One unit in a list.
#[derive(Clone, PartialEq)]
pub struct UnitRow {
    /// The unit.
    pub id: UnitId,
    /// Name.
    pub name: String,
    /// Number plate.
    pub plate: Option<String>,
    /// Kind.
    pub kind: UnitKind,
    /// Group, 0 for none.
    pub group_id: GroupId,
    /// Link to the tracker now; unknown while the server is not heard of.
    pub link: LinkState,
    /// Whether the administrator switched it off.
    pub disabled: bool,
    /// Last known place.
    pub place: Option<LatLon>,
    /// When that fix was taken (server's clock).
    pub fix_time: Option<UtcMs>,
    /// Age of the fix in milliseconds on the server's clock, not negative.
    pub age_ms: Option<i64>,
    /// Level of that age; `None` without a position.
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

impl core::fmt::Debug for UnitRow {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("UnitRow")
            .field("id", &self.id)
            .field("freshness", &self.freshness)
            .finish_non_exhaustive()
    }
}

impl UnitRow {
    /// The row of one unit at a moment; `from` adds distance and bearing.
    pub(crate) fn of(entry: &Entry, as_of: AsOf, from: Option<LatLon>) -> Self {
        let (unit, position) = (&entry.unit, entry.position.as_deref());
        let (age_ms, link) = (position.map(|p| as_of.age_ms(p.fix_time)), as_of.link(unit.link));
        let inverse = from.zip(position).map(|(from, p)| crate::geo::distance::inverse(from, p.place));
        Self {
            id: unit.id,
            name: unit.name.clone(),
            plate: unit.plate.clone(),
            kind: unit.kind(),
            group_id: unit.group_id,
            link,
            disabled: unit.disabled,
            place: position.map(|p| p.place),
            fix_time: position.map(|p| p.fix_time),
            age_ms,
            freshness: age_ms.map(|age_ms| freshness(age_ms, link)),
            speed_mps: position.and_then(|p| p.speed_mps),
            course_deg: position.and_then(|p| p.course_deg),
            accuracy_m: position.and_then(|p| p.accuracy_m),
            doubt: position.and_then(|p| p.doubt),
            future_held_back: entry.held_back.is_some(),
            distance_m: inverse.map(|i| i.distance_m),
            bearing_deg: inverse.map(|i| i.bearing_deg),
        }
    }
}

/// What a watcher compares of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitMark {
    /// The unit.
    pub id: UnitId,
    /// Number of its newest position; `None` without one.
    pub position: Option<PositionId>,
    /// Link to the tracker as the server said last: a lost connection to the server changes nothing of it.
    pub link: LinkState,
}

impl UnitMark {
    pub(crate) fn of(entry: &Entry) -> Self {
        let position = entry.position.as_ref().map(|position| position.id);
        Self { id: entry.unit.id, position, link: entry.unit.link }
    }
}

/// Builds one page of the list.
pub(crate) fn build(fleet: &Fleet, query: &FleetQuery, status: FleetStatus, as_of: AsOf) -> FleetView {
    let gate = Gate::new(fleet, &query.filter, as_of);
    let text = query.text.trim();
    let mut slots: Vec<u32> = if text.is_empty() {
        fleet.name_order().iter().copied().filter(|slot| gate.lets(*slot)).collect()
    } else {
        let found: HashSet<u32> =
            fleet.index().find_all(text).into_iter().filter(|s| gate.lets(*s)).collect();
        fleet.name_order().iter().copied().filter(|slot| found.contains(slot)).collect()
    };
    let matched = slots.len();
    let end = query.offset.saturating_add(PAGE_ROWS);
    match (query.sort, query.origin) {
        (Sort::Name, _) | (Sort::Nearest, None) => {}
        (Sort::Freshest, _) => {
            let age = |slot: &u32| fleet.entry(*slot).and_then(|e| e.position.as_ref()).map(|p| p.fix_time);
            front(&mut slots, end, |slot| core::cmp::Reverse(age(slot)));
        }
        (Sort::Nearest, Some(origin)) => {
            let wanted: HashSet<u32> = slots.iter().copied().collect();
            let hits = fleet.scan().nearest(origin, end, None, |slot| wanted.contains(&slot));
            let near: HashSet<u32> = hits.iter().map(|hit| hit.slot).collect();
            // Units without a position follow in the order of their names.
            let rest =
                slots.iter().copied().filter(|s| !near.contains(s) && fleet.scan().place(*s).is_none());
            slots = hits.iter().map(|hit| hit.slot).chain(rest).collect();
        }
    }
    let rows = slots
        .iter()
        .skip(query.offset)
        .take(PAGE_ROWS)
        .filter_map(|slot| fleet.entry(*slot))
        .map(|entry| UnitRow::of(entry, as_of, query.origin))
        .collect();
    FleetView { rows, matched, total: fleet.len(), status }
}

/// Sorts so that the first `count` are in order; the rest need not be, nobody sees them. Stable among equals.
fn front<K: Ord>(slots: &mut Vec<u32>, count: usize, key: impl Fn(&u32) -> K) {
    let mut keyed: Vec<(K, usize, u32)> = slots.iter().enumerate().map(|(i, s)| (key(s), i, *s)).collect();
    if count < keyed.len() {
        keyed.select_nth_unstable_by(count, |a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        keyed.truncate(count);
    }
    keyed.sort_unstable_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    *slots = keyed.into_iter().map(|(_, _, slot)| slot).collect();
}

/// Lets through the slots that a filter means; groups stand for all groups below them.
pub(crate) struct Gate<'a> {
    fleet: &'a Fleet,
    filter: Option<Filter>,
    as_of: AsOf,
}

impl<'a> Gate<'a> {
    pub(crate) fn new(fleet: &'a Fleet, filter: &Filter, as_of: AsOf) -> Self {
        let filter = (*filter != Filter::default()).then(|| {
            let mut filter = filter.clone();
            if let Some(groups) = &filter.groups {
                filter.groups = Some(fleet.expand_groups(groups));
            }
            filter
        });
        Self { fleet, filter, as_of }
    }

    /// Whether there is no filter: whatever unit is in the fleet passes.
    pub(crate) fn lets_all(&self) -> bool {
        self.filter.is_none()
    }

    pub(crate) fn lets(&self, slot: u32) -> bool {
        let Some(entry) = self.fleet.entry(slot) else { return false };
        let Some(filter) = &self.filter else { return true };
        let age_ms = entry.position.as_ref().map(|p| self.as_of.age_ms(p.fix_time));
        let link = self.as_of.link(entry.unit.link);
        filter.accepts(&Candidate {
            freshness: age_ms.map(|age_ms| freshness(age_ms, link)),
            link,
            group_id: entry.unit.group_id,
            kind: entry.unit.kind(),
            age_ms,
        })
    }
}
