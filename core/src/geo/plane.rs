//! Lines and areas of latitude and longitude seen from one place, in metres: where is the nearest border, and is the
//! place within it.
//!
//! The plane is the equirectangular one that touches the ellipsoid at the place: straight lines of latitude and
//! longitude stay straight, the place itself is the origin, and distances are right to 0.1 % up to some tens of
//! kilometres. Longitudes are unrolled along the line, so that the antimeridian is no wall. An area around a pole has no
//! inside here.

use crate::geo::earth::{A_M, F};
use crate::model::LatLon;

/// The plane at a place.
#[derive(Clone, Copy)]
pub(crate) struct Plane {
    place: LatLon,
    metres_per_lat_deg: f64,
    metres_per_lon_deg: f64,
}

/// A line on a plane; closed where it is a ring.
pub(crate) struct Chain {
    points: Vec<[f64; 2]>,
    /// A turn around the earth, metres: the same line stands one turn to the west and to the east again.
    turn_m: f64,
}

fn wrapped(lon_deg: f64) -> f64 {
    (lon_deg + 180.0).rem_euclid(360.0) - 180.0
}

impl Plane {
    /// With the radii of curvature of the ellipsoid there: M along the meridian, N along the prime vertical.
    pub(crate) fn at(place: LatLon) -> Self {
        let (sin, cos) = place.lat_deg().to_radians().sin_cos();
        let e2 = F * (2.0 - F);
        let w2 = 1.0 - e2 * sin * sin;
        let n = A_M / w2.sqrt();
        let m = n * (1.0 - e2) / w2;
        Self {
            place,
            metres_per_lat_deg: m.to_radians(),
            metres_per_lon_deg: (n * cos).to_radians().max(f64::MIN_POSITIVE),
        }
    }

    /// The line through `points`.
    pub(crate) fn chain(&self, points: &[LatLon]) -> Chain {
        let mut lon_deg = 0.0;
        let mut before: Option<LatLon> = None;
        let seen = points.iter().map(|point| {
            let from = before.unwrap_or(self.place);
            lon_deg += wrapped(point.lon_deg() - from.lon_deg());
            before = Some(*point);
            let north_deg = point.lat_deg() - self.place.lat_deg();
            [lon_deg * self.metres_per_lon_deg, north_deg * self.metres_per_lat_deg]
        });
        Chain { points: seen.collect(), turn_m: 360.0 * self.metres_per_lon_deg }
    }

    /// The closed line through `corners`.
    pub(crate) fn ring(&self, corners: &[LatLon]) -> Chain {
        let mut chain = self.chain(corners);
        chain.points.extend(chain.points.first().copied());
        chain
    }
}

impl Chain {
    /// The line's pieces; a single point is a piece of no length.
    fn pieces(&self) -> impl Iterator<Item = ([f64; 2], [f64; 2])> + '_ {
        let ends = self.points.iter().skip(usize::from(self.points.len() > 1));
        self.points.iter().copied().zip(ends.copied())
    }

    /// The same line as it stands to the west, here and to the east.
    fn turns(&self) -> [f64; 3] {
        [-self.turn_m, 0.0, self.turn_m]
    }

    /// Metres from the origin to the line; infinite without a point.
    pub(crate) fn distance_m(&self) -> f64 {
        let turns = self.turns();
        let all = self.pieces().flat_map(|(a, b)| {
            turns.map(|turn_m| from_origin_m([a[0] + turn_m, a[1]], [b[0] + turn_m, b[1]]))
        });
        all.fold(f64::INFINITY, f64::min)
    }

    /// Whether the origin lies within the closed line, by the even-odd rule: a ray to the east crosses an odd number of
    /// its sides.
    pub(crate) fn contains_origin(&self) -> bool {
        self.turns().into_iter().any(|turn_m| {
            let crossed = self.pieces().filter(|(a, b)| {
                let spans = (a[1] > 0.0) != (b[1] > 0.0);
                spans && a[0] + turn_m - a[1] * (b[0] - a[0]) / (b[1] - a[1]) > 0.0
            });
            crossed.count() % 2 == 1
        })
    }

    /// Area within the closed line, square metres (the shoelace formula).
    pub(crate) fn area_m2(&self) -> f64 {
        self.pieces().map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f64>().abs() / 2.0
    }
}

/// Metres from the origin to the piece from `a` to `b`.
fn from_origin_m(a: [f64; 2], b: [f64; 2]) -> f64 {
    let along = [b[0] - a[0], b[1] - a[1]];
    let length2 = along[0] * along[0] + along[1] * along[1];
    let part = -(a[0] * along[0] + a[1] * along[1]) / length2;
    let part = if part.is_nan() { 0.0 } else { part.clamp(0.0, 1.0) };
    (a[0] + part * along[0]).hypot(a[1] + part * along[1])
}
