//! The screen: list, map, details, nearby, history.
//!
//! Decides keys, layout and colours. `update` is pure: a key in, effects out; `draw` is pure: a state in, cells out;
//! `run` is the only part that waits, reads the core and touches the terminal.

mod browse;
mod coast;
mod draw;
mod form;
mod keys;
mod layout;
mod once;
mod perform;
mod pick;
mod reload;
mod replay;
mod run;
mod state;
mod terminal;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_keys;
mod update;
mod viewport;

pub use once::print as once;
pub use run::{Ended, run};
