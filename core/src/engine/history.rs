//! A fetched track: its summary, its points in pages, its export.

use std::io;

use crate::history::{ExportError, ExportFormat, Rules, export, track};
use crate::model::{Position, UnitId, UtcMs};
use crate::view::{HistoryPage, HistorySource, HistoryView, PAGE_ROWS};

/// A unit's track of a range, held until the screen is left.
pub struct History {
    /// The summary.
    pub view: HistoryView,
    unit_name: String,
    positions: Vec<Position>,
    thinned_to_ms: i64,
}

impl History {
    pub(crate) fn new(
        unit: (UnitId, String),
        range: (UtcMs, UtcMs),
        source: HistorySource,
        (positions, thinned_to_ms): (Vec<Position>, i64),
        rules: &Rules,
    ) -> Self {
        let view = HistoryView {
            unit_id: unit.0,
            from: range.0,
            to: range.1,
            source,
            track: track(&positions, rules),
            points: positions.len(),
        };
        Self { view, unit_name: unit.1, positions, thinned_to_ms }
    }

    /// Of a track too long to be held whole: points that followed another within so many milliseconds were left out. 0
    /// where nothing was.
    pub fn thinned_to_ms(&self) -> i64 {
        self.thinned_to_ms
    }

    /// All points, oldest first.
    pub fn positions(&self) -> &[Position] {
        &self.positions
    }

    /// One page of the points from `offset`.
    pub fn page(&self, offset: usize) -> HistoryPage {
        let points = self.positions.iter().skip(offset).take(PAGE_ROWS).cloned().collect();
        HistoryPage { points, offset, total: self.positions.len() }
    }

    /// Writes the track in `format`.
    pub fn export(&self, format: ExportFormat, out: &mut dyn io::Write) -> Result<(), ExportError> {
        export(format, &self.unit_name, &self.positions, &self.view.track, out)
    }
}
