//! What storage errors mean to the caller.

use rusqlite::{ErrorCode, ffi};
use thiserror::Error;

/// Why the cache did not do as asked. Nothing stored before is lost by any of them.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum StoreError {
    /// The key is not this database's.
    #[error("wrong key")]
    WrongKey,
    /// A newer program wrote it; nothing was changed.
    #[error("newer schema")]
    NewerSchema,
    /// The disk is full. What was ordered waits in memory and is written when there is space.
    #[error("disk full")]
    Full,
    /// The file cannot be read or written.
    #[error("file trouble")]
    Io,
    /// Damage was found in use; opening it again salvages.
    #[error("damaged")]
    Corrupt,
    /// The store is closed.
    #[error("closed")]
    Closed,
    /// A fault of ours; the code names the place.
    #[error("internal {0}")]
    Internal(u32),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DiskFull => Self::Full,
                // A page whose authentication fails reaches us as "out of memory": SQLCipher has no other way to refuse
                // it. Opening again looks at everything before it believes that the file is damaged.
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::OutOfMemory => {
                    Self::Corrupt
                }
                // The file ends where a page should be.
                ErrorCode::SystemIoFailure if failure.extended_code == ffi::SQLITE_IOERR_SHORT_READ => {
                    Self::Corrupt
                }
                ErrorCode::CannotOpen
                | ErrorCode::SystemIoFailure
                | ErrorCode::PermissionDenied
                | ErrorCode::ReadOnly
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked => Self::Io,
                _ => Self::Internal(failure.extended_code.unsigned_abs()),
            },
            // A value of the wrong type in a column is what a flipped bit looks like from here.
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..) => Self::Corrupt,
            _ => Self::Internal(0),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull { Self::Full } else { Self::Io }
    }
}
