//! A unit's track of a range.

use crate::history::Track;
use crate::model::{Position, UnitId, UtcMs};

/// Where a track came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistorySource {
    /// The server answered now.
    Server,
    /// No connection: what this device kept, which may miss parts.
    Cache,
}

/// The summary of a range; its points come in pages.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryView {
    /// The unit.
    pub unit_id: UnitId,
    /// Start of the range asked for.
    pub from: UtcMs,
    /// End of the range asked for.
    pub to: UtcMs,
    /// Where it came from.
    pub source: HistorySource,
    /// Stops, gaps, distance.
    pub track: Track,
    /// How many points it has.
    pub points: usize,
}

/// One page of a track's points, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryPage {
    /// The points.
    pub points: Vec<Position>,
    /// Index of the first of them.
    pub offset: usize,
    /// How many there are in all.
    pub total: usize,
}
