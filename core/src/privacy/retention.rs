//! What is kept of accounts that have signed out, and since when.
//!
//! Decides that a cache bears the time at which its account left it, and finds those that have outlived their term. Leaves
//! how long that is to `decide::retention`, erasing them with their keys to the engine. A log says what was erased: it
//! names nobody.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::decide::retention::left_is_over;
use crate::disk;
use crate::model::{AccountKey, UtcMs};

/// In an account's folder: since when nobody is signed in to it.
const LEFT: &str = "left";
/// Beside the folders: what was erased there.
const LOG: &str = "retention.jsonl";
/// A longer log is not ours.
const LONGEST_LOG: u64 = 1 << 20;

/// A run of the job that erases what has outlived its term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionRun {
    /// When.
    pub at: UtcMs,
    /// Alerts older than 90 days.
    #[serde(default)]
    pub alerts: u64,
    /// Positions of the past older than 180 days.
    #[serde(default)]
    pub positions: u64,
    /// Readings of this phone's own location that were not accepted, older than 48 hours.
    #[serde(default)]
    pub readings: u64,
    /// Caches of accounts that signed out 30 days ago.
    #[serde(default)]
    pub caches: u64,
}

/// Notes that the account of `folder` left it at `at`.
pub(crate) fn leaves(folder: &Path, at: UtcMs) -> io::Result<()> {
    if folder.is_dir() { fs::write(folder.join(LEFT), at.0.to_string()) } else { Ok(()) }
}

/// Notes that the account of `folder` is there (again).
pub(crate) fn stays(folder: &Path) {
    if let Err(error) = disk::remove(&folder.join(LEFT)) {
        // It is noted again when the account leaves; until then nobody looks at it.
        tracing::warn!(kind = ?error.kind(), "that an account is back could not be noted");
    }
}

/// The accounts of which `folder` keeps a cache or an outbox; none where there is no such folder.
pub(crate) fn accounts(folder: &Path) -> io::Result<BTreeSet<AccountKey>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        entries => entries?,
    };
    let mut found = BTreeSet::new();
    for entry in entries {
        let Ok(name) = entry?.file_name().into_string() else { continue };
        let account = name.strip_suffix(".outbox").unwrap_or(&name);
        if is_account(account) {
            found.insert(AccountKey(account.to_owned()));
        }
    }
    Ok(found)
}

/// Whether a file or folder is named as those of an account are.
pub(super) fn is_account(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The accounts, `present` apart, whose caches in `folder` have outlived their term at `now`. One that does not say since
/// when it was left says it from now on: since it was last written to.
pub(crate) fn outlived(
    folder: &Path,
    present: Option<&AccountKey>,
    now: UtcMs,
) -> io::Result<Vec<AccountKey>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if !is_account(&name) || !entry.file_type()?.is_dir() || present.is_some_and(|key| key.0 == name) {
            continue;
        }
        let kept = fs::read_to_string(entry.path().join(LEFT)).ok().and_then(|text| text.trim().parse().ok());
        let since = kept.map(UtcMs).or_else(|| last_written(&entry.path())).unwrap_or(now).min(now);
        if kept != Some(since.0) {
            leaves(&entry.path(), since)?;
        }
        if left_is_over(since, now) {
            found.push(AccountKey(name));
        }
    }
    found.sort();
    Ok(found)
}

fn last_written(folder: &Path) -> Option<UtcMs> {
    let files = fs::read_dir(folder).ok()?.filter_map(|entry| entry.ok()?.metadata().ok()?.modified().ok());
    let newest = files.max()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(newest.as_millis()).ok().map(UtcMs)
}

/// Adds a run to the log in `folder`.
pub(crate) fn log(folder: &Path, run: &RetentionRun) -> io::Result<()> {
    let mut line = serde_json::to_vec(run)?;
    line.push(b'\n');
    OpenOptions::new().create(true).append(true).open(folder.join(LOG))?.write_all(&line)
}

/// Removes the log where it is all that is left in `folder`: nothing of anybody is kept there any more.
pub(crate) fn forget_log_of_nobody(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            return Ok(());
        }
    }
    disk::remove(&folder.join(LOG))
}

/// The runs in the log in `folder`, oldest first; lines that a killed program left unfinished are passed over.
pub(crate) fn logged(folder: &Path) -> Vec<RetentionRun> {
    let path = folder.join(LOG);
    if fs::metadata(&path).is_ok_and(|meta| meta.len() > LONGEST_LOG) {
        return Vec::new();
    }
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 86_400_000;

    #[test]
    fn a_cache_is_kept_for_a_month_after_its_account_left() {
        let folder = tempfile::tempdir().unwrap();
        let now = UtcMs(1_000_000_000_000); // before the folders are written
        let key = |n: u8| AccountKey(format!("{n:032x}"));
        for n in 1..=4 {
            fs::create_dir(folder.path().join(key(n).0)).unwrap();
        }
        for other in ["consents", "00000000000000000000000000000009.outbox"] {
            fs::create_dir(folder.path().join(other)).unwrap();
        }
        leaves(&folder.path().join(key(1).0), now).unwrap();
        leaves(&folder.path().join(key(2).0), now.plus_ms(40 * DAY_MS)).unwrap(); // a clock that was ahead
        leaves(&folder.path().join(key(3).0), now.plus_ms(-100 * DAY_MS)).unwrap();
        let found = |present: Option<u8>, days: i64| {
            outlived(folder.path(), present.map(key).as_ref(), now.plus_ms(days * DAY_MS)).unwrap()
        };
        assert_eq!(found(Some(3), 0), []);
        assert_eq!(found(Some(3), 28), []);
        // The fourth did not say since when: it does since it was seen first.
        assert_eq!(found(Some(3), 31), [key(1), key(2), key(4)]);
        assert!(folder.path().join(key(4).0).join(LEFT).exists());
        assert_eq!(found(None, 31), [key(1), key(2), key(3), key(4)]);
        stays(&folder.path().join(key(1).0));
        leaves(&folder.path().join(key(1).0), now.plus_ms(31 * DAY_MS)).unwrap();
        assert_eq!(found(Some(3), 32), [key(2), key(4)]);
    }

    #[test]
    fn the_log_survives_a_line_cut_short() {
        let folder = tempfile::tempdir().unwrap();
        let run = RetentionRun { at: UtcMs(7), alerts: 0, positions: 0, readings: 0, caches: 2 };
        assert_eq!(logged(folder.path()), []);
        log(folder.path(), &run).unwrap();
        fs::write(
            folder.path().join(LOG),
            [fs::read(folder.path().join(LOG)).unwrap(), b"{\"at\":8,".to_vec()].concat(),
        )
        .unwrap();
        assert_eq!(logged(folder.path()), [run]);
    }
}
