//! What the rules remember between two calls.
//!
//! One JSON text in the outbox, written in the same transaction as the fixes. What an older version did not write gets
//! its default.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::decide::gap::GapState;
use crate::decide::geofence::{self, GeofenceEvent, GeofenceState};
use crate::decide::own::{self, OwnState};
use crate::model::{AcceptedFix, DeviceTime, Geofence, LocationPermission, SamplingProfile, Surroundings};

/// How many crossings of geofences are remembered.
const CROSSINGS: usize = 50;
/// Until the shell says otherwise.
const ASSUMED: Surroundings = Surroundings {
    permission: LocationPermission::WhileInUse,
    location_on: true,
    battery: None,
    power_save: false,
};

/// What is remembered between two calls; one JSON text in the outbox, written in the same transaction as the fixes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Memory {
    /// The identifier of the unit that is reported for, while reporting is on.
    pub(super) unit_identifier: Option<String>,
    pub(super) own: OwnState,
    pub(super) gaps: GapState,
    pub(super) surroundings: Option<Surroundings>,
    pub(super) profile: Option<SamplingProfile>,
    pub(super) moving: bool,
    borders: GeofenceState,
    /// Crossings of geofences, newest first.
    pub(super) crossings: VecDeque<GeofenceEvent>,
}

impl Memory {
    pub(super) fn read(json: Option<&str>) -> Self {
        let Some(json) = json else { return Self::default() };
        serde_json::from_str(json).unwrap_or_else(|_| {
            // What was not lost with it: the fixes. Reporting has to be switched on again, which a person sees.
            tracing::error!("what the rules of reporting remembered cannot be read");
            Self::default()
        })
    }

    /// Whether `json` says plainly that reporting is off.
    pub(super) fn says_off(json: Option<&str>) -> bool {
        let Some(json) = json else { return true };
        serde_json::from_str::<Self>(json).is_ok_and(|memory| memory.unit_identifier.is_none())
    }

    /// Keeps nothing that says where this phone was.
    pub(super) fn forget_places(&mut self) {
        self.own = own::without_places(&self.own);
        self.borders = GeofenceState::default();
        self.crossings.clear();
    }

    pub(super) fn surroundings(&self) -> Surroundings {
        self.surroundings.unwrap_or(ASSUMED)
    }

    /// Which geofences the accepted fixes, or the time that passed, led into or out of. Time is that of the fixes: the
    /// phone's wall clock may be anywhere.
    pub(super) fn cross(&mut self, geofences: &[Geofence], accepted: &[AcceptedFix], now: &DeviceTime) {
        for fix in accepted {
            let (borders, crossed) = geofence::step(&self.borders, geofences, fix);
            self.borders = borders;
            for event in crossed {
                self.crossings.push_front(event);
            }
        }
        let (borders, crossed) = geofence::tick(&self.borders, own::settled_now(&self.own, now));
        self.borders = borders;
        for event in crossed {
            self.crossings.push_front(event);
        }
        self.crossings.truncate(CROSSINGS);
    }
}

#[cfg(test)]
mod tests {
    use super::{ASSUMED, Memory};
    use crate::decide::geofence::Crossing;
    use crate::decide::own::{self, Rules};
    use crate::model::{BootId, DeviceTime, Fix, FixSource, Geofence, LatLon, Shape, UtcMs};

    const START: i64 = 1_795_577_586_000;

    /// The phone's clocks after so many seconds: the wall clock is `fast_s` ahead of the satellites'.
    fn clocks(seconds: i64, fast_s: i64) -> DeviceTime {
        DeviceTime {
            wall: UtcMs(START + (seconds + fast_s) * 1_000),
            since_boot_ms: 100_000 + seconds.unsigned_abs() * 1_000,
            boot: BootId(1),
        }
    }

    /// A reading of satellites so far to the east.
    fn fix(east_m: f64, seconds: i64) -> Fix {
        Fix {
            latitude_deg: 0.0,
            longitude_deg: east_m / 111_320.0,
            taken: clocks(seconds, 0),
            accuracy_m: Some(4.0),
            altitude_m: None,
            speed_mps: Some(10.0),
            course_deg: Some(90.0),
            source: FixSource::Gps,
            mock: false,
            battery: None,
            activity: None,
        }
    }

    /// One fix beyond the border is not believed before a second one, or a minute of the fixes' own time, bears it out.
    #[test]
    fn a_fast_or_slow_wall_clock_confirms_no_crossing_sooner_or_later() {
        let depot = [Geofence {
            id: 1,
            name: "Depot".into(),
            shape: Shape::Circle { center: LatLon::new(0.0, 0.0).unwrap(), radius_m: 1_000.0 },
        }];
        for fast_s in [0, 90, -90, 280] {
            let mut memory = Memory::default();
            let mut hand = |readings: &[Fix], seconds: i64| {
                let now = clocks(seconds, fast_s);
                let step = own::step(&memory.own, readings, &ASSUMED, &now, &Rules::default());
                memory.own = step.state;
                memory.cross(&depot, &step.accepted, &now);
                memory.crossings.iter().map(|event| event.crossing).collect::<Vec<_>>()
            };
            for seconds in [0, 30, 60, 90, 120] {
                assert_eq!(hand(&[fix(seconds as f64 * 8.0, seconds)], seconds), []);
            }
            assert_eq!(hand(&[fix(1_200.0, 150)], 150), [], "{fast_s} s fast: one fix outside");
            assert_eq!(hand(&[], 190), [], "{fast_s} s fast: 40 s later");
            assert_eq!(hand(&[], 211), [Crossing::Exit], "{fast_s} s fast: a minute later");
        }
    }
}
