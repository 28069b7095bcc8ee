use proptest::prelude::*;
use serde_json::{Value, json};

use super::{UnitState, Watch, of_position, of_time};
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
    ];
    let expected = [("alarm", 1, 1), ("alarm", 2, 2), ("alarm", 500, 500), ("alarm", 1_000, 1_000)];
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
}
