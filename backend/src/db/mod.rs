//! What is kept: one SQLite database. The only SQL of the backend.
//!
//! One connection writes (`synchronous=FULL`: what was acknowledged survives a power cut), a few read. Every method
//! blocks; callers on async threads go through [`Database::run`]. What must happen whole or not at all goes through
//! [`Database::transaction`].

pub mod access_log;
pub mod consents;
mod devices;
pub(crate) mod erasures;
mod fixes;
pub(crate) mod fleet;
mod groups;
pub mod notices;
mod notifications;
mod permissions;
pub(crate) mod positions;
pub(crate) mod push;
pub mod retention;
pub mod rights;
mod unit_states;
pub(crate) mod users;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use crate::error::Refusal;

pub use permissions::Link;
pub use positions::NewPosition;

struct Connections {
    writer: Mutex<Connection>,
    /// Whoever finds all of the others busy waits for this one.
    reader: Mutex<Connection>,
    more_readers: Vec<Mutex<Connection>>,
    /// Whether the write-ahead log may hold what was erased.
    erased: AtomicBool,
}

/// How long writers wait for each other.
const BUSY: Duration = Duration::from_secs(10);
/// How long readers may hold up the end of the write-ahead log, for which writers wait.
const FOLDING: Duration = Duration::from_millis(100);

/// Connections that read beside the first: a large answer must not keep small ones waiting.
const MORE_READERS: usize = 3;

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Connections>,
}

impl Database {
    /// Opens or makes the database.
    pub fn open(path: &Path) -> Result<Self, rusqlite::Error> {
        let mut writer = connect(path)?;
        migrate(&mut writer)?;
        let more = (0..MORE_READERS).map(|_| connect(path).map(Mutex::new)).collect::<Result<_, _>>()?;
        let (writer, reader) = (Mutex::new(writer), Mutex::new(connect(path)?));
        // A process that was killed may have left what it erased in the log.
        let erased = AtomicBool::new(true);
        Ok(Self { inner: Arc::new(Connections { writer, reader, more_readers: more, erased }) })
    }

    /// Something was erased: what the write-ahead log still holds of it goes, now or with a later
    /// [`Self::fold_erased`].
    pub(crate) fn erased(&self) {
        self.inner.erased.store(true, Ordering::Release);
        // It is erased all the same: whoever asked for it must not hear otherwise.
        if self.fold_erased().is_err() {
            tracing::warn!("what was erased is still in the write-ahead log; it is tried again");
        }
    }

    /// Empties the write-ahead log where it may hold what was erased. Where somebody reads it is tried again with the next
    /// call.
    pub(crate) fn fold_erased(&self) -> Result<(), Refusal> {
        if !self.inner.erased.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let folded = || {
            let c = self.write();
            c.busy_timeout(FOLDING)?;
            let busy = c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
            c.busy_timeout(BUSY)?;
            busy
        };
        let folded = folded();
        if !matches!(folded, Ok(0)) {
            self.inner.erased.store(true, Ordering::Release);
        }
        match folded {
            // Where a reader or another process holds a lock the pragma may also fail with it.
            Err(error) if error.sqlite_error_code() != Some(rusqlite::ErrorCode::DatabaseBusy) => {
                Err(error.into())
            }
            _ => Ok(()),
        }
    }

    /// Folds the write-ahead log into the database's file, at the end of a run.
    pub fn checkpoint(&self) -> Result<(), Refusal> {
        self.write().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// Writes all of it to another file, as it is at one moment; others go on reading and writing.
    pub(crate) fn copy_to(&self, file: &Path) -> Result<(), rusqlite::Error> {
        self.read().backup("main", file, None::<fn(rusqlite::backup::Progress)>)
    }

    /// Writes the whole file anew, so that nothing of what was deleted is left in it.
    pub(crate) fn rewrite(&self) -> Result<(), rusqlite::Error> {
        self.write().execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")
    }

    fn write(&self) -> MutexGuard<'_, Connection> {
        self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> MutexGuard<'_, Connection> {
        let mut readers = std::iter::once(&self.inner.reader).chain(&self.inner.more_readers);
        let free = readers.find_map(|reader| match reader.try_lock() {
            Ok(free) => Some(free),
            Err(TryLockError::Poisoned(free)) => Some(free.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        free.unwrap_or_else(|| self.inner.reader.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads several things as they were at one moment.
    pub(crate) fn snapshot<T>(
        &self,
        work: impl FnOnce(&Snapshot<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut c = self.read();
        work(&Snapshot(c.transaction()?))
    }

    /// Does `work` whole or not at all: on the disk when this returns `Ok`, undone when it returns an error. What is
    /// read in it nobody else can change meanwhile.
    pub(crate) fn transaction<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut c = self.write();
        let transaction = Transaction(c.transaction_with_behavior(TransactionBehavior::Immediate)?);
        let done = work(&transaction)?;
        transaction.0.commit()?;
        Ok(done)
    }

    /// Runs blocking work off the async threads.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let this = self.clone();
        tokio::task::spawn_blocking(move || work(&this)).await.unwrap_or(Err(Refusal::Internal))
    }
}

/// A transaction of the one connection that writes.
pub(crate) struct Transaction<'c>(rusqlite::Transaction<'c>);

/// Everything as it was at one moment.
pub(crate) struct Snapshot<'c>(rusqlite::Transaction<'c>);

/// What brings a database from one version to the next, oldest first; the first entry makes version 1.
const STEPS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
    include_str!("schema_6.sql"),
    include_str!("schema_7.sql"),
    include_str!("schema_8.sql"),
    include_str!("schema_9.sql"),
    include_str!("schema_10.sql"),
    include_str!("schema_11.sql"),
];

/// Brings a database up to date. Two processes may start at once: the second finds it done.
fn migrate(c: &mut Connection) -> Result<(), rusqlite::Error> {
    let transaction = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: u32 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    for step in STEPS.iter().skip(version as usize) {
        transaction.execute_batch(step)?;
    }
    if version == 0 {
        let epoch = uuid::Uuid::new_v4().simple().to_string();
        transaction.execute("INSERT INTO change_counter (only, value, epoch) VALUES (1, 1, ?1)", [epoch])?;
    }
    // A database of a later version keeps its number.
    transaction.pragma_update(None, "user_version", version.max(STEPS.len() as u32))?;
    transaction.commit()
}

/// Makes the file of a new database readable to nobody else, before anything is in it; its log follows it. What is there
/// stays as it is.
fn private(path: &Path) -> Result<(), rusqlite::Error> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CANTOPEN);
            Err(rusqlite::Error::SqliteFailure(code, Some(error.kind().to_string())))
        }
        _ => Ok(()),
    }
}

fn connect(path: &Path) -> Result<Connection, rusqlite::Error> {
    private(path)?;
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768;
         PRAGMA secure_delete = ON;",
    )?;
    Ok(connection)
}

/// The next number of the change counter.
fn bump(c: &Connection) -> Result<i64, rusqlite::Error> {
    c.prepare_cached("UPDATE change_counter SET value = value + 1 RETURNING value")?
        .query_row([], |row| row.get(0))
}

/// JSON of a wire shape.
fn text(value: &impl serde::Serialize) -> Result<String, Refusal> {
    serde_json::to_string(value).map_err(|_| Refusal::Internal)
}

fn parsed<T: serde::de::DeserializeOwned + Default>(json: &str) -> T {
    serde_json::from_str(json).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A database as an older version left it.
    fn of_version(path: &Path, version: usize, rows: &str) {
        let c = connect(path).unwrap();
        for step in &STEPS[..version] {
            c.execute_batch(step).unwrap();
        }
        c.execute_batch("INSERT INTO change_counter (only, value, epoch) VALUES (1, 1, 'e')").unwrap();
        c.execute_batch(rows).unwrap();
        c.pragma_update(None, "user_version", version as u32).unwrap();
    }

    #[test]
    fn registrations_of_an_older_version_hang_on_the_token_that_lasts_longest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backend.db");
        of_version(
            &path,
            7,
            "INSERT INTO users (id, email, body, password) VALUES (1, 'a', '{}', ''), (2, 'b', '{}', '');
             INSERT INTO tokens VALUES (x'01', 1, 10), (x'02', 1, 20);
             INSERT INTO push_registrations VALUES ('i', 1, 'r', 'u', '{}', 5), ('j', 2, 's', 'u', '{}', 5);
             INSERT INTO events (device_id, type, at, position_id, geofence_id, attributes) VALUES (1, 'alarm', 77, 0, 0, '{}');",
        );
        let db = Database::open(&path).unwrap();
        let tied = |db: &Database| {
            let c = db.read();
            let mut rows = c.prepare("SELECT install, token FROM push_registrations").unwrap();
            let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
            rows.collect::<Result<Vec<(String, Vec<u8>)>, _>>().unwrap()
        };
        assert_eq!(tied(&db), [("i".to_owned(), vec![2])]);
        let received: i64 = db.read().query_row("SELECT received FROM events", [], |row| row.get(0)).unwrap();
        assert_eq!(received, 77);
        db.forget_old_tokens(15).unwrap();
        assert_eq!(tied(&db).len(), 1);
        db.forget_old_tokens(20).unwrap();
        assert_eq!(tied(&db), []);
    }
}
