//! Recorded tracks: tab-separated values and GPX.
//!
//! Decides what a file says, whole or not at all: an error names the line or the byte, and nothing of the file counts.

use quick_xml::Reader;
use quick_xml::events::Event;
use thiserror::Error;

pub use super::phone_replay::deliveries;
use crate::model::{LatLon, UtcMs};

/// One recorded point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrackPoint {
    /// Where.
    pub place: LatLon,
    /// When: since 1970 for GPX, since the file's own second 0 for values in seconds. `None` where the file has none.
    pub at: Option<UtcMs>,
    /// Altitude, metres.
    pub altitude_m: Option<f64>,
    /// Speed, metres per second, where the file says one (GPX 1.0).
    pub speed_mps: Option<f64>,
    /// Course, degrees, where the file says one (GPX 1.0).
    pub course_deg: Option<f64>,
    /// Horizontal dilution of precision, where the file says one. A factor, not metres.
    pub hdop: Option<f64>,
}

impl TrackPoint {
    /// A point of which nothing is known but where it is.
    fn at_place(place: LatLon) -> Self {
        Self { place, at: None, altitude_m: None, speed_mps: None, course_deg: None, hdop: None }
    }
}

/// Why a file cannot be read.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ReplayError {
    /// A line is not `longitude TAB latitude TAB seconds`.
    #[error("line {line} is not three numbers")]
    NotThreeNumbers {
        /// From 1.
        line: usize,
    },
    /// A point is not on earth.
    #[error("line {line} is not on earth")]
    NotOnEarth {
        /// From 1; for GPX the number of the point.
        line: usize,
    },
    /// The XML is broken.
    #[error("broken XML at byte {byte}")]
    BrokenXml {
        /// Offset from the start of the file.
        byte: u64,
    },
    /// A point's time cannot be read.
    #[error("point {point} has an unreadable time")]
    BadTime {
        /// From 1.
        point: usize,
    },
    /// There are no points.
    #[error("no points")]
    Empty,
}

/// Reads `longitude TAB latitude TAB seconds` lines. Seconds are kept exactly to the millisecond.
pub fn tsv(text: &str) -> Result<Vec<TrackPoint>, ReplayError> {
    let mut points = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let line_number = at + 1;
        let numbers: Vec<f64> = line.split('\t').filter_map(|field| field.trim().parse().ok()).collect();
        let [lon, lat, seconds] = numbers.as_slice() else {
            return Err(ReplayError::NotThreeNumbers { line: line_number });
        };
        if !seconds.is_finite() || seconds.abs() > 1e11 {
            return Err(ReplayError::NotThreeNumbers { line: line_number });
        }
        let place = LatLon::new(*lat, *lon).ok_or(ReplayError::NotOnEarth { line: line_number })?;
        let at = UtcMs((seconds * 1_000.0).round() as i64);
        points.push(TrackPoint { at: Some(at), ..TrackPoint::at_place(place) });
    }
    if points.is_empty() { Err(ReplayError::Empty) } else { Ok(points) }
}

/// Reads the track points of a GPX 1.0 or 1.1 file; extensions and everything else are passed over.
pub fn gpx(bytes: &[u8]) -> Result<Vec<TrackPoint>, ReplayError> {
    let mut reader = Reader::from_reader(bytes);
    // An empty element then looks like any other.
    reader.config_mut().expand_empty_elements = true;
    let mut points: Vec<TrackPoint> = Vec::new();
    let mut open: Option<TrackPoint> = None;
    let mut field: Option<Field> = None;
    let mut depth_in_point = 0_u32;
    let mut depth = 0_u32;
    loop {
        let byte = reader.buffer_position();
        let broken = ReplayError::BrokenXml { byte };
        match reader.read_event().map_err(|_| broken)? {
            Event::Start(tag) if tag.local_name().as_ref() == "trkpt" && open.is_none() => {
                let value = |name: &str| {
                    let found = tag.attributes().flatten().find(|a| a.key.local_name().as_ref() == name)?;
                    found.value.trim().parse::<f64>().ok()
                };
                let place = value("lat").zip(value("lon")).and_then(|(lat, lon)| LatLon::new(lat, lon));
                let place = place.ok_or(ReplayError::NotOnEarth { line: points.len() + 1 })?;
                open = Some(TrackPoint::at_place(place));
                depth_in_point = 0;
                depth += 1;
            }
            Event::Start(tag) => {
                depth += 1;
                if open.is_some() {
                    depth_in_point += 1;
                    // Only the point's own children: an extension may have a time of its own.
                    field = match (depth_in_point, tag.local_name().as_ref()) {
                        (1, "time") => Some(Field::Time),
                        (1, "ele") => Some(Field::Elevation),
                        (1, "speed") => Some(Field::Speed),
                        (1, "course") => Some(Field::Course),
                        (1, "hdop") => Some(Field::Hdop),
                        _ => None,
                    };
                }
            }
            Event::Text(text) => {
                let (Some(point), Some(field)) = (open.as_mut(), field) else { continue };
                let text = text.trim().to_owned();
                match field {
                    Field::Time => {
                        let bad = ReplayError::BadTime { point: points.len() + 1 };
                        point.at = Some(UtcMs::parse(&text).ok_or(bad)?);
                    }
                    Field::Elevation => point.altitude_m = finite(&text),
                    Field::Speed => point.speed_mps = finite(&text).filter(|mps| *mps >= 0.0),
                    Field::Course => point.course_deg = finite(&text).map(|deg| deg.rem_euclid(360.0)),
                    Field::Hdop => point.hdop = finite(&text).filter(|hdop| *hdop >= 0.0),
                }
            }
            Event::End(tag) => {
                depth = depth.checked_sub(1).ok_or(broken)?;
                field = None;
                if tag.local_name().as_ref() == "trkpt" {
                    points.extend(open.take());
                } else {
                    depth_in_point = depth_in_point.saturating_sub(1);
                }
            }
            Event::Eof if depth > 0 => return Err(broken),
            Event::Eof => break,
            _ => {}
        }
    }
    if points.is_empty() { Err(ReplayError::Empty) } else { Ok(points) }
}

#[derive(Clone, Copy)]
enum Field {
    Time,
    Elevation,
    Speed,
    Course,
    Hdop,
}

/// A number that a point may do without: one that cannot be read is none.
fn finite(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::{ReplayError, gpx, tsv};
    use proptest::prelude::*;

    #[test]
    fn lines_are_read_or_named() {
        let points = tsv("-123.1\t49.2\t0.0\n-123.2\t49.3\t1.5\n").unwrap();
        assert_eq!(points.len(), 2);
        assert_eq!(points[1].at.unwrap().0, 1_500);
        assert_eq!(tsv("1\t2\t3\n1\t2\n"), Err(ReplayError::NotThreeNumbers { line: 2 }));
        assert_eq!(tsv("1\t95\t3\n"), Err(ReplayError::NotOnEarth { line: 1 }));
        assert_eq!(tsv(""), Err(ReplayError::Empty));
    }

    #[test]
    fn the_odd_gpx_files() {
        let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/gpx"));
        if !folder.exists() {
            println!("skipped: the GPX files are not here");
            return;
        }
        let read = |name: &str| gpx(&std::fs::read(folder.join(name)).unwrap());
        assert!(read("garmin-activity.gpx").unwrap().len() > 100);
        assert!(read("wahoo_example.gpx").unwrap().iter().all(|p| p.at.is_some()));
        assert!(read("badcharacter.xml").is_err());
        assert!(read("mousehole_to_paul.gpx").unwrap().iter().all(|p| p.at.is_none()));
        let hdops: Vec<_> = read("with_accuracy.gpx").unwrap().iter().map(|p| p.hdop).collect();
        assert_eq!(hdops, [Some(5.0), Some(3.6), None]);
        let xml = |body: &str| gpx(format!("<gpx><trk><trkseg>{body}</trkseg></trk></gpx>").as_bytes());
        let point = |inner: &str| xml(&format!("<trkpt lat=\"1\" lon=\"2\">{inner}</trkpt>"));
        assert_eq!(point("<time>nonsense</time>"), Err(ReplayError::BadTime { point: 1 }));
        let inner = "<extensions><x><time>nonsense</time></x></extensions><ele>5</ele>";
        assert_eq!(point(inner).unwrap()[0].altitude_m, Some(5.0));
        let old = point("<course>-90</course><speed>2.5</speed>").unwrap();
        assert_eq!((old[0].speed_mps, old[0].course_deg), (Some(2.5), Some(270.0)));
        assert_eq!(xml("<trkpt lat=\"x\" lon=\"2\"/>"), Err(ReplayError::NotOnEarth { line: 1 }));
        assert!(matches!(gpx(b"<gpx><trk>"), Err(ReplayError::BrokenXml { .. })));
    }

    proptest! {
        #[test]
        fn garbage_never_panics(text in ".{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _read = tsv(&text);
            let _read = gpx(text.as_bytes());
            let _read = gpx(&bytes);
        }
    }
}
