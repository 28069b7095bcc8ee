//! Filling it from files: GPX and tab-separated tracks.
//!
//! Decides which unit a file belongs to and when an untimed track took place. One transaction a file: a file counts
//! whole or not at all, and a second import of the same file adds nothing.

use std::path::{Path, PathBuf};

use thiserror::Error;
use trak_core::simulate::replay::{self, ReplayError, TrackPoint};
use trak_core::traccar::decode::MPS_PER_KNOT;

use crate::Config;
use crate::cli::CliError;
use crate::error::Refusal;
use crate::ingest::{self, Report};
use crate::model::{Attributes, Device};
use crate::server::State;

/// Why a file was not imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The file or folder cannot be read.
    #[error("the file cannot be read")]
    Io(#[from] std::io::Error),
    /// It is not what its name says.
    #[error(transparent)]
    Content(#[from] ReplayError),
    /// Neither `.gpx` nor `.tsv`.
    #[error("neither .gpx nor .tsv")]
    UnknownKind,
    /// The database refused.
    #[error("the database refused")]
    Database,
}

impl From<Refusal> for ImportError {
    fn from(_: Refusal) -> Self {
        Self::Database
    }
}

/// What `import` is asked for.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Files or folders
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// The unit's identifier, for one file; by default each file makes a unit of its own name
    #[arg(long)]
    unit: Option<String>,
    /// When second 0 of a .tsv was, RFC 3339; by default its end is now
    #[arg(long)]
    start: Option<jiff::Timestamp>,
}

/// Runs `import`, one line a file.
pub fn run(arguments: Arguments, database: PathBuf) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    // The same way in as uploads have, on a port of its own that nobody knows.
    let running = runtime.block_on(crate::start(Config::new(database, ([127, 0, 0, 1], 0).into())))?;
    let done = import_all(&running.state, &arguments);
    runtime.block_on(running.shutdown());
    done
}

fn import_all(state: &State, arguments: &Arguments) -> Result<(), CliError> {
    let mut all = Vec::new();
    for path in &arguments.paths {
        all.extend(files(path).map_err(|error| CliError::Other(format!("{}: {error}", path.display())))?);
    }
    if arguments.unit.is_some() && all.len() != 1 {
        return Err(CliError::Other("--unit goes with one file".to_owned()));
    }
    let mut failed = 0;
    for file in &all {
        let stem = file.file_stem().and_then(|s| s.to_str()).unwrap_or("track");
        let id = arguments.unit.clone().unwrap_or_else(|| format!("track-{stem}"));
        let start_ms = arguments.start.map_or_else(|| ends_now(state, file), jiff::Timestamp::as_millisecond);
        match import(state, file, &id, start_ms) {
            Ok(done) => println!(
                "{}: unit {id}, {} points added, {} known, {} without a time",
                file.display(),
                done.added,
                done.known,
                done.untimed
            ),
            Err(error) => {
                failed += 1;
                eprintln!("{}: not imported: {error}", file.display());
            }
        }
    }
    if failed == 0 {
        Ok(())
    } else {
        Err(CliError::Other(format!("{failed} of {} files were not imported", all.len())))
    }
}

/// The start that makes a track in seconds end now.
fn ends_now(state: &State, file: &Path) -> i64 {
    let points =
        std::fs::read_to_string(file).ok().and_then(|text| replay::tsv(&text).ok()).unwrap_or_default();
    state.now() - points.iter().filter_map(|p| p.at).max().map_or(0, |at| at.0)
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The unit it went to.
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

/// Imports one file into the unit of that identifier, which is made where it is missing. Seconds of a `.tsv` count
/// from `start_ms`; GPX has times of its own. Blocks.
pub fn import(state: &State, path: &Path, unique_id: &str, start_ms: i64) -> Result<Imported, ImportError> {
    let points = match path.extension().and_then(|e| e.to_str()) {
        Some("tsv") => {
            let text = std::fs::read_to_string(path)?;
            let shift = |p: TrackPoint| TrackPoint { at: p.at.map(|at| at.plus_ms(start_ms)), ..p };
            replay::tsv(&text)?.into_iter().map(shift).collect()
        }
        Some("gpx") => replay::gpx(&std::fs::read(path)?)?,
        _ => return Err(ImportError::UnknownKind),
    };
    let device = match state.db.device_by_unique_id(unique_id)? {
        Some(device) => device,
        None => {
            let name = path.file_stem().and_then(|s| s.to_str()).unwrap_or(unique_id).to_owned();
            state.db.create_device(&Device { name, unique_id: unique_id.to_owned(), ..Device::default() })?
        }
    };
    let mut imported = Imported { device: device.id, added: 0, known: 0, untimed: 0 };
    let mut reports = Vec::new();
    let mut before: Option<(i64, TrackPoint)> = None;
    let mut timed: Vec<(i64, TrackPoint)> = points.iter().filter_map(|p| Some((p.at?.0, *p))).collect();
    imported.untimed = points.len() - timed.len();
    timed.sort_by_key(|(at, _)| *at);
    for (at, point) in timed {
        let (lat, lon) = (point.place.lat_deg(), point.place.lon_deg());
        if state.db.has_position(device.id, at, lat, lon)? {
            imported.known += 1;
            continue;
        }
        let (speed_kn, course_deg) =
            before.map_or((0.0, 0.0), |(earlier, from)| motion(earlier, &from, at, &point));
        before = Some((at, point));
        let report = Report {
            fix_time: Some(at),
            device_time: None,
            place: point.place,
            altitude_m: point.altitude_m.unwrap_or(0.0),
            speed_kn,
            course_deg,
            accuracy_m: 0.0,
            valid: true,
            attributes: Attributes::new(),
        };
        reports.push((device.clone(), report));
        imported.added += 1;
    }
    ingest::take(state, reports)?;
    Ok(imported)
}

fn motion(earlier: i64, from: &TrackPoint, at: i64, to: &TrackPoint) -> (f64, f64) {
    let way = trak_core::geo::distance::inverse(from.place, to.place);
    let seconds = (at - earlier) as f64 / 1_000.0;
    let knots = if seconds > 0.0 { way.distance_m / seconds / MPS_PER_KNOT } else { 0.0 };
    (knots, way.bearing_deg)
}
