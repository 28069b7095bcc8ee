//! What people erase of the tracks of units, and the note of it by which older backups are purged.

use rusqlite::{Row, params};

use super::{Database, Transaction, bump};
use crate::error::Refusal;

/// What was erased.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Erasure {
    id: String,
    device_id: i64,
    /// Fix times, both included.
    first_fix: i64,
    last_fix: i64,
    /// Only this position.
    position_id: Option<i64>,
    at: i64,
}

impl Erasure {
    fn new(device_id: i64, (first_fix, last_fix): (i64, i64), position_id: Option<i64>, at: i64) -> Self {
        let id = uuid::Uuid::new_v4().to_string();
        Self { id, device_id, first_fix, last_fix, position_id, at }
    }

    /// All of a unit's track.
    pub(super) fn whole(device_id: i64, at: i64) -> Self {
        Self::new(device_id, (i64::MIN, i64::MAX), None, at)
    }
}

fn erasure(row: &Row<'_>) -> rusqlite::Result<Erasure> {
    Ok(Erasure {
        id: row.get(0)?,
        device_id: row.get(1)?,
        first_fix: row.get(2)?,
        last_fix: row.get(3)?,
        position_id: row.get(4)?,
        at: row.get(5)?,
    })
}

impl Database {
    /// Deletes a unit's positions of a range by fix time; how many. Was the newest among them, the newest of the rest
    /// takes its place.
    pub fn delete_positions(&self, device: i64, from: i64, to: i64, now: i64) -> Result<usize, Refusal> {
        let deleted = self.transaction(|t| t.erase(&Erasure::new(device, (from, to), None, now)))?;
        self.erased();
        Ok(deleted)
    }

    /// Deletes one position of a unit.
    pub fn delete_position(&self, device: i64, id: i64, now: i64) -> Result<(), Refusal> {
        let erasure = Erasure::new(device, (i64::MIN, i64::MAX), Some(id), now);
        self.transaction(|t| t.erase(&erasure))?;
        self.erased();
        Ok(())
    }

    /// Everything noted.
    pub(crate) fn erasures(&self) -> Result<Vec<Erasure>, Refusal> {
        let c = self.read();
        let sql = "SELECT id, device_id, first_fix, last_fix, position_id, at FROM erasures ORDER BY at, id";
        let mut statement = c.prepare_cached(sql)?;
        Ok(statement.query_map([], erasure)?.collect::<Result<_, _>>()?)
    }

    /// Forgets what was noted before a time.
    pub(crate) fn forget_old_erasures(&self, before: i64) -> Result<(), Refusal> {
        self.write().prepare_cached("DELETE FROM erasures WHERE at < ?1")?.execute([before])?;
        Ok(())
    }
}

impl Transaction<'_> {
    /// Erases what an erasure says, notes it, and answers with how many positions that were.
    pub(crate) fn erase(&self, e: &Erasure) -> Result<usize, Refusal> {
        let changed = bump(&self.0)?;
        let deleted = self.0.execute(
            "DELETE FROM positions WHERE device_id = ?1 AND fix_time BETWEEN ?2 AND ?3 AND (?4 IS NULL OR id = ?4)",
            params![e.device_id, e.first_fix, e.last_fix, e.position_id],
        )?;
        self.newest_again(e.device_id, changed)?;
        self.0.execute(
            "INSERT INTO erasures VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
            params![e.id, e.device_id, e.first_fix, e.last_fix, e.position_id, e.at],
        )?;
        Ok(deleted)
    }

    /// Forgets what was erased of an account's own units: with them everything goes.
    pub(super) fn forget_own_erasures(&self, user: i64) -> Result<(), Refusal> {
        self.0.execute(
            "DELETE FROM erasures WHERE device_id IN (SELECT id FROM devices WHERE owner_id = ?1 AND owner_id <> 0)",
            [user],
        )?;
        Ok(())
    }
}
