//! What the rules remember between two calls.
//!
//! One JSON text in the outbox, written in the same transaction as the fixes. What an older version did not write gets
//! its default.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::decide::gap::GapState;
use crate::decide::geofence::{self, GeofenceEvent, GeofenceState};
use crate::decide::own::OwnState;
use crate::model::{AcceptedFix, Geofence, LocationPermission, SamplingProfile, Surroundings, UtcMs};

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

    pub(super) fn surroundings(&self) -> Surroundings {
        self.surroundings.unwrap_or(ASSUMED)
    }

    /// Which geofences the accepted fixes, or the time that passed, led into or out of.
    pub(super) fn cross(&mut self, geofences: &[Geofence], accepted: &[AcceptedFix], now: UtcMs) {
        for fix in accepted {
            let (borders, crossed) = geofence::step(&self.borders, geofences, fix);
            self.borders = borders;
            for event in crossed {
                self.crossings.push_front(event);
            }
        }
        let (borders, crossed) = geofence::tick(&self.borders, now);
        self.borders = borders;
        for event in crossed {
            self.crossings.push_front(event);
        }
        self.crossings.truncate(CROSSINGS);
    }
}
