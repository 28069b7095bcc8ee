//! What holds for any readings whatever.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{BOOTED, Rules, around, home, positions};
use crate::decide::own::{OwnState, finish, my_location, step, tick};
use crate::geo::distance::destination;
use crate::model::{
    AcceptedFix, Activity, Battery, BootId, DeviceTime, Fix, FixSource, LocationPermission, Rejected,
    Surroundings, UtcMs,
};

fn source() -> impl Strategy<Value = FixSource> {
    prop_oneof![
        6 => Just(FixSource::Gps), 3 => Just(FixSource::Fused), 2 => Just(FixSource::Network), 1 => Just(FixSource::Ip)
    ]
}

fn activity() -> impl Strategy<Value = Option<Activity>> {
    prop_oneof![
        Just(None),
        Just(Some(Activity::Still)),
        Just(Some(Activity::Walking)),
        Just(Some(Activity::Driving))
    ]
}

/// Any float at all, with a liking for the odd ones.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        -200.0..200.0,
        Just(0.0),
        Just(-1.0),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::MIN_POSITIVE),
        Just(f64::MAX)
    ]
}

fn any_time() -> impl Strategy<Value = DeviceTime> {
    let wall = prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX), BOOTED..BOOTED + 1_000_000];
    let since_boot = prop_oneof![any::<u64>(), Just(0), Just(u64::MAX), 0..1_000_000_u64];
    (wall, since_boot, 0..3_u64).prop_map(|(wall, since_boot_ms, boot)| DeviceTime {
        wall: UtcMs(wall),
        since_boot_ms,
        boot: BootId(boot),
    })
}

/// Readings with anything in any field.
fn garbage() -> impl Strategy<Value = Fix> {
    let optional = || proptest::option::of(number());
    let numbers = (number(), number(), optional(), optional(), optional(), optional());
    let battery = proptest::option::of((number(), any::<bool>()));
    (numbers, any_time(), source(), any::<bool>(), battery, activity()).prop_map(
        |(numbers, taken, source, mock, battery, activity)| Fix {
            latitude_deg: numbers.0,
            longitude_deg: numbers.1,
            taken,
            accuracy_m: numbers.2,
            altitude_m: numbers.3,
            speed_mps: numbers.4,
            course_deg: numbers.5,
            source,
            mock,
            battery: battery.map(|(level_percent, charging)| Battery { level_percent, charging }),
            activity,
        },
    )
}

/// One thing that a phone may do next.
#[derive(Clone, Debug)]
struct Move {
    after_ms: u64,
    bearing_deg: f64,
    way_m: f64,
    spike_m: f64,
    accuracy_m: Option<f64>,
    speed_mps: Option<f64>,
    clock_jump_ms: i64,
    reboot: bool,
    twice: bool,
    source: FixSource,
    activity: Option<Activity>,
}

fn phone_move() -> impl Strategy<Value = Move> {
    let after = prop_oneof![6 => 1_000..6_000_u64, 2 => Just(1_000), 1 => 1..900_000_u64];
    let way = prop_oneof![4 => Just(0.0), 4 => 0.0..100.0, 1 => 0.0..5_000_000.0_f64];
    let spike = prop_oneof![8 => Just(0.0), 1 => 50.0..1_000.0_f64];
    let accuracy = prop_oneof![1 => Just(None), 6 => (3.0..40.0_f64).prop_map(Some), 1 => (40.0..5_000.0_f64).prop_map(Some)];
    let speed = proptest::option::of(0.0..40.0_f64);
    let clock = prop_oneof![12 => Just(0), 1 => -4_000_000..4_000_000_i64, 1 => Just(-crate::decide::sanity::ROLLOVER_MS)];
    let odd = (prop::bool::weighted(0.03), prop::bool::weighted(0.1));
    ((after, 0.0..360.0, way, spike), (accuracy, speed, clock), odd, source(), activity()).prop_map(
        |(
            (after_ms, bearing_deg, way_m, spike_m),
            (accuracy_m, speed_mps, clock_jump_ms),
            odd,
            source,
            activity,
        )| Move {
            after_ms,
            bearing_deg,
            way_m,
            spike_m,
            accuracy_m,
            speed_mps,
            clock_jump_ms,
            reboot: odd.0,
            twice: odd.1,
            source,
            activity,
        },
    )
}

/// The readings of a phone that does all this, in the order taken.
fn phone(moves: &[Move]) -> Vec<Fix> {
    let mut place = home();
    let mut taken = DeviceTime { wall: UtcMs(BOOTED), since_boot_ms: 5_000, boot: BootId(1) };
    let mut fixes = Vec::new();
    for step in moves {
        if step.reboot {
            taken = DeviceTime { boot: BootId(taken.boot.0 + 1), since_boot_ms: 0, ..taken };
        }
        taken.since_boot_ms += step.after_ms;
        taken.wall = taken.wall.plus_ms(step.after_ms as i64 + step.clock_jump_ms);
        place = destination(place, step.bearing_deg, step.way_m);
        let seen = destination(place, step.bearing_deg, step.spike_m);
        let fix = Fix {
            latitude_deg: seen.lat_deg(),
            longitude_deg: seen.lon_deg(),
            taken,
            accuracy_m: step.accuracy_m,
            altitude_m: None,
            speed_mps: step.speed_mps,
            course_deg: step.speed_mps.map(|_| step.bearing_deg),
            source: step.source,
            mock: false,
            battery: None,
            activity: step.activity,
        };
        fixes.extend(core::iter::repeat_n(fix, 1 + usize::from(step.twice)));
    }
    fixes
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    vec(phone_move(), 1..60)
}

/// What a run decided, with the state stored and read back between the calls where `stored`.
struct Run {
    state: OwnState,
    accepted: Vec<AcceptedFix>,
    rejected: Vec<Rejected>,
}

fn run(batches: &[&[Fix]], now: &DeviceTime, stored: bool) -> Run {
    let mut run = Run { state: OwnState::default(), accepted: Vec::new(), rejected: Vec::new() };
    for batch in batches {
        let state = if stored {
            serde_json::from_str(&serde_json::to_string(&run.state).unwrap()).unwrap()
        } else {
            run.state
        };
        let next = step(&state, batch, &around(), now, &Rules::default());
        run.state = next.state;
        run.accepted.extend(next.accepted);
        run.rejected.extend(next.rejected);
    }
    run
}

fn times_grow(accepted: &[AcceptedFix]) -> bool {
    accepted.windows(2).all(|pair| pair[0].fix_time <= pair[1].fix_time)
}

fn later(now: &DeviceTime, ms: u64) -> DeviceTime {
    DeviceTime {
        wall: now.wall.plus_ms(ms as i64),
        since_boot_ms: now.since_boot_ms.saturating_add(ms),
        boot: now.boot,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn cutting_batches_differently_and_storing_the_state_change_nothing(
        moves in moves(), cuts in vec(1..20_usize, 1..60)
    ) {
        let fixes = phone(&moves);
        let now = fixes.last().unwrap().taken;
        let whole = run(&[&fixes], &now, false);
        let mut batches = Vec::new();
        let mut rest = fixes.as_slice();
        for cut in cuts.iter().cycle() {
            if rest.is_empty() { break }
            let (batch, after) = rest.split_at((*cut).min(rest.len()));
            batches.push(batch);
            rest = after;
        }
        let parts = run(&batches, &now, true);
        prop_assert_eq!(&whole.accepted, &parts.accepted);
        prop_assert_eq!(&whole.rejected, &parts.rejected);
        prop_assert_eq!(whole.state, parts.state);
    }

    #[test]
    fn readings_that_come_late_and_together_change_nothing(moves in moves()) {
        let moves = moves.into_iter().map(|step| Move { reboot: false, clock_jump_ms: 0, ..step });
        let fixes = phone(&moves.collect::<Vec<_>>());
        let (state, accepted, rejected) = super::one_by_one(&fixes);
        let whole = run(&[&fixes], &fixes.last().unwrap().taken, false);
        prop_assert_eq!((state, accepted), (whole.state, whole.accepted));
        prop_assert_eq!(rejected, whole.rejected.iter().map(|rejected| rejected.reason).collect::<Vec<_>>());
    }

    #[test]
    fn the_order_inside_a_batch_does_not_matter(moves in vec(phone_move(), 1..30), seed in any::<u64>()) {
        let moves: Vec<Move> = moves.into_iter().map(|step| Move { reboot: false, ..step }).collect();
        let fixes = phone(&moves);
        let now = fixes.last().unwrap().taken;
        let mut shuffled = fixes.clone();
        shuffled.sort_by_key(|fix| (fix.taken.since_boot_ms ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        prop_assert_eq!(run(&[&fixes], &now, false).accepted, run(&[&shuffled], &now, false).accepted);
    }

    #[test]
    fn each_reading_ends_once_times_grow_and_nothing_is_invented(moves in moves(), pause_ms in 0..3_000_000_u64) {
        let fixes = phone(&moves);
        let mut run = Run { state: OwnState::default(), accepted: Vec::new(), rejected: Vec::new() };
        let mut now = fixes[0].taken;
        for (at, fix) in fixes.iter().enumerate() {
            now = fix.taken;
            let next = step(&run.state, core::slice::from_ref(fix), &around(), &now, &Rules::default());
            run.state = next.state;
            run.accepted.extend(next.accepted);
            run.rejected.extend(next.rejected);
            let ended = positions(&run.accepted).len() + run.rejected.len();
            prop_assert_eq!(ended + run.state.held(), at + 1);
        }
        let waited = tick(&run.state, &around(), &later(&now, pause_ms), &Rules::default());
        let last = finish(&waited.state, &later(&now, pause_ms), &Rules::default());
        prop_assert_eq!(last.state.held(), 0, "nothing is held for ever");
        for next in [waited, last] {
            run.accepted.extend(next.accepted);
            run.rejected.extend(next.rejected);
        }
        prop_assert_eq!(positions(&run.accepted).len() + run.rejected.len(), fixes.len());
        prop_assert!(times_grow(&run.accepted));
        for fix in &run.accepted {
            prop_assert!(fixes.iter().any(|raw| (raw.latitude_deg, raw.longitude_deg)
                == (fix.place.lat_deg(), fix.place.lon_deg())));
        }
        let odometers: Vec<f64> = run.accepted.iter().map(|fix| fix.odometer_m).collect();
        prop_assert!(odometers.is_sorted());
    }

    #[test]
    fn garbage_never_panics_and_is_accounted_for(
        batches in vec((vec(garbage(), 0..12), any_time()), 1..6), mock in any::<bool>(), approximate in any::<bool>()
    ) {
        let rules = Rules { accept_mock: mock, ..Rules::default() };
        let permission = if approximate { LocationPermission::Approximate } else { LocationPermission::Always };
        let around = Surroundings { permission, ..around() };
        let (mut state, mut accepted, mut ended, mut taken_in) = (OwnState::default(), Vec::new(), 0, 0);
        for (batch, now) in &batches {
            let judged = step(&state, batch, &around, now, &rules);
            let ticked = tick(&judged.state, &around, now, &rules);
            taken_in += batch.len();
            for next in [&judged, &ticked] {
                ended += positions(&next.accepted).len() + next.rejected.len();
                accepted.extend(next.accepted.iter().cloned());
            }
            state = ticked.state;
            let _here = my_location(&state, now);
            prop_assert_eq!(ended + state.held(), taken_in);
            let stored = serde_json::to_string(&state).unwrap();
            prop_assert_eq!(&serde_json::from_str::<OwnState>(&stored).unwrap(), &state);
        }
        let last = finish(&state, &batches[0].1, &rules);
        prop_assert_eq!(ended + positions(&last.accepted).len() + last.rejected.len(), taken_in);
        accepted.extend(last.accepted);
        prop_assert!(times_grow(&accepted));
        for fix in &accepted {
            prop_assert!(!fix.place.is_null_island() && fix.odometer_m.is_finite());
        }
    }
}
