//! Connections and the schema.
//!
//! Decides how a connection is set up and which schema it finds. Pages are authenticated with HMAC-SHA-256 instead of
//! SQLCipher's SHA-512: phones and PCs have instructions for it, and writing a page costs a third less.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::store::{DatabaseKey, StoreError};

/// Of the cache, in order; the schema's number is how many have run.
pub(crate) const MIGRATIONS: [&str; 4] = [
    include_str!("migrations/0001_fleet.sql"),
    include_str!("migrations/0002_history_events.sql"),
    include_str!("migrations/0003_coverage_read.sql"),
    include_str!("migrations/0004_alerts.sql"),
];

/// How long a connection waits for another process that writes.
const BUSY: Duration = Duration::from_secs(5);

/// A connection that has shown the key and is told nothing else yet.
fn unlocked(path: &Path, key: &DatabaseKey, create: bool) -> Result<Connection, StoreError> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags.set(OpenFlags::SQLITE_OPEN_CREATE, create);
    let connection = Connection::open_with_flags(path, flags)?;
    unlock(&connection, key)?;
    Ok(connection)
}

/// Shows the key and sets what every connection has in common. Also for those who open a file by
/// themselves: the self-test on a phone's own processor, the benchmark's peer.
///
/// # Errors
/// [`StoreError`] where SQLite takes no statement; whether the key fits shows only with the first page that is read.
pub fn unlock(connection: &Connection, key: &DatabaseKey) -> Result<(), StoreError> {
    key.unlock(connection)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(32);
    connection.execute_batch(
        // SQLCipher would write its complaints to the terminal; its error codes say the same.
        "PRAGMA cipher_log_level = NONE; PRAGMA cipher_hmac_algorithm = HMAC_SHA256; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;",
    )?;
    Ok(())
}

/// A connection that only reads.
pub(crate) fn reading(path: &Path, key: &DatabaseKey) -> Result<Connection, StoreError> {
    let connection = unlocked(path, key, false)?;
    connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -8192;")?;
    Ok(connection)
}

/// A connection that writes; makes the database where it is missing. What `synchronous = NORMAL` could lose in a power
/// cut (never in a crash) is the last moments of the fleet, which the next snapshot brings again.
pub(crate) fn writing(path: &Path, key: &DatabaseKey) -> Result<Connection, StoreError> {
    let connection = unlocked(path, key, true)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;
         PRAGMA cache_size = -16384; PRAGMA cache_spill = OFF;",
    )?;
    Ok(connection)
}

/// The number of the schema found; refuses one that a newer program wrote, which is one above `known`.
pub(crate) fn schema(connection: &Connection, known: usize) -> Result<usize, StoreError> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let version = usize::try_from(version).map_err(|_| StoreError::Corrupt)?;
    if version > known { Err(StoreError::NewerSchema) } else { Ok(version) }
}

/// Brings the schema up to date, each step in a transaction of its own.
pub(crate) fn migrate(connection: &mut Connection, migrations: &[&str]) -> Result<(), StoreError> {
    let done = schema(connection, migrations.len())?;
    for (number, sql) in migrations.iter().enumerate().skip(done) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", number as i64 + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

/// How a WAL is copied into its database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Copy {
    /// Nobody is waited for; what a reader still needs, and what was written meanwhile, stays for the next time.
    Passing,
    /// Waits a moment for writers and readers; the next commit then writes over the WAL from its beginning.
    Whole,
    /// As `Whole`, and the WAL is emptied.
    Emptying,
}

/// How long a copy waits for others, who wait for it just as long.
const PATIENCE: Duration = Duration::from_millis(50);

/// Copies the WAL into the database.
pub(crate) fn checkpoint(connection: &Connection, copy: Copy) -> Result<(), StoreError> {
    let mode = match copy {
        Copy::Passing => "PASSIVE",
        Copy::Whole => "RESTART",
        Copy::Emptying => "TRUNCATE",
    };
    connection.busy_timeout(PATIENCE)?;
    let done = connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()));
    connection.busy_timeout(BUSY)?;
    match done {
        // Somebody reads or writes; there will be another time.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(()),
        done => Ok(done?),
    }
}
