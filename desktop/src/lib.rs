//! The PC terminal of TRAK-IOT.online: a screen for people, subcommands for people and scripts.
//!
//! Decides words, keys, columns and colours. Leaves every fact and rule to the core.

// A line is built from parts of formatted width; writing into it could not fail and would only add an error to handle.
#![allow(clippy::format_push_string)]

pub mod cli;
mod facts;
mod home;
mod input;
pub mod safe;
mod screen;
pub mod secrets;
mod signals;
pub mod text;

mod start;
pub use start::main;
