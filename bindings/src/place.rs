//! Places as they cross the boundary.

use trak_core::model::LatLon;

/// A WGS-84 place in degrees. One that comes from a shell may hold anything; it is checked on the way in.
#[derive(Clone, Copy, PartialEq, uniffi::Record)]
pub struct Place {
    /// Latitude, north positive.
    pub lat_deg: f64,
    /// Longitude, east positive.
    pub lon_deg: f64,
}

impl From<LatLon> for Place {
    fn from(place: LatLon) -> Self {
        Self { lat_deg: place.lat_deg(), lon_deg: place.lon_deg() }
    }
}

impl Place {
    /// The core's place; `None` when it is not on earth.
    pub(crate) fn checked(self) -> Option<LatLon> {
        LatLon::new(self.lat_deg, self.lon_deg)
    }
}
