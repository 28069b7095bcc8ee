//! Seeded fleets that move, and recorded tracks read back.
//!
//! Pure: a seed and a time give the same fleet bit for bit. Leaves storing and sending to whoever asks.

mod fleet;
mod names;
mod readings;
pub mod replay;

pub use fleet::{Oddity, SimFix, SimFleet, SimUnit};
pub use readings::SimReport;
