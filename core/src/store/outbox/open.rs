//! Opening an outbox, and what is kept of a damaged one.

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use rusqlite::{Connection, ToSql, params_from_iter};

use super::checkpoints::Checkpoints;
use super::queue::{COLUMNS, KEPT_MEMORY, queued_fix};
use super::{CAPACITY, Outbox, count_rejected, from_word, memory, put_gap, remember, span_of};
use crate::model::{AccountKey, Gap, Rejection, UtcMs};
use crate::store::damaged::Damaged;
use crate::store::files::Files;
use crate::store::opening::{self, Found, Kind, unfinished};
use crate::store::read::collect;
use crate::store::{DatabaseKey, StoreError, connect};

const MIGRATIONS: [&str; 2] =
    [include_str!("../migrations/outbox_0001.sql"), include_str!("../migrations/outbox_0002.sql")];

/// What opening found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutboxReport {
    /// Nothing was there.
    Fresh,
    /// It was there and in order.
    Existing,
    /// It was damaged: moved aside, what could be read was kept.
    Salvaged {
        /// Fixes kept, those set aside included.
        fixes: usize,
        /// Whether every row could be read: fixes, gaps, counts of what was not accepted and what the rules remember.
        complete: bool,
        /// The damaged database's new name in the same folder.
        moved_to: String,
    },
}

/// An open outbox and what opening found.
#[derive(Debug)]
pub struct OpenedOutbox {
    /// The outbox.
    pub outbox: Outbox,
    /// What was found.
    pub report: OutboxReport,
}

impl Outbox {
    /// Opens the outbox of `account` in `folder`, which is made where it is missing. A damaged one is moved aside and
    /// salvaged; a wrong key, a newer schema or a full disk changes nothing.
    pub fn open(folder: &Path, key: &DatabaseKey, account: AccountKey) -> Result<OpenedOutbox, StoreError> {
        Self::open_with_capacity(folder, key, account, CAPACITY)
    }

    pub(crate) fn open_with_capacity(
        folder: &Path,
        key: &DatabaseKey,
        account: AccountKey,
        capacity: u64,
    ) -> Result<OpenedOutbox, StoreError> {
        fs::create_dir_all(folder)?;
        let files = Files::named(folder, "outbox");
        let (reader, found) = opening::open::<Queue>(&files, key)?;
        let report = match found {
            Found::Fresh => OutboxReport::Fresh,
            Found::Existing => OutboxReport::Existing,
            Found::Salvaged(report) => report,
        };
        let writer = connect::writing(&files.database(), key)?;
        writer.execute_batch("PRAGMA synchronous = FULL;")?;
        let outbox = Self {
            checkpoints: Checkpoints::start(files.clone(), key.clone())?,
            files,
            account,
            writer: Mutex::new(Some(writer)),
            reader: Mutex::new(Some(reader)),
            capacity,
            broken: AtomicBool::new(false),
            #[cfg(test)]
            disk_is_full: AtomicBool::new(false),
        };
        Ok(OpenedOutbox { outbox, report })
    }

    /// Whether there is an outbox in `folder`.
    pub fn exists(folder: &Path) -> bool {
        Files::named(folder, "outbox").database().exists()
    }
}

/// How an outbox differs from other databases.
struct Queue;

impl Kind for Queue {
    type Report = OutboxReport;
    const MIGRATIONS: &'static [&'static str] = &MIGRATIONS;

    fn look(c: &Connection) -> Result<(), StoreError> {
        for table in ["queue", "aside"] {
            collect(c, &format!("SELECT {COLUMNS} FROM {table}"), [], queued_fix)?;
        }
        Ok(())
    }

    fn salvage(files: &Files, key: &DatabaseKey) -> Result<OutboxReport, StoreError> {
        tracing::warn!("the outbox is damaged");
        files.mark_suspect(); // should this be cut short, the next opening goes on
        let (mut fixes, mut complete) = copy(files, key, true)?;
        if fixes == 0 && files.wal().exists() {
            // A broken log can hide a sound database.
            (fixes, complete) = copy(files, key, false)?;
        }
        let moved_to = files.move_aside()?;
        files.put_in_place()?;
        files.clear_suspect()?;
        Ok(OutboxReport::Salvaged { fixes, complete, moved_to })
    }

    fn finish(files: &Files, key: &DatabaseKey) -> Result<Option<OutboxReport>, StoreError> {
        let (true, true, Some(moved_to)) =
            (files.is_suspect(), files.unfinished().exists(), files.last_aside())
        else {
            return Ok(None);
        };
        let counted = connect::reading(&files.unfinished(), key)
            .and_then(|new| Ok((Self::look(&new)?, super::queue::status(&new)?).1));
        let Ok(status) = counted else { return Ok(None) };
        files.write_key_check(key)?;
        files.put_in_place()?;
        files.clear_suspect()?;
        // How complete it was is no longer known.
        let fixes = (status.queued + status.set_aside) as usize;
        Ok(Some(OutboxReport::Salvaged { fixes, complete: false, moved_to }))
    }
}

/// Copies what can be read into the unfinished database. How many fixes, and whether that was everything.
fn copy(files: &Files, key: &DatabaseKey, with_wal: bool) -> Result<(usize, bool), StoreError> {
    let mut new = unfinished::<Queue>(files, key)?;
    let transaction = new.transaction()?;
    let mut fixes = 0;
    let mut complete = false;
    if let Ok(mut old) = Damaged::open(files, key, with_wal)
        && let Ok(schema @ 1..) = connect::schema(&old.connection, MIGRATIONS.len())
    {
        complete = true;
        let mut failed = None;
        for (table, reason) in [("queue", ""), ("aside", ", reason")] {
            let (places, own) = if reason.is_empty() { ("", 7) } else { (", ?8", 8) };
            let put = format!(
                "INSERT OR IGNORE INTO {table} ({COLUMNS}{reason}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7{places})"
            );
            complete &= old.table(table, "seq", &format!("{COLUMNS}{reason}"), |row| {
                let queued = queued_fix(row)?;
                let json = serde_json::to_string(&queued.fix).map_err(|_| StoreError::Corrupt)?;
                let why: Option<i64> = if own == 8 { row.get(7)? } else { None };
                let values: [&dyn ToSql; 8] = [
                    &queued.seq,
                    &queued.id.0.as_bytes(),
                    &queued.account.0,
                    &queued.unit_identifier,
                    &queued.fix.fix_time.0,
                    &queued.attempts,
                    &json,
                    &why,
                ];
                let values = params_from_iter(values.into_iter().take(own));
                let written = transaction.prepare_cached(&put).and_then(|mut put| put.execute(values));
                match written {
                    Ok(more) => fixes += more,
                    Err(error) => failed = Some(StoreError::from(error)),
                }
                Ok(queued.seq)
            });
        }
        let mut keep = |written: Result<(), StoreError>| {
            if let Err(error) = written {
                failed = Some(error);
            }
        };
        complete &= old.table("gaps", "seq", "seq, started, ended, cause", |row| {
            let cause: String = row.get(3)?;
            let gap =
                Gap { from: UtcMs(row.get(1)?), to: Some(UtcMs(row.get(2)?)), cause: from_word(&cause)? };
            keep(put_gap(&transaction, &gap, UtcMs(0)));
            Ok(row.get(0)?)
        });
        // An older version kept them one by one.
        let (table, columns) = match schema {
            1 => ("rejected", "seq, judged, reason, 1"),
            _ => ("rejections", "seq, span, reason, count"),
        };
        complete &= old.table(table, "seq", columns, |row| {
            let reason: String = row.get(2)?;
            from_word::<Rejection>(&reason)?;
            keep(count_rejected(&transaction, span_of(UtcMs(row.get(1)?)), &reason, row.get(3)?));
            Ok(row.get(0)?)
        });
        if let Some(error) = failed {
            return Err(error); // the new database cannot be written: the old one stays where it is
        }
        for key in KEPT_MEMORY {
            let Ok(value) = memory(&old.connection, key) else {
                complete = false;
                old.renew();
                continue;
            };
            if let Some(value) = value {
                remember(&transaction, key, &value)?;
            }
        }
    }
    let queued: i64 = transaction.query_row("SELECT count(*) FROM queue", [], |row| row.get(0))?;
    remember(&transaction, "queued", &queued.to_string())?;
    let next: i64 = transaction.query_row(
        "SELECT 1 + max(coalesce((SELECT max(seq) FROM queue), 0), coalesce((SELECT max(seq) FROM aside), 0))",
        [],
        |row| row.get(0),
    )?;
    remember(&transaction, "next_seq", &next.to_string())?;
    transaction.commit()?;
    connect::checkpoint(&new, connect::Copy::Emptying)?;
    Ok((fixes, complete))
}
