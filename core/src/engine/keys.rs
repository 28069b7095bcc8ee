//! What the engine keeps in the system's key store: the session and each account's database key.

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

use crate::model::{Account, AccountKey, Secret, SecretStore, SecretStoreError, UtcMs};
use crate::store::outbox::Outbox;
use crate::store::{self, DatabaseKey};
use crate::sync::session::Token;
use crate::traccar::address::{self, Cleartext};
use crate::traccar::tls::TlsPolicy;

const SESSION: &str = "session";

/// Who was signed in when the program ended, and how to reach the server again.
#[derive(Serialize, Deserialize)]
pub(crate) struct KeptSession {
    account_key: String,
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
    pub(crate) fn new(
        key: &AccountKey,
        server: &str,
        cleartext: Cleartext,
        tls: &TlsPolicy,
        account: &Account,
    ) -> Self {
        Self {
            account_key: key.0.clone(),
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

    pub(crate) fn set_token(&mut self, token: Option<&Token>) {
        self.token = token.map(|t| t.secret.expose().to_owned());
        self.token_issued_at = token.map_or(UtcMs(0), |t| t.issued_at);
        self.token_expires_at = token.and_then(|t| t.expires_at);
    }

    pub(crate) fn token(&self) -> Option<Token> {
        let secret = Secret::new(self.token.clone()?);
        Some(Token { secret, issued_at: self.token_issued_at, expires_at: self.token_expires_at })
    }

    pub(crate) fn key(&self) -> AccountKey {
        AccountKey(self.account_key.clone())
    }

    pub(crate) fn server(&self) -> (&str, Cleartext) {
        (&self.server, if self.cleartext_allowed { Cleartext::AllowedByPerson } else { Cleartext::Refuse })
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
        Ok(kept.ok().filter(|kept| address::parse(&kept.server, kept.server().1).is_ok()))
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
