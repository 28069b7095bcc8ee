//! A unit's track of a range: summary, points in pages, the line to draw, its export.

use std::sync::Arc;

use thiserror::Error;
use trak_core::{engine, history, model, view};

use crate::convert::{all, count, index, mirror};
use crate::fleet::PositionDoubt;
use crate::place::Place;

/// Where a track came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum HistorySource {
    /// The server answered now.
    Server,
    /// No connection: what this device kept, which may miss parts.
    Cache,
}

mirror!(HistorySource = view::HistorySource { Server, Cache });

/// A file format; all are WGS-84 and say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ExportFormat {
    /// GPX 1.1.
    Gpx,
    /// GeoJSON: a feature of lines with times, one of points for each stop.
    GeoJson,
    /// CSV with a header; units of measure in the column names.
    Csv,
}

impl From<ExportFormat> for history::ExportFormat {
    fn from(format: ExportFormat) -> Self {
        match format {
            ExportFormat::Gpx => Self::Gpx,
            ExportFormat::GeoJson => Self::GeoJson,
            ExportFormat::Csv => Self::Csv,
        }
    }
}

/// Why an export stopped.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, uniffi::Error)]
pub enum ExportError {
    /// There is no memory for the file.
    #[error("the file cannot be written")]
    NotWritten,
    /// A time lies outside the years that files can hold.
    #[error("a time cannot be written")]
    Time,
}

impl From<history::ExportError> for ExportError {
    fn from(error: history::ExportError) -> Self {
        match error {
            history::ExportError::Io(_) => Self::NotWritten,
            history::ExportError::Time => Self::Time,
        }
    }
}

/// A stay.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct TrackStop {
    /// First fix of it, milliseconds since 1970.
    pub from_ms: i64,
    /// Last fix of it, milliseconds since 1970.
    pub to_ms: i64,
    /// Where.
    pub place: Place,
}

impl From<history::Stop> for TrackStop {
    fn from(stop: history::Stop) -> Self {
        let history::Stop { from, to, place } = stop;
        Self { from_ms: from.0, to_ms: to.0, place: place.into() }
    }
}

/// A time without knowledge.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct TrackGap {
    /// Last fix before, milliseconds since 1970.
    pub from_ms: i64,
    /// First fix after, milliseconds since 1970.
    pub to_ms: i64,
    /// How far apart they are, metres; not part of the track's distance.
    pub distance_m: f64,
}

impl From<history::Gap> for TrackGap {
    fn from(gap: history::Gap) -> Self {
        let history::Gap { from, to, distance_m } = gap;
        Self { from_ms: from.0, to_ms: to.0, distance_m }
    }
}

/// The summary of a range.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct HistoryView {
    /// The unit.
    pub unit_id: i64,
    /// Start of the range asked for, milliseconds since 1970.
    pub from_ms: i64,
    /// End of the range asked for, milliseconds since 1970.
    pub to_ms: i64,
    /// Where it came from.
    pub source: HistorySource,
    /// Stays.
    pub stops: Vec<TrackStop>,
    /// Times without knowledge.
    pub gaps: Vec<TrackGap>,
    /// Length of the way in metres.
    pub distance_m: f64,
    /// Time under way, milliseconds.
    pub moving_ms: i64,
    /// Greatest speed that a fix reported, metres per second.
    pub max_speed_mps: Option<f64>,
    /// How many points it has.
    pub points: u32,
}

impl From<&view::HistoryView> for HistoryView {
    fn from(summary: &view::HistoryView) -> Self {
        let view::HistoryView { unit_id, from, to, source, track, points } = summary.clone();
        let history::Track { segments: _, stops, gaps, distance_m, moving_ms, max_speed_mps } = track;
        Self {
            unit_id: unit_id.0,
            from_ms: from.0,
            to_ms: to.0,
            source: source.into(),
            stops: all(stops),
            gaps: all(gaps),
            distance_m,
            moving_ms,
            max_speed_mps,
            points: count(points),
        }
    }
}

/// One point of a track in full.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct HistoryPoint {
    /// When the fix was taken, milliseconds since 1970.
    pub fix_time_ms: i64,
    /// Where.
    pub place: Place,
    /// Speed over ground in metres per second.
    pub speed_mps: Option<f64>,
    /// Course over ground in degrees from true north.
    pub course_deg: Option<f64>,
    /// Altitude in metres.
    pub altitude_m: Option<f64>,
    /// Accuracy circle's radius in metres.
    pub accuracy_m: Option<f64>,
    /// Street address when the server resolved one.
    pub address: Option<String>,
    /// What is doubtful about it.
    pub doubt: Option<PositionDoubt>,
}

impl From<model::Position> for HistoryPoint {
    fn from(position: model::Position) -> Self {
        Self {
            fix_time_ms: position.fix_time.0,
            place: position.place.into(),
            speed_mps: position.speed_mps,
            course_deg: position.course_deg,
            altitude_m: position.altitude_m,
            accuracy_m: position.accuracy_m,
            address: position.address,
            doubt: position.doubt.map(Into::into),
        }
    }
}

/// One page of a track's points, oldest first, at most 50.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct HistoryPage {
    /// The points.
    pub points: Vec<HistoryPoint>,
    /// Index of the first of them.
    pub offset: u32,
    /// How many there are in all.
    pub total: u32,
}

/// One point of the line to draw, numbers only.
#[derive(Clone, Copy, PartialEq, uniffi::Record)]
pub struct TrackPoint {
    /// Where.
    pub place: Place,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Which run of points it belongs to; nothing is drawn from one run to the next.
    pub segment: u32,
}

impl TrackPoint {
    /// One point of a line without gaps.
    pub(crate) fn of(position: &model::Position, segment: u32) -> Self {
        Self { place: position.place.into(), at_ms: position.fix_time.0, segment }
    }
}

/// A unit's track of a range, held until the screen is left.
#[derive(uniffi::Object)]
pub struct History {
    inner: Arc<engine::History>,
}

impl History {
    pub(crate) fn new(inner: Arc<engine::History>) -> Self {
        Self { inner }
    }
}

#[uniffi::export]
impl History {
    /// The summary.
    pub fn summary(&self) -> HistoryView {
        (&self.inner.view).into()
    }

    /// One page of the points from `offset`.
    pub fn page(&self, offset: u32) -> HistoryPage {
        let view::HistoryPage { points, offset, total } = self.inner.page(index(offset));
        HistoryPage { points: all(points), offset: count(offset), total: count(total) }
    }

    /// The whole line to draw: the fixes that belong to a run, oldest first.
    pub fn line(&self) -> Vec<TrackPoint> {
        let positions = self.inner.positions();
        let segments = self.inner.view.track.segments.iter().enumerate();
        segments
            .flat_map(|(number, run)| {
                let run = positions.get(run.first..run.end).unwrap_or_default();
                run.iter().filter(|p| p.valid).map(move |p| TrackPoint::of(p, count(number)))
            })
            .collect()
    }

    /// The track as a file's bytes.
    pub fn export(&self, format: ExportFormat) -> Result<Vec<u8>, ExportError> {
        let mut file = Vec::new();
        self.inner.export(format.into(), &mut file)?;
        Ok(file)
    }
}
