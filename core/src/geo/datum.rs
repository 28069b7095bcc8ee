//! The datums of map layers: WGS-84, GCJ-02, BD-09.
//!
//! Decides where a WGS-84 place is drawn on a layer of another datum. Everything stored and sent stays WGS-84. GCJ-02
//! applies in mainland China only, by its real boundary; the usual rectangle shifts Seoul and Hanoi by half a kilometre.
//! Formulas: the public reconstruction of the GCJ-02 offset (eviltransform, coordtransform and others agree) with the
//! Krassovsky 1940 constants; BD-09 adds Baidu's own offset.

use core::f64::consts::PI;

use crate::geo::land::in_mainland_china;
use crate::model::LatLon;

/// Semi-major axis of the Krassovsky 1940 ellipsoid, metres.
const A_M: f64 = 6_378_245.0;
/// Its first eccentricity squared.
const E2: f64 = 0.006_693_421_622_965_943;
/// Baidu's angle constant.
const BD_PI: f64 = PI * 3000.0 / 180.0;
/// The inverse stops below this, degrees.
const INVERSE_DEG: f64 = 1e-10;
/// It converges tenfold and more each step; more than this never happens.
const INVERSE_STEPS: usize = 30;

/// The datum of a map layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Datum {
    /// What receivers report and the product keeps.
    #[default]
    Wgs84,
    /// Maps of mainland China.
    Gcj02,
    /// Baidu's maps.
    Bd09,
}

/// Where a WGS-84 place is drawn on a layer of `datum`.
pub fn to(datum: Datum, place: LatLon) -> LatLon {
    let (lat, lon) = (place.lat_deg(), place.lon_deg());
    let drawn = match datum {
        Datum::Wgs84 => Some((lat, lon)),
        Datum::Gcj02 => in_mainland_china(lat, lon).then(|| gcj02(lat, lon)),
        Datum::Bd09 => {
            let (lat, lon) = if in_mainland_china(lat, lon) { gcj02(lat, lon) } else { (lat, lon) };
            Some(bd09(lat, lon))
        }
    };
    drawn.and_then(|(lat, lon)| LatLon::new(lat, lon)).unwrap_or(place)
}

/// The WGS-84 place of what is drawn at `place` on a layer of `datum`, to below 1e-9 degrees.
pub fn from(datum: Datum, place: LatLon) -> LatLon {
    let (lat, lon) = (place.lat_deg(), place.lon_deg());
    let found = match datum {
        Datum::Wgs84 => (lat, lon),
        Datum::Gcj02 => un_gcj02(lat, lon),
        Datum::Bd09 => {
            let (lat, lon) = invert(bd09, lat, lon);
            un_gcj02(lat, lon)
        }
    };
    LatLon::new(found.0, found.1).unwrap_or(place)
}

fn un_gcj02(lat: f64, lon: f64) -> (f64, f64) {
    // The boundary is known in WGS-84: what the shift leads back into China was shifted there.
    let (back_lat, back_lon) = invert(gcj02, lat, lon);
    if in_mainland_china(back_lat, back_lon) { (back_lat, back_lon) } else { (lat, lon) }
}

/// Solves `forward(x) = target` by fixed-point iteration: the offsets change by under 1 % of the step.
fn invert(forward: fn(f64, f64) -> (f64, f64), lat: f64, lon: f64) -> (f64, f64) {
    let (mut at_lat, mut at_lon) = (lat, lon);
    for _ in 0..INVERSE_STEPS {
        let (f_lat, f_lon) = forward(at_lat, at_lon);
        let (d_lat, d_lon) = (f_lat - lat, f_lon - lon);
        at_lat -= d_lat;
        at_lon -= d_lon;
        if d_lat.abs() < INVERSE_DEG && d_lon.abs() < INVERSE_DEG {
            break;
        }
    }
    (at_lat, at_lon)
}

fn gcj02(lat: f64, lon: f64) -> (f64, f64) {
    let (x, y) = (lon - 105.0, lat - 35.0);
    let waves = (20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin()) * 2.0 / 3.0;
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + waves
        + (20.0 * (y * PI).sin() + 40.0 * (y / 3.0 * PI).sin()) * 2.0 / 3.0
        + (160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + waves
        + (20.0 * (x * PI).sin() + 40.0 * (x / 3.0 * PI).sin()) * 2.0 / 3.0
        + (150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0;
    let (sin, cos) = (lat / 180.0 * PI).sin_cos();
    let magic = 1.0 - E2 * sin * sin;
    let north_deg = north * 180.0 / ((A_M * (1.0 - E2)) / (magic * magic.sqrt()) * PI);
    let east_deg = east * 180.0 / (A_M / magic.sqrt() * cos * PI);
    (lat + north_deg, lon + east_deg)
}

fn bd09(lat: f64, lon: f64) -> (f64, f64) {
    let z = lon.hypot(lat) + 0.000_02 * (lat * BD_PI).sin();
    let theta = lat.atan2(lon) + 0.000_003 * (lon * BD_PI).cos();
    (z * theta.sin() + 0.006, z * theta.cos() + 0.0065)
}

#[cfg(test)]
mod tests {
    use super::{Datum, from, to};
    use crate::geo::distance::distance_m;
    use crate::geo::land::in_mainland_china;
    use crate::model::LatLon;
    use proptest::prelude::*;

    #[test]
    fn agrees_with_the_cities_in_three_datums() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/china-cities.json");
        let Ok(text) = std::fs::read_to_string(path) else {
            println!("skipped: the cities in three datums are not here");
            return;
        };
        let cities: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        let mut worst_m: f64 = 0.0;
        let mut checked = 0;
        for city in &cities {
            let place = |datum: &str| {
                let pair = &city["coords"][datum];
                LatLon::new(pair[1].as_f64().unwrap(), pair[0].as_f64().unwrap()).unwrap()
            };
            let (wgs, gcj, bd) = (place("WGS84"), place("GCJ02"), place("BD09"));
            if !in_mainland_china(wgs.lat_deg(), wgs.lon_deg()) {
                println!("outside: {}", city["attrs"]["name"]);
                continue;
            }
            checked += 1;
            for off in [
                distance_m(to(Datum::Gcj02, wgs), gcj),
                distance_m(to(Datum::Bd09, wgs), bd),
                distance_m(from(Datum::Gcj02, gcj), wgs),
                distance_m(from(Datum::Bd09, bd), wgs),
            ] {
                worst_m = worst_m.max(off);
                assert!(off < 1.5, "{}: {off} m", city["attrs"]["name"]);
            }
        }
        println!("{checked} of {} cities, worst {worst_m:.3} m", cities.len());
        assert!(checked * 10 > cities.len() * 9);
    }

    #[test]
    fn nothing_moves_outside_mainland_china() {
        for (lat, lon) in [
            (37.566, 126.978),
            (21.028, 105.854),
            (27.717, 85.324),
            (25.033, 121.565),
            (22.281, 114.158),
            (22.193, 113.543),
        ] {
            let place = LatLon::new(lat, lon).unwrap();
            assert_eq!(to(Datum::Gcj02, place), place);
            assert!(distance_m(from(Datum::Gcj02, place), place) < 1e-6);
        }
        let beijing = LatLon::new(39.904, 116.407).unwrap();
        let off = distance_m(beijing, to(Datum::Gcj02, beijing));
        assert!((400.0..700.0).contains(&off), "{off}");
    }

    proptest! {
        #[test]
        fn there_and_back_is_within_a_billionth_of_a_degree(lat in 24.0..42.0_f64, lon in 100.0..116.0_f64) {
            let place = LatLon::new(lat, lon).unwrap();
            for datum in [Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
                let back = from(datum, to(datum, place));
                prop_assert!((back.lat_deg() - lat).abs() < 1e-9 && (back.lon_deg() - lon).abs() < 1e-9);
            }
        }
    }
}
