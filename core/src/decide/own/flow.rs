//! What of the readings that count is sent: time, way and turn, whichever comes first, and the last place before a
//! stop always.
//!
//! While moving the newest reading that was not sent is held back, so that it can still be sent when the phone stops
//! or falls silent. Keeps the odometer. Leaves moving or standing to `motion`.

use super::judge::Judge;
use super::motion::Turn;
use super::profile;
use super::reading::{Moment, Reading};
use super::rules::Rules;
use crate::model::{AcceptedFix, FixKind, Rejection};

/// The smaller angle between two directions, 0 to 180 degrees: 359° and 1° are 2° apart.
pub(super) fn turn_deg(a_deg: f64, b_deg: f64) -> f64 {
    let apart = (a_deg - b_deg).rem_euclid(360.0);
    apart.min(360.0 - apart)
}

/// Way after which the next position is due, metres: grows with speed, and never lies within a reading's own circle.
pub(super) fn due_distance_m(speed_mps: f64, radius_m: f64, rules: &Rules) -> f64 {
    (speed_mps * rules.distance_s).clamp(rules.distance_min_m, rules.distance_max_m).max(radius_m)
}

impl Judge<'_> {
    /// Takes a reading that counts.
    pub(super) fn flow(&mut self, reading: Reading) {
        self.learn_course(&reading);
        match self.state.motion.observe(&reading, self.rules) {
            Turn::Stands if self.state.sent.is_none() => self.send(reading, false),
            Turn::Stands => {
                self.drop_held(Rejection::Stationary);
                self.reject(&reading, Rejection::Stationary);
                self.sign_of_life(&reading);
            }
            Turn::Leaving => {
                self.drop_held(Rejection::Stationary);
                self.state.held = Some(reading);
            }
            Turn::Departs => {
                if let Some(held) = self.state.held.take() {
                    self.send(held, true);
                }
                self.pass(reading);
            }
            Turn::Moves => self.pass(reading),
            Turn::Stops => self.arrive(reading),
        }
    }

    /// Takes the first reading of a jump that proved real.
    pub(super) fn land(&mut self, reading: Reading) {
        self.drop_held(Rejection::Debounce);
        let moving = self.state.motion.moving;
        self.state.way_from = None; // a receiver that comes to its senses has driven no way
        self.state.speed_mps = reading.speed_mps;
        self.state.course_deg = reading.course_deg;
        self.state.course_from = Some(reading.bare());
        self.state.motion.relocate(reading);
        self.send(reading, moving);
    }

    /// Sends a reading on the way, or holds it back until it turns out to be the last one.
    fn pass(&mut self, reading: Reading) {
        self.drop_held(Rejection::Debounce);
        if self.due(&reading) {
            self.send(reading, true);
        } else {
            self.state.held = Some(reading);
        }
    }

    fn due(&self, reading: &Reading) -> bool {
        let Some(sent) = &self.state.sent else { return true };
        let way_m = sent.distance_m(reading);
        let radius_m = reading.radius_m();
        let turned = self.state.course_deg.zip(self.state.sent_course_deg);
        sent.ms_to(reading) >= self.rules.moving_ms
            || way_m >= due_distance_m(self.state.speed_mps.unwrap_or(0.0), radius_m, self.rules)
            || (way_m >= self.rules.distance_min_m.max(radius_m)
                && turned.is_some_and(|(now, then)| turn_deg(now, then) >= self.rules.turn_deg))
    }

    /// The phone stopped: the more exact of the last two readings says where.
    fn arrive(&mut self, reading: Reading) {
        let exact = self.state.held.filter(|held| held.radius_m() < reading.radius_m());
        let (place, other) = match (exact, self.state.held.take()) {
            (Some(held), _) => (held, Some(reading)),
            (None, held) => (reading, held),
        };
        if let Some(other) = other {
            self.reject(&other, Rejection::Stationary);
        }
        self.state.motion.stand(Some(place));
        self.state.speed_mps = None;
        self.send(place, false);
    }

    /// Accepts a reading as a position.
    pub(super) fn send(&mut self, reading: Reading, moving: bool) {
        let way_m = self.state.way_from.map(|from| (from.distance_m(&reading), from.radius_m()));
        // Less than the circles' size is noise and no way.
        let noise_m = |from_m: f64| f64::midpoint(from_m, reading.radius_m()).max(5.0);
        match way_m {
            Some((way_m, from_m)) if way_m < noise_m(from_m) => {}
            Some((way_m, _)) => {
                self.state.odometer_m += way_m;
                self.state.way_from = Some(reading.bare());
            }
            None => self.state.way_from = Some(reading.bare()),
        }
        let fix_time = self.state.clock.give(reading.when.at);
        self.accepted.push(reading.accepted(fix_time, FixKind::Position, moving, self.state.odometer_m));
        self.state.sent = Some(reading.repeatable());
        self.state.sent_course_deg = self.state.course_deg;
        self.state.sign = Some(reading.when);
    }

    /// A sign of life at a reading that says that nothing moved.
    fn sign_of_life(&mut self, reading: &Reading) {
        if let Some(sign) = self.sign(&reading.when) {
            let own = reading.accepted(sign.fix_time, FixKind::Heartbeat, false, self.state.odometer_m);
            self.accepted.push(AcceptedFix { battery: own.battery, activity: own.activity, ..sign });
        }
    }

    /// A sign of life at a moment, where one is due: the place last sent, not a new one, so that a phone that lies
    /// still does not wander over the map.
    pub(super) fn sign(&mut self, when: &Moment) -> Option<AcceptedFix> {
        let sent = self.state.sent?;
        let last = self.state.sign.unwrap_or(sent.when);
        if last.ms_to(when) < profile::heartbeat_ms(self.surroundings, self.rules) {
            return None;
        }
        self.state.sign = Some(*when);
        let fix_time = self.state.clock.give(when.at);
        let accepted = sent.accepted(fix_time, FixKind::Heartbeat, false, self.state.odometer_m);
        let raw = when.clocks;
        Some(AcceptedFix {
            raw,
            speed_mps: None,
            course_deg: None,
            battery: None,
            activity: None,
            ..accepted
        })
    }

    /// Speed and course: as measured where the reading measures them, else from the way since an earlier reading.
    fn learn_course(&mut self, reading: &Reading) {
        let state = &mut self.state;
        let from = *state.course_from.get_or_insert(reading.bare());
        let way = from.way_to(reading);
        let ms = from.ms_to(reading);
        let mut derived_mps = None;
        if way.distance_m >= reading.radius_m().max(self.rules.distance_min_m) {
            state.course_deg = Some(way.bearing_deg);
            derived_mps = Some(way.distance_m / (ms.max(1) as f64 / 1_000.0));
            state.course_from = Some(reading.bare());
        } else if ms >= self.rules.moving_ms {
            derived_mps = Some(way.distance_m / (ms as f64 / 1_000.0));
            state.course_from = Some(reading.bare());
        }
        // Some receivers say 0 where they mean nothing.
        let measured_mps = reading.speed_mps.filter(|mps| *mps > 0.0 || derived_mps.is_none());
        if let Some(speed_mps) = measured_mps.or(derived_mps) {
            state.speed_mps = Some(speed_mps.min(self.rules.fastest_mps));
            let measured = reading.course_deg.filter(|_| speed_mps >= self.rules.moving_mps);
            state.course_deg = measured.or(state.course_deg);
        }
    }
}
