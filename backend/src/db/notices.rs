//! Notices to accounts, until each has acknowledged them.

use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

use super::{Database, text};
use crate::error::Refusal;
use crate::model::Time;

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bilingual {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    #[serde(rename = "zh-Hans")]
    pub zh_hans: String,
}

/// What a notice says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// A line.
    pub title: Bilingual,
    /// The whole.
    pub text: Bilingual,
}

/// A notice as one account has it.
#[derive(Clone, Debug, Serialize)]
pub struct Notice {
    /// Number.
    pub id: i64,
    /// `security` or `endOfService`.
    pub kind: String,
    /// What it says.
    #[serde(flatten)]
    pub words: Words,
    /// When it was made.
    pub created: Time,
    /// When the account said that it has seen it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Time>,
}

fn notice(row: &Row<'_>) -> rusqlite::Result<Notice> {
    let body: String = row.get(2)?;
    Ok(Notice {
        id: row.get(0)?,
        kind: row.get(1)?,
        words: super::parsed(&body),
        created: Time(row.get(3)?),
        acknowledged: row.get::<_, Option<i64>>(4)?.map(Time),
    })
}

impl Database {
    /// Makes a notice for accounts; its number.
    pub fn add_notice(&self, kind: &str, words: &Words, users: &[i64], now: i64) -> Result<i64, Refusal> {
        self.transaction(|t| {
            let sql = "INSERT INTO notices (kind, body, created) VALUES (?1, ?2, ?3)";
            t.0.execute(sql, params![kind, text(words)?, now])?;
            let id = t.0.last_insert_rowid();
            for user in users {
                t.0.prepare_cached("INSERT INTO notice_user (user_id, notice_id) VALUES (?1, ?2)")?
                    .execute([*user, id])?;
            }
            Ok(id)
        })
    }

    /// An account's notices, newest first.
    pub fn notices(&self, user: i64) -> Result<Vec<Notice>, Refusal> {
        let c = self.read();
        let mut statement = c.prepare_cached(
            "SELECT n.id, n.kind, n.body, n.created, u.acknowledged FROM notice_user u JOIN notices n ON n.id = u.notice_id
             WHERE u.user_id = ?1 ORDER BY n.id DESC",
        )?;
        Ok(statement.query_map([user], notice)?.collect::<Result<_, _>>()?)
    }

    /// All notices with how many accounts they went to and how many of those have not acknowledged them.
    pub fn all_notices(&self) -> Result<Vec<(Notice, i64, i64)>, Refusal> {
        let c = self.read();
        let mut statement = c.prepare_cached(
            "SELECT n.id, n.kind, n.body, n.created, NULL, count(u.user_id), count(u.user_id) - count(u.acknowledged)
             FROM notices n LEFT JOIN notice_user u ON u.notice_id = n.id GROUP BY n.id ORDER BY n.id",
        )?;
        let rows = statement.query_map([], |row| Ok((notice(row)?, row.get(5)?, row.get(6)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes that an account has seen a notice; the first time counts.
    pub fn acknowledge(&self, user: i64, id: i64, now: i64) -> Result<(), Refusal> {
        let sql = "UPDATE notice_user SET acknowledged = coalesce(acknowledged, ?3) WHERE user_id = ?1 AND notice_id = ?2";
        if self.write().execute(sql, [user, id, now])? == 0 { Err(Refusal::NotFound) } else { Ok(()) }
    }

    /// The newest notice's number, and the accounts that notices after a number went to.
    pub(crate) fn notices_after(&self, after: i64) -> Result<(i64, Vec<i64>), Refusal> {
        let c = self.read();
        let newest =
            c.prepare_cached("SELECT coalesce(max(id), 0) FROM notices")?.query_row([], |row| row.get(0))?;
        let mut statement = c.prepare_cached(
            "SELECT DISTINCT user_id FROM notice_user WHERE notice_id > ?1 AND acknowledged IS NULL",
        )?;
        let users = if newest == after {
            Vec::new()
        } else {
            statement.query_map([after], |row| row.get(0))?.collect::<Result<_, _>>()?
        };
        Ok((newest, users))
    }
}
