//! Clocks that jump, start anew, or count weeks modulo 1024: nothing is reordered, nothing is lost.

use super::{BOOTED, around, east};
use crate::decide::own::{OwnState, Rules, step};
use crate::decide::sanity::ROLLOVER_MS;
use crate::model::{AcceptedFix, BootId, DeviceTime, Fix, FixSource, UtcMs};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A reading every minute: what is stamped on it beside the true time, by which source.
#[derive(Clone, Copy)]
struct Minute {
    stamp_off_ms: i64,
    wall_off_ms: i64,
    source: FixSource,
    boot: u64,
}

const WALL: Minute = Minute { stamp_off_ms: 0, wall_off_ms: 0, source: FixSource::Fused, boot: 0 };
const SATELLITES: Minute = Minute { source: FixSource::Gps, ..WALL };

/// A wall clock that is off, and a reading stamped by it.
fn wall(off_ms: i64) -> Minute {
    Minute { stamp_off_ms: off_ms, wall_off_ms: off_ms, ..WALL }
}

/// Satellites while the wall clock is off.
fn satellites(wall_off_ms: i64) -> Minute {
    Minute { wall_off_ms, ..SATELLITES }
}

/// Each minute 60 m further, so that each reading is sent; the difference of fix times and true times.
fn run(minutes: &[Minute]) -> Vec<AcceptedFix> {
    let mut state = OwnState::default();
    let mut accepted = Vec::new();
    for (number, minute) in (0..).zip(minutes) {
        let true_ms = number * MINUTE;
        // Each boot begins ten seconds before its first reading here.
        let first = minutes.iter().position(|other| other.boot == minute.boot).unwrap() as i64;
        let clocks = |off_ms: i64| DeviceTime {
            wall: UtcMs(BOOTED + true_ms + off_ms),
            since_boot_ms: ((number - first) * MINUTE + 10_000).unsigned_abs(),
            boot: BootId(minute.boot),
        };
        let fix = Fix {
            taken: clocks(minute.stamp_off_ms),
            source: minute.source,
            speed_mps: Some(5.0),
            ..east(300.0 * number as f64, 0)
        };
        let next = step(&state, &[fix], &around(), &clocks(minute.wall_off_ms), &Rules::default());
        assert!(next.rejected.is_empty(), "{:?}", next.rejected);
        state = next.state;
        accepted.extend(next.accepted);
    }
    let end = DeviceTime { wall: UtcMs(BOOTED), since_boot_ms: u64::MAX, boot: BootId(0) };
    accepted.extend(crate::decide::own::finish(&state, &end, &Rules::default()).accepted);
    accepted
}

/// What the fix times are off by, after the first minute (whose second reading waits for the third), in seconds.
fn off_s(minutes: &[Minute]) -> Vec<i64> {
    let accepted = run(minutes);
    assert_eq!(accepted.len(), minutes.len(), "none is lost");
    assert!(accepted.windows(2).all(|pair| pair[0].fix_time < pair[1].fix_time), "none is reordered");
    (0..)
        .zip(&accepted)
        .map(|(n, fix)| fix.fix_time.since_ms(UtcMs(BOOTED + n * MINUTE)).div_euclid(1_000))
        .collect()
}

fn minutes(parts: &[(usize, Minute)]) -> Vec<Minute> {
    parts.iter().flat_map(|(count, minute)| core::iter::repeat_n(*minute, *count)).collect()
}

#[test]
fn the_table_of_clocks() {
    let rolled = Minute { stamp_off_ms: -ROLLOVER_MS, ..SATELLITES };
    let rebooted = |minute: Minute| Minute { boot: 1, ..minute };
    let year_1980 = Minute { stamp_off_ms: 315_964_800_000 - BOOTED, ..SATELLITES };
    let day_s = DAY / 1_000;
    let table: Vec<(&str, Vec<Minute>, Vec<i64>)> = vec![
        ("all is well", minutes(&[(3, WALL), (3, SATELLITES)]), vec![0; 6]),
        ("the wall clock goes back an hour", minutes(&[(3, WALL), (4, wall(-HOUR))]), vec![0; 7]),
        ("ahead an hour, for a while", minutes(&[(3, WALL), (5, wall(HOUR)), (2, WALL)]), vec![0; 10]),
        (
            "ahead an hour, to stay: it was behind before",
            minutes(&[(3, wall(-HOUR)), (12, WALL)]),
            [vec![-3_600; 13], vec![0; 2]].concat(),
        ),
        ("ahead a year: somebody plays", minutes(&[(3, WALL), (14, wall(365 * DAY))]), vec![0; 17]),
        (
            "satellites put a slow wall clock right at the third stamp",
            minutes(&[(3, wall(-2 * DAY)), (4, satellites(-2 * DAY))]),
            vec![-2 * day_s, -2 * day_s, -2 * day_s, -2 * day_s, -2 * day_s, 0, 0],
        ),
        (
            "satellites lead from the first reading on",
            minutes(&[(3, satellites(-DAY)), (2, wall(-DAY))]),
            vec![0; 5],
        ),
        (
            "and are not led astray",
            minutes(&[(3, SATELLITES), (14, wall(HOUR)), (2, SATELLITES)]),
            vec![0; 19],
        ),
        ("weeks modulo 1024", minutes(&[(4, rolled)]), vec![0; 4]),
        (
            "from one reading to the next",
            minutes(&[(3, SATELLITES), (3, rolled), (2, SATELLITES)]),
            vec![0; 8],
        ),
        (
            "a receiver that starts in 1980",
            minutes(&[(2, WALL), (2, year_1980), (2, SATELLITES)]),
            vec![0; 6],
        ),
        ("a new start", minutes(&[(3, WALL), (3, rebooted(WALL))]), vec![0; 6]),
        (
            "a new start with a clock of 1970: it goes on after the last, until satellites know",
            minutes(&[(2, WALL), (2, rebooted(wall(-BOOTED))), (2, rebooted(satellites(-BOOTED)))]),
            vec![0, 0, -60, -60, 0, 0],
        ),
    ];
    for (what, minutes, expected) in table {
        assert_eq!(off_s(&minutes), expected, "{what}");
    }
}

/// Time runs at half speed until the truth has caught up: each minute is worth 30 s.
#[test]
fn a_clock_that_lies_behind_loses_neither_order_nor_spacing() {
    let behind = Minute { boot: 1, ..wall(-4 * MINUTE) };
    let restarted = off_s(&minutes(&[(3, WALL), (8, behind), (3, Minute { boot: 1, ..SATELLITES })]));
    assert_eq!(restarted, [0, 0, 0, -60, -90, -120, -150, -180, -210, -240, -240, -240, -240, 0]);
    let was_ahead = off_s(&minutes(&[(2, wall(3 * MINUTE)), (10, satellites(3 * MINUTE))]));
    assert_eq!(was_ahead, [180, 180, 180, 180, 180, 150, 120, 90, 60, 30, 0, 0]);
    let set_back = off_s(&minutes(&[(3, WALL), (20, wall(-3 * MINUTE))]));
    assert_eq!(set_back[..13], [0; 13], "who moves it back soon has changed nothing");
    assert_eq!(set_back[14..20], [-30, -60, -90, -120, -150, -180]);
    assert_eq!(set_back[20..], [-180; 3]);
}

#[test]
fn the_clocks_as_they_stood_are_kept() {
    let accepted = run(&minutes(&[(2, WALL), (2, wall(-HOUR))]));
    assert_eq!(accepted[3].raw.wall, UtcMs(BOOTED + 3 * MINUTE - HOUR));
    assert_eq!(accepted[3].raw.since_boot_ms, 3 * MINUTE.unsigned_abs() + 10_000);
}
