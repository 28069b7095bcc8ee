//! What is older than its term is erased once a day, and each run is logged.

use crate::db::Database;
use crate::db::retention::Run;
use crate::error::Refusal;
use crate::model::Time;

const DAY_MS: i64 = 86_400_000;
/// So long it is kept who looked at whose positions.
const ACCESS_LOG_DAYS: i64 = 3 * 366;

/// How long things are kept; `None` for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Positions, days after they were taken or received.
    pub position_days: Option<u32>,
    /// Events, days.
    pub event_days: Option<u32>,
}

/// Erases what is older than its term. Blocks.
pub(crate) fn run(db: &Database, terms: Terms, now: i64) -> Result<Run, Refusal> {
    let before = |days: u32| now - i64::from(days) * DAY_MS;
    let positions = terms.position_days.map_or(Ok(0), |days| db.erase_old_positions(before(days)))?;
    let events = terms.event_days.map_or(Ok(0), |days| db.erase_old_events(before(days)))?;
    db.erase_old_looks(now - ACCESS_LOG_DAYS * DAY_MS)?;
    let run = Run { at: Time(now), positions, events };
    db.add_retention_run(&run)?;
    Ok(run)
}

/// The same, where a day has passed since the last run. Without terms nothing is done. Blocks.
pub(crate) fn run_daily(db: &Database, terms: Terms, now: i64) -> Result<(), Refusal> {
    if terms == Terms::default() {
        return Ok(());
    }
    let last = db.retention_runs()?.first().map(|run| run.at.0);
    if last.is_none_or(|last| now - last >= DAY_MS) {
        run(db, terms, now)?;
    }
    Ok(())
}
