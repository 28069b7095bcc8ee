//! Support for the journeys: a real backend on loopback, a core over it, clocks that a test moves.
//!
//! Everything is set up through the server's public API, so the same journeys describe any Traccar server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc
)]

pub mod proxy;
pub mod server;
pub mod shell;
#[cfg(unix)]
pub mod terminal;
pub mod tls;
