//! Seeded fleets that move, phones that ride along, and recorded tracks read back.
//!
//! Pure: a seed and a time give the same fleet bit for bit. Leaves storing and sending to whoever asks.

mod fleet;
mod names;
mod phone;
mod phone_noise;
mod phone_replay;
mod readings;
pub mod replay;

pub use fleet::{Oddity, SimFix, SimFleet, SimUnit};
pub use phone::{ClockFault, Deliveries, Delivery, Faults, SimPhone, Truth};
pub use readings::SimReport;
