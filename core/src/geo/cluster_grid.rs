//! The grid under the clusters: counting the units per cell and joining cells.
//!
//! Decides which cell a unit belongs to and which cells are drawn as one. Leaves degrees and what is returned
//! to `cluster`.

use std::collections::HashMap;

use super::super::mercator;
use super::super::scan::Scan;
use super::Viewport;

/// Cells are 64 pixels: a quarter of a 256-pixel tile.
const CELLS_PER_TILE_LOG2: u32 = 2;
/// Cells around the viewport that are counted so that what is joined at its edge is exact: a member stands at
/// most one cell from its root, and whether it joins depends on two more, and the root's own rank on one more.
const MARGIN: u32 = 4;
/// Up to this many cells are looked up in a table; a large screen shows about 1,000. The world at a high zoom has
/// billions, nearly all empty, which are looked up by hash.
const TABLE_CELLS: u64 = 1 << 16;
/// Cells whose middles are closer than this many cells are joined: 32 pixels, half a finger.
const MERGE_CELLS: f64 = 0.5;
/// Rows that are sifted together.
const BLOCK: usize = 64;
const NO_CELL: u32 = u32::MAX;

/// Side of a cell at `zoom` in steps of `mercator`.
pub(super) fn cell_size(zoom: f64) -> i64 {
    1 << shift_for(zoom)
}

fn shift_for(zoom: f64) -> u32 {
    // Below zoom 0 and above zoom 24 the grid stays: a cell of zoom 24 is a few decimetres.
    32 - CELLS_PER_TILE_LOG2 - (if zoom.is_nan() { 0.0 } else { zoom.clamp(0.0, 24.0) }).floor() as u32
}

/// What one cell holds. Sums and extremes are relative to the cell's north-western corner.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) count: u32,
    /// The first member's slot.
    pub(super) first: u32,
    pub(super) sum_east: i64,
    pub(super) sum_south: i64,
    pub(super) min_east: i64,
    pub(super) min_south: i64,
    pub(super) max_east: i64,
    pub(super) max_south: i64,
}

/// What one cell holds by itself, relative to its north-western corner.
#[derive(Clone, Copy)]
struct Counted {
    /// In cells of the grid.
    column: u32,
    row: u32,
    count: u32,
    first: u32,
    /// East and south side by side, so that one instruction serves both; whole numbers below 2⁵³, hence exact.
    sum: [f64; 2],
    min: [f64; 2],
    max: [f64; 2],
}

/// Where a cell of the grid is kept.
enum Lookup {
    Table(Vec<u32>),
    Hash(HashMap<(u32, u32), u32>),
}

/// Counted cells of a rectangle of the world.
pub(super) struct Grid {
    shift: u32,
    /// North-western cell, in cells of the world.
    west: u32,
    north: u32,
    columns: u32,
    rows: u32,
    /// Whether the columns close around the world.
    closed: bool,
    /// The viewport itself, in cells relative to (west, north): first and last column and row.
    shown: (u32, u32, u32, u32),
    lookup: Lookup,
    /// The occupied cells.
    cells: Vec<Counted>,
    /// The cell each cell is drawn with; itself for a root.
    root: Vec<u32>,
}

impl Grid {
    /// Counts the units in and around the viewport. `None` when the viewport is not one.
    pub(super) fn count(
        scan: &Scan,
        viewport: &Viewport,
        zoom: f64,
        accept: impl Fn(u32) -> bool,
    ) -> Option<Self> {
        let mut grid = Self::new(viewport, zoom)?;
        grid.fill(scan, accept);
        grid.join();
        Some(grid)
    }

    fn new(viewport: &Viewport, zoom: f64) -> Option<Self> {
        let Viewport { south_deg, west_deg, north_deg, east_deg } = *viewport;
        if [south_deg, west_deg, north_deg, east_deg].iter().any(|v| !v.is_finite()) || south_deg > north_deg
        {
            return None;
        }
        let (west, east) = (mercator::east(west_deg), mercator::east(east_deg));
        let (north, south) =
            (mercator::south(north_deg.clamp(-90.0, 90.0)), mercator::south(south_deg.clamp(-90.0, 90.0)));
        // Mathematically whole circles only; -180 to 180 wraps to the same step and means the whole circle too.
        let whole_circle = east_deg - west_deg >= 360.0 || (west == east && east_deg > west_deg + 180.0);
        Some(Self::with_shift(west, east, north, south, whole_circle, shift_for(zoom)))
    }

    fn with_shift(west: u32, east: u32, north: u32, south: u32, whole: bool, shift: u32) -> Self {
        let world = 1_u32 << (32 - shift);
        let span = ((east >> shift).wrapping_sub(west >> shift)) & (world - 1);
        // A span that comes back to its own first cell from the other side covers every cell.
        let around = whole || (west > east && span == 0) || span + 1 + 2 * MARGIN >= world;
        let (first_column, columns, shown_columns) = if around {
            let shown = if whole || (west > east && span == 0) {
                (0, world - 1)
            } else {
                (west >> shift, (west >> shift) + span) // last may exceed the world: see `is_shown`
            };
            (0, world, shown)
        } else {
            (
                (west >> shift).wrapping_sub(MARGIN) & (world - 1),
                span + 1 + 2 * MARGIN,
                (MARGIN, MARGIN + span),
            )
        };
        let first_row = (north >> shift).saturating_sub(MARGIN);
        let last_row = ((south >> shift) + MARGIN).min(world - 1);
        Self {
            shift,
            west: first_column,
            north: first_row,
            columns,
            rows: last_row - first_row + 1,
            closed: around,
            shown: (
                shown_columns.0,
                shown_columns.1,
                (north >> shift) - first_row,
                (south >> shift) - first_row,
            ),
            lookup: Lookup::Table(Vec::new()),
            cells: Vec::new(),
            root: Vec::new(),
        }
    }

    fn fill(&mut self, scan: &Scan, accept: impl Fn(u32) -> bool) {
        let size = u64::from(self.columns) * u64::from(self.rows);
        let mut cells: Vec<Counted> = Vec::new();
        if size <= TABLE_CELLS {
            let mut table = vec![NO_CELL; size as usize];
            self.each_inside(scan, accept, |slot, east, south, cell| {
                // A step inside has its place in the table.
                if let Some(index) = table.get_mut((cell.1 * self.columns + cell.0) as usize) {
                    add(&mut cells, index, slot, east, south, cell);
                }
            });
            self.lookup = Lookup::Table(table);
        } else {
            let mut hash = HashMap::new();
            self.each_inside(scan, accept, |slot, east, south, cell| {
                add(&mut cells, hash.entry(cell).or_insert(NO_CELL), slot, east, south, cell);
            });
            self.lookup = Lookup::Hash(hash);
        }
        self.cells = cells;
    }

    /// Calls `visit` with the slot, the place relative to its cell's corner and the cell (column, row) of every unit inside
    /// the grid. Most units of a large fleet are not: blocks are sifted without a branch, which vectorises.
    fn each_inside(
        &self,
        scan: &Scan,
        accept: impl Fn(u32) -> bool,
        mut visit: impl FnMut(u32, u32, u32, (u32, u32)),
    ) {
        let Self { shift, west, north, columns, rows, .. } = *self;
        let world_mask = (1_u32 << (32 - shift)) - 1;
        let inside_mask = (1_u32 << shift) - 1;
        let cell_of = |east: u32, south: u32| {
            ((east >> shift).wrapping_sub(west) & world_mask, (south >> shift).wrapping_sub(north))
        };
        let blocks =
            scan.east.chunks(BLOCK).zip(scan.south.chunks(BLOCK)).zip(scan.with_place().chunks(BLOCK));
        for (block, ((east, south), placed)) in blocks.enumerate() {
            let mut inside = [0_u32; BLOCK];
            let mut any = 0;
            for (((inside, &east), &south), &placed) in inside.iter_mut().zip(east).zip(south).zip(placed) {
                let (column, row) = cell_of(east, south);
                *inside =
                    u32::from(column < columns) & u32::from(row < rows) & u32::from(Scan::is_placed(placed));
                any |= *inside;
            }
            if any == 0 {
                continue;
            }
            for (lane, ((&inside, &east), &south)) in inside.iter().zip(east).zip(south).enumerate() {
                let slot = (block * BLOCK + lane) as u32;
                if inside != 0 && accept(slot) {
                    visit(slot, east & inside_mask, south & inside_mask, cell_of(east, south));
                }
            }
        }
    }

    /// A cell is a root unless a fuller cell is close; a cell that is no root joins the fullest close root, or
    /// stays alone when none of its close neighbours is one.
    fn join(&mut self) {
        let near = (MERGE_CELLS * cell_side(self.shift)).powi(2);
        let count = self.cells.len();
        let is_root: Vec<bool> = (0..count)
            .map(|index| self.close(index, near).all(|other| self.rank(other) < self.rank(index)))
            .collect();
        let flagged = |index: usize| is_root.get(index).copied().unwrap_or(false);
        self.root = (0..count)
            .map(|index| {
                let joined = self.close(index, near).filter(|&other| !flagged(index) && flagged(other));
                joined.max_by_key(|&other| self.rank(other)).unwrap_or(index) as u32
            })
            .collect();
    }

    /// Fuller cells first; between equals the more north-western in the world, so that the viewport has no say.
    fn rank(&self, index: usize) -> Option<(u32, core::cmp::Reverse<(u32, u32)>)> {
        let cell = self.cells.get(index)?;
        let (column, row) = self.world_cell(cell);
        Some((cell.count, core::cmp::Reverse((row, column))))
    }

    fn world_cell(&self, cell: &Counted) -> (u32, u32) {
        let world_mask = (1_u32 << (32 - self.shift)) - 1;
        (self.west.wrapping_add(cell.column) & world_mask, self.north + cell.row)
    }

    /// Occupied neighbours whose centre of mass is closer than the square root of `near`.
    fn close(&self, index: usize, near: f64) -> impl Iterator<Item = usize> + '_ {
        let me = self.cells.get(index);
        OFFSETS.iter().filter_map(move |&(dx, dy)| {
            let me = me?;
            let other = self.neighbour(me, dx, dy)?;
            let cell = self.cells.get(other)?;
            let side = cell_side(self.shift);
            let (mx, my) = centre(me);
            let (ox, oy) = centre(cell);
            let (x, y) = (ox + f64::from(dx) * side - mx, oy + f64::from(dy) * side - my);
            (x * x + y * y < near).then_some(other)
        })
    }

    fn neighbour(&self, cell: &Counted, dx: i32, dy: i32) -> Option<usize> {
        let (mut column, row) = (cell.column.wrapping_add_signed(dx), cell.row.wrapping_add_signed(dy));
        if self.closed {
            column &= self.columns - 1; // a closed grid has as many columns as the world, a power of two
        }
        if column >= self.columns || row >= self.rows {
            return None; // -1 has wrapped to the largest number
        }
        let index = match &self.lookup {
            Lookup::Table(table) => table.get((row * self.columns + column) as usize).copied()?,
            Lookup::Hash(hash) => hash.get(&(column, row)).copied()?,
        };
        (index != NO_CELL).then_some(index as usize)
    }

    /// Every root with a member cell in the viewport, and what it stands for; from north to south.
    pub(super) fn visible(&self) -> Vec<(usize, Cell)> {
        let mut seen = vec![false; self.cells.len()];
        for (cell, &root) in self.cells.iter().zip(&self.root) {
            if self.is_shown(cell)
                && let Some(flag) = seen.get_mut(root as usize)
            {
                *flag = true;
            }
        }
        let mut roots: Vec<usize> = (0..seen.len()).filter(|&root| seen.get(root) == Some(&true)).collect();
        roots.sort_unstable_by_key(|&root| self.cells.get(root).map(|cell| (cell.row, cell.column)));
        roots.into_iter().filter_map(|root| Some((root, self.whole(root)?))).collect()
    }

    fn is_shown(&self, cell: &Counted) -> bool {
        let (first, last, top, bottom) = self.shown;
        let columns = first..=last;
        // The viewport's last column of a closed grid may lie beyond the antimeridian.
        let across = columns.contains(&cell.column)
            || (self.closed && columns.contains(&(cell.column + self.columns)));
        across && (top..=bottom).contains(&cell.row)
    }

    /// A root with the neighbours that joined it, relative to the root's corner.
    fn whole(&self, root: usize) -> Option<Cell> {
        let at = self.cells.get(root)?;
        let mut sum = Cell {
            count: 0,
            first: u32::MAX,
            sum_east: 0,
            sum_south: 0,
            min_east: i64::MAX,
            min_south: i64::MAX,
            max_east: i64::MIN,
            max_south: i64::MIN,
        };
        for (dx, dy) in OFFSETS.iter().copied().chain([(0, 0)]) {
            let Some(index) = self.neighbour(at, dx, dy) else { continue };
            if self.root.get(index) != Some(&(root as u32)) {
                continue;
            }
            let Some(cell) = self.cells.get(index) else { continue };
            let (x, y) = (i64::from(dx) << self.shift, i64::from(dy) << self.shift);
            let count = i64::from(cell.count);
            sum.count += cell.count;
            sum.first = sum.first.min(cell.first);
            let [sum_east, sum_south] = cell.sum.map(|v| v as i64);
            let [min_east, min_south] = cell.min.map(|v| v as i64);
            let [max_east, max_south] = cell.max.map(|v| v as i64);
            sum.sum_east += sum_east + x * count;
            sum.sum_south += sum_south + y * count;
            sum.min_east = sum.min_east.min(min_east + x);
            sum.min_south = sum.min_south.min(min_south + y);
            sum.max_east = sum.max_east.max(max_east + x);
            sum.max_south = sum.max_south.max(max_south + y);
        }
        Some(sum)
    }

    /// North-western corner of a cell in steps of `mercator`.
    pub(super) fn corner(&self, index: usize) -> (u32, u32) {
        let (column, row) = self.cells.get(index).map_or((0, 0), |cell| self.world_cell(cell));
        (column << self.shift, row << self.shift)
    }
}

/// Counts one unit in the cell that `index` points to, which it gets here when it is the first.
fn add(
    cells: &mut Vec<Counted>,
    index: &mut u32,
    slot: u32,
    east: u32,
    south: u32,
    (column, row): (u32, u32),
) {
    let at = [f64::from(east), f64::from(south)];
    if let Some(cell) = cells.get_mut(*index as usize) {
        cell.count += 1;
        cell.sum = [cell.sum[0] + at[0], cell.sum[1] + at[1]];
        cell.min = [less(cell.min[0], at[0]), less(cell.min[1], at[1])];
        cell.max = [more(cell.max[0], at[0]), more(cell.max[1], at[1])];
    } else {
        *index = cells.len() as u32;
        cells.push(Counted { column, row, count: 1, first: slot, sum: at, min: at, max: at });
    }
}

/// Without the care for NaN that `f64::min` takes: there is none here, and so it is one instruction.
fn less(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// As [`less`].
fn more(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

const OFFSETS: [(i32, i32); 8] = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)];

fn cell_side(shift: u32) -> f64 {
    f64::from(1_u32 << shift)
}

/// Centre of mass relative to the cell's corner; integer, so that it is the same in every viewport.
fn centre(cell: &Counted) -> (f64, f64) {
    let count = f64::from(cell.count.max(1));
    ((cell.sum[0] / count).floor(), (cell.sum[1] / count).floor())
}
