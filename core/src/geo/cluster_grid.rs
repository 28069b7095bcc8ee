//! The grid under the clusters: the viewport in cells, and which cells are drawn as one.
//!
//! Decides which part of the world is counted and which cells join. Leaves the counting to `cluster_cells`, degrees and
//! what is returned to `cluster`.

use super::super::mercator;
use super::Viewport;
use crate::geo::scan::Scan;

#[path = "cluster_cells.rs"]
mod cells;
use cells::{Area, Cells, Counted};

/// Cells are 64 pixels: a quarter of a 256-pixel tile.
const CELLS_PER_TILE_LOG2: u32 = 2;
/// Cells around the viewport that are counted so that what is joined at its edge is exact: a member stands at
/// most one cell from its root, and whether it joins depends on two more, and the root's own rank on one more.
const MARGIN: u32 = 4;
/// Cells whose middles are closer than this many cells are joined: 32 pixels, half a finger.
const MERGE_CELLS: f64 = 0.5;

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

/// Counted cells of a rectangle of the world.
pub(super) struct Grid {
    area: Area,
    /// Whether the columns close around the world.
    closed: bool,
    /// The viewport itself, in cells relative to (west, north): first and last column and row.
    shown: (u32, u32, u32, u32),
    cells: Cells,
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
        let (area, closed, shown) = frame(viewport, zoom)?;
        let mut grid =
            Self { area, closed, shown, cells: Cells::count(scan, area, accept), root: Vec::new() };
        grid.join();
        Some(grid)
    }

    /// A cell is a root unless a fuller cell is close; a cell that is no root joins the fullest close root, or
    /// stays alone when none of its close neighbours is one.
    fn join(&mut self) {
        let near = (MERGE_CELLS * cell_side(self.area.shift)).powi(2);
        let count = self.cells.all().len();
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
        let cell = self.cells.all().get(index)?;
        let (column, row) = self.world_cell(cell);
        Some((cell.count, core::cmp::Reverse((row, column))))
    }

    fn world_cell(&self, cell: &Counted) -> (u32, u32) {
        (self.area.west.wrapping_add(cell.column) & self.area.world_mask(), self.area.north + cell.row)
    }

    /// Occupied neighbours whose centre of mass is closer than the square root of `near`.
    fn close(&self, index: usize, near: f64) -> impl Iterator<Item = usize> + '_ {
        let me = self.cells.all().get(index);
        OFFSETS.iter().filter_map(move |&(dx, dy)| {
            let me = me?;
            let other = self.neighbour(me, dx, dy)?;
            let cell = self.cells.all().get(other)?;
            let side = cell_side(self.area.shift);
            let (mx, my) = centre(me);
            let (ox, oy) = centre(cell);
            let (x, y) = (ox + f64::from(dx) * side - mx, oy + f64::from(dy) * side - my);
            (x * x + y * y < near).then_some(other)
        })
    }

    fn neighbour(&self, cell: &Counted, dx: i32, dy: i32) -> Option<usize> {
        let (mut column, row) = (cell.column.wrapping_add_signed(dx), cell.row.wrapping_add_signed(dy));
        if self.closed {
            column &= self.area.columns - 1; // a closed grid has as many columns as the world, a power of two
        }
        self.cells.index(column, row)
    }

    /// Every root with a member cell in the viewport, and what it stands for; from north to south.
    pub(super) fn visible(&self) -> Vec<(usize, Cell)> {
        let mut seen = vec![false; self.cells.all().len()];
        for (cell, &root) in self.cells.all().iter().zip(&self.root) {
            if self.is_shown(cell)
                && let Some(flag) = seen.get_mut(root as usize)
            {
                *flag = true;
            }
        }
        let mut roots: Vec<usize> = (0..seen.len()).filter(|&root| seen.get(root) == Some(&true)).collect();
        roots.sort_unstable_by_key(|&root| self.cells.all().get(root).map(|cell| (cell.row, cell.column)));
        roots.into_iter().filter_map(|root| Some((root, self.whole(root)?))).collect()
    }

    fn is_shown(&self, cell: &Counted) -> bool {
        let (first, last, top, bottom) = self.shown;
        let columns = first..=last;
        // The viewport's last column of a closed grid may lie beyond the antimeridian.
        let across = columns.contains(&cell.column)
            || (self.closed && columns.contains(&(cell.column + self.area.columns)));
        across && (top..=bottom).contains(&cell.row)
    }

    /// A root with the neighbours that joined it, relative to the root's corner.
    fn whole(&self, root: usize) -> Option<Cell> {
        let at = self.cells.all().get(root)?;
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
            let Some(cell) = self.cells.all().get(index) else { continue };
            let (x, y) = (i64::from(dx) << self.area.shift, i64::from(dy) << self.area.shift);
            let count = i64::from(cell.count);
            sum.count += cell.count;
            sum.first = sum.first.min(cell.first);
            let [sum_east, sum_south] = cell.sum.map(|v| v as i64);
            let [min_east, min_south] = cell.min.map(i64::from);
            let [max_east, max_south] = cell.max.map(i64::from);
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
        let (column, row) = self.cells.all().get(index).map_or((0, 0), |cell| self.world_cell(cell));
        (column << self.area.shift, row << self.area.shift)
    }
}

const OFFSETS: [(i32, i32); 8] = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)];

fn cell_side(shift: u32) -> f64 {
    f64::from(1_u32 << shift)
}

/// Centre of mass relative to the cell's corner; integer, so that it is the same in every viewport.
fn centre(cell: &Counted) -> (f64, f64) {
    let count = f64::from(cell.count.max(1));
    ((cell.sum[0] as f64 / count).floor(), (cell.sum[1] as f64 / count).floor())
}

type Frame = (Area, bool, (u32, u32, u32, u32));

/// What is counted for a viewport: the area, whether its columns close around the world, and the viewport itself in
/// cells of the area (first and last column, first and last row).
fn frame(viewport: &Viewport, zoom: f64) -> Option<Frame> {
    let Viewport { south_deg, west_deg, north_deg, east_deg } = *viewport;
    if [south_deg, west_deg, north_deg, east_deg].iter().any(|v| !v.is_finite()) || south_deg > north_deg {
        return None;
    }
    let (west, east) = (mercator::east(west_deg), mercator::east(east_deg));
    let (north, south) =
        (mercator::south(north_deg.clamp(-90.0, 90.0)), mercator::south(south_deg.clamp(-90.0, 90.0)));
    // Mathematically whole circles only; -180 to 180 wraps to the same step and means the whole circle too.
    let whole_circle = east_deg - west_deg >= 360.0 || (west == east && east_deg > west_deg + 180.0);
    Some(with_shift(west, east, north, south, whole_circle, shift_for(zoom)))
}

fn with_shift(west: u32, east: u32, north: u32, south: u32, whole: bool, shift: u32) -> Frame {
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
        ((west >> shift).wrapping_sub(MARGIN) & (world - 1), span + 1 + 2 * MARGIN, (MARGIN, MARGIN + span))
    };
    let first_row = (north >> shift).saturating_sub(MARGIN);
    let last_row = ((south >> shift) + MARGIN).min(world - 1);
    let area = Area { shift, west: first_column, north: first_row, columns, rows: last_row - first_row + 1 };
    let shown =
        (shown_columns.0, shown_columns.1, (north >> shift) - first_row, (south >> shift) - first_row);
    (area, around, shown)
}
