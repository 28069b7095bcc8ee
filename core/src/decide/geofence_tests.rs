//! Shapes against brute force; borders against people who stand on them.

use geo::{Contains, LineString, Polygon};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Crossing, GeofenceState, beyond_m, step, tick};
use crate::geo::distance::{destination, distance_m};
use crate::model::{AcceptedFix, BootId, DeviceTime, FixKind, FixSource, Geofence, LatLon, Shape, UtcMs};

fn at(lat_deg: f64, lon_deg: f64) -> LatLon {
    LatLon::new(lat_deg, (lon_deg + 180.0).rem_euclid(360.0) - 180.0).unwrap()
}

fn fix(place: LatLon, ms: i64, accuracy_m: Option<f64>) -> AcceptedFix {
    let fix_time = UtcMs(1_795_577_586_000 + ms);
    AcceptedFix {
        place,
        fix_time,
        raw: DeviceTime { wall: fix_time, since_boot_ms: ms.unsigned_abs(), boot: BootId(1) },
        accuracy_m,
        altitude_m: None,
        speed_mps: None,
        course_deg: None,
        source: FixSource::Gps,
        mock: false,
        battery: None,
        activity: None,
        kind: FixKind::Position,
        moving: true,
        odometer_m: 0.0,
    }
}

fn circle(radius_m: f64) -> Vec<Geofence> {
    vec![Geofence { id: 9, name: String::new(), shape: Shape::Circle { center: at(31.0, 121.0), radius_m } }]
}

/// Walks along distances from the middle, one fix every ten seconds, and says what was told after which fix.
fn walk(fences: &[Geofence], places: &[(f64, Option<f64>)]) -> Vec<(usize, Crossing, i64)> {
    let mut state = GeofenceState::default();
    let mut told = Vec::new();
    for (number, (away_m, accuracy_m)) in places.iter().enumerate() {
        let fix = fix(destination(at(31.0, 121.0), 70.0, *away_m), number as i64 * 10_000, *accuracy_m);
        let (next, events) = step(&state, fences, &fix);
        let seconds = |event: &super::GeofenceEvent| event.at.since_ms(UtcMs(1_795_577_586_000)) / 1_000;
        told.extend(events.iter().map(|event| (number, event.crossing, seconds(event))));
        state = next;
    }
    told
}

#[test]
fn borders_have_hysteresis_and_want_a_second_fix() {
    use Crossing::{Enter, Exit};
    let exact = |away: &[f64]| away.iter().map(|m| (*m, Some(5.0))).collect::<Vec<_>>();
    // r = 500: left beyond 500 + 50 + the circle of 5.
    let table = [
        ("in and out", exact(&[600.0, 490.0, 480.0, 560.0, 570.0]), vec![(2, Enter, 10), (4, Exit, 30)]),
        ("one fix is not enough", exact(&[600.0, 490.0, 600.0, 600.0]), vec![]),
        (
            "beyond the border but within the margin",
            exact(&[600.0, 490.0, 480.0, 540.0, 554.0]),
            vec![(2, Enter, 10)],
        ),
        ("back within the margin ends the doubt", exact(&[400.0, 560.0, 540.0, 560.0, 530.0]), vec![]),
        ("the first fix crosses nothing", exact(&[100.0, 100.0]), vec![]),
        (
            "a wide circle delays leaving",
            vec![(100.0, Some(5.0)), (600.0, Some(60.0)), (600.0, Some(60.0))],
            vec![],
        ),
        (
            "and a wider one says nothing",
            vec![(900.0, Some(5.0)), (100.0, Some(1_500.0)), (100.0, Some(1_500.0))],
            vec![],
        ),
        (
            "no stated circle is not a circle of 0",
            vec![(100.0, Some(5.0)), (570.0, None), (570.0, None), (580.0, None), (580.0, None)],
            vec![(4, Exit, 30)],
        ),
    ];
    for (what, places, expected) in table {
        assert_eq!(walk(&circle(500.0), &places), expected, "{what}");
    }
    // r = 50: the margin is 20 m.
    assert_eq!(walk(&circle(50.0), &exact(&[10.0, 74.0, 74.0, 76.0, 76.0])), [(4, Exit, 30)]);
}

#[test]
fn time_confirms_where_no_second_fix_comes() {
    let fences = circle(100.0);
    let inside = fix(at(31.0, 121.0), 0, Some(5.0));
    let (state, _) = step(&GeofenceState::default(), &fences, &inside);
    let outside = fix(destination(at(31.0, 121.0), 0.0, 300.0), 10_000, Some(5.0));
    let (state, none) = step(&state, &fences, &outside);
    assert_eq!(none, []);
    assert_eq!(tick(&state, outside.fix_time.plus_ms(59_999)).1, []);
    let (state, told) = tick(&state, outside.fix_time.plus_ms(60_000));
    assert_eq!((told.len(), told[0].crossing, told[0].at), (1, Crossing::Exit, outside.fix_time));
    assert_eq!(tick(&state, outside.fix_time.plus_ms(600_000)).1, [], "told once");
}

#[test]
fn what_is_gone_is_forgotten_and_the_state_survives_storing() {
    let (state, _) = step(&GeofenceState::default(), &circle(100.0), &fix(at(31.0, 121.0), 0, None));
    let stored: GeofenceState = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
    assert_eq!(stored, state);
    let (gone, events) = step(&state, &[], &fix(at(31.0, 121.0), 1, None));
    assert_eq!((gone, events), (GeofenceState::default(), vec![]));
    let empty: GeofenceState = serde_json::from_str("{}").unwrap();
    assert_eq!(empty, GeofenceState::default());
}

#[test]
fn shapes_without_an_inside_have_none() {
    let place = at(31.0, 121.0);
    let shapes = [
        Shape::Polygon(vec![]),
        Shape::Polygon(vec![place, place]),
        Shape::Line { points: vec![], width_m: 50.0 },
        Shape::Line { points: vec![place], width_m: f64::NAN },
        Shape::Circle { center: place, radius_m: -1.0 },
        Shape::Circle { center: place, radius_m: f64::NAN },
    ];
    for shape in shapes {
        assert!(beyond_m(&shape, place) > 0.0, "{shape:?}");
    }
    let point = Shape::Line { points: vec![place], width_m: 50.0 };
    assert!(
        (beyond_m(&point, destination(place, 10.0, 30.0)) - 5.0).abs() < 0.01,
        "a line of one point is a disc"
    );
    assert!(beyond_m(&Shape::Polygon(vec![place; 5]), destination(place, 0.0, 1.0)) > 0.9);
}

#[test]
fn the_antimeridian_is_no_wall() {
    let taveuni = [at(-16.7, 179.7), at(-16.7, -179.8), at(-17.1, -179.8), at(-17.1, 179.7)];
    let area = Shape::Polygon(taveuni.to_vec());
    let line = Shape::Line { points: vec![at(-16.9, 179.5), at(-16.9, -179.5)], width_m: 2_000.0 };
    let circle = Shape::Circle { center: at(-16.9, 179.99), radius_m: 5_000.0 };
    for (what, lon_deg, inside) in [
        ("west of it", 179.9, [true, true, false]),
        ("on it", 180.0, [true, true, true]),
        ("written the other way", -180.0, [true, true, true]),
        ("east of it", -179.98, [true, true, true]),
        ("east of the area", -179.7, [false, true, false]),
        ("on the other side of the earth", 0.0, [false, false, false]),
    ] {
        let place = LatLon::new(-16.9, lon_deg).unwrap();
        let found = [&area, &line, &circle].map(|shape| beyond_m(shape, place) <= 0.0);
        assert_eq!(found, inside, "{what}");
    }
}

/// Corners of a star-shaped area of up to 5 km around a place, which may have any place of the antimeridian within.
fn corners() -> impl Strategy<Value = (LatLon, Vec<LatLon>)> {
    (-70.0..70.0, -180.0..180.0, vec(200.0..5_000.0, 3..12)).prop_map(
        |(lat_deg, lon_deg, away): (f64, f64, Vec<f64>)| {
            let middle = at(lat_deg, lon_deg);
            let step_deg = 360.0 / away.len() as f64;
            let corner =
                |(number, away_m): (usize, &f64)| destination(middle, step_deg * number as f64, *away_m);
            (middle, away.iter().enumerate().map(corner).collect())
        },
    )
}

/// The nearest of many points on the line, by geodesics.
fn nearest_m(points: &[LatLon], place: LatLon) -> f64 {
    let mut nearest = f64::INFINITY;
    for pair in points.windows(2) {
        let east_deg = (pair[1].lon_deg() - pair[0].lon_deg() + 180.0).rem_euclid(360.0) - 180.0;
        for part in 0..=200 {
            let part = f64::from(part) / 200.0;
            let lat_deg = pair[0].lat_deg() + part * (pair[1].lat_deg() - pair[0].lat_deg());
            nearest = nearest.min(distance_m(at(lat_deg, pair[0].lon_deg() + part * east_deg), place));
        }
    }
    nearest
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn areas_agree_with_brute_force((middle, corners) in corners(), bearing in 0.0..360.0, away_m in 0.0..8_000.0) {
        let place = destination(middle, bearing, away_m);
        let beyond = beyond_m(&Shape::Polygon(corners.clone()), place);
        // Turned so that the middle's meridian is 0: there the library needs no care for the antimeridian.
        let turned = |p: LatLon| ((p.lon_deg() - middle.lon_deg() + 180.0).rem_euclid(360.0) - 180.0, p.lat_deg());
        let ring: LineString = corners.iter().map(|corner| turned(*corner)).collect::<Vec<_>>().into();
        let inside = Polygon::new(ring, vec![]).contains(&geo::Point::from(turned(place)));
        let mut closed = corners.clone();
        closed.push(corners[0]);
        let nearest = nearest_m(&closed, place);
        prop_assert!((beyond.abs() - nearest).abs() < 30.0 + nearest * 0.003, "{} {}", beyond, nearest);
        prop_assert!(nearest < 35.0 || (beyond < 0.0) == inside);
        closed.reverse();
        let again = beyond_m(&Shape::Polygon(closed), place);
        prop_assert!((again - beyond).abs() < 1e-6, "neither direction nor a repeated corner matters");
    }

    #[test]
    fn lines_agree_with_brute_force((middle, points) in corners(), bearing in 0.0..360.0, away_m in 0.0..8_000.0) {
        let place = destination(middle, bearing, away_m);
        let beyond = beyond_m(&Shape::Line { points: points.clone(), width_m: 100.0 }, place);
        let nearest = nearest_m(&points, place) - 50.0;
        prop_assert!((beyond - nearest).abs() < 30.0 + nearest.abs() * 0.003, "{} {}", beyond, nearest);
    }

    /// Whoever stands anywhere, seen with errors within the circle that is claimed, is told at most once that they came.
    #[test]
    fn nobody_who_stands_makes_it_flap(
        away_m in 0.0..1_200.0, radius_m in 30.0..600.0, accuracy_m in 3.0..40.0,
        errors in vec((0.0..360.0, 0.0..1.0), 2..60)
    ) {
        let fences = circle(radius_m);
        let stands = destination(at(31.0, 121.0), 20.0, away_m);
        let (mut state, mut told) = (GeofenceState::default(), Vec::new());
        for (number, (bearing, part)) in errors.into_iter().enumerate() {
            let seen = fix(destination(stands, bearing, part * accuracy_m), number as i64 * 1_000, Some(accuracy_m));
            let (next, events) = step(&state, &fences, &seen);
            state = next;
            told.extend(events);
        }
        let exits = told.iter().filter(|event| event.crossing == Crossing::Exit).count();
        prop_assert!(told.len() <= 1 && exits == 0, "{:?}", told);
    }

    #[test]
    fn enter_and_exit_take_turns(places in vec((0.0..1_500.0, proptest::option::of(1.0..900.0)), 1..80)) {
        let told = walk(&circle(400.0), &places);
        prop_assert!(told.windows(2).all(|pair| pair[0].1 != pair[1].1 && pair[0].2 <= pair[1].2));
    }
}
