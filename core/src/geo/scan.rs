//! Which units are near a place.
//!
//! Decides the exact set and order of the nearest units. Leaves the order in which units are kept to `blocks`, the
//! uncertainty of distances to `decide::uncertainty` and what a slot stands for to the caller.
//!
//! Each place is kept exactly, and again as earth-centred x, y, z in f32 columns that vectorise, in blocks of which only
//! those near the place are looked at. The f32 chord only chooses candidates: its bound is widened by the f32 rounding
//! and by the rigorous chord bounds of `earth`, and every unit that is returned or stands near the boundary is measured
//! again on the ellipsoid. Moving a unit is a store into a few columns.

use super::blocks::{BLOCK, Block, Blocks, squared_chords};
use super::distance::distance_m;
use super::earth::{ecef, longest_chord, longest_geodesic_m, short_geodesic_m};
use crate::model::LatLon;

/// Units per step of the scan: the squared chords of one step stay in registers.
const LANES: usize = 16;
/// Larger than any squared chord on earth (4.0 and rounding), smaller than that of a unit without a position.
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
    pub(super) blocks: Blocks,
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
        self.blocks.push();
        let slot = slot as u32;
        self.set(slot, place);
        slot
    }

    /// Moves a unit. A slot that was never pushed is ignored.
    pub fn set(&mut self, slot: u32, place: Option<LatLon>) {
        if let Some(kept) = self.places.get_mut(slot as usize) {
            *kept = place;
            self.blocks.set(slot, place);
        }
    }

    /// Brings what the questions are answered from in order, where that is worth its time (50 ns a unit). Answers are
    /// the same without it; called after a batch of changes, they stay fast.
    pub fn settle(&mut self) {
        self.blocks.settle();
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
        let found = self.candidates(center, k, max_m, accept);
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

    /// Every unit that may be among the `k` nearest, and few others, with its squared f32 chord.
    fn candidates(
        &self,
        center: LatLon,
        k: usize,
        max_m: Option<f64>,
        accept: impl Fn(u32) -> bool,
    ) -> Vec<(f32, u32)> {
        let mut limit = max_m.map_or(EVERYWHERE, |m| squared_limit(longest_chord(m)));
        let mut found: Vec<(f32, u32)> = Vec::new();
        let mut shrink_at = k.saturating_mul(2).max(64);
        let mut look = |block: usize, limit: &mut f32, at: [f32; 3]| {
            self.each_in(block, at, limit, |d2, slot, limit| {
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
        };
        let at = ecef(center).map(|v| v as f32);
        let possible = self.blocks.nearest_possible(at);
        let Some(first) =
            (0..possible.len()).min_by(|a, b| least(&possible, *a).total_cmp(&least(&possible, *b)))
        else {
            return found;
        };
        // What stands around the nearest block in the order of the blocks is near as well: it lowers the limit, so that
        // most others are never looked at.
        let reach = k / BLOCK + 1;
        let around = first.saturating_sub(reach)..first.saturating_add(reach + 1).min(possible.len());
        for block in around.clone() {
            if least(&possible, block) <= limit {
                look(block, &mut limit, at);
            }
        }
        let mut others: Vec<(f32, usize)> = possible
            .iter()
            .copied()
            .enumerate()
            .filter(|(block, d2)| *d2 <= limit && !around.contains(block))
            .map(|(block, d2)| (d2, block))
            .collect();
        others.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        for (d2, block) in others {
            if d2 > limit {
                break;
            }
            look(block, &mut limit, at);
        }
        if found.len() > k {
            shrink(&mut found, k);
        }
        found
    }

    /// How many of the units that `accept` takes stand within `radius_m` metres (inclusive).
    pub fn count_within(&self, center: LatLon, radius_m: f64, accept: impl Fn(u32) -> bool) -> usize {
        if radius_m.is_nan() || radius_m < 0.0 {
            return 0;
        }
        let origin = ecef(center);
        let at = origin.map(|v| v as f32);
        let mut limit = squared_limit(longest_chord(radius_m));
        let mut count = 0;
        for (block, d2) in self.blocks.nearest_possible(at).into_iter().enumerate() {
            if d2 > limit {
                continue;
            }
            self.each_in(block, at, &mut limit, |d2, slot, _| {
                let certain = longest_geodesic_m(widened(f64::from(d2).sqrt())) <= radius_m;
                let inside = certain
                    || self.place(slot).is_some_and(|place| measure(center, &origin, place) <= radius_m);
                count += usize::from(inside && accept(slot));
            });
        }
        count
    }

    /// Calls `visit` with every unit of a block whose squared f32 chord is at most `limit`, which `visit` may lower.
    fn each_in(
        &self,
        block: usize,
        at: [f32; 3],
        limit: &mut f32,
        mut visit: impl FnMut(f32, u32, &mut f32),
    ) {
        let Some(Block { x, y, z, slot, .. }) = self.blocks.get(block) else { return };
        let steps = x.as_chunks::<LANES>().0.iter().zip(y.as_chunks().0).zip(z.as_chunks().0);
        for (((x, y), z), slots) in steps.zip(slot.as_chunks::<LANES>().0) {
            let d2 = squared_chords((x, y, z), at);
            // Without a way out of the loop, so that it vectorises: most steps end here.
            let within = d2.iter().fold(0, |within, d2| within + u32::from(*d2 <= *limit));
            if within > 0 {
                for (d2, slot) in d2.into_iter().zip(slots) {
                    if d2 <= *limit {
                        visit(d2, *slot, limit);
                    }
                }
            }
        }
    }
}

fn least(possible: &[f32], block: usize) -> f32 {
    possible.get(block).copied().unwrap_or(f32::INFINITY)
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
            moves in proptest::collection::vec((0..600_u32, proptest::option::weighted(0.9, place())), 0..100),
            center in place(),
            k in 0_usize..80,
            max_m in proptest::option::of(0.5..200_000.0_f64),
        ) {
            let mut scan = Scan::new();
            for place in &places {
                scan.push(*place);
            }
            scan.settle();
            for (slot, place) in moves {
                scan.set(slot, place);
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
