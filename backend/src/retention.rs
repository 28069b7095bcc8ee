//! What has outlived its term is erased once a day, and each run is logged.
//!
//! Decides the terms: those that the privacy policy (version 2, section II.1) promises to everybody whose app shows it, and
//! which an operator may only shorten. They count from when the server received something, since nothing is kept before
//! that, and what a tracker's clock says may be decades off.

use jiff::{Span, Timestamp, tz::TimeZone};
use thiserror::Error;
use trak_core::decide::retention::{PERIOD_MS, is_due};
use trak_core::model::UtcMs;

use crate::db::Database;
use crate::db::retention::{Before, Run};
use crate::error::Refusal;
use crate::model::Time;

const DAY_MS: i64 = 86_400_000;
/// The policy's term for positions, and the longest there may be. Events are made from positions and live no longer.
pub const LONGEST_DAYS: u32 = 180;
/// What is erased is erased a day before its term ends: a shorter term would erase what has just come.
pub const SHORTEST_DAYS: u32 = 2;
/// The policy's term for the access log. The law demands it, so it can neither be shortened nor lengthened.
pub const ACCESS_LOG_MONTHS: u32 = 6;

/// Why a term is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TermError {
    /// Longer than people were promised.
    #[error(
        "the privacy policy (version 2, section II.1) promises everybody that nothing is kept for more than {LONGEST_DAYS} \
         days: give {SHORTEST_DAYS} to {LONGEST_DAYS}"
    )]
    TooLong,
    /// Nothing would be left.
    #[error(
        "the job runs once a day and erases a day early, so that nothing outlives its term: give {SHORTEST_DAYS} to \
         {LONGEST_DAYS}"
    )]
    TooShort,
}

/// A term that may be set, in days.
pub fn checked(days: u32) -> Result<u32, TermError> {
    match days {
        0..SHORTEST_DAYS => Err(TermError::TooShort),
        SHORTEST_DAYS..=LONGEST_DAYS => Ok(days),
        _ => Err(TermError::TooLong),
    }
}

/// How long things are kept, days after the server received them. By default as long as the policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    position_days: u32,
    event_days: u32,
}

impl Default for Terms {
    fn default() -> Self {
        Self { position_days: LONGEST_DAYS, event_days: LONGEST_DAYS }
    }
}

impl Terms {
    /// Terms of an operator's own; the policy's where none is given.
    pub fn new(position_days: Option<u32>, event_days: Option<u32>) -> Result<Self, TermError> {
        let days = |days: Option<u32>| days.map_or(Ok(LONGEST_DAYS), checked);
        Ok(Self { position_days: days(position_days)?, event_days: days(event_days)? })
    }

    /// Of positions.
    pub fn position_days(self) -> u32 {
        self.position_days
    }

    /// Of events.
    pub fn event_days(self) -> u32 {
        self.event_days
    }
}

/// What came before this is erased at `now`: a period early, so that nothing outlives its term until the next run.
fn received_before(days: u32, now: i64) -> i64 {
    now - (i64::from(days) * DAY_MS - PERIOD_MS)
}

/// Lines of the access log from before this are erased: six months of the calendar, and not a day early, since the law
/// demands them whole.
fn looked_before(now: i64) -> Result<i64, Refusal> {
    let now =
        Timestamp::from_millisecond(now).map_err(|_| Refusal::Internal)?.to_zoned_datetime(TimeZone::UTC);
    let before = now.checked_sub(Span::new().months(ACCESS_LOG_MONTHS)).map_err(|_| Refusal::Internal)?;
    Ok(before.timestamp().as_millisecond())
}

/// Erases what came before some times. Blocks.
pub(crate) fn erase(db: &Database, before: Before, now: i64) -> Result<Run, Refusal> {
    Ok(Run {
        at: Time(now),
        positions: db.erase_old_positions(before.positions)?,
        events: db.erase_old_events(before.events)?,
        looks: db.erase_old_looks(before.looks)?,
        before,
    })
}

/// Erases what is older than its term. Blocks.
pub(crate) fn run(db: &Database, terms: Terms, now: i64) -> Result<Run, Refusal> {
    let before = Before {
        positions: received_before(terms.position_days, now),
        events: received_before(terms.event_days, now),
        looks: looked_before(now)?,
    };
    let run = erase(db, before, now)?;
    // What a backup may hold that is older is purged from it by its age.
    db.forget_old_erasures(now - (i64::from(LONGEST_DAYS) + 1) * DAY_MS)?;
    db.add_retention_run(&run)?;
    if run.positions + run.events + run.looks > 0 {
        db.erased();
    }
    Ok(run)
}

/// The same, where a day has passed since the last run. Blocks.
pub(crate) fn run_daily(db: &Database, terms: Terms, now: i64) -> Result<(), Refusal> {
    let last = db.retention_runs()?.first().map(|run| UtcMs(run.at.0));
    if is_due(last, UtcMs(now)) {
        run(db, terms, now)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use trak_core::model::PolicyLanguage;
    use trak_core::privacy::policy;

    use super::*;

    #[test]
    fn the_terms_are_those_of_the_policy_and_can_only_be_shortened() {
        let text = policy::version(2).unwrap().text(PolicyLanguage::English);
        for promise in [
            format!(
                "your own positions on the server: {LONGEST_DAYS} days, unless the operator of your account has set a shorter term"
            ),
            "the server's logs of access: six months".to_owned(),
        ] {
            assert!(text.contains(&promise), "{promise}");
        }
        assert_eq!(
            (ACCESS_LOG_MONTHS, policy::all().len()),
            (6, 2),
            "another version may promise something else"
        );
        assert_eq!(Terms::new(None, None), Ok(Terms::default()));
        let short = Terms::new(Some(2), Some(180)).unwrap();
        assert_eq!((short.position_days(), short.event_days()), (2, 180));
        for (days, expected) in
            [(0, TermError::TooShort), (1, TermError::TooShort), (181, TermError::TooLong)]
        {
            assert_eq!(Terms::new(Some(days), None), Err(expected));
            assert_eq!(Terms::new(None, Some(days)), Err(expected));
        }
        assert!(
            TermError::TooLong
                .to_string()
                .contains("promises everybody that nothing is kept for more than 180 days")
        );
    }

    #[test]
    fn nothing_outlives_its_term_until_the_next_run_and_six_months_are_whole() {
        let now = 1_795_577_586_000;
        let next = now + DAY_MS;
        assert_eq!(next - received_before(180, now), 180 * DAY_MS);
        let ms = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        for (now, before) in [
            ("2026-11-25T03:33:06Z", "2026-05-25T03:33:06Z"),
            ("2026-08-31T00:00:00Z", "2026-02-28T00:00:00Z"), // there is no February 31
            ("2027-03-01T12:00:00Z", "2026-09-01T12:00:00Z"),
        ] {
            assert_eq!(looked_before(ms(now)).unwrap(), ms(before), "{now}");
        }
    }
}
