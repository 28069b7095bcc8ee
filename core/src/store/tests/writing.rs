//! What writing does to what is kept.

use proptest::prelude::*;

use super::{event, fleet, open, position, unit};
use crate::decide::newer;
use crate::model::{FleetUnit, Position, UnitId, UtcMs};
use crate::store::{Change, MetaChange, StoreError};

#[test]
fn older_never_replaces_newer() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let put = |p: Position, wait: bool| {
        let change = Change { positions: vec![p.into()], ..Change::default() };
        if wait { store.apply(change).unwrap() } else { store.submit(change) }
    };
    // On the disk, and while waiting.
    for wait in [true, false] {
        let at = if wait { 1_000 } else { 2_000 };
        put(position(1, 5, at), wait);
        put(position(1, 9, at - 1), wait);
        put(position(1, 4, at), wait);
        store.flush().unwrap();
        let kept = store.load_fleet().unwrap().positions;
        assert_eq!((kept[0].id.0, kept[0].fix_time.0, kept.len()), (5, at, 1), "wait {wait}");
        put(position(1, 6, at), wait);
        store.flush().unwrap();
        assert_eq!(store.load_fleet().unwrap().positions[0].id.0, 6, "wait {wait}");
    }
}

#[test]
fn an_older_position_replaces_a_newer_one_that_was_erased() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let erased = |newest: Option<Position>| Change {
        erased: vec![(UnitId(1), newest.map(Into::into))],
        ..Change::default()
    };
    let put = |p: Position| Change { positions: vec![p.into()], ..Change::default() };
    let track = |times: [i64; 3]| {
        let positions = times.into_iter().map(|at| position(1, at, at)).collect();
        Change::history(UnitId(1), UtcMs(0), UtcMs(9), positions)
    };
    // On the disk, and while waiting.
    for wait in [true, false] {
        let keep = |change: Change| if wait { store.apply(change).unwrap() } else { store.submit(change) };
        let kept = || {
            store.flush().unwrap();
            let newest = store.load_fleet().unwrap().positions;
            let of = |unit: i64| newest.iter().find(|p| p.unit_id == UnitId(unit)).map(|p| p.id.0);
            let past = store.positions_of(UnitId(1), UtcMs(0), UtcMs(9)).unwrap();
            (of(1), of(2), past.iter().map(|p| p.id.0).collect::<Vec<_>>())
        };
        keep(put(position(1, 9, 9)));
        keep(put(position(2, 9, 9)));
        keep(track([3, 5, 9]));
        keep(erased(Some(position(1, 5, 5))));
        assert_eq!(kept(), (Some(5), Some(9), vec![3, 5]), "wait {wait}");
        // What comes afterwards counts as always.
        keep(erased(Some(position(1, 5, 5))));
        keep(put(position(1, 7, 7)));
        keep(track([3, 5, 7]));
        assert_eq!(kept(), (Some(7), Some(9), vec![3, 5, 7]), "wait {wait}");
        keep(track([3, 5, 7]));
        keep(erased(Some(position(1, 5, 5))));
        keep(erased(None));
        assert_eq!(kept(), (None, Some(9), vec![]), "wait {wait}");
    }
}

#[test]
fn a_removed_unit_takes_everything_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.apply(fleet(3)).unwrap();
    store.insert_events(vec![event(1, 2, 5), event(2, 3, 6)]).unwrap();
    store.apply(Change::history(UnitId(2), UtcMs(0), UtcMs(9), vec![position(2, 1, 5)])).unwrap();
    // Removed and, in the same moment, a later one with the same number appears.
    store.submit(Change { removed: vec![UnitId(2)], ..Change::default() });
    store.submit(Change { units: vec![unit(2, "new")], ..Change::default() });
    store.flush().unwrap();
    let fleet = store.load_fleet().unwrap();
    assert_eq!(
        fleet.units.iter().map(|u| u.name.as_str()).collect::<Vec<_>>(),
        ["Kran 0001", "new", "Kran 0003"]
    );
    assert_eq!(fleet.positions.iter().map(|p| p.unit_id.0).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(store.recent_events(9, None).unwrap().len(), 1);
    assert!(store.history_coverage(UnitId(2)).unwrap().is_empty());
    assert!(store.positions_of(UnitId(2), UtcMs(0), UtcMs(9)).unwrap().is_empty());
}

#[test]
fn a_whole_snapshot_removes_what_it_does_not_list() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.apply(fleet(5)).unwrap();
    store.submit(Change { units: vec![unit(77, "was waiting")], ..Change::default() });
    store.submit(Change {
        snapshot: true,
        units: vec![unit(2, "two"), unit(9, "nine")],
        ..Change::default()
    });
    store.submit(Change { units: vec![unit(10, "ten")], ..Change::default() });
    store.flush().unwrap();
    let fleet = store.load_fleet().unwrap();
    assert_eq!(fleet.units.iter().map(|u| u.name.as_str()).collect::<Vec<_>>(), ["two", "nine", "ten"]);
    assert_eq!(fleet.positions.iter().map(|p| p.unit_id.0).collect::<Vec<_>>(), [2]);
}

#[test]
fn a_full_disk_loses_nothing_and_goes_on_when_there_is_space() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.apply(fleet(500)).unwrap();
    store.limit_pages(Some(100));
    let cursor = |text: &str| MetaChange { cursor: Some(text.into()), ..MetaChange::default() };
    let more = Change {
        units: (1_000..3_000).map(|id| unit(id, "late")).collect(),
        meta: cursor("after"),
        ..Change::default()
    };
    assert_eq!(store.apply(more), Err(StoreError::Full));
    store.submit(Change { units: vec![unit(3_001, "later")], ..Change::default() });
    assert_eq!(store.flush(), Err(StoreError::Full));
    let health = store.health();
    assert_eq!(health.last_error, Some(StoreError::Full));
    assert_eq!((health.waiting, health.lost), (2_001, 0));
    // What was there is there, and the cursor does not claim what is not.
    let kept = store.load_fleet().unwrap();
    assert_eq!((kept.units.len(), kept.positions.len(), kept.meta.cursor), (500, 500, None));

    store.limit_pages(None);
    store.flush().unwrap();
    let kept = store.load_fleet().unwrap();
    assert_eq!((kept.units.len(), kept.meta.cursor.as_deref()), (2_501, Some("after")));
    assert_eq!(store.health(), crate::store::Health::default());
}

#[test]
fn what_waits_while_the_disk_is_full_when_closing_is_said_to_be_lost() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.limit_pages(Some(1));
    store.submit(fleet(500));
    store.close();
    assert_eq!((store.health().last_error, store.health().lost), (Some(StoreError::Full), 1_000));
}

#[test]
fn a_closed_store_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.submit(fleet(5));
    store.close();
    assert_eq!(store.apply(fleet(1)), Err(StoreError::Closed));
    assert_eq!(store.flush(), Err(StoreError::Closed));
    assert_eq!(store.load_fleet().err(), Some(StoreError::Closed));
    store.submit(fleet(1));
    assert_eq!((store.health().last_error, store.health().lost), (Some(StoreError::Closed), 1));
    store.close();
    assert_eq!(open(folder.path()).load_fleet().unwrap().units.len(), 5, "what was ordered before is there");
}

/// What an observer sees of a fleet that applies changes one by one.
#[derive(Default)]
struct Naive {
    units: std::collections::BTreeMap<i64, FleetUnit>,
    positions: std::collections::BTreeMap<i64, Position>,
}

impl Naive {
    fn apply(&mut self, change: &Change) {
        let unlisted = |id: &i64| change.snapshot && change.units.iter().all(|u| u.id.0 != *id);
        let gone: Vec<i64> = self.units.keys().copied().filter(unlisted).collect();
        for id in gone.iter().chain(change.removed.iter().map(|UnitId(id)| id)) {
            self.units.remove(id);
            self.positions.remove(id);
        }
        self.units.extend(change.units.iter().map(|u| (u.id.0, u.clone())));
        for p in &change.positions {
            if self.units.contains_key(&p.unit_id.0)
                && self.positions.get(&p.unit_id.0).is_none_or(|kept| newer(kept, p))
            {
                self.positions.insert(p.unit_id.0, Position::clone(p));
            }
        }
    }
}

fn any_change() -> impl Strategy<Value = (Change, bool)> {
    let units = prop::collection::vec((0..12_i64, 0..3_u8), 0..6);
    let positions = prop::collection::vec((0..12_i64, 0..20_i64, 0..20_i64), 0..6);
    let removed = prop::collection::vec(0..12_i64, 0..3);
    (units, positions, removed, prop::bool::weighted(0.15), any::<bool>()).prop_map(
        |(units, positions, removed, snapshot, wait)| {
            let change = Change {
                snapshot,
                units: units.into_iter().map(|(id, name)| unit(id, &format!("n{name}"))).collect(),
                removed: removed.into_iter().map(UnitId).collect(),
                positions: positions.into_iter().map(|(u, id, t)| position(u, id, t).into()).collect(),
                ..Change::default()
            };
            (change, wait)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Joining changes, in whatever portions they reach the disk, gives what applying them one by one gives.
    #[test]
    fn joined_changes_equal_single_ones(changes in prop::collection::vec(any_change(), 1..25)) {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path());
        let mut naive = Naive::default();
        for (mut change, wait) in changes {
            // A position reaches the cache only with its unit known: the fleet sees to that.
            let known = |id: UnitId| {
                change.units.iter().any(|u| u.id == id)
                    || (naive.units.contains_key(&id.0) && !change.snapshot && !change.removed.contains(&id))
            };
            let positions = change.positions.iter().filter(|p| known(p.unit_id)).cloned().collect();
            change.positions = positions;
            naive.apply(&change);
            if wait { store.apply(change).unwrap() } else { store.submit(change) }
        }
        store.flush().unwrap();
        let found = store.load_fleet().unwrap();
        prop_assert!(found.units.iter().eq(naive.units.values()));
        prop_assert!(found.positions.iter().eq(naive.positions.values()));
    }
}
