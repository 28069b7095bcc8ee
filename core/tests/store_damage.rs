//! The cache after a killed process and after damage to its files: consistent, or salvaged with a report that is true.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // helpers of tests

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use trak_core::model::{FleetUnit, GroupId, LatLon, LinkState, Position, PositionId, UnitId, UtcMs};
use trak_core::store::{Change, DatabaseKey, LoadedFleet, MetaChange, OpenReport, Store, StoreError};

const UNITS: i64 = 150;
/// Set in the child process that is going to be killed: the folder to write to.
const VICTIM: &str = "TRAK_TEST_VICTIM_FOLDER";

fn key() -> DatabaseKey {
    DatabaseKey::from_bytes([9; 32])
}

fn unit(id: i64, generation: i64) -> FleetUnit {
    FleetUnit {
        id: UnitId(id),
        name: format!("unit {id} generation {generation}"),
        unique_id: format!("{id}"),
        group_id: GroupId(0),
        plate: None,
        phone: None,
        model: None,
        contact: None,
        category: None,
        disabled: false,
        link: LinkState::Unknown,
        last_update: Some(UtcMs(generation)),
        attributes_json: format!("{{\"filler\":\"{}\"}}", "x".repeat(200)),
        unknown_json: "{}".into(),
    }
}

fn position(unit: i64, generation: i64) -> Position {
    Position {
        id: PositionId(generation),
        unit_id: UnitId(unit),
        fix_time: UtcMs(generation),
        raw_fix_time: UtcMs(generation),
        device_time: None,
        server_time: None,
        place: LatLon::new(unit as f64 / 100.0, generation as f64 / 1e6).unwrap(),
        valid: true,
        altitude_m: None,
        speed_mps: None,
        course_deg: None,
        accuracy_m: None,
        address: None,
        attributes_json: "{}".into(),
        doubt: None,
    }
}

/// The whole fleet as of one moment; the cursor says which.
fn generation(number: i64) -> Change {
    Change {
        units: (1..=UNITS).map(|id| unit(id, number)).collect(),
        positions: (1..=UNITS).map(|id| position(id, number).into()).collect(),
        meta: MetaChange { cursor: Some(number.to_string()), ..MetaChange::default() },
        ..Change::default()
    }
}

/// The one generation that everything found belongs to. Panics on a mixture.
fn generation_of(fleet: &LoadedFleet) -> Option<i64> {
    let number: i64 = fleet.meta.cursor.as_ref()?.parse().unwrap();
    let expected = generation(number);
    assert!(
        fleet.units == expected.units
            && fleet.positions.iter().eq(expected.positions.iter().map(AsRef::as_ref)),
        "a mixture at {number}"
    );
    Some(number)
}

/// This test program once more. Where another processor is emulated, the system cannot start it by itself:
/// `TRAK_TEST_RUNNER` names the emulator then.
fn this_program() -> Command {
    let program = std::env::current_exe().unwrap();
    let Ok(runner) = std::env::var("TRAK_TEST_RUNNER") else { return Command::new(program) };
    let mut command = Command::new(runner);
    command.arg(program);
    command
}

/// Not a test of its own: the process that the next test kills.
#[test]
fn victim() {
    let Ok(folder) = std::env::var(VICTIM) else { return };
    let (opened, fleet) = Store::open_with_fleet(Path::new(&folder), &key()).unwrap();
    let start = generation_of(&fleet).unwrap_or(0) + 1;
    for number in start.. {
        opened.store.apply(generation(number)).unwrap();
        println!("committed {number}");
    }
}

#[test]
fn a_process_killed_while_writing_loses_nothing_committed_and_mixes_nothing() {
    let folder = quick_folder();
    for commits in [1, 2, 5, 17, 3, 60, 1, 9] {
        let mut child = this_program()
            .args(["--exact", "victim", "--nocapture", "--test-threads=1"])
            .env(VICTIM, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut committed =
            lines.filter_map(|line| line.unwrap().split("committed ").nth(1)?.trim().parse::<i64>().ok());
        let mut last = 0;
        for _ in 0..commits {
            last = committed.next().expect("the child writes");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        last = committed.last().unwrap_or(last);

        let (opened, fleet) = Store::open_with_fleet(folder.path(), &key()).unwrap();
        assert_eq!(opened.report, OpenReport::Existing);
        let found = generation_of(&fleet).unwrap();
        assert!((last..=last + 1).contains(&found), "committed {last}, found {found}");
    }
}

/// A cache whose newest facts are in the WAL, copied as a power cut would leave it, and one that was closed in order.
fn templates(folder: &Path) -> [PathBuf; 2] {
    let (live, copy, closed) = (folder.join("live"), folder.join("copy"), folder.join("closed"));
    fs::create_dir(&copy).unwrap();
    fs::create_dir(&closed).unwrap();
    let store = Store::open(&live, &key()).unwrap().store;
    store.apply(generation(1)).unwrap();
    store.close(); // copies the WAL into the database
    let store = Store::open(&live, &key()).unwrap().store;
    for number in 2..=4 {
        store.apply(generation(number)).unwrap();
    }
    for name in ["fleet.db", "fleet.db-wal", "fleet.key-check"] {
        fs::copy(live.join(name), copy.join(name)).unwrap();
    }
    store.close();
    for name in ["fleet.db", "fleet.key-check"] {
        fs::copy(live.join(name), closed.join(name)).unwrap();
    }
    [copy, closed]
}

/// Where memory is a file system, thousands of copies need not wait for a disk.
fn quick_folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// Damages one file and says how.
fn damage(folder: &Path, random: &mut ChaCha8Rng) -> String {
    let name = match random.random_range(0..20) {
        0 => "fleet.key-check",
        1..=8 if folder.join("fleet.db-wal").exists() => "fleet.db-wal",
        _ => "fleet.db",
    };
    let path = folder.join(name);
    let mut bytes = fs::read(&path).unwrap();
    if bytes.is_empty() {
        return format!("{name} is empty");
    }
    let at = random.random_range(0..bytes.len());
    let how = match random.random_range(0..10) {
        0 => {
            bytes.truncate(at);
            "cut off"
        }
        1 => {
            bytes.truncate(at / 4096 * 4096);
            "cut off at a page"
        }
        2 => {
            let end = (at + random.random_range(1..20_000)).min(bytes.len());
            bytes[at..end].fill(0);
            "zeros"
        }
        _ => {
            bytes[at] ^= 1 << random.random_range(0..8);
            "a flipped bit"
        }
    };
    fs::write(&path, bytes).unwrap();
    format!("{name} {how} at {at}")
}

/// Checks what an opening found against what was ever written; true when it was salvaged.
fn judge(folder: &Path, report: &OpenReport, fleet: &LoadedFleet, context: &str) -> bool {
    match report {
        OpenReport::Fresh => panic!("{context}: taken for a new one"),
        OpenReport::Existing => {
            let number = generation_of(fleet).unwrap_or_else(|| panic!("{context}: no cursor"));
            assert!((1..=4).contains(&number), "{context}");
            false
        }
        OpenReport::Salvaged { units, positions, incomplete, moved_to } => {
            assert_eq!((*units, *positions), (fleet.units.len(), fleet.positions.len()), "{context}");
            assert!(folder.join(moved_to).exists(), "{context}");
            assert_eq!(fleet.meta.cursor, None, "{context}: the next snapshot must be whole");
            let all = UNITS as usize;
            assert!(!incomplete.is_empty() || (*units, *positions) == (all, all), "{context}");
            let known = |u: &FleetUnit| (1..=4).any(|n| unit(u.id.0, n) == *u);
            assert!(fleet.units.iter().all(known), "{context}: an invented unit");
            let known = |p: &Position| (1..=4).any(|n| position(p.unit_id.0, n) == *p);
            assert!(fleet.positions.iter().all(known), "{context}: an invented position");
            true
        }
    }
}

fn damage_and_open(rounds: u64) {
    let folder = quick_folder();
    let templates = templates(folder.path());
    let (mut sound, mut salvaged, mut partly, mut met_later) = (0, 0, 0, 0);
    for seed in 0..rounds {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let copy = tempfile::tempdir_in(folder.path()).unwrap();
        for entry in fs::read_dir(&templates[seed as usize % 2]).unwrap() {
            let from = entry.unwrap().path();
            fs::copy(&from, copy.path().join(from.file_name().unwrap())).unwrap();
        }
        let mut how = damage(copy.path(), &mut random);
        if random.random_ratio(1, 5) {
            how = format!("{how}, {}", damage(copy.path(), &mut random));
        }
        let context = format!("seed {seed}: {how}");
        let (mut opened, mut fleet) = match Store::open_with_fleet(copy.path(), &key()) {
            Ok(found) => found,
            // With the key check gone too, a broken file looks like a wrong key: nothing may have been touched.
            Err(StoreError::WrongKey) if how.contains("key-check") && how.contains("db") => continue,
            Err(error) => panic!("{context}: {error:?}"),
        };
        let mut was_salvaged = judge(copy.path(), &opened.report, &fleet, &context);
        let mut written = opened.store.apply(generation(5));
        if written == Err(StoreError::Corrupt) && !was_salvaged {
            // The bad page was one that only writing needs; opening again makes it good.
            assert_eq!(opened.store.health().last_error, Some(StoreError::Corrupt), "{context}");
            met_later += 1;
            drop(opened);
            (opened, fleet) = Store::open_with_fleet(copy.path(), &key()).unwrap();
            was_salvaged = judge(copy.path(), &opened.report, &fleet, &context);
            assert!(was_salvaged, "{context}: damage is not forgotten");
            written = opened.store.apply(generation(5));
        }
        assert_eq!(written, Ok(()), "{context}");
        sound += usize::from(!was_salvaged);
        salvaged += usize::from(was_salvaged);
        partly += usize::from(was_salvaged && !fleet.units.is_empty());
        // Whatever was found, the cache is in order from now on.
        drop(opened);
        let (opened, fleet) = Store::open_with_fleet(copy.path(), &key()).unwrap();
        assert_eq!(opened.report, OpenReport::Existing, "{context}");
        assert_eq!(generation_of(&fleet), Some(5), "{context}");
    }
    println!(
        "{rounds} damaged: {sound} still in order, {salvaged} salvaged ({partly} with units, {met_later} met in use)"
    );
    assert!(sound > 0 && salvaged > 0 && partly > 0);
}

#[test]
fn damaged_files_never_panic_and_are_reported_truly() {
    // An emulated processor is given fewer.
    damage_and_open(std::env::var("TRAK_DAMAGES").map_or(300, |rounds| rounds.parse().unwrap()));
}

#[test]
#[ignore = "minutes; the same as above with 10,000 seeds"]
fn damaged_files_long() {
    damage_and_open(10_000);
}
