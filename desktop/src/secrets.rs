//! The terminal's key store: a folder that only its owner can enter, one file a secret.
//!
//! Decides how secrets lie on disk. A file or folder that somebody else could read or replace is refused, not
//! repaired: it may already have been read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use trak_core::model::{SecretStore, SecretStoreError};

/// Larger than any secret of the core; a larger file is not ours.
const MOST_BYTES: u64 = 1 << 20;

/// Secrets as files with mode 0600 in a folder with mode 0700.
pub struct FileSecrets {
    folder: PathBuf,
}

impl FileSecrets {
    /// Makes the folder where there is none.
    pub fn open(folder: PathBuf) -> Result<Self, SecretStoreError> {
        make_private(&folder).map_err(refused)?;
        check(&folder, true)?;
        Ok(Self { folder })
    }

    fn path(&self, name: &str) -> Result<PathBuf, SecretStoreError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
            return Err(SecretStoreError::Unavailable);
        }
        Ok(self.folder.join(name))
    }
}

impl SecretStore for FileSecrets {
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, SecretStoreError> {
        check(&self.folder, true)?;
        let path = self.path(name)?;
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(refused(error)),
            Ok(_) => check(&path, false)?,
        }
        let mut value = Vec::new();
        let file = File::open(&path).map_err(refused)?;
        file.take(MOST_BYTES).read_to_end(&mut value).map_err(refused)?;
        Ok(Some(value))
    }

    fn save(&self, name: &str, value: &[u8]) -> Result<(), SecretStoreError> {
        check(&self.folder, true)?;
        let path = self.path(name)?;
        let nonce = getrandom::u64().map_err(|_| SecretStoreError::Unavailable)?;
        let new = self.folder.join(format!(".{name}.{nonce:016x}"));
        let written = write_new(&new, value).and_then(|()| fs::rename(&new, &path));
        if written.is_err() && new.exists() {
            fs::remove_file(&new).map_err(refused)?;
        }
        written.map_err(refused)?;
        sync_folder(&self.folder).map_err(refused)
    }

    fn remove(&self, name: &str) -> Result<(), SecretStoreError> {
        match fs::remove_file(self.path(name)?) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(refused(error)),
            _ => sync_folder(&self.folder).map_err(refused),
        }
    }
}

fn refused(error: io::Error) -> SecretStoreError {
    tracing::warn!(kind = ?error.kind(), "key store");
    SecretStoreError::Unavailable
}

/// Writes a new file that only its owner can read, durably.
fn write_new(path: &Path, value: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(value)?;
    file.sync_all()
}

/// Makes a folder that only its owner can enter; an existing one stays as it is.
pub fn make_private(folder: &Path) -> io::Result<()> {
    if folder.exists() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes a rename durable. Other systems have no such call and need none.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(unix)]
fn check(path: &Path, folder: bool) -> Result<(), SecretStoreError> {
    use std::os::unix::fs::PermissionsExt;
    let meta = fs::symlink_metadata(path).map_err(refused)?;
    let right_type = if folder { meta.is_dir() } else { meta.is_file() };
    if right_type && meta.permissions().mode().trailing_zeros() >= 6 {
        return Ok(());
    }
    tracing::warn!(folder, "the key store's files are open to others or are links");
    Err(SecretStoreError::Unavailable)
}

#[cfg(not(unix))]
fn check(path: &Path, folder: bool) -> Result<(), SecretStoreError> {
    let meta = fs::symlink_metadata(path).map_err(refused)?;
    let right_type = if folder { meta.is_dir() } else { meta.is_file() };
    right_type.then_some(()).ok_or(SecretStoreError::Unavailable)
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::FileSecrets;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use trak_core::model::{SecretStore, SecretStoreError};

    fn store() -> (tempfile::TempDir, FileSecrets, std::path::PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("keys");
        (home, FileSecrets::open(folder.clone()).unwrap(), folder)
    }

    #[test]
    fn keeps_replaces_and_forgets() {
        let (_home, store, folder) = store();
        assert_eq!(store.load("session"), Ok(None));
        store.save("session", b"one").unwrap();
        store.save("session", b"two").unwrap();
        assert_eq!(store.load("session"), Ok(Some(b"two".to_vec())));
        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join("session"))), (0o700, 0o600));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no file is left beside it");
        store.remove("session").unwrap();
        store.remove("session").unwrap();
        assert_eq!(store.load("session"), Ok(None));
    }

    #[test]
    fn refuses_what_others_could_read_or_have_put_there() {
        let (home, store, folder) = store();
        store.save("open", b"x").unwrap();
        fs::set_permissions(folder.join("open"), fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(store.load("open"), Err(SecretStoreError::Unavailable));
        let elsewhere = home.path().join("elsewhere");
        fs::write(&elsewhere, b"y").unwrap();
        symlink(&elsewhere, folder.join("link")).unwrap();
        assert_eq!(store.load("link"), Err(SecretStoreError::Unavailable));
        for name in ["", "../up", ".hidden", "a/b"] {
            assert_eq!(store.load(name), Err(SecretStoreError::Unavailable), "{name}");
        }
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o750)).unwrap();
        assert_eq!(store.save("other", b"z"), Err(SecretStoreError::Unavailable));
    }
}
