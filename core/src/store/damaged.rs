//! Reading a damaged database.
//!
//! Decides how far reading goes. A table is read forwards until something resists, then backwards from its end; what
//! lies between is halved and tried again until no key is left or the patience is used up, so one bad page costs the
//! rows on it and no more. Leaves what is kept to `salvage` and `outbox`.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Row};
use url::Url;

use crate::store::files::Files;
use crate::store::{DatabaseKey, StoreError, connect};

/// How many times in a row reading a table may start anew without finding a row.
const PATIENCE: u32 = 100;
/// Where numbers given by servers lie; the rest is looked at too, but last.
const USUAL_KEYS: i64 = u32::MAX as i64;

/// The damaged database: only read, and left as it is.
pub(crate) struct Damaged<'a> {
    files: &'a Files,
    key: &'a DatabaseKey,
    with_wal: bool,
    pub(crate) connection: Connection,
}

impl<'a> Damaged<'a> {
    pub(crate) fn open(files: &'a Files, key: &'a DatabaseKey, with_wal: bool) -> Result<Self, StoreError> {
        Ok(Self { files, key, with_wal, connection: Self::connect(files, key, with_wal)? })
    }

    /// SQLCipher refuses everything on a connection that has met a bad page: what is next needs a new one.
    pub(crate) fn renew(&mut self) {
        if let Ok(connection) = Self::connect(self.files, self.key, self.with_wal) {
            self.connection = connection;
        }
    }

    fn connect(files: &Files, key: &DatabaseKey, with_wal: bool) -> Result<Connection, StoreError> {
        let path = files.database();
        let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = if with_wal {
            flags |= OpenFlags::SQLITE_OPEN_READ_WRITE;
            Connection::open_with_flags(&path, flags)?
        } else {
            flags |= OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
            let mut url = Url::from_file_path(std::path::absolute(&path)?).map_err(|()| StoreError::Io)?;
            url.set_query(Some("immutable=1"));
            Connection::open_with_flags(url.as_str(), flags)?
        };
        connect::unlock(&connection, key)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        connection.execute_batch("PRAGMA query_only = ON;")?;
        Ok(connection)
    }

    /// Reads a table in ranges of its key; `visit` answers with the row's key. False when something could not be read.
    pub(crate) fn table(
        &mut self,
        table: &str,
        key: &str,
        columns: &str,
        mut visit: impl FnMut(&Row<'_>) -> Result<i64, StoreError>,
    ) -> bool {
        let sql = |order: &str| {
            format!(
                "SELECT {columns} FROM {table} NOT INDEXED WHERE {key} BETWEEN ?1 AND ?2 ORDER BY {key} {order}"
            )
        };
        let (forwards, backwards) = (sql("ASC"), sql("DESC"));
        let mut ranges = vec![(USUAL_KEYS + 1, i64::MAX), (i64::MIN, -1), (0, USUAL_KEYS)];
        let mut patience = PATIENCE;
        let mut complete = true;
        while let Some((low, high)) = ranges.pop() {
            let Walked::UpTo(last) = walk(&self.connection, &forwards, low, high, &mut visit) else {
                continue;
            };
            complete = false;
            self.renew();
            let low = last.map_or(low, |last| last.saturating_add(1));
            let Walked::UpTo(first) = walk(&self.connection, &backwards, low, high, &mut visit) else {
                continue;
            };
            let high = first.map_or(high, |first| first.saturating_sub(1));
            self.renew();
            patience = if last.or(first).is_some() { PATIENCE } else { patience - 1 };
            if patience == 0 {
                return false;
            }
            if low < high {
                let middle = low.midpoint(high);
                ranges.extend([(middle + 1, high), (low, middle)]);
            }
        }
        complete
    }
}

/// How far a walk came.
enum Walked {
    ToItsEnd,
    /// Something resisted behind this key, or at once.
    UpTo(Option<i64>),
}

/// Walks a range of keys until its end or until a page or row cannot be read.
fn walk(
    c: &Connection,
    sql: &str,
    low: i64,
    high: i64,
    visit: &mut impl FnMut(&Row<'_>) -> Result<i64, StoreError>,
) -> Walked {
    let mut last = None;
    let Ok(mut statement) = c.prepare_cached(sql) else { return Walked::UpTo(None) };
    let Ok(mut rows) = statement.query([low, high]) else { return Walked::UpTo(None) };
    loop {
        match rows.next() {
            Ok(Some(row)) => match visit(row) {
                Ok(key) => last = Some(key),
                Err(_) => return Walked::UpTo(last),
            },
            Ok(None) => return Walked::ToItsEnd,
            Err(_) => return Walked::UpTo(last),
        }
    }
}
