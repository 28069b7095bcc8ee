//! The numbers of the rules, each with its unit and its reason.

use crate::model::FixSource;

/// The thresholds of all rules for a phone's own readings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// Whether readings that another program made up pass. Off: a position is a promise that somebody is there.
    pub accept_mock: bool,
    /// A larger circle is of no use, metres: 100 m is a street block.
    pub accuracy_limit_m: f64,
    /// The limit where nothing better came for [`starved_ms`](Self::starved_ms), metres: a cell's circle beats silence.
    pub starved_accuracy_limit_m: f64,
    /// So long without a usable reading relaxes the limit, milliseconds.
    pub starved_ms: i64,
    /// The limit under the approximate permission, metres: Android blurs to about 2 km, iOS to as much as 20 km.
    pub approximate_accuracy_limit_m: f64,
    /// A reading this far ahead of the phone's own clock is from the future, milliseconds.
    pub future_ms: i64,
    /// Nobody reporting here moves faster, metres per second: an airliner before a strong wind.
    pub fastest_mps: f64,
    /// A speed may change by so much at once, metres per second: the error of two readings that look exact.
    pub speed_slack_mps: f64,
    /// A speed may change by so much per second, metres per second squared: hard braking of a road vehicle.
    pub acceleration_mps2: f64,
    /// A jump that readings agree on for so long is real, milliseconds: a reflection in a street lasts some seconds.
    pub jump_ms: i64,
    /// So many readings at most wait for a jump's confirmation: the state stays small whatever the interval.
    pub jump_readings: usize,
    /// Standing ends beyond so many metres even where the circles claim to be smaller: a phone indoors wanders this far.
    pub leave_m: f64,
    /// A stay lasts while readings lie within so many metres even where the circles claim to be smaller.
    pub stay_m: f64,
    /// So many readings in a row outside the circle end standing, unless the system says that the person is still.
    pub leave_readings: u32,
    /// So many do where the system says so, or where a speed is measured that is none.
    pub leave_readings_still: u32,
    /// The readings that end standing span so many milliseconds at least: a reflection in a street lasts shorter.
    pub leave_ms: i64,
    /// The same where the system says that the person is still: it finds out about movement within so long.
    pub leave_still_ms: i64,
    /// A stay of so long is a stop, milliseconds: longer than most red lights.
    pub stop_ms: i64,
    /// Slower than this counts as standing, metres per second: the wider the circles, the longer a stay must last
    /// before nobody can have crossed them.
    pub slowest_mps: f64,
    /// A measured speed above this is movement, metres per second: Doppler speeds of a phone at rest stay below.
    pub moving_mps: f64,
    /// While moving a position is sent after so long, milliseconds.
    pub moving_ms: i64,
    /// While moving a position is sent after the way of so many seconds.
    pub distance_s: f64,
    /// but not before so many metres,
    pub distance_min_m: f64,
    /// and at the latest after so many metres.
    pub distance_max_m: f64,
    /// While moving a position is sent after a turn of so many degrees: a chord over 20° is 0.5 % short.
    pub turn_deg: f64,
    /// While nothing moves a sign of life is sent after so long, milliseconds: below the 5 minutes of "live".
    pub heartbeat_ms: i64,
    /// The same where power is short, milliseconds.
    pub heartbeat_saving_ms: i64,
    /// What is held back while moving is sent after so long without another reading, milliseconds.
    pub settle_ms: i64,
    /// What waits for confirmation is decided after so long without another reading, milliseconds.
    pub confirm_ms: i64,
    /// No sign of life without any reading for so long, milliseconds: silence must not look like presence.
    pub evidence_ms: i64,
    /// After so long without a reading nobody is said to move, milliseconds: longer than most tunnels.
    pub silence_ms: i64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            accept_mock: false,
            accuracy_limit_m: 100.0,
            starved_accuracy_limit_m: 2_000.0,
            starved_ms: 5 * 60_000,
            approximate_accuracy_limit_m: 20_000.0,
            future_ms: 60_000,
            fastest_mps: 340.0,
            speed_slack_mps: 5.0,
            acceleration_mps2: 4.0,
            jump_ms: 15_000,
            jump_readings: 30,
            leave_m: 30.0,
            stay_m: 20.0,
            leave_readings: 2,
            leave_readings_still: 4,
            leave_ms: 10_000,
            leave_still_ms: 30_000,
            stop_ms: 60_000,
            slowest_mps: 0.7,
            moving_mps: 2.0,
            moving_ms: 30_000,
            distance_s: 10.0,
            distance_min_m: 10.0,
            distance_max_m: 300.0,
            turn_deg: 20.0,
            heartbeat_ms: 4 * 60_000,
            heartbeat_saving_ms: 15 * 60_000,
            settle_ms: 60_000,
            confirm_ms: 10 * 60_000,
            evidence_ms: 30 * 60_000,
            silence_ms: 5 * 60_000,
        }
    }
}

/// The smallest circle that a source deserves, metres, whatever it claims.
pub(super) fn least_radius_m(source: FixSource) -> f64 {
    match source {
        FixSource::Gps => 5.0,
        FixSource::Fused => 8.0,
        FixSource::Network => 30.0,
        FixSource::Ip => 5_000.0,
    }
}

/// The circle of a source that claims none, metres: its usual error, not 0.
pub(crate) fn unstated_radius_m(source: FixSource) -> f64 {
    match source {
        FixSource::Gps => 25.0,
        FixSource::Fused => 40.0,
        FixSource::Network => 150.0,
        FixSource::Ip => 25_000.0,
    }
}
