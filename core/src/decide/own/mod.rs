//! What becomes of this phone's own readings: accepted, rejected with a reason, or held back until a later one tells.
//!
//! One pure step from state and readings to state and decisions; the caller stores all of it in one transaction. The
//! same readings give the same accepted fixes however they are cut into batches and however often the state is
//! stored in between.
//!
//! | rule | where |
//! |---|---|
//! | thresholds and their reasons | `rules` |
//! | reasons that a reading shows alone or beside the one before | `quality` |
//! | spikes and real jumps | `jump` |
//! | when it was taken | `time` |
//! | moving or standing | `motion` |
//! | what is sent, the last place before a stop, signs of life, odometer | `flow` |
//! | what the system is asked for | `profile` |
//! | where I am | `here` |

mod flow;
mod here;
mod judge;
mod jump;
mod motion;
mod profile;
mod quality;
mod reading;
mod rules;
mod time;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use here::{MyLocation, my_location};
use judge::Judge;
use reading::{Moment, Reading, exact, exact_number};
pub use rules::Rules;
pub(crate) use rules::unstated_radius_m;

use crate::model::{
    AcceptedFix, DeviceTime, Fix, LocationPermission, Rejected, SamplingProfile, Surroundings, UtcMs,
};

/// Everything the rules remember between two calls. What an older version did not store gets its default, what a
/// newer one stored besides is passed over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnState {
    clock: time::ClockLine,
    motion: motion::Motion,
    /// The newest reading that counts.
    newest: Option<Reading>,
    /// When the newest reading came that is exact enough in ordinary times, or the first one of all.
    exact: Option<Moment>,
    /// Readings that nobody can have reached, until later ones tell.
    waiting: Vec<Reading>,
    /// The newest reading on the way that was not sent: the last one before a stop, if it stops.
    held: Option<Reading>,
    /// The newest position sent.
    sent: Option<Reading>,
    /// Course when it was sent, degrees.
    #[serde(with = "exact")]
    sent_course_deg: Option<f64>,
    /// When the newest position or sign of life was sent.
    sign: Option<Moment>,
    /// When the newest reading of whatever quality came.
    heard: Option<Moment>,
    #[serde(with = "exact")]
    speed_mps: Option<f64>,
    #[serde(with = "exact")]
    course_deg: Option<f64>,
    /// Where the derived course and speed are counted from.
    course_from: Option<Reading>,
    #[serde(with = "exact_number")]
    odometer_m: f64,
    /// Where the odometer goes on from.
    way_from: Option<Reading>,
    here: Option<here::Here>,
}

impl OwnState {
    /// How many readings are held back: they will be accepted or rejected by a later call.
    pub fn held(&self) -> usize {
        self.waiting.len() + usize::from(self.held.is_some())
    }

    /// Way since reporting began, metres.
    pub fn odometer_m(&self) -> f64 {
        self.odometer_m
    }
}

/// What a call decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What to hand to the next call.
    pub state: OwnState,
    /// To be sent, in this order.
    pub accepted: Vec<AcceptedFix>,
    /// Not to be sent, with the reason.
    pub rejected: Vec<Rejected>,
    /// What to ask of the system from now on.
    pub profile: SamplingProfile,
    /// Whether the phone moves.
    pub moving: bool,
}

/// Judges a batch as the system handed it over, in whatever order.
pub fn step(
    state: &OwnState,
    batch: &[Fix],
    surroundings: &Surroundings,
    now: &DeviceTime,
    rules: &Rules,
) -> Step {
    let mut judge = Judge::new(state, surroundings, now, rules);
    judge.batch(batch);
    judge.step()
}

/// Time passed without a reading: what waited for one is decided, and a sign of life may be due. To be called about
/// once a minute.
pub fn tick(state: &OwnState, surroundings: &Surroundings, now: &DeviceTime, rules: &Rules) -> Step {
    let mut judge = Judge::new(state, surroundings, now, rules);
    judge.settle();
    judge.step()
}

/// Nothing more will come, because reporting was switched off: what is still held back is decided.
pub fn finish(state: &OwnState, now: &DeviceTime, rules: &Rules) -> Step {
    let surroundings = profile::nothing_wanted();
    let mut judge = Judge::new(state, &surroundings, now, rules);
    judge.finish();
    judge.step()
}

/// When `now` is, on the clock that the fixes' times are on.
pub fn settled_now(state: &OwnState, now: &DeviceTime) -> UtcMs {
    state.clock.now(now).at
}

/// The same without anything that says where the phone was; time still only grows, and the odometer goes on.
pub fn without_places(state: &OwnState) -> OwnState {
    OwnState { clock: state.clock, odometer_m: state.odometer_m, ..OwnState::default() }
}

/// The same without a place that is more precise than what the system allows.
pub fn permitted(state: &OwnState, permission: LocationPermission) -> OwnState {
    OwnState { here: here::still_told(state.here, permission), ..state.clone() }
}
