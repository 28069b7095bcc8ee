//! Where I am: the newest usable reading, whatever is sent of it.

use serde::{Deserialize, Serialize};

use super::OwnState;
use super::reading::Reading;
use crate::model::{DeviceTime, FixSource, LatLon, LocationPermission};

/// An older reading is the last known one, not an answer of now, milliseconds.
const LAST_KNOWN_MS: i64 = 3 * 60_000;
/// What a person is told of where this phone is. `Debug` never shows the place.
#[derive(Clone, Copy, PartialEq)]
pub struct MyLocation {
    /// Where, WGS-84.
    pub place: LatLon,
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

impl core::fmt::Debug for MyLocation {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("MyLocation")
            .field("age_ms", &self.age_ms)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// The reading that says best where the phone is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Here {
    reading: Reading,
    #[serde(default)]
    approximate: bool,
}

/// The better of what is known and a newer reading: the newer one, unless its circle is wider than what the older one
/// can have grown to meanwhile.
pub(super) fn better(known: Option<Here>, reading: &Reading, approximate: bool) -> Here {
    let new = Here { reading: reading.bare(), approximate };
    let Some(old) = known else { return new };
    let grown_m = old.reading.may_have_gone_m(reading, old.reading.speed_mps.unwrap_or(0.0));
    if reading.radius_m() <= old.reading.radius_m() + grown_m { new } else { old }
}

/// What may still be told once the permission lets through blurred places only: a precise one from before may not.
pub(super) fn still_told(known: Option<Here>, permission: LocationPermission) -> Option<Here> {
    known.filter(|here| here.approximate || permission != LocationPermission::Approximate)
}

/// Where this phone is, by the newest usable reading; `None` before the first one.
pub fn my_location(state: &OwnState, now: &DeviceTime) -> Option<MyLocation> {
    let Here { reading, approximate } = state.here?;
    let age_ms = reading.when.ms_to(&state.clock.now(now));
    Some(MyLocation {
        place: reading.place,
        age_ms,
        accuracy_m: reading.accuracy_m,
        source: reading.source,
        approximate,
        from_last_known: reading.when.clocks.boot != now.boot || age_ms > LAST_KNOWN_MS,
    })
}
