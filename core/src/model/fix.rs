//! This phone's own readings: a [`Fix`] as the sensors gave it, an [`AcceptedFix`] as it is sent.
//!
//! Decides what a reading may hold and the names of what can become of it. Leaves the judging to `decide`, the
//! keeping to `store` and the sending to `sync`. `Debug` never shows a coordinate.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::{LatLon, UtcMs};

/// Which start of the operating system a monotonic time belongs to. Two readings of different boots cannot be
/// compared by their monotonic times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BootId(pub u64);

/// What the phone's clocks said at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceTime {
    /// The wall clock, which a person or the network may change at any time.
    pub wall: UtcMs,
    /// Milliseconds since the system started, sleep included; only runs forward within one boot.
    pub since_boot_ms: u64,
    /// Which boot that was.
    pub boot: BootId,
}

/// Where a reading came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FixSource {
    /// Satellites.
    Gps,
    /// Cells and wireless networks.
    Network,
    /// The system's mix of several.
    Fused,
    /// The network address: a city at best.
    Ip,
}

/// The phone's battery.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Battery {
    /// Charge in percent, 0 to 100.
    pub level_percent: f64,
    /// Whether it is being charged.
    pub charging: bool,
}

/// What the system believes the person is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Activity {
    /// Not moving.
    Still,
    /// On foot, walking.
    Walking,
    /// On foot, running.
    Running,
    /// On a bicycle.
    Cycling,
    /// In a vehicle.
    Driving,
}

/// One raw reading of this phone's sensors, exactly as the system gave it: nothing is checked or filled in. What the
/// system did not say is `None`, never 0.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    /// Degrees, north positive; may be anything, garbage included.
    pub latitude_deg: f64,
    /// Degrees, east positive; may be anything, garbage included.
    pub longitude_deg: f64,
    /// When it was taken: the time stamped on it, and the monotonic clock at that moment.
    pub taken: DeviceTime,
    /// Radius of the accuracy circle that the system claims (68 %), metres.
    pub accuracy_m: Option<f64>,
    /// Altitude, metres.
    pub altitude_m: Option<f64>,
    /// Speed over ground, metres per second.
    pub speed_mps: Option<f64>,
    /// Course over ground, degrees from true north.
    pub course_deg: Option<f64>,
    /// Where it came from.
    pub source: FixSource,
    /// Whether the system says that another program made it up.
    pub mock: bool,
    /// The battery at that moment.
    pub battery: Option<Battery>,
    /// What the person was doing.
    pub activity: Option<Activity>,
}

impl fmt::Debug for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fix")
            .field("taken", &self.taken)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// Why a reading was not accepted as a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rejection {
    /// Its coordinates are no place.
    NotOnEarth,
    /// Latitude and longitude 0.
    NullIsland,
    /// Its circle is too large to be of use.
    Accuracy,
    /// Taken before the newest accepted one.
    Older,
    /// The same reading again.
    Duplicate,
    /// Taken in the future.
    Future,
    /// Nobody moves that fast, seen from the reading before and from the one after.
    ImpossibleSpeed,
    /// Another program made it up.
    Mock,
    /// Too soon and too near after the one before.
    Debounce,
    /// Nothing has moved.
    Stationary,
}

/// A reading that was not accepted, kept for a while so that a person can see why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Why.
    pub reason: Rejection,
    /// The time stamped on the reading.
    pub taken_wall: UtcMs,
    /// When it was judged.
    pub judged_at: UtcMs,
}

/// What an accepted fix says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FixKind {
    /// A place on the way.
    Position,
    /// Still there: sent now and then while nothing moves, so that silence means trouble.
    Heartbeat,
}

/// A fix that will be sent. Its times are settled: later fixes of one phone never have an earlier `fix_time`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AcceptedFix {
    /// Where, WGS-84.
    pub place: LatLon,
    /// When it was taken, corrected for a clock that jumped and for the GPS week rollover.
    pub fix_time: UtcMs,
    /// The clocks as they stood on the reading.
    pub raw: DeviceTime,
    /// Radius of the accuracy circle, metres.
    pub accuracy_m: Option<f64>,
    /// Altitude, metres.
    pub altitude_m: Option<f64>,
    /// Speed over ground, metres per second.
    pub speed_mps: Option<f64>,
    /// Course over ground, degrees from true north, 0 to 360.
    pub course_deg: Option<f64>,
    /// Where it came from.
    pub source: FixSource,
    /// Whether another program made it up (only where the rules let such readings pass).
    pub mock: bool,
    /// The battery at that moment.
    pub battery: Option<Battery>,
    /// What the person was doing.
    pub activity: Option<Activity>,
    /// A place on the way or a sign of life.
    pub kind: FixKind,
    /// Whether the phone was moving, by the rules of motion.
    pub moving: bool,
    /// Way since reporting began, metres.
    pub odometer_m: f64,
}

impl fmt::Debug for AcceptedFix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcceptedFix")
            .field("fix_time", &self.fix_time)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// What the system allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LocationPermission {
    /// Nothing.
    None,
    /// A coarse place only.
    Approximate,
    /// Precise, while the app is on the screen.
    WhileInUse,
    /// Precise, always.
    Always,
}

/// What the shell knows of the phone around the sensors.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Surroundings {
    /// What the system allows.
    pub permission: LocationPermission,
    /// Whether location is switched on at all.
    pub location_on: bool,
    /// The battery, where the system tells.
    pub battery: Option<Battery>,
    /// Whether the system saves power.
    pub power_save: bool,
}

/// Why nothing was recorded for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GapCause {
    /// The permission was taken away or reduced.
    PermissionLost,
    /// Location was switched off.
    LocationOff,
    /// The process was killed and came back.
    Killed,
    /// The phone was off or started anew.
    Restarted,
    /// Everything was allowed, but the sensors said nothing.
    NoReading,
    /// The consent was withdrawn.
    ConsentWithdrawn,
    /// Nobody was signed in.
    SignedOut,
    /// The person switched reporting off.
    SwitchedOff,
}

/// A time without a recorded fix, with its cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// When it began.
    pub from: UtcMs,
    /// When it ended; `None` while it lasts.
    pub to: Option<UtcMs>,
    /// Why.
    pub cause: GapCause,
}

/// What the shell should ask of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WantedAccuracy {
    /// Satellites.
    High,
    /// Cells and wireless networks are enough.
    Balanced,
    /// What others ask for is enough.
    Low,
}

/// How often and how precisely the shell should ask the system for readings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SamplingProfile {
    /// Time between readings, milliseconds.
    pub interval_ms: u64,
    /// Way between readings, metres; 0 = by time alone.
    pub distance_m: f64,
    /// How precise.
    pub accuracy: WantedAccuracy,
    /// The longest the system may hold readings back to hand them over together, milliseconds.
    pub batch_delay_ms: u64,
}
