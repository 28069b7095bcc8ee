//! A place on the earth, always WGS-84.

use core::fmt;

use serde::{Deserialize, Serialize};

/// A WGS-84 place. Latitude within ±90°, longitude within ±180°, both finite: `new` refuses anything else.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(into = "(f64, f64)", try_from = "(f64, f64)")]
pub struct LatLon {
    lat_deg: f64,
    lon_deg: f64,
}

impl LatLon {
    /// Latitude and longitude 0: what a receiver without a fix reports. Never a place to be shown.
    pub const NULL_ISLAND: Self = Self { lat_deg: 0.0, lon_deg: 0.0 };

    /// A place from degrees; `None` when a value is not finite or outside its range.
    pub fn new(lat_deg: f64, lon_deg: f64) -> Option<Self> {
        let ok = lat_deg.abs() <= 90.0 && lon_deg.abs() <= 180.0; // false for NaN
        ok.then_some(Self { lat_deg, lon_deg })
    }

    /// Latitude in degrees, north positive.
    pub fn lat_deg(self) -> f64 {
        self.lat_deg
    }

    /// Longitude in degrees, east positive.
    pub fn lon_deg(self) -> f64 {
        self.lon_deg
    }

    /// Whether this is the "null island" that receivers without a fix report: both coordinates exactly 0.
    pub fn is_null_island(self) -> bool {
        self.lat_deg == 0.0 && self.lon_deg == 0.0
    }
}

/// Latitude and longitude in degrees, as they are kept.
impl From<LatLon> for (f64, f64) {
    fn from(place: LatLon) -> Self {
        (place.lat_deg, place.lon_deg)
    }
}

impl TryFrom<(f64, f64)> for LatLon {
    type Error = &'static str;

    fn try_from((lat_deg, lon_deg): (f64, f64)) -> Result<Self, Self::Error> {
        Self::new(lat_deg, lon_deg).ok_or("no place on earth")
    }
}

impl fmt::Debug for LatLon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LatLon(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::LatLon;

    #[test]
    fn refuses_what_is_not_on_earth() {
        for (lat, lon) in [(90.1, 0.0), (0.0, 180.1), (f64::NAN, 0.0), (0.0, f64::NAN), (f64::INFINITY, 0.0)]
        {
            assert!(LatLon::new(lat, lon).is_none(), "{lat} {lon}");
        }
        assert!(LatLon::new(-90.0, 180.0).is_some());
    }

    #[test]
    fn debug_hides_the_coordinates() {
        let place = LatLon::new(31.2304, 121.4737).unwrap();
        assert!(!format!("{place:?}").contains("31"));
    }
}
