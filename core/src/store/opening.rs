//! Opening a database, whatever state its files are in.
//!
//! Decides what is done about each: nothing there, in order, made with another key, written by a newer program,
//! damaged. Ordinary opening reads one page: the first rows must be on the screen at once. Damage elsewhere shows when it
//! is read; it is noted, and the next opening looks at everything. Leaves what is in the tables to each [`Kind`].

use std::fs;

use rusqlite::Connection;

use crate::store::files::{Files, KeyVerdict};
use crate::store::{DatabaseKey, StoreError, connect};

/// What one kind of database has of its own.
pub(crate) trait Kind {
    /// What its salvage tells.
    type Report;
    /// Its schema, in steps.
    const MIGRATIONS: &'static [&'static str];
    /// Reads every row that must be readable.
    fn look(c: &Connection) -> Result<(), StoreError>;
    /// Reads what can be read into a new database, moves the damaged one aside and puts the new one in its place.
    fn salvage(files: &Files, key: &DatabaseKey) -> Result<Self::Report, StoreError>;
    /// Ends a salvage that was cut short between moving the old database and putting the new one in its place.
    fn finish(files: &Files, key: &DatabaseKey) -> Result<Option<Self::Report>, StoreError>;
}

/// What opening found.
pub(crate) enum Found<R> {
    /// Nothing was there.
    Fresh,
    /// It was there and in order.
    Existing,
    /// It was damaged.
    Salvaged(R),
}

/// Opens the database of `files`; the connection only reads. A wrong key, a newer schema or a full disk changes nothing.
pub(crate) fn open<K: Kind>(
    files: &Files,
    key: &DatabaseKey,
) -> Result<(Connection, Found<K::Report>), StoreError> {
    if files.database().exists() {
        return open_existing::<K>(files, key);
    }
    let found = if let Some(report) = K::finish(files, key)? {
        Found::Salvaged(report)
    } else {
        create::<K>(files, key)?;
        Found::Fresh
    };
    Ok((connect::reading(&files.database(), key)?, found))
}

/// A new database appears under its name only when it is whole: whatever is met there later without content is damage.
fn create<K: Kind>(files: &Files, key: &DatabaseKey) -> Result<(), StoreError> {
    drop(unfinished::<K>(files, key)?);
    files.write_key_check(key)?;
    files.put_in_place()?;
    files.clear_suspect()?;
    Ok(())
}

/// An empty database of the newest schema under its unfinished name.
pub(crate) fn unfinished<K: Kind>(files: &Files, key: &DatabaseKey) -> Result<Connection, StoreError> {
    files.remove_unfinished()?;
    let mut connection = connect::writing(&files.unfinished(), key)?;
    connect::migrate(&mut connection, K::MIGRATIONS)?;
    connect::checkpoint(&connection, connect::Copy::Emptying)?;
    Ok(connection)
}

fn open_existing<K: Kind>(
    files: &Files,
    key: &DatabaseKey,
) -> Result<(Connection, Found<K::Report>), StoreError> {
    let verdict = files.judge_key(key)?;
    if verdict == KeyVerdict::Wrong {
        return Err(StoreError::WrongKey);
    }
    match checked::<K>(files, key) {
        Ok(reader) => {
            if verdict == KeyVerdict::Unknown {
                files.write_key_check(key)?; // the database itself has shown that the key is right
            }
            Ok((reader, Found::Existing))
        }
        // Without the check nothing tells a wrong key from a broken file; the harmless one is assumed.
        Err(StoreError::Corrupt) if verdict == KeyVerdict::Unknown => Err(StoreError::WrongKey),
        Err(StoreError::Corrupt) => {
            let report = K::salvage(files, key)?;
            Ok((connect::reading(&files.database(), key)?, Found::Salvaged(report)))
        }
        Err(error) => Err(error),
    }
}

/// A reading connection to a database that can be trusted as far as is known, at the newest schema.
fn checked<K: Kind>(files: &Files, key: &DatabaseKey) -> Result<Connection, StoreError> {
    let path = files.database();
    if fs::metadata(&path)?.len() == 0 {
        return Err(StoreError::Corrupt); // SQLite would take it for a new one
    }
    let reader = connect::reading(&path, key)?;
    let schema = connect::schema(&reader, K::MIGRATIONS.len())?;
    if schema == 0 {
        return Err(StoreError::Corrupt);
    }
    if schema < K::MIGRATIONS.len() {
        connect::migrate(&mut connect::writing(&path, key)?, K::MIGRATIONS)?;
    }
    if files.is_suspect() {
        look_at_everything::<K>(&reader)?;
        files.clear_suspect()?;
    }
    Ok(reader)
}

/// Every page, every index, every row.
fn look_at_everything<K: Kind>(c: &Connection) -> Result<(), StoreError> {
    let verdict: String = c.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(StoreError::Corrupt);
    }
    K::look(c)
}
