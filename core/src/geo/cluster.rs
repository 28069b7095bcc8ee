//! How a map groups units that would overlap.
//!
//! Decides which units are drawn together, and whether zooming in can take them apart. Leaves drawing, and the datum of
//! the layer, to the shells. No index is kept: units move all the time.
//!
//! A grid anchored in the world (cells of 64 pixels in Web Mercator) is counted in one pass; a cell whose middle comes
//! close to that of a fuller neighbour joins it. Whether two cells join depends only on what stands within a few cells of
//! them, and those are always counted whole: a group does not change while the map is panned.

use crate::geo::mercator as fixed;
use crate::geo::scan::Scan;
use crate::model::LatLon;

#[path = "cluster_grid.rs"]
mod grid;
use grid::{Cell, Grid};

/// Web Mercator ends here; places nearer to a pole are drawn on this line.
pub const MERCATOR_EDGE_DEG: f64 = 85.051_128_779_806_59;
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

/// The units and groups that have a unit in the viewport's cells, at `zoom` (256-pixel tiles), of those that `accept`
/// lets through; from north to south. Every unit belongs to exactly one. A group is whole: its count includes members
/// beyond the viewport's edge. A viewport far larger than any screen at `zoom` is grouped as if zoomed out.
pub fn clusters(scan: &Scan, viewport: &Viewport, zoom: f64, accept: impl Fn(u32) -> bool) -> Vec<MapPoint> {
    let zoom = if zoom.is_finite() { zoom.clamp(0.0, 24.0) } else { 0.0 };
    let Some(grid) = Grid::count(scan, viewport, zoom, accept) else { return Vec::new() };
    grid.visible().into_iter().filter_map(|(root, cell)| point(&grid, scan, root, &cell, zoom)).collect()
}

/// The units that a group stands for, so that it can open as a list: for a group that cannot be split, whose units
/// stand within one cell of the greatest zoom, all that stand within its bounds.
pub fn members(scan: &Scan, point: &MapPoint, accept: impl Fn(u32) -> bool) -> Vec<u32> {
    scan.iter()
        .filter(|(slot, place)| point.bounds.contains(*place) && accept(*slot))
        .map(|(slot, _)| slot)
        .collect()
}

fn point(grid: &Grid, scan: &Scan, root: usize, cell: &Cell, zoom: f64) -> Option<MapPoint> {
    let (west, north) = grid.corner(root);
    let edge = |east: i64, south: i64| {
        // Members of a neighbouring cell may lie west of the root's corner: wrap around the world, stop at the poles.
        let east = west.wrapping_add(east as u32);
        let south = (i64::from(north) + south).clamp(0, i64::from(u32::MAX)) as u32;
        (east, south)
    };
    let first = scan.place(cell.first)?;
    let (w, n) = edge(cell.min_east, cell.min_south);
    let (e, s) = edge(cell.max_east, cell.max_south);
    let extent = (cell.max_east - cell.min_east).max(cell.max_south - cell.min_south);
    let one_spot = extent == 0;
    let place = if one_spot {
        first
    } else {
        let count = i64::from(cell.count);
        let (east, south) = edge(cell.sum_east.div_euclid(count), cell.sum_south.div_euclid(count));
        fixed::to_place(east, south)?
    };
    let bounds = if cell.count == 1 {
        let (lat, lon) = (first.lat_deg(), first.lon_deg());
        Viewport { south_deg: lat, west_deg: lon, north_deg: lat, east_deg: lon }
    } else {
        // A step wider on each side (a centimetre), so that rounding leaves no member outside. What stands poleward of the
        // projection's edge stands on it, and the world goes on behind the antimeridian.
        let around = cell.max_east - cell.min_east >= i64::from(u32::MAX) - 2;
        let (west_deg, east_deg) = if around {
            (-180.0, 180.0)
        } else {
            (fixed::lon_deg(w.wrapping_sub(1)), fixed::lon_deg(e.wrapping_add(1)))
        };
        Viewport {
            south_deg: if s >= u32::MAX - 1 { -90.0 } else { fixed::lat_deg(s + 1) },
            west_deg,
            north_deg: if n <= 1 { 90.0 } else { fixed::lat_deg(n - 1) },
            east_deg,
        }
    };
    Some(MapPoint {
        place,
        count: cell.count,
        slot: (cell.count == 1).then_some(cell.first),
        bounds,
        can_split: cell.count > 1 && zoom < MAX_ZOOM && extent >= grid::cell_size(MAX_ZOOM),
    })
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

        /// Panning: what two overlapping viewports both show is the same in both, and each unit inside is counted once.
        #[test]
        fn groups_do_not_change_while_the_map_is_panned(
            places in proptest::collection::vec((-70.0..70.0_f64, 170.0..190.0_f64), 1..300),
            zoom in 3.0..9.0_f64,
            (lat, lon) in (-60.0..60.0_f64, 170.0..190.0_f64),
            (north, east) in (-3.0..3.0_f64, -3.0..3.0_f64),
        ) {
            let wrap = |lon: f64| if lon > 180.0 { lon - 360.0 } else { lon };
            let places: Vec<(f64, f64)> = places.into_iter().map(|(lat, lon)| (lat, wrap(lon))).collect();
            let scan = scan(&places);
            let view = |lat: f64, lon: f64| Viewport {
                south_deg: lat - 5.0, west_deg: wrap(lon - 5.0), north_deg: lat + 5.0, east_deg: wrap(lon + 5.0),
            };
            let (here, there) = (view(lat, lon), view(lat + north, lon + east));
            let (a, b) = (clusters(&scan, &here, zoom, |_| true), clusters(&scan, &there, zoom, |_| true));
            let world = clusters(&scan, &Viewport::WORLD, zoom, |_| true);
            prop_assert!(a.iter().chain(&b).all(|point| world.contains(point)), "each view shows groups of the world");
            let both = scan.iter().filter(|(_, p)| here.contains(*p) && there.contains(*p)).count();
            let common: u32 = a.iter().filter(|p| b.contains(p)).map(|p| p.count).sum();
            prop_assert!(common as usize >= both, "what both show is the same in both");
        }

        /// The order in which units are kept, and where they stood before, have no say.
        #[test]
        fn groups_are_the_same_however_units_came_there(
            places in proptest::collection::vec((-80.0..80.0_f64, -180.0..180.0_f64), 1..400),
            moved in proptest::collection::vec((0..400_usize, (20.0..40.0_f64, 90.0..120.0_f64)), 0..100),
            zoom in 0.0..12.0_f64,
            (lat, lon) in (-60.0..60.0_f64, -180.0..180.0_f64),
        ) {
            let mut sorted = scan(&places);
            sorted.settle();
            let mut now = places.clone();
            for (unit, (lat, lon)) in moved {
                if let Some(place) = now.get_mut(unit) {
                    *place = (lat, lon);
                    sorted.set(unit as u32, LatLon::new(lat, lon));
                }
            }
            let plain = scan(&now);
            let east = if lon > 170.0 { lon - 350.0 } else { lon + 10.0 };
            let view = Viewport { south_deg: lat - 10.0, west_deg: lon, north_deg: lat + 10.0, east_deg: east };
            for view in [view, Viewport::WORLD] {
                prop_assert_eq!(clusters(&sorted, &view, zoom, |_| true), clusters(&plain, &view, zoom, |_| true));
                let odd = |slot: u32| slot % 2 == 1;
                prop_assert_eq!(clusters(&sorted, &view, zoom, odd), clusters(&plain, &view, zoom, odd));
            }
        }

        #[test]
        fn a_group_that_cannot_be_split_opens_as_the_list_of_its_units(
            places in proptest::collection::vec((31.2..31.20005_f64, 121.4..121.40005_f64), 2..40),
            zoom in 2.0..8.0_f64,
        ) {
            let scan = scan(&places);
            let points = clusters(&scan, &Viewport::WORLD, zoom, |_| true);
            prop_assert_eq!(points.len(), 1);
            prop_assert!(!points[0].can_split);
            prop_assert_eq!(members(&scan, &points[0], |_| true).len(), places.len());
        }

        /// At the antimeridian, at the poles, and where nothing is special: nobody is missing from the list, and nobody is in
        /// two groups' lists.
        #[test]
        fn every_group_opens_to_exactly_its_count(
            (lat, lon) in (
                prop_oneof![Just(90.0), Just(-90.0), Just(85.051_128_7), Just(-85.051_128_7), Just(0.0), -90.0..90.0_f64],
                prop_oneof![Just(180.0), Just(0.0), -180.0..180.0_f64],
            ),
            steps in proptest::collection::vec((-3..=3_i32, -3..=3_i32), 2..20),
            step_deg in prop_oneof![Just(0.0), Just(4e-8), Just(8.4e-8), Just(2e-7)],
            zoom in 0.0..10.0_f64,
        ) {
            let places: Vec<(f64, f64)> = steps
                .iter()
                .map(|(south, east)| {
                    let lon = lon + f64::from(*east) * step_deg;
                    let lat = (lat + f64::from(*south) * step_deg).clamp(-90.0, 90.0);
                    (lat, if lon > 180.0 { lon - 360.0 } else if lon < -180.0 { lon + 360.0 } else { lon })
                })
                .collect();
            let scan = scan(&places);
            for point in clusters(&scan, &Viewport::WORLD, zoom, |_| true) {
                prop_assert_eq!(members(&scan, &point, |_| true).len(), point.count as usize, "{:?}", point);
            }
        }

        #[test]
        fn mercator_goes_there_and_back(lat in -85.0..85.0_f64, lon in -180.0..179.999_f64) {
            let (x, y) = mercator(LatLon::new(lat, lon).unwrap());
            let back = from_mercator(x, y).unwrap();
            prop_assert!((back.lat_deg() - lat).abs() < 1e-9 && (back.lon_deg() - lon).abs() < 1e-9);
        }
    }
}
