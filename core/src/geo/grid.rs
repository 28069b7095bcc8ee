//! Places as grid references: UTM and MGRS, near the poles UPS. What surveyors, rescue services and the military read out.
//!
//! Decides how references are written and which texts are taken for one. Leaves the projections to `mgrs-convert`
//! (Krüger's series as C. F. F. Karney gives it, "Transverse Mercator with an accuracy of a few nanometers", 2011, and the
//! grid of NGA TM 8358.1 with its exceptions in Norway and Svalbard).

use mgrs_convert::{LatLon as Geodetic, Mgrs, Precision, UtmUps};

use crate::model::LatLon;

/// Eastings below this belong to no zone: smaller numbers are degrees or minutes.
const LEAST_EASTING_M: f64 = 100_000.0;

/// `51R UQ 54633 56140`: the square metre that a place lies in.
pub(super) fn mgrs(place: LatLon) -> String {
    let Some(geodetic) = geodetic(place) else { return String::new() };
    let text = geodetic.to_mgrs(Precision::ONE_METER).to_string();
    // The square's two letters stand before the digits, the zone with its band before them.
    let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = text.get(letters.len()..).unwrap_or_default();
    let (zone, square) = letters.split_at(letters.len().saturating_sub(2));
    let (east, north) = digits.split_at(digits.len() / 2);
    format!("{zone} {square} {east} {north}")
}

/// `51R 354634 3456141`: zone with its band, easting and northing in metres. Near the poles `UPS N` or `UPS S` for the zone.
pub(super) fn utm(place: LatLon) -> String {
    let Some(geodetic) = geodetic(place) else { return String::new() };
    let grid = geodetic.to_utmups();
    let zone = if grid.zone() == 0 {
        format!("UPS {}", if grid.is_north() { 'N' } else { 'S' })
    } else {
        format!("{}{}", grid.zone(), band(place.lat_deg()))
    };
    format!("{zone} {:.0} {:.0}", grid.easting(), grid.northing())
}

/// Reads a reference in either grid, with or without spaces; `None` for whatever else. The middle of an MGRS square
/// stands for it.
pub(super) fn parse(text: &str) -> Option<LatLon> {
    let parts: Vec<&str> = text.split_whitespace().collect();
    let found = match parts.as_slice() {
        ["ups", side @ ("n" | "s"), east, north] => {
            UtmUps::ups(*side == "n", east.parse().ok()?, north.parse().ok()?).ok()?.to_latlon()
        }
        [zone, east, north] if is_zone(zone) && is_easting(east) => {
            let (number, band) = zone.split_at(zone.len() - 1);
            let north_of_equator = band >= "n";
            UtmUps::utm(number.parse().ok()?, north_of_equator, east.parse().ok()?, north.parse().ok()?)
                .ok()?
                .to_latlon()
        }
        _ => {
            let joined = parts.concat().to_ascii_uppercase();
            let letters = joined.chars().filter(char::is_ascii_alphabetic).count();
            let plain = joined.chars().all(|c| c.is_ascii_alphanumeric());
            if !plain || letters != 3 {
                return None;
            }
            joined.parse::<Mgrs>().ok()?.to_latlon()
        }
    };
    LatLon::new(found.lat(), found.lon())
}

fn geodetic(place: LatLon) -> Option<Geodetic> {
    Geodetic::new(place.lat_deg(), place.lon_deg()).ok()
}

/// Whether a text is a zone's number and a band's letter.
fn is_zone(text: &str) -> bool {
    let Some((last, digits)) = text.as_bytes().split_last() else { return false };
    matches!(digits.len(), 1..=2)
        && digits.iter().all(u8::is_ascii_digit)
        && matches!(last, b'c'..=b'x')
        && !matches!(last, b'i' | b'o')
}

fn is_easting(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(|metres| metres >= LEAST_EASTING_M)
}

/// The band of a latitude: 8° each from 80° S on without I and O, the last one 12°.
fn band(lat_deg: f64) -> char {
    const BANDS: [char; 20] =
        ['C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X'];
    let at = ((lat_deg + 80.0) / 8.0).clamp(0.0, 19.0) as usize;
    BANDS.get(at).copied().unwrap_or('X')
}

#[cfg(test)]
mod tests {
    use super::{mgrs, parse, utm};
    use crate::geo::distance::distance_m;
    use crate::geo::format::parse as parse_any;
    use crate::model::LatLon;
    use proptest::prelude::*;

    /// From Wikipedia (CN Tower), mgrs-convert's own check against GeoConvert (New York, null island), and Krüger's series
    /// worked out apart from it.
    #[test]
    fn known_places_exceptions_and_poles() {
        let table = [
            ("CN Tower", 43.642_567, -79.387_139, "17T 630084 4833439", "17T PJ 30084 33438"),
            ("New York", 40.748_333, -73.985_278, "18T 585664 4511315", "18T WL 85664 11315"),
            ("Shanghai", 31.2304, 121.4737, "51R 354634 3456141", "51R UQ 54633 56140"),
            ("Sydney", -33.8586, 151.2142, "56H 334802 6252087", "56H LH 34802 52087"),
            ("equator", 0.0, 0.0, "31N 166021 0", "31N AA 66021 00000"),
            ("Bergen, in the wider zone 32", 60.392_99, 5.324_15, "32V 297477 6700830", "32V KN 97477 00830"),
            ("west of Norway", 60.0, 2.9, "31V 494422 6651415", "31V DG 94422 51415"),
            ("south of Norway", 55.9, 5.0, "31U 625048 6196757", "31U FB 25048 96757"),
            ("Longyearbyen", 78.2232, 15.6267, "33X 514279 8683355", "33X WG 14278 83355"),
            ("Svalbard, 31 to 9° E", 78.0, 8.9, "31X 636717 8665262", "31X FG 36716 65261"),
            ("Svalbard, 33 to 21° E", 78.0, 20.9, "33X 636717 8665262", "33X XG 36716 65261"),
            ("Svalbard, 35 from 21° E", 78.0, 21.0, "35X 360974 8665497", "35X LG 60973 65496"),
            ("Svalbard, 37 from 33° E", 78.0, 33.0, "37X 360974 8665497", "37X CG 60973 65496"),
            ("north pole", 90.0, 0.0, "UPS N 2000000 2000000", "Z AH 00000 00000"),
            ("south pole", -90.0, 0.0, "UPS S 2000000 2000000", "B AN 00000 00000"),
        ];
        for (what, lat, lon, in_utm, in_mgrs) in table {
            let place = LatLon::new(lat, lon).unwrap();
            assert_eq!((utm(place).as_str(), mgrs(place).as_str()), (in_utm, in_mgrs), "{what}");
            for text in
                [in_utm.to_owned(), in_mgrs.to_owned(), in_mgrs.replace(' ', ""), in_mgrs.to_lowercase()]
            {
                let read = parse_any(&text).unwrap();
                assert!(distance_m(read, place) < 1.5, "{what}: {text}");
            }
        }
    }

    #[test]
    fn what_is_no_reference_stays_what_it_is() {
        for text in [
            "",
            "n31 13 24",
            "31n 121e",
            "crane 7",
            "99r 354634 3456141",
            "51i 354634 3456141",
            "51ruq546",
            "51r 12 30",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_place_comes_back(lat in -90.0..=90.0_f64, lon in -180.0..=180.0_f64) {
            let place = LatLon::new(lat, lon).unwrap();
            for text in [utm(place), mgrs(place)] {
                let read = parse(&text.to_lowercase());
                prop_assert!(read.is_some_and(|read| distance_m(read, place) < 1.5), "{}", text);
            }
        }

        #[test]
        fn any_text_is_read_or_not(text in "[0-9a-z ]{0,24}") {
            let _read = parse(&text).is_some();
        }
    }
}
