//! What the system is asked for, and where I am.

use super::{around, east, one_by_one, time};
use crate::decide::own::{OwnState, Rules, my_location, step, tick};
use crate::model::{
    Activity, Battery, BootId, DeviceTime, Fix, FixSource, LocationPermission, SamplingProfile, Surroundings,
    WantedAccuracy,
};

fn power(level_percent: f64, charging: bool, power_save: bool) -> Surroundings {
    Surroundings { battery: Some(Battery { level_percent, charging }), power_save, ..around() }
}

fn profile(state: &OwnState, around: &Surroundings, ms: i64) -> SamplingProfile {
    step(state, &[], around, &time(ms), &Rules::default()).profile
}

fn driving() -> OwnState {
    let fixes: Vec<Fix> =
        (0..40).map(|s| Fix { speed_mps: Some(12.0), ..east(12.0 * s as f64, s * 1_000) }).collect();
    one_by_one(&fixes).0
}

#[test]
fn the_profile_follows_motion_battery_and_permission() {
    use WantedAccuracy::{Balanced, High, Low};
    let (moving, standing) = (driving(), one_by_one(&[east(0.0, 0), east(1.0, 39_000)]).0);
    let denied = Surroundings { permission: LocationPermission::None, ..around() };
    let off = Surroundings { location_on: false, ..around() };
    let blurred = Surroundings { permission: LocationPermission::Approximate, ..around() };
    // (what, state, around, seconds, metres, accuracy, seconds of delay)
    let table = [
        ("driving", &moving, around(), 5, 40.0, High, 10),
        ("driving and charging", &moving, power(50.0, true, false), 2, 40.0, High, 0),
        ("driving, saving power", &moving, power(80.0, false, true), 15, 40.0, High, 60),
        ("driving, battery low", &moving, power(19.0, false, false), 15, 40.0, High, 60),
        ("driving, battery nearly empty", &moving, power(5.0, false, false), 60, 40.0, Balanced, 180),
        ("charging from nearly empty", &moving, power(5.0, true, false), 2, 40.0, High, 0),
        ("a battery that is no number", &moving, power(f64::NAN, false, false), 5, 40.0, High, 10),
        ("standing", &standing, around(), 60, 0.0, Balanced, 60),
        ("standing and charging", &standing, power(50.0, true, false), 30, 0.0, Balanced, 0),
        ("standing, saving power", &standing, power(80.0, false, true), 180, 0.0, Balanced, 180),
        ("the first reading is wanted soon", &OwnState::default(), around(), 5, 0.0, High, 0),
        ("approximate", &moving, blurred, 60, 0.0, Balanced, 60),
        ("not allowed", &moving, denied, 900, 0.0, Low, 900),
        ("switched off", &moving, off, 900, 0.0, Low, 900),
    ];
    for (what, state, around, seconds, distance_m, accuracy, delay_s) in table {
        let expected = SamplingProfile {
            interval_ms: seconds * 1_000,
            distance_m,
            accuracy,
            batch_delay_ms: delay_s * 1_000,
        };
        assert_eq!(profile(state, &around, 40_000), expected, "{what}");
    }
}

#[test]
fn doubt_and_silence_ask_for_every_reading() {
    let (leaving, ..) = one_by_one(&[east(0.0, 0), east(0.0, 60_000), east(90.0, 120_000)]);
    let asked = profile(&leaving, &around(), 120_000);
    assert_eq!((asked.interval_ms, asked.batch_delay_ms), (5_000, 0));
    assert!(asked.distance_m < 1.0);
    let aboard = Fix { activity: Some(Activity::Driving), ..east(1.0, 60_000) };
    let (boarding, ..) = one_by_one(&[east(0.0, 0), aboard]);
    assert_eq!(profile(&boarding, &around(), 60_000).interval_ms, 5_000, "before the circles part");
    let quiet = tick(&driving(), &around(), &time(110_000), &Rules::default());
    assert!(quiet.moving, "a tunnel is no stop");
    assert!(quiet.profile.distance_m < 1.0);
    let silent = tick(&quiet.state, &around(), &time(400_000), &Rules::default());
    assert!(!silent.moving, "but nobody drives for ever unseen");
}

#[test]
fn where_i_am_is_the_newest_usable_reading() {
    let at = |fixes: &[Fix], ms: i64| my_location(&one_by_one(fixes).0, &time(ms));
    assert_eq!(at(&[], 0), None);
    let here = at(&[east(0.0, 0), east(2.0, 10_000)], 12_000).unwrap();
    assert_eq!((here.age_ms, here.accuracy_m, here.source), (2_000, Some(6.0), FixSource::Gps));
    assert!(!here.approximate && !here.from_last_known, "a reading that is not sent still says where I am");
    let network =
        |accuracy_m, ms| Fix { accuracy_m: Some(accuracy_m), source: FixSource::Network, ..east(50.0, ms) };
    let wide = at(&[east(0.0, 0), network(900.0, 5_000)], 5_000).unwrap();
    assert_eq!(wide.source, FixSource::Gps, "a wide circle does not replace a small one of seconds ago");
    let late = at(&[east(0.0, 0), network(90.0, 60_000)], 60_000).unwrap();
    assert_eq!(late.source, FixSource::Network, "but an old one it does");
    let spike = at(&[east(0.0, 0), east(9_000.0, 1_000)], 1_000).unwrap();
    assert_eq!(spike.age_ms, 1_000, "a jump is not believed before it is confirmed");
    let mock = at(&[east(0.0, 0), Fix { mock: true, ..east(1.0, 1_000) }], 1_000).unwrap();
    assert_eq!(mock.age_ms, 1_000);
}

#[test]
fn the_last_known_place_is_marked_as_such() {
    let (state, ..) = one_by_one(&[east(0.0, 0)]);
    let marked = |now: &DeviceTime| my_location(&state, now).map(|here| (here.from_last_known, here.age_ms));
    assert_eq!(marked(&time(180_000)), Some((false, 180_000)));
    assert_eq!(marked(&time(180_001)), Some((true, 180_001)));
    let restarted = DeviceTime { boot: BootId(8), since_boot_ms: 9_000, ..time(60_000) };
    assert_eq!(marked(&restarted), Some((true, 60_000)));
    let clock_back = DeviceTime { wall: time(-500_000).wall, ..time(60_000) };
    assert_eq!(
        marked(&clock_back),
        Some((false, 60_000)),
        "an age does not come from a clock that was moved"
    );
    let blurred = Surroundings { permission: LocationPermission::Approximate, ..around() };
    let next = step(&OwnState::default(), &[east(0.0, 0)], &blurred, &time(0), &Rules::default());
    assert!(my_location(&next.state, &time(0)).unwrap().approximate);
}

#[test]
fn a_reduced_permission_takes_the_precise_place_away() {
    let (state, ..) = one_by_one(&[east(0.0, 0)]);
    let blurred = Surroundings { permission: LocationPermission::Approximate, ..around() };
    let reduced = step(&state, &[], &blurred, &time(1_000), &Rules::default());
    assert_eq!(my_location(&reduced.state, &time(1_000)), None, "before a blurred one came, too");
    let wide = Fix { accuracy_m: Some(3_000.0), ..east(700.0, 2_000) };
    let seen = step(&reduced.state, &[wide], &blurred, &time(2_000), &Rules::default());
    let here = my_location(&seen.state, &time(2_000)).unwrap();
    assert!(here.approximate && here.accuracy_m == Some(3_000.0));
    let precise = step(&seen.state, &[east(1.0, 3_000)], &around(), &time(3_000), &Rules::default());
    assert!(!my_location(&precise.state, &time(3_000)).unwrap().approximate, "and back");
}
