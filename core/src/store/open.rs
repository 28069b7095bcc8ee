//! Opening, closing, erasing.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rusqlite::{Connection, OpenFlags};

use crate::lock::lock;
use crate::store::writer::{Health, Writer};
use crate::store::{Change, DatabaseKey, StoreError, salvage};

const DATABASE: &str = "fleet.db";
const KEY_CHECK: &str = "fleet.key-check";

/// In order; the schema's number is how many have run.
const MIGRATIONS: [&str; 2] =
    [include_str!("migrations/0001_fleet.sql"), include_str!("migrations/0002_history_events.sql")];

/// What opening found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenReport {
    /// Nothing was there.
    Fresh,
    /// It was there and in order.
    Existing,
    /// It was damaged: moved aside, what could be read was kept.
    Salvaged {
        /// Units kept.
        units: usize,
        /// Positions kept.
        positions: usize,
        /// Whether every table could be read to its end.
        complete: bool,
        /// The damaged database's new name in the same folder.
        moved_to: String,
    },
}

/// An open store and what opening found.
pub struct Opened {
    /// The store.
    pub store: Store,
    /// What was found.
    pub report: OpenReport,
}

/// One account's cache.
pub struct Store {
    reader: Mutex<Option<Connection>>,
    writer: Writer,
}

impl Store {
    /// Opens the cache in `folder`, which is made where it is missing. A damaged one is moved aside and salvaged; a
    /// wrong key changes nothing.
    pub fn open(folder: &Path, key: &DatabaseKey) -> Result<Opened, StoreError> {
        fs::create_dir_all(folder)?;
        let path = folder.join(DATABASE);
        let existed = path.exists();
        check_key(folder, key, existed)?;
        match open_pair(&path, key) {
            Ok(store) => {
                let report = if existed { OpenReport::Existing } else { OpenReport::Fresh };
                Ok(Opened { store, report })
            }
            Err(StoreError::Corrupt) => {
                let (saved, moved_to) = salvage::move_aside(folder, DATABASE, key)?;
                let store = open_pair(&path, key)?;
                let (units, positions, complete) = (saved.units.len(), saved.positions.len(), saved.complete);
                store.writer.apply(saved.into_change())?;
                Ok(Opened { store, report: OpenReport::Salvaged { units, positions, complete, moved_to } })
            }
            Err(error) => Err(error),
        }
    }

    /// Orders a write; it joins others in one transaction. A failure shows in [`health`](Self::health).
    pub fn submit(&self, change: Change) {
        self.writer.submit(change);
    }

    /// Writes and waits until it is committed.
    pub fn apply(&self, change: Change) -> Result<(), StoreError> {
        self.writer.apply(change)
    }

    /// Waits for everything ordered before.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.writer.flush()
    }

    /// How the writing goes.
    pub fn health(&self) -> Health {
        self.writer.health()
    }

    /// Writes what is ordered and closes. Later calls answer [`StoreError::Closed`].
    pub fn close(&self) {
        lock(&self.reader).take();
        self.writer.close();
    }

    pub(crate) fn with_reader<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        read(lock(&self.reader).as_ref().ok_or(StoreError::Closed)?)
    }
}

/// Whether there is a database in `folder`.
pub fn exists(folder: &Path) -> bool {
    folder.join(DATABASE).exists()
}

/// Removes everything kept in `folder`, damaged copies too.
pub fn erase(folder: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn open_pair(path: &Path, key: &DatabaseKey) -> Result<Store, StoreError> {
    let mut writing = connect(path, key)?;
    migrate(&mut writing)?;
    let reading = connect(path, key)?;
    // A damaged page shows when it is read: the fleet is read whole at every start, history only when asked for.
    let probe = reading.query_row("SELECT count(*) FROM meta", [], |row| row.get::<_, i64>(0));
    probe.map_err(StoreError::from)?;
    Ok(Store { reader: Mutex::new(Some(reading)), writer: Writer::start(writing)? })
}

pub(crate) fn connect(path: &Path, key: &DatabaseKey) -> Result<Connection, StoreError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    key.unlock(&connection)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(32);
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;
         PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192; PRAGMA trusted_schema = OFF;",
    )?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let done = usize::try_from(version).map_err(|_| StoreError::Corrupt)?;
    if done > MIGRATIONS.len() {
        return Err(StoreError::NewerSchema);
    }
    for (number, sql) in MIGRATIONS.iter().enumerate().skip(done) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", number as i64 + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Tells a wrong key from a broken file by what is kept beside the database.
fn check_key(folder: &Path, key: &DatabaseKey, existed: bool) -> Result<(), StoreError> {
    let path = folder.join(KEY_CHECK);
    match fs::read(&path) {
        Ok(kept) => {
            let (salt, hash) =
                kept.split_first_chunk::<16>().ok_or(StoreError::Corrupt).unwrap_or((&[0; 16], &[]));
            if hash.len() == 32 && key.check(salt) != *hash {
                return Err(StoreError::WrongKey);
            }
            if hash.len() == 32 { Ok(()) } else { write_key_check(&path, key) }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            // A database without its check file: the key proves itself by opening it, or the file is broken.
            if existed {
                tracing::warn!("the key check is missing beside the cache");
            }
            write_key_check(&path, key)
        }
        Err(error) => Err(error.into()),
    }
}

fn write_key_check(path: &PathBuf, key: &DatabaseKey) -> Result<(), StoreError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| StoreError::Io)?;
    let mut bytes = salt.to_vec();
    bytes.extend(key.check(&salt));
    fs::write(path, bytes)?;
    Ok(())
}
