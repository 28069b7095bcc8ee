//! Which units are near a place: a flat scan over three columns.
//!
//! Decides exactly by WGS-84 geodesics; the columns only rule out. A unit vector on the sphere of each unit's
//! *geocentric-like* direction (geodetic latitude taken as spherical) is kept in f32. The spherical distance between
//! two such points differs from the geodesic by less than 0.56 % (the ellipsoid's radii of curvature lie between
//! 6,335.4 and 6,399.6 km, the sphere here has 6,371.0088 km), and f32 rounding moves a point by under 1.2 m; both
//! are added to the bound, then the survivors are measured exactly. A tree is faster at a million units but costs
//! microseconds per moved unit; this costs nanoseconds (see docs/performance.md).

use crate::geo::distance::distance_m;
use crate::model::LatLon;

/// Mean earth radius, metres (IUGG R1).
const RADIUS_M: f64 = 6_371_008.8;
/// Greatest relative difference between the spherical and the geodesic distance, rounded up.
const ELLIPSOID: f64 = 0.006;
/// Rounding of two f32 unit vectors and of their difference, metres, rounded up.
const ROUNDING_M: f64 = 4.0;
/// How many slots are looked at together; the compiler turns one block into vector instructions.
const BLOCK: usize = 64;
/// A coordinate that no unit vector has: a slot without a position is far from everything.
const NOWHERE: f32 = 1.0e3;

/// One unit found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Its slot.
    pub slot: u32,
    /// Its geodesic distance in metres.
    pub distance_m: f64,
}

/// The places of a fleet by slot.
#[derive(Clone, Default)]
pub struct Scan {
    x: Vec<f32>,
    y: Vec<f32>,
    z: Vec<f32>,
    places: Vec<Option<LatLon>>,
}

impl Scan {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many slots there are, with or without a position.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Adds a slot and answers its number.
    pub fn push(&mut self, place: Option<LatLon>) -> u32 {
        let [x, y, z] = vector(place);
        self.x.push(x);
        self.y.push(y);
        self.z.push(z);
        self.places.push(place);
        (self.places.len() - 1) as u32
    }

    /// Moves a slot; one that does not exist is left alone.
    pub fn set(&mut self, slot: u32, place: Option<LatLon>) {
        let i = slot as usize;
        let columns = (self.x.get_mut(i), self.y.get_mut(i), self.z.get_mut(i), self.places.get_mut(i));
        if let (Some(x), Some(y), Some(z), Some(kept)) = columns {
            [*x, *y, *z] = vector(place);
            *kept = place;
        }
    }

    /// The exact place of a slot.
    pub fn place(&self, slot: u32) -> Option<LatLon> {
        self.places.get(slot as usize).copied().flatten()
    }

    /// All slots with a position.
    pub fn iter(&self) -> impl Iterator<Item = (u32, LatLon)> {
        self.places.iter().enumerate().filter_map(|(slot, place)| Some((slot as u32, (*place)?)))
    }

    /// The `k` nearest units to `center` within `max_m` metres that `accept` lets through, nearest first, ties by slot.
    pub fn nearest(
        &self,
        center: LatLon,
        k: usize,
        max_m: Option<f64>,
        accept: impl Fn(u32) -> bool,
    ) -> Vec<Hit> {
        if k == 0 {
            return Vec::new();
        }
        let mut bound = max_m.map_or(f32::MAX, chord_squared_bound);
        let mut candidates: Vec<(f32, u32)> = Vec::with_capacity(4 * k.min(1_024));
        // Candidates are gathered under a bound that shrinks each time enough of them are known.
        let mut room = (2 * k).max(256) + k;
        self.sweep(
            center,
            |slot, squared, limit| {
                if squared <= *limit && accept(slot) {
                    candidates.push((squared, slot));
                    if candidates.len() >= room {
                        *limit = shrink(&mut candidates, k, *limit);
                        // A crowd on one spot does not shrink: look again only when it has doubled.
                        room = room.max(2 * candidates.len());
                    }
                }
            },
            &mut bound,
        );
        shrink(&mut candidates, k, bound);
        let mut hits: Vec<Hit> = candidates
            .iter()
            .filter_map(|(_, slot)| {
                Some(Hit { slot: *slot, distance_m: distance_m(center, self.place(*slot)?) })
            })
            .filter(|hit| max_m.is_none_or(|max| hit.distance_m <= max))
            .collect();
        hits.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.slot.cmp(&b.slot)));
        hits.truncate(k);
        hits
    }

    /// How many units stand within `radius_m` metres of `center`, exactly; only those near the rim are measured.
    pub fn count_within(&self, center: LatLon, radius_m: f64, accept: impl Fn(u32) -> bool) -> usize {
        let surely_inside = chord_squared((radius_m * (1.0 - ELLIPSOID) - ROUNDING_M).max(0.0));
        let mut count = 0;
        let mut bound = chord_squared_bound(radius_m);
        self.sweep(
            center,
            |slot, squared, limit| {
                let inside = || {
                    squared < surely_inside
                        || self.place(slot).is_some_and(|place| distance_m(center, place) <= radius_m)
                };
                if squared <= *limit && accept(slot) && inside() {
                    count += 1;
                }
            },
            &mut bound,
        );
        count
    }

    /// Calls `visit` with slot, squared chord and the bound for every slot of each block that reaches the bound.
    fn sweep(&self, center: LatLon, mut visit: impl FnMut(u32, f32, &mut f32), bound: &mut f32) {
        let [cx, cy, cz] = vector(Some(center));
        let mut squared = [0.0_f32; BLOCK];
        let blocks = self.x.chunks(BLOCK).zip(self.y.chunks(BLOCK)).zip(self.z.chunks(BLOCK));
        for (block, ((x, y), z)) in blocks.enumerate() {
            let mut least = f32::MAX;
            for (((out, x), y), z) in squared.iter_mut().zip(x).zip(y).zip(z) {
                let (dx, dy, dz) = (x - cx, y - cy, z - cz);
                *out = dx * dx + dy * dy + dz * dz;
            }
            for out in squared.iter().take(x.len()) {
                least = if *out < least { *out } else { least };
            }
            if least > *bound {
                continue;
            }
            for (i, out) in squared.iter().take(x.len()).enumerate() {
                if *out <= *bound && *out < NOWHERE {
                    visit((block * BLOCK + i) as u32, *out, bound);
                }
            }
        }
    }
}

/// Keeps the candidates that can still be among the `k` nearest, and answers the bound that says so.
fn shrink(candidates: &mut Vec<(f32, u32)>, k: usize, bound: f32) -> f32 {
    if candidates.len() <= k {
        return bound;
    }
    let (_, kth, _) = candidates.select_nth_unstable_by(k - 1, |a, b| a.0.total_cmp(&b.0));
    // The kth nearest on the sphere is at most this far on the ellipsoid; whatever beats it must lie within.
    let kth_m = meters(kth.0) * (1.0 + ELLIPSOID) + 2.0 * ROUNDING_M;
    let bound = chord_squared_bound(kth_m).min(bound);
    candidates.retain(|candidate| candidate.0 <= bound);
    bound
}

fn vector(place: Option<LatLon>) -> [f32; 3] {
    let Some(place) = place else { return [NOWHERE; 3] };
    let (lat_sin, lat_cos) = place.lat_deg().to_radians().sin_cos();
    let (lon_sin, lon_cos) = place.lon_deg().to_radians().sin_cos();
    [(lat_cos * lon_cos) as f32, (lat_cos * lon_sin) as f32, lat_sin as f32]
}

/// The squared chord of a unit sphere that spans `arc_m` metres of surface.
fn chord_squared(arc_m: f64) -> f32 {
    let half = (arc_m / RADIUS_M / 2.0).clamp(0.0, core::f64::consts::FRAC_PI_2);
    let chord = 2.0 * half.sin();
    (chord * chord) as f32
}

/// The squared chord within which every unit not farther than `arc_m` geodesic metres certainly lies.
fn chord_squared_bound(arc_m: f64) -> f32 {
    chord_squared(arc_m * (1.0 + ELLIPSOID) + ROUNDING_M) * (1.0 + 1e-6)
}

/// Metres of surface that a squared chord spans.
fn meters(squared: f32) -> f64 {
    let chord = f64::from(squared).max(0.0).sqrt().min(2.0);
    2.0 * (chord / 2.0).asin() * RADIUS_M
}

#[cfg(test)]
mod tests {
    use super::{Hit, Scan};
    use crate::geo::distance::distance_m;
    use crate::model::LatLon;
    use proptest::prelude::*;

    fn brute(scan: &Scan, center: LatLon, k: usize, max_m: Option<f64>) -> Vec<Hit> {
        let mut all: Vec<Hit> =
            scan.iter().map(|(slot, place)| Hit { slot, distance_m: distance_m(center, place) }).collect();
        all.retain(|h| max_m.is_none_or(|max| h.distance_m <= max));
        all.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.slot.cmp(&b.slot)));
        all.truncate(k);
        all
    }

    /// Anywhere, and often where it is hard: poles, antimeridian, one spot, a metre apart.
    fn place() -> impl Strategy<Value = LatLon> {
        prop_oneof![
            (-90.0..=90.0, -180.0..=180.0).prop_map(|(lat, lon)| LatLon::new(lat, lon).unwrap()),
            (89.99..=90.0, -180.0..=180.0).prop_map(|(lat, lon)| LatLon::new(lat, lon).unwrap()),
            (-0.05..=0.05, 179.95..=180.0).prop_map(|(lat, lon)| LatLon::new(lat, lon).unwrap()),
            (-0.05..=0.05, -180.0..=-179.95).prop_map(|(lat, lon)| LatLon::new(lat, lon).unwrap()),
            (31.2..=31.2001, 121.4..=121.4001).prop_map(|(lat, lon)| LatLon::new(lat, lon).unwrap()),
            Just(LatLon::new(31.2, 121.4).unwrap()),
        ]
    }

    proptest! {
        #[test]
        fn finds_exactly_what_measuring_everything_finds(
            places in proptest::collection::vec(proptest::option::weighted(0.9, place()), 0..600),
            center in place(),
            k in 0_usize..80,
            max_m in proptest::option::of(0.5..200_000.0_f64),
        ) {
            let mut scan = Scan::new();
            for place in &places {
                scan.push(*place);
            }
            prop_assert_eq!(scan.nearest(center, k, max_m, |_| true), brute(&scan, center, k, max_m));
            let odd = |slot: u32| slot % 2 == 1;
            let expected: Vec<Hit> = brute(&scan, center, usize::MAX, max_m).into_iter().filter(|h| odd(h.slot)).take(k).collect();
            prop_assert_eq!(scan.nearest(center, k, max_m, odd), expected);
            if let Some(max_m) = max_m {
                prop_assert_eq!(scan.count_within(center, max_m, |_| true), brute(&scan, center, usize::MAX, Some(max_m)).len());
            }
        }
    }

    #[test]
    fn a_thousand_units_on_one_spot_and_none_at_all() {
        let mut scan = Scan::new();
        let spot = LatLon::new(-17.7, 178.0).unwrap();
        assert!(scan.nearest(spot, 50, None, |_| true).is_empty());
        for _ in 0..1_000 {
            scan.push(Some(spot));
        }
        scan.push(None);
        let hits = scan.nearest(spot, 50, Some(100.0), |_| true);
        assert_eq!(hits.iter().map(|h| h.slot).collect::<Vec<_>>(), (0..50).collect::<Vec<_>>());
        assert_eq!(scan.count_within(spot, 100.0, |_| true), 1_000);
        scan.set(0, None);
        scan.set(5_000, Some(spot));
        assert_eq!(scan.count_within(spot, 100.0, |_| true), 999);
    }
}
