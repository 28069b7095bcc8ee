//! The cache of one account: one SQLite database in a folder of its own, encrypted as a whole. The only SQL.
//!
//! Decides how facts are kept and found again: WAL, one writer thread, checkpoints from that thread outside of
//! commits, numbered migrations, a damaged database moved aside and salvaged. `synchronous=NORMAL`: what the fleet
//! cache could lose in a power cut the next snapshot brings again. Leaves what the facts mean to everybody else.

mod change;
mod error;
mod key;
mod open;
mod read;
mod rows;
mod salvage;
mod writer;

pub use change::{Change, HistoryChunk, MetaChange};
pub use error::StoreError;
pub use key::DatabaseKey;
pub use open::{OpenReport, Opened, Store, erase, exists};
pub use read::{FleetMeta, LoadedFleet};
pub use writer::Health;
