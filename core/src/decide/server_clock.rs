//! What the server's clock says, as far as its answers tell.
//!
//! Decides the offset from answers' `Date` headers and their round trips. A phone's wall clock may be wrong or be
//! set while the program runs; within one run only the monotonic clock carries the offset on.

use crate::model::{ClockReading, UtcMs};

/// One answer's evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSample {
    /// The `Date` header: whole seconds, cut off.
    pub date: UtcMs,
    /// This device's clocks when the request left.
    pub sent: ClockReading,
    /// This device's clocks when the answer's head came.
    pub received: ClockReading,
}

/// The estimate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ServerClock {
    known: Option<Known>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Known {
    /// Server time minus monotonic time, milliseconds.
    offset_ms: i64,
    /// Half of the interval that the true offset lies in, when learnt.
    uncertainty_ms: i64,
    /// The monotonic time when learnt; the estimate ages from there.
    at_ms: u64,
    /// From an earlier run, over the wall clock: replaced by any fresh sample.
    stored: bool,
}

/// Two quartz clocks drift apart by less than this many parts of a million.
const DRIFT_PPM: i64 = 100;
/// What an offset from an earlier run is worth: the wall clock may have been set meanwhile.
const STORED_UNCERTAINTY_MS: i64 = 60_000;

impl ServerClock {
    /// From what an earlier run kept: the offset between server and wall clock, and the latest moment that the server
    /// itself named. It is no earlier now than then, though the wall clock says so: somebody set it back.
    pub fn from_stored(wall_offset_ms: Option<i64>, said_last: Option<UtcMs>, now: ClockReading) -> Self {
        let by_wall = now.wall.plus_ms(wall_offset_ms.unwrap_or(0));
        let set_back = said_last.filter(|said| by_wall < *said);
        let known = (wall_offset_ms.is_some() || set_back.is_some()).then(|| Known {
            offset_ms: set_back.unwrap_or(by_wall).0.saturating_sub(now.monotonic_ms as i64),
            uncertainty_ms: STORED_UNCERTAINTY_MS,
            at_ms: now.monotonic_ms,
            stored: true,
        });
        Self { known }
    }

    /// Takes one answer's evidence; the narrower interval wins.
    pub fn learn(&mut self, sample: &ClockSample) {
        let trip_ms = sample.received.monotonic_ms.saturating_sub(sample.sent.monotonic_ms) as i64;
        // The header was cut to whole seconds: its true value lies up to 1 s later.
        let middle_ms = i64::midpoint(sample.sent.monotonic_ms as i64, sample.received.monotonic_ms as i64);
        let fresh = Known {
            offset_ms: sample.date.0.saturating_add(500).saturating_sub(middle_ms),
            uncertainty_ms: trip_ms / 2 + 500,
            at_ms: sample.received.monotonic_ms,
            stored: false,
        };
        let keep = self.known.is_some_and(|old| {
            let apart_ms = old.offset_ms.abs_diff(fresh.offset_ms) as i64;
            let aged = old.aged_ms(fresh.at_ms);
            // Intervals that do not meet mean that the server's clock was set: the fresh one is right.
            !old.stored && aged <= fresh.uncertainty_ms && apart_ms <= aged + fresh.uncertainty_ms
        });
        if !keep {
            self.known = Some(fresh);
        }
    }

    /// Whether the server's clock is known at all.
    pub fn is_known(&self) -> bool {
        self.known.is_some()
    }

    /// The server's time, or this device's wall clock where nothing is known.
    pub fn server_now(&self, now: ClockReading) -> UtcMs {
        self.known.map_or(now.wall, |k| UtcMs(k.offset_ms.saturating_add(now.monotonic_ms as i64)))
    }

    /// Server time minus wall time in milliseconds, to be kept for the next run.
    pub fn offset_ms(&self, now: ClockReading) -> Option<i64> {
        self.known.map(|_| self.server_now(now).since_ms(now.wall))
    }

    /// How far [`server_now`](Self::server_now) may be off, in milliseconds; a minute where nothing is known.
    pub fn uncertainty_ms(&self, now: ClockReading) -> i64 {
        self.known.map_or(STORED_UNCERTAINTY_MS, |k| k.aged_ms(now.monotonic_ms))
    }
}

impl Known {
    fn aged_ms(&self, monotonic_ms: u64) -> i64 {
        self.uncertainty_ms + (monotonic_ms.saturating_sub(self.at_ms) as i64) * DRIFT_PPM / 1_000_000
    }
}

#[cfg(test)]
mod tests {
    use super::{ClockSample, ServerClock};
    use crate::model::{ClockReading, UtcMs};

    fn at(wall: i64, monotonic_ms: u64) -> ClockReading {
        ClockReading { wall: UtcMs(wall), monotonic_ms }
    }

    #[test]
    fn a_phone_two_hours_behind_learns_the_servers_time() {
        let mut clock = ServerClock::default();
        let wrong = -7_200_000;
        clock.learn(&ClockSample {
            date: UtcMs(10_000_000),
            sent: at(10_000_000 + wrong, 1_000),
            received: at(10_000_100 + wrong, 1_100),
        });
        let now = clock.server_now(at(10_001_000 + wrong, 2_050));
        assert!((now.0 - 10_001_500).abs() <= 550, "{now:?}");
        // The person sets the clock right: nothing jumps.
        assert_eq!(clock.server_now(at(10_001_000, 2_050)), now);
    }

    #[test]
    fn a_slow_answer_does_not_spoil_a_good_estimate_but_a_set_clock_is_noticed() {
        let mut clock = ServerClock::default();
        clock.learn(&ClockSample { date: UtcMs(1_000_000), sent: at(0, 0), received: at(0, 10) });
        let good = clock;
        clock.learn(&ClockSample { date: UtcMs(1_010_000), sent: at(0, 2_000), received: at(0, 12_000) });
        assert_eq!(clock, good);
        clock.learn(&ClockSample { date: UtcMs(9_000_000), sent: at(0, 20_000), received: at(0, 20_010) });
        assert!((clock.server_now(at(0, 20_010)).0 - 9_000_500).abs() < 600);
    }

    #[test]
    fn a_clock_set_back_between_two_runs_makes_nothing_younger_than_the_server_said() {
        let table = [
            // offset kept, said last, wall now, server now
            (Some(0), Some(9_000_000), 1_000_000, 9_000_000),
            (None, Some(9_000_000), 1_000_000, 9_000_000),
            (Some(500), Some(9_000_000), 9_000_000, 9_000_500),
            (Some(-500), Some(9_000_000), 9_000_000, 9_000_000),
            (None, Some(9_000_000), 9_500_000, 9_500_000),
            (Some(500), None, 1_000_000, 1_000_500),
        ];
        for (offset, said_last, wall, expected) in table {
            let clock = ServerClock::from_stored(offset, said_last.map(UtcMs), at(wall, 70));
            assert_eq!(clock.server_now(at(wall, 70)), UtcMs(expected), "{offset:?} {said_last:?} {wall}");
            // From there on time goes on.
            assert_eq!(clock.server_now(at(wall + 10, 80)), UtcMs(expected + 10));
        }
    }

    #[test]
    fn an_offset_survives_a_restart_until_an_answer_comes() {
        let mut clock = ServerClock::from_stored(Some(7_200_000), None, at(1_000_000, 50));
        assert_eq!(clock.server_now(at(1_000_010, 60)), UtcMs(8_200_010));
        assert!(clock.uncertainty_ms(at(0, 60)) >= 60_000);
        clock.learn(&ClockSample { date: UtcMs(8_300_000), sent: at(0, 100), received: at(0, 110) });
        assert!((clock.server_now(at(0, 110)).0 - 8_300_500).abs() < 600);
    }
}
