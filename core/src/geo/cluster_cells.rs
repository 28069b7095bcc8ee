//! Counting the units per cell of a rectangle of the world.
//!
//! Decides which cell a unit belongs to and what a cell holds. Leaves which rectangle that is, and which cells are drawn
//! as one, to `cluster_grid`.
//!
//! Units come in blocks that stand close together: most blocks lie outside of the rectangle or in one cell as a whole, and
//! in the others neighbours in the block are mostly neighbours in a cell. So a cell is written to once for many units.

use std::collections::HashMap;

use crate::geo::blocks::{BLOCK, Block, Extent};
use crate::geo::scan::Scan;

/// Up to this many cells are looked up in a table; a large screen shows about 1,000. The world at a high zoom has
/// billions, nearly all empty, which are looked up by hash.
const TABLE_CELLS: u64 = 1 << 16;
const NO_CELL: u32 = u32::MAX;

/// A rectangle of the world, in cells.
#[derive(Clone, Copy)]
pub(super) struct Area {
    /// The logarithm of a cell's side in steps of `mercator`.
    pub(super) shift: u32,
    /// North-western cell, in cells of the world.
    pub(super) west: u32,
    pub(super) north: u32,
    pub(super) columns: u32,
    pub(super) rows: u32,
}

impl Area {
    pub(super) fn world_mask(&self) -> u32 {
        (1_u32 << (32 - self.shift)) - 1
    }

    /// Column and row of a place; those outside are too large.
    fn cell_of(&self, east: u32, south: u32) -> (u32, u32) {
        (
            (east >> self.shift).wrapping_sub(self.west) & self.world_mask(),
            (south >> self.shift).wrapping_sub(self.north),
        )
    }

    fn contains(&self, (column, row): (u32, u32)) -> bool {
        column < self.columns && row < self.rows
    }

    /// Whether some cell of the area lies within an extent.
    fn meets(&self, extent: &Extent) -> bool {
        let Self { shift, west, north, columns, rows } = *self;
        if extent.west > extent.east {
            return false; // nobody is there
        }
        let (first, last) = (extent.west >> shift, extent.east >> shift);
        let world_mask = self.world_mask();
        let across = (first.wrapping_sub(west) & world_mask) < columns
            || (west.wrapping_sub(first) & world_mask) <= last - first;
        let (top, bottom) = (extent.north >> shift, extent.south >> shift);
        across && bottom >= north && top < north + rows
    }
}

/// What one cell holds by itself; sums and extremes are relative to its north-western corner.
#[derive(Clone, Copy)]
pub(super) struct Counted {
    /// In cells of the area.
    pub(super) column: u32,
    pub(super) row: u32,
    pub(super) count: u32,
    /// The first member's slot.
    pub(super) first: u32,
    pub(super) sum: [u64; 2],
    pub(super) min: [u32; 2],
    pub(super) max: [u32; 2],
}

impl Counted {
    fn none((column, row): (u32, u32)) -> Self {
        Self { column, row, count: 0, first: u32::MAX, sum: [0; 2], min: [u32::MAX; 2], max: [0; 2] }
    }

    fn take(&mut self, slot: u32, east: u32, south: u32) {
        self.count += 1;
        self.first = self.first.min(slot);
        self.sum = [self.sum[0] + u64::from(east), self.sum[1] + u64::from(south)];
        self.min = [self.min[0].min(east), self.min[1].min(south)];
        self.max = [self.max[0].max(east), self.max[1].max(south)];
    }

    fn join(&mut self, other: &Self) {
        self.count += other.count;
        self.first = self.first.min(other.first);
        self.sum = [self.sum[0] + other.sum[0], self.sum[1] + other.sum[1]];
        self.min = [self.min[0].min(other.min[0]), self.min[1].min(other.min[1])];
        self.max = [self.max[0].max(other.max[0]), self.max[1].max(other.max[1])];
    }
}

/// Where a cell is kept.
enum Lookup {
    Table(Vec<u32>),
    Hash(HashMap<(u32, u32), u32>),
}

/// The occupied cells of an area.
pub(super) struct Cells {
    area: Area,
    all: Vec<Counted>,
    lookup: Lookup,
}

impl Cells {
    /// Counts those of the units in an area that `accept` lets through.
    pub(super) fn count(scan: &Scan, area: Area, accept: impl Fn(u32) -> bool) -> Self {
        let size = u64::from(area.columns) * u64::from(area.rows);
        let lookup = if size <= TABLE_CELLS {
            Lookup::Table(vec![NO_CELL; size as usize])
        } else {
            Lookup::Hash(HashMap::new())
        };
        let mut cells = Self { area, all: Vec::new(), lookup };
        for (extent, block) in scan.blocks.on_map() {
            if !area.meets(extent) {
                continue;
            }
            let corner = area.cell_of(extent.west, extent.north);
            if corner == area.cell_of(extent.east, extent.south) {
                cells.add(&in_one_cell(block, &area, corner, &accept));
            } else {
                cells.add_each(block, &accept);
            }
        }
        cells
    }

    /// The units of a block, those of one cell after another at once.
    fn add_each(&mut self, block: &Block, accept: impl Fn(u32) -> bool) {
        let area = self.area;
        let inside_mask = (1_u32 << area.shift) - 1;
        let mut run = Counted::none((0, 0));
        for (((&x, &east), &south), &slot) in
            block.x.iter().zip(&block.east).zip(&block.south).zip(&block.slot)
        {
            let cell = area.cell_of(east, south);
            if Block::is_placed(x) && area.contains(cell) && accept(slot) {
                if cell != (run.column, run.row) {
                    self.add(&run);
                    run = Counted::none(cell);
                }
                run.take(slot, east & inside_mask, south & inside_mask);
            }
        }
        self.add(&run);
    }

    fn add(&mut self, counted: &Counted) {
        if counted.count == 0 {
            return;
        }
        let Counted { column, row, .. } = *counted;
        let index = match &mut self.lookup {
            Lookup::Table(table) => match table.get_mut((row * self.area.columns + column) as usize) {
                Some(index) => index,
                None => return, // a cell of the area has its place in the table
            },
            Lookup::Hash(hash) => hash.entry((column, row)).or_insert(NO_CELL),
        };
        if let Some(cell) = self.all.get_mut(*index as usize) {
            cell.join(counted);
        } else {
            *index = self.all.len() as u32;
            self.all.push(*counted);
        }
    }

    /// The occupied cells, in no particular order.
    pub(super) fn all(&self) -> &[Counted] {
        &self.all
    }

    /// Where a cell stands in [`all`](Self::all); `None` where it is empty or outside of the area.
    pub(super) fn index(&self, column: u32, row: u32) -> Option<usize> {
        if !self.area.contains((column, row)) {
            return None;
        }
        let index = match &self.lookup {
            Lookup::Table(table) => table.get((row * self.area.columns + column) as usize).copied()?,
            Lookup::Hash(hash) => hash.get(&(column, row)).copied()?,
        };
        (index != NO_CELL).then_some(index as usize)
    }
}

/// The units of a block that lies in one cell as a whole: without a branch, so that it vectorises.
fn in_one_cell(block: &Block, area: &Area, cell: (u32, u32), accept: impl Fn(u32) -> bool) -> Counted {
    let inside_mask = (1_u32 << area.shift) - 1;
    let mut all = Counted::none(cell);
    let mut taken = [0_u32; BLOCK];
    for ((taken, &x), &slot) in taken.iter_mut().zip(&block.x).zip(&block.slot) {
        *taken = if Block::is_placed(x) && accept(slot) { u32::MAX } else { 0 };
    }
    for (&taken, &slot) in taken.iter().zip(&block.slot) {
        all.count += taken & 1;
        all.first = all.first.min(slot | !taken);
    }
    let along = |axis: &[u32; BLOCK]| {
        let (mut sum, mut min, mut max) = (0_u64, u32::MAX, 0);
        for (&taken, &at) in taken.iter().zip(axis) {
            let at = at & inside_mask;
            sum += u64::from(at & taken);
            min = min.min(at | !taken);
            max = max.max(at & taken);
        }
        (sum, min, max)
    };
    let (east, south) = (along(&block.east), along(&block.south));
    (all.sum, all.min, all.max) = ([east.0, south.0], [east.1, south.1], [east.2, south.2]);
    all
}
