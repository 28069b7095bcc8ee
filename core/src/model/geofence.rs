//! Geofences: the shapes of an account whose borders count.
//!
//! Decides what a shape is. Leaves inside and outside to `decide::geofence` and the reading of the server's
//! well-known text to `traccar`. `Debug` shows neither name nor coordinate.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::LatLon;

/// An area.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Shape {
    /// Everything within a distance of a place.
    Circle {
        /// The middle.
        center: LatLon,
        /// Radius, metres.
        radius_m: f64,
    },
    /// The corners of an area in order. The last is joined to the first, whether or not it repeats it. Sides are
    /// straight lines of latitude and longitude that take the shorter way around the earth.
    Polygon(Vec<LatLon>),
    /// A way and everything within half of `width_m` of it.
    Line {
        /// The way's points in order.
        points: Vec<LatLon>,
        /// Width from edge to edge, metres.
        width_m: f64,
    },
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Circle { .. } => "Circle(redacted)",
            Self::Polygon(_) => "Polygon(redacted)",
            Self::Line { .. } => "Line(redacted)",
        })
    }
}

/// An area whose border counts, as the server has it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Geofence {
    /// Number at the server.
    pub id: i64,
    /// What people call it.
    pub name: String,
    /// The area.
    pub shape: Shape,
}

impl fmt::Debug for Geofence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Geofence").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Geofence, LatLon, Shape};

    #[test]
    fn debug_hides_name_and_place_and_a_stored_one_comes_back() {
        let center = LatLon::new(31.25, 121.5).unwrap();
        let fence =
            Geofence { id: 7, name: "Depot 9".into(), shape: Shape::Circle { center, radius_m: 150.0 } };
        let shown = format!("{fence:?} {:?}", fence.shape);
        assert!(!shown.contains("Depot") && !shown.contains("31") && !shown.contains("150"), "{shown}");
        let stored = serde_json::to_string(&fence).unwrap();
        assert_eq!(serde_json::from_str::<Geofence>(&stored).unwrap(), fence);
    }
}
