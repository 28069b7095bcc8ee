//! Erasing what is older than its term, and the log of that.

use rusqlite::params;
use serde::Serialize;

use super::{Database, bump};
use crate::error::Refusal;
use crate::model::Time;

/// Rows erased in one transaction: nobody waits long for the one connection that writes.
const AT_ONCE: i64 = 5_000;
/// Runs that one answer holds.
const NEWEST: i64 = 100;

/// One run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// When.
    pub at: Time,
    /// Positions erased.
    pub positions: i64,
    /// Events erased.
    pub events: i64,
}

impl Database {
    /// Erases the positions that were taken or received before a time; how many.
    pub(crate) fn erase_old_positions(&self, before: i64) -> Result<i64, Refusal> {
        let units: Vec<i64> = {
            let c = self.read();
            let mut statement = c.prepare_cached("SELECT DISTINCT device_id FROM positions")?;
            statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?
        };
        let mut erased = 0;
        for unit in units {
            loop {
                let done = self.transaction(|t| {
                    let done =
                        t.0.prepare_cached(
                            "DELETE FROM positions WHERE id IN (SELECT id FROM positions WHERE device_id = ?1
                             AND (fix_time < ?2 OR server_time < ?2) LIMIT ?3)",
                        )?
                        .execute([unit, before, AT_ONCE])?;
                    if done > 0 {
                        let changed = bump(&t.0)?;
                        t.newest_again(unit, changed)?;
                    }
                    Ok(done as i64)
                })?;
                erased += done;
                if done < AT_ONCE {
                    break;
                }
            }
        }
        Ok(erased)
    }

    /// Erases the events before a time; how many.
    pub(crate) fn erase_old_events(&self, before: i64) -> Result<i64, Refusal> {
        let sql = "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at < ?1 LIMIT ?2)";
        let mut erased = 0;
        loop {
            let done = self.write().prepare_cached(sql)?.execute([before, AT_ONCE])? as i64;
            erased += done;
            if done < AT_ONCE {
                return Ok(erased);
            }
        }
    }

    /// Erases the lines of the access log before a time.
    pub(crate) fn erase_old_looks(&self, before: i64) -> Result<(), Refusal> {
        self.write().execute("DELETE FROM access_log WHERE at < ?1", [before])?;
        Ok(())
    }

    /// Logs a run.
    pub(crate) fn add_retention_run(&self, run: &Run) -> Result<(), Refusal> {
        self.write().execute(
            "INSERT INTO retention_runs (at, positions, events) VALUES (?1, ?2, ?3)",
            params![run.at.0, run.positions, run.events],
        )?;
        Ok(())
    }

    /// The newest runs, newest first.
    pub fn retention_runs(&self) -> Result<Vec<Run>, Refusal> {
        let c = self.read();
        let sql = "SELECT at, positions, events FROM retention_runs ORDER BY id DESC LIMIT ?1";
        let mut statement = c.prepare_cached(sql)?;
        let rows = statement.query_map([NEWEST], |row| {
            Ok(Run { at: Time(row.get(0)?), positions: row.get(1)?, events: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
