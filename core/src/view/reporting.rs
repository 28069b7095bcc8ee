//! What a person sees of reporting their own position.

use crate::decide::delivery::Blocked;
use crate::decide::geofence::Crossing;
use crate::model::{Gap, OutboxStatus, Rejection, SamplingProfile, UtcMs};

/// This phone entered or left a geofence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnCrossing {
    /// What the geofence is called; empty for one that is gone.
    pub geofence_name: String,
    /// Which way.
    pub crossing: Crossing,
    /// When, by the fix's time.
    pub at: UtcMs,
}

/// Whether it works, and if not, why.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportingView {
    /// The identifier of the unit that is reported for; `None` while reporting is off.
    pub unit_identifier: Option<String>,
    /// What waits and what was sent.
    pub outbox: OutboxStatus,
    /// Why nothing is sent at the moment; `None` while it works or nothing waits.
    pub blocked: Option<Blocked>,
    /// Until then the server asked to be left alone, by this device's clock.
    pub not_before: Option<UtcMs>,
    /// Readings that wait in memory only, because the disk is full: they are lost when the program ends.
    pub in_memory_only: u32,
    /// Times without a fix, newest first; the first may still last. At most 50.
    pub gaps: Vec<Gap>,
    /// How many readings were not accepted in the last 48 hours, by reason, most first.
    pub rejected: Vec<(Rejection, u64)>,
    /// What to ask of the system; `None` while reporting is off.
    pub profile: Option<SamplingProfile>,
    /// Whether the phone moves, by the rules of motion.
    pub moving: bool,
    /// How many geofences are watched on this phone.
    pub geofences: u32,
    /// Geofences that this phone entered or left, newest first; at most 50.
    pub crossings: Vec<OwnCrossing>,
    /// Fixes kept when the outbox was found damaged at this start, and whether they are all; `None` when it was in order.
    pub salvaged: Option<(u64, bool)>,
}
