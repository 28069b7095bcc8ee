//! Tracks as files that other programs read: GPX 1.1, GeoJSON (RFC 7946), CSV (RFC 4180).
//!
//! All are WGS-84 and say so. Gaps separate segments; nothing is drawn across them.

use std::io::{self, Write};

use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use thiserror::Error;

use crate::history::Track;
use crate::model::Position;

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// GPX 1.1.
    Gpx,
    /// GeoJSON: a feature of lines with times, one of points for each stop.
    GeoJson,
    /// CSV with a header; units in the column names.
    Csv,
}

/// Why an export stopped.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The destination refused; what was written so far is not a whole file.
    #[error("the destination cannot be written")]
    Io(#[from] io::Error),
    /// A time lies outside the years that files can hold.
    #[error("a time cannot be written")]
    Time,
}

/// Writes the track of one unit.
pub fn export(
    format: ExportFormat,
    unit_name: &str,
    positions: &[Position],
    track: &Track,
    out: &mut dyn Write,
) -> Result<(), ExportError> {
    let mut out = io::BufWriter::new(out);
    match format {
        ExportFormat::Gpx => gpx(unit_name, positions, track, &mut out)?,
        ExportFormat::GeoJson => geojson(unit_name, positions, track, &mut out)?,
        ExportFormat::Csv => csv(unit_name, positions, &mut out)?,
    }
    out.flush()?;
    Ok(())
}

fn time_of(position: &Position) -> Result<String, ExportError> {
    position.fix_time.to_rfc3339().ok_or(ExportError::Time)
}

/// The valid positions of each segment.
fn segments<'a>(positions: &'a [Position], track: &'a Track) -> impl Iterator<Item = Vec<&'a Position>> {
    track.segments.iter().map(|segment| {
        positions.get(segment.first..segment.end).unwrap_or_default().iter().filter(|p| p.valid).collect()
    })
}

/// XML 1.0 has no way to write most control characters.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')).collect()
}

fn gpx(name: &str, positions: &[Position], track: &Track, out: &mut impl Write) -> Result<(), ExportError> {
    let mut xml = quick_xml::Writer::new_with_indent(out, b' ', 1);
    let open = |tag: &'static str| Event::Start(BytesStart::new(tag));
    let close = |tag: &'static str| Event::End(BytesEnd::new(tag));
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = BytesStart::new("gpx").with_attributes([
        ("version", "1.1"),
        ("creator", "TRAK-IOT.online"),
        ("xmlns", "http://www.topografix.com/GPX/1/1"),
    ]);
    xml.write_event(Event::Start(root))?;
    xml.write_event(open("trk"))?;
    xml.write_event(open("name"))?;
    xml.write_event(Event::Text(BytesText::new(&printable(name))))?;
    xml.write_event(close("name"))?;
    xml.write_event(open("desc"))?;
    xml.write_event(Event::Text(BytesText::new("WGS-84")))?;
    xml.write_event(close("desc"))?;
    for points in segments(positions, track) {
        xml.write_event(open("trkseg"))?;
        for p in points {
            let (lat, lon) = (p.place.lat_deg().to_string(), p.place.lon_deg().to_string());
            let point =
                BytesStart::new("trkpt").with_attributes([("lat", lat.as_str()), ("lon", lon.as_str())]);
            xml.write_event(Event::Start(point))?;
            let fields = [("ele", p.altitude_m.map(|m| m.to_string())), ("time", Some(time_of(p)?))];
            for (tag, value) in fields {
                if let Some(value) = value {
                    xml.write_event(open(tag))?;
                    xml.write_event(Event::Text(BytesText::new(&value)))?;
                    xml.write_event(close(tag))?;
                }
            }
            xml.write_event(close("trkpt"))?;
        }
        xml.write_event(close("trkseg"))?;
    }
    xml.write_event(close("trk"))?;
    xml.write_event(close("gpx"))?;
    Ok(())
}

fn geojson(
    name: &str,
    positions: &[Position],
    track: &Track,
    out: &mut impl Write,
) -> Result<(), ExportError> {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut lines: Vec<Vec<[f64; 2]>> = Vec::new();
    let mut times: Vec<Vec<String>> = Vec::new();
    for points in segments(positions, track) {
        let (mut line, mut line_times): (Vec<[f64; 2]>, Vec<String>) = (Vec::new(), Vec::new());
        for p in points {
            let at = [p.place.lon_deg(), p.place.lat_deg()];
            if let Some([lon, lat]) = line.last().copied()
                && let Some(cut) = antimeridian([lon, lat], at)
            {
                // RFC 7946, 3.1.9: a line across the antimeridian is cut there.
                line.push([180.0_f64.copysign(lon), cut]);
                line_times.push(time_of(p)?);
                lines.push(core::mem::take(&mut line));
                times.push(core::mem::take(&mut line_times));
                line.push([180.0_f64.copysign(at[0]), cut]);
                line_times.push(time_of(p)?);
            }
            line.push(at);
            line_times.push(time_of(p)?);
        }
        if line.len() == 1 {
            // A line has two points at least.
            line.extend(line.last().copied());
            line_times.extend(line_times.last().cloned());
        }
        if !line.is_empty() {
            lines.push(line);
            times.push(line_times);
        }
    }
    write!(
        out,
        "{{\"type\":\"FeatureCollection\",\"features\":[{{\"type\":\"Feature\",\"properties\":{{\"name\":{},\"datum\":\"WGS-84\",\"distance_m\":{:.1},\"times\":{}}},\"geometry\":{{\"type\":\"MultiLineString\",\"coordinates\":{}}}}}",
        quoted(name),
        track.distance_m,
        serde_json::to_string(&times).map_err(io::Error::from)?,
        serde_json::to_string(&lines).map_err(io::Error::from)?,
    )?;
    for stop in &track.stops {
        let (from, to) = stop.from.to_rfc3339().zip(stop.to.to_rfc3339()).ok_or(ExportError::Time)?;
        write!(
            out,
            ",{{\"type\":\"Feature\",\"properties\":{{\"kind\":\"stop\",\"from\":\"{from}\",\"to\":\"{to}\"}},\"geometry\":{{\"type\":\"Point\",\"coordinates\":[{},{}]}}}}",
            stop.place.lon_deg(),
            stop.place.lat_deg(),
        )?;
    }
    writeln!(out, "]}}")?;
    Ok(())
}

/// The latitude at which a short way between two points crosses the antimeridian; `None` where it does not.
fn antimeridian(a: [f64; 2], b: [f64; 2]) -> Option<f64> {
    if (a[0] - b[0]).abs() <= 180.0 {
        return None;
    }
    let (to_edge, from_edge) = (180.0 - a[0].abs(), 180.0 - b[0].abs());
    let whole = to_edge + from_edge;
    let share = if whole > 0.0 { to_edge / whole } else { 0.0 };
    Some(a[1] + (b[1] - a[1]) * share)
}

fn csv(name: &str, positions: &[Position], out: &mut impl Write) -> Result<(), ExportError> {
    writeln!(
        out,
        "unit,fix_time_utc,latitude_wgs84_deg,longitude_wgs84_deg,altitude_m,speed_mps,course_deg,accuracy_m,valid,address\r"
    )?;
    let number = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
    for p in positions {
        writeln!(
            out,
            "{},{},{},{},{},{},{},{},{},{}\r",
            cell(name),
            time_of(p)?,
            p.place.lat_deg(),
            p.place.lon_deg(),
            number(p.altitude_m),
            number(p.speed_mps),
            number(p.course_deg),
            number(p.accuracy_m),
            p.valid,
            cell(p.address.as_deref().unwrap_or_default()),
        )?;
    }
    Ok(())
}

/// A text cell: quoted where it must be, and disarmed where a spreadsheet would run it as a formula.
fn cell(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    let armed = text.starts_with(['=', '+', '-', '@']);
    let text = if armed { format!("'{text}") } else { text };
    if text.contains([',', '"', ';']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::{ExportFormat, export};
    use crate::history::track::tests::fix;
    use crate::history::{Rules, track};
    use crate::model::{Position, UtcMs};
    use proptest::prelude::*;

    fn written(format: ExportFormat, name: &str, positions: &[Position]) -> Vec<u8> {
        let mut out = Vec::new();
        export(format, name, positions, &track(positions, &Rules::default()), &mut out).unwrap();
        out
    }

    fn real_tracks() -> Vec<Vec<Position>> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/tracks");
        let Ok(files) = std::fs::read_dir(folder) else {
            println!("skipped: the recorded tracks are not here");
            return Vec::new();
        };
        files
            .map(|file| {
                let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
                let mut fixes: Vec<Position> = text
                    .lines()
                    .map(|line| {
                        let v: Vec<f64> = line.split('\t').map(|n| n.parse().unwrap()).collect();
                        fix(v[2] as i64, v[1], v[0])
                    })
                    .collect();
                fixes.sort_by_key(|p| p.fix_time);
                fixes
            })
            .collect()
    }

    /// Drives with a gap, a lone fix and times between the seconds; with what is there of recorded ones.
    fn tracks() -> Vec<Vec<Position>> {
        let mut made: Vec<Position> = (0..200_i64)
            .map(|n| {
                let pause_s = if n < 120 { 0 } else { 7_200 };
                let along = n as f64 * 0.000_1;
                let mut position = fix(n * 5 + pause_s, 31.2 + along, 121.4 - along / 3.0);
                position.fix_time = position.fix_time.plus_ms(n % 4 * 250);
                position
            })
            .collect();
        made.push(fix(90_000, 31.5, 121.5));
        real_tracks().into_iter().chain([made]).collect()
    }

    #[test]
    fn other_programs_read_tracks_back() {
        for positions in tracks() {
            let at = |p: &Position| (p.place.lon_deg(), p.place.lat_deg(), p.fix_time);
            let points: Vec<(f64, f64, UtcMs)> = positions.iter().map(at).collect();
            let file =
                gpx::read(written(ExportFormat::Gpx, "吊车 <7> & \"Co\"", &positions).as_slice()).unwrap();
            let read: Vec<(f64, f64, UtcMs)> = file.tracks[0]
                .segments
                .iter()
                .flat_map(|s| &s.points)
                .map(|w| {
                    let time = w.time.unwrap().format().unwrap();
                    (w.point().x(), w.point().y(), UtcMs::parse(&time).unwrap())
                })
                .collect();
            assert_eq!(read, points);
            assert_eq!(file.tracks[0].name.as_deref(), Some("吊车 <7> & \"Co\""));
            let csv = written(ExportFormat::Csv, "=cmd()", &positions);
            let mut rows = csv::Reader::from_reader(csv.as_slice());
            let read: Vec<(f64, f64, UtcMs)> = rows
                .records()
                .map(|r| r.unwrap())
                .map(|r| (r[3].parse().unwrap(), r[2].parse().unwrap(), UtcMs::parse(&r[1]).unwrap()))
                .collect();
            assert_eq!(read, points);
            let text = String::from_utf8(written(ExportFormat::GeoJson, "x", &positions)).unwrap();
            let geo: geojson::FeatureCollection =
                text.parse::<geojson::GeoJson>().unwrap().try_into().unwrap();
            assert!(!geo.features.is_empty());
            let json: serde_json::Value = serde_json::from_str(&text).unwrap();
            let feature = &json["features"][0];
            let lines = feature["geometry"]["coordinates"].as_array().unwrap();
            let times = feature["properties"]["times"].as_array().unwrap();
            let read: Vec<Vec<(f64, f64, UtcMs)>> = lines
                .iter()
                .zip(times)
                .map(|(line, times)| {
                    let (line, times) = (line.as_array().unwrap(), times.as_array().unwrap());
                    assert_eq!(line.len(), times.len(), "a time for each place");
                    let degrees = |value: &serde_json::Value| value.as_f64().unwrap();
                    line.iter()
                        .zip(times)
                        .map(|(place, time)| {
                            let time = UtcMs::parse(time.as_str().unwrap()).unwrap();
                            (degrees(&place[0]), degrees(&place[1]), time)
                        })
                        .collect()
                })
                .collect();
            // A line for each segment; one of a single place has it twice.
            let segments = track(&positions, &Rules::default()).segments;
            let expected: Vec<Vec<(f64, f64, UtcMs)>> = segments
                .iter()
                .map(|s| points[s.first..s.end].to_vec())
                .map(|line| if line.len() == 1 { [line.clone(), line].concat() } else { line })
                .collect();
            assert!(!expected.is_empty() && lines.len() == times.len());
            // The reader of JSON here is off by the last bit now and then.
            let nanos = |lines: Vec<Vec<(f64, f64, UtcMs)>>| -> Vec<Vec<(i64, i64, UtcMs)>> {
                let nano = |deg: f64| (deg * 1e9).round() as i64;
                let point = |(lon, lat, at): (f64, f64, UtcMs)| (nano(lon), nano(lat), at);
                lines.into_iter().map(|line| line.into_iter().map(point).collect()).collect()
            };
            assert!(nanos(read) == nanos(expected), "places and times");
        }
    }

    #[test]
    fn a_line_across_the_antimeridian_is_cut() {
        let fixes = [fix(0, -17.0, 179.999), fix(60, -17.001, -179.999)];
        let json: serde_json::Value =
            serde_json::from_slice(&written(ExportFormat::GeoJson, "Fiji", &fixes)).unwrap();
        let lines = json["features"][0]["geometry"]["coordinates"].as_array().unwrap();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0][1][0], 180.0);
        assert_eq!(lines[1][0][0], -180.0);
    }

    proptest! {
        #[test]
        fn any_name_makes_files_that_can_be_read(name in ".{0,30}", lat in -90.0..=90.0_f64, lon in -180.0..=180.0_f64) {
            let fixes = [fix(0, lat, lon), fix(5, lat, lon)];
            let gpx = written(ExportFormat::Gpx, &name, &fixes);
            prop_assert!(gpx::read(gpx.as_slice()).is_ok());
            let text = String::from_utf8(written(ExportFormat::GeoJson, &name, &fixes)).unwrap();
            prop_assert!(text.parse::<geojson::GeoJson>().is_ok());
            let csv = written(ExportFormat::Csv, &name, &fixes);
            let mut reader = csv::Reader::from_reader(csv.as_slice());
            prop_assert_eq!(reader.records().filter_map(Result::ok).count(), 2);
        }
    }
}
