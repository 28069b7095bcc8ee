//! One record of consents on the disk: a text file, one entry a line, only ever added to.
//!
//! Decides that an entry counts when its whole line is on the disk: what a killed process left of a line was never
//! answered for and goes. Holds no name, no account and no place: it may be read before there is a key for anything.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use thiserror::Error;

use crate::decide::consent::{chain, verify};
use crate::disk::{remove, sync_folder};
use crate::model::LedgerEntry;

/// Far more than a person decides in a life; a longer file is not ours.
const LARGEST: u64 = 16 << 20;
/// So many damaged records are kept at most.
const MOST_ASIDE: u32 = 10_000;

/// Why a decision was not written. None was half written.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ConsentError {
    /// The disk is full. A withdrawal counts all the same until the program ends: make space and do it again.
    #[error("disk full")]
    Full,
    /// The file cannot be read or written; a withdrawal counts all the same until the program ends.
    #[error("the record of consents cannot be used")]
    Io,
    /// There is no such version of the policy.
    #[error("no such version of the policy")]
    UnknownPolicy,
    /// The program is shut down.
    #[error("closed")]
    Closed,
}

impl From<io::Error> for ConsentError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io,
        }
    }
}

/// What a record is found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Whole; empty where there is none yet.
    Whole(Vec<LedgerEntry>),
    /// Changed by something else than this module, or unreadable.
    Damaged,
}

/// How the file looked, to see that another program has written.
pub(crate) type Stamp = Option<(u64, Option<SystemTime>)>;

/// One record.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    path: PathBuf,
}

impl Ledger {
    pub(crate) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    pub(crate) fn stamp(&self) -> Stamp {
        let meta = std::fs::metadata(&self.path).ok()?;
        Some((meta.len(), meta.modified().ok()))
    }

    /// Reads it. Only that the file cannot be reached at the moment is an error.
    pub(crate) fn read(&self) -> Result<Found, ConsentError> {
        match File::open(&self.path) {
            Ok(mut file) => Ok(contents(&mut file)?.0),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Found::Whole(Vec::new())),
            Err(error) => Err(error.into()),
        }
    }

    /// The file as it stands, and whether it is whole; of a whole one the whole lines only. Empty where there is none.
    pub(crate) fn lines(&self) -> Result<(Vec<u8>, bool), ConsentError> {
        let mut file = match File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), true)),
            file => file?,
        };
        let (found, end) = contents(&mut file)?;
        let whole = found != Found::Damaged;
        file.seek(io::SeekFrom::Start(0))?;
        let mut lines = Vec::new();
        file.take(if whole { end } else { LARGEST }).read_to_end(&mut lines)?;
        Ok((lines, whole))
    }

    /// What was moved aside of it, oldest first, as it was found.
    pub(crate) fn aside(&self) -> Result<Vec<Vec<u8>>, ConsentError> {
        let mut found = Vec::new();
        for path in (1..MOST_ASIDE).map(|n| self.aside_at(n)) {
            match File::open(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => break,
                Err(error) => return Err(error.into()),
                Ok(file) => {
                    let mut bytes = Vec::new();
                    file.take(LARGEST).read_to_end(&mut bytes)?;
                    found.push(bytes);
                }
            }
        }
        Ok(found)
    }

    fn aside_at(&self, n: u32) -> PathBuf {
        self.path.with_extension(format!("damaged-{n}"))
    }

    /// Adds entries at the end and answers with them as they stand there; `wanted` sees what is there first. A damaged
    /// record is moved aside and a new one begun: it is kept as it was found, but counts for nothing.
    pub(crate) fn append(
        &self,
        wanted: impl FnOnce(&[LedgerEntry]) -> Vec<LedgerEntry>,
    ) -> Result<Vec<LedgerEntry>, ConsentError> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let _one_writer = locked(folder)?;
        let mut file = self.open_to_write()?;
        let (mut found, mut end) = contents(&mut file)?;
        if found == Found::Damaged {
            self.move_aside()?;
            file = self.open_to_write()?;
            (found, end) = (Found::Whole(Vec::new()), 0);
        }
        let Found::Whole(mut all) = found else { return Err(ConsentError::Io) };
        let before = all.len();
        for entry in wanted(&all) {
            let next = chain(all.last(), entry);
            all.push(next);
        }
        let new = all.split_off(before);
        let mut lines = Vec::new();
        for entry in &new {
            serde_json::to_writer(&mut lines, entry).map_err(|_| ConsentError::Io)?;
            lines.push(b'\n');
        }
        if lines.is_empty() {
            return Ok(new);
        }
        // What a killed process left of a line goes first; what cannot be written whole is taken back.
        file.set_len(end)?;
        file.seek(io::SeekFrom::Start(end))?;
        if let Err(error) = file.write_all(&lines).and_then(|()| file.sync_all()) {
            file.set_len(end)?;
            return Err(error.into());
        }
        sync_folder(folder)?;
        Ok(new)
    }

    /// Removes it once what it says stands elsewhere.
    pub(crate) fn remove(&self) -> Result<(), ConsentError> {
        Ok(remove(&self.path)?)
    }

    fn open_to_write(&self) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&self.path)
    }

    fn move_aside(&self) -> Result<(), ConsentError> {
        let free =
            (1..MOST_ASIDE).map(|n| self.aside_at(n)).find(|path| !path.exists()).ok_or(ConsentError::Io)?;
        tracing::error!("a record of consents is damaged and was moved aside");
        Ok(std::fs::rename(&self.path, free)?)
    }
}

/// What the file holds and where its last whole line ends.
fn contents(file: &mut File) -> Result<(Found, u64), ConsentError> {
    if file.metadata()?.len() > LARGEST {
        return Ok((Found::Damaged, 0));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let end = memchr::memrchr(b'\n', &bytes).map_or(0, |at| at + 1);
    bytes.truncate(end);
    let entries: Result<Vec<LedgerEntry>, _> = bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(serde_json::from_slice::<LedgerEntry>)
        .collect();
    let found = match entries {
        Ok(entries) if verify(None, &entries).is_ok() => Found::Whole(entries),
        _ => Found::Damaged,
    };
    Ok((found, end as u64))
}

fn locked(folder: &Path) -> Result<File, ConsentError> {
    let file = OpenOptions::new().create(true).append(true).open(folder.join("lock"))?;
    file.lock()?;
    Ok(file)
}
