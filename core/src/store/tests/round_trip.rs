//! Every field comes back as it was given.

use proptest::prelude::*;

use super::{event, fleet, open, position, unit};
use crate::model::{
    FleetUnit, Group, GroupId, LatLon, LinkState, Position, PositionDoubt, PositionId, UnitId, UtcMs,
};
use crate::store::{Change, FirstRows, HistoryCursor, MetaChange};

fn any_unit() -> impl Strategy<Value = FleetUnit> {
    let texts = (any::<String>(), any::<String>(), any::<String>(), any::<String>());
    let options = prop::array::uniform5(prop::option::of(any::<String>()));
    let link = prop::sample::select(vec![LinkState::Online, LinkState::Offline, LinkState::Unknown]);
    (any::<i64>(), texts, options, any::<i64>(), any::<bool>(), link, any::<Option<i64>>()).prop_map(
        |(id, texts, [plate, phone, model, contact, category], group, disabled, link, last_update)| {
            FleetUnit {
                id: UnitId(id),
                name: texts.0,
                unique_id: texts.1,
                group_id: GroupId(group),
                plate,
                phone,
                model,
                contact,
                category,
                disabled,
                link,
                last_update: last_update.map(UtcMs),
                attributes_json: texts.2,
                unknown_json: texts.3,
            }
        },
    )
}

fn any_position() -> impl Strategy<Value = Position> {
    let doubt = prop::sample::select(vec![
        None,
        Some(PositionDoubt::RolloverCorrected),
        Some(PositionDoubt::MarkedInvalid),
    ]);
    let numbers = prop::array::uniform4(prop::option::of(-1e9..1e9_f64));
    let times = (any::<i64>(), any::<i64>(), any::<Option<i64>>(), any::<Option<i64>>());
    let place = (-90.0..=90.0_f64, -180.0..=180.0_f64);
    let texts = (any::<Option<String>>(), any::<String>());
    (any::<(i64, i64, bool)>(), times, place, numbers, texts, doubt).prop_map(
        |(
            (unit, id, valid),
            times,
            (lat, lon),
            [altitude_m, speed_mps, course_deg, accuracy_m],
            texts,
            doubt,
        )| {
            Position {
                id: PositionId(id),
                unit_id: UnitId(unit),
                fix_time: UtcMs(times.0),
                raw_fix_time: UtcMs(times.1),
                device_time: times.2.map(UtcMs),
                server_time: times.3.map(UtcMs),
                place: LatLon::new(lat, lon).unwrap(),
                valid,
                altitude_m,
                speed_mps,
                course_deg,
                accuracy_m,
                address: texts.0,
                attributes_json: texts.1,
                doubt,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_unit_and_position_survive_a_restart(
        units in prop::collection::hash_map(any::<i64>(), any_unit(), 0..20),
        positions in prop::collection::hash_map(any::<i64>(), any_position(), 0..20),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut units: Vec<_> = units.into_iter().map(|(id, u)| FleetUnit { id: UnitId(id), ..u }).collect();
        let mut positions: Vec<_> =
            positions.into_iter().map(|(id, p)| Position { unit_id: UnitId(id), ..p }).collect();
        let store = open(folder.path());
        let kept = positions.iter().cloned().map(Into::into).collect();
        store.apply(Change { units: units.clone(), positions: kept, ..Change::default() }).unwrap();
        drop(store);
        let mut found = open(folder.path()).load_fleet().unwrap();
        units.sort_by_key(|u| u.id);
        positions.sort_by_key(|p| p.unit_id);
        found.units.sort_by_key(|u| u.id);
        found.positions.sort_by_key(|p| p.unit_id);
        prop_assert!(found.units == units);
        prop_assert!(found.positions == positions);
    }
}

#[test]
fn groups_and_facts_about_the_whole_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let group =
        |id, parent, name: &str| Group { id: GroupId(id), parent_id: GroupId(parent), name: name.into() };
    let groups = vec![group(1, 0, "Baustelle"), group(2, 1, "工地")];
    let meta = MetaChange {
        cursor: Some("c-17".into()),
        last_snapshot_at: Some(UtcMs(17)),
        events_until: Some(UtcMs(16)),
        server_clock_offset_ms: Some(-3_600_000),
        ..MetaChange::default()
    };
    store.apply(Change { groups: Some(groups.clone()), meta, ..Change::default() }).unwrap();
    // What is not said stays.
    let meta = MetaChange { last_snapshot_at: Some(UtcMs(18)), ..MetaChange::default() };
    store.apply(Change { meta, ..Change::default() }).unwrap();
    drop(store);
    let store = open(folder.path());
    assert!(store.load_fleet().unwrap().groups == groups);
    let meta = store.meta().unwrap();
    assert_eq!(meta.cursor.as_deref(), Some("c-17"));
    assert_eq!(meta.last_snapshot_at, Some(UtcMs(18)));
    assert_eq!(meta.events_until, Some(UtcMs(16)));
    assert_eq!(meta.server_clock_offset_ms, Some(-3_600_000));
    store.apply(Change { groups: Some(Vec::new()), ..Change::default() }).unwrap();
    assert!(store.load_fleet().unwrap().groups.is_empty());
}

#[test]
fn a_cold_start_shows_the_first_rows_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let units = vec![unit(1, "b"), unit(2, "a"), unit(3, "d"), unit(4, "c")];
    let positions = [position(1, 1, 30), position(3, 2, 50), position(2, 3, 40)].map(Into::into).to_vec();
    store.apply(Change { units, positions, ..Change::default() }).unwrap();
    let ids = |order, limit| -> Vec<i64> {
        let rows = store.load_first(order, limit).unwrap();
        assert!(rows.iter().all(|(unit, p)| p.as_ref().is_none_or(|p| p.unit_id == unit.id)));
        assert!(rows.iter().all(|(unit, p)| p.is_some() == (unit.id.0 != 4)));
        rows.iter().map(|(unit, _)| unit.id.0).collect()
    };
    assert_eq!(ids(FirstRows::ByName, 10), [2, 1, 4, 3]);
    assert_eq!(ids(FirstRows::ByName, 2), [2, 1]);
    assert_eq!(ids(FirstRows::Freshest, 10), [3, 2, 1, 4], "the one without a position is last");
    assert_eq!(ids(FirstRows::Freshest, 2), [3, 2]);
    assert!(ids(FirstRows::ByName, 0).is_empty());
}

#[test]
fn a_track_looked_at_is_kept_with_its_range() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.apply(fleet(3)).unwrap();
    let track = |from: i64, to: i64| (from..=to).step_by(10).map(|t| position(1, t, t)).collect::<Vec<_>>();
    let keep = |from, to, positions| {
        store.apply(Change::history(UnitId(1), UtcMs(from), UtcMs(to), positions)).unwrap();
    };
    let covered = || -> Vec<(i64, i64)> {
        store.history_coverage(UnitId(1)).unwrap().into_iter().map(|(a, b)| (a.0, b.0)).collect()
    };
    let times = |from, to| -> Vec<i64> {
        let found = store.positions_of(UnitId(1), UtcMs(from), UtcMs(to)).unwrap();
        found.iter().map(|p| p.fix_time.0).collect()
    };
    keep(0, 99, track(0, 90));
    keep(300, 400, Vec::new());
    assert_eq!(covered(), [(0, 99), (300, 400)], "an empty range is an answer too");
    // Touching and overlapping ranges are one.
    keep(100, 150, track(100, 150));
    keep(290, 300, track(290, 300));
    assert_eq!(covered(), [(0, 150), (290, 400)]);
    assert_eq!(times(85, 115), [90, 100, 110]);
    // The server's newest answer for a range replaces the older one; what lies outside of it is not taken.
    keep(0, 50, vec![position(1, 7, 5), position(1, 8, 60), position(2, 9, 6)]);
    assert_eq!(times(0, 75), [5, 60, 70]);
    assert_eq!(covered(), [(0, 150), (290, 400)]);
    assert!(store.history_coverage(UnitId(2)).unwrap().is_empty());

    let mut paged = Vec::new();
    let mut after = None;
    loop {
        let page = store.positions_page(UnitId(1), UtcMs(0), UtcMs(400), after, 3).unwrap();
        let Some(last) = page.last() else { break };
        after = Some(HistoryCursor { fix_time: last.fix_time, id: last.id });
        paged.extend(page.iter().map(|p| p.fix_time.0));
    }
    assert_eq!(paged, times(0, 400));
}

#[test]
fn the_ranges_used_longest_ago_give_way() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for day in 0..5_i64 {
        let (from, to) = (day * 100_000, day * 100_000 + 49_999);
        let positions = (from..=to).map(|t| position(day, t, t)).collect();
        store.apply(Change::history(UnitId(day), UtcMs(from), UtcMs(to), positions)).unwrap();
    }
    let kept: Vec<i64> =
        (0..5).filter(|day| !store.history_coverage(UnitId(*day)).unwrap().is_empty()).collect();
    assert_eq!(kept, [1, 2, 3, 4]);
    assert!(store.positions_of(UnitId(0), UtcMs(0), UtcMs(i64::MAX)).unwrap().is_empty());
    assert_eq!(store.positions_of(UnitId(4), UtcMs(0), UtcMs(i64::MAX)).unwrap().len(), 50_000);
}

#[test]
fn an_event_is_kept_once_and_stays_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.insert_events(vec![event(1, 1, 100), event(2, 1, 300), event(3, 2, 200)]).unwrap();
    store.acknowledge(vec![2]).unwrap();
    // The same event comes again after a reconnect.
    store.insert_events(vec![event(2, 1, 300), event(4, 2, 400)]).unwrap();
    let ids = |events: Vec<crate::model::Event>| events.iter().map(|e| e.id).collect::<Vec<_>>();
    assert_eq!(ids(store.recent_events(10, None).unwrap()), [4, 2, 3, 1]);
    assert_eq!(ids(store.recent_events(2, None).unwrap()), [4, 2]);
    assert_eq!(ids(store.recent_events(10, Some(UtcMs(300))).unwrap()), [3, 1]);
    assert_eq!(ids(store.unacknowledged_events(10).unwrap()), [4, 3, 1]);
    assert_eq!(store.recent_events(1, None).unwrap(), [event(4, 2, 400)]);
}
