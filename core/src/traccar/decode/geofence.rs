//! What a geofence's element means. Traccar writes areas as WKT with latitude first.

use serde_json::{Map, Value};

use super::lenient::{number, text, whole};
use super::{Element, RejectReason};
use crate::model::{Geofence, LatLon, Shape};

/// How far from a line Traccar counts as on it where the geofence does not say, metres (its `geofence.polylineDistance`).
const LINE_DISTANCE_M: f64 = 25.0;

/// Reads an area; `None` where it is none. `line_distance_m` is what the geofence says of how far from a line still
/// counts (`polylineDistance`), metres.
pub fn shape(wkt: &str, line_distance_m: Option<f64>) -> Option<Shape> {
    let (word, rest) = wkt.trim().split_once('(')?;
    let inner = rest.strip_suffix(')')?.trim();
    match word.trim().to_ascii_uppercase().as_str() {
        "CIRCLE" => {
            let (middle, radius) = inner.split_once(',')?;
            let radius_m: f64 = radius.trim().parse().ok()?;
            let usable = radius_m > 0.0 && radius_m.is_finite();
            usable.then_some(Shape::Circle { center: pair(middle)?, radius_m })
        }
        "POLYGON" => {
            // Only the outer ring counts, as in Traccar.
            let ring = inner.strip_prefix('(')?.split(')').next()?;
            let corners = places(ring)?;
            (corners.len() >= 3).then_some(Shape::Polygon(corners))
        }
        "LINESTRING" => {
            let points = places(inner)?;
            let distance_m = line_distance_m.filter(|m| *m > 0.0).unwrap_or(LINE_DISTANCE_M);
            (points.len() >= 2).then_some(Shape::Line { points, width_m: 2.0 * distance_m })
        }
        _ => None,
    }
}

fn places(text: &str) -> Option<Vec<LatLon>> {
    text.split(',').map(pair).collect()
}

fn pair(text: &str) -> Option<LatLon> {
    let mut numbers = text.split_whitespace().map(str::parse::<f64>);
    let (lat_deg, lon_deg) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    if numbers.next().is_some() { None } else { LatLon::new(lat_deg, lon_deg) }
}

impl Element for Geofence {
    type Wire<'a> = Map<String, Value>;

    fn strict(wire: Self::Wire<'_>) -> Option<Self> {
        Self::lenient(&wire).ok()
    }

    fn lenient(o: &Map<String, Value>) -> Result<Self, RejectReason> {
        let attributes = o.get("attributes").and_then(Value::as_object);
        let distance_m = attributes.and_then(|attributes| number(attributes, "polylineDistance"));
        let shape = text(o, "area").and_then(|area| shape(&area, distance_m));
        Ok(Self {
            id: whole(o, "id").ok_or(RejectReason::NoIdentity)?,
            name: text(o, "name").unwrap_or_default(),
            shape: shape.ok_or(RejectReason::NoShape)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::shape;
    use crate::model::{LatLon, Shape};

    #[test]
    fn areas_are_read_latitude_first_or_refused() {
        let at = |lat, lon| LatLon::new(lat, lon).unwrap();
        let circle = Shape::Circle { center: at(31.2304, 121.4737), radius_m: 300.0 };
        let triangle = vec![at(31.0, 121.0), at(31.0, 122.0), at(32.0, 122.0), at(31.0, 121.0)];
        let line = |width_m| Shape::Line { points: vec![at(31.24, 121.48), at(31.25, 121.48)], width_m };
        let way = "LINESTRING (31.24 121.48, 31.25 121.48)";
        let table = [
            ("CIRCLE (31.2304 121.4737, 300)", None, Some(circle.clone())),
            (" circle(31.2304  121.4737,300.0) ", None, Some(circle)),
            ("POLYGON ((31 121, 31 122, 32 122, 31 121))", None, Some(Shape::Polygon(triangle.clone()))),
            ("POLYGON((31 121,31 122,32 122,31 121),(1 2,3 4,5 6))", None, Some(Shape::Polygon(triangle))),
            (way, None, Some(line(50.0))),
            (way, Some(60.0), Some(line(120.0))),
            (way, Some(f64::NAN), Some(line(50.0))),
            ("CIRCLE (31 121, -5)", None, None),
            ("CIRCLE (31 121, NaN)", None, None),
            ("CIRCLE (131 121, 5)", None, None),
            ("CIRCLE (a b, 5)", None, None),
            ("CIRCLE", None, None),
            ("POLYGON ((1 2))", None, None),
            ("POLYGON ((1 2 3, 1 2, 3 4))", None, None),
            ("LINESTRING (1 2)", None, None),
            ("POINT (1 2)", None, None),
            ("BLAH", None, None),
            ("", None, None),
        ];
        for (wkt, distance_m, expected) in table {
            assert_eq!(shape(wkt, distance_m), expected, "{wkt}");
        }
    }
}
