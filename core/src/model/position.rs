//! An accepted reading of a unit.

use core::fmt;

use super::{LatLon, PositionId, UnitId, UtcMs};

/// Why a position must not be taken at face value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PositionDoubt {
    /// The fix time was 1024 weeks (or a multiple) in the past and has been corrected; the raw time is kept.
    RolloverCorrected,
    /// The receiver itself marked the fix as not valid (last known place repeated).
    MarkedInvalid,
}

/// A unit's position. Speeds are metres per second here; the wire's knots are converted at the edge.
#[derive(Clone, PartialEq)]
pub struct Position {
    /// Number at the server.
    pub id: PositionId,
    /// The unit.
    pub unit_id: UnitId,
    /// When the fix was taken, corrected for the GPS week rollover. The age shown is the age of this time.
    pub fix_time: UtcMs,
    /// The fix time exactly as received.
    pub raw_fix_time: UtcMs,
    /// When the tracker sent it, on the tracker's clock.
    pub device_time: Option<UtcMs>,
    /// When the server received it, on the server's clock.
    pub server_time: Option<UtcMs>,
    /// Where, WGS-84.
    pub place: LatLon,
    /// Whether the receiver vouches for the fix.
    pub valid: bool,
    /// Altitude in metres above the receiver's reference.
    pub altitude_m: Option<f64>,
    /// Speed over ground in metres per second.
    pub speed_mps: Option<f64>,
    /// Course over ground in degrees from true north, 0 to 360.
    pub course_deg: Option<f64>,
    /// Radius of the accuracy circle in metres; `None` where the server has none (Traccar sends 0 for that).
    pub accuracy_m: Option<f64>,
    /// Street address when the server resolved one.
    pub address: Option<String>,
    /// The server's attributes, one JSON object, kept whole.
    pub attributes_json: String,
    /// What is doubtful about it.
    pub doubt: Option<PositionDoubt>,
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Position")
            .field("id", &self.id)
            .field("unit_id", &self.unit_id)
            .field("fix_time", &self.fix_time)
            .finish_non_exhaustive()
    }
}
