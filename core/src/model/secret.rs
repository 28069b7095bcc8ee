//! Secrets and the place they are kept in.

use core::fmt;
use thiserror::Error;
use zeroize::Zeroize;

/// A text that must never be shown or logged; wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one place that sends or stores it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// Why the system's key store did not answer. The core then fails closed: nothing is opened in plain text.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SecretStoreError {
    /// The store is locked (device not unlocked since boot, keychain locked); try again later.
    #[error("the key store is locked")]
    Locked,
    /// The store exists but cannot be read or written.
    #[error("the key store is unavailable")]
    Unavailable,
}

/// Where the shell keeps secrets: Keystore, Keychain, a file readable only by its owner for the terminal.
///
/// Names are short ASCII words chosen by the core. Values are opaque bytes.
pub trait SecretStore: Send + Sync {
    /// The value under `name`, or `None` when there is none.
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, SecretStoreError>;
    /// Keeps `value` under `name`, replacing what was there. Durable when it returns.
    fn save(&self, name: &str, value: &[u8]) -> Result<(), SecretStoreError>;
    /// Removes `name`; a name that is not there is no error.
    fn remove(&self, name: &str) -> Result<(), SecretStoreError>;
}
