//! The files of one database: an account's cache (`fleet`) or its outbox (`outbox`).
//!
//! | name | what it is |
//! |---|---|
//! | `NAME.db`, `-wal`, `-shm` | the database |
//! | `NAME.key-check` | a salted hash of the key, to tell a wrong key from a broken file |
//! | `NAME.suspect` | damage was met in use: the next opening looks at everything before it trusts the database |
//! | `NAME.db.new` | a database that is not finished; never read unless a salvage was cut short after finishing it |
//! | `NAME.db.corrupt-<n>` (and `-wal`) | a damaged database moved aside |

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::disk::{remove, sync_folder};
use crate::store::{DatabaseKey, StoreError};

/// What the key check says of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyVerdict {
    /// It is the one the database was made with.
    Right,
    /// It is not.
    Wrong,
    /// The check is missing or damaged.
    Unknown,
}

/// Where everything of one database is.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    folder: PathBuf,
    name: &'static str,
}

impl Files {
    /// The cache in `folder`.
    pub(crate) fn new(folder: &Path) -> Self {
        Self::named(folder, "fleet")
    }

    /// The database `name` in `folder`.
    pub(crate) fn named(folder: &Path, name: &'static str) -> Self {
        Self { folder: folder.to_owned(), name }
    }

    fn file(&self, suffix: &str) -> PathBuf {
        self.folder.join(format!("{}{suffix}", self.name))
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.file(".db")
    }

    pub(crate) fn unfinished(&self) -> PathBuf {
        self.file(".db.new")
    }

    pub(crate) fn wal(&self) -> PathBuf {
        beside(&self.database(), "-wal")
    }

    /// A file to lock; it is always empty.
    pub(crate) fn lock(&self) -> PathBuf {
        self.file(".lock")
    }

    fn key_check(&self) -> PathBuf {
        self.file(".key-check")
    }

    fn suspect(&self) -> PathBuf {
        self.file(".suspect")
    }

    /// Remembers that damage was met, also across processes.
    pub(crate) fn mark_suspect(&self) {
        if let Err(error) = File::create(self.suspect()) {
            tracing::warn!(kind = ?error.kind(), "that the cache is damaged could not be noted");
        }
    }

    pub(crate) fn is_suspect(&self) -> bool {
        self.suspect().exists()
    }

    pub(crate) fn clear_suspect(&self) -> io::Result<()> {
        remove(&self.suspect())
    }

    /// Removes what an unfinished database left.
    pub(crate) fn remove_unfinished(&self) -> io::Result<()> {
        remove_set(&self.unfinished())
    }

    /// Puts the finished new database in its place. A WAL of another database must not be there: it would be replayed.
    pub(crate) fn put_in_place(&self) -> io::Result<()> {
        remove(&self.wal())?;
        remove(&beside(&self.database(), "-shm"))?;
        fs::rename(self.unfinished(), self.database())?;
        sync_folder(&self.folder)
    }

    /// Moves the database and its WAL to the next free name and answers with it.
    pub(crate) fn move_aside(&self) -> Result<String, StoreError> {
        let name = |n: u32| format!("{}.db.corrupt-{n}", self.name);
        let to = (1..=u32::from(u16::MAX)).map(name).find(|to| !self.folder.join(to).exists());
        let to = to.ok_or(StoreError::Io)?;
        let target = self.folder.join(&to);
        if self.wal().exists() {
            fs::rename(self.wal(), beside(&target, "-wal"))?;
        }
        remove(&beside(&self.database(), "-shm"))?;
        fs::rename(self.database(), &target)?;
        Ok(to)
    }

    /// The name of the damaged database moved aside last.
    pub(crate) fn last_aside(&self) -> Option<String> {
        let names =
            fs::read_dir(&self.folder).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let numbered = names.filter_map(|name| {
            let number: u32 = name.strip_prefix(self.name)?.strip_prefix(".db.corrupt-")?.parse().ok()?;
            Some((number, name))
        });
        numbered.max().map(|(_, name)| name)
    }

    /// Judges a key by what is kept beside the database.
    pub(crate) fn judge_key(&self, key: &DatabaseKey) -> Result<KeyVerdict, StoreError> {
        let kept = match fs::read(self.key_check()) {
            Ok(kept) => kept,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(KeyVerdict::Unknown),
            Err(error) => return Err(error.into()),
        };
        let parts = kept.split_first_chunk::<16>().and_then(|(salt, rest)| {
            let (hash, sum) = rest.split_first_chunk::<32>()?;
            (sum == check_sum(salt, hash)).then_some((salt, hash))
        });
        Ok(match parts {
            Some((salt, hash)) if key.check(salt) == *hash => KeyVerdict::Right,
            Some(_) => KeyVerdict::Wrong,
            None => KeyVerdict::Unknown,
        })
    }

    /// Keeps what tells this key from others: salt, hash, and a sum that shows damage to either.
    pub(crate) fn write_key_check(&self, key: &DatabaseKey) -> Result<(), StoreError> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|_| StoreError::Io)?;
        let hash = key.check(&salt);
        let new = beside(&self.key_check(), ".new");
        let mut file = File::create(&new)?;
        file.write_all(&[&salt[..], &hash[..], &check_sum(&salt, &hash)[..]].concat())?;
        file.sync_all()?;
        fs::rename(new, self.key_check())?;
        Ok(())
    }
}

fn check_sum(salt: &[u8; 16], hash: &[u8; 32]) -> [u8; 32] {
    Sha256::new().chain_update(b"sum").chain_update(salt).chain_update(hash).finalize().into()
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Removes a database with what belongs to it.
pub(crate) fn remove_set(path: &Path) -> io::Result<()> {
    for suffix in ["-wal", "-shm", "-journal", ""] {
        remove(&beside(path, suffix))?;
    }
    Ok(())
}

/// Whether there is a database in `folder`.
pub fn exists(folder: &Path) -> bool {
    Files::new(folder).database().exists()
}

/// Removes everything kept in `folder`: the database, its WAL, damaged copies and the key check. The store must be
/// closed. A folder that is not there is no error.
pub fn erase(folder: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
