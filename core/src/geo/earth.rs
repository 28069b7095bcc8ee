//! The earth as numbers for inner loops: earth-centred coordinates and rigorous bounds between the straight
//! chord and the geodesic.
//!
//! Decides how far a chord may be trusted. Leaves the exact geodesic to [`distance`](super::distance).

use crate::model::LatLon;

/// WGS-84 equatorial radius in metres.
pub(crate) const A_M: f64 = 6_378_137.0;
/// WGS-84 flattening.
pub(crate) const F: f64 = 1.0 / 298.257_223_563;
const B_OVER_A: f64 = 1.0 - F;
/// Smallest and largest radius of curvature of the ellipsoid, in units of `A_M`: b²/a² at the equator
/// (northwards) and a/b at the poles.
const R_MIN: f64 = B_OVER_A * B_OVER_A;
const R_MAX: f64 = 1.0 / B_OVER_A;

/// Chords up to this long (units of `A_M`; 60 km) are turned into the geodesic by [`short_geodesic_m`].
const SHORT_CHORD: f64 = 60_000.0 / A_M;

/// Earth-centred, earth-fixed coordinates in units of the equatorial radius.
pub(crate) fn ecef(place: LatLon) -> [f64; 3] {
    let (sin_lat, cos_lat) = place.lat_deg().to_radians().sin_cos();
    let (sin_lon, cos_lon) = place.lon_deg().to_radians().sin_cos();
    let n = 1.0 / (1.0 - F * (2.0 - F) * sin_lat * sin_lat).sqrt();
    [n * cos_lat * cos_lon, n * cos_lat * sin_lon, n * R_MIN * sin_lat]
}

/// The longest geodesic (metres) that a chord of `chord` (units of `A_M`) can have.
///
/// Every normal curvature of the ellipsoid is at most 1/R_MIN; by Schur's comparison theorem the chord of a
/// geodesic of length s is then at least `2 R_MIN sin(s / 2 R_MIN)`.
pub(crate) fn longest_geodesic_m(chord: f64) -> f64 {
    let half = chord / (2.0 * R_MIN);
    // Towards the antipode the bound ends; no geodesic is longer than half a meridian.
    if half >= 1.0 { 20_003_932.0 } else { 2.0 * R_MIN * half.asin() * A_M }
}

/// The longest chord (units of `A_M`) that a geodesic of `geodesic_m` metres can have.
///
/// Every normal curvature is at least 1/R_MAX, so by Blaschke's rolling theorem the ellipsoid lies in each
/// tangent ball of radius R_MAX, hence for u = chord²/2 as a function of the length s: u'' <= 1 - u/R_MAX²,
/// and by comparison chord <= `2 R_MAX sin(s / 2 R_MAX)`.
pub(crate) fn longest_chord(geodesic_m: f64) -> f64 {
    let half = geodesic_m / (2.0 * R_MAX * A_M);
    if half >= core::f64::consts::FRAC_PI_2 { 2.0 } else { (2.0 * R_MAX * half.sin()).min(2.0) }
}

/// The geodesic between two places in metres for chords up to 60 km, `None` beyond.
///
/// With the chord c and the normal curvature k of the ellipsoid at the middle in the direction of the chord,
/// s = (2/k) asin(ck/2). What is neglected is of the order e² s⁵/(1920 R⁴), below a micrometre here; the
/// tests hold it against Karney's algorithm. Twenty times cheaper than the general solution.
pub(crate) fn short_geodesic_m(p: &[f64; 3], q: &[f64; 3]) -> Option<f64> {
    const INVERSE_B2: f64 = 1.0 / (B_OVER_A * B_OVER_A);
    let d = [q[0] - p[0], q[1] - p[1], q[2] - p[2]];
    let c2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
    if c2 > SHORT_CHORD * SHORT_CHORD {
        return None;
    }
    if c2 == 0.0 {
        return Some(0.0);
    }
    let m = [p[0] + q[0], p[1] + q[1], p[2] + q[2]]; // twice the middle; the scale cancels below
    let dad = d[0] * d[0] + d[1] * d[1] + d[2] * d[2] * INVERSE_B2;
    let mam = m[0] * m[0] + m[1] * m[1] + m[2] * m[2] * INVERSE_B2;
    let am2 = m[0] * m[0] + m[1] * m[1] + m[2] * m[2] * INVERSE_B2 * INVERSE_B2;
    let k2 = (dad / c2) * (dad / c2) * mam / am2; // squared normal curvature on the surface
    let x2 = c2 * k2 / 4.0;
    Some(c2.sqrt() * (1.0 + x2 * (1.0 / 6.0 + x2 * (3.0 / 40.0 + x2 * (15.0 / 336.0)))) * A_M)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::geo::distance::{destination, distance_m};

    fn chord(a: LatLon, b: LatLon) -> f64 {
        let (p, q) = (ecef(a), ecef(b));
        ((p[0] - q[0]).powi(2) + (p[1] - q[1]).powi(2) + (p[2] - q[2]).powi(2)).sqrt()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn chord_bounds_hold(lat1 in -90.0..=90.0, lon1 in -180.0..=180.0, lat2 in -90.0..=90.0, lon2 in -180.0..=180.0) {
            let (a, b) = (LatLon::new(lat1, lon1).unwrap(), LatLon::new(lat2, lon2).unwrap());
            let (s, c) = (distance_m(a, b), chord(a, b));
            prop_assert!(s <= longest_geodesic_m(c) + 1e-6);
            prop_assert!(c <= longest_chord(s) + 1e-12);
        }

        #[test]
        fn short_geodesic_is_karneys_to_a_micrometre(
            lat in -90.0..=90.0, lon in -180.0..=180.0, bearing in 0.0..360.0, exponent in -2.0..4.77
        ) {
            let a = LatLon::new(lat, lon).unwrap();
            let b = destination(a, bearing, 10.0_f64.powf(exponent));
            let short = short_geodesic_m(&ecef(a), &ecef(b)).unwrap();
            prop_assert!((short - distance_m(a, b)).abs() < 1e-6, "{} {}", short, distance_m(a, b));
        }
    }

    #[test]
    fn long_chords_are_left_to_the_general_solution() {
        let (a, b) = (LatLon::new(0.0, 0.0).unwrap(), LatLon::new(0.0, 1.0).unwrap());
        assert_eq!(short_geodesic_m(&ecef(a), &ecef(b)), None);
    }
}
