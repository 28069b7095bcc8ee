//! How a map groups units that would overlap.
//!
//! Decides on a grid anchored in the world, so that panning does not change a group. Leaves drawing, and the datum of
//! the layer, to the shells. No index is kept: units move all the time.

use std::collections::HashMap;

use crate::geo::scan::Scan;
use crate::model::LatLon;

/// Web Mercator ends here; places nearer to a pole are drawn on this line.
pub const MERCATOR_EDGE_DEG: f64 = 85.051_128_779_806_59;
/// A cell's side in pixels of 256-pixel tiles: what a thumb covers.
const CELL_PX: f64 = 64.0;
/// Zooming in further than this splits nothing a person could tell apart.
pub const MAX_ZOOM: f64 = 20.0;

/// The visible part of the world. `west` greater than `east` means that it crosses the antimeridian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Southern edge, degrees.
    pub south_deg: f64,
    /// Western edge, degrees.
    pub west_deg: f64,
    /// Northern edge, degrees.
    pub north_deg: f64,
    /// Eastern edge, degrees.
    pub east_deg: f64,
}

impl Viewport {
    /// The whole world.
    pub const WORLD: Self = Self { south_deg: -90.0, west_deg: -180.0, north_deg: 90.0, east_deg: 180.0 };

    /// Whether a place lies inside, edges included.
    pub fn contains(&self, place: LatLon) -> bool {
        let (lat, lon) = (place.lat_deg(), place.lon_deg());
        let across = if self.west_deg <= self.east_deg {
            (self.west_deg..=self.east_deg).contains(&lon)
        } else {
            lon >= self.west_deg || lon <= self.east_deg
        };
        across && (self.south_deg..=self.north_deg).contains(&lat)
    }
}

/// One unit or one group of units on the map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapPoint {
    /// Where it is drawn: the unit's place, or the middle of the group's members.
    pub place: LatLon,
    /// How many units it stands for.
    pub count: u32,
    /// The unit's slot, when it is one unit.
    pub slot: Option<u32>,
    /// What its members cover.
    pub bounds: Viewport,
    /// Whether zooming in would split it; a group that cannot be split opens as a list.
    pub can_split: bool,
}

struct Cell {
    count: u32,
    slot: u32,
    x_sum: f64,
    y_sum: f64,
    first: LatLon,
    bounds: Viewport,
}

/// Groups the units of `viewport` at `zoom` that `accept` lets through. Every unit counts exactly once.
pub fn clusters(scan: &Scan, viewport: &Viewport, zoom: f64, accept: impl Fn(u32) -> bool) -> Vec<MapPoint> {
    let zoom = if zoom.is_finite() { zoom.clamp(0.0, 24.0) } else { 0.0 };
    // Whole zoom levels anchor the grid: a slow zoom regroups at its levels, not at every frame.
    let cells = 2_f64.powi(zoom.floor() as i32) * 256.0 / CELL_PX;
    let mut grid: HashMap<(i64, i64), Cell, Hash> = HashMap::default();
    for (slot, place) in scan.iter() {
        if !viewport.contains(place) || !accept(slot) {
            continue;
        }
        let (x, y) = mercator(place);
        let key = ((x * cells) as i64, (y * cells) as i64);
        match grid.get_mut(&key) {
            Some(cell) => cell.add(place, x, y),
            None => {
                grid.insert(key, Cell::new(slot, place, x, y));
            }
        }
    }
    merge(&mut grid, cells);
    let mut points: Vec<((i64, i64), MapPoint)> =
        grid.into_iter().map(|(key, cell)| (key, cell.point(zoom))).collect();
    points.sort_unstable_by_key(|(key, _)| *key);
    points.into_iter().map(|(_, point)| point).collect()
}

/// The units that a group stands for, so that it can open as a list.
pub fn members(scan: &Scan, point: &MapPoint, accept: impl Fn(u32) -> bool) -> Vec<u32> {
    scan.iter()
        .filter(|(slot, place)| point.bounds.contains(*place) && accept(*slot))
        .map(|(slot, _)| slot)
        .collect()
}

/// Joins a cell to a neighbour whose middle would be drawn closer than half a cell. Cells are looked at in the
/// order of the grid and only across their right and lower edges, so the outcome depends on nothing but the units.
fn merge(grid: &mut HashMap<(i64, i64), Cell, Hash>, cells: f64) {
    let mut keys: Vec<(i64, i64)> = grid.keys().copied().collect();
    keys.sort_unstable();
    for key in keys {
        for (dx, dy) in [(1, 0), (0, 1), (1, 1), (1, -1)] {
            let other = (key.0 + dx, key.1 + dy);
            let (Some(a), Some(b)) = (grid.get(&key), grid.get(&other)) else { continue };
            let ((ax, ay), (bx, by)) = (a.middle(), b.middle());
            if (ax - bx).hypot(ay - by) * cells >= 0.5 {
                continue;
            }
            if let Some(joined) = grid.remove(&other)
                && let Some(cell) = grid.get_mut(&key)
            {
                cell.join(&joined);
            }
        }
    }
}

/// Web Mercator in 0..1, x eastwards from the antimeridian, y southwards (EPSG:3857, scaled).
pub fn mercator(place: LatLon) -> (f64, f64) {
    let lat = place.lat_deg().clamp(-MERCATOR_EDGE_DEG, MERCATOR_EDGE_DEG).to_radians();
    let x = (place.lon_deg() / 360.0 + 0.5).clamp(0.0, 1.0 - f64::EPSILON);
    let y = 0.5 - lat.tan().asinh() / core::f64::consts::TAU;
    (x, y.clamp(0.0, 1.0 - f64::EPSILON))
}

/// The inverse of [`mercator`].
pub fn from_mercator(x: f64, y: f64) -> Option<LatLon> {
    let lat_deg = ((0.5 - y) * core::f64::consts::TAU).sinh().atan().to_degrees();
    LatLon::new(lat_deg, (x - 0.5) * 360.0)
}

impl Cell {
    fn new(slot: u32, place: LatLon, x: f64, y: f64) -> Self {
        let (lat, lon) = (place.lat_deg(), place.lon_deg());
        let bounds = Viewport { south_deg: lat, west_deg: lon, north_deg: lat, east_deg: lon };
        Self { count: 1, slot, x_sum: x, y_sum: y, first: place, bounds }
    }

    fn add(&mut self, place: LatLon, x: f64, y: f64) {
        self.count += 1;
        self.x_sum += x;
        self.y_sum += y;
        let (lat, lon) = (place.lat_deg(), place.lon_deg());
        self.bounds.grow(&Viewport { south_deg: lat, west_deg: lon, north_deg: lat, east_deg: lon });
    }

    fn join(&mut self, other: &Self) {
        self.count += other.count;
        self.x_sum += other.x_sum;
        self.y_sum += other.y_sum;
        self.bounds.grow(&other.bounds);
    }

    fn middle(&self) -> (f64, f64) {
        (self.x_sum / f64::from(self.count), self.y_sum / f64::from(self.count))
    }

    fn point(&self, zoom: f64) -> MapPoint {
        let (x, y) = self.middle();
        let one = self.count == 1;
        let b = &self.bounds;
        let spot = (b.north_deg - b.south_deg).abs() < 1e-7 && (b.east_deg - b.west_deg).abs() < 1e-7;
        MapPoint {
            place: if one || spot { self.first } else { from_mercator(x, y).unwrap_or(self.first) },
            count: self.count,
            slot: one.then_some(self.slot),
            bounds: self.bounds,
            can_split: !one && !spot && zoom < MAX_ZOOM,
        }
    }
}

impl Viewport {
    fn grow(&mut self, other: &Self) {
        self.south_deg = self.south_deg.min(other.south_deg);
        self.west_deg = self.west_deg.min(other.west_deg);
        self.north_deg = self.north_deg.max(other.north_deg);
        self.east_deg = self.east_deg.max(other.east_deg);
    }
}

/// A hash for grid keys: the standard one defends against strangers, which cells are not, and costs more than the
/// rest of the work.
#[derive(Clone, Copy, Default)]
struct CellHash(u64);
type Hash = core::hash::BuildHasherDefault<CellHash>;

impl core::hash::Hasher for CellHash {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }
    fn write_u64(&mut self, value: u64) {
        // Fibonacci hashing (Knuth, TAOCP 6.4), rotated so that both halves of a key count.
        self.0 = (self.0.rotate_left(26) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    fn write_i64(&mut self, value: i64) {
        self.write_u64(value as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_ZOOM, Viewport, clusters, from_mercator, members, mercator};
    use crate::geo::scan::Scan;
    use crate::model::LatLon;
    use proptest::prelude::*;

    fn scan(places: &[(f64, f64)]) -> Scan {
        let mut scan = Scan::new();
        for (lat, lon) in places {
            scan.push(LatLon::new(*lat, *lon));
        }
        scan
    }

    #[test]
    fn one_spot_opens_as_a_list_and_two_towns_split() {
        let mut places = vec![(31.2, 121.4); 1_000];
        places.push((31.9, 121.4));
        let scan = scan(&places);
        let world = clusters(&scan, &Viewport::WORLD, 2.0, |_| true);
        assert_eq!(world.len(), 1);
        assert!(world[0].can_split);
        let near = clusters(&scan, &Viewport::WORLD, 12.0, |_| true);
        let crowd = near.iter().find(|p| p.count == 1_000).unwrap();
        assert!(!crowd.can_split);
        assert_eq!(members(&scan, crowd, |_| true).len(), 1_000);
        assert!(near.iter().any(|p| p.slot == Some(1_000)));
        let close = scan_of_two_close();
        assert!(clusters(&close, &Viewport::WORLD, MAX_ZOOM, |_| true).iter().all(|p| !p.can_split));
    }

    fn scan_of_two_close() -> Scan {
        scan(&[(31.2, 121.4), (31.200_001, 121.4)])
    }

    #[test]
    fn a_viewport_may_cross_the_antimeridian() {
        let fiji = Viewport { south_deg: -20.0, west_deg: 177.0, north_deg: -15.0, east_deg: -178.0 };
        let scan = scan(&[(-17.7, 178.0), (-17.7, -179.0), (-17.7, 0.0)]);
        let count: u32 = clusters(&scan, &fiji, 5.0, |_| true).iter().map(|p| p.count).sum();
        assert_eq!(count, 2);
    }

    proptest! {
        #[test]
        fn every_unit_counts_once_wherever_the_map_is(
            places in proptest::collection::vec((-90.0..=90.0_f64, -180.0..=180.0_f64), 0..300),
            zoom in 0.0..22.0_f64,
        ) {
            let scan = scan(&places);
            let points = clusters(&scan, &Viewport::WORLD, zoom, |_| true);
            prop_assert_eq!(points.iter().map(|p| p.count as usize).sum::<usize>(), places.len());
            prop_assert!(points.iter().all(|p| (p.count == 1) == p.slot.is_some()));
        }

        #[test]
        fn mercator_goes_there_and_back(lat in -85.0..85.0_f64, lon in -180.0..179.999_f64) {
            let (x, y) = mercator(LatLon::new(lat, lon).unwrap());
            let back = from_mercator(x, y).unwrap();
            prop_assert!((back.lat_deg() - lat).abs() < 1e-9 && (back.lon_deg() - lon).abs() < 1e-9);
        }
    }
}
