//! How often and how precisely the shell should ask the system for readings.
//!
//! Decides from motion, speed, battery, power saving and permission. What is sent of the readings is decided by
//! `flow`; the profile only has to see that what `flow` needs is there.

use super::OwnState;
use super::flow::due_distance_m;
use super::rules::Rules;
use crate::model::{LocationPermission, SamplingProfile, Surroundings, WantedAccuracy};

/// Below this charge power is short, percent.
const LOW_PERCENT: f64 = 20.0;
/// Below this charge it is very short, percent.
const CRITICAL_PERCENT: f64 = 10.0;

/// How short power is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Power {
    /// Charging: the battery does not matter.
    Plenty,
    Normal,
    /// The battery is low or the system saves power.
    Short,
    /// The phone is about to go off.
    Critical,
}

fn power(surroundings: &Surroundings) -> Power {
    let battery = surroundings.battery.filter(|battery| battery.level_percent.is_finite());
    match battery {
        Some(battery) if battery.charging && !surroundings.power_save => Power::Plenty,
        Some(battery) if battery.level_percent < CRITICAL_PERCENT && !battery.charging => Power::Critical,
        Some(battery) if battery.level_percent < LOW_PERCENT && !battery.charging => Power::Short,
        _ if surroundings.power_save => Power::Short,
        _ => Power::Normal,
    }
}

/// Time between signs of life, milliseconds.
pub(super) fn heartbeat_ms(surroundings: &Surroundings, rules: &Rules) -> i64 {
    if power(surroundings) >= Power::Short { rules.heartbeat_saving_ms } else { rules.heartbeat_ms }
}

/// The profile for a state. `silent` = the last readings failed to come.
pub(super) fn profile(
    state: &OwnState,
    silent: bool,
    surroundings: &Surroundings,
    rules: &Rules,
) -> SamplingProfile {
    if surroundings.permission == LocationPermission::None || !surroundings.location_on {
        return off();
    }
    let power = power(surroundings);
    if surroundings.permission == LocationPermission::Approximate {
        // The system hands out a new blurred place every few minutes at best.
        let interval_ms = if power >= Power::Short { 300_000 } else { 60_000 };
        return SamplingProfile {
            interval_ms,
            distance_m: 0.0,
            accuracy: WantedAccuracy::Balanced,
            batch_delay_ms: interval_ms,
        };
    }
    let soon = state.motion.leaving() || state.motion.restless();
    if state.motion.moving || soon || !state.waiting.is_empty() || state.sent.is_none() {
        moving(state, silent, power, rules)
    } else {
        standing(power)
    }
}

fn moving(state: &OwnState, silent: bool, power: Power, rules: &Rules) -> SamplingProfile {
    let (interval_ms, batch_delay_ms, accuracy) = match power {
        Power::Plenty => (2_000, 0, WantedAccuracy::High),
        Power::Normal => (5_000, 10_000, WantedAccuracy::High),
        Power::Short => (15_000, 60_000, WantedAccuracy::High),
        Power::Critical => (60_000, 180_000, WantedAccuracy::Balanced),
    };
    // A third of what is sent, so that turns show and the last reading before a stop is near the stop. Until the
    // phone surely moves, and where nothing came, every reading is wanted.
    let sure = state.motion.moving && !silent && state.waiting.is_empty();
    let distance_m =
        if sure { (due_distance_m(state.speed_mps.unwrap_or(0.0), 0.0, rules) / 3.0).floor() } else { 0.0 };
    SamplingProfile {
        interval_ms,
        distance_m,
        accuracy,
        batch_delay_ms: if sure { batch_delay_ms } else { 0 },
    }
}

fn standing(power: Power) -> SamplingProfile {
    let (interval_ms, batch_delay_ms) = match power {
        Power::Plenty => (30_000, 0),
        Power::Normal => (60_000, 60_000),
        Power::Short => (180_000, 180_000),
        Power::Critical => (600_000, 600_000),
    };
    SamplingProfile { interval_ms, distance_m: 0.0, accuracy: WantedAccuracy::Balanced, batch_delay_ms }
}

/// Where nothing can come or nothing is wanted.
pub(super) fn off() -> SamplingProfile {
    SamplingProfile {
        interval_ms: 900_000,
        distance_m: 0.0,
        accuracy: WantedAccuracy::Low,
        batch_delay_ms: 900_000,
    }
}

/// The surroundings of a phone that is asked for nothing more.
pub(super) fn nothing_wanted() -> Surroundings {
    Surroundings {
        permission: LocationPermission::None,
        location_on: false,
        battery: None,
        power_save: false,
    }
}
