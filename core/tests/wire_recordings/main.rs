//! The recorded answers of a real Traccar server, replayed to the client over loopback: what a person is told, and
//! what reaches the fleet. The recordings stand outside of the repository; without them each test says so and passes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod recorded;
mod resources;
mod sign_in;
