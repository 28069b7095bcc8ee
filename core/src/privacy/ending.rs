//! What is kept, in files beside the accounts' folders, of ends that were asked for and of erasing that has begun.
//!
//! ```text
//!   ACCOUNT.ends   an end was asked for; stays through restarts and sign-outs until it is done or taken back
//!   erasing        what is being erased: begun by a program that may be killed, gone on with at the next opening
//!   ended          an account has ended and nobody has been told yet; says nothing of whose
//! ```
//! Decides that each is whole on the disk before anything that follows from it. Leaves what follows to `decide::ending`
//! and the order of the erasing to the engine. They name accounts as the folders do: nothing in them can be read.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::decide::ending::Ending;
use crate::disk;
use crate::model::AccountKey;
use crate::privacy::PENDING;
use crate::privacy::retention::is_account;

const ENDS: &str = ".ends";
const ERASING: &str = "erasing";
const ENDED: &str = "ended";
/// A longer file is not ours.
const LONGEST: u64 = 4_096;

/// The end of `account` that was asked for.
pub(crate) fn remembered(folder: &Path, account: &AccountKey) -> io::Result<Option<Ending>> {
    Ok(read(&ends(folder, account))?.and_then(|bytes| {
        let ending = serde_json::from_slice(&bytes);
        if ending.is_err() {
            tracing::error!("that an account ends was noted, but cannot be read; the server is asked again");
        }
        ending.ok()
    }))
}

/// Remembers it, durably.
pub(crate) fn remember(folder: &Path, account: &AccountKey, ending: &Ending) -> io::Result<()> {
    write(folder, &ends(folder, account), &serde_json::to_vec(ending)?)
}

/// It is not to be expected any more.
pub(crate) fn forget(folder: &Path, account: &AccountKey) -> io::Result<()> {
    remove(&ends(folder, account))
}

/// All ends that were asked for.
pub(crate) fn all(folder: &Path) -> io::Result<Vec<(AccountKey, Ending)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let Ok(name) = entry?.file_name().into_string() else { continue };
        let Some(account) = name.strip_suffix(ENDS).map(|key| AccountKey(key.to_owned())) else { continue };
        if let Some(ending) = remembered(folder, &account)? {
            found.push((account, ending));
        }
    }
    Ok(found)
}

/// Begins to erase what is kept under `names`, durably; what was begun before and is not done stays in it.
pub(crate) fn begin_erasing(folder: &Path, names: &[AccountKey]) -> io::Result<()> {
    let begun = being_erased(folder)?;
    let new = names.iter().filter(|name| !begun.contains(name));
    let names: Vec<&str> = begun.iter().chain(new).map(|key| key.0.as_str()).collect();
    write(folder, &folder.join(ERASING), &serde_json::to_vec(&names)?)
}

/// What was being erased when the program ended.
pub(crate) fn being_erased(folder: &Path) -> io::Result<Vec<AccountKey>> {
    let Some(bytes) = read(&folder.join(ERASING))? else { return Ok(Vec::new()) };
    let names: Vec<String> = serde_json::from_slice(&bytes).unwrap_or_default();
    // A name that is none of ours must not lead out of the folder.
    let ours = |name: &String| name == PENDING || is_account(name);
    Ok(names.into_iter().filter(ours).map(AccountKey).collect())
}

/// It is erased.
pub(crate) fn erased(folder: &Path) -> io::Result<()> {
    remove(&folder.join(ERASING))
}

/// Notes that an account has ended, for whoever opens the app next.
pub(crate) fn note_ended(folder: &Path) -> io::Result<()> {
    write(folder, &folder.join(ENDED), b"")
}

/// Whether that waits to be told.
pub(crate) fn has_ended(folder: &Path) -> bool {
    folder.join(ENDED).exists()
}

/// It was told.
pub(crate) fn told_ended(folder: &Path) -> io::Result<()> {
    remove(&folder.join(ENDED))
}

fn ends(folder: &Path, account: &AccountKey) -> PathBuf {
    folder.join(format!("{}{ENDS}", account.0))
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::metadata(path) {
        Ok(meta) if meta.len() <= LONGEST => fs::read(path).map(Some),
        Ok(_) => Err(ErrorKind::InvalidData.into()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whole or not at all, wherever the program is killed.
fn write(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut file = File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    disk::sync_folder(folder)
}

/// With what a killed program left of it.
fn remove(path: &Path) -> io::Result<()> {
    disk::remove(&path.with_extension("new"))?;
    disk::remove(path)
}
