//! What waits to be written.
//!
//! Decides how changes are joined: the latest facts of a unit win, so that what waits is never more than one fleet,
//! however fast updates come and however long the disk is full. Events and tracks have a limit of their own; what is
//! given up there is counted, never silent.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::decide::newer;
use crate::model::{Event, FleetUnit, Group, Position, UnitId, UtcMs};
use crate::store::change::{Change, HistoryChunk, MetaChange, Retain};

/// How many events may wait. A screen shows 50; a disk that stays full must not fill the memory too.
const EVENTS: usize = 10_000;
/// How many tracks may wait.
const TRACKS: usize = 32;

/// Changes joined into one.
#[derive(Default)]
pub(crate) struct Pending {
    /// The units that every whole snapshot listed; all others on the disk are removed before `units` are added.
    pub(crate) snapshot: Option<HashSet<UnitId>>,
    pub(crate) removed: HashSet<UnitId>,
    pub(crate) units: HashMap<UnitId, FleetUnit>,
    pub(crate) positions: HashMap<UnitId, Arc<Position>>,
    /// Units whose positions on the disk after a time go, or all with `None`, before `positions` and `tracks` are added.
    pub(crate) erased: HashMap<UnitId, Option<UtcMs>>,
    pub(crate) groups: Option<Vec<Group>>,
    pub(crate) tracks: Vec<HistoryChunk>,
    pub(crate) events: Vec<Event>,
    pub(crate) acknowledged: Vec<i64>,
    pub(crate) told: Vec<i64>,
    pub(crate) retain: Option<Retain>,
    pub(crate) meta: MetaChange,
    /// Events and tracks given up because too many waited.
    pub(crate) given_up: u64,
}

impl Pending {
    pub(crate) fn is_empty(&self) -> bool {
        let MetaChange {
            cursor,
            last_snapshot_at,
            events_until,
            server_clock_offset_ms,
            alert_settings,
            push_install,
            notices,
        } = &self.meta;
        self.snapshot.is_none()
            && self.removed.is_empty()
            && self.units.is_empty()
            && self.positions.is_empty()
            && self.erased.is_empty()
            && self.groups.is_none()
            && self.tracks.is_empty()
            && self.events.is_empty()
            && self.acknowledged.is_empty()
            && self.told.is_empty()
            && self.retain.is_none()
            && cursor.is_none()
            && last_snapshot_at.is_none()
            && events_until.is_none()
            && server_clock_offset_ms.is_none()
            && alert_settings.is_none()
            && push_install.is_none()
            && notices.is_none()
    }

    /// How many units, positions, events and tracks wait.
    pub(crate) fn len(&self) -> u64 {
        (self.units.len() + self.positions.len() + self.events.len() + self.tracks.len()) as u64
    }

    /// Joins a later change.
    pub(crate) fn add(&mut self, change: Change) {
        self.add_later(change.into());
    }

    /// Puts what came later on top.
    pub(crate) fn add_later(&mut self, later: Self) {
        if let Some(listed) = later.snapshot {
            self.keep_units(|id| listed.contains(id));
            // What one of two snapshots did not list is gone, even if it came back.
            self.snapshot = Some(match self.snapshot.take() {
                Some(before) => before.intersection(&listed).copied().collect(),
                None => listed,
            });
        }
        if !later.removed.is_empty() {
            self.keep_units(|id| !later.removed.contains(id));
            self.removed.extend(later.removed);
        }
        self.units.extend(later.units);
        for (unit, after) in later.erased {
            self.erase(unit, after);
        }
        for position in later.positions.into_values() {
            self.add_position(position);
        }
        self.groups = later.groups.or(self.groups.take());
        self.tracks.extend(later.tracks);
        self.events.extend(later.events);
        self.acknowledged.extend(later.acknowledged);
        self.told.extend(later.told);
        self.retain = later.retain.or(self.retain);
        let meta = &mut self.meta;
        meta.cursor = later.meta.cursor.or(meta.cursor.take());
        meta.last_snapshot_at = later.meta.last_snapshot_at.or(meta.last_snapshot_at);
        meta.events_until = later.meta.events_until.or(meta.events_until);
        meta.server_clock_offset_ms = later.meta.server_clock_offset_ms.or(meta.server_clock_offset_ms);
        meta.alert_settings = later.meta.alert_settings.or(meta.alert_settings.take());
        meta.push_install = later.meta.push_install.or(meta.push_install.take());
        meta.notices = later.meta.notices.or(meta.notices.take());
        self.given_up += later.given_up;
        self.limit();
    }

    fn keep_units(&mut self, keep: impl Fn(&UnitId) -> bool) {
        self.units.retain(|id, _| keep(id));
        self.positions.retain(|id, _| keep(id));
        self.tracks.retain(|track| keep(&track.unit));
        self.events.retain(|event| keep(&event.unit_id));
    }

    fn erase(&mut self, unit: UnitId, after: Option<UtcMs>) {
        let goes = |position: &Position| {
            position.unit_id == unit && after.is_none_or(|after| position.fix_time > after)
        };
        self.positions.retain(|_, position| !goes(position));
        for track in &mut self.tracks {
            track.positions.retain(|position| !goes(position));
        }
        let earliest = self.erased.get(&unit).map_or(after, |before| after.min(*before));
        self.erased.insert(unit, earliest);
    }

    fn add_position(&mut self, position: Arc<Position>) {
        match self.positions.entry(position.unit_id) {
            std::collections::hash_map::Entry::Occupied(mut kept) => {
                if newer(kept.get(), &position) {
                    kept.insert(position);
                }
            }
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(position);
            }
        }
    }

    /// The oldest give way.
    fn limit(&mut self) {
        let events = self.events.len().saturating_sub(EVENTS);
        let tracks = self.tracks.len().saturating_sub(TRACKS);
        self.events.drain(..events);
        self.tracks.drain(..tracks);
        let acknowledged = self.acknowledged.len().saturating_sub(EVENTS);
        self.acknowledged.drain(..acknowledged);
        let told = self.told.len().saturating_sub(EVENTS);
        self.told.drain(..told);
        self.given_up += (events + tracks + acknowledged + told) as u64;
    }
}

impl From<Change> for Pending {
    fn from(change: Change) -> Self {
        let Change {
            snapshot,
            units,
            removed,
            positions,
            erased,
            groups,
            history,
            events,
            acknowledged,
            told,
            retain,
            meta,
        } = change;
        let mut pending = Self {
            snapshot: snapshot.then(|| units.iter().map(|unit| unit.id).collect()),
            removed: removed.into_iter().collect(),
            units: units.into_iter().map(|unit| (unit.id, unit)).collect(),
            groups,
            tracks: history.into_iter().collect(),
            events,
            acknowledged,
            told,
            retain,
            meta,
            ..Self::default()
        };
        for (unit, newest) in erased {
            pending.erase(unit, newest.as_ref().map(|position| position.fix_time));
            if let Some(position) = newest {
                pending.add_position(position);
            }
        }
        for position in positions {
            pending.add_position(position);
        }
        pending
    }
}
