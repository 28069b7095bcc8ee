//! Which fixes were taken in already.

use rusqlite::params;
use uuid::Uuid;

use super::{Database, Transaction};
use crate::error::Refusal;

impl Transaction<'_> {
    /// Notes a fix of a unit; `false` where it was noted before.
    pub(crate) fn note_fix(&self, device: i64, id: Uuid, at: i64) -> Result<bool, Refusal> {
        let sql = "INSERT INTO fixes (device_id, id, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        Ok(self.0.prepare_cached(sql)?.execute(params![device, id.as_bytes(), at])? == 1)
    }
}

impl Database {
    /// Forgets fixes taken in before a time.
    pub fn forget_old_fixes(&self, before: i64) -> Result<(), Refusal> {
        self.write().execute("DELETE FROM fixes WHERE at < ?1", [before])?;
        Ok(())
    }
}
