//! The queue as the sender sees it: what is next, what was acknowledged, what is set aside.

use rusqlite::{Connection, Row};
use uuid::Uuid;

use super::{Outbox, count, number, remember};
use crate::model::{AccountKey, FixId, OutboxStatus, QueuedFix, SetAsideReason, UtcMs};
use crate::store::StoreError;

pub(super) const COLUMNS: &str = "seq, id, account, unit, fix_time, attempts, fix";

impl Outbox {
    /// The fixes to send next, oldest first, at most `limit`.
    pub fn next(&self, limit: u32) -> Result<Vec<QueuedFix>, StoreError> {
        self.page(0, limit)
    }

    /// A page of what waits, oldest first.
    pub fn page(&self, offset: u32, limit: u32) -> Result<Vec<QueuedFix>, StoreError> {
        self.read(|c| {
            let mut query =
                c.prepare_cached(&format!("SELECT {COLUMNS} FROM queue ORDER BY seq LIMIT ?1 OFFSET ?2"))?;
            let mut rows = query.query([limit, offset])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(queued_fix(row)?);
            }
            Ok(found)
        })
    }

    /// What the server would not take, oldest first, with the reason; at most `limit`.
    pub fn set_aside_fixes(&self, limit: u32) -> Result<Vec<(QueuedFix, SetAsideReason)>, StoreError> {
        self.read(|c| {
            let mut query =
                c.prepare_cached(&format!("SELECT {COLUMNS}, reason FROM aside ORDER BY seq LIMIT ?1"))?;
            let mut rows = query.query([limit])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push((queued_fix(row)?, reason(row.get(7)?)?));
            }
            Ok(found)
        })
    }

    /// The server has these: they are deleted, each by its place and its id.
    pub fn acknowledge(&self, fixes: &[&QueuedFix], now: UtcMs) -> Result<(), StoreError> {
        let Some(newest) = fixes.iter().map(|queued| queued.fix.fix_time).max() else { return Ok(()) };
        self.write(|t| {
            let mut delete = t.prepare_cached("DELETE FROM queue WHERE seq = ?1 AND id = ?2")?;
            let mut gone = 0;
            for queued in fixes {
                gone += delete.execute((queued.seq, queued.id.0.as_bytes()))?;
            }
            let newest = number(t, "newest_sent")?.map_or(newest.0, |before| before.max(newest.0));
            remember(t, "newest_sent", &newest.to_string())?;
            remember(t, "last_success", &now.0.to_string())?;
            count(t, -(gone as i64)).map(drop)
        })
    }

    /// One more try without a clear answer.
    pub fn count_attempt(&self, queued: &QueuedFix) -> Result<(), StoreError> {
        self.write(|t| {
            t.prepare_cached("UPDATE queue SET attempts = attempts + 1 WHERE seq = ?1 AND id = ?2")?
                .execute((queued.seq, queued.id.0.as_bytes()))?;
            Ok(())
        })
    }

    /// Takes a fix out of the others' way.
    pub fn set_aside(&self, queued: &QueuedFix, reason: SetAsideReason) -> Result<(), StoreError> {
        self.write(|t| {
            let key = (queued.seq, queued.id.0.as_bytes());
            t.prepare_cached(&format!(
                "INSERT OR REPLACE INTO aside ({COLUMNS}, reason) SELECT {COLUMNS}, {} FROM queue WHERE seq = ?1 AND id = ?2",
                number_of(reason)
            ))?
            .execute(key)?;
            let gone = t.prepare_cached("DELETE FROM queue WHERE seq = ?1 AND id = ?2")?.execute(key)?;
            count(t, -(gone as i64)).map(drop)
        })
    }

    /// Everything set aside waits again, in its old place. Answers with how many. What was tried is not as if it never was:
    /// plain Traccar may have it, so it is looked for before it is sent again.
    pub fn retry_set_aside(&self) -> Result<u64, StoreError> {
        self.write(|t| {
            let back = t.execute(
                "INSERT INTO queue (seq, id, account, unit, fix_time, attempts, fix)
                 SELECT seq, id, account, unit, fix_time, min(attempts, 1), fix FROM aside",
                [],
            )?;
            t.execute("DELETE FROM aside", [])?;
            count(t, back as i64)?;
            Ok(back as u64)
        })
    }

    /// Erases everything that waits or was set aside. Answers with how many that were.
    pub fn erase_fixes(&self) -> Result<u64, StoreError> {
        self.write(|t| erase(t))
    }

    /// Erases what waits or was set aside for a unit, of a time from `from` to `to`, both included.
    pub fn erase_fixes_between(
        &self,
        unit_identifier: &str,
        from: UtcMs,
        to: UtcMs,
    ) -> Result<u64, StoreError> {
        self.write(|t| {
            let range = (unit_identifier, from.0, to.0);
            let of = "WHERE unit = ?1 AND fix_time BETWEEN ?2 AND ?3";
            let waited = t.execute(&format!("DELETE FROM queue {of}"), range)?;
            let aside = t.execute(&format!("DELETE FROM aside {of}"), range)?;
            count(t, -(waited as i64))?;
            Ok((waited + aside) as u64)
        })
    }

    /// How many wait, since when, what was sent last.
    pub fn status(&self) -> Result<OutboxStatus, StoreError> {
        self.read(status)
    }
}

pub(super) fn erase(c: &Connection) -> Result<u64, StoreError> {
    let gone = c.execute("DELETE FROM queue", [])? + c.execute("DELETE FROM aside", [])?;
    count(c, i64::MIN)?;
    Ok(gone as u64)
}

pub(super) fn status(c: &Connection) -> Result<OutboxStatus, StoreError> {
    let mut oldest = c.prepare_cached("SELECT fix_time FROM queue ORDER BY seq LIMIT 1")?;
    let mut oldest = oldest.query([])?;
    let aside: i64 = c.prepare_cached("SELECT count(*) FROM aside")?.query_row([], |row| row.get(0))?;
    let counted = |key| Ok::<_, StoreError>(number(c, key)?.unwrap_or(0).unsigned_abs());
    Ok(OutboxStatus {
        queued: counted("queued")?,
        oldest: oldest.next()?.map(|row| row.get(0)).transpose()?.map(UtcMs),
        set_aside: aside.unsigned_abs(),
        newest_sent: number(c, "newest_sent")?.map(UtcMs),
        last_success: number(c, "last_success")?.map(UtcMs),
        thinned: counted("thinned")?,
    })
}

pub(super) fn queued_fix(row: &Row<'_>) -> Result<QueuedFix, StoreError> {
    let id: Vec<u8> = row.get(1)?;
    let json = row.get_ref(6)?.as_str().map_err(|_| StoreError::Corrupt)?;
    Ok(QueuedFix {
        seq: row.get(0)?,
        id: FixId(Uuid::from_slice(&id).map_err(|_| StoreError::Corrupt)?),
        account: AccountKey(row.get(2)?),
        unit_identifier: row.get(3)?,
        attempts: row.get(5)?,
        fix: serde_json::from_str(json).map_err(|_| StoreError::Corrupt)?,
    })
}

/// Numbers that are kept on disk: never reused.
fn number_of(reason: SetAsideReason) -> i64 {
    match reason {
        SetAsideReason::Refused => 1,
        SetAsideReason::Denied => 2,
        SetAsideReason::UnknownUnit => 3,
        SetAsideReason::NoAnswer => 4,
        SetAsideReason::TooLarge => 5,
    }
}

fn reason(number: i64) -> Result<SetAsideReason, StoreError> {
    Ok(match number {
        1 => SetAsideReason::Refused,
        2 => SetAsideReason::Denied,
        3 => SetAsideReason::UnknownUnit,
        4 => SetAsideReason::NoAnswer,
        5 => SetAsideReason::TooLarge,
        _ => return Err(StoreError::Corrupt),
    })
}

/// What a salvage keeps of the memory: what the rules remembered, and what is told of the sending.
pub(super) const KEPT_MEMORY: [&str; 5] =
    ["rules", "newest_sent", "last_success", "thinned", "note-geofences"];
