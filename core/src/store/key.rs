//! The database key.

use core::fmt;
use std::fmt::Write as _;

use rusqlite::Connection;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::store::StoreError;

/// `PRAGMA key = "x'` + 64 digits + `'"`.
const PRAGMA_BYTES: usize = 16 + 64 + 2;

/// 32 random bytes from the system's key store. A raw key: there is no passphrase to derive it from slowly.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DatabaseKey([u8; 32]);

impl fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseKey(redacted)")
    }
}

impl DatabaseKey {
    /// A key read from the key store.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A new key from the system's randomness.
    pub fn generate() -> Result<Self, StoreError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| StoreError::Io)?;
        Ok(Self(bytes))
    }

    /// The bytes, for the key store.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Gives a connection the key, before anything else is asked of it. An error never carries the statement.
    pub(crate) fn unlock(&self, connection: &Connection) -> Result<(), StoreError> {
        let mut pragma = Zeroizing::new(String::with_capacity(PRAGMA_BYTES)); // never grows: no copy stays behind
        pragma.push_str("PRAGMA key = \"x'");
        for byte in &self.0 {
            write!(pragma, "{byte:02x}").map_err(|_| StoreError::Internal(1))?;
        }
        pragma.push_str("'\"");
        connection.execute_batch(&pragma).map_err(StoreError::from)
    }

    /// What is kept beside the database to tell a wrong key from a broken file: SQLCipher says the same for both. A
    /// salted hash of a random 256-bit key tells nothing about it.
    pub(crate) fn check(&self, salt: &[u8; 16]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"trak key check 1");
        hash.update(salt);
        hash.update(self.0);
        hash.finalize().into()
    }
}
