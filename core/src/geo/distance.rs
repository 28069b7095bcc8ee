//! Distance and direction on the WGS-84 ellipsoid.
//!
//! Decides nothing of its own: Karney's geodesics (C. F. F. Karney, "Algorithms for geodesics", J. Geodesy 87, 2013)
//! as the `geo` crate has them. About 0.5 us a pair: for rows shown, not for scanning a fleet.

use geo::{Bearing, Destination, Distance, Geodesic, Point};

use crate::model::LatLon;

/// Distance and direction from one place to another.
#[derive(Clone, Copy, PartialEq)]
pub struct Inverse {
    /// Length of the shortest way in metres.
    pub distance_m: f64,
    /// Direction in which it leaves, degrees from true north, 0 to 360.
    pub bearing_deg: f64,
}

fn point(place: LatLon) -> Point {
    Point::new(place.lon_deg(), place.lat_deg())
}

/// Distance in metres.
pub fn distance_m(from: LatLon, to: LatLon) -> f64 {
    Geodesic.distance(point(from), point(to))
}

/// Distance and direction.
pub fn inverse(from: LatLon, to: LatLon) -> Inverse {
    let bearing_deg = Geodesic.bearing(point(from), point(to)).rem_euclid(360.0);
    Inverse { distance_m: distance_m(from, to), bearing_deg }
}

/// The place `distance_m` metres from `from` in direction `bearing_deg`.
pub fn destination(from: LatLon, bearing_deg: f64, distance_m: f64) -> LatLon {
    let to = Geodesic.destination(point(from), bearing_deg, distance_m);
    let lon_deg = if to.x() > 180.0 { to.x() - 360.0 } else { to.x() };
    LatLon::new(to.y().clamp(-90.0, 90.0), lon_deg.clamp(-180.0, 180.0)).unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::{destination, distance_m, inverse};
    use crate::model::LatLon;

    #[test]
    fn agrees_with_the_geodesic_test_vectors() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/GeodTest-100.dat");
        let Ok(text) = std::fs::read_to_string(path) else {
            println!("skipped: the geodesic test vectors are not here");
            return;
        };
        let mut checked = 0;
        for line in text.lines() {
            let v: Vec<f64> = line.split_whitespace().map(|n| n.parse().unwrap()).collect();
            let wrap = |lon: f64| (lon + 180.0).rem_euclid(360.0) - 180.0;
            let (a, b) = (LatLon::new(v[0], wrap(v[1])).unwrap(), LatLon::new(v[3], wrap(v[4])).unwrap());
            assert!((distance_m(a, b) - v[6]).abs() < 1e-6, "{line}");
            let end = destination(a, v[2], v[6]);
            assert!(distance_m(end, b) < 1e-3, "{line}");
            checked += 1;
        }
        assert_eq!(checked, 100);
    }

    #[test]
    fn directions_are_named_as_on_a_compass() {
        let here = LatLon::new(0.0, 0.0).unwrap();
        for (lat, lon, bearing_deg) in
            [(1.0, 0.0, 0.0), (0.0, 1.0, 90.0), (-1.0, 0.0, 180.0), (0.0, -1.0, 270.0)]
        {
            assert!((inverse(here, LatLon::new(lat, lon).unwrap()).bearing_deg - bearing_deg).abs() < 1e-9);
        }
        let (west, east) = (LatLon::new(0.0, 179.9).unwrap(), LatLon::new(0.0, -179.9).unwrap());
        assert!(distance_m(west, east) < 22_300.0, "the antimeridian is no wall");
    }
}
