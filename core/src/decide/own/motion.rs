//! Whether the phone moves: circles that overlap, with hysteresis.
//!
//! Standing ends when several readings lie outside the circle of the stay; moving ends when readings stay inside one
//! circle for so long that nobody can have crossed it. A claimed accuracy is never trusted alone: circles have least
//! sizes, leaving takes several readings over several seconds, and the system's belief that the person is still makes
//! it take more. Leaves what is sent to `flow`.

use serde::{Deserialize, Serialize};

use super::reading::Reading;
use super::rules::Rules;
use crate::model::Activity;

/// What is remembered of motion.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Motion {
    pub(super) moving: bool,
    /// Standing: the middle of the stay. Moving: where a stay may have begun.
    pub(super) anchor: Option<Reading>,
    /// Standing: the first of the readings in a row outside the circle.
    away_since: Option<Reading>,
    away_readings: u32,
    /// What the system last said that the person does.
    activity: Option<Activity>,
}

/// What a reading did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Standing, inside.
    Stands,
    /// Standing, outside, but one reading is no movement.
    Leaving,
    /// Began to move.
    Departs,
    /// Moves on.
    Moves,
    /// Came to a stop.
    Stops,
}

impl Motion {
    /// Whether readings lie outside the stay, so that the next ones decide.
    pub(super) fn leaving(&self) -> bool {
        !self.moving && self.away_readings > 0
    }

    /// Whether the system says that the person goes somewhere fast, whatever the readings say.
    pub(super) fn restless(&self) -> bool {
        matches!(self.activity, Some(Activity::Running | Activity::Cycling | Activity::Driving))
    }

    fn still(&self) -> bool {
        self.activity == Some(Activity::Still)
    }

    /// Learns from a reading that counts.
    pub(super) fn observe(&mut self, reading: &Reading, rules: &Rules) -> Turn {
        self.activity = reading.activity.or(self.activity);
        let Some(anchor) = self.anchor else {
            self.anchor = Some(reading.bare());
            return if self.moving { Turn::Moves } else { Turn::Stands };
        };
        if self.moving {
            self.observe_moving(&anchor, reading, rules)
        } else {
            self.observe_standing(&anchor, reading, rules)
        }
    }

    /// Learns from a reading too poor to count: where even its wide circle lies elsewhere, the phone left.
    pub(super) fn observe_poor(&mut self, reading: &Reading, rules: &Rules) {
        self.activity = reading.activity.or(self.activity);
        if let Some(anchor) = self.anchor
            && !self.moving
            && outside(&anchor, reading, rules)
            && self.away(reading, rules)
        {
            self.begin(None); // too wide to begin a stay in
        }
    }

    fn observe_standing(&mut self, anchor: &Reading, reading: &Reading, rules: &Rules) -> Turn {
        let fast = self.fast(reading, rules);
        let clear_m = reading.radius_m().max(rules.stay_m / 2.0);
        if outside(anchor, reading, rules) || (fast && anchor.distance_m(reading) > clear_m) {
            if !self.away(reading, rules) {
                return Turn::Leaving;
            }
            self.begin(Some(reading.bare()));
            return Turn::Departs;
        }
        self.away_readings = 0;
        self.away_since = None;
        // The middle only moves to a more exact reading, so that it cannot wander off with the noise.
        if reading.radius_m() < anchor.radius_m() {
            self.anchor = Some(reading.bare());
        }
        Turn::Stands
    }

    fn observe_moving(&mut self, anchor: &Reading, reading: &Reading, rules: &Rules) -> Turn {
        let circles_m = anchor.radius_m() + reading.radius_m();
        if self.fast(reading, rules) || anchor.distance_m(reading) > circles_m.max(rules.stay_m) {
            self.anchor = Some(reading.bare());
            return Turn::Moves;
        }
        let crossing_ms = (circles_m / rules.slowest_mps * 1_000.0) as i64;
        let stop_ms = if self.still() { rules.stop_ms / 2 } else { rules.stop_ms }.max(crossing_ms);
        if anchor.ms_to(reading) < stop_ms {
            return Turn::Moves;
        }
        self.stand(Some(*reading));
        Turn::Stops
    }

    /// Whether the receiver measures a speed that nobody has who is still.
    fn fast(&self, reading: &Reading, rules: &Rules) -> bool {
        !self.still() && reading.speed_mps.is_some_and(|mps| mps >= rules.moving_mps)
    }

    /// One more reading outside; whether they are enough.
    fn away(&mut self, reading: &Reading, rules: &Rules) -> bool {
        // Some receivers say 0 where they mean nothing, but none makes a small speed up.
        let slow = reading.speed_mps.is_some_and(|mps| mps > 0.0 && mps < rules.slowest_mps);
        let (needed, span_ms) = match () {
            () if self.fast(reading, rules) => (rules.leave_readings, 0),
            () if slow || self.still() => (rules.leave_readings_still, rules.leave_still_ms),
            () => (rules.leave_readings, rules.leave_ms),
        };
        let since = *self.away_since.get_or_insert(reading.bare());
        self.away_readings = self.away_readings.saturating_add(1);
        self.away_readings >= needed && since.ms_to(reading) >= span_ms
    }

    fn begin(&mut self, anchor: Option<Reading>) {
        *self = Self { moving: true, anchor, activity: self.activity, ..Self::default() };
    }

    /// Begins its stay, or what may become one, at another place.
    pub(super) fn relocate(&mut self, at: Reading) {
        *self = Self { anchor: Some(at.bare()), away_since: None, away_readings: 0, ..*self };
    }

    /// Stands from now on, at `at` where it is known.
    pub(super) fn stand(&mut self, at: Option<Reading>) {
        *self = Self {
            anchor: at.map(|at| at.bare()).or(self.anchor),
            activity: self.activity,
            ..Self::default()
        };
    }
}

/// Whether the circles of a stay and of a reading are apart, by the distance that ends a stay.
fn outside(anchor: &Reading, reading: &Reading, rules: &Rules) -> bool {
    anchor.distance_m(reading) > (anchor.radius_m() + reading.radius_m()).max(rules.leave_m)
}
