//! What the engine keeps in the system's key store: the session and each account's database key.

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

use crate::model::{Account, AccountKey, Secret, SecretStore, SecretStoreError, ServerAddress, UtcMs};
use crate::store::outbox::Outbox;
use crate::store::{self, DatabaseKey};
use crate::sync::session::Token;
use crate::traccar::address::{self, AddressError, Cleartext};
use crate::traccar::tls::TlsPolicy;

const SESSION: &str = "session";

/// Who was signed in when the program ended, and how to reach the server again.
#[derive(Serialize, Deserialize)]
pub(crate) struct KeptSession {
    server: String,
    cleartext_allowed: bool,
    extra_roots_pem: Vec<Vec<u8>>,
    pinned_spki_sha256: Vec<[u8; 32]>,
    account_id: i64,
    account_name: String,
    account_email: String,
    account_readonly: bool,
    account_administrator: bool,
    account_json: String,
    token: Option<String>,
    token_issued_at: UtcMs,
    token_expires_at: Option<UtcMs>,
}

impl KeptSession {
    pub(crate) fn new(server: &str, cleartext: Cleartext, tls: &TlsPolicy, account: &Account) -> Self {
        Self {
            server: server.to_owned(),
            cleartext_allowed: cleartext == Cleartext::AllowedByPerson,
            extra_roots_pem: tls.extra_roots_pem.clone(),
            pinned_spki_sha256: tls.pinned_spki_sha256.clone(),
            account_id: account.id,
            account_name: account.name.clone(),
            account_email: account.email.clone(),
            account_readonly: account.readonly,
            account_administrator: account.administrator,
            account_json: account.raw_json.clone(),
            token: None,
            token_issued_at: UtcMs(0),
            token_expires_at: None,
        }
    }

    /// What the server says of the account now.
    pub(crate) fn set_account(&mut self, account: &Account) {
        self.account_name.clone_from(&account.name);
        self.account_email.clone_from(&account.email);
        self.account_readonly = account.readonly;
        self.account_json.clone_from(&account.raw_json);
    }

    pub(crate) fn set_token(&mut self, token: Option<&Token>) {
        self.token = token.map(|t| t.secret.expose().to_owned());
        self.token_issued_at = token.map_or(UtcMs(0), |t| t.issued_at);
        self.token_expires_at = token.and_then(|t| t.expires_at);
    }

    pub(crate) fn token(&self) -> Option<Token> {
        let secret = Secret::new(self.token.clone()?);
        Some(Token { secret, issued_at: self.token_issued_at, expires_at: self.token_expires_at })
    }

    pub(crate) fn address(&self) -> Result<ServerAddress, AddressError> {
        let allowed = self.cleartext_allowed;
        address::parse(&self.server, if allowed { Cleartext::AllowedByPerson } else { Cleartext::Refuse })
    }

    /// The account's name for storage; `None` where the address is none.
    pub(crate) fn key(&self) -> Option<AccountKey> {
        self.address().ok().map(|address| address::account_key(&address, self.account_id))
    }

    pub(crate) fn tls(&self) -> TlsPolicy {
        TlsPolicy {
            extra_roots_pem: self.extra_roots_pem.clone(),
            pinned_spki_sha256: self.pinned_spki_sha256.clone(),
        }
    }

    pub(crate) fn account(&self) -> Account {
        Account {
            id: self.account_id,
            name: self.account_name.clone(),
            email: self.account_email.clone(),
            readonly: self.account_readonly,
            administrator: self.account_administrator,
            raw_json: self.account_json.clone(),
        }
    }

    pub(crate) fn save(&self, secrets: &dyn SecretStore) -> Result<(), SecretStoreError> {
        let bytes = Zeroizing::new(serde_json::to_vec(self).map_err(|_| SecretStoreError::Unavailable)?);
        secrets.save(SESSION, &bytes)
    }

    /// The kept session; one that cannot be read counts as none, the person signs in again.
    pub(crate) fn load(secrets: &dyn SecretStore) -> Result<Option<Self>, SecretStoreError> {
        let Some(bytes) = secrets.load(SESSION)?.map(Zeroizing::new) else { return Ok(None) };
        let kept = serde_json::from_slice::<Self>(&bytes);
        if kept.is_err() {
            tracing::warn!("the kept session cannot be read; a new sign-in is needed");
        }
        Ok(kept.ok().filter(|kept| kept.address().is_ok()))
    }

    pub(crate) fn forget(secrets: &dyn SecretStore) -> Result<(), SecretStoreError> {
        secrets.remove(SESSION)
    }
}

impl Drop for KeptSession {
    fn drop(&mut self) {
        use zeroize::Zeroize;
        self.token.zeroize();
    }
}

/// Why a database key could not be had.
pub(crate) enum KeyTrouble {
    /// The key store did not answer.
    Secrets(SecretStoreError),
    /// A database is there but its key is not: never opened as plain text, never overwritten.
    Missing,
}

/// The key of the account's cache; a new one is made only where no database is.
pub(crate) fn database_key(
    secrets: &dyn SecretStore,
    key: &AccountKey,
    folder: &Path,
) -> Result<DatabaseKey, KeyTrouble> {
    kept_or_new(secrets, &key_name(key), || store::exists(folder))
}

/// The key of the account's outbox, apart from the cache's: a sign-out erases the cache and its key, not what waits.
pub(crate) fn outbox_key(
    secrets: &dyn SecretStore,
    key: &AccountKey,
    folder: &Path,
) -> Result<DatabaseKey, KeyTrouble> {
    kept_or_new(secrets, &outbox_key_name(key), || Outbox::exists(folder))
}

fn kept_or_new(
    secrets: &dyn SecretStore,
    name: &str,
    database_exists: impl FnOnce() -> bool,
) -> Result<DatabaseKey, KeyTrouble> {
    let found = secrets.load(name).map_err(KeyTrouble::Secrets)?.map(Zeroizing::new);
    if let Some(bytes) = found {
        let bytes: [u8; 32] =
            bytes.as_slice().try_into().map_err(|_| KeyTrouble::Secrets(SecretStoreError::Unavailable))?;
        return Ok(DatabaseKey::from_bytes(bytes));
    }
    if database_exists() {
        return Err(KeyTrouble::Missing);
    }
    let new = DatabaseKey::generate().map_err(|_| KeyTrouble::Secrets(SecretStoreError::Unavailable))?;
    secrets.save(name, new.as_bytes()).map_err(KeyTrouble::Secrets)?;
    Ok(new)
}

/// Removes an account's database key.
pub(crate) fn forget_key(secrets: &dyn SecretStore, key: &AccountKey) -> Result<(), SecretStoreError> {
    secrets.remove(&key_name(key))
}

/// Removes the key of an account's outbox.
pub(crate) fn forget_outbox_key(secrets: &dyn SecretStore, key: &AccountKey) -> Result<(), SecretStoreError> {
    secrets.remove(&outbox_key_name(key))
}

/// Removes both, which makes what lies in an account's [`folders`] unreadable.
pub(crate) fn forget_keys(secrets: &dyn SecretStore, key: &AccountKey) -> Result<(), SecretStoreError> {
    forget_key(secrets, key)?;
    forget_outbox_key(secrets, key)
}

/// Gives what is kept under former names of an account its name of today. What has it already stays; what cannot be
/// moved now is tried again at the next opening.
pub(crate) fn adopt(
    secrets: &dyn SecretStore,
    folder: &Path,
    key: &AccountKey,
    former: &[AccountKey],
) -> Result<(), SecretStoreError> {
    for old in former {
        let cache = (cache_folder(folder, old), cache_folder(folder, key), key_name(old), key_name(key));
        let outbox = (
            outbox_folder(folder, old),
            outbox_folder(folder, key),
            outbox_key_name(old),
            outbox_key_name(key),
        );
        for (from, to, old_name, new_name) in [cache, outbox] {
            if to.exists() || !from.exists() {
                continue;
            }
            // The key first: a folder is never without its key, wherever this is cut short.
            if let Some(bytes) = secrets.load(&old_name)?.map(Zeroizing::new) {
                secrets.save(&new_name, &bytes)?;
            }
            match std::fs::rename(&from, &to) {
                Ok(()) => secrets.remove(&old_name)?,
                Err(error) => {
                    tracing::error!(kind = ?error.kind(), "what was kept under a former name cannot be moved");
                }
            }
        }
    }
    Ok(())
}

/// Where an account's cache lies.
pub(crate) fn cache_folder(folder: &Path, key: &AccountKey) -> PathBuf {
    folder.join(&key.0)
}

/// Everything that is encrypted by a key of an account.
pub(crate) fn folders(folder: &Path, key: &AccountKey) -> [PathBuf; 2] {
    [cache_folder(folder, key), outbox_folder(folder, key)]
}

/// Where an account's outbox lies, beside its cache.
pub(crate) fn outbox_folder(folder: &Path, key: &AccountKey) -> PathBuf {
    folder.join(format!("{}.outbox", key.0))
}

fn outbox_key_name(key: &AccountKey) -> String {
    format!("outbox-key-{}", key.0)
}

fn key_name(key: &AccountKey) -> String {
    format!("database-key-{}", key.0)
}

#[cfg(test)]
mod tests {
    use super::{adopt, database_key, outbox_folder};
    use crate::model::{AccountKey, SecretStore, SecretStoreError};
    use std::collections::HashMap;
    use std::sync::Mutex;

    #[derive(Default)]
    struct Secrets(Mutex<HashMap<String, Vec<u8>>>);

    impl SecretStore for Secrets {
        fn load(&self, name: &str) -> Result<Option<Vec<u8>>, SecretStoreError> {
            Ok(self.0.lock().unwrap().get(name).cloned())
        }
        fn save(&self, name: &str, value: &[u8]) -> Result<(), SecretStoreError> {
            self.0.lock().unwrap().insert(name.to_owned(), value.to_vec());
            Ok(())
        }
        fn remove(&self, name: &str) -> Result<(), SecretStoreError> {
            self.0.lock().unwrap().remove(name);
            Ok(())
        }
    }

    #[test]
    fn what_was_kept_under_a_former_name_is_found_under_the_new_one_with_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let [today, former, other] = ["today", "former", "other"].map(|name| AccountKey(name.to_owned()));
        let secrets = Secrets::default();
        for (at, key) in [(folder.path().join("former"), 7), (outbox_folder(folder.path(), &former), 8)] {
            std::fs::create_dir(&at).unwrap();
            std::fs::write(at.join("fleet.db"), [key]).unwrap();
        }
        secrets.save("database-key-former", &[7; 32]).unwrap();
        secrets.save("outbox-key-former", &[8; 32]).unwrap();
        for _ in 0..2 {
            adopt(&secrets, folder.path(), &today, &[other.clone(), former.clone()]).unwrap();
            assert_eq!(std::fs::read(folder.path().join("today/fleet.db")).unwrap(), [7]);
            assert_eq!(std::fs::read(folder.path().join("today.outbox/fleet.db")).unwrap(), [8]);
            assert!(!folder.path().join("former").exists());
            let mut names: Vec<String> = secrets.0.lock().unwrap().keys().cloned().collect();
            names.sort();
            assert_eq!(names, ["database-key-today", "outbox-key-today"]);
        }
        let key = database_key(&secrets, &today, &folder.path().join("today")).ok().unwrap();
        assert_eq!(key.as_bytes(), &[7; 32]);

        // What has today's name already is not replaced.
        std::fs::create_dir(folder.path().join("former")).unwrap();
        adopt(&secrets, folder.path(), &today, &[former]).unwrap();
        assert_eq!(std::fs::read(folder.path().join("today/fleet.db")).unwrap(), [7]);
    }
}
