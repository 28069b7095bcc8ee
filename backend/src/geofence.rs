//! What a geofence covers, read from its WKT.
//!
//! Decides whether a place is inside. Leaves to `events` what follows from it.

use trak_core::geo::distance::distance_m;
use trak_core::model::LatLon;

/// A geofence's shape, read from its WKT in Traccar's order: latitude first.
pub(crate) enum Area {
    /// Middle and radius in metres.
    Circle(LatLon, f64),
    /// Corners.
    Polygon(Vec<LatLon>),
    /// A line; who is near it is a matter of its width, which Traccar keeps elsewhere.
    Line,
}

/// Reads a geofence's area; `None` where it is none.
pub(crate) fn area(wkt: &str) -> Option<Area> {
    let wkt = wkt.trim();
    let (word, rest) = wkt.split_once('(')?;
    let inner = rest.strip_suffix(')')?.trim();
    let pair = |text: &str| {
        let mut numbers = text.split_whitespace().map(str::parse::<f64>);
        let (lat, lon) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        if numbers.next().is_some() { None } else { LatLon::new(lat, lon) }
    };
    match word.trim() {
        "CIRCLE" => {
            let (middle, radius) = inner.split_once(',')?;
            let radius_m: f64 = radius.trim().parse().ok()?;
            (radius_m > 0.0 && radius_m.is_finite()).then_some(Area::Circle(pair(middle)?, radius_m))
        }
        "POLYGON" => {
            let ring = inner.strip_prefix('(')?.split(')').next()?;
            let corners: Option<Vec<LatLon>> = ring.split(',').map(pair).collect();
            corners.filter(|c| c.len() >= 3).map(Area::Polygon)
        }
        "LINESTRING" => {
            let points: Option<Vec<LatLon>> = inner.split(',').map(pair).collect();
            points.filter(|p| p.len() >= 2).map(|_| Area::Line)
        }
        _ => None,
    }
}

impl Area {
    /// Whether a place is inside.
    pub(crate) fn contains(&self, place: LatLon) -> bool {
        match self {
            Self::Circle(middle, radius_m) => distance_m(*middle, place) <= *radius_m,
            Self::Polygon(corners) => inside(corners, place),
            Self::Line => false,
        }
    }
}

/// Even-odd rule. Longitudes are followed corner by corner, so that the antimeridian is no wall, and the place is asked
/// for on each turn of the earth that the corners may reach.
fn inside(corners: &[LatLon], place: LatLon) -> bool {
    let mut x = corners.first().map_or(0.0, |c| c.lon_deg());
    let ring: Vec<(f64, f64)> = corners
        .iter()
        .map(|c| {
            x += (c.lon_deg() - x + 540.0).rem_euclid(360.0) - 180.0;
            (x, c.lat_deg())
        })
        .collect();
    let y = place.lat_deg();
    [-360.0, 0.0, 360.0].iter().any(|turn| {
        let x = place.lon_deg() + turn;
        let next = ring.iter().cycle().skip(1);
        let crossings = ring
            .iter()
            .zip(next)
            .filter(|((ax, ay), (bx, by))| {
                (*ay > y) != (*by > y) && (bx - ax) * (y - ay) / (by - ay) + ax > x
            })
            .count();
        crossings % 2 == 1
    })
}

#[cfg(test)]
mod tests {
    use super::{Area, area, inside};
    use trak_core::model::LatLon;

    #[test]
    fn shapes_are_read_or_refused() {
        assert!(
            matches!(area("CIRCLE (31.2304 121.4737, 300)"), Some(Area::Circle(_, r)) if (r - 300.0).abs() < 1e-9)
        );
        assert!(
            matches!(area("POLYGON ((31 121, 31 122, 32 122, 31 121))"), Some(Area::Polygon(c)) if c.len() == 4)
        );
        for bad in [
            "",
            "CIRCLE",
            "CIRCLE (31 121, -5)",
            "CIRCLE (131 121, 5)",
            "POLYGON ((1 2))",
            "POINT (1 2)",
            "CIRCLE (a b, 5)",
        ] {
            assert!(area(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_polygon_may_cross_the_antimeridian() {
        let at = |lat, lon| LatLon::new(lat, lon).unwrap();
        let fiji = [at(-20.0, 177.0), at(-15.0, 177.0), at(-15.0, -178.0), at(-20.0, -178.0)];
        assert!(inside(&fiji, at(-17.0, 179.9)));
        assert!(inside(&fiji, at(-17.0, -179.9)));
        assert!(!inside(&fiji, at(-17.0, 0.0)));
    }
}
