//! What the rules of events remember of each unit.

use rusqlite::{OptionalExtension, params};

use super::{Database, Transaction, parsed, text};
use crate::error::Refusal;
use crate::events::UnitState;

impl Transaction<'_> {
    /// What is remembered of a unit; nothing of one that was never heard of.
    pub(crate) fn unit_state(&self, device: i64) -> Result<UnitState, Refusal> {
        let mut statement = self.0.prepare_cached("SELECT body FROM unit_states WHERE device_id = ?1")?;
        let body: Option<String> = statement.query_row([device], |row| row.get(0)).optional()?;
        Ok(body.map(|body| parsed(&body)).unwrap_or_default())
    }

    /// Remembers it.
    pub(crate) fn put_unit_state(&self, device: i64, state: &UnitState) -> Result<(), Refusal> {
        let sql = "INSERT INTO unit_states (device_id, body, waiting) VALUES (?1, ?2, ?3)
                   ON CONFLICT DO UPDATE SET body = excluded.body, waiting = excluded.waiting";
        self.0.prepare_cached(sql)?.execute(params![device, text(state)?, state.waits()])?;
        Ok(())
    }

    /// The number of the first position of a unit with this fix time; 0 where there is none.
    pub(crate) fn position_at(&self, device: i64, fix_time: i64) -> Result<i64, Refusal> {
        let sql = "SELECT coalesce(min(id), 0) FROM positions WHERE device_id = ?1 AND fix_time = ?2";
        Ok(self.0.prepare_cached(sql)?.query_row([device, fix_time], |row| row.get(0))?)
    }
}

impl Database {
    /// Units of which something will be told by time alone.
    pub(crate) fn waiting_units(&self) -> Result<Vec<i64>, Refusal> {
        let c = self.read();
        let mut statement = c.prepare_cached("SELECT device_id FROM unit_states WHERE waiting = 1")?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }
}
