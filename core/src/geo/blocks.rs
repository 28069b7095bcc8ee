//! The places of a fleet as numbers for inner loops, in blocks of units that stand close together.
//!
//! Decides in which order units are kept, when they are sorted again, and which blocks a question may pass over. Leaves
//! distances in metres to `scan` and cells to `cluster`.
//!
//! Sorted along a Hilbert curve over the Mercator map, 64 neighbours make a block, and each block knows a box around its
//! units. A unit that moves stays in its block and widens the box: that is a few stores. Boxes only grow, so an answer is
//! right at any time and merely slower while many boxes are loose; [`Blocks::settle`] sorts when that is so.

use super::earth::{A_M, ecef};
use super::mercator;
use crate::model::LatLon;

/// Units in a block.
pub(super) const BLOCK: usize = 64;
/// Where the columns of a unit without a position point: farther than any chord on earth.
pub(super) const NOWHERE: f32 = 1.0e9;
/// A box may become this much longer than twice its length before it counts as loose: 1 km, in units of `A_M`.
const LOOSE: f32 = (1_000.0 / A_M) as f32;

/// The columns of 64 units.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Earth-centred coordinates in units of the equatorial radius.
    pub(super) x: [f32; BLOCK],
    pub(super) y: [f32; BLOCK],
    pub(super) z: [f32; BLOCK],
    /// Web Mercator, see [`mercator`].
    pub(super) east: [u32; BLOCK],
    pub(super) south: [u32; BLOCK],
    /// Which units these are.
    pub(super) slot: [u32; BLOCK],
}

impl Block {
    const EMPTY: Self = Self {
        x: [NOWHERE; BLOCK],
        y: [NOWHERE; BLOCK],
        z: [NOWHERE; BLOCK],
        east: [0; BLOCK],
        south: [0; BLOCK],
        slot: [u32::MAX; BLOCK],
    };

    /// Whether a value of the column `x` stands for a position.
    pub(super) fn is_placed(x: f32) -> bool {
        x < NOWHERE
    }
}

/// What a block's units cover on the Mercator map, edges included; the edges cross where there are none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) west: u32,
    pub(super) north: u32,
    pub(super) east: u32,
    pub(super) south: u32,
}

impl Extent {
    const EMPTY: Self = Self { west: u32::MAX, north: u32::MAX, east: 0, south: 0 };
}

/// One unit's columns.
#[derive(Clone, Copy)]
struct Row {
    at: [f32; 3],
    east: u32,
    south: u32,
}

impl Row {
    const NONE: Self = Self { at: [NOWHERE; 3], east: 0, south: 0 };

    fn of(place: LatLon) -> Self {
        let (east, south) = mercator::from_place(place);
        Self { at: ecef(place).map(|v| v as f32), east, south }
    }
}

/// All units, in blocks.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocks {
    all: Vec<Block>,
    /// Corners of the boxes in earth-centred coordinates, a column each.
    low: [Vec<f32>; 3],
    high: [Vec<f32>; 3],
    extents: Vec<Extent>,
    /// The squared length at which a block's box becomes loose; infinite once it is.
    loose_at: Vec<f32>,
    loose: usize,
    /// How many units were moved since the last sorting.
    moved: usize,
    /// The row of each slot.
    rows: Vec<u32>,
}

impl Blocks {
    /// Appends the next slot, without a position.
    pub(super) fn push(&mut self) {
        let row = self.rows.len();
        self.rows.push(row as u32);
        self.append(row, row as u32, Row::NONE);
    }

    /// Moves a unit; a slot that was never pushed is ignored.
    pub(super) fn set(&mut self, slot: u32, place: Option<LatLon>) {
        let Some(&row) = self.rows.get(slot as usize) else { return };
        self.moved += 1;
        self.put(row as usize, slot, place.map_or(Row::NONE, Row::of));
    }

    /// Sorts the units when many have moved and many boxes have become loose by that.
    pub(super) fn settle(&mut self) {
        if self.loose * 8 > self.all.len() && self.moved * 8 > self.rows.len() {
            self.sort();
        }
    }

    fn sort(&mut self) {
        let mut order: Vec<u64> = self
            .all
            .iter()
            .flat_map(|b| b.x.iter().zip(&b.east).zip(&b.south).zip(&b.slot))
            .take(self.rows.len())
            .map(|(((&x, &east), &south), &slot)| {
                let key = if Block::is_placed(x) { hilbert(east, south) } else { u32::MAX };
                u64::from(key) << 32 | u64::from(slot)
            })
            .collect();
        order.sort_unstable();
        let before = core::mem::take(self);
        self.rows.clone_from(&before.rows);
        for (row, key) in order.into_iter().enumerate() {
            let slot = key as u32;
            let Some(kept) = self.rows.get_mut(slot as usize) else { continue };
            let Some(columns) = before.row(*kept as usize) else { continue };
            *kept = row as u32;
            self.append(row, slot, columns);
        }
        for block in 0..self.all.len() {
            let length = self.length2(block).sqrt();
            if let Some(loose_at) = self.loose_at.get_mut(block) {
                *loose_at = (2.0 * length + LOOSE).powi(2);
            }
        }
        self.loose = 0;
    }

    fn row(&self, row: usize) -> Option<Row> {
        let (block, lane) = (self.all.get(row / BLOCK)?, row % BLOCK);
        let at = [*block.x.get(lane)?, *block.y.get(lane)?, *block.z.get(lane)?];
        Some(Row { at, east: *block.east.get(lane)?, south: *block.south.get(lane)? })
    }

    fn append(&mut self, row: usize, slot: u32, columns: Row) {
        if row / BLOCK == self.all.len() {
            self.all.push(Block::EMPTY);
            for (low, high) in self.low.iter_mut().zip(&mut self.high) {
                low.push(f32::INFINITY);
                high.push(f32::NEG_INFINITY);
            }
            self.extents.push(Extent::EMPTY);
            self.loose_at.push(LOOSE * LOOSE);
        }
        self.put(row, slot, columns);
    }

    fn put(&mut self, row: usize, slot: u32, columns: Row) {
        let (index, lane) = (row / BLOCK, row % BLOCK);
        let Some(block) = self.all.get_mut(index) else { return };
        let [x, y, z] = columns.at;
        store(&mut block.x, lane, x);
        store(&mut block.y, lane, y);
        store(&mut block.z, lane, z);
        store(&mut block.east, lane, columns.east);
        store(&mut block.south, lane, columns.south);
        store(&mut block.slot, lane, slot);
        if Block::is_placed(x) {
            self.widen(index, columns);
        }
    }

    fn widen(&mut self, block: usize, columns: Row) {
        let mut wider = false;
        for ((low, high), at) in self.low.iter_mut().zip(&mut self.high).zip(columns.at) {
            let (Some(low), Some(high)) = (low.get_mut(block), high.get_mut(block)) else { return };
            wider |= at < *low || at > *high;
            (*low, *high) = (low.min(at), high.max(at));
        }
        if let Some(extent) = self.extents.get_mut(block) {
            extent.west = extent.west.min(columns.east);
            extent.east = extent.east.max(columns.east);
            extent.north = extent.north.min(columns.south);
            extent.south = extent.south.max(columns.south);
        }
        if wider {
            let length2 = self.length2(block);
            if let Some(loose_at) = self.loose_at.get_mut(block)
                && length2 > *loose_at
            {
                *loose_at = f32::INFINITY;
                self.loose += 1;
            }
        }
    }

    /// The squared diagonal of a block's box; none where it has no unit with a position.
    fn length2(&self, block: usize) -> f32 {
        let sides = self.low.iter().zip(&self.high);
        let side2 = sides.map(|(low, high)| match (low.get(block), high.get(block)) {
            (Some(low), Some(high)) if low <= high => (high - low).powi(2),
            _ => 0.0,
        });
        side2.sum()
    }

    /// The blocks, one by one.
    pub(super) fn get(&self, block: usize) -> Option<&Block> {
        self.all.get(block)
    }

    /// All blocks with what they cover on the map.
    pub(super) fn on_map(&self) -> impl Iterator<Item = (&Extent, &Block)> {
        self.extents.iter().zip(&self.all)
    }

    /// For each block a squared chord that none of its units falls below when [`squared_chords`] measures it. Not a bit
    /// of slack is needed: the gap to the box is computed by the same steps, and rounding keeps the order of numbers.
    pub(super) fn nearest_possible(&self, [cx, cy, cz]: [f32; 3]) -> Vec<f32> {
        let [low_x, low_y, low_z] = &self.low;
        let [high_x, high_y, high_z] = &self.high;
        let x = low_x.iter().zip(high_x);
        let y = low_y.iter().zip(high_y);
        let z = low_z.iter().zip(high_z);
        let boxes = x.zip(y).zip(z);
        boxes
            .map(|((x, y), z)| {
                let (dx, dy, dz) = (gap(x, cx), gap(y, cy), gap(z, cz));
                dx * dx + dy * dy + dz * dz
            })
            .collect()
    }
}

/// How far `at` is from the nearer end of a range, none inside of it.
fn gap((low, high): (&f32, &f32), at: f32) -> f32 {
    let (below, above) = (low - at, at - high);
    let outside = if below > above { below } else { above };
    if outside > 0.0 { outside } else { 0.0 }
}

/// The squared chords of some units from a centre.
pub(super) fn squared_chords<const N: usize>(
    (x, y, z): (&[f32; N], &[f32; N], &[f32; N]),
    [cx, cy, cz]: [f32; 3],
) -> [f32; N] {
    let mut d2 = [NOWHERE; N];
    for (((d2, x), y), z) in d2.iter_mut().zip(x).zip(y).zip(z) {
        let (dx, dy, dz) = (x - cx, y - cy, z - cz);
        *d2 = dx * dx + dy * dy + dz * dz;
    }
    d2
}

fn store<T>(column: &mut [T; BLOCK], lane: usize, value: T) {
    if let Some(place) = column.get_mut(lane) {
        *place = value;
    }
}

/// Where a place of the Mercator map comes on a Hilbert curve through 2¹⁶ by 2¹⁶ cells (610 m at the equator): what is
/// near on the curve is near on the map. After the loop in "Hilbert curve", Wikipedia, `xy2d`.
fn hilbert(east: u32, south: u32) -> u32 {
    let (mut x, mut y) = (east >> 16, south >> 16);
    let mut along = 0;
    for bit in (0..16).rev() {
        let side = 1 << bit;
        let (right, lower) = ((x >> bit) & 1, (y >> bit) & 1);
        along = along << 2 | ((3 * right) ^ lower);
        x &= side - 1;
        y &= side - 1;
        if lower == 0 {
            if right == 1 {
                (x, y) = (side - 1 - x, side - 1 - y);
            }
            (x, y) = (y, x);
        }
    }
    along
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn neighbours_on_the_curve_are_neighbours_on_the_map() {
        // The curve through the 16 largest cells: each once, each beside the one before.
        let mut cells: Vec<(u32, i64, i64)> = (0..16_u32)
            .map(|n| (hilbert((n % 4) << 30, (n / 4) << 30) >> 28, i64::from(n % 4), i64::from(n / 4)))
            .collect();
        cells.sort_unstable();
        assert_eq!(cells.iter().map(|cell| cell.0).collect::<Vec<_>>(), (0..16).collect::<Vec<_>>());
        assert!(cells.windows(2).all(|w| (w[0].1 - w[1].1).abs() + (w[0].2 - w[1].2).abs() == 1));
    }

    fn place() -> impl Strategy<Value = LatLon> {
        (-90.0..=90.0, -180.0..=180.0).prop_map(|(lat, lon)| LatLon::new(lat, lon).unwrap())
    }

    proptest! {
        /// However units move and whenever they are sorted: each stands in one row, and inside of its block's box.
        #[test]
        fn a_box_holds_its_units(
            start in proptest::collection::vec(proptest::option::weighted(0.9, place()), 1..300),
            moves in proptest::collection::vec((0..300_u32, proptest::option::weighted(0.9, place()), prop::bool::weighted(0.02)), 0..200),
            center in place(),
        ) {
            let mut blocks = Blocks::default();
            let mut places = start.clone();
            for (slot, place) in start.iter().enumerate() {
                blocks.push();
                blocks.set(slot as u32, *place);
            }
            for (slot, place, sort) in moves {
                blocks.set(slot, place);
                if let Some(kept) = places.get_mut(slot as usize) {
                    *kept = place;
                }
                if sort {
                    blocks.sort();
                }
            }
            let center = ecef(center).map(|v| v as f32);
            let least = blocks.nearest_possible(center);
            let mut seen = vec![false; places.len()];
            for (index, (extent, block)) in blocks.on_map().enumerate() {
                for (lane, d2) in squared_chords((&block.x, &block.y, &block.z), center).into_iter().enumerate() {
                    let slot = block.slot[lane];
                    if slot == u32::MAX {
                        continue;
                    }
                    prop_assert!(!std::mem::replace(&mut seen[slot as usize], true));
                    prop_assert_eq!(Block::is_placed(block.x[lane]), places[slot as usize].is_some());
                    if let Some(place) = places[slot as usize] {
                        let (east, south) = mercator::from_place(place);
                        prop_assert_eq!((block.east[lane], block.south[lane]), (east, south));
                        prop_assert!(d2 >= least[index]);
                        prop_assert!((extent.west..=extent.east).contains(&east));
                        prop_assert!((extent.north..=extent.south).contains(&south));
                    }
                }
            }
            prop_assert!(seen.iter().all(|seen| *seen));
        }
    }

    #[test]
    fn a_fleet_that_was_just_loaded_is_sorted_once_and_then_left_alone() {
        let mut blocks = Blocks::default();
        // A square of 32 by 32 units, a tenth of a degree apart, whose neighbours have distant slots.
        let place = |slot: u32, more_deg: f64| {
            let n = slot * 377 % 1_024;
            LatLon::new(f64::from(n / 32) / 10.0, f64::from(n % 32) / 10.0 + more_deg)
        };
        let lengths = |blocks: &Blocks| (0..16).map(|b| blocks.length2(b).sqrt()).sum::<f32>();
        for slot in 0..1_024 {
            blocks.push();
            blocks.set(slot, place(slot, 0.0));
        }
        let loaded = lengths(&blocks);
        blocks.settle();
        assert!(lengths(&blocks) < loaded / 2.5, "{} {loaded}", lengths(&blocks));
        assert_eq!((blocks.loose, blocks.moved), (0, 0));
        // Everyone drives ten metres: no box becomes loose, nothing is sorted.
        for slot in 0..1_024 {
            blocks.set(slot, place(slot, 0.0001));
        }
        blocks.settle();
        assert_eq!((blocks.loose, blocks.moved), (0, 1_024));
    }
}
