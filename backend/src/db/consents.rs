//! The mirror of people's records of consent: appended to, never changed.

use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;
use trak_core::decide::consent::verify;
use trak_core::model::LedgerEntry;
use uuid::Uuid;

use super::{Database, Transaction, text};
use crate::error::Refusal;
use crate::model::Time;

/// Entries kept of one account at most: nobody decides so often.
const MOST: i64 = 10_000;

/// The record of one install.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Which.
    pub install: String,
    /// Oldest first.
    pub entries: Vec<LedgerEntry>,
    /// When the newest came.
    pub received: Time,
}

/// What became of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mirrored {
    /// Kept; the last one.
    Kept(Option<LedgerEntry>),
    /// They do not continue what is kept; the last one of that.
    Broken(Option<LedgerEntry>),
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Option<LedgerEntry>> {
    let body: String = row.get(0)?;
    Ok(serde_json::from_str(&body).ok())
}

impl Transaction<'_> {
    fn kept(&self, user: i64, install: Uuid, sequence: i64) -> Result<Option<LedgerEntry>, Refusal> {
        let sql = "SELECT body FROM consents WHERE user_id = ?1 AND install = ?2 AND sequence = ?3";
        let found = self
            .0
            .prepare_cached(sql)?
            .query_row(params![user, install.to_string(), sequence], entry)
            .optional()?;
        found.map(|read| read.ok_or(Refusal::Internal)).transpose()
    }

    /// Appends what is new of `entries`, all or nothing.
    pub(crate) fn mirror(
        &self,
        user: i64,
        install: Uuid,
        entries: &[LedgerEntry],
        now: i64,
    ) -> Result<Mirrored, Refusal> {
        let newest: Option<i64> = self
            .0
            .prepare_cached("SELECT max(sequence) FROM consents WHERE user_id = ?1 AND install = ?2")?
            .query_row(params![user, install.to_string()], |row| row.get(0))?;
        let last = match newest {
            Some(sequence) => self.kept(user, install, sequence)?,
            None => None,
        };
        let known = last.as_ref().map_or(0, |last| last.sequence);
        let begin = entries.iter().position(|e| e.sequence > known).unwrap_or(entries.len());
        let (again, new) = entries.split_at(begin);
        for entry in again {
            let sequence = i64::try_from(entry.sequence).map_err(|_| Refusal::Bad("sequence"))?;
            if self.kept(user, install, sequence)?.as_ref() != Some(entry) {
                return Ok(Mirrored::Broken(last));
            }
        }
        if verify(last.as_ref(), new).is_err() {
            return Ok(Mirrored::Broken(last));
        }
        let count: i64 =
            self.0.query_row("SELECT count(*) FROM consents WHERE user_id = ?1", [user], |row| row.get(0))?;
        if count + new.len() as i64 > MOST {
            return Err(Refusal::TooLarge);
        }
        for entry in new {
            let sequence = i64::try_from(entry.sequence).map_err(|_| Refusal::Bad("sequence"))?;
            self.0
                .prepare_cached(
                    "INSERT INTO consents (user_id, install, sequence, body, received) VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![user, install.to_string(), sequence, text(entry)?, now])?;
        }
        Ok(Mirrored::Kept(new.last().cloned().or(last)))
    }
}

impl Database {
    /// An account's records.
    pub fn consents(&self, user: i64) -> Result<Vec<Record>, Refusal> {
        let c = self.read();
        let mut statement = c.prepare_cached(
            "SELECT body, install, received FROM consents WHERE user_id = ?1 ORDER BY install, sequence",
        )?;
        let mut rows = statement.query([user])?;
        let mut records: Vec<Record> = Vec::new();
        while let Some(row) = rows.next()? {
            let (install, received): (String, i64) = (row.get(1)?, row.get(2)?);
            let entry = entry(row)?.ok_or(Refusal::Internal)?;
            match records.last_mut().filter(|record| record.install == install) {
                Some(record) => {
                    record.entries.push(entry);
                    record.received = Time(received);
                }
                None => records.push(Record { install, entries: vec![entry], received: Time(received) }),
            }
        }
        Ok(records)
    }
}
