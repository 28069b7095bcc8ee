//! The outbox: fixes accepted and not yet acknowledged, in an encrypted database of their own beside the cache.
//!
//! ```text
//!  record ──► queue ──► sent ──► acknowledged: the row is deleted by its id
//!               ▲         │
//!               │         ├────► no answer, no connection: stays, in order
//!        retry  │         └────► the server will not take this one: aside, visible
//!               └──────────────────────┘
//! ```
//!
//! Decides how fixes are kept: one transaction for a fix and for what the rules remember, `synchronous=FULL`, so that
//! when [`Outbox::update`] returns the process may be killed or the power cut. A database apart from the cache, because
//! the cache may be erased, damaged or rebuilt and nobody sends these rows again. When [`CAPACITY`] is reached every
//! second of the oldest fixes gives way, and how many did is kept: the oldest track loses detail, none is lost whole and
//! no new fix is refused. Leaves what is accepted to `decide::own` and what is sent when to `sync::upload`.

mod checkpoints;
mod open;
mod queue;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use uuid::{NoContext, Timestamp, Uuid};

use crate::lock::lock;
use crate::model::{AcceptedFix, AccountKey, FixId, Gap, Rejected, Rejection, UtcMs};
use crate::store::files::Files;
use crate::store::{StoreError, connect};

use checkpoints::Checkpoints;
pub use open::{OpenedOutbox, OutboxReport};

/// How many fixes wait at most: more than a week at one a second while moving eight hours a day would bring.
pub const CAPACITY: u64 = 100_000;
/// Of so many oldest fixes every second one gives way when the capacity is reached.
const THINNED_AT_ONCE: i64 = 20_000;
/// How long a person can see why a reading was not accepted.
const REJECTED_KEPT_MS: i64 = 48 * 3_600_000;
/// They are counted by reason over so long: at most some 3,000 counts in 48 hours, whatever the sensors do.
const REJECTED_SPAN_MS: i64 = 600_000;
/// How long gaps are kept.
const GAPS_KEPT_MS: i64 = 90 * 86_400_000;

/// What one call of the rules leaves.
#[derive(Debug, Default)]
pub struct OutboxChange {
    /// What the rules remember from now on, as JSON; `None` leaves what is kept.
    pub memory_json: Option<String>,
    /// The identifier of the unit that is reported for.
    pub unit_identifier: String,
    /// Fixes to send.
    pub accepted: Vec<AcceptedFix>,
    /// Readings that were not accepted.
    pub rejected: Vec<Rejected>,
    /// Gaps that have ended.
    pub gaps: Vec<Gap>,
    /// Everything that waits or was set aside is erased, what is accepted here included.
    pub erase: bool,
    /// Now, by the wall clock.
    pub now: UtcMs,
}

/// One account's outbox.
pub struct Outbox {
    files: Files,
    account: AccountKey,
    writer: Mutex<Option<Connection>>,
    reader: Mutex<Option<Connection>>,
    capacity: u64,
    checkpoints: Checkpoints,
    /// Damage was met: opening anew salvages.
    broken: AtomicBool,
    /// As if nothing could be written any more, a mark on a row as little as a new one.
    #[cfg(test)]
    pub(crate) disk_is_full: AtomicBool,
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbox").finish_non_exhaustive()
    }
}

impl Outbox {
    /// Hands what the rules remember to `rule` and keeps what it leaves, in one durable transaction; nobody else's change
    /// comes between. Answers with the names of the accepted fixes, in their order. After an error nothing has changed.
    pub fn update<T>(
        &self,
        rule: impl FnOnce(Option<&str>) -> (OutboxChange, T),
    ) -> Result<(T, Vec<FixId>), StoreError> {
        let mut ids = Vec::new();
        let answer = self.write(|transaction| {
            let memory = memory(transaction, "rules")?;
            let (change, answer) = rule(memory.as_deref());
            if let Some(json) = &change.memory_json {
                remember(transaction, "rules", json)?;
            }
            let mut put = transaction.prepare_cached(
                "INSERT INTO queue (seq, id, account, unit, fix_time, fix) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            let mut seq = number(transaction, "next_seq")?.unwrap_or(1);
            for fix in &change.accepted {
                let id = FixId(new_id(change.now));
                let json = serde_json::to_string(fix).map_err(|_| StoreError::Internal(3))?;
                let (account, unit) = (&self.account.0, &change.unit_identifier);
                put.execute(params![seq, id.0.as_bytes(), account, unit, fix.fix_time.0, json])?;
                seq += 1;
                ids.push(id);
            }
            if !ids.is_empty() {
                remember(transaction, "next_seq", &seq.to_string())?;
                if count(transaction, ids.len() as i64)? > self.capacity as i64 {
                    thin(transaction)?;
                }
            }
            if change.erase {
                queue::erase(transaction)?;
                ids.clear();
            }
            keep_rejected(transaction, &change)?;
            keep_gaps(transaction, &change)?;
            Ok(answer)
        })?;
        Ok((answer, ids))
    }

    /// What the rules remember, as JSON.
    pub fn memory(&self) -> Result<Option<String>, StoreError> {
        self.read(|c| memory(c, "rules"))
    }

    /// Erases the readings not accepted more than 48 hours before `now`; answers with how many. Also where a phone does not
    /// report any more nothing outlives its term.
    pub fn forget_rejected(&self, now: UtcMs) -> Result<u64, StoreError> {
        let kept_from = kept_from(now);
        let due = "SELECT coalesce(sum(count), 0) FROM rejections WHERE span < ?1";
        let gone: i64 = self.read(|c| Ok(c.query_row(due, [kept_from], |row| row.get(0))?))?;
        if gone > 0 {
            self.write(|transaction| forget_rejections(transaction, kept_from))?;
        }
        Ok(gone.unsigned_abs())
    }

    /// A text kept beside the fixes under a name of its own.
    pub fn note(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.read(|c| memory(c, &format!("note-{name}")))
    }

    /// Keeps a text under a name of its own.
    pub fn keep_note(&self, name: &str, text: &str) -> Result<(), StoreError> {
        self.write(|transaction| remember(transaction, &format!("note-{name}"), text))
    }

    /// How many readings were not accepted in the 48 hours before `now`, by reason, most first; ten minutes more at most.
    pub fn rejected_counts(&self, now: UtcMs) -> Result<Vec<(Rejection, u64)>, StoreError> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT reason, sum(count) FROM rejections WHERE span >= ?1 GROUP BY reason ORDER BY 2 DESC, 1",
            )?;
            let rows = query.query_map([kept_from(now)], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
            })?;
            rows.map(|row| {
                let (reason, count) = row?;
                Ok((from_word(&reason)?, count.unsigned_abs()))
            })
            .collect()
        })
    }

    /// Gaps that have ended, newest first, at most `limit`.
    pub fn gaps(&self, limit: u32) -> Result<Vec<Gap>, StoreError> {
        self.read(|c| {
            let mut query =
                c.prepare_cached("SELECT started, ended, cause FROM gaps ORDER BY seq DESC LIMIT ?1")?;
            let rows = query.query_map([limit], |row| {
                Ok((UtcMs(row.get(0)?), UtcMs(row.get(1)?), row.get::<_, String>(2)?))
            })?;
            rows.map(|row| {
                let (from, to, cause) = row?;
                Ok(Gap { from, to: Some(to), cause: from_word(&cause)? })
            })
            .collect()
        })
    }

    /// The file whose lock makes one program the sender.
    pub(crate) fn sender_lock(&self) -> std::path::PathBuf {
        self.files.lock()
    }

    /// Copies what is in the log into the database and closes. Later calls answer [`StoreError::Closed`].
    pub fn close(&self) {
        lock(&self.reader).take();
        self.checkpoints.close();
        lock(&self.writer).take();
    }

    /// One durable transaction that no other process's comes between.
    fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut writer = lock(&self.writer);
        let connection = writer.as_mut().ok_or(StoreError::Closed)?;
        #[cfg(test)]
        if self.disk_is_full.load(Ordering::Relaxed) {
            return Err(StoreError::Full);
        }
        let done = (|| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let answer = work(&transaction)?;
            transaction.commit()?;
            Ok(answer)
        })();
        match &done {
            // The transaction is durable whatever comes of this.
            Ok(_) if self.checkpoints.note() => {
                if let Err(error) = connect::checkpoint(connection, connect::Copy::Whole) {
                    self.met(error);
                }
            }
            Ok(_) => {}
            Err(error) => self.met(*error),
        }
        done
    }

    /// As if the disk had only so many pages; `None` lifts the limit.
    #[cfg(test)]
    fn limit_pages(&self, pages: Option<u32>) {
        let pages = pages.unwrap_or(u32::MAX - 1);
        let writer = lock(&self.writer);
        writer
            .as_ref()
            .unwrap()
            .query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))
            .unwrap();
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let found = work(lock(&self.reader).as_ref().ok_or(StoreError::Closed)?);
        if let Err(error) = &found {
            self.met(*error);
        }
        found
    }

    fn met(&self, error: StoreError) {
        if error == StoreError::Corrupt {
            self.broken.store(true, Ordering::Relaxed);
            self.files.mark_suspect();
        }
    }

    /// Whether damage was met in use: close it and open it again.
    pub fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }
}

fn new_id(now: UtcMs) -> Uuid {
    let ms = now.0.max(0).unsigned_abs();
    Uuid::new_v7(Timestamp::from_unix(NoContext, ms / 1_000, (ms % 1_000) as u32 * 1_000_000))
}

fn memory(c: &Connection, key: &str) -> Result<Option<String>, StoreError> {
    let mut query = c.prepare_cached("SELECT value FROM memory WHERE key = ?1")?;
    Ok(query.query_row([key], |row| row.get(0)).optional()?)
}

fn remember(c: &Connection, key: &str, value: &str) -> Result<(), StoreError> {
    c.prepare_cached(
        "INSERT INTO memory (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )?
    .execute((key, value))?;
    Ok(())
}

fn number(c: &Connection, key: &str) -> Result<Option<i64>, StoreError> {
    memory(c, key)?.map(|text| text.parse().map_err(|_| StoreError::Corrupt)).transpose()
}

/// Keeps how many fixes wait, `more` than before, and answers with it: counting the rows of a full outbox would take as
/// long as writing a thousand.
fn count(c: &Connection, more: i64) -> Result<i64, StoreError> {
    let queued = number(c, "queued")?.unwrap_or(0).saturating_add(more).max(0);
    remember(c, "queued", &queued.to_string())?;
    Ok(queued)
}

/// Every second of the oldest gives way.
fn thin(c: &Connection) -> Result<(), StoreError> {
    let gone = c.execute(
        "DELETE FROM queue WHERE seq IN (SELECT seq FROM
            (SELECT seq, row_number() OVER (ORDER BY seq) AS n FROM queue ORDER BY seq LIMIT ?1)
         WHERE n % 2 = 0)",
        [THINNED_AT_ONCE],
    )? as i64;
    count(c, -gone)?;
    let before = number(c, "thinned")?.unwrap_or(0);
    remember(c, "thinned", &(before + gone).to_string())
}

fn keep_rejected(c: &Connection, change: &OutboxChange) -> Result<(), StoreError> {
    if change.rejected.is_empty() {
        return Ok(());
    }
    let mut counts: BTreeMap<(i64, String), i64> = BTreeMap::new();
    for one in &change.rejected {
        *counts.entry((span_of(one.judged_at), word(&one.reason)?)).or_default() += 1;
    }
    for ((span, reason), count) in counts {
        count_rejected(c, span, &reason, count)?;
    }
    forget_rejections(c, kept_from(change.now))
}

/// So many more readings were not accepted for a reason.
fn count_rejected(c: &Connection, span: i64, reason: &str, count: i64) -> Result<(), StoreError> {
    c.prepare_cached(
        "INSERT INTO rejections (span, reason, count) VALUES (?1, ?2, ?3)
         ON CONFLICT (span, reason) DO UPDATE SET count = count + excluded.count",
    )?
    .execute((span, reason, count))?;
    Ok(())
}

fn forget_rejections(c: &Connection, kept_from: i64) -> Result<(), StoreError> {
    c.prepare_cached("DELETE FROM rejections WHERE span < ?1")?.execute([kept_from])?;
    Ok(())
}

/// The beginning of the ten minutes that a moment lies in.
fn span_of(at: UtcMs) -> i64 {
    at.0.div_euclid(REJECTED_SPAN_MS).saturating_mul(REJECTED_SPAN_MS)
}

/// The oldest span that is kept: none goes before its last moment has outlived its term.
fn kept_from(now: UtcMs) -> i64 {
    span_of(UtcMs(now.0.saturating_sub(REJECTED_KEPT_MS)))
}

fn keep_gaps(c: &Connection, change: &OutboxChange) -> Result<(), StoreError> {
    if change.gaps.is_empty() {
        return Ok(());
    }
    for gap in &change.gaps {
        put_gap(c, gap, change.now)?;
    }
    c.execute("DELETE FROM gaps WHERE ended < ?1", [change.now.0.saturating_sub(GAPS_KEPT_MS)])?;
    Ok(())
}

fn put_gap(c: &Connection, gap: &Gap, now: UtcMs) -> Result<(), StoreError> {
    c.prepare_cached("INSERT INTO gaps (started, ended, cause) VALUES (?1, ?2, ?3)")?.execute((
        gap.from.0,
        gap.to.unwrap_or(now).0,
        word(&gap.cause)?,
    ))?;
    Ok(())
}

/// The word that serde has for a variant.
fn word<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(StoreError::Internal(4)),
    }
}

fn from_word<T: serde::de::DeserializeOwned>(word: &str) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).map_err(|_| StoreError::Corrupt)
}

#[cfg(test)]
mod tests {
    use super::{Outbox, OutboxChange};
    use crate::model::{AccountKey, Gap, GapCause, UtcMs};
    use crate::store::{DatabaseKey, StoreError};

    #[test]
    fn a_full_disk_is_said_and_loses_nothing_that_was_kept() {
        let folder = tempfile::tempdir().unwrap();
        let key = DatabaseKey::from_bytes([4; 32]);
        let outbox = Outbox::open(folder.path(), &key, AccountKey("a".into())).unwrap().outbox;
        let gap = Gap { from: UtcMs(1), to: Some(UtcMs(1)), cause: GapCause::NoReading };
        let keep = |text: String| {
            let change = OutboxChange {
                memory_json: Some(text),
                gaps: vec![gap; 50],
                now: UtcMs(1),
                ..OutboxChange::default()
            };
            outbox.update(|_| (change, ()))
        };
        keep("before".into()).unwrap();
        outbox.limit_pages(Some(12));
        let mut kept = 1;
        let refusal = (0..1_000).find_map(|_| match keep("x".repeat(3_000)) {
            Ok(_) => {
                kept += 1;
                None
            }
            Err(error) => Some(error),
        });
        assert_eq!(refusal, Some(StoreError::Full));
        assert_eq!(outbox.gaps(1_000_000).unwrap().len(), 50 * kept, "whole calls or nothing");
        outbox.limit_pages(None);
        keep("after".into()).unwrap();
        assert_eq!(outbox.memory().unwrap().as_deref(), Some("after"));
    }
}
