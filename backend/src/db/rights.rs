//! What people ask for about their own data: corrections, and the end of their account.

use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;

use super::{Database, Transaction};
use crate::auth::random_text;
use crate::error::Refusal;
use crate::model::Time;

/// A correction that only the administrator may make.
#[derive(Clone, Debug, Serialize)]
pub struct Request {
    /// Number.
    pub id: i64,
    /// Whose; not on the wire.
    #[serde(skip)]
    pub user_id: i64,
    /// What is wrong.
    pub field: String,
    /// What it should be.
    pub text: String,
    /// `open`, `done` or `refused`.
    pub state: String,
    /// What the administrator says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// When it was asked.
    pub created: Time,
    /// When it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<Time>,
}

/// An account that was asked to be cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancellation {
    /// Which.
    pub user_id: i64,
    /// When it was asked.
    pub requested: i64,
    /// When it is done at the latest.
    pub deadline: i64,
    /// When it was done.
    pub done: Option<i64>,
    /// Asks about it without a sign-in.
    pub receipt: String,
}

/// Open requests of one account at most.
const OPEN: i64 = 50;

const CANCELLATION: &str = "user_id, requested, deadline, done, receipt";

const REQUEST: &str = "id, user_id, field, text, state, answer, created, closed";

fn request(row: &Row<'_>) -> rusqlite::Result<Request> {
    Ok(Request {
        id: row.get(0)?,
        user_id: row.get(1)?,
        field: row.get(2)?,
        text: row.get(3)?,
        state: row.get(4)?,
        answer: row.get(5)?,
        created: Time(row.get(6)?),
        closed: row.get::<_, Option<i64>>(7)?.map(Time),
    })
}

fn cancellation(row: &Row<'_>) -> rusqlite::Result<Cancellation> {
    Ok(Cancellation {
        user_id: row.get(0)?,
        requested: row.get(1)?,
        deadline: row.get(2)?,
        done: row.get(3)?,
        receipt: row.get(4)?,
    })
}

impl Database {
    /// Keeps a request.
    pub fn add_request(&self, user: i64, field: &str, text: &str, now: i64) -> Result<Request, Refusal> {
        self.transaction(|t| {
            let open = "SELECT count(*) FROM requests WHERE user_id = ?1 AND state = 'open'";
            if t.0.query_row(open, [user], |row| row.get::<_, i64>(0))? >= OPEN {
                return Err(Refusal::TooLarge);
            }
            let sql = format!(
                "INSERT INTO requests (user_id, field, text, created) VALUES (?1, ?2, ?3, ?4) RETURNING {REQUEST}"
            );
            Ok(t.0.query_row(&sql, params![user, field, text, now], request)?)
        })
    }

    /// Requests of one account or of all, oldest first.
    pub fn requests(&self, user: Option<i64>) -> Result<Vec<Request>, Refusal> {
        let c = self.read();
        let sql = format!("SELECT {REQUEST} FROM requests WHERE ?1 IS NULL OR user_id = ?1 ORDER BY id");
        let mut statement = c.prepare_cached(&sql)?;
        Ok(statement.query_map([user], request)?.collect::<Result<_, _>>()?)
    }

    /// Answers an open request; one that is answered already keeps its answer.
    pub fn close_request(&self, id: i64, state: &str, answer: Option<&str>, now: i64) -> Result<(), Refusal> {
        let sql = "UPDATE requests SET state = ?2, answer = ?3, closed = ?4 WHERE id = ?1 AND state = 'open'";
        let done = self.write().execute(sql, params![id, state, answer, now])?;
        if done == 0 { Err(Refusal::NotFound) } else { Ok(()) }
    }

    /// Notes that an account shall be cancelled; asked again it keeps its deadline and its receipt.
    pub fn ask_cancellation(&self, user: i64, now: i64, deadline: i64) -> Result<Cancellation, Refusal> {
        let c = self.write();
        c.execute(
            "INSERT INTO cancellations (user_id, requested, deadline, receipt) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (user_id) DO NOTHING",
            params![user, now, deadline, random_text()?],
        )?;
        let sql = format!("SELECT {CANCELLATION} FROM cancellations WHERE user_id = ?1");
        Ok(c.query_row(&sql, [user], cancellation)?)
    }

    /// Takes that back while it is not done.
    pub fn withdraw_cancellation(&self, user: i64) -> Result<(), Refusal> {
        let sql = "DELETE FROM cancellations WHERE user_id = ?1 AND done IS NULL";
        if self.write().execute(sql, [user])? == 0 { Err(Refusal::NotFound) } else { Ok(()) }
    }

    /// Whether and when an account is cancelled.
    pub fn cancellation(&self, user: i64) -> Result<Option<Cancellation>, Refusal> {
        let sql = format!("SELECT {CANCELLATION} FROM cancellations WHERE user_id = ?1");
        Ok(self.read().query_row(&sql, [user], cancellation).optional()?)
    }

    /// The one with a receipt, done or not; none where it was taken back.
    pub fn cancellation_of_receipt(&self, receipt: &str) -> Result<Option<Cancellation>, Refusal> {
        let sql = format!("SELECT {CANCELLATION} FROM cancellations WHERE receipt = ?1");
        Ok(self.read().query_row(&sql, [receipt], cancellation).optional()?)
    }

    /// All of them, oldest first.
    pub fn cancellations(&self) -> Result<Vec<Cancellation>, Refusal> {
        let c = self.read();
        let sql = format!("SELECT {CANCELLATION} FROM cancellations ORDER BY requested, user_id");
        let mut statement = c.prepare_cached(&sql)?;
        Ok(statement.query_map([], cancellation)?.collect::<Result<_, _>>()?)
    }
}

impl Transaction<'_> {
    /// Deletes all positions and events of an account's own units.
    pub(crate) fn delete_own_tracks(&self, user: i64) -> Result<(), Refusal> {
        for table in ["positions", "events"] {
            let sql = format!(
                "DELETE FROM {table} WHERE device_id IN (SELECT id FROM devices WHERE owner_id = ?1 AND owner_id <> 0)"
            );
            self.0.execute(&sql, [user])?;
        }
        Ok(())
    }

    /// Deletes an account's own units, with what came of them meanwhile.
    pub(crate) fn delete_own_units(&self, user: i64, now: i64) -> Result<(), Refusal> {
        self.forget_own_erasures(user)?;
        let own: Vec<i64> = {
            let mut statement =
                self.0.prepare_cached("SELECT id FROM devices WHERE owner_id = ?1 AND owner_id <> 0")?;
            statement.query_map([user], |row| row.get(0))?.collect::<Result<_, _>>()?
        };
        own.into_iter().try_for_each(|id| self.delete_device(id, now))
    }

    /// Deletes an account's records of consent.
    pub(crate) fn delete_consents(&self, user: i64) -> Result<(), Refusal> {
        self.0.execute("DELETE FROM consents WHERE user_id = ?1", [user])?;
        Ok(())
    }

    /// Deletes an account with everything that hangs on it, and notes that its cancellation is done.
    pub(crate) fn delete_cancelled(&self, c: &Cancellation, now: i64) -> Result<(), Refusal> {
        self.delete_user(c.user_id)?;
        self.0.execute(
            "INSERT INTO cancellations (user_id, requested, deadline, done, receipt) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (user_id) DO UPDATE SET done = excluded.done, receipt = excluded.receipt",
            params![c.user_id, c.requested, c.deadline, now, c.receipt],
        )?;
        Ok(())
    }
}
