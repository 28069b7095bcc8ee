//! Which units are near a place: a flat scan without an index.
//!
//! Decides the exact set and order of the nearest units. Leaves the uncertainty of distances to
//! `decide::uncertainty` and what a slot stands for to the caller.
//!
//! Each place is kept exactly, and again as earth-centred x, y, z in three f32 columns that fit the caches and
//! vectorise. The f32 chord only chooses candidates: its bound is widened by the f32 rounding and by the
//! rigorous chord bounds of `earth`, and every row that is returned or stands near the boundary is measured
//! again on the ellipsoid. Moving a unit is a store into a few columns.

use super::distance::distance_m;
use super::earth::{ecef, longest_chord, longest_geodesic_m, short_geodesic_m};
use super::mercator;
use crate::model::LatLon;

/// Rows per step of the scan: the squared chords of one step stay in registers.
const LANES: usize = 16;
/// Where the columns of a row without a position point: farther than any chord on earth.
const NOWHERE: f32 = 1.0e9;
/// Larger than any squared chord on earth (4.0 and rounding), smaller than that of `NOWHERE`.
const EVERYWHERE: f32 = 5.0;

/// One unit found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The unit's slot.
    pub slot: u32,
    /// Geodesic distance in metres (WGS-84).
    pub distance_m: f64,
}

/// The places of a fleet, one slot per unit.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    places: Vec<Option<LatLon>>,
    x: Vec<f32>,
    y: Vec<f32>,
    z: Vec<f32>,
    /// Web Mercator for the clusters, as 32-bit fractions of the world; see [`mercator`].
    pub(super) east: Vec<u32>,
    pub(super) south: Vec<u32>,
}

impl Scan {
    /// An empty scan.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a unit and returns its slot: 0, 1, 2, ... `None` is a unit without a position.
    pub fn push(&mut self, place: Option<LatLon>) -> u32 {
        let slot = self.places.len();
        self.places.push(None);
        self.x.push(NOWHERE);
        self.y.push(NOWHERE);
        self.z.push(NOWHERE);
        self.east.push(0);
        self.south.push(0);
        let slot = slot as u32;
        self.set(slot, place);
        slot
    }

    /// Moves a unit. A slot that was never pushed is ignored.
    pub fn set(&mut self, slot: u32, place: Option<LatLon>) {
        let i = slot as usize;
        let (Some(kept), Some(x), Some(y), Some(z), Some(east), Some(south)) = (
            self.places.get_mut(i),
            self.x.get_mut(i),
            self.y.get_mut(i),
            self.z.get_mut(i),
            self.east.get_mut(i),
            self.south.get_mut(i),
        ) else {
            return;
        };
        *kept = place;
        if let Some(place) = place {
            let p = ecef(place);
            (*x, *y, *z) = (p[0] as f32, p[1] as f32, p[2] as f32);
            (*east, *south) = mercator::from_place(place);
        } else {
            (*x, *y, *z) = (NOWHERE, NOWHERE, NOWHERE);
        }
    }

    /// Number of slots, with and without a position.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is no slot at all.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The exact place of a unit; `None` without a position and for an unknown slot.
    pub fn place(&self, slot: u32) -> Option<LatLon> {
        self.places.get(slot as usize).copied().flatten()
    }

    /// All slots with a position.
    pub fn iter(&self) -> impl Iterator<Item = (u32, LatLon)> {
        self.places.iter().enumerate().filter_map(|(slot, place)| Some((slot as u32, (*place)?)))
    }

    /// A column that tells by [`is_placed`](Self::is_placed) which rows have a position.
    pub(super) fn with_place(&self) -> &[f32] {
        &self.x
    }

    /// Whether a value of [`with_place`](Self::with_place) stands for a position.
    pub(super) fn is_placed(value: f32) -> bool {
        value < NOWHERE
    }

    /// The `k` nearest of the units that `accept` takes, none farther than `max_m` metres (inclusive),
    /// sorted by geodesic distance and then by slot. Equal to measuring every unit.
    pub fn nearest(
        &self,
        center: LatLon,
        k: usize,
        max_m: Option<f64>,
        accept: impl Fn(u32) -> bool,
    ) -> Vec<Hit> {
        if k == 0 || max_m.is_some_and(|m| m.is_nan() || m < 0.0) {
            return Vec::new();
        }
        let mut limit = max_m.map_or(EVERYWHERE, |m| squared_limit(longest_chord(m)));
        let mut found: Vec<(f32, u32)> = Vec::new();
        let mut shrink_at = k.saturating_mul(2).max(64);
        self.each_within(center, &mut limit, |d2, slot, limit| {
            if !accept(slot) {
                return;
            }
            found.push((d2, slot));
            if found.len() >= shrink_at {
                *limit = limit.min(shrink(&mut found, k));
                // Many units on one spot cannot be told apart here: grow, so that the work stays linear.
                shrink_at = (found.len() * 2).max(shrink_at);
            }
        });
        if found.len() > k {
            shrink(&mut found, k);
        }
        let origin = ecef(center);
        let mut hits: Vec<Hit> = found
            .iter()
            .filter_map(|&(_, slot)| {
                Some(Hit { slot, distance_m: measure(center, &origin, self.place(slot)?) })
            })
            .filter(|hit| max_m.is_none_or(|m| hit.distance_m <= m))
            .collect();
        hits.sort_unstable_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.slot.cmp(&b.slot)));
        hits.truncate(k);
        hits
    }

    /// How many of the units that `accept` takes stand within `radius_m` metres (inclusive).
    pub fn count_within(&self, center: LatLon, radius_m: f64, accept: impl Fn(u32) -> bool) -> usize {
        if radius_m.is_nan() || radius_m < 0.0 {
            return 0;
        }
        let origin = ecef(center);
        let mut limit = squared_limit(longest_chord(radius_m));
        let mut count = 0;
        self.each_within(center, &mut limit, |d2, slot, _| {
            let certain = longest_geodesic_m(widened(f64::from(d2).sqrt())) <= radius_m;
            let inside =
                certain || self.place(slot).is_some_and(|place| measure(center, &origin, place) <= radius_m);
            count += usize::from(inside && accept(slot));
        });
        count
    }

    /// Calls `visit` with every row whose squared f32 chord is at most `limit`, which `visit` may lower.
    fn each_within(&self, center: LatLon, limit: &mut f32, mut visit: impl FnMut(f32, u32, &mut f32)) {
        let [cx, cy, cz] = ecef(center).map(|v| v as f32);
        let blocks = self.x.chunks(LANES).zip(self.y.chunks(LANES)).zip(self.z.chunks(LANES));
        for (block, ((x, y), z)) in blocks.enumerate() {
            let mut d2 = [NOWHERE; LANES];
            let mut any = false;
            if let (Ok(x), Ok(y), Ok(z)) =
                (<&[f32; LANES]>::try_from(x), <&[f32; LANES]>::try_from(y), <&[f32; LANES]>::try_from(z))
            {
                for (((d2, x), y), z) in d2.iter_mut().zip(x).zip(y).zip(z) {
                    let (dx, dy, dz) = (x - cx, y - cy, z - cz);
                    *d2 = dx * dx + dy * dy + dz * dz;
                    any |= *d2 <= *limit;
                }
            } else {
                for (((d2, x), y), z) in d2.iter_mut().zip(x).zip(y).zip(z) {
                    let (dx, dy, dz) = (x - cx, y - cy, z - cz);
                    *d2 = dx * dx + dy * dy + dz * dz;
                    any |= *d2 <= *limit;
                }
            }
            if any {
                for (lane, &d2) in d2.iter().enumerate() {
                    if d2 <= *limit {
                        visit(d2, (block * LANES + lane) as u32, limit);
                    }
                }
            }
        }
    }
}

/// Keeps every candidate that may be among the `k` nearest and returns the bound that others must meet.
fn shrink(found: &mut Vec<(f32, u32)>, k: usize) -> f32 {
    let Some(last) = k.checked_sub(1).filter(|&last| last < found.len()) else { return EVERYWHERE };
    let (_, &mut (kth, _), _) = found.select_nth_unstable_by(last, |a, b| a.0.total_cmp(&b.0));
    // k units stand no farther than this, so a unit with a longer chord than it allows cannot be among them.
    let farthest_m = longest_geodesic_m(widened(f64::from(kth).sqrt()));
    let limit = squared_limit(longest_chord(farthest_m));
    found.retain(|&(d2, _)| d2 <= limit);
    limit
}

/// A chord (units of the equatorial radius) widened by all that f32 may have done to it: each coordinate of both
/// places is rounded by at most 2⁻²⁵ (three axes: 2·√3·2⁻²⁵ < 1.1e-7) and the sum by a few units in the last
/// place.
fn widened(chord: f64) -> f64 {
    chord * (1.0 + 5.0e-7) + 1.2e-7
}

/// The squared f32 chord that no row within `chord` can exceed.
fn squared_limit(chord: f64) -> f32 {
    let wide = widened(chord);
    ((wide * wide * (1.0 + 2.0e-7)) as f32).min(EVERYWHERE)
}

fn measure(center: LatLon, origin: &[f64; 3], place: LatLon) -> f64 {
    short_geodesic_m(origin, &ecef(place)).unwrap_or_else(|| distance_m(center, place))
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

    /// The same units in the same order, distances to a micrometre; units that stand closer than that to each other's
    /// distance may change places.
    fn same(found: &[Hit], expected: &[Hit]) -> Result<(), TestCaseError> {
        prop_assert_eq!(found.len(), expected.len());
        for (a, b) in found.iter().zip(expected) {
            prop_assert!((a.distance_m - b.distance_m).abs() < 1e-6, "{} {}", a.distance_m, b.distance_m);
            let twin = |at: &Hit| at.slot == a.slot || (at.distance_m - b.distance_m).abs() < 2e-6;
            prop_assert!(a.slot == b.slot || expected.iter().filter(|h| twin(h)).count() > 1);
        }
        Ok(())
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
            same(&scan.nearest(center, k, max_m, |_| true), &brute(&scan, center, k, max_m))?;
            let odd = |slot: u32| slot % 2 == 1;
            let expected: Vec<Hit> = brute(&scan, center, usize::MAX, max_m).into_iter().filter(|h| odd(h.slot)).take(k).collect();
            same(&scan.nearest(center, k, max_m, odd), &expected)?;
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
