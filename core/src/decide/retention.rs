//! How long things are kept on this phone: the terms of version 2 of the privacy policy, section II.1.
//!
//! Decides what is due at a time. Leaves erasing to the store and the engine.

use crate::model::UtcMs;

const DAY_MS: i64 = 86_400_000;
/// How often the job runs while the program lives.
pub const PERIOD_MS: i64 = DAY_MS;
/// Alerts: 90 days.
pub const ALERTS_MS: i64 = 90 * DAY_MS;
/// Tracks looked at: no longer than the server keeps own positions, 180 days.
pub const HISTORY_MS: i64 = 180 * DAY_MS;
/// What is kept of an account after it signed out: 30 days.
pub const LEFT_MS: i64 = 30 * DAY_MS;

/// What a run erases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outdated {
    /// Alerts before this.
    pub alerts_before: UtcMs,
    /// Positions of the past before this.
    pub history_before: UtcMs,
}

/// Whether the job has to run. A clock that was set back makes it run: nobody knows when it ran last.
pub fn is_due(last_run: Option<UtcMs>, now: UtcMs) -> bool {
    last_run.is_none_or(|last| !(0..PERIOD_MS).contains(&now.since_ms(last)))
}

/// What is erased at `now`: a period early, so that nothing outlives its term until the next run.
pub fn outdated(now: UtcMs) -> Outdated {
    Outdated {
        alerts_before: now.plus_ms(PERIOD_MS - ALERTS_MS),
        history_before: now.plus_ms(PERIOD_MS - HISTORY_MS),
    }
}

/// Whether what is kept of an account that signed out at `left_at` is erased at `now`; a period early, as above.
pub fn left_is_over(left_at: UtcMs, now: UtcMs) -> bool {
    now.since_ms(left_at) >= LEFT_MS - PERIOD_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_job_runs_daily_and_nothing_outlives_its_term_until_the_next_run() {
        let now = UtcMs(1_795_577_586_476);
        for (last_ms_ago, due) in [
            (None, true),
            (Some(0), false),
            (Some(PERIOD_MS - 1), false),
            (Some(PERIOD_MS), true),
            (Some(-1), true),
        ] {
            assert_eq!(is_due(last_ms_ago.map(|ago| now.plus_ms(-ago)), now), due, "{last_ms_ago:?}");
        }
        let next = now.plus_ms(PERIOD_MS);
        assert_eq!(next.since_ms(outdated(now).alerts_before), ALERTS_MS);
        assert_eq!(next.since_ms(outdated(now).history_before), HISTORY_MS);
        assert!(
            !left_is_over(now.plus_ms(-28 * DAY_MS), now) && left_is_over(now.plus_ms(-29 * DAY_MS), now)
        );
        assert!(!left_is_over(now.plus_ms(DAY_MS), now), "a clock that was ahead");
    }
}
