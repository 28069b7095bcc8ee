//! Opening, using, closing.
//!
//! Decides what is done about each state that the files can be in: nothing there, in order, made with another key,
//! written by a newer program, damaged. Ordinary opening reads one page: the first rows must be on the screen at once.
//! Damage elsewhere shows when it is read; it is noted, and the next opening looks at everything.

use std::fs;
use std::path::Path;
use std::sync::Mutex;

use rusqlite::Connection;

use crate::lock::lock;
use crate::store::files::{Files, KeyVerdict};
use crate::store::read::{collect, load_fleet};
use crate::store::writer::{Health, Writer};
use crate::store::{Change, DatabaseKey, LoadedFleet, StoreError, connect, rows, salvage};

/// A kind of facts kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the variants are their own documentation
pub enum Facts {
    Units,
    Positions,
    Groups,
    Events,
    History,
}

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
        /// What could not be read to its end. The cursor is never kept: the next snapshot must be whole.
        incomplete: Vec<Facts>,
        /// The damaged database's new name in the same folder.
        moved_to: String,
    },
}

/// An open store and what opening found.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// What was found.
    pub report: OpenReport,
}

/// One account's cache.
pub struct Store {
    files: Files,
    reader: Mutex<Option<Connection>>,
    writer: Writer,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("health", &self.health()).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the cache in `folder`, which is made where it is missing. A damaged one is moved aside and salvaged; a
    /// wrong key, a newer schema or a full disk changes nothing.
    pub fn open(folder: &Path, key: &DatabaseKey) -> Result<Opened, StoreError> {
        fs::create_dir_all(folder)?;
        let files = Files::new(folder);
        let (reader, report) = if files.database().exists() {
            open_existing(&files, key)?
        } else if let Some(report) = salvage::finish(&files, key)? {
            (connect::reading(&files.database(), key)?, report)
        } else {
            create(&files, key)?;
            (connect::reading(&files.database(), key)?, OpenReport::Fresh)
        };
        let writer = Writer::start(files.clone(), key.clone())?;
        Ok(Opened { store: Self { files, reader: Mutex::new(Some(reader)), writer }, report })
    }

    /// Opens the cache and loads the fleet; damage that shows only while loading is salvaged too.
    pub fn open_with_fleet(folder: &Path, key: &DatabaseKey) -> Result<(Opened, LoadedFleet), StoreError> {
        let opened = Self::open(folder, key)?;
        match opened.store.load_shown() {
            Err(StoreError::Corrupt) => {
                drop(opened);
                let opened = Self::open(folder, key)?;
                let fleet = opened.store.load_shown()?;
                Ok((opened, fleet))
            }
            fleet => fleet.map(|fleet| (opened, fleet)),
        }
    }

    /// The fleet, after a look at the events that are shown with it.
    fn load_shown(&self) -> Result<LoadedFleet, StoreError> {
        self.recent_events(50, None)?;
        self.load_fleet()
    }

    /// Orders a write and returns at once; it joins others in one transaction, the latest of a unit wins. A failure
    /// shows in [`health`](Self::health) and is tried again.
    pub fn submit(&self, change: Change) {
        self.writer.submit(change);
    }

    /// Writes and waits until it is committed. After an error it is not on the disk yet: it waits in memory and is tried
    /// again with the next write.
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

    /// Reads. Damage met on the way is noted for the next opening.
    pub(crate) fn with_reader<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let found = read(lock(&self.reader).as_ref().ok_or(StoreError::Closed)?);
        if matches!(found, Err(StoreError::Corrupt)) {
            self.files.mark_suspect();
        }
        found
    }

    /// As if the disk had only so many pages; `None` lifts the limit.
    #[cfg(test)]
    pub(crate) fn limit_pages(&self, pages: Option<u32>) {
        self.writer.limit_pages(pages);
    }
}

/// A new database appears under its name only when it is whole: whatever is met there later without content is damage.
fn create(files: &Files, key: &DatabaseKey) -> Result<(), StoreError> {
    drop(unfinished(files, key)?);
    files.write_key_check(key)?;
    files.put_in_place()?;
    files.clear_suspect()?;
    Ok(())
}

/// An empty database of the newest schema under its unfinished name.
pub(crate) fn unfinished(files: &Files, key: &DatabaseKey) -> Result<Connection, StoreError> {
    files.remove_unfinished()?;
    let mut connection = connect::writing(&files.unfinished(), key)?;
    connect::migrate(&mut connection)?;
    connect::checkpoint(&connection, true)?;
    Ok(connection)
}

fn open_existing(files: &Files, key: &DatabaseKey) -> Result<(Connection, OpenReport), StoreError> {
    let verdict = files.judge_key(key)?;
    if verdict == KeyVerdict::Wrong {
        return Err(StoreError::WrongKey);
    }
    match checked(files, key) {
        Ok(reader) => {
            if verdict == KeyVerdict::Unknown {
                files.write_key_check(key)?; // the database itself has shown that the key is right
            }
            Ok((reader, OpenReport::Existing))
        }
        // Without the check nothing tells a wrong key from a broken file; the harmless one is assumed.
        Err(StoreError::Corrupt) if verdict == KeyVerdict::Unknown => Err(StoreError::WrongKey),
        Err(StoreError::Corrupt) => {
            let report = salvage::salvage(files, key)?;
            Ok((connect::reading(&files.database(), key)?, report))
        }
        Err(error) => Err(error),
    }
}

/// A reading connection to a database that can be trusted as far as is known, at the newest schema.
fn checked(files: &Files, key: &DatabaseKey) -> Result<Connection, StoreError> {
    let path = files.database();
    if fs::metadata(&path)?.len() == 0 {
        return Err(StoreError::Corrupt); // SQLite would take it for a new one
    }
    let reader = connect::reading(&path, key)?;
    let schema = connect::schema(&reader)?;
    if schema == 0 {
        return Err(StoreError::Corrupt);
    }
    if schema < connect::MIGRATIONS.len() {
        connect::migrate(&mut connect::writing(&path, key)?)?;
    }
    if files.is_suspect() {
        look_at_everything(&reader)?;
        files.clear_suspect()?;
    }
    Ok(reader)
}

/// Every page, every index, every row.
fn look_at_everything(c: &Connection) -> Result<(), StoreError> {
    let verdict: String = c.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(StoreError::Corrupt);
    }
    load_fleet(c)?;
    collect(c, &format!("SELECT {} FROM events", rows::EVENT_COLUMNS), [], rows::event).map(drop)
}
