//! The fleet in memory: every unit the account sees with its newest acceptable position.
//!
//! Decides how facts from the cache, a snapshot and the live stream are merged: of what comes live older never replaces
//! newer, a removed unit takes its position with it, a position from the future is held back. Leaves the judgement of
//! one position to `decide::sanity`, what was erased to `erased`, storage to `store`, and what a screen sees to `view`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::decide::newer;
use crate::decide::order::{NameKey, name_key};
use crate::decide::sanity::{self, Verdict};
use crate::geo::scan::Scan;
use crate::model::{FleetUnit, Group, GroupId, LatLon, Position, PositionId, UnitId, UtcMs};
use crate::search::Index;
use crate::traccar::decode::{RawPosition, RawUnit};

/// One unit's place in the fleet.
pub struct Entry {
    /// The unit as its server describes it.
    pub unit: Arc<FleetUnit>,
    /// The newest accepted position.
    pub position: Option<Arc<Position>>,
    /// Time of a newer position that lies in the future and is held back.
    pub held_back: Option<UtcMs>,
    /// When the position came (monotonic milliseconds); `None` for one from the cache, so from an earlier run.
    pub(super) came_at_ms: Option<u64>,
    /// The newest position as the unit's row named it last.
    pub(super) named: Option<PositionId>,
    /// The number of the last answer that brought a position.
    pub(super) brought_by: u64,
    name_key: NameKey,
}

/// When positions came.
#[derive(Clone, Copy, Debug)]
pub struct Received {
    /// The server's clock as far as it is known; without it nothing is from the future.
    pub server_now: Option<UtcMs>,
    /// This device's monotonic clock, milliseconds.
    pub at_ms: u64,
}

/// What applying some facts changed, for the store and the observers.
#[derive(Default)]
pub struct Applied {
    /// Positions that became the newest of their unit.
    pub positions: Vec<Arc<Position>>,
    /// Units whose newest position is an older one now, or none.
    pub erased: Vec<(UnitId, Option<Arc<Position>>)>,
    /// Units that are new or differ from what was known.
    pub units: Vec<FleetUnit>,
    /// Units that are gone.
    pub removed: Vec<UnitId>,
    /// Positions of units that nobody told us of: permissions have changed, ask for a snapshot.
    pub unknown_units: bool,
    /// Units whose position was erased, as it seems: ask for a snapshot, which tells.
    pub perhaps_erased: bool,
    /// Positions held back because their time lies in the future.
    pub held_back: u32,
    /// Positions that were no position at all (null island, 1980, impossible coordinates).
    pub no_position: u32,
}

impl Applied {
    /// Whether a screen could look different.
    pub fn changed(&self) -> bool {
        !(self.positions.is_empty()
            && self.erased.is_empty()
            && self.units.is_empty()
            && self.removed.is_empty())
            || self.held_back > 0
    }
}

/// All units of one account. Slots are stable while a unit stays; freed slots are used again.
#[derive(Default)]
pub struct Fleet {
    entries: Vec<Option<Entry>>,
    free: Vec<u32>,
    by_id: HashMap<UnitId, u32>,
    groups: HashMap<GroupId, Group>,
    scan: Scan,
    index: Index,
    name_order: Arc<Vec<u32>>,
    names_dirty: bool,
    held_back: u32,
    /// How many answers have been applied.
    pub(super) answers: u64,
}

impl Fleet {
    /// How many units there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// The unit in `slot`.
    pub fn entry(&self, slot: u32) -> Option<&Entry> {
        self.entries.get(slot as usize).and_then(Option::as_ref)
    }

    /// The slot of a unit.
    pub fn slot(&self, id: UnitId) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    /// A unit; `None` for one that the account does not see.
    pub fn unit(&self, id: UnitId) -> Option<&FleetUnit> {
        Some(&self.entry(self.slot(id)?)?.unit)
    }

    /// A unit's name; `None` for a unit that the account does not see.
    pub fn name(&self, id: UnitId) -> Option<&str> {
        self.unit(id).map(|unit| unit.name.as_str())
    }

    /// The places of all slots.
    pub fn scan(&self) -> &Scan {
        &self.scan
    }

    /// The texts of all slots.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// All groups by number.
    pub fn groups(&self) -> &HashMap<GroupId, Group> {
        &self.groups
    }

    /// How many units have a position from the future held back.
    pub fn held_back(&self) -> u32 {
        self.held_back
    }

    /// All slots in the order of their names, as of the last [`settle`](Self::settle).
    pub fn name_order(&self) -> &Arc<Vec<u32>> {
        &self.name_order
    }

    /// Occupied slots with their entries.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Entry)> {
        self.entries.iter().enumerate().filter_map(|(slot, entry)| Some((slot as u32, entry.as_ref()?)))
    }

    /// Brings the name order and the places up to date; called once after a batch of changes, not per change.
    pub fn settle(&mut self) {
        self.scan.settle();
        if !self.names_dirty {
            return;
        }
        self.names_dirty = false;
        let mut order: Vec<u32> = self.iter().map(|(slot, _)| slot).collect();
        order.sort_by(|a, b| {
            let key = |slot: &u32| self.entry(*slot).map(|e| (&e.name_key, e.unit.id));
            key(a).cmp(&key(b))
        });
        self.name_order = Arc::new(order);
    }

    /// Takes what the cache held. Positions were judged when they were first accepted.
    pub fn load(&mut self, units: Vec<FleetUnit>, positions: Vec<Position>, groups: Vec<Group>) {
        self.set_groups(groups);
        for unit in units {
            self.put_unit(unit);
        }
        for position in positions {
            if let Some(slot) = self.slot(position.unit_id) {
                self.put_position(slot, Arc::new(position), None);
            }
        }
        self.settle();
    }

    /// Replaces all groups.
    pub fn set_groups(&mut self, groups: Vec<Group>) {
        self.groups = groups.into_iter().map(|group| (group.id, group)).collect();
    }

    /// Takes units; `whole` means that units not among them are gone.
    pub fn apply_units(&mut self, units: Vec<FleetUnit>, whole: bool, applied: &mut Applied) {
        if whole {
            let kept: std::collections::HashSet<UnitId> = units.iter().map(|unit| unit.id).collect();
            let gone: Vec<UnitId> = self.by_id.keys().filter(|id| !kept.contains(id)).copied().collect();
            self.remove(&gone, applied);
        }
        for unit in units {
            let same = self.slot(unit.id).and_then(|slot| self.entry(slot)).is_some_and(|e| *e.unit == unit);
            if !same {
                applied.units.push(unit.clone());
                self.put_unit(unit);
            }
        }
    }

    /// Takes a live change of units that are already known; others mean that permissions changed.
    pub fn apply_live_units(&mut self, units: Vec<RawUnit>, applied: &mut Applied) {
        let (known, unknown): (Vec<_>, Vec<_>) =
            units.into_iter().partition(|raw| self.by_id.contains_key(&raw.unit.id));
        applied.unknown_units |= !unknown.is_empty();
        for raw in &known {
            applied.perhaps_erased |= self.names_older(raw);
        }
        self.apply_units(known.into_iter().map(|raw| raw.unit).collect(), false, applied);
    }

    /// Removes units with everything known of them.
    pub fn remove(&mut self, ids: &[UnitId], applied: &mut Applied) {
        for id in ids {
            let Some(slot) = self.by_id.remove(id) else { continue };
            if let Some(entry) = self.entries.get_mut(slot as usize).and_then(Option::take) {
                self.held_back -= u32::from(entry.held_back.is_some());
            }
            self.scan.set(slot, None);
            self.index.remove(slot);
            self.free.push(slot);
            self.names_dirty = true;
            applied.removed.push(*id);
        }
    }

    /// Judges positions that come live and keeps the newest acceptable one of each unit.
    pub fn apply_positions(&mut self, raw: Vec<RawPosition>, received: Received, applied: &mut Applied) {
        for raw in raw {
            let Some(slot) = self.slot(raw.unit_id) else {
                applied.unknown_units = true;
                continue;
            };
            match sanity::judge(&raw.facts(), received.server_now) {
                Verdict::Accept { place, fix_time, doubt } => {
                    let position = raw.into_position(place, fix_time, doubt);
                    let current = self.entry(slot).and_then(|e| e.position.as_deref());
                    if current.is_none_or(|current| newer(current, &position)) {
                        let position = Arc::new(position);
                        applied.positions.push(Arc::clone(&position));
                        self.put_position(slot, position, Some(received.at_ms));
                    } else {
                        applied.perhaps_erased |= self.is_named_instead(slot, position.id);
                    }
                }
                Verdict::Future { fix_time } => {
                    applied.held_back += 1;
                    self.hold_back(slot, Some(fix_time));
                }
                Verdict::NoPosition(_) => applied.no_position += 1,
            }
        }
    }

    fn put_unit(&mut self, unit: FleetUnit) {
        let slot = match self.by_id.get(&unit.id) {
            Some(slot) => *slot,
            None => self.new_slot(unit.id),
        };
        let fields = [
            Some(unit.name.as_str()),
            unit.plate.as_deref(),
            Some(unit.unique_id.as_str()),
            unit.phone.as_deref(),
            unit.model.as_deref(),
            unit.contact.as_deref(),
        ];
        let texts: Vec<&str> = fields.into_iter().flatten().collect();
        self.index.set(slot, &texts);
        let key = name_key(&unit.name);
        let Some(place) = self.entries.get_mut(slot as usize) else { return };
        if let Some(entry) = place {
            self.names_dirty |= entry.name_key != key;
            entry.name_key = key;
            entry.unit = Arc::new(unit);
        } else {
            self.names_dirty = true;
            *place = Some(Entry {
                unit: Arc::new(unit),
                position: None,
                held_back: None,
                came_at_ms: None,
                named: None,
                brought_by: 0,
                name_key: key,
            });
        }
    }

    fn new_slot(&mut self, id: UnitId) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.entries.push(None);
            self.scan.push(None)
        });
        self.by_id.insert(id, slot);
        slot
    }

    pub(super) fn put_position(&mut self, slot: u32, position: Arc<Position>, came_at_ms: Option<u64>) {
        self.scan.set(slot, Some(position.place));
        let fix_time = position.fix_time;
        if let Some(Some(entry)) = self.entries.get_mut(slot as usize) {
            entry.position = Some(position);
            entry.came_at_ms = came_at_ms;
            if entry.held_back.is_some_and(|future| future <= fix_time) {
                self.hold_back(slot, None);
            }
        }
    }

    /// Shows no position of a unit any more.
    pub(super) fn drop_position(&mut self, slot: u32) {
        self.scan.set(slot, None);
        if let Some(entry) = self.entry_mut(slot) {
            entry.position = None;
        }
    }

    pub(super) fn entry_mut(&mut self, slot: u32) -> Option<&mut Entry> {
        self.entries.get_mut(slot as usize).and_then(Option::as_mut)
    }

    pub(super) fn hold_back(&mut self, slot: u32, until: Option<UtcMs>) {
        if let Some(Some(entry)) = self.entries.get_mut(slot as usize) {
            let before = u32::from(entry.held_back.is_some());
            entry.held_back = until;
            self.held_back = self.held_back - before + u32::from(until.is_some());
        }
    }

    /// The groups that `wanted` stand for: themselves and all below them. Cycles in bad data end.
    pub fn expand_groups(
        &self,
        wanted: &std::collections::HashSet<GroupId>,
    ) -> std::collections::HashSet<GroupId> {
        let inside = |mut id: GroupId| {
            for _ in 0..=self.groups.len() {
                if wanted.contains(&id) {
                    return true;
                }
                match self.groups.get(&id) {
                    Some(group) => id = group.parent_id,
                    None => return false,
                }
            }
            false
        };
        self.groups.keys().copied().filter(|id| inside(*id)).chain(wanted.iter().copied()).collect()
    }

    /// The place of a unit's newest position.
    pub fn place(&self, id: UnitId) -> Option<LatLon> {
        self.scan.place(self.slot(id)?)
    }
}
