//! Who looked at whose own unit.

use std::collections::HashSet;

use rusqlite::{Connection, params};
use serde::Serialize;

use super::{Database, Transaction};
use crate::error::Refusal;
use crate::model::{Time, User};

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Where units are now.
    Positions,
    /// Where one was.
    History,
    /// The same as a file.
    Export,
    /// A record of consents.
    Consents,
    /// What is known of a unit.
    Unit,
}

impl Look {
    fn word(self) -> &'static str {
        match self {
            Self::Positions => "positions",
            Self::History => "history",
            Self::Export => "export",
            Self::Consents => "consents",
            Self::Unit => "unit",
        }
    }

    /// A screen that stays open looks again and again: so long it counts as one look, milliseconds.
    fn one_look_ms(self) -> i64 {
        match self {
            Self::Positions | Self::Unit => 10 * 60_000,
            Self::History | Self::Export | Self::Consents => 0,
        }
    }
}

/// Lines that one answer holds.
const NEWEST: i64 = 1_000;

/// A line as its owner sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// When.
    pub at: Time,
    /// Who: the name then.
    pub by: String,
    /// What was looked at.
    pub what: String,
}

/// A line as the operator sees it.
#[derive(Clone, Debug)]
pub struct WholeLine {
    /// The line.
    pub line: Line,
    /// Whose unit: the account's number, or a pseudonym where it was cancelled.
    pub owner: String,
    /// The unit; 0 for none.
    pub device_id: i64,
}

/// Units that are somebody else's own among those that `seen` tells, with their owners.
fn of_others(c: &Connection, by: i64, seen: impl Fn(i64) -> bool) -> Result<Vec<(i64, i64)>, Refusal> {
    let mut statement =
        c.prepare_cached("SELECT id, owner_id FROM devices WHERE owner_id <> 0 AND owner_id <> ?1")?;
    let rows = statement.query_map([by], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows: Vec<(i64, i64)> = rows.collect::<Result<_, _>>()?;
    Ok(rows.into_iter().filter(|(device, _)| seen(*device)).collect())
}

fn is_new(
    c: &Connection,
    by: i64,
    look: Look,
    (device, owner): (i64, i64),
    now: i64,
) -> Result<bool, Refusal> {
    let sql = "SELECT 1 FROM access_log WHERE owner_id = ?1 AND by_id = ?2 AND at > ?3 AND device_id = ?4 AND what = ?5";
    let since = now - look.one_look_ms();
    Ok(!c.prepare_cached(sql)?.exists(params![owner, by, since, device, look.word()])?)
}

impl Database {
    /// Notes that `by` looks at units; only those count that are another account's own.
    pub(crate) fn note_look(
        &self,
        by: &User,
        look: Look,
        seen: impl Fn(i64) -> bool,
        now: i64,
    ) -> Result<(), Refusal> {
        let new: Vec<(i64, i64)> = {
            let c = self.read();
            let others = of_others(&c, by.id, seen)?;
            let mut new = Vec::new();
            for other in others {
                if is_new(&c, by.id, look, other, now)? {
                    new.push(other);
                }
            }
            new
        };
        if new.is_empty() {
            return Ok(());
        }
        self.transaction(|t| {
            new.iter().try_for_each(|(device, owner)| t.add_look(by, look, *owner, *device, now))
        })
    }

    /// Notes that `by` looks at something of an account that belongs to no unit.
    pub(crate) fn note_look_at(&self, by: &User, look: Look, owner: i64, now: i64) -> Result<(), Refusal> {
        if by.id == owner { Ok(()) } else { self.transaction(|t| t.add_look(by, look, owner, 0, now)) }
    }

    /// Who looked at an account's own, newest first.
    pub fn looks_at(&self, owner: i64) -> Result<Vec<Line>, Refusal> {
        let c = self.read();
        let sql = "SELECT at, by_name, what FROM access_log WHERE owner_id = ?1 ORDER BY id DESC LIMIT ?2";
        let mut statement = c.prepare_cached(sql)?;
        let rows = statement.query_map([owner, NEWEST], |row| {
            Ok(Line { at: Time(row.get(0)?), by: row.get(1)?, what: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The whole log, newest first, of one account or of all.
    pub fn access_log(&self, owner: Option<i64>) -> Result<Vec<WholeLine>, Refusal> {
        let c = self.read();
        let mut statement = c.prepare_cached(
            "SELECT at, by_name, what, coalesce(owner_pseudonym, owner_id), device_id FROM access_log
             WHERE ?1 IS NULL OR owner_id = ?1 ORDER BY id DESC",
        )?;
        let rows = statement.query_map([owner], |row| {
            let owner: rusqlite::types::Value = row.get(3)?;
            let owner = match owner {
                rusqlite::types::Value::Integer(id) => id.to_string(),
                rusqlite::types::Value::Text(pseudonym) => pseudonym,
                _ => String::new(),
            };
            let line = Line { at: Time(row.get(0)?), by: row.get(1)?, what: row.get(2)? };
            Ok(WholeLine { line, owner, device_id: row.get(4)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Which units are an account's own.
    pub fn own_units(&self, owner: i64) -> Result<HashSet<i64>, Refusal> {
        let c = self.read();
        let mut statement =
            c.prepare_cached("SELECT id FROM devices WHERE owner_id = ?1 AND owner_id <> 0")?;
        Ok(statement.query_map([owner], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }
}

impl Transaction<'_> {
    fn add_look(&self, by: &User, look: Look, owner: i64, device: i64, now: i64) -> Result<(), Refusal> {
        let sql = "INSERT INTO access_log (owner_id, by_id, by_name, device_id, what, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.0.prepare_cached(sql)?.execute(params![owner, by.id, by.name, device, look.word(), now])?;
        Ok(())
    }

    /// Puts a pseudonym for an account, as the one looked at and as the one who looked.
    pub(crate) fn pseudonymise_looks(&self, user: i64, pseudonym: &str) -> Result<(), Refusal> {
        self.0.execute(
            "UPDATE access_log SET owner_id = 0, owner_pseudonym = ?2, device_id = 0 WHERE owner_id = ?1",
            params![user, pseudonym],
        )?;
        self.0.execute(
            "UPDATE access_log SET by_id = 0, by_name = ?2 WHERE by_id = ?1",
            params![user, pseudonym],
        )?;
        Ok(())
    }
}
