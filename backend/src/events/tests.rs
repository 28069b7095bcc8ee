use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Link, UnitState, Watch, of_position, of_time};
use crate::model::{Attributes, Device, Geofence, Position, Time};

const DEPOT: &str = "CIRCLE (31.23 121.47, 300)";

fn watch(area: &str, attributes: &Value) -> Watch {
    let attributes = attributes.as_object().unwrap().clone();
    Watch::of(&[Geofence { id: 7, area: area.into(), attributes, ..Geofence::default() }])
}

/// Seconds and metres north.
type Steps<'a> = &'a [(i64, f64)];
type Told<'a> = &'a [(&'a str, i64, i64)];

fn unit(speed_limit_kn: Option<f64>) -> Device {
    let mut attributes = Attributes::new();
    if let Some(limit) = speed_limit_kn {
        attributes.insert("speedLimit".into(), limit.into());
    }
    Device { id: 1, attributes, ..Device::default() }
}

/// A position at so many seconds, metres north of the depot's middle, with a speed and attributes.
fn at(second: i64, north_m: f64, speed: f64, attributes: &Value) -> Position {
    let mut attributes = attributes.as_object().unwrap().clone();
    attributes.entry("totalDistance").or_insert(0.0.into());
    Position {
        id: second,
        attributes,
        device_id: 1,
        protocol: "osmand".into(),
        server_time: Time(second * 1_000),
        device_time: Time(second * 1_000),
        fix_time: Time(second * 1_000),
        valid: true,
        latitude: 31.23 + north_m / 110_950.0,
        longitude: 121.47,
        altitude: 0.0,
        speed,
        course: 0.0,
        address: None,
        accuracy: 5.0,
        network: None,
        geofence_ids: None,
    }
}

/// Runs positions through the rules, storing and reading what is remembered between any two; kind, second and position.
fn told(
    device: &Device,
    watch: &Watch,
    positions: &[Position],
    then_s: Option<i64>,
) -> Vec<(String, i64, i64)> {
    let mut state = UnitState::default();
    let mut events = Vec::new();
    for p in positions {
        state = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
        events.extend(of_position(device, watch, &mut state, p));
    }
    if let Some(second) = then_s {
        let waits = state.waits();
        let late = of_time(1, &mut state, second * 1_000);
        assert!(waits || late.is_empty(), "who tells something later says that it waits");
        assert!(of_time(1, &mut state, second * 1_000).is_empty(), "told once");
        events.extend(late);
    }
    events.into_iter().map(|e| (e.kind, e.event_time.0 / 1_000, e.position_id)).collect()
}

fn named(events: &[(&str, i64, i64)]) -> Vec<(String, i64, i64)> {
    events.iter().map(|(kind, at, position)| ((*kind).to_owned(), *at, *position)).collect()
}

#[test]
fn borders_are_crossed_once_and_confirmed() {
    let nothing = json!({});
    let path = |steps: &[(i64, f64)]| -> Vec<Position> {
        steps.iter().map(|(second, north_m)| at(*second, *north_m, 0.0, &nothing)).collect()
    };
    let (enter, exit) = ("geofenceEnter", "geofenceExit");
    let depot = watch(DEPOT, &nothing);
    let table: &[(Steps<'_>, Option<i64>, Told<'_>)] = &[
        (&[(0, 0.0), (10, 1.0)], Some(900), &[]), // nobody saw it cross
        (&[(0, 900.0), (10, 100.0), (20, 90.0)], None, &[(enter, 10, 0)]),
        (&[(0, 900.0), (10, 100.0)], Some(69), &[]),
        (&[(0, 900.0), (10, 100.0)], Some(70), &[(enter, 10, 0)]), // a minute that nothing contradicts
        (&[(0, 900.0), (10, 100.0), (20, 900.0)], Some(900), &[]), // one wild fix
        (&[(0, 0.0), (10, 310.0), (20, 290.0), (30, 315.0), (40, 325.0), (50, 295.0)], Some(900), &[]), // wanders at the border
        (&[(0, 0.0), (10, 400.0), (20, 410.0)], None, &[(exit, 10, 0)]),
    ];
    for (steps, then_s, expected) in table {
        assert_eq!(told(&unit(None), &depot, &path(steps), *then_s), named(expected), "{steps:?}");
    }
    let road = watch("LINESTRING (31.23 121.40, 31.23 121.60)", &json!({"polylineDistance": 60}));
    let crossing = path(&[(0, 200.0), (10, 50.0), (20, 0.0), (30, -150.0), (40, -160.0)]);
    assert_eq!(
        told(&unit(None), &road, &crossing, None),
        named(&[(enter, 10, 0), (exit, 30, 0)]),
        "a line has a width"
    );
    let mut unsure = path(&[(0, 900.0), (10, 0.0), (20, 0.0)]);
    for p in &mut unsure {
        p.valid = false;
    }
    assert_eq!(told(&unit(None), &depot, &unsure, Some(900)), named(&[]));
}

#[test]
fn motion_must_last_or_lead_somewhere() {
    let move_to = |second, moving: bool, total_m: f64| {
        at(second, 0.0, 0.0, &json!({"motion": moving, "totalDistance": total_m}))
    };
    let none = Watch::default();
    let table: &[(Vec<Position>, Option<i64>, Told<'_>)] = &[
        (vec![move_to(10, true, 0.0), move_to(40, true, 400.0), move_to(50, false, 400.0)], Some(9_999), &[]),
        (vec![move_to(10, true, 0.0), move_to(40, true, 600.0)], None, &[("deviceMoving", 10, 10)]),
        (vec![move_to(10, true, 0.0), move_to(310, true, 100.0)], None, &[("deviceMoving", 10, 10)]),
        (
            vec![
                move_to(10, true, 0.0),
                move_to(40, true, 600.0),
                move_to(90, false, 600.0),
                move_to(100, true, 650.0),
            ],
            Some(9_999),
            &[("deviceMoving", 10, 10)],
        ), // a traffic light
        (
            vec![move_to(10, true, 0.0), move_to(40, true, 600.0), move_to(90, false, 600.0)],
            Some(390),
            &[("deviceMoving", 10, 10), ("deviceStopped", 90, 90)],
        ), // silent after it stopped
        (
            vec![
                move_to(10, true, 0.0),
                move_to(40, true, 600.0),
                at(90, 0.0, 0.0, &json!({"motion": false, "ignition": false, "totalDistance": 600.0})),
            ],
            None,
            &[("deviceMoving", 10, 10), ("deviceStopped", 90, 90)],
        ),
    ];
    for (positions, then_s, expected) in table {
        assert_eq!(told(&unit(None), &none, positions, *then_s), named(expected));
    }
}

#[test]
fn speeding_alarms_and_ignition_are_told_once() {
    let fast = |second, speed| at(second, 0.0, speed, &json!({}));
    let limited = unit(Some(40.0));
    let path = [fast(1, 41.0), fast(2, 39.0), fast(3, 42.0), fast(4, 37.0), fast(5, 41.0)];
    let over = "deviceOverspeed";
    assert_eq!(told(&limited, &Watch::default(), &path, None), named(&[(over, 1, 1), (over, 5, 5)]));
    let slow_depot = watch(DEPOT, &json!({"speedLimit": 10.0}));
    assert_eq!(
        told(&limited, &slow_depot, &[fast(1, 12.0)], None),
        named(&[(over, 1, 1)]),
        "the place's limit counts"
    );
    // At its border, in it for certain, at its border again, away, and back: two crossings.
    let rides = |steps: &[(i64, f64, f64)]| -> Vec<Position> {
        steps.iter().map(|(second, north_m, speed)| at(*second, *north_m, *speed, &json!({}))).collect()
    };
    let overspeeds = |device: &Device, watch: &Watch, path: &[Position]| -> Vec<i64> {
        let told = told(device, watch, path, None);
        told.into_iter().filter(|(kind, ..)| kind == over).map(|(_, second, _)| second).collect()
    };
    let flutters = rides(&[
        (0, 900.0, 25.0),
        (10, 290.0, 25.0),
        (20, 310.0, 25.0),
        (30, 290.0, 25.0),
        (40, 280.0, 25.0),
        (50, 310.0, 25.0),
        (60, 295.0, 25.0),
        (70, 305.0, 25.0),
        (80, 290.0, 25.0),
        (90, 500.0, 25.0),
        (100, 510.0, 25.0),
        (110, 290.0, 25.0),
        (120, 280.0, 25.0),
    ]);
    assert_eq!(overspeeds(&unit(None), &slow_depot, &flutters), [40, 120]);
    assert_eq!(overspeeds(&unit(Some(20.0)), &slow_depot, &flutters), [0], "too fast here as there");
    assert_eq!(overspeeds(&unit(Some(40.0)), &slow_depot, &flutters), [40, 120]);
    let one_wild_fix = rides(&[(0, 900.0, 25.0), (10, 0.0, 25.0), (20, 900.0, 25.0)]);
    assert_eq!(overspeeds(&unit(None), &slow_depot, &one_wild_fix), [0_i64; 0]);
    // A tracker that reads the limit from a map says now this road's, now the next one's, now none.
    let mapped = |second, limit: Value| at(second, 0.0, 35.0, &json!({"speedLimit": limit}));
    let path: Vec<Position> = [
        (0, json!(27)),
        (10, json!(54)),
        (20, json!(27)),
        (30, Value::Null),
        (40, json!(27)),
        (50, json!(54)),
        (110, json!(54)),
        (120, json!(27)),
    ]
    .map(|(second, limit)| mapped(second, limit))
    .into();
    assert_eq!(overspeeds(&unit(None), &Watch::default(), &path), [0, 120]);
    let says = |second, attributes: Value| at(second, 0.0, 0.0, &attributes);
    let path = [
        says(1, json!({"alarm": "sos"})),
        says(2, json!({"alarm": "sos,lowBattery"})),
        says(3, json!({})),
        says(30, json!({"alarm": "sos"})),
        says(500, json!({"alarm": "sos"})),
        says(900, json!({})),
        says(1_000, json!({"alarm": "sos"})),
        says(1_001, json!({"alarm": 5})),
        says(5_000, json!({"alarm": "sos"})),
        says(91_400, json!({"alarm": "sos"})),  // a day
        says(177_801, json!({"alarm": "sos"})), // and more than one
    ];
    let expected = [
        ("alarm", 1, 1),
        ("alarm", 2, 2),
        ("alarm", 1_000, 1_000),
        ("alarm", 5_000, 5_000),
        ("alarm", 177_801, 177_801),
    ];
    assert_eq!(told(&unit(None), &Watch::default(), &path, None), named(&expected));
    let path = [
        says(1, json!({"ignition": true})),
        says(2, json!({})),
        says(3, json!({"ignition": false})),
        says(4, json!({"ignition": false})),
        says(5, json!({})),
        says(6, json!({"ignition": true})),
    ];
    let expected = [("ignitionOff", 3, 3), ("ignitionOn", 6, 6)];
    assert_eq!(told(&unit(None), &Watch::default(), &path, None), named(&expected));
}

#[test]
fn a_silence_ends_with_a_second_sign_of_life() {
    let mut state = UnitState::default();
    let mut told = Vec::new();
    // Heard of while it counts as online or not; or silent for so long.
    for (second, step) in [
        (0, Err(false)),
        (10, Err(true)),
        (700, Ok(Link::Unknown)),
        (1_000, Ok(Link::Offline)),
        (1_100, Err(false)), // once in a while
        (1_700, Ok(Link::Offline)),
        (1_800, Err(false)),
        (2_000, Ok(Link::Unknown)),
        (2_100, Err(false)),
        (2_110, Err(true)),
        (2_120, Err(true)),
        (2_720, Ok(Link::Offline)),
    ] {
        state = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
        let event = match step {
            Err(online) => state.heard(1, online, second),
            Ok(link) => state.silent(1, link, second),
        };
        told.extend(event.map(|event| (event.kind, event.event_time.0)));
    }
    let expected = [
        ("deviceOnline", 0),
        ("deviceUnknown", 700),
        ("deviceOffline", 1_000),
        ("deviceOnline", 2_110),
        ("deviceOffline", 2_720),
    ];
    assert_eq!(told, expected.map(|(kind, at)| (kind.to_owned(), at)));
    let mut older = UnitState::default();
    assert!(older.heard(1, true, 0).is_none(), "who is online since an older version is not told of");
    assert!(older.silent(1, Link::Offline, 1).is_some());
}

proptest! {
    /// Enter and exit alternate, so do moving and stopped, whatever a unit does.
    #[test]
    fn nothing_is_told_twice_in_a_row(steps in prop::collection::vec((1_i64..200, -900.0..900.0_f64, any::<bool>()), 1..60)) {
        let depot = watch(DEPOT, &json!({}));
        let mut second = 0;
        let mut total = 0.0;
        let positions: Vec<Position> = steps.iter().map(|(after, north_m, moving)| {
            second += after;
            total += north_m.abs();
            at(second, *north_m, 0.0, &json!({"motion": moving, "totalDistance": total}))
        }).collect();
        let events = told(&unit(None), &depot, &positions, Some(second + 1_000));
        for pair in [["geofenceEnter", "geofenceExit"], ["deviceMoving", "deviceStopped"]] {
            let kinds: Vec<&str> =
                events.iter().map(|e| e.0.as_str()).filter(|kind| pair.contains(kind)).collect();
            prop_assert!(kinds.windows(2).all(|two| two[0] != two[1]), "{kinds:?}");
        }
    }

    /// However a unit flutters at a border, and whatever it reads from a map: too fast is told once.
    #[test]
    fn a_fluttering_border_tells_of_one_speeding(steps in prop::collection::vec((1_i64..200, 250.0..330.0_f64, 21.0..60.0_f64), 1..60)) {
        let depot = watch(DEPOT, &json!({"speedLimit": 20.0}));
        let mut second = 0;
        let positions: Vec<Position> = steps.iter().map(|(after, north_m, speed)| {
            second += after;
            at(second, *north_m, *speed, &json!({}))
        }).collect();
        let events = told(&unit(None), &depot, &positions, None);
        prop_assert!(events.iter().filter(|(kind, ..)| kind == "deviceOverspeed").count() <= 1, "{events:?}");
    }

    /// Between two of an alarm lies a position without it, or a day.
    #[test]
    fn an_alarm_that_goes_on_is_told_once(steps in prop::collection::vec((1_i64..100_000, any::<bool>()), 1..60)) {
        let mut second = 0;
        let positions: Vec<Position> = steps.iter().map(|(after, carries)| {
            second += after;
            at(second, 0.0, 0.0, &if *carries { json!({"alarm": "sos"}) } else { json!({}) })
        }).collect();
        let seconds: Vec<i64> = told(&unit(None), &Watch::default(), &positions, None)
            .into_iter().filter(|(kind, ..)| kind == "alarm").map(|(_, second, _)| second).collect();
        let carries = |p: &Position| p.attributes.contains_key("alarm");
        let first = positions.iter().find(|p| carries(p)).map(|p| p.id);
        prop_assert_eq!(seconds.first().copied(), first);
        for two in seconds.windows(2) {
            let between: Vec<&Position> = positions.iter().filter(|p| (two[0]..=two[1]).contains(&p.id)).collect();
            let ended = between.iter().any(|p| !carries(p)) || between.windows(2).any(|p| p[1].id - p[0].id > 86_400);
            prop_assert!(ended, "{two:?}");
        }
    }

    /// Online and silent alternate, whatever a unit does, and online is told of a second sign of life.
    #[test]
    fn signs_of_life_do_not_flap(steps in prop::collection::vec((1_i64..1_500, any::<bool>()), 1..80)) {
        let (mut state, mut second, mut last, mut before) = (UnitState::default(), 0, -10_000, -10_000);
        let mut kinds: Vec<&str> = Vec::new();
        for (after, heard) in steps {
            second += after;
            let online = second - last <= 600;
            let event = if heard {
                (before, last) = (last, second);
                state.heard(1, online, second)
            } else if online {
                None
            } else {
                state.silent(1, Link::Offline, second)
            };
            if let Some(event) = event {
                prop_assert!(event.kind != "deviceOnline" || kinds.is_empty() || last - before <= 600);
                kinds.push(if event.kind == "deviceOnline" { "online" } else { "silent" });
            }
        }
        prop_assert!(kinds.windows(2).all(|two| two[0] != two[1]), "{kinds:?}");
    }
}
