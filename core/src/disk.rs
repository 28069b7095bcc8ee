//! What every file on the disk needs. Leaves to each what is in it and when it counts.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

/// Waits until what was created, renamed or removed in a folder is on the disk.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// A folder cannot be opened there.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)] // the same signature everywhere
pub fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Removes a file; one that is not there is no error.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
