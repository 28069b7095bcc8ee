//! Places on the earth: how far, which way, which are near, how a map groups them, how they are written.
//!
//! Pure: no clock, no disk, no network. All places are WGS-84; only [`datum`] knows others.

mod blocks;
pub mod cluster;
pub mod datum;
pub mod distance;
mod earth;
pub mod format;
mod grid;
pub mod land;
mod mercator;
pub(crate) mod plane;
pub mod scan;
