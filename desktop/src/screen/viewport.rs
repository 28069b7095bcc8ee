//! What the map looks at: a middle and a zoom level, in Web Mercator.

use trak_core::geo::cluster::Viewport;
use trak_core::model::LatLon;

/// One column of cells stands for so many pixels of 256-pixel tiles, one row for twice as many.
const COLUMN_PX: f64 = 8.0;
const EDGE_DEG: f64 = 85.051_128_78;
/// The closest that the map looks.
pub const MOST_ZOOM: f64 = 19.0;
/// A fit looks no closer than this: a single unit is shown with its surroundings.
const FIT_ZOOM: f64 = 15.0;

/// Who placed a camera.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Placed {
    /// Nobody yet.
    #[default]
    Nowhere,
    /// It shows all units, and goes on to do so when one leaves the view.
    OnUnits,
    /// A person, who is not pulled away.
    ByPerson,
}

/// Middle in Mercator units (0 to 1, y to the south) and zoom level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapCamera {
    /// 0 at 180° W, 1 at 180° E.
    pub x: f64,
    /// 0 in the north.
    pub y: f64,
    /// Web Mercator zoom level.
    pub zoom: f64,
    /// Who placed it.
    pub placed: Placed,
}

impl Default for MapCamera {
    fn default() -> Self {
        Self { x: 0.5, y: 0.45, zoom: 0.0, placed: Placed::Nowhere }
    }
}

/// Web Mercator, 0 to 1 on both axes.
pub fn mercator(lat_deg: f64, lon_deg: f64) -> (f64, f64) {
    let lat = lat_deg.clamp(-EDGE_DEG, EDGE_DEG).to_radians();
    let y = 0.5 - (core::f64::consts::FRAC_PI_4 + lat / 2.0).tan().ln() / core::f64::consts::TAU;
    (lon_deg / 360.0 + 0.5, y)
}

fn latitude(y: f64) -> f64 {
    (core::f64::consts::PI * (1.0 - 2.0 * y.clamp(0.0, 1.0))).sinh().atan().to_degrees()
}

impl MapCamera {
    /// Width and height of the view in Mercator units for so many columns and rows.
    pub fn span(&self, (columns, rows): (u16, u16)) -> (f64, f64) {
        let world_px = 256.0 * self.zoom.exp2();
        let width = f64::from(columns.max(1)) * COLUMN_PX / world_px;
        (width, f64::from(rows.max(1)) * 2.0 * COLUMN_PX / world_px)
    }

    /// Where a place lies from the middle, in Mercator units: x to the east by the shorter way round, y to the north.
    pub fn offset(&self, place: LatLon) -> (f64, f64) {
        let (x, y) = mercator(place.lat_deg(), place.lon_deg());
        ((x - self.x + 0.5).rem_euclid(1.0) - 0.5, self.y - y)
    }

    /// The visible part of the world.
    pub fn viewport(&self, cells: (u16, u16)) -> Viewport {
        let (width, height) = self.span(cells);
        let wrap = |x: f64| (x.rem_euclid(1.0) - 0.5) * 360.0;
        let (west_deg, east_deg) = if width >= 1.0 {
            (-180.0, 180.0)
        } else {
            (wrap(self.x - width / 2.0), wrap(self.x + width / 2.0))
        };
        let south = self.y + height / 2.0;
        let north = self.y - height / 2.0;
        Viewport {
            south_deg: if south >= 1.0 { -90.0 } else { latitude(south) },
            west_deg,
            north_deg: if north <= 0.0 { 90.0 } else { latitude(north) },
            east_deg,
        }
    }

    /// The middle as latitude and longitude in degrees.
    pub fn middle(&self) -> (f64, f64) {
        (latitude(self.y), (self.x.rem_euclid(1.0) - 0.5) * 360.0)
    }

    /// Moves by shares of the view.
    pub fn pan(&mut self, right: f64, down: f64, cells: (u16, u16)) {
        let (width, height) = self.span(cells);
        self.x = (self.x + right * width).rem_euclid(1.0);
        self.y = (self.y + down * height).clamp(0.0, 1.0);
        self.placed = Placed::ByPerson;
    }

    /// Moves to a place.
    pub fn centre(&mut self, place: LatLon) {
        (self.x, self.y) = mercator(place.lat_deg(), place.lon_deg());
        self.placed = Placed::ByPerson;
    }

    /// Zooms by levels.
    pub fn zoom_by(&mut self, levels: f64) {
        self.zoom = (self.zoom + levels).clamp(0.0, MOST_ZOOM);
        self.placed = Placed::ByPerson;
    }

    /// Shows the whole of an area, with a margin.
    pub fn fit(&mut self, area: &Viewport, (columns, rows): (u16, u16)) {
        let east_deg = if area.west_deg > area.east_deg { area.east_deg + 360.0 } else { area.east_deg };
        let (x0, y0) = mercator(area.south_deg, area.west_deg);
        let (x1, y1) = mercator(area.north_deg, east_deg);
        self.x = f64::midpoint(x0, x1).rem_euclid(1.0);
        self.y = f64::midpoint(y0, y1);
        let across = f64::from(columns.max(1)) * COLUMN_PX / ((x1 - x0).abs() * 1.15).max(1e-9);
        let up = f64::from(rows.max(1)) * 2.0 * COLUMN_PX / ((y0 - y1).abs() * 1.15).max(1e-9);
        self.zoom = (across.min(up) / 256.0).log2().clamp(0.0, FIT_ZOOM);
        self.placed = Placed::ByPerson;
    }

    /// Metres that one column stands for in the middle.
    pub fn column_m(&self) -> f64 {
        let around_m = 40_075_016.7 * self.middle().0.to_radians().cos();
        around_m * COLUMN_PX / (256.0 * self.zoom.exp2())
    }
}

/// Looks at the whole of the loaded track.
pub fn fit_track(state: &mut super::state::State, cells: (u16, u16)) {
    let Some(history) = state.track.found.clone() else { return };
    let spot = |place: LatLon| Viewport {
        south_deg: place.lat_deg(),
        west_deg: place.lon_deg(),
        north_deg: place.lat_deg(),
        east_deg: place.lon_deg(),
    };
    if let Some(area) = around(history.positions().iter().filter(|p| p.valid).map(|p| spot(p.place))) {
        state.camera.fit(&area, cells);
    }
}

/// The smallest area that covers all of `areas`. It crosses the antimeridian where that makes it smaller.
pub fn around(areas: impl Iterator<Item = Viewport>) -> Option<Viewport> {
    let (mut south_deg, mut north_deg) = (f64::MAX, f64::MIN);
    let mut spans: Vec<(f64, f64)> = Vec::new();
    for area in areas {
        (south_deg, north_deg) = (south_deg.min(area.south_deg), north_deg.max(area.north_deg));
        let across = area.west_deg > area.east_deg;
        spans.push((area.west_deg, if across { area.east_deg + 360.0 } else { area.east_deg }));
    }
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    // What is left out is the widest gap. It begins where all before it end, for the first one a turn earlier.
    let mut reach = spans.iter().map(|(_, east)| east - 360.0).reduce(f64::max)?;
    let mut widest = (0.0, 180.0, -180.0);
    for (west, east) in spans {
        if west - reach > widest.0 {
            widest = (west - reach, reach, west);
        }
        reach = reach.max(east);
    }
    let (_, east_deg, west_deg) = widest;
    let wrap = |deg: f64| {
        if deg > 180.0 {
            deg - 360.0
        } else if deg < -180.0 {
            deg + 360.0
        } else {
            deg
        }
    };
    Some(Viewport { south_deg, west_deg: wrap(west_deg), north_deg, east_deg: wrap(east_deg) })
}

#[cfg(test)]
mod tests {
    use super::{MapCamera, around};
    use trak_core::geo::cluster::Viewport;
    use trak_core::model::LatLon;

    #[test]
    fn a_fit_shows_both_corners_and_the_middle_is_between() {
        let mut camera = MapCamera::default();
        camera
            .fit(&Viewport { south_deg: 31.0, west_deg: 121.0, north_deg: 31.5, east_deg: 121.9 }, (80, 20));
        let view = camera.viewport((80, 20));
        for (lat, lon) in [(31.0, 121.0), (31.5, 121.9)] {
            assert!(view.contains(LatLon::new(lat, lon).unwrap()));
        }
        assert!((camera.middle().1 - 121.45).abs() < 1e-9);
    }

    #[test]
    fn across_the_antimeridian_a_place_lies_on_the_near_side() {
        let mut camera = MapCamera::default();
        camera.centre(LatLon::new(0.0, 179.0).unwrap());
        camera.zoom_by(5.0);
        let (x, _) = camera.offset(LatLon::new(0.0, -179.0).unwrap());
        assert!((x - 2.0 / 360.0).abs() < 1e-9, "{x}");
        let view = camera.viewport((80, 20));
        assert!(view.west_deg > view.east_deg && view.contains(LatLon::new(0.0, -179.0).unwrap()));
    }

    #[test]
    fn what_is_around_units_takes_the_shorter_way_round_the_world() {
        let spots = |lons: &[f64]| {
            let spot =
                |lon: &f64| Viewport { south_deg: 1.0, west_deg: *lon, north_deg: 2.0, east_deg: *lon };
            around(lons.iter().map(spot)).map(|area| (area.west_deg, area.east_deg))
        };
        assert_eq!(spots(&[]), None);
        assert_eq!(spots(&[121.0]), Some((121.0, 121.0)));
        assert_eq!(spots(&[121.0, -3.0, 8.0]), Some((-3.0, 121.0)));
        assert_eq!(spots(&[179.0, -178.0, 177.0]), Some((177.0, -178.0)));
        let across = Viewport { south_deg: 0.0, west_deg: 170.0, north_deg: 1.0, east_deg: -170.0 };
        let beside = Viewport { west_deg: -175.0, east_deg: -160.0, ..across };
        assert_eq!(
            around([across, beside].into_iter()).map(|a| (a.west_deg, a.east_deg)),
            Some((170.0, -160.0))
        );
        let all = around([Viewport::WORLD, beside].into_iter()).unwrap();
        assert_eq!((all.west_deg, all.east_deg), (-180.0, 180.0));
        let mut camera = MapCamera::default();
        camera.fit(&around([across, beside].into_iter()).unwrap(), (80, 20));
        for lon in [170.0, 180.0, -160.0] {
            assert!(camera.viewport((80, 20)).contains(LatLon::new(0.5, lon).unwrap()), "{lon}");
        }
    }
}
