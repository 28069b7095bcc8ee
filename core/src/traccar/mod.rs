//! The wire: Traccar's API and the extensions of the embedded backend. The only HTTP of the core.
//!
//! Decides what is sent, how an answer is read and what an error means to a caller. Leaves the judgement of what was
//! read to `decide` and its keeping to `sync`.

pub mod address;
mod client;
mod columns;
mod consents;
pub mod decode;
mod door;
mod error;
mod push;
mod resources;
mod rights;
mod snapshot;
pub mod socket;
mod stream;
mod time;
pub mod tls;
mod upload;

pub use client::{Client, SignedIn};
pub use consents::Mirrored;
pub use door::Permit;
pub use error::{ApiError, SignInError};
pub use push::PushRegistration;
pub use resources::UNITS_OF_A_REPORT;
pub use rights::CancelRefusal;
pub use snapshot::{Snapshot, read_snapshot};
