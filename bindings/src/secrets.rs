//! The one trait that a shell implements: where secrets are kept.

use std::sync::Arc;

use thiserror::Error;
use trak_core::model;

/// Why the system's key store did not answer. The core then fails closed: nothing is opened in plain text.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, uniffi::Error)]
pub enum SecretStoreError {
    /// The store is locked (device not unlocked since boot, keychain locked); try again later.
    #[error("the key store is locked")]
    Locked,
    /// The store exists but cannot be read or written.
    #[error("the key store is unavailable")]
    Unavailable,
}

/// What the shell throws without having declared it counts as a store that cannot be used.
impl From<uniffi::UnexpectedUniFFICallbackError> for SecretStoreError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable
    }
}

impl From<model::SecretStoreError> for SecretStoreError {
    fn from(error: model::SecretStoreError) -> Self {
        match error {
            model::SecretStoreError::Locked => Self::Locked,
            model::SecretStoreError::Unavailable => Self::Unavailable,
        }
    }
}

impl From<SecretStoreError> for model::SecretStoreError {
    fn from(error: SecretStoreError) -> Self {
        match error {
            SecretStoreError::Locked => Self::Locked,
            SecretStoreError::Unavailable => Self::Unavailable,
        }
    }
}

/// Keystore, Keychain. Names are short ASCII words chosen by the core, values opaque bytes. Called from the core's
/// own threads.
#[uniffi::export(foreign)]
pub trait SecretStore: Send + Sync {
    /// The value under `name`, or nothing when there is none.
    fn load(&self, name: String) -> Result<Option<Vec<u8>>, SecretStoreError>;
    /// Keeps `value` under `name`, replacing what was there. Durable when it returns.
    fn save(&self, name: String, value: Vec<u8>) -> Result<(), SecretStoreError>;
    /// Removes `name`; a name that is not there is no error.
    fn remove(&self, name: String) -> Result<(), SecretStoreError>;
}

/// The shell's store as the core wants it.
pub(crate) struct ForeignSecrets(pub(crate) Arc<dyn SecretStore>);

impl model::SecretStore for ForeignSecrets {
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, model::SecretStoreError> {
        Ok(self.0.load(name.to_owned())?)
    }

    fn save(&self, name: &str, value: &[u8]) -> Result<(), model::SecretStoreError> {
        Ok(self.0.save(name.to_owned(), value.to_vec())?)
    }

    fn remove(&self, name: &str) -> Result<(), model::SecretStoreError> {
        Ok(self.0.remove(name.to_owned())?)
    }
}
