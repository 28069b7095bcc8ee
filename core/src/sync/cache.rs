//! The cache of one account while it is in use.
//!
//! Decides that a cache in which damage shows is opened anew at once, which salvages it, instead of at the next start.
//! Leaves what is put into it to `session`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::lock::lock;
use crate::store::{DatabaseKey, LoadedFleet, OpenReport, Store, StoreError};

/// An open cache.
pub struct Cache {
    folder: PathBuf,
    key: DatabaseKey,
    store: Mutex<Arc<Store>>,
    damaged: AtomicBool,
}

impl Cache {
    /// Opens the cache in `folder`, with the fleet it holds; true when it was damaged and salvaged.
    pub fn open(folder: &Path, key: DatabaseKey) -> Result<(Self, LoadedFleet, bool), StoreError> {
        let (opened, fleet) = Store::open_with_fleet(folder, &key)?;
        let salvaged = matches!(opened.report, OpenReport::Salvaged { .. });
        let store = Mutex::new(Arc::new(opened.store));
        Ok((Self { folder: folder.to_owned(), key, store, damaged: AtomicBool::new(false) }, fleet, salvaged))
    }

    /// The store in use.
    pub fn store(&self) -> Arc<Store> {
        Arc::clone(&lock(&self.store))
    }

    /// Reads; damage met on the way is remembered.
    pub fn read<T>(&self, read: impl FnOnce(&Store) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let found = read(&self.store());
        if matches!(found, Err(StoreError::Corrupt)) {
            self.damaged.store(true, Ordering::Relaxed);
        }
        found
    }

    /// What came or went a moment ago may still wait to be written: it no longer does when what is asked next is read, unless
    /// the disk does not take it.
    pub fn settle(&self) {
        if let Err(error) = self.read(Store::flush) {
            tracing::warn!(?error, "the cache is read as it is");
        }
    }

    /// Whether damage was met in use.
    pub fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed) || self.store().health().last_error == Some(StoreError::Corrupt)
    }

    /// Closes the damaged store and opens it again; waits for the disk. True when something had to be salvaged. What is
    /// in memory must then be written whole: what was ordered meanwhile is lost.
    pub fn reopen(&self) -> Result<bool, StoreError> {
        self.damaged.store(true, Ordering::Relaxed);
        self.store().close();
        let (opened, _) = Store::open_with_fleet(&self.folder, &self.key)?;
        *lock(&self.store) = Arc::new(opened.store);
        self.damaged.store(false, Ordering::Relaxed);
        Ok(opened.report != OpenReport::Existing)
    }
}
