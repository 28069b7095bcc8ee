//! One table for each reason, and what a person would notice if the rule were wrong.

use super::{around, east, fix_at, home, keep, one_by_one, positions, time};
use crate::decide::own::{OwnState, Rules, finish, step, tick};
use crate::geo::distance::{destination, distance_m};
use crate::model::{
    AcceptedFix, BootId, DeviceTime, Fix, FixKind, FixSource, LatLon, LocationPermission, Rejection,
    Surroundings,
};

fn reasons(fixes: &[Fix]) -> Vec<Rejection> {
    one_by_one(fixes).2
}

/// Metres east of home.
fn away_m(fix: &AcceptedFix) -> i64 {
    distance_m(home(), fix.place).round() as i64
}

/// Drives east at a speed, a reading a second for so many seconds, from where the one before ended.
fn drive(fixes: &mut Vec<Fix>, mps: f64, seconds: usize) {
    let (mut east_m, mut ms) = fixes.last().map_or((0.0, 0), |last| {
        let place = LatLon::new(last.latitude_deg, last.longitude_deg).unwrap();
        (distance_m(home(), place), last.taken.since_boot_ms as i64)
    });
    for _ in 0..seconds {
        east_m += mps;
        ms += 1_000;
        fixes.push(Fix { speed_mps: Some(mps * 0.99), course_deg: Some(90.0), ..east(east_m, ms) });
    }
}

#[test]
fn the_table_of_what_a_reading_says_alone() {
    let good = east(0.0, 0);
    let with = |change: fn(&mut Fix)| {
        let mut fix = good.clone();
        change(&mut fix);
        fix
    };
    let table: [(&str, Fix, Option<Rejection>); 14] = [
        ("good", good.clone(), None),
        ("latitude 91", with(|f| f.latitude_deg = 91.0), Some(Rejection::NotOnEarth)),
        ("longitude -181", with(|f| f.longitude_deg = -181.0), Some(Rejection::NotOnEarth)),
        ("no number", with(|f| f.latitude_deg = f64::NAN), Some(Rejection::NotOnEarth)),
        ("0, 0", with(|f| (f.latitude_deg, f.longitude_deg) = (0.0, -0.0)), Some(Rejection::NullIsland)),
        ("the Gulf of Guinea has ships", with(|f| (f.latitude_deg, f.longitude_deg) = (0.0, 0.001)), None),
        ("100 m", with(|f| f.accuracy_m = Some(100.0)), None),
        ("101 m", with(|f| f.accuracy_m = Some(101.0)), Some(Rejection::Accuracy)),
        ("-1 m, iOS for invalid", with(|f| f.accuracy_m = Some(-1.0)), Some(Rejection::Accuracy)),
        ("no number of metres", with(|f| f.accuracy_m = Some(f64::NAN)), Some(Rejection::Accuracy)),
        ("satellites without a circle", with(|f| f.accuracy_m = None), None),
        (
            "an address without a circle",
            with(|f| (f.accuracy_m, f.source) = (None, FixSource::Ip)),
            Some(Rejection::Accuracy),
        ),
        ("made up", with(|f| f.mock = true), Some(Rejection::Mock)),
        ("a minute ahead", with(|f| f.taken = time(60_001)), Some(Rejection::Future)),
    ];
    for (what, fix, expected) in table {
        let next = step(&OwnState::default(), &[fix], &around(), &time(0), &Rules::default());
        assert_eq!(next.rejected.first().map(|rejected| rejected.reason), expected, "{what}");
        assert_eq!(next.accepted.len(), usize::from(expected.is_none()), "{what}");
    }
    let rules = Rules { accept_mock: true, ..Rules::default() };
    let next = step(&OwnState::default(), &[with(|f| f.mock = true)], &around(), &time(0), &rules);
    assert!(next.accepted[0].mock, "a rule may let them pass, and they say so");
}

#[test]
fn the_table_of_what_a_reading_says_beside_the_one_before() {
    use Rejection::{Debounce, Duplicate, Older, Stationary};
    let table = [
        ("the same again", vec![east(0.0, 0), east(0.0, 0)], vec![Duplicate]),
        ("older", vec![east(0.0, 5_000), east(0.0, 4_000)], vec![Older]),
        ("another place at the same moment", vec![east(0.0, 0), east(3.0, 0)], vec![Debounce]),
        ("nothing moved", vec![east(0.0, 0), east(4.0, 5_000), east(2.0, 9_000)], vec![Stationary; 2]),
    ];
    for (what, fixes, expected) in table {
        assert_eq!(reasons(&fixes), expected, "{what}");
    }
}

#[test]
fn what_the_system_does_not_say_stays_unsaid() {
    let odd = Fix {
        accuracy_m: Some(0.0),
        altitude_m: Some(f64::NAN),
        speed_mps: Some(-1.0),
        course_deg: Some(-1.0),
        battery: Some(crate::model::Battery { level_percent: -100.0, charging: true }),
        ..east(0.0, 0)
    };
    let fix = &one_by_one(&[odd]).1[0];
    assert_eq!((fix.accuracy_m, fix.altitude_m, fix.speed_mps, fix.course_deg), (None, None, None, None));
    assert_eq!(fix.battery, None);
    let north = &one_by_one(&[Fix { course_deg: Some(360.0), ..east(0.0, 0) }]).1[0];
    assert_eq!(north.course_deg, Some(0.0));
}

#[test]
fn a_missing_accuracy_is_not_0() {
    // 40 m apart without a claim: nothing says that anything moved. With exact circles it does.
    let wander = |accuracy_m| -> Vec<Fix> {
        (0..12).map(|n| Fix { accuracy_m, ..east(if n % 4 < 2 { 0.0 } else { 40.0 }, n * 15_000) }).collect()
    };
    assert_eq!(positions(&one_by_one(&wander(None)).1).len(), 1);
    assert!(positions(&one_by_one(&wander(Some(4.0))).1).len() > 1);
}

#[test]
fn a_spike_between_two_readings_that_agree_is_rejected() {
    let mut fixes = Vec::new();
    drive(&mut fixes, 1.4, 60);
    for at in [20, 40, 41, 42] {
        let ms = fixes[at].taken.since_boot_ms as i64;
        fixes[at] = fix_at(destination(home(), 0.0, 160.0), ms);
    }
    let (_, accepted, rejected) = one_by_one(&fixes);
    assert_eq!(rejected.iter().filter(|reason| **reason == Rejection::ImpossibleSpeed).count(), 4);
    assert!(accepted.iter().all(|fix| away_m(fix) < 90));
}

#[test]
fn a_real_jump_is_accepted_once_the_following_readings_confirm_it() {
    let there = destination(home(), 45.0, 900_000.0);
    let mut fixes = vec![east(0.0, 0), east(1.0, 1_000)];
    fixes.extend((2..30).map(|s| fix_at(there, s * 1_000)));
    let (state, accepted, rejected) = one_by_one(&fixes);
    let sent = positions(&accepted);
    assert_eq!((sent.len(), distance_m(sent[1].place, there) < 1.0), (2, true));
    assert_eq!(sent[1].fix_time, time(2_000).wall, "with the time of the first reading there");
    assert!(!rejected.contains(&Rejection::ImpossibleSpeed));
    assert!(state.odometer_m() < 1.0, "nobody has driven that");
    // After hours with the phone off there is nothing impossible about it.
    let flown = one_by_one(&[east(0.0, 0), fix_at(there, 7_200_000), fix_at(there, 7_212_000)]);
    assert_eq!(positions(&flown.1).len(), 2);
    assert!((flown.0.odometer_m() - 900_000.0).abs() < 10.0);
}

#[test]
fn a_lonely_jump_is_not_held_for_ever() {
    let spike = fix_at(destination(home(), 0.0, 5_000.0), 2_000);
    let (state, ..) = one_by_one(&[east(0.0, 0), east(0.0, 1_000), spike]);
    assert_eq!(state.held(), 1);
    let early = tick(&state, &around(), &time(120_000), &Rules::default());
    assert_eq!((early.state.held(), early.rejected.len()), (1, 0));
    let late = tick(&state, &around(), &time(700_000), &Rules::default());
    assert_eq!((late.state.held(), late.rejected[0].reason), (0, Rejection::ImpossibleSpeed));
    let end = finish(&state, &time(3_000), &Rules::default());
    assert_eq!((end.state.held(), end.rejected.len()), (0, 1));
}

#[test]
fn the_last_place_before_a_stop_is_always_sent() {
    // 12 m/s asks for 120 m between positions; each run ends elsewhere between two of them.
    for seconds in 30..45 {
        let mut fixes = Vec::new();
        drive(&mut fixes, 12.0, seconds);
        let stop = fixes.last().cloned().unwrap();
        let stop_place = LatLon::new(stop.latitude_deg, stop.longitude_deg).unwrap();
        let near = |accepted: &[AcceptedFix]| {
            distance_m(positions(accepted).last().unwrap().place, stop_place) < 1.0
        };
        let moving = one_by_one(&fixes);
        let silent = tick(&moving.0, &around(), &time(seconds as i64 * 1_000 + 60_000), &Rules::default());
        let off = finish(&moving.0, &time(seconds as i64 * 1_000), &Rules::default());
        drive(&mut fixes, 0.0, 90);
        let (state, stood, _) = one_by_one(&fixes);
        assert!(near(&stood), "the readings go on: {seconds}");
        assert!(!positions(&stood).last().unwrap().moving);
        for (what, last) in [("the readings cease", silent), ("reporting is switched off", off)] {
            let all: Vec<_> = moving.1.iter().cloned().chain(last.accepted).collect();
            assert!(near(&all), "{what}: {seconds}");
        }
        assert_eq!(state.held(), 0);
    }
}

#[test]
fn time_way_and_turn_each_suffice() {
    let gaps = |accepted: &[AcceptedFix]| -> Vec<(i64, i64)> {
        let sent = positions(accepted);
        let pair = |pair: &[&AcceptedFix]| {
            let seconds = pair[1].fix_time.since_ms(pair[0].fix_time) / 1_000;
            (seconds, distance_m(pair[0].place, pair[1].place).round() as i64)
        };
        sent.windows(2).map(pair).skip(3).collect()
    };
    let driven = |mps: f64| {
        let mut fixes = Vec::new();
        drive(&mut fixes, mps, 240);
        gaps(&one_by_one(&fixes).1)
    };
    // (speed, seconds and metres between positions): the way asked for grows with speed, within bounds.
    for (mps, every) in
        [(0.51, (20, 10)), (1.5, (10, 15)), (10.0, (10, 100)), (30.0, (10, 300)), (61.0, (5, 305))]
    {
        let gaps = driven(mps);
        assert!(gaps.len() > 3 && gaps.iter().all(|gap| *gap == every), "{mps} m/s: {gaps:?}");
    }
    // Too slow for the way: time.
    let crawl: Vec<Fix> = (0..240)
        .map(|s| Fix {
            speed_mps: Some(2.5),
            accuracy_m: Some(90.0),
            ..east(f64::from(s) * 2.5, i64::from(s) * 1_000)
        })
        .collect();
    assert!(gaps(&one_by_one(&crawl).1).iter().all(|(seconds, _)| *seconds == 30));
}

#[test]
fn turns_wrap_at_north() {
    // Straight on for 60 s, then a course; at 20 m/s the way asked for is 200 m and the turn shows after a second.
    let sent_after_turn = |before_deg: f64, after_deg: f64| {
        let course = |s: usize| if s <= 60 { before_deg } else { after_deg };
        let mut place = home();
        let mut fixes = Vec::new();
        for s in 0..=63 {
            place = destination(place, course(s), 20.0);
            let fix = fix_at(place, s as i64 * 1_000);
            fixes.push(Fix { speed_mps: Some(20.0), course_deg: Some(course(s)), ..fix });
        }
        let sent = one_by_one(&fixes).1;
        sent.iter().any(|fix| fix.fix_time == time(61_000).wall)
    };
    for (before_deg, after_deg, turn) in [
        (355.0, 5.0, false),
        (5.0, 355.0, false),
        (350.0, 20.0, true),
        (10.0, 340.0, true),
        (90.0, 105.0, false),
        (90.0, 111.0, true),
        (1.0, 180.0, true),
    ] {
        assert_eq!(sent_after_turn(before_deg, after_deg), turn, "{before_deg} to {after_deg}");
    }
}

#[test]
fn a_phone_that_lies_still_is_one_place_with_signs_of_life() {
    // Two hours of a place that wanders up to 25 m and claims 3 m.
    let fixes: Vec<Fix> = (0..720)
        .map(|n| {
            let drift_m = 12.5 * (1.0 - (n as f64 / 40.0).cos());
            Fix { accuracy_m: Some(3.0), speed_mps: Some(0.2), ..east(drift_m, n * 10_000) }
        })
        .collect();
    let (state, accepted, _) = one_by_one(&fixes);
    assert_eq!(positions(&accepted).len(), 1);
    let signs: Vec<_> = accepted.iter().filter(|fix| fix.kind == FixKind::Heartbeat).collect();
    assert_eq!(signs.len(), 29, "every four minutes");
    assert!(signs.iter().all(|sign| sign.place == accepted[0].place && !sign.moving));
    assert_eq!(signs[0].fix_time, time(240_000).wall);
    assert!(state.odometer_m() == 0.0);
}

#[test]
fn signs_of_life_without_readings_need_evidence_and_permission() {
    let (state, ..) = one_by_one(&[east(0.0, 0), east(1.0, 1_000)]);
    let signs = |around: &Surroundings, ms: i64| {
        let next = tick(&state, around, &time(ms), &Rules::default());
        next.accepted.iter().map(|sign| (sign.kind, sign.fix_time.since_ms(time(0).wall))).collect::<Vec<_>>()
    };
    assert_eq!(signs(&around(), 240_999), []);
    assert_eq!(signs(&around(), 241_000), [(FixKind::Heartbeat, 241_000)]);
    assert_eq!(signs(&around(), 1_802_000), [], "silence must not look like presence");
    let off = Surroundings { location_on: false, ..around() };
    let denied = Surroundings { permission: LocationPermission::None, ..around() };
    assert_eq!((signs(&off, 300_000), signs(&denied, 300_000)), (vec![], vec![]));
    let saving = Surroundings { power_save: true, ..around() };
    assert_eq!((signs(&saving, 300_000).len(), signs(&saving, 901_000).len()), (0, 1));
}

#[test]
fn a_rejected_reading_still_informs_motion() {
    let poor = |ms: i64| Fix { accuracy_m: Some(800.0), ..east(3_000.0, ms) };
    let (mut state, mut accepted, mut rejected) = one_by_one(&[east(0.0, 0), east(0.0, 60_000)]);
    let mut moving = false;
    for ms in [120_000, 135_000] {
        let next = step(&state, &[poor(ms)], &around(), &time(ms), &Rules::default());
        moving = next.moving;
        keep(next, &mut state, &mut accepted, &mut rejected);
    }
    assert!(moving);
    assert_eq!(rejected[1..], [Rejection::Accuracy; 2]);
    assert_eq!(accepted.len(), 1);
}

#[test]
fn a_wide_circle_beats_long_silence() {
    let cell = |ms: i64| Fix { accuracy_m: Some(900.0), source: FixSource::Network, ..east(5_000.0, ms) };
    assert_eq!(reasons(&[east(0.0, 0), cell(299_000)]), [Rejection::Accuracy]);
    let (_, accepted, _) = one_by_one(&[east(0.0, 0), cell(310_000), cell(330_000)]);
    assert_eq!(away_m(positions(&accepted)[1]), 5_000);
    let only_cells: Vec<Fix> = (0..8).map(|minute| cell(minute * 60_000)).collect();
    let first = one_by_one(&only_cells).1[0].fix_time;
    assert_eq!(first, time(300_000).wall, "also where nothing exact ever came");
}

#[test]
fn a_departure_that_nothing_confirms_was_none() {
    let poor = Fix { accuracy_m: Some(800.0), ..east(3_000.0, 60_000) };
    let (state, ..) = one_by_one(&[east(0.0, 0), poor]);
    let signs = |state: &OwnState, ms: i64| tick(state, &around(), &time(ms), &Rules::default());
    assert_eq!(signs(&state, 400_000).accepted, [], "while it is doubtful");
    assert_eq!(signs(&state, 660_000).accepted.len(), 1);
}

#[test]
fn a_new_start_gives_no_sign_of_life_before_its_first_reading() {
    let (state, ..) = one_by_one(&[east(0.0, 0)]);
    let ahead = DeviceTime { wall: time(86_400_000).wall, since_boot_ms: 300_000, boot: BootId(8) };
    assert_eq!(tick(&state, &around(), &ahead, &Rules::default()).accepted, []);
}

#[test]
fn the_approximate_permission_lets_blurred_places_pass() {
    let blurred = Fix { accuracy_m: Some(2_000.0), source: FixSource::Network, ..east(0.0, 0) };
    let approximate = Surroundings { permission: LocationPermission::Approximate, ..around() };
    for (around, count) in [(around(), 0), (approximate, 1)] {
        let next =
            step(&OwnState::default(), core::slice::from_ref(&blurred), &around, &time(0), &Rules::default());
        assert_eq!(next.accepted.len(), count);
    }
}

#[test]
fn batches_come_whole_and_in_any_order() {
    let mut fixes = Vec::new();
    drive(&mut fixes, 12.0, 120);
    let expected = one_by_one(&fixes).1;
    let mut backwards = fixes.clone();
    backwards.reverse();
    let now = time(120_000);
    let next = step(&OwnState::default(), &backwards, &around(), &now, &Rules::default());
    assert_eq!(next.accepted, expected);
    let again = step(&next.state, &backwards, &around(), &now, &Rules::default());
    assert_eq!((again.accepted.len(), again.rejected.len()), (0, 120), "a batch handed over twice");
}

#[test]
fn states_of_other_versions_can_be_read() {
    let (state, ..) = one_by_one(&[east(0.0, 0), east(1.0, 1_000)]);
    let mut stored = serde_json::to_value(&state).unwrap();
    stored["of_a_later_version"] = 5.into();
    assert_eq!(serde_json::from_value::<OwnState>(stored.clone()).unwrap(), state);
    stored.as_object_mut().unwrap().remove("motion");
    assert!(serde_json::from_value::<OwnState>(stored).is_ok());
    assert_eq!(serde_json::from_str::<OwnState>("{}").unwrap(), OwnState::default());
    assert!(!format!("{state:?}").contains("121.4"), "no coordinate in a log");
}

#[test]
fn a_cell_between_satellites_draws_no_zigzag() {
    let mut fixes = Vec::new();
    drive(&mut fixes, 12.0, 90);
    for at in (20..90).step_by(10) {
        let ms = fixes[at].taken.since_boot_ms as i64;
        let aside = destination(destination(home(), 90.0, 12.0 * at as f64), 0.0, 70.0);
        fixes[at] = Fix { accuracy_m: Some(80.0), source: FixSource::Network, ..fix_at(aside, ms) };
    }
    let (_, accepted, rejected) = one_by_one(&fixes);
    assert!(accepted.iter().all(|fix| fix.source == FixSource::Gps));
    assert_eq!(rejected.iter().filter(|reason| **reason == Rejection::Accuracy).count(), 7);
}

#[test]
fn reporting_that_begins_again_begins_with_its_first_reading() {
    let mut fixes = Vec::new();
    drive(&mut fixes, 12.0, 60);
    let (state, ..) = one_by_one(&fixes);
    let off = finish(&state, &time(60_000), &Rules::default());
    assert!(!off.moving);
    let elsewhere = east(50_000.0, 7_200_000);
    let on =
        step(&off.state, core::slice::from_ref(&elsewhere), &around(), &elsewhere.taken, &Rules::default());
    assert_eq!(on.accepted.len(), 1);
    assert!(
        (on.accepted[0].odometer_m - off.state.odometer_m()).abs() < 0.1,
        "the way while off is nobody's business"
    );
    let same = Fix { taken: time(60_500), ..fixes[59].clone() };
    let back = step(&off.state, core::slice::from_ref(&same), &around(), &same.taken, &Rules::default());
    assert_eq!(back.accepted.len(), 1, "also at the same place");
}
