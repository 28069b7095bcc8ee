//! The cache: opening, using, closing. Leaves what is done about each state of its files to `opening`.

use std::fs;
use std::path::Path;
use std::sync::Mutex;

use rusqlite::Connection;

use crate::lock::lock;
use crate::store::files::Files;
use crate::store::opening::{self, Found, Kind};
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
        let (reader, found) = opening::open::<Cache>(&files, key)?;
        let report = match found {
            Found::Fresh => OpenReport::Fresh,
            Found::Existing => OpenReport::Existing,
            Found::Salvaged(report) => report,
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

/// How a cache differs from other databases.
pub(crate) struct Cache;

impl Kind for Cache {
    type Report = OpenReport;
    const MIGRATIONS: &'static [&'static str] = &connect::MIGRATIONS;

    fn look(c: &Connection) -> Result<(), StoreError> {
        load_fleet(c)?;
        collect(c, &format!("SELECT {} FROM events", rows::EVENT_COLUMNS), [], rows::event).map(drop)
    }

    fn salvage(files: &Files, key: &DatabaseKey) -> Result<OpenReport, StoreError> {
        salvage::salvage(files, key)
    }

    fn finish(files: &Files, key: &DatabaseKey) -> Result<Option<OpenReport>, StoreError> {
        salvage::finish(files, key)
    }
}
