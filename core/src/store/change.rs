//! What is written.

use std::sync::Arc;

use crate::decide::retention::Outdated;
use crate::model::{Event, FleetUnit, Group, Position, UnitId, UtcMs};

/// Facts to keep. Written in one transaction.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Whether `units` is the whole fleet: every unit that is not listed is removed with everything kept of it.
    pub snapshot: bool,
    /// Units to add or replace.
    pub units: Vec<FleetUnit>,
    /// Units to remove with everything kept of them, before `units` are added.
    pub removed: Vec<UnitId>,
    /// Newest positions; one that is older than what is kept changes nothing.
    pub positions: Vec<Arc<Position>>,
    /// Units whose newest position is an older one now, or none: what is kept of later ones goes, before `positions` and
    /// `history` are added.
    pub erased: Vec<(UnitId, Option<Arc<Position>>)>,
    /// All groups, replacing those kept.
    pub groups: Option<Vec<Group>>,
    /// A track looked at.
    pub history: Option<HistoryChunk>,
    /// Events; known ones are left alone, unless they lacked their position.
    pub events: Vec<Event>,
    /// Numbers of events that a person has seen.
    pub acknowledged: Vec<i64>,
    /// Numbers of events that a push told of.
    pub told: Vec<i64>,
    /// What has outlived its term is erased, after everything else is written.
    pub retain: Option<Retain>,
    /// Facts about the fleet as a whole.
    pub meta: MetaChange,
}

/// A run of the job that erases what has outlived its term.
#[derive(Clone, Copy, Debug)]
pub struct Retain {
    /// When it ran.
    pub at: UtcMs,
    /// What it erases.
    pub outdated: Outdated,
    /// How many readings that were not accepted it erased from the outbox.
    pub readings: u64,
}

/// A unit's positions of a range; what was kept of that range is replaced.
#[derive(Clone, Debug)]
pub struct HistoryChunk {
    /// The unit.
    pub unit: UnitId,
    /// Start of the range, included.
    pub from: UtcMs,
    /// End of the range, included.
    pub to: UtcMs,
    /// Its positions.
    pub positions: Vec<Position>,
}

/// Facts to replace; `None` leaves what is kept.
#[derive(Clone, Debug, Default)]
pub struct MetaChange {
    /// Where the next snapshot may start.
    pub cursor: Option<String>,
    /// When the server last confirmed the whole fleet (server's clock).
    pub last_snapshot_at: Option<UtcMs>,
    /// Up to when it is known what happened (server's clock).
    pub events_until: Option<UtcMs>,
    /// Server time minus wall time, milliseconds.
    pub server_clock_offset_ms: Option<i64>,
    /// What the person is told of, as JSON.
    pub alert_settings: Option<String>,
    /// Under which name this phone is registered for pushes at the server; empty for not.
    pub push_install: Option<String>,
    /// The operator's notices that wait to be acknowledged, as JSON.
    pub notices: Option<String>,
}

impl Change {
    /// A track to keep.
    pub fn history(unit: UnitId, from: UtcMs, to: UtcMs, positions: Vec<Position>) -> Self {
        Self { history: Some(HistoryChunk { unit, from, to, positions }), ..Self::default() }
    }
}
