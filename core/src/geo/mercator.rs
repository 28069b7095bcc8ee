//! Web Mercator (EPSG:3857) as 32-bit fractions of the world, so that grid cells are bit shifts and the
//! antimeridian is plain wrapping arithmetic.
//!
//! `east` grows from 180° W to the east, `south` from 85.05° N to the south; one step is 9.3 mm at the equator.
//! Places poleward of 85.05° stand on the edge.

use core::f64::consts::PI;

use crate::model::LatLon;

const WORLD: f64 = 4_294_967_296.0; // 2^32

/// A place as (east, south).
pub(crate) fn from_place(place: LatLon) -> (u32, u32) {
    (east(place.lon_deg()), south(place.lat_deg()))
}

/// Longitude in degrees as a fraction of the world; wraps, so ±180° are the same.
pub(crate) fn east(lon_deg: f64) -> u32 {
    let steps = ((lon_deg + 180.0) / 360.0 * WORLD).floor().rem_euclid(WORLD);
    steps as u64 as u32
}

/// Latitude in degrees as a fraction of the world, clamped at ±85.05°.
pub(crate) fn south(lat_deg: f64) -> u32 {
    let y = (lat_deg.to_radians().sin()).atanh(); // infinite at the poles, then clamped
    let steps = (0.5 - y / (2.0 * PI)) * WORLD;
    steps.floor().clamp(0.0, WORLD - 1.0) as u32
}

/// The place of (east, south), at the middle of its step.
pub(crate) fn to_place(east: u32, south: u32) -> Option<LatLon> {
    LatLon::new(lat_deg(south), lon_deg(east))
}

/// Longitude in degrees.
pub(crate) fn lon_deg(east: u32) -> f64 {
    (f64::from(east) + 0.5) / WORLD * 360.0 - 180.0
}

/// Latitude in degrees.
pub(crate) fn lat_deg(south: u32) -> f64 {
    let y = (0.5 - (f64::from(south) + 0.5) / WORLD) * 2.0 * PI;
    y.sinh().atan().to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_of_the_world() {
        assert_eq!(east(-180.0), 0);
        assert_eq!(east(180.0), 0);
        assert_eq!(east(0.0), 1 << 31);
        assert_eq!(south(0.0), 1 << 31);
        for lat in [90.0, 86.0, 85.052] {
            assert_eq!(south(lat), 0);
            assert_eq!(south(-lat), u32::MAX);
        }
    }

    #[test]
    fn there_and_back_within_a_step() {
        for (lat, lon) in [(31.2304, 121.4737), (-33.9, 18.4), (84.9, -179.999), (0.0, 0.0)] {
            let place = LatLon::new(lat, lon).unwrap();
            let (east, south) = from_place(place);
            let back = to_place(east, south).unwrap();
            assert!((back.lat_deg() - lat).abs() < 1e-7 && (back.lon_deg() - lon).abs() < 1e-7);
        }
    }
}
