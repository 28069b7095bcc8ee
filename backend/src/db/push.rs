//! Who is to be told through the push service, and what waits to be sent.

use rusqlite::{OptionalExtension, Row, params};

use super::users::TokenHash;
use super::{Database, Transaction, text};
use crate::error::Refusal;
use crate::push::registration::{Language, Registration};

/// Phones of one account at most; the one that was silent longest gives way.
const PHONES: i64 = 50;

/// A registration as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) install: String,
    /// The server's address as that phone knows it.
    pub(crate) server_url: String,
    pub(crate) registration: Registration,
}

/// A message to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) id: i64,
    pub(crate) event_id: i64,
    pub(crate) user_id: i64,
    pub(crate) language: Language,
    pub(crate) server_url: String,
    /// The one phone that is told; `None` for all of the account.
    pub(crate) install: Option<String>,
    pub(crate) cid: Option<String>,
    pub(crate) tries: u32,
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Option<Kept>> {
    let body: String = row.get(2)?;
    let (install, server_url) = (row.get(0)?, row.get(1)?);
    Ok(serde_json::from_str(&body).ok().map(|registration| Kept { install, server_url, registration }))
}

impl Database {
    /// Keeps a phone's registration in the place of any other of this install or of this registration, for as long as the
    /// token lives.
    pub(crate) fn put_registration(
        &self,
        user: i64,
        token: &TokenHash,
        new: &Kept,
        now: i64,
    ) -> Result<(), Refusal> {
        let id = &new.registration.registration_id;
        self.transaction(|t| {
            // It may have been made void since the request began.
            let lives = "SELECT 1 FROM tokens WHERE hash = ?1 AND user_id = ?2 AND expires > ?3";
            if !t.0.prepare_cached(lives)?.exists(params![token.0, user, now])? {
                return Err(Refusal::Unauthorized);
            }
            t.0.execute("DELETE FROM push_registrations WHERE registration_id = ?1 OR install = ?2", [id, &new.install])?;
            t.0.execute(
                "INSERT INTO push_registrations (install, user_id, token, registration_id, server_url, body, changed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![new.install, user, token.0, id, new.server_url, text(&new.registration)?, now],
            )?;
            t.0.execute(
                "DELETE FROM push_registrations WHERE user_id = ?1 AND install NOT IN
                 (SELECT install FROM push_registrations WHERE user_id = ?1 ORDER BY changed DESC, install LIMIT ?2)",
                [user, PHONES],
            )?;
            Ok(())
        })
    }

    /// Removes an install's registration of an account; one that is not there is no error.
    pub(crate) fn remove_registration(&self, user: i64, install: &str) -> Result<(), Refusal> {
        let sql = "DELETE FROM push_registrations WHERE user_id = ?1 AND install = ?2";
        self.write().execute(sql, params![user, install])?;
        Ok(())
    }

    /// Removes a registration that the push service does not know.
    pub(crate) fn prune_registration(&self, registration_id: &str) -> Result<(), Refusal> {
        let sql = "DELETE FROM push_registrations WHERE registration_id = ?1";
        self.write().execute(sql, [registration_id])?;
        Ok(())
    }

    /// Whether an event waits in the outbox.
    pub(crate) fn outbox_waits(&self) -> Result<bool, Refusal> {
        Ok(self.read().prepare_cached("SELECT 1 FROM push_outbox")?.exists([])?)
    }

    /// The calls whose time has come, oldest first.
    pub(crate) fn due_calls(&self, now: i64, most: usize) -> Result<Vec<Call>, Refusal> {
        let c = self.read();
        let mut statement = c.prepare_cached(
            "SELECT id, event_id, user_id, language, server_url, install, cid, tries FROM push_calls
             WHERE next_at <= ?1 ORDER BY id LIMIT ?2",
        )?;
        let rows = statement.query_map(params![now, most as i64], |row| {
            let language: String = row.get(3)?;
            Ok(Call {
                id: row.get(0)?,
                event_id: row.get(1)?,
                user_id: row.get(2)?,
                language: Language::of_word(&language),
                server_url: row.get(4)?,
                install: row.get(5)?,
                cid: row.get(6)?,
                tries: row.get(7)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Gives a call its cid, before it is sent for the first time.
    pub(crate) fn set_cid(&self, call: i64, cid: &str) -> Result<(), Refusal> {
        self.write().execute("UPDATE push_calls SET cid = ?2 WHERE id = ?1", params![call, cid])?;
        Ok(())
    }

    /// Sends a call again later.
    pub(crate) fn call_again(&self, call: i64, next_at: i64) -> Result<(), Refusal> {
        let sql = "UPDATE push_calls SET tries = tries + 1, next_at = ?2 WHERE id = ?1";
        self.write().execute(sql, [call, next_at])?;
        Ok(())
    }

    /// Forgets a call: it was sent, or nobody is to be told any more.
    pub(crate) fn forget_call(&self, call: i64) -> Result<(), Refusal> {
        self.write().execute("DELETE FROM push_calls WHERE id = ?1", [call])?;
        Ok(())
    }

    /// Puts a call for each phone in the place of one for several: one of them is unknown to the push service.
    pub(crate) fn split_call(&self, call: &Call, installs: &[String], now: i64) -> Result<(), Refusal> {
        self.transaction(|t| {
            t.0.execute("DELETE FROM push_calls WHERE id = ?1", [call.id])?;
            installs.iter().try_for_each(|install| {
                t.add_call(call.event_id, call.user_id, call.language, &call.server_url, Some(install), now)
            })
        })
    }

    /// Forgets what waits: nothing is sent from here.
    pub(crate) fn forget_outbox(&self) -> Result<(), Refusal> {
        let c = self.write();
        for table in ["push_outbox", "push_calls"] {
            if c.prepare_cached(&format!("SELECT 1 FROM {table}"))?.exists([])? {
                c.execute(&format!("DELETE FROM {table}"), [])?;
            }
        }
        Ok(())
    }

    /// How far a server's events were asked for.
    pub(crate) fn polled_until(&self, source: &str) -> Result<Option<i64>, Refusal> {
        let sql = "SELECT until FROM forward_polls WHERE source = ?1";
        Ok(self.read().query_row(sql, [source], |row| row.get(0)).optional()?)
    }

    /// Notes that, and forgets which events were taken over before `forget`.
    pub(crate) fn set_polled(&self, source: &str, until: i64, forget: i64) -> Result<(), Refusal> {
        self.transaction(|t| {
            t.0.execute(
                "INSERT INTO forward_polls VALUES (?1, ?2) ON CONFLICT DO UPDATE SET until = excluded.until",
                params![source, until],
            )?;
            t.0.execute("DELETE FROM forwarded_events WHERE at < ?1", [forget])?;
            Ok(())
        })
    }
}

impl Transaction<'_> {
    /// An account's registrations whose token has not ended.
    pub(crate) fn registrations_of(&self, user: i64, now: i64) -> Result<Vec<Kept>, Refusal> {
        let mut statement = self.0.prepare_cached(
            "SELECT install, server_url, body FROM push_registrations r WHERE user_id = ?1
             AND EXISTS (SELECT 1 FROM tokens WHERE hash = r.token AND expires > ?2) ORDER BY install",
        )?;
        let rows = statement.query_map([user, now], kept)?;
        Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// The accounts that have any.
    pub(crate) fn registered_users(&self) -> Result<Vec<i64>, Refusal> {
        let mut statement = self.0.prepare_cached("SELECT DISTINCT user_id FROM push_registrations")?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// Takes the oldest events out of the outbox.
    pub(crate) fn take_outbox(&self, most: usize) -> Result<Vec<i64>, Refusal> {
        let sql = "DELETE FROM push_outbox WHERE event_id IN (SELECT event_id FROM push_outbox ORDER BY event_id LIMIT ?1)
                   RETURNING event_id";
        let mut statement = self.0.prepare_cached(sql)?;
        let taken: Result<Vec<i64>, _> = statement.query_map([most as i64], |row| row.get(0))?.collect();
        let mut taken = taken?;
        taken.sort_unstable();
        Ok(taken)
    }

    /// Puts an event into the outbox where anybody could want to be told.
    pub(super) fn queue_event(&self, event: i64) -> Result<(), Refusal> {
        let sql = "INSERT INTO push_outbox SELECT ?1 WHERE EXISTS (SELECT 1 FROM push_registrations)";
        self.0.prepare_cached(sql)?.execute([event])?;
        Ok(())
    }

    /// Notes something to be sent.
    pub(crate) fn add_call(
        &self,
        event: i64,
        user: i64,
        language: Language,
        server_url: &str,
        install: Option<&str>,
        next_at: i64,
    ) -> Result<(), Refusal> {
        let sql = "INSERT INTO push_calls (event_id, user_id, language, server_url, install, next_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.0.prepare_cached(sql)?.execute(params![
            event,
            user,
            language.word(),
            server_url,
            install,
            next_at
        ])?;
        Ok(())
    }

    /// Notes that an event of another server is taken over; `false` where it was before.
    pub(crate) fn note_forwarded(&self, source: &str, id: i64, now: i64) -> Result<bool, Refusal> {
        let sql = "INSERT INTO forwarded_events VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        Ok(self.0.prepare_cached(sql)?.execute(params![source, id, now])? == 1)
    }
}
