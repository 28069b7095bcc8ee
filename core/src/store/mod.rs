//! The cache of one account: one SQLite database in a folder of its own, encrypted as a whole. The only SQL.
//!
//! Decides how facts are kept and found again: WAL, one writer thread, checkpoints from that thread outside of
//! commits, numbered migrations, a damaged database moved aside and salvaged. `synchronous=NORMAL`: what the fleet
//! cache could lose in a power cut the next snapshot brings again. Leaves what the facts mean to everybody else.
//!
//! | where | what |
//! |---|---|
//! | `opening`, `files`, `connect` | what is done about each state the files can be in; the key; the schema |
//! | `open` | the cache as its users see it |
//! | `pending`, `writer`, `write` | how changes are joined, when they are written, the SQL |
//! | `read`, `rows` | how facts are found again |
//! | `alerts` | the inbox of events, and what has outlived its term |
//! | [`outbox`] | own fixes that wait to be sent, a database of its own |
//! | `damaged`, `salvage` | how a damaged database is read and what is kept of it |

mod alerts;
mod change;
mod connect;
mod damaged;
mod error;
mod files;
mod key;
mod open;
mod opening;
pub mod outbox;
mod pending;
mod read;
mod rows;
mod salvage;
#[cfg(test)]
mod tests;
mod write;
mod writer;

pub use change::{Change, HistoryChunk, MetaChange, Retain};
pub use connect::unlock;
pub use error::StoreError;
pub use files::{erase, exists};
pub use key::DatabaseKey;
pub use open::{Facts, OpenReport, Opened, Store};
pub use read::{FirstRows, FleetMeta, HistoryCursor, LoadedFleet};
pub use writer::Health;
