//! Each state that the files can be in.

use std::fs;
use std::path::Path;

use super::{event, fleet, key, open, position, report, unit};
use crate::model::UnitId;
use crate::store::connect::{self, MIGRATIONS};
use crate::store::{Change, Facts, OpenReport, Store, StoreError, erase, exists, rows};

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn nothing_there_is_fresh_then_existing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("a/b");
    assert!(!exists(&folder));
    assert_eq!(report(&folder), OpenReport::Fresh);
    assert!(exists(&folder));
    assert_eq!(report(&folder), OpenReport::Existing);
    assert_eq!(names(&folder), ["fleet.db", "fleet.key-check"]);
}

#[test]
fn a_wrong_key_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).apply(fleet(10)).unwrap();
    let before = fs::read(folder.path().join("fleet.db")).unwrap();
    let wrong = || Store::open(folder.path(), &key(2)).map(|o| o.report);
    assert_eq!(wrong(), Err(StoreError::WrongKey));
    // Also when the check beside it is gone or damaged, and the right key then still opens it.
    for damage in [None, Some(vec![7; 80]), Some(Vec::new())] {
        let check = folder.path().join("fleet.key-check");
        match damage {
            None => fs::remove_file(&check).unwrap(),
            Some(bytes) => fs::write(&check, bytes).unwrap(),
        }
        assert_eq!(wrong(), Err(StoreError::WrongKey));
        assert_eq!(names(folder.path()).iter().filter(|n| n.contains("corrupt")).count(), 0);
        assert_eq!(fs::read(folder.path().join("fleet.db")).unwrap(), before);
        assert_eq!(report(folder.path()), OpenReport::Existing);
        assert_eq!(wrong(), Err(StoreError::WrongKey), "the check is there again");
    }
    assert_eq!(open(folder.path()).load_fleet().unwrap().units.len(), 10);
}

#[test]
fn a_key_of_a_database_that_is_gone_is_no_obstacle() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).apply(fleet(10)).unwrap();
    fs::remove_file(folder.path().join("fleet.db")).unwrap();
    assert_eq!(Store::open(folder.path(), &key(2)).unwrap().report, OpenReport::Fresh);
    assert_eq!(Store::open(folder.path(), &key(2)).unwrap().report, OpenReport::Existing);
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).apply(fleet(10)).unwrap();
    let path = folder.path().join("fleet.db");
    connect::writing(&path, &key(1)).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = fs::read(&path).unwrap();
    assert_eq!(Store::open(folder.path(), &key(1)).map(|o| o.report), Err(StoreError::NewerSchema));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_database_of_every_older_schema_is_brought_up_to_date() {
    for version in 1..MIGRATIONS.len() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fleet.db");
        {
            let old = connect::writing(&path, &key(1)).unwrap();
            for sql in &MIGRATIONS[..version] {
                old.execute_batch(sql).unwrap();
            }
            old.pragma_update(None, "user_version", version as i64).unwrap();
            old.execute_batch(
                "INSERT INTO units VALUES (5,'Kran','860',0,NULL,NULL,NULL,NULL,NULL,0,1,NULL,'{}','{}');
                 INSERT INTO positions VALUES (5,9,1000,1000,NULL,NULL,31.5,121.5,1,NULL,NULL,NULL,NULL,NULL,'{}',NULL);",
            )
            .unwrap();
            if version >= 2 {
                let columns = rows::EVENT_COLUMNS;
                old.execute_batch(&format!(
                    "INSERT INTO events ({columns}) VALUES (3,'alarm',5,77,NULL,'{{}}')"
                ))
                .unwrap();
            }
        }
        let opened = Store::open(folder.path(), &key(1)).unwrap();
        assert_eq!(opened.report, OpenReport::Existing, "schema {version}");
        let fleet = opened.store.load_fleet().unwrap();
        assert_eq!((fleet.units[0].name.as_str(), fleet.positions[0].id.0), ("Kran", 9), "schema {version}");
        let events = opened.store.unacknowledged_events(9).unwrap().len();
        assert_eq!(events, usize::from(version >= 2), "schema {version}");
        opened.store.insert_events(vec![event(8, 5, 78)]).unwrap();
    }
}

#[test]
fn nothing_readable_stands_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let name = "Geheimkran-Lagerhalle";
    let mut change = fleet(300);
    change.units.push(unit(999, name));
    change.events.push(event(1, 999, 5));
    let place = position(999, 1, 7);
    change.positions.push(place.clone().into());
    store.apply(change).unwrap();
    let latitude = place.place.lat_deg().to_be_bytes(); // as SQLite writes it
    let needles: [&[u8]; 6] = [
        name.as_bytes(),
        "沪A·00999".as_bytes(),
        b"86000000999",
        &latitude,
        b"SQLite format 3",
        b"CREATE TABLE",
    ];
    let search = |state: &str| {
        for file in names(folder.path()) {
            let bytes = fs::read(folder.path().join(&file)).unwrap();
            for needle in needles {
                let found = bytes.windows(needle.len()).any(|window| window == needle);
                assert!(!found, "{} found in {file} {state}", String::from_utf8_lossy(needle));
            }
        }
    };
    let wal = fs::metadata(folder.path().join("fleet.db-wal")).unwrap().len();
    assert!(wal > 100_000, "the WAL holds the rows now: {wal}");
    search("while open");
    drop(store);
    search("when closed");
    assert!(fs::metadata(folder.path().join("fleet.db")).unwrap().len() > 100_000);
}

#[test]
fn two_accounts_never_mix() {
    let root = tempfile::tempdir().unwrap();
    let (a, b) = (root.path().join("a"), root.path().join("b"));
    let one = Store::open(&a, &key(1)).unwrap().store;
    let two = Store::open(&b, &key(2)).unwrap().store;
    one.apply(fleet(3)).unwrap();
    two.apply(Change { units: vec![unit(1, "other")], ..Change::default() }).unwrap();
    two.apply(Change { removed: vec![UnitId(2)], ..Change::default() }).unwrap();
    assert_eq!(one.load_fleet().unwrap().units.len(), 3);
    assert_eq!(two.load_fleet().unwrap().units[0].name, "other");
    drop((one, two));
    assert_eq!(Store::open(&a, &key(2)).map(|o| o.report), Err(StoreError::WrongKey));
    erase(&b).unwrap();
    assert!(!b.exists());
    erase(&b).unwrap();
    assert_eq!(Store::open(&a, &key(1)).unwrap().store.load_fleet().unwrap().units.len(), 3);
}

/// Changes bytes of a file as a failing flash cell would.
fn damage(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    for byte in &mut bytes[at..at + 8] {
        *byte ^= 0x5a;
    }
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_broken_header_is_salvage_and_not_a_wrong_key() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).apply(fleet(100)).unwrap();
    damage(&folder.path().join("fleet.db"), 100);
    let found = report(folder.path());
    let OpenReport::Salvaged { units, moved_to, incomplete, .. } = found else { panic!("{found:?}") };
    assert_eq!(moved_to, "fleet.db.corrupt-1");
    assert!(units == 0 && incomplete.contains(&Facts::Units), "nothing can be read without the first page");
    assert!(folder.path().join(moved_to).exists());
    let store = open(folder.path());
    store.apply(fleet(100)).unwrap();
    assert_eq!(store.load_fleet().unwrap().units.len(), 100);
}

#[test]
fn one_bad_page_costs_the_rows_on_it_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.apply(fleet(2_000)).unwrap();
    store.insert_events(vec![event(1, 1, 1)]).unwrap();
    drop(store);
    let path = folder.path().join("fleet.db");
    let pages = usize::try_from(fs::metadata(&path).unwrap().len()).unwrap() / 4096;
    let mut partial = 0;
    // One page after another in copies of the same database.
    for page in (1..pages).step_by(7) {
        let copy = tempfile::tempdir().unwrap();
        for name in ["fleet.db", "fleet.key-check"] {
            fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
        }
        damage(&copy.path().join("fleet.db"), page * 4096 + 50);
        let (opened, fleet) = Store::open_with_fleet(copy.path(), &key(1)).unwrap();
        assert!(fleet.units.iter().all(|u| u.name == format!("Kran {:04}", u.id.0)));
        if let OpenReport::Salvaged { units, positions, .. } = opened.report {
            assert_eq!((units, positions), (fleet.units.len(), fleet.positions.len()));
            let lost = 4_000 - units - positions;
            partial += usize::from((1..60).contains(&lost));
        }
    }
    assert!(partial > pages / 14, "{partial} of {pages} pages were leaves whose neighbours were kept");
}

#[test]
fn damage_met_in_use_is_salvaged_at_the_next_opening() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).apply(fleet(2_000)).unwrap();
    let path = folder.path().join("fleet.db");
    let pages = usize::try_from(fs::metadata(&path).unwrap().len()).unwrap() / 4096;
    for page in pages / 3..pages / 3 + 20 {
        damage(&path, page * 4096 + 50);
    }
    let opened = Store::open(folder.path(), &key(1)).unwrap();
    assert_eq!(opened.report, OpenReport::Existing, "a cold start does not read everything");
    assert_eq!(opened.store.load_fleet().err(), Some(StoreError::Corrupt));
    drop(opened);
    let found = report(folder.path());
    let OpenReport::Salvaged { units, positions, .. } = found else { panic!("{found:?}") };
    assert!(units + positions > 3_000, "{units} {positions}");
    assert_eq!(report(folder.path()), OpenReport::Existing);
}

#[test]
fn a_salvage_cut_short_is_ended_by_the_next_opening() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).apply(fleet(20)).unwrap();
    let path = |name: &str| folder.path().join(name);
    // Killed after the damaged database was moved aside and before the new one was put in its place.
    fs::rename(path("fleet.db"), path("fleet.db.new")).unwrap();
    fs::write(path("fleet.db.corrupt-1"), "damaged").unwrap();
    fs::write(path("fleet.db-wal"), "of the damaged one").unwrap();
    fs::write(path("fleet.suspect"), "").unwrap();
    let found = report(folder.path());
    let OpenReport::Salvaged { units, positions, moved_to, .. } = found else { panic!("{found:?}") };
    assert_eq!((units, positions, moved_to.as_str()), (20, 20, "fleet.db.corrupt-1"));
    assert_eq!(report(folder.path()), OpenReport::Existing);
    assert_eq!(names(folder.path()), ["fleet.db", "fleet.db.corrupt-1", "fleet.key-check"]);
    // A new database that was never finished is none.
    fs::rename(path("fleet.db"), path("fleet.db.new")).unwrap();
    assert_eq!(report(folder.path()), OpenReport::Fresh);
    assert_eq!(open(folder.path()).load_fleet().unwrap().units.len(), 0);
}
