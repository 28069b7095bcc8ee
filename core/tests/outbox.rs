//! The outbox on disk: order, durability, capacity, damage.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // helpers of tests

use std::fs;
use std::path::Path;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use trak_core::model::{
    AcceptedFix, AccountKey, BootId, DeviceTime, FixKind, FixSource, Gap, GapCause, LatLon, OutboxStatus,
    QueuedFix, Rejected, Rejection, SetAsideReason, UtcMs,
};
use trak_core::store::outbox::{Outbox, OutboxChange, OutboxReport};
use trak_core::store::{DatabaseKey, StoreError};

/// How many fixes are in the outbox that is damaged.
const FIXES: i64 = 100;
/// How many gaps,
const GAPS: i64 = 40;
/// and how many readings that were not accepted.
const REJECTED: i64 = 60;
const START: i64 = 1_795_577_586_000;

fn key() -> DatabaseKey {
    DatabaseKey::from_bytes([7; 32])
}

fn account() -> AccountKey {
    AccountKey("example.org-7".into())
}

fn open(folder: &Path) -> Outbox {
    Outbox::open(folder, &key(), account()).unwrap().outbox
}

fn fix(number: i64) -> AcceptedFix {
    let wall = UtcMs(START + number * 1_000);
    AcceptedFix {
        place: LatLon::new(31.0, 121.0 + number as f64 / 1e5).unwrap(),
        fix_time: wall,
        raw: DeviceTime { wall, since_boot_ms: 5_000, boot: BootId(1) },
        accuracy_m: Some(4.5),
        altitude_m: None,
        speed_mps: Some(13.0),
        course_deg: None,
        source: FixSource::Gps,
        mock: false,
        battery: None,
        activity: None,
        kind: FixKind::Position,
        moving: true,
        odometer_m: number as f64 * 13.0,
    }
}

fn record(outbox: &Outbox, numbers: impl Iterator<Item = i64>) {
    let accepted: Vec<AcceptedFix> = numbers.map(fix).collect();
    let now = accepted.last().map_or(UtcMs(START), |fix| fix.fix_time);
    let change = OutboxChange { unit_identifier: "phone-7".into(), accepted, now, ..OutboxChange::default() };
    outbox.update(|_| (change, ())).unwrap();
}

fn numbers(fixes: &[QueuedFix]) -> Vec<i64> {
    fixes.iter().map(|queued| (queued.fix.fix_time.0 - START) / 1_000).collect()
}

#[test]
fn fixes_leave_in_the_order_they_came_and_only_by_their_own_id() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = open(folder.path());
    record(&outbox, 0..5);
    let first = outbox.next(3).unwrap();
    assert_eq!(numbers(&first), [0, 1, 2]);
    assert_eq!((&first[0].account, first[0].unit_identifier.as_str()), (&account(), "phone-7"));
    assert_eq!(first[0].fix, fix(0), "nothing of a fix is lost on the way");
    // A fix with the right place and the wrong id is somebody else's answer.
    let stranger = QueuedFix { id: first[1].id, ..first[0].clone() };
    outbox.acknowledge(&[&stranger], UtcMs(START)).unwrap();
    assert_eq!(numbers(&outbox.next(9).unwrap()), [0, 1, 2, 3, 4]);
    outbox.acknowledge(&[&first[0], &first[2]], UtcMs(START + 99_000)).unwrap();
    outbox.acknowledge(&[&first[0], &first[2]], UtcMs(START + 99_000)).unwrap(); // an answer that came twice
    outbox.count_attempt(&first[1]).unwrap();
    outbox.close();

    let opened = Outbox::open(folder.path(), &key(), account()).unwrap();
    assert_eq!(opened.report, OutboxReport::Existing);
    let left = opened.outbox.next(9).unwrap();
    assert_eq!(numbers(&left), [1, 3, 4]);
    assert_eq!((left[0].id, left[0].attempts, left[1].attempts), (first[1].id, 1, 0));
    let expected = OutboxStatus {
        queued: 3,
        oldest: Some(UtcMs(START + 1_000)),
        newest_sent: Some(UtcMs(START + 2_000)),
        last_success: Some(UtcMs(START + 99_000)),
        ..OutboxStatus::default()
    };
    assert_eq!(opened.outbox.status().unwrap(), expected);
    assert_eq!(
        Outbox::open(folder.path(), &DatabaseKey::from_bytes([8; 32]), account()).unwrap_err(),
        StoreError::WrongKey
    );
}

#[test]
fn what_is_set_aside_comes_back_to_its_old_place() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = open(folder.path());
    record(&outbox, 0..4);
    let all = outbox.next(9).unwrap();
    outbox.set_aside(&all[1], SetAsideReason::Refused).unwrap();
    for _ in 0..5 {
        outbox.count_attempt(&all[2]).unwrap();
    }
    outbox.set_aside(&all[2], SetAsideReason::NoAnswer).unwrap();
    assert_eq!(numbers(&outbox.next(9).unwrap()), [0, 3]);
    let aside = outbox.set_aside_fixes(9).unwrap();
    assert_eq!(
        aside.iter().map(|(_, why)| *why).collect::<Vec<_>>(),
        [SetAsideReason::Refused, SetAsideReason::NoAnswer]
    );
    let status = outbox.status().unwrap();
    assert_eq!((status.queued, status.set_aside), (2, 2));
    record(&outbox, 4..5);
    assert_eq!(outbox.retry_set_aside().unwrap(), 2);
    let back = outbox.next(9).unwrap();
    assert_eq!(numbers(&back), [0, 1, 2, 3, 4]);
    let attempts: Vec<u32> = back.iter().map(|queued| queued.attempts).collect();
    assert_eq!(attempts, [0, 0, 1, 0, 0], "plain Traccar may have what was tried: it is looked for first");
    assert_eq!(outbox.erase_fixes().unwrap(), 5);
    let status = outbox.status().unwrap();
    assert_eq!((status.queued, status.set_aside, status.oldest), (0, 0, None));
}

/// A log that grows for ever makes each commit slower, fills the phone, and takes long to read at the next start.
#[test]
fn the_log_stays_small_while_fixes_come_without_a_pause() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = open(folder.path());
    let log = || {
        let files = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap());
        let logs = files.filter(|file| file.file_name().to_string_lossy().ends_with("-wal"));
        logs.map(|file| file.metadata().unwrap().len()).sum::<u64>()
    };
    for number in 0..3_000 {
        record(&outbox, number..=number);
    }
    assert!((1..12_000_000).contains(&log()), "{} bytes", log());
}

#[test]
fn a_full_outbox_thins_its_oldest_track_and_takes_every_new_fix() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = open(folder.path());
    for thousand in 0..100 {
        record(&outbox, thousand * 1_000..(thousand + 1) * 1_000);
    }
    assert_eq!(outbox.status().unwrap().thinned, 0);
    record(&outbox, 100_000..100_001);
    let status = outbox.status().unwrap();
    assert_eq!((status.queued, status.thinned), (90_001, 10_000));
    assert_eq!(numbers(&outbox.next(3).unwrap()), [0, 2, 4], "every second of the oldest");
    assert_eq!(numbers(&outbox.page(90_000, 5).unwrap()), [100_000], "the newest is there");
    assert_eq!(numbers(&outbox.page(10_000, 2).unwrap()), [20_000, 20_001], "later ones are whole");
}

#[test]
fn reasons_are_kept_for_48_hours_and_gaps_for_90_days() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = open(folder.path());
    let hour = 3_600_000;
    for (at_h, reason) in [(0, Rejection::Mock), (2, Rejection::Accuracy), (49, Rejection::Older)] {
        let now = UtcMs(START + at_h * hour);
        let change = OutboxChange {
            rejected: vec![Rejected { reason, taken_wall: now, judged_at: now }],
            gaps: vec![Gap { from: now, to: Some(now.plus_ms(hour)), cause: GapCause::Killed }],
            memory_json: Some(format!("{at_h}")),
            now,
            ..OutboxChange::default()
        };
        outbox.update(|_| (change, ())).unwrap();
    }
    let counted = outbox.rejected_counts(UtcMs(START + 49 * hour)).unwrap();
    assert_eq!(counted, [(Rejection::Accuracy, 1), (Rejection::Older, 1)]);
    assert_eq!(outbox.forget_rejected(UtcMs(START + 60 * hour)).unwrap(), 1);
    assert_eq!(outbox.forget_rejected(UtcMs(START + 60 * hour)).unwrap(), 0);
    assert_eq!(outbox.rejected_counts(UtcMs(START)).unwrap(), [(Rejection::Older, 1)]);
    assert_eq!(outbox.gaps(9).unwrap().len(), 3);
    assert_eq!(outbox.memory().unwrap().as_deref(), Some("49"));
    let now = UtcMs(START + 91 * 24 * hour);
    let gap = Gap { from: now, to: Some(now), cause: GapCause::NoReading };
    outbox.update(|_| (OutboxChange { gaps: vec![gap], now, ..OutboxChange::default() }, ())).unwrap();
    assert_eq!(
        outbox.gaps(9).unwrap().iter().map(|gap| gap.cause).collect::<Vec<_>>(),
        [GapCause::NoReading, GapCause::Killed]
    );
}

/// A charging phone is asked for a reading every second: most are too near to the one before.
#[test]
fn two_days_of_readings_every_second_are_all_counted() {
    let folder = quick_folder();
    let outbox = open(folder.path());
    let (seconds, calls) = (48 * 3_600, 960);
    for call in 0..calls {
        let each = seconds / calls;
        let rejected: Vec<Rejected> = (call * each..(call + 1) * each)
            .map(|second| {
                let at = UtcMs(START + second * 1_000);
                let reason = if second % 5 == 0 { Rejection::Accuracy } else { Rejection::Debounce };
                Rejected { reason, taken_wall: at, judged_at: at }
            })
            .collect();
        let now = rejected.last().unwrap().judged_at;
        let change = OutboxChange { rejected, now, ..OutboxChange::default() };
        outbox.update(|_| (change, ())).unwrap();
    }
    let counted = outbox.rejected_counts(UtcMs(START + seconds * 1_000)).unwrap();
    let accuracy = seconds.unsigned_abs() / 5;
    assert_eq!(counted, [(Rejection::Debounce, 4 * accuracy), (Rejection::Accuracy, accuracy)]);
    outbox.close();
    let bytes = fs::metadata(folder.path().join("outbox.db")).unwrap().len();
    assert!(bytes < 200_000, "{bytes} bytes");
}

#[test]
fn two_programs_on_one_outbox_lose_and_double_nothing() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let count = |json: Option<&str>| json.map_or(0, |text| text.parse::<i64>().unwrap());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let outbox = open(folder.path());
                for _ in 0..100 {
                    outbox
                        .update(|json| {
                            // What the rules remember decides: a lost update would use a number twice.
                            let number = count(json);
                            let change = OutboxChange {
                                memory_json: Some((number + 1).to_string()),
                                unit_identifier: "phone-7".into(),
                                accepted: vec![fix(number)],
                                now: UtcMs(START),
                                ..OutboxChange::default()
                            };
                            (change, ())
                        })
                        .unwrap();
                }
            });
        }
    });
    let outbox = open(folder.path());
    assert_eq!(numbers(&outbox.next(500).unwrap()), (0..200).collect::<Vec<_>>());
    assert_eq!(outbox.status().unwrap().queued, 200);
}

#[test]
fn damage_anywhere_is_salvaged_with_a_true_report() {
    // An emulated processor is given fewer.
    damage(std::env::var("TRAK_DAMAGES").map_or(400, |seeds| seeds.parse().unwrap()));
}

#[test]
#[ignore = "minutes; the same as above with 10,000 seeds"]
fn ten_thousand_damages() {
    damage(10_000);
}

fn damage(seeds: u64) {
    let folder = quick_folder();
    let template = folder.path().join("template");
    let outbox = open(&template);
    record(&outbox, 0..FIXES);
    let gaps: Vec<Gap> = (0..GAPS)
        .map(|number| {
            let from = UtcMs(START + number * 60_000);
            Gap { from, to: Some(from.plus_ms(1_000)), cause: GapCause::NoReading }
        })
        .collect();
    let rejected = (0..REJECTED)
        .map(|number| {
            let at = UtcMs(START + number * 300_000);
            let reason = if number % 3 == 0 { Rejection::Mock } else { Rejection::Accuracy };
            Rejected { reason, taken_wall: at, judged_at: at }
        })
        .collect();
    let now = UtcMs(START + REJECTED * 300_000);
    let memory_json = Some("\"kept\"".into());
    let change = OutboxChange { memory_json, gaps: gaps.clone(), rejected, now, ..OutboxChange::default() };
    outbox.update(|_| (change, ())).unwrap();
    outbox.close();
    let counts = |outbox: &Outbox| -> u64 {
        outbox.rejected_counts(now).unwrap().iter().map(|(_, count)| count).sum()
    };
    let sound = fs::read(template.join("outbox.db")).unwrap();
    let (mut whole, mut salvaged, mut fixes_lost, mut beside_found) = (0, 0, 0, 0);
    let damaged = folder.path().join("damaged");
    for seed in 0..seeds {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let _fresh = fs::remove_dir_all(&damaged);
        fs::create_dir(&damaged).unwrap();
        let mut bytes = sound.clone();
        let at = random.random_range(0..bytes.len());
        bytes[at] ^= 1 << random.random_range(0..8);
        fs::write(damaged.join("outbox.db"), bytes).unwrap();
        fs::copy(template.join("outbox.key-check"), damaged.join("outbox.key-check")).unwrap();
        // Damage that opening does not touch is met in use, noted, and salvaged by the next opening.
        let opened = Outbox::open(&damaged, &key(), account()).unwrap();
        let met = opened.outbox.next(500).and_then(|fixes| {
            opened.outbox.update(|_| (OutboxChange::default(), ()))?;
            opened.outbox.status()?;
            opened.outbox.gaps(500)?;
            opened.outbox.rejected_counts(now)?;
            opened.outbox.memory()?;
            Ok(fixes)
        });
        let (fixes, report, outbox) = match (met, opened.report) {
            (Ok(fixes), report) => (fixes, report, opened.outbox),
            (Err(error), _) => {
                assert_eq!(error, StoreError::Corrupt, "seed {seed}");
                drop(opened.outbox);
                let again = Outbox::open(&damaged, &key(), account()).unwrap();
                (again.outbox.next(500).unwrap(), again.report, again.outbox)
            }
        };
        let gaps_found = outbox.gaps(500).unwrap();
        assert!(gaps_found.iter().all(|gap| gaps.contains(gap)), "seed {seed}");
        let (gaps_found, counted) = (gaps_found.len() as i64, counts(&outbox) as i64);
        let remembered = outbox.memory().unwrap().is_some();
        drop(outbox);
        let everything = gaps_found == GAPS && counted == REJECTED && remembered;
        beside_found += i64::from(everything);
        let found = numbers(&fixes);
        assert!(
            found.is_sorted() && fixes.iter().zip(&found).all(|(queued, &n)| queued.fix == fix(n)),
            "seed {seed}"
        );
        match report {
            OutboxReport::Existing => {
                assert_eq!(found.len() as i64, FIXES, "seed {seed}: nothing is missing without a word");
                assert!(everything, "seed {seed}: {gaps_found} gaps, {counted} not accepted");
                whole += 1;
            }
            OutboxReport::Salvaged { fixes, complete, .. } => {
                assert_eq!(fixes, found.len(), "seed {seed}");
                let all = fixes as i64 == FIXES && everything;
                assert!(!complete || all, "seed {seed}: what is incomplete is said to be");
                assert!(gaps_found <= GAPS && counted <= REJECTED, "seed {seed}: nothing twice");
                salvaged += 1;
                fixes_lost += FIXES - fixes as i64;
            }
            OutboxReport::Fresh => panic!("seed {seed}: taken for empty"),
        }
    }
    println!(
        "{seeds} seeds: {whole} in order, {salvaged} salvaged, {fixes_lost} fixes lost with their pages; gaps, reasons and
        memory whole in {beside_found}"
    );
    assert!(salvaged > seeds / 2);
    assert!(beside_found as u64 > seeds / 2, "most pages hold none of them");
}

/// In memory where the system has such a folder: the tests are about what is written, not about the disk's speed.
fn quick_folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}
