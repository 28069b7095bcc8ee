//! Filling it from files: GPX and tab-separated tracks.
//!
//! Decides which unit a file belongs to and when an untimed track took place. One transaction a file: a file counts
//! whole or not at all, and a second import of the same file adds nothing. Leaves reading the files to
//! `trak_core::simulate::replay`.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use thiserror::Error;
use trak_core::geo::distance::inverse;
use trak_core::simulate::replay::{self, ReplayError, TrackPoint};
use trak_core::traccar::decode::MPS_PER_KNOT;

use crate::cli::CliError;
use crate::db::{Database, NewPosition};
use crate::error::Refusal;
use crate::model::{Attributes, Device, Position, Time};

/// What `import` is asked for.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Files or folders: .gpx, and .tsv of longitude, latitude, seconds
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Identifier of the unit that one file goes to; by default each file makes its own
    #[arg(long)]
    unit: Option<String>,
    /// When second 0 of a .tsv was, RFC 3339. By default its last point is now
    #[arg(long)]
    start: Option<jiff::Timestamp>,
}

/// Why a file was not imported. Nothing of it was kept.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The file or folder cannot be read.
    #[error("the file cannot be read")]
    Io(#[from] std::io::Error),
    /// It is not what its name says.
    #[error(transparent)]
    Content(#[from] ReplayError),
    /// Neither `.gpx`, `.xml` nor `.tsv`.
    #[error("neither .gpx nor .tsv")]
    UnknownKind,
    /// The database refused.
    #[error("the database refused: {}", .0.code())]
    Database(Refusal),
}

impl From<Refusal> for ImportError {
    fn from(refusal: Refusal) -> Self {
        Self::Database(refusal)
    }
}

/// When second 0 of a `.tsv` was. GPX has times of its own.
#[derive(Clone, Copy, Debug)]
pub enum Start {
    /// At this time, milliseconds since 1970.
    At(i64),
    /// So that the last point is at this time, milliseconds since 1970.
    EndingAt(i64),
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Number of the unit it went to.
    pub device: i64,
    /// Points added.
    pub added: usize,
    /// Points that were there already.
    pub known: usize,
    /// Points without a time, left out.
    pub untimed: usize,
}

/// The `.gpx` and `.tsv` files of a path, in the order of their names.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, ImportError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let path = entry?.path();
        if matches!(path.extension().and_then(|e| e.to_str()), Some("gpx" | "tsv")) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<Vec<TrackPoint>, ImportError> {
    match path.extension().and_then(|e| e.to_str()) {
        Some("tsv") => Ok(replay::tsv(&std::fs::read_to_string(path)?)?),
        Some("gpx" | "xml") => Ok(replay::gpx(&std::fs::read(path)?)?),
        _ => Err(ImportError::UnknownKind),
    }
}

/// Moves the points of a `.tsv` to where they belong in time. A track that is to end now but is in the unit already
/// stays where it is, so that importing it again adds nothing.
fn place_in_time(points: &mut [TrackPoint], start: Start, kept: &[Position]) {
    let start_ms = match start {
        Start::At(at) => at,
        Start::EndingAt(end) => earlier_start(points, kept).unwrap_or_else(|| {
            end.saturating_sub(points.iter().filter_map(|p| p.at).max().unwrap_or_default().0)
        }),
    };
    for point in points {
        point.at = point.at.map(|at| at.plus_ms(start_ms));
    }
}

/// The start at which each of the points is among those kept.
fn earlier_start(points: &[TrackPoint], kept: &[Position]) -> Option<i64> {
    let keys: HashSet<_> = kept.iter().map(|p| key(p.fix_time.0, p.latitude, p.longitude)).collect();
    let first = points.first()?;
    let (first_at, lat, lon) = (first.at?.0, first.place.lat_deg(), first.place.lon_deg());
    let same_place = kept.iter().filter(|p| key(0, p.latitude, p.longitude) == key(0, lat, lon));
    same_place.map(|p| p.fix_time.0.saturating_sub(first_at)).find(|start| {
        points.iter().all(|p| {
            let at = p.at.unwrap_or_default().plus_ms(*start).0;
            keys.contains(&key(at, p.place.lat_deg(), p.place.lon_deg()))
        })
    })
}

/// Imports one file into the unit of that identifier, which is made where it is missing. `now` in milliseconds since
/// 1970 is when the server counts as having got the points. Blocks.
pub fn import(
    db: &Database,
    path: &Path,
    unique_id: &str,
    start: Start,
    now: i64,
) -> Result<Imported, ImportError> {
    let mut points = read(path)?;
    let device = if let Some(device) = db.device_by_unique_id(unique_id)? {
        device
    } else {
        let name = path.file_stem().and_then(|s| s.to_str()).unwrap_or(unique_id).to_owned();
        db.create_device(&Device { name, unique_id: unique_id.to_owned(), ..Device::default() })?
    };
    let kept = db.history(device.id, i64::MIN, i64::MAX)?;
    if path.extension().is_some_and(|e| e == "tsv") {
        place_in_time(&mut points, start, &kept);
    }
    let mut timed: Vec<(i64, TrackPoint)> = points.iter().filter_map(|p| Some((p.at?.0, *p))).collect();
    let untimed = points.len() - timed.len();
    timed.sort_by_key(|(at, _)| *at);
    let known: HashSet<_> = kept.iter().map(|p| key(p.fix_time.0, p.latitude, p.longitude)).collect();
    let latest = db.latest(device.id)?.map(|p| p.fix_time.0);
    let mut before: Option<(i64, TrackPoint)> = None;
    let mut total_m = 0.0;
    let mut new = Vec::new();
    for (at, point) in timed.iter().copied() {
        let (speed_mps, course_deg, way_m) = before.map_or((0.0, 0.0, 0.0), |b| motion(b, (at, point)));
        before = Some((at, point));
        total_m += way_m;
        if known.contains(&key(at, point.place.lat_deg(), point.place.lon_deg())) {
            continue;
        }
        let speed_kn = point.speed_mps.unwrap_or(speed_mps) / MPS_PER_KNOT;
        let mut attributes = Attributes::new();
        attributes.insert("distance".into(), way_m.into());
        attributes.insert("totalDistance".into(), total_m.into());
        attributes.insert("motion".into(), (speed_kn > 0.01).into());
        if let Some(hdop) = point.hdop {
            attributes.insert("hdop".into(), hdop.into());
        }
        let position = Position {
            id: 0,
            attributes,
            device_id: device.id,
            protocol: "import".into(),
            server_time: Time(now),
            device_time: Time(at),
            fix_time: Time(at),
            valid: true,
            latitude: point.place.lat_deg(),
            longitude: point.place.lon_deg(),
            altitude: point.altitude_m.unwrap_or(0.0),
            speed: speed_kn,
            course: point.course_deg.unwrap_or(course_deg),
            address: None,
            accuracy: 0.0,
            network: None,
            geofence_ids: None,
        };
        new.push(NewPosition { position, newest: false, online: false });
    }
    // Older never replaces newer, and a track of the future is never where the unit is.
    let may_be_newest = |n: &&mut NewPosition| n.position.fix_time.0 <= now && n.position.is_place();
    if let Some(last) = new.iter_mut().rfind(may_be_newest) {
        last.newest = latest.is_none_or(|latest| latest <= last.position.fix_time.0);
    }
    db.insert_positions(&mut new)?;
    Ok(Imported { device: device.id, added: new.len(), known: timed.len() - new.len(), untimed })
}

fn key(at: i64, latitude: f64, longitude: f64) -> (i64, u64, u64) {
    (at, latitude.to_bits(), longitude.to_bits())
}

/// Speed in metres per second, course in degrees and way in metres between two points.
fn motion((earlier, from): (i64, TrackPoint), (at, to): (i64, TrackPoint)) -> (f64, f64, f64) {
    let way = inverse(from.place, to.place);
    let seconds = (at - earlier) as f64 / 1_000.0;
    let speed_mps = if seconds > 0.0 { way.distance_m / seconds } else { 0.0 };
    (speed_mps, way.bearing_deg.rem_euclid(360.0), way.distance_m)
}

/// Runs `import`: a line for each file. A file that cannot be read does not keep the others out.
pub fn run(arguments: Arguments, db: &Database) -> Result<(), CliError> {
    let now = jiff::Timestamp::now().as_millisecond();
    let start = arguments.start.map_or(Start::EndingAt(now), |start| Start::At(start.as_millisecond()));
    let mut found = Vec::new();
    for path in &arguments.paths {
        found.extend(files(path).map_err(|error| CliError::Other(error.to_string()))?);
    }
    if arguments.unit.is_some() && found.len() != 1 {
        return Err(CliError::Other("--unit goes with one file".to_owned()));
    }
    let mut failed = 0_usize;
    for file in &found {
        let stem = file.file_stem().and_then(|s| s.to_str()).unwrap_or("track");
        let id = arguments.unit.clone().unwrap_or_else(|| format!("track-{stem}"));
        match import(db, file, &id, start, now) {
            Ok(Imported { added, known, untimed, .. }) => {
                let counts =
                    [format!("{added} added"), format!("{known} known"), format!("{untimed} without a time")];
                let [added, known, untimed] = &counts;
                crate::cli::out::row_if_read(&[&id, added, known, untimed])?;
            }
            Err(error) => {
                failed += 1;
                eprintln!("{id}: not imported: {error}");
            }
        }
    }
    if failed == 0 {
        Ok(())
    } else {
        Err(CliError::Other(format!("{failed} of {} files were not imported", found.len())))
    }
}
