//! Erasing what is older than its term, and the log of that.

use std::collections::BTreeSet;

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
    /// Lines of the access log erased.
    pub looks: i64,
    /// What came before these times was erased.
    #[serde(skip)]
    pub(crate) before: Before,
}

/// Times up to which is erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Before {
    pub(crate) positions: i64,
    pub(crate) events: i64,
    pub(crate) looks: i64,
}

/// What is erased by its age alone.
#[derive(Clone, Copy, Debug)]
enum Aged {
    Events,
    Looks,
}

impl Database {
    /// Erases the positions that the server received before a time; how many.
    pub(crate) fn erase_old_positions(&self, before: i64) -> Result<i64, Refusal> {
        let mut erased = 0;
        loop {
            let done = self.transaction(|t| {
                let units: Vec<i64> = {
                    let mut statement = t.0.prepare_cached(
                        "DELETE FROM positions WHERE id IN
                         (SELECT id FROM positions WHERE server_time < ?1 ORDER BY server_time LIMIT ?2)
                         RETURNING device_id",
                    )?;
                    statement.query_map([before, AT_ONCE], |row| row.get(0))?.collect::<Result<_, _>>()?
                };
                if !units.is_empty() {
                    let changed = bump(&t.0)?;
                    let different: BTreeSet<i64> = units.iter().copied().collect();
                    different.into_iter().try_for_each(|unit| t.newest_again(unit, changed))?;
                }
                Ok(units.len() as i64)
            })?;
            erased += done;
            if done < AT_ONCE {
                return Ok(erased);
            }
        }
    }

    fn erase_old(&self, what: Aged, before: i64) -> Result<i64, Refusal> {
        let sql = match what {
            Aged::Events => {
                "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE received < ?1 LIMIT ?2)"
            }
            Aged::Looks => {
                "DELETE FROM access_log WHERE id IN (SELECT id FROM access_log WHERE at < ?1 LIMIT ?2)"
            }
        };
        let mut erased = 0;
        loop {
            let done = self.write().prepare_cached(sql)?.execute([before, AT_ONCE])? as i64;
            erased += done;
            if done < AT_ONCE {
                return Ok(erased);
            }
        }
    }

    /// Erases the events that the server noted before a time; how many.
    pub(crate) fn erase_old_events(&self, before: i64) -> Result<i64, Refusal> {
        self.erase_old(Aged::Events, before)
    }

    /// Erases the lines of the access log before a time; how many.
    pub(crate) fn erase_old_looks(&self, before: i64) -> Result<i64, Refusal> {
        self.erase_old(Aged::Looks, before)
    }

    /// Logs a run.
    pub(crate) fn add_retention_run(&self, run: &Run) -> Result<(), Refusal> {
        self.write().execute(
            "INSERT INTO retention_runs (at, positions, events, looks, positions_before, events_before, looks_before)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                run.at.0,
                run.positions,
                run.events,
                run.looks,
                run.before.positions,
                run.before.events,
                run.before.looks
            ],
        )?;
        Ok(())
    }

    /// The newest runs, newest first.
    pub fn retention_runs(&self) -> Result<Vec<Run>, Refusal> {
        let c = self.read();
        let sql = "SELECT at, positions, events, looks, positions_before, events_before, looks_before
                   FROM retention_runs ORDER BY id DESC LIMIT ?1";
        let mut statement = c.prepare_cached(sql)?;
        let rows = statement.query_map([NEWEST], |row| {
            Ok(Run {
                at: Time(row.get(0)?),
                positions: row.get(1)?,
                events: row.get(2)?,
                looks: row.get(3)?,
                before: Before { positions: row.get(4)?, events: row.get(5)?, looks: row.get(6)? },
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
