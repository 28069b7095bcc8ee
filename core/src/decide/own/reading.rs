//! A reading after cleaning: what the rules work on and remember.
//!
//! Decides what of a raw reading can be taken at its word. Leaves whether it counts to `quality`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::rules::{least_radius_m, unstated_radius_m};
use crate::geo::distance::{Inverse, distance_m, inverse};
use crate::model::{
    AcceptedFix, Activity, Battery, BootId, DeviceTime, Fix, FixKind, FixSource, LatLon, Rejection, UtcMs,
};

/// Deepest and highest that a phone can be, metres.
const ALTITUDES_M: core::ops::RangeInclusive<f64> = -12_000.0..=100_000.0;

/// A brisk walk, metres per second.
const UNKNOWN_MPS: f64 = 2.0;
/// No phone starts faster, milliseconds.
const STARTING_MS: i64 = 15_000;

/// When something was, by the phone's clocks and by the settled one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "(UtcMs, u64, BootId, UtcMs)", into = "(UtcMs, u64, BootId, UtcMs)")]
pub(super) struct Moment {
    pub(super) clocks: DeviceTime,
    pub(super) at: UtcMs,
}

impl From<(UtcMs, u64, BootId, UtcMs)> for Moment {
    fn from((wall, since_boot_ms, boot, at): (UtcMs, u64, BootId, UtcMs)) -> Self {
        Self { clocks: DeviceTime { wall, since_boot_ms, boot }, at }
    }
}

impl From<Moment> for (UtcMs, u64, BootId, UtcMs) {
    fn from(Moment { clocks, at }: Moment) -> Self {
        (clocks.wall, clocks.since_boot_ms, clocks.boot, at)
    }
}

impl Moment {
    /// Milliseconds to a later moment, never negative: by the monotonic clock within one boot; otherwise by settled
    /// times, and not less than a phone needs to start.
    pub(super) fn ms_to(&self, later: &Self) -> i64 {
        if self.clocks.boot == later.clocks.boot {
            let ms = later.clocks.since_boot_ms.saturating_sub(self.clocks.since_boot_ms);
            i64::try_from(ms).unwrap_or(i64::MAX)
        } else {
            later.at.since_ms(self.at).max(STARTING_MS)
        }
    }
}

/// A reading whose place is one and whose numbers are numbers. Stored under short names: the state is written with
/// every batch and should fit on a page of the database.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Reading {
    #[serde(rename = "p", with = "exact_place")]
    pub(super) place: LatLon,
    #[serde(rename = "t")]
    pub(super) when: Moment,
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none", with = "exact")]
    pub(super) accuracy_m: Option<f64>,
    #[serde(rename = "h", default, skip_serializing_if = "Option::is_none", with = "exact")]
    altitude_m: Option<f64>,
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none", with = "exact")]
    pub(super) speed_mps: Option<f64>,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none", with = "exact")]
    pub(super) course_deg: Option<f64>,
    #[serde(rename = "s")]
    pub(super) source: FixSource,
    #[serde(rename = "m", default, skip_serializing_if = "is_false")]
    mock: bool,
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none", with = "exact")]
    battery_percent: Option<f64>,
    #[serde(rename = "g", default, skip_serializing_if = "is_false")]
    charging: bool,
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub(super) activity: Option<Activity>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference to the field over")]
fn is_false(value: &bool) -> bool {
    !value
}

impl core::fmt::Debug for Reading {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Reading")
            .field("at", &self.when.at)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl Reading {
    /// Cleans a raw reading; its time still stands as stamped. What the system marks as unknown by an impossible
    /// value (iOS: -1; Android: accuracy 0) becomes `None`.
    pub(super) fn clean(fix: &Fix) -> Result<Self, Rejection> {
        let place = LatLon::new(fix.latitude_deg, fix.longitude_deg).ok_or(Rejection::NotOnEarth)?;
        if place.is_null_island() {
            return Err(Rejection::NullIsland);
        }
        let battery = fix.battery.filter(|battery| (0.0..=100.0).contains(&battery.level_percent));
        Ok(Self {
            place,
            when: Moment { clocks: fix.taken, at: fix.taken.wall },
            accuracy_m: fix.accuracy_m.filter(|m| m.is_finite() && *m > 0.0),
            altitude_m: fix.altitude_m.filter(|m| ALTITUDES_M.contains(m)),
            speed_mps: fix.speed_mps.filter(|mps| mps.is_finite() && *mps >= 0.0),
            course_deg: fix.course_deg.filter(|deg| (0.0..=360.0).contains(deg)).map(|deg| deg % 360.0),
            source: fix.source,
            mock: fix.mock,
            battery_percent: battery.map(|battery| battery.level_percent),
            charging: battery.is_some_and(|battery| battery.charging),
            activity: fix.activity,
        })
    }

    /// The circle in which the rules believe, metres: never smaller than the source deserves, and where none is
    /// claimed the source's usual one.
    pub(super) fn radius_m(&self) -> f64 {
        self.accuracy_m.map_or(unstated_radius_m(self.source), |m| m.max(least_radius_m(self.source)))
    }

    /// Metres to another reading, to the millimetre.
    pub(super) fn distance_m(&self, other: &Self) -> f64 {
        rounded(distance_m(self.place, other.place))
    }

    /// The way to another reading: to the millimetre and the thousandth of a degree.
    pub(super) fn way_to(&self, other: &Self) -> Inverse {
        let way = inverse(self.place, other.place);
        Inverse { distance_m: rounded(way.distance_m), bearing_deg: rounded(way.bearing_deg) }
    }

    /// Milliseconds to a later reading.
    pub(super) fn ms_to(&self, later: &Self) -> i64 {
        self.when.ms_to(&later.when)
    }

    /// Metres that a phone of this speed can have gone until a later reading. A phone whose speed is not known goes no
    /// faster than a brisk walk.
    pub(super) fn may_have_gone_m(&self, later: &Self, speed_mps: f64) -> f64 {
        speed_mps.max(UNKNOWN_MPS) * self.ms_to(later) as f64 / 1_000.0
    }

    /// What later readings are compared with: where, when, how exact, how fast.
    pub(super) fn bare(&self) -> Self {
        Self { altitude_m: None, course_deg: None, ..self.repeatable() }
    }

    /// What a sign of life may repeat: the place, but not what the phone did there.
    pub(super) fn repeatable(&self) -> Self {
        Self { battery_percent: None, charging: false, activity: None, ..*self }
    }

    /// The battery at that moment.
    fn battery(&self) -> Option<Battery> {
        self.battery_percent.map(|level_percent| Battery { level_percent, charging: self.charging })
    }

    /// As it is sent.
    pub(super) fn accepted(
        &self,
        fix_time: UtcMs,
        kind: FixKind,
        moving: bool,
        odometer_m: f64,
    ) -> AcceptedFix {
        AcceptedFix {
            place: self.place,
            fix_time,
            raw: self.when.clocks,
            accuracy_m: self.accuracy_m,
            altitude_m: self.altitude_m,
            speed_mps: self.speed_mps,
            course_deg: self.course_deg,
            source: self.source,
            mock: self.mock,
            battery: self.battery(),
            activity: self.activity,
            kind,
            moving,
            odometer_m,
        }
    }
}

/// To three decimals. The last bits of a sine differ between processors and their libraries, and a rule that compares
/// a way with a speed's worth of way (at constant speed: with itself) would fall one way here and the other way there.
fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// Numbers as their bits: JSON's text may come back one bit off, and a replay must not depend on how often the state
/// was stored.
#[expect(clippy::ref_option, reason = "serde hands a reference to the field over")]
pub(super) mod exact {
    use super::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(value: &Option<f64>, to: S) -> Result<S::Ok, S::Error> {
        value.map(f64::to_bits).serialize(to)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
        Ok(Option::<u64>::deserialize(from)?.map(f64::from_bits))
    }
}

/// A place as its bits.
pub(super) mod exact_place {
    use super::{Deserialize, Deserializer, LatLon, Serialize, Serializer};
    use serde::de::Error;

    pub(in super::super) fn serialize<S: Serializer>(place: &LatLon, to: S) -> Result<S::Ok, S::Error> {
        (place.lat_deg().to_bits(), place.lon_deg().to_bits()).serialize(to)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<LatLon, D::Error> {
        let (lat, lon) = <(u64, u64)>::deserialize(from)?;
        LatLon::new(f64::from_bits(lat), f64::from_bits(lon))
            .ok_or_else(|| D::Error::custom("no place on earth"))
    }
}

/// A number as its bits.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference to the field over")]
pub(super) mod exact_number {
    use super::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
        value.to_bits().serialize(to)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        Ok(f64::from_bits(u64::deserialize(from)?))
    }
}
