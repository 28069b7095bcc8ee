//! Geometry that a shell needs to draw and to read what people type. The formulas are the core's.

use thiserror::Error;
use trak_core::geo::{cluster, datum, distance, format, land};
use trak_core::model::LatLon;

use crate::convert::mirror;
use crate::place::Place;

/// The datum of a map layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Datum {
    /// What receivers report and the product keeps.
    Wgs84,
    /// Maps of mainland China.
    Gcj02,
    /// Baidu's maps.
    Bd09,
}

mirror!(both Datum = datum::Datum { Wgs84, Gcj02, Bd09 });

/// How coordinates are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum CoordinateFormat {
    /// `31.230400, 121.473700`
    Decimal,
    /// `31° 13.8240′ N, 121° 28.4220′ E`
    DegreesMinutes,
    /// `31° 13′ 49.44″ N, 121° 28′ 25.32″ E`
    DegreesMinutesSeconds,
    /// `51R 354634 3456141`; near the poles `UPS N 2000000 2000000`
    Utm,
    /// `51R UQ 54633 56140`, the square metre
    Mgrs,
}

mirror!(both CoordinateFormat = format::CoordinateFormat { Decimal, DegreesMinutes, DegreesMinutesSeconds, Utm, Mgrs });

/// Why a text is no pair of coordinates.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, uniffi::Error)]
pub enum CoordinatesError {
    /// Not two values.
    #[error("two coordinates are needed")]
    NotTwo,
    /// A part cannot be read as a number.
    #[error("a coordinate is not a number")]
    NotANumber,
    /// A value lies outside its range.
    #[error("a coordinate is out of range")]
    OutOfRange,
}

mirror!(CoordinatesError = format::ParseCoordinatesError { NotTwo, NotANumber, OutOfRange });

/// Web Mercator in 0..1: x eastwards from the antimeridian, y southwards.
#[derive(Clone, Copy, PartialEq, uniffi::Record)]
pub struct MercatorPoint {
    /// Eastwards.
    pub x: f64,
    /// Southwards.
    pub y: f64,
}

/// From one place to another.
#[derive(Clone, Copy, Debug, PartialEq, uniffi::Record)]
pub struct DistanceBearing {
    /// Geodesic distance in metres.
    pub distance_m: f64,
    /// Direction at the start in degrees from true north.
    pub bearing_deg: f64,
}

/// Distance and direction; nothing where a place is not on earth.
#[uniffi::export]
pub fn distance_bearing(from: Place, to: Place) -> Option<DistanceBearing> {
    let distance::Inverse { distance_m, bearing_deg } = distance::inverse(from.checked()?, to.checked()?);
    Some(DistanceBearing { distance_m, bearing_deg })
}

/// Where a WGS-84 place is drawn on a layer of `datum`.
#[uniffi::export]
pub fn draw_on(datum: Datum, place: Place) -> Place {
    place.checked().map_or(place, |p| datum::to(datum.into(), p).into())
}

/// The WGS-84 place of what is drawn at `place` on a layer of `datum`.
#[uniffi::export]
pub fn drawn_at(datum: Datum, place: Place) -> Place {
    place.checked().map_or(place, |p| datum::from(datum.into(), p).into())
}

/// Writes a place; nothing where it is not on earth.
#[uniffi::export]
pub fn format_coordinates(place: Place, format: CoordinateFormat) -> Option<String> {
    Some(format::format(place.checked()?, format.into()))
}

/// Reads coordinates as people paste them.
#[uniffi::export]
pub fn parse_coordinates(text: &str) -> Result<Place, CoordinatesError> {
    Ok(format::parse(text)?.into())
}

/// Where a place lies in Web Mercator; one near a pole lies on the edge, one not on earth in the middle.
#[uniffi::export]
pub fn to_mercator(place: Place) -> MercatorPoint {
    let (x, y) = place.checked().map_or((0.5, 0.5), cluster::mercator);
    MercatorPoint { x, y }
}

/// `to_mercator` of many places in one call over the boundary, in their order.
#[uniffi::export]
pub fn to_mercator_all(places: Vec<Place>) -> Vec<MercatorPoint> {
    places.into_iter().map(to_mercator).collect()
}

/// The inverse of `to_mercator`; nothing for a point outside of the map.
#[uniffi::export]
pub fn from_mercator(point: MercatorPoint) -> Option<Place> {
    cluster::from_mercator(point.x, point.y).map(Into::into)
}

/// The world's coastlines as closed rings in Web Mercator, packed so that one call hands them over: little-endian, for
/// each ring its count of points as 32-bit integer, then x and y of each point as 32-bit floats in 0..1.
#[uniffi::export]
pub fn coastlines() -> Vec<u8> {
    let mut packed = Vec::new();
    for ring in land::coastlines() {
        packed.extend(u32::try_from(ring.len()).unwrap_or(u32::MAX).to_le_bytes());
        for [lon_deg, lat_deg] in ring {
            let place = LatLon::new(f64::from(*lat_deg), f64::from(*lon_deg));
            let (x, y) = place.map_or((0.5, 0.5), cluster::mercator);
            packed.extend((x as f32).to_le_bytes());
            packed.extend((y as f32).to_le_bytes());
        }
    }
    packed
}

#[cfg(test)]
mod tests {
    use super::{CoordinateFormat, Datum, MercatorPoint, coastlines, draw_on, drawn_at, format_coordinates};
    use super::{from_mercator, to_mercator};
    use crate::place::Place;

    const SHANGHAI: Place = Place { lat_deg: 31.2304, lon_deg: 121.4737 };
    const NOWHERE: Place = Place { lat_deg: f64::NAN, lon_deg: 500.0 };

    #[test]
    fn what_is_not_on_earth_is_never_drawn_somewhere() {
        assert!(format_coordinates(NOWHERE, CoordinateFormat::Decimal).is_none());
        assert!(from_mercator(MercatorPoint { x: 2.0, y: 0.5 }).is_none());
        assert!(draw_on(Datum::Gcj02, NOWHERE).lat_deg.is_nan());
    }

    #[test]
    fn a_layers_datum_goes_there_and_back() {
        let drawn = draw_on(Datum::Gcj02, SHANGHAI);
        assert!((drawn.lon_deg - SHANGHAI.lon_deg).abs() > 0.003);
        let back = drawn_at(Datum::Gcj02, drawn);
        assert!((back.lat_deg - SHANGHAI.lat_deg).abs() < 1e-9);
        let again = from_mercator(to_mercator(SHANGHAI)).unwrap();
        assert!((again.lon_deg - SHANGHAI.lon_deg).abs() < 1e-9);
    }

    #[test]
    fn packed_coastlines_are_whole_rings_on_the_map() {
        let bytes = coastlines();
        let (mut rest, mut rings) = (bytes.as_slice(), 0);
        while let Some((head, tail)) = rest.split_first_chunk::<4>() {
            let points = u32::from_le_bytes(*head) as usize;
            let (ring, after) = tail.split_at(points * 8);
            for value in ring.as_chunks::<4>().0 {
                assert!((0.0..=1.0).contains(&f32::from_le_bytes(*value)));
            }
            (rest, rings) = (after, rings + 1);
        }
        assert!(rest.is_empty() && rings > 100, "{rings} rings");
    }
}
