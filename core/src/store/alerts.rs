//! The inbox of events, and the runs of the job that erases what has outlived its term.

use rusqlite::{Connection, OptionalExtension, params};

use crate::decide::alert::Known;
use crate::model::{Event, UtcMs};
use crate::privacy::retention::RetentionRun;
use crate::store::change::Retain;
use crate::store::read::{collect, sql_limit};
use crate::store::{Store, StoreError, rows};

/// How many runs are remembered: more than a year of them.
const RUNS: i64 = 500;

impl Store {
    /// A page of the inbox, newest first, each event with whether a person has seen it.
    pub fn alerts(&self, offset: usize, limit: usize) -> Result<Vec<(Event, bool)>, StoreError> {
        let sql = format!(
            "SELECT {}, acknowledged FROM events ORDER BY at DESC, id DESC LIMIT ?1 OFFSET ?2",
            rows::EVENT_COLUMNS
        );
        let range = params![sql_limit(limit), sql_limit(offset)];
        self.with_reader(|c| collect(c, &sql, range, |row| Ok((rows::event(row)?, row.get(6)?))))
    }

    /// How many events there are, and how many of them nobody has seen.
    pub fn alert_counts(&self) -> Result<(u64, u64), StoreError> {
        self.with_reader(|c| {
            let count = |sql: &str| c.query_row(sql, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs);
            Ok((
                count("SELECT count(*) FROM events")?,
                count("SELECT count(*) FROM events WHERE acknowledged = 0")?,
            ))
        })
    }

    /// What is known of an event; `None` where it is not in the inbox.
    pub fn known_event(&self, id: i64) -> Result<Option<Known>, StoreError> {
        self.with_reader(|c| {
            let sql = "SELECT told, acknowledged FROM events WHERE id = ?1";
            let known = |row: &rusqlite::Row<'_>| Ok(Known { told: row.get(0)?, acknowledged: row.get(1)? });
            Ok(c.query_row(sql, [id], known).optional()?)
        })
    }

    /// The newest runs of the job, newest first.
    pub fn retention_runs(&self, limit: usize) -> Result<Vec<RetentionRun>, StoreError> {
        let sql = "SELECT at, alerts, positions, readings FROM retention_runs ORDER BY seq DESC LIMIT ?1";
        self.with_reader(|c| {
            collect(c, sql, [sql_limit(limit)], |row| {
                let count = |at| row.get::<_, i64>(at).map(i64::unsigned_abs);
                Ok(RetentionRun {
                    at: UtcMs(row.get(0)?),
                    alerts: count(1)?,
                    positions: count(2)?,
                    readings: count(3)?,
                    caches: 0,
                })
            })
        })
    }
}

/// Erases what has outlived its term and notes the run.
pub(crate) fn retain(c: &Connection, retain: &Retain) -> Result<(), StoreError> {
    let alerts = c.execute("DELETE FROM events WHERE at < ?1", [retain.outdated.alerts_before.0])?;
    let before = retain.outdated.history_before.0;
    let positions = c.execute("DELETE FROM history WHERE fix_time < ?1", [before])?;
    c.execute("DELETE FROM coverage WHERE to_time < ?1", [before])?;
    c.execute(
        "UPDATE coverage SET from_time = ?1, rows = (SELECT count(*) FROM history h
         WHERE h.unit_id = coverage.unit_id AND h.fix_time BETWEEN ?1 AND coverage.to_time) WHERE from_time < ?1",
        [before],
    )?;
    c.execute(
        "INSERT INTO retention_runs (at, alerts, positions, readings) VALUES (?1, ?2, ?3, ?4)",
        params![retain.at.0, alerts as i64, positions as i64, retain.readings.cast_signed()],
    )?;
    c.execute("DELETE FROM retention_runs WHERE seq <= (SELECT max(seq) FROM retention_runs) - ?1", [RUNS])?;
    Ok(())
}
