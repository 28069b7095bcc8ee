//! What the map looks at: a middle and a zoom level, in Web Mercator.

use trak_core::geo::cluster::Viewport;
use trak_core::model::LatLon;

/// One column of cells stands for so many pixels of 256-pixel tiles, one row for twice as many.
const COLUMN_PX: f64 = 8.0;
const EDGE_DEG: f64 = 85.051_128_78;

/// Middle in Mercator units (0 to 1, y to the south) and zoom level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapCamera {
    /// 0 at 180° W, 1 at 180° E.
    pub x: f64,
    /// 0 in the north.
    pub y: f64,
    /// Web Mercator zoom level.
    pub zoom: f64,
    /// Whether a person or a fit has placed it.
    pub placed: bool,
}

impl Default for MapCamera {
    fn default() -> Self {
        Self { x: 0.5, y: 0.45, zoom: 0.0, placed: false }
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
        self.placed = true;
    }

    /// Moves to a place.
    pub fn centre(&mut self, place: LatLon) {
        (self.x, self.y) = mercator(place.lat_deg(), place.lon_deg());
        self.placed = true;
    }

    /// Zooms by levels.
    pub fn zoom_by(&mut self, levels: f64) {
        self.zoom = (self.zoom + levels).clamp(0.0, 19.0);
        self.placed = true;
    }

    /// Shows everything between two corners (south-west, north-east), with a margin.
    pub fn fit(&mut self, south_west: (f64, f64), north_east: (f64, f64), (columns, rows): (u16, u16)) {
        let (x0, y0) = mercator(south_west.0, south_west.1);
        let (x1, y1) = mercator(north_east.0, north_east.1);
        self.x = f64::midpoint(x0, x1);
        self.y = f64::midpoint(y0, y1);
        let across = f64::from(columns.max(1)) * COLUMN_PX / ((x1 - x0).abs() * 1.15).max(1e-9);
        let up = f64::from(rows.max(1)) * 2.0 * COLUMN_PX / ((y0 - y1).abs() * 1.15).max(1e-9);
        self.zoom = (across.min(up) / 256.0).log2().clamp(0.0, 15.0);
        self.placed = true;
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
    let mut corners: Option<((f64, f64), (f64, f64))> = None;
    for position in history.positions() {
        let (lat, lon) = (position.place.lat_deg(), position.place.lon_deg());
        let ((south, west), (north, east)) = corners.unwrap_or(((lat, lon), (lat, lon)));
        corners = Some(((south.min(lat), west.min(lon)), (north.max(lat), east.max(lon))));
    }
    if let Some((south_west, north_east)) = corners {
        state.camera.fit(south_west, north_east, cells);
    }
}

#[cfg(test)]
mod tests {
    use super::MapCamera;
    use trak_core::model::LatLon;

    #[test]
    fn a_fit_shows_both_corners_and_the_middle_is_between() {
        let mut camera = MapCamera::default();
        camera.fit((31.0, 121.0), (31.5, 121.9), (80, 20));
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
}
