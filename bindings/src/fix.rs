//! This phone's own readings on their way into the core, and what the core wants of the sensors.

use trak_core::decide::own;
use trak_core::model;

use crate::convert::mirror;
use crate::place::Place;

/// What the phone's clocks said at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct DeviceTime {
    /// The wall clock, milliseconds since 1970.
    pub wall_ms: i64,
    /// Milliseconds since the system started, sleep included; only runs forward within one boot.
    pub since_boot_ms: u64,
    /// Which boot that was: any number that differs from boot to boot.
    pub boot: u64,
}

impl From<DeviceTime> for model::DeviceTime {
    fn from(time: DeviceTime) -> Self {
        let DeviceTime { wall_ms, since_boot_ms, boot } = time;
        Self { wall: model::UtcMs(wall_ms), since_boot_ms, boot: model::BootId(boot) }
    }
}

/// Where a reading came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
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

mirror!(both FixSource = model::FixSource { Gps, Network, Fused, Ip });

/// The phone's battery.
#[derive(Clone, Copy, Debug, PartialEq, uniffi::Record)]
pub struct Battery {
    /// Charge in percent, 0 to 100.
    pub level_percent: f64,
    /// Whether it is being charged.
    pub charging: bool,
}

impl From<Battery> for model::Battery {
    fn from(battery: Battery) -> Self {
        let Battery { level_percent, charging } = battery;
        Self { level_percent, charging }
    }
}

/// What the system believes the person is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum PersonActivity {
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

mirror!(both PersonActivity = model::Activity { Still, Walking, Running, Cycling, Driving });

/// One raw reading of this phone's sensors, exactly as the system gave it. What the system did not say is left out,
/// never 0.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct Fix {
    /// Degrees, north positive; may be anything.
    pub latitude_deg: f64,
    /// Degrees, east positive; may be anything.
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
    pub activity: Option<PersonActivity>,
}

impl From<Fix> for model::Fix {
    fn from(fix: Fix) -> Self {
        Self {
            latitude_deg: fix.latitude_deg,
            longitude_deg: fix.longitude_deg,
            taken: fix.taken.into(),
            accuracy_m: fix.accuracy_m,
            altitude_m: fix.altitude_m,
            speed_mps: fix.speed_mps,
            course_deg: fix.course_deg,
            source: fix.source.into(),
            mock: fix.mock,
            battery: fix.battery.map(Into::into),
            activity: fix.activity.map(Into::into),
        }
    }
}

/// What the system allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
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

mirror!(both LocationPermission = model::LocationPermission { None, Approximate, WhileInUse, Always });

/// What the shell knows of the phone around the sensors.
#[derive(Clone, Copy, Debug, PartialEq, uniffi::Record)]
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

impl From<Surroundings> for model::Surroundings {
    fn from(around: Surroundings) -> Self {
        let Surroundings { permission, location_on, battery, power_save } = around;
        Self { permission: permission.into(), location_on, battery: battery.map(Into::into), power_save }
    }
}

/// How precise the readings should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum WantedAccuracy {
    /// Satellites.
    High,
    /// Cells and wireless networks are enough.
    Balanced,
    /// What others ask for is enough.
    Low,
}

mirror!(WantedAccuracy = model::WantedAccuracy { High, Balanced, Low });

/// How often and how precisely the shell should ask the system for readings.
#[derive(Clone, Copy, Debug, PartialEq, uniffi::Record)]
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

impl From<model::SamplingProfile> for SamplingProfile {
    fn from(profile: model::SamplingProfile) -> Self {
        let model::SamplingProfile { interval_ms, distance_m, accuracy, batch_delay_ms } = profile;
        Self { interval_ms, distance_m, accuracy: accuracy.into(), batch_delay_ms }
    }
}

/// Where this phone is.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct MyLocation {
    /// Where, WGS-84.
    pub place: Place,
    /// Age of the reading, milliseconds, not negative.
    pub age_ms: i64,
    /// Radius of the accuracy circle, metres, where the system claims one.
    pub accuracy_m: Option<f64>,
    /// Where it came from.
    pub source: FixSource,
    /// Whether the permission let through a blurred place only.
    pub approximate: bool,
    /// Whether it is the last known place rather than a reading of now.
    pub from_last_known: bool,
}

impl From<own::MyLocation> for MyLocation {
    fn from(here: own::MyLocation) -> Self {
        let own::MyLocation { place, age_ms, accuracy_m, source, approximate, from_last_known } = here;
        Self { place: place.into(), age_ms, accuracy_m, source: source.into(), approximate, from_last_known }
    }
}
