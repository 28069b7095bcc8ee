//! Where the program keeps its things: `TRAK_HOME`, else the folder the system gives programs for their data.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::runtime::Handle;
use trak_core::engine::{OpenError, OpenOptions, SystemClock, Trak, forget_account};
use trak_core::model::SecretStoreError;

use crate::secrets::{FileSecrets, make_private};

/// The program's folder; `None` where the system names none and `TRAK_HOME` is not set.
pub fn folder() -> Option<PathBuf> {
    match std::env::var_os("TRAK_HOME").filter(|value| !value.is_empty()) {
        Some(home) => Some(PathBuf::from(home)),
        None => directories::ProjectDirs::from("online", "TRAK-IOT", "trak")
            .map(|dirs| dirs.data_local_dir().to_path_buf()),
    }
}

/// The folder as shown in messages.
pub fn shown() -> String {
    folder().map_or_else(|| "TRAK_HOME".to_owned(), |folder| crate::safe::safe(&folder.display().to_string()))
}

/// Opens the core over that folder.
pub fn open() -> Result<Trak, OpenError> {
    Trak::open(options()?)
}

/// Erases what is kept of an account whose cache cannot be opened.
pub fn forget() -> Result<(), OpenError> {
    forget_account(&options()?)
}

/// Removes the log, which holds nothing of anybody but says when the program was used.
pub fn forget_log() -> std::io::Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    match std::fs::remove_file(folder.join(crate::start::LOG)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn options() -> Result<OpenOptions, OpenError> {
    let home = folder().ok_or(OpenError::SecretStore(SecretStoreError::Unavailable))?;
    make_private(&home).map_err(OpenError::Folder)?;
    let secrets = FileSecrets::open(home.join("keys"))?;
    Ok(OpenOptions {
        folder: home.join("cache"),
        secrets: Arc::new(secrets),
        runtime: Handle::current(),
        clock: Arc::new(SystemClock::default()),
        random_seed: None,
    })
}

/// Holds the folder's account for one sign-in or sign-out; others wait. Two that make the same account's key and cache
/// at once would leave a cache that no key fits. Released when dropped, and by the system when the program is killed.
/// `None` where the file system has no locks: a sign-in must be possible there too.
pub async fn hold_account() -> Option<File> {
    let path = folder()?.join("account.lock");
    let hold = move || {
        let file = File::options().create(true).truncate(false).write(true).open(path).ok()?;
        file.lock().ok()?;
        Some(file)
    };
    tokio::task::spawn_blocking(hold).await.ok().flatten()
}
