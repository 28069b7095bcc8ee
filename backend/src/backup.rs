//! Backups of a running database, in a rotation: `FILE` is the newest, `FILE.1` the one before.
//!
//! Decides that a backup is whole or not there, and that an older one is purged whenever a new one is made: of whoever
//! cancelled the account since, of what people erased of their tracks, and of what has outlived its term.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::cancel;
use crate::db::Database;
use crate::error::Refusal;
use crate::retention;

/// Why there is no backup.
#[derive(Debug, Error)]
pub enum BackupError {
    /// A file cannot be written, moved or removed.
    #[error("the file cannot be written: {0}")]
    Io(#[from] io::Error),
    /// The database, or an older backup, cannot be read.
    #[error("the database cannot be read: {0}")]
    Database(#[from] rusqlite::Error),
    /// An older backup cannot be purged.
    #[error("an older backup cannot be purged: {}", .0.code())]
    Purge(Refusal),
}

/// The file of a generation; 0 is the newest.
fn generation(file: &Path, n: u32) -> PathBuf {
    if n == 0 {
        return file.to_owned();
    }
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{n}"));
    name.into()
}

/// Makes a backup, keeps `keep` of them with this one, and purges the older ones. Blocks.
pub fn run(db: &Database, file: &Path, keep: u32, now: i64) -> Result<(), BackupError> {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    // Made private before anything is in it.
    private(&part)?;
    db.copy_to(&part)?;
    let keep = keep.max(1);
    for n in (0..keep).rev() {
        let from = generation(file, n);
        if !from.try_exists()? {
            continue;
        }
        if n + 1 == keep {
            std::fs::remove_file(&from)?;
        } else {
            std::fs::rename(&from, generation(file, n + 1))?;
        }
    }
    // What an earlier run with a larger number left.
    let mut n = keep;
    while generation(file, n).try_exists()? {
        std::fs::remove_file(generation(file, n))?;
        n += 1;
    }
    std::fs::rename(&part, file)?;
    for n in 1..keep {
        let older = generation(file, n);
        if older.try_exists()? {
            purge(db, &older, now)?;
        }
    }
    Ok(())
}

fn purge(db: &Database, older: &Path, now: i64) -> Result<(), BackupError> {
    let copy = Database::open(older)?;
    let purged = purge_people(db, &copy, now).map_err(BackupError::Purge)?;
    let last_run = db.retention_runs().map_err(BackupError::Purge)?.first().map(|run| run.before);
    if let Some(before) = last_run {
        retention::erase(&copy, before, now).map_err(BackupError::Purge)?;
    }
    if purged {
        copy.rewrite()?;
    } else {
        // What is deleted is overwritten (`secure_delete`); it must not stay in the log either.
        copy.checkpoint().map_err(BackupError::Purge)?;
    }
    drop(copy);
    Ok(())
}

/// What people asked to be gone; whether there was any of it.
fn purge_people(db: &Database, copy: &Database, now: i64) -> Result<bool, Refusal> {
    let known: HashSet<_> = copy.erasures()?.into_iter().collect();
    let mut purged = false;
    for erasure in db.erasures()?.iter().filter(|erasure| !known.contains(erasure)) {
        copy.transaction(|t| t.erase(erasure))?;
        purged = true;
    }
    for c in db.cancellations()?.iter().filter(|c| c.done.is_some()) {
        if copy.cancellation(c.user_id)?.is_none_or(|there| there.done.is_none()) {
            cancel::execute(copy, c, now)?;
            purged = true;
        }
    }
    Ok(purged)
}

fn private(path: &Path) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map(|_| ())
}
