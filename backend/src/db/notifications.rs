//! What accounts wish to be told of.

use rusqlite::params;

use super::{Database, parsed, text};
use crate::error::Refusal;
use crate::model::Notification;

impl Database {
    /// An account's notifications.
    pub fn notifications(&self, user: i64) -> Result<Vec<Notification>, Refusal> {
        let c = self.read();
        let mut statement =
            c.prepare_cached("SELECT id, body FROM notifications WHERE user_id = ?1 ORDER BY id")?;
        let found = statement.query_map([user], |row| {
            let body: String = row.get(1)?;
            Ok(Notification { id: row.get(0)?, ..parsed(&body) })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Makes a notification (`id` 0) or replaces one of the same account.
    pub fn put_notification(&self, user: i64, new: &Notification) -> Result<Notification, Refusal> {
        let c = self.write();
        if new.id == 0 {
            c.execute(
                "INSERT INTO notifications (user_id, body) VALUES (?1, ?2)",
                params![user, text(new)?],
            )?;
            return Ok(Notification { id: c.last_insert_rowid(), ..new.clone() });
        }
        let sql = "UPDATE notifications SET body = ?3 WHERE id = ?1 AND user_id = ?2";
        let done = c.execute(sql, params![new.id, user, text(new)?])?;
        if done == 0 { Err(Refusal::NotFound) } else { Ok(new.clone()) }
    }

    /// Deletes a notification of an account.
    pub fn delete_notification(&self, user: i64, id: i64) -> Result<(), Refusal> {
        let done =
            self.write().execute("DELETE FROM notifications WHERE id = ?1 AND user_id = ?2", [id, user])?;
        if done == 0 { Err(Refusal::NotFound) } else { Ok(()) }
    }
}
