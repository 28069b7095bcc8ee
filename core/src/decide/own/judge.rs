//! One pass over a batch: each reading is accepted, rejected or held back, once.
//!
//! Decides the order of the rules. Leaves each rule to its own module.

use super::here;
use super::jump::{self, Verdict};
use super::quality;
use super::reading::{Moment, Reading};
use super::rules::Rules;
use super::{OwnState, Step, profile};
use crate::model::{AcceptedFix, DeviceTime, Fix, LocationPermission, Rejected, Rejection, Surroundings};

/// The state on its way from one step to the next.
pub(super) struct Judge<'a> {
    pub(super) state: OwnState,
    pub(super) surroundings: &'a Surroundings,
    pub(super) now: &'a DeviceTime,
    pub(super) rules: &'a Rules,
    pub(super) accepted: Vec<AcceptedFix>,
    pub(super) rejected: Vec<Rejected>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        state: &OwnState,
        surroundings: &'a Surroundings,
        now: &'a DeviceTime,
        rules: &'a Rules,
    ) -> Self {
        let here = here::still_told(state.here, surroundings.permission);
        let state = OwnState { here, ..state.clone() };
        Self { state, surroundings, now, rules, accepted: Vec::new(), rejected: Vec::new() }
    }

    /// Takes a whole batch.
    pub(super) fn batch(&mut self, batch: &[Fix]) {
        let remembered = self.newest_seen().map(|newest| newest.when.clocks.boot);
        for fix in quality::in_order(batch, remembered, self.now) {
            if let Err(reason) = self.take(fix) {
                self.rejected.push(Rejected { reason, taken_wall: fix.taken.wall, judged_at: self.now.wall });
            }
        }
    }

    /// The newest reading that counts or waits to be believed.
    fn newest_seen(&self) -> Option<Reading> {
        self.state.waiting.last().copied().or(self.state.newest)
    }

    fn take(&mut self, fix: &Fix) -> Result<(), Rejection> {
        let mut reading = quality::alone(fix, self.now, self.rules)?;
        if let Some(reason) = quality::turn(self.newest_seen().as_ref(), &reading, self.now) {
            return Err(reason);
        }
        reading.when.at = self.state.clock.read(&fix.taken, fix.source, self.now);
        self.state.heard = Some(reading.when);
        let permission = self.surroundings.permission;
        let waited_ms = self.state.exact.get_or_insert(reading.when).ms_to(&reading.when);
        if quality::invalid_circle(fix) {
            return Err(Rejection::Accuracy);
        }
        let speed_mps = self.state.speed_mps.or(self.state.newest.and_then(|newest| newest.speed_mps));
        let speed_mps = speed_mps.unwrap_or(0.0);
        let coarser = quality::coarser(self.state.newest.as_ref(), &reading, speed_mps);
        if coarser || quality::too_wide(&reading, waited_ms, permission, self.rules) {
            self.learn_here(&reading);
            self.state.motion.observe_poor(&reading, self.rules);
            return Err(Rejection::Accuracy);
        }
        let Some(base) = self.state.newest else {
            self.count(reading);
            return Ok(());
        };
        match jump::judge(&base, &self.state.waiting, &reading, speed_mps, self.rules) {
            Verdict::Goes => {
                self.drop_waiting();
                self.count(reading);
            }
            Verdict::Waits => self.state.waiting.push(reading),
            Verdict::WaitsAlone => {
                self.drop_waiting();
                self.state.waiting.push(reading);
            }
            Verdict::Confirmed => {
                let waiting = core::mem::take(&mut self.state.waiting);
                for (at, waited) in waiting.into_iter().enumerate() {
                    if at == 0 {
                        self.land(waited);
                    } else {
                        self.flow(waited);
                    }
                }
                self.count(reading);
            }
        }
        Ok(())
    }

    /// The reading counts.
    fn count(&mut self, reading: Reading) {
        self.learn_here(&reading);
        self.state.newest = Some(reading.bare());
        if reading.radius_m() <= self.rules.accuracy_limit_m {
            self.state.exact = Some(reading.when);
        }
        self.flow(reading);
    }

    fn learn_here(&mut self, reading: &Reading) {
        let approximate = self.surroundings.permission == LocationPermission::Approximate;
        self.state.here = Some(here::better(self.state.here, reading, approximate));
    }

    pub(super) fn reject(&mut self, reading: &Reading, reason: Rejection) {
        let taken_wall = reading.when.clocks.wall;
        self.rejected.push(Rejected { reason, taken_wall, judged_at: self.now.wall });
    }

    pub(super) fn drop_held(&mut self, reason: Rejection) {
        if let Some(held) = self.state.held.take() {
            self.reject(&held, reason);
        }
    }

    fn drop_waiting(&mut self) {
        for waited in core::mem::take(&mut self.state.waiting) {
            self.reject(&waited, Rejection::ImpossibleSpeed);
        }
    }

    /// Time passed: what waits for a reading that does not come is decided.
    pub(super) fn settle(&mut self) {
        let now = self.state.clock.now(self.now);
        let silent_ms = |reading: &Reading| reading.when.ms_to(&now);
        let moving = self.state.motion.moving;
        if self.state.waiting.last().is_some_and(|last| silent_ms(last) >= self.rules.confirm_ms) {
            self.drop_waiting();
        }
        let patience_ms = if moving { self.rules.settle_ms } else { self.rules.confirm_ms };
        if self.state.held.is_some_and(|held| silent_ms(&held) >= patience_ms) {
            self.send_held();
        }
        let heard_ms = self.state.heard.map_or(0, |heard| heard.ms_to(&now));
        if !moving && heard_ms >= self.rules.confirm_ms {
            self.state.motion.stand(None); // a departure that nothing confirmed was none
        }
        if moving && self.state.newest.is_some_and(|newest| silent_ms(&newest) >= self.rules.silence_ms) {
            self.state.motion.stand(self.state.newest);
            self.state.speed_mps = None;
        }
        self.sign_without_reading(&now);
    }

    /// What was held back is the last there is.
    fn send_held(&mut self) {
        let Some(held) = self.state.held.take() else { return };
        let moving = self.state.motion.moving;
        self.send(held, moving);
        if !moving {
            self.state.motion.stand(Some(held));
        }
    }

    fn sign_without_reading(&mut self, now: &Moment) {
        let allowed =
            self.surroundings.permission != LocationPermission::None && self.surroundings.location_on;
        // Where readings come late but come, they bring the signs of life, with times that do not overtake others.
        // Of a new boot's clock nothing is known before its first reading.
        let heard = self.state.heard.filter(|heard| heard.clocks.boot == now.clocks.boot);
        let silent_ms = heard.map_or(i64::MAX, |heard| heard.ms_to(now));
        let every_ms = profile::heartbeat_ms(self.surroundings, self.rules);
        let evidence = (every_ms..=self.rules.evidence_ms).contains(&silent_ms);
        let stands = !self.state.motion.moving && !self.state.motion.leaving();
        if allowed && evidence && stands && self.state.waiting.is_empty() {
            let sign = self.sign(now);
            let battery = self.surroundings.battery;
            self.accepted.extend(sign.map(|sign| AcceptedFix { battery, ..sign }));
        }
    }

    /// Nothing more will come.
    pub(super) fn finish(&mut self) {
        self.drop_waiting();
        self.send_held();
        // Where reporting begins again is a first place, however far: nobody knows of the way in between.
        let OwnState { clock, newest, odometer_m, here, .. } = core::mem::take(&mut self.state);
        self.state = OwnState { clock, newest, odometer_m, here, ..OwnState::default() };
    }

    /// What was decided.
    pub(super) fn step(self) -> Step {
        let now = self.state.clock.now(self.now);
        let quiet_ms = self.state.newest.map_or(0, |newest| newest.when.ms_to(&now));
        let silent = quiet_ms >= self.rules.settle_ms;
        Step {
            profile: profile::profile(&self.state, silent, self.surroundings, self.rules),
            moving: self.state.motion.moving,
            state: self.state,
            accepted: self.accepted,
            rejected: self.rejected,
        }
    }
}
