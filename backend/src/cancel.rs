//! The end of an account.
//!
//! Decides the deadline, when the job does it, and the order: positions, unit, consents, user. What the law keeps, the
//! access log, stays under a pseudonym. Each step is a transaction of its own and may be done again: a job that was killed
//! begins anew.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::auth::random_text;
use crate::db::Database;
use crate::db::rights::Cancellation;
use crate::error::Refusal;

/// The deadline in working days.
const WORKING_DAYS: u32 = 15;
/// So long it may be taken back, milliseconds; always before the deadline.
const MAY_BE_TAKEN_BACK_MS: i64 = 7 * 86_400_000;

/// The same time of the fifteenth working day (Monday to Friday, UTC) after. Holidays are not taken off: the deadline is
/// rather too early.
pub(crate) fn deadline(requested_ms: i64) -> Result<i64, Refusal> {
    let requested = Timestamp::from_millisecond(requested_ms).map_err(|_| Refusal::Internal)?;
    let mut at = requested.to_zoned_datetime(TimeZone::UTC);
    let mut left = WORKING_DAYS;
    while left > 0 {
        at = at.checked_add(Span::new().days(1)).map_err(|_| Refusal::Internal)?;
        if !matches!(at.weekday(), Weekday::Saturday | Weekday::Sunday) {
            left -= 1;
        }
    }
    Ok(at.timestamp().as_millisecond())
}

/// Whether the job does it now.
pub(crate) fn is_due(c: &Cancellation, now: i64) -> bool {
    c.done.is_none() && (now - c.requested >= MAY_BE_TAKEN_BACK_MS || now >= c.deadline)
}

/// Cancels an account. Blocks.
pub(crate) fn execute(db: &Database, c: &Cancellation, now: i64) -> Result<(), Refusal> {
    let user = c.user_id;
    db.transaction(|t| t.delete_own_tracks(user))?;
    db.transaction(|t| t.delete_own_units(user, now))?;
    db.transaction(|t| t.delete_consents(user))?;
    let random = random_text()?;
    let pseudonym = format!("account-{}", random.get(..12).unwrap_or(&random));
    db.transaction(|t| {
        t.pseudonymise_looks(user, &pseudonym)?;
        t.delete_cancelled(c, now)
    })
}

/// What became of an account that was due.
pub(crate) struct Due {
    pub(crate) user: i64,
    pub(crate) done: Result<(), Refusal>,
}

/// Cancels the accounts that are due. One that cannot be done is tried again with the next run and holds up no other. Blocks.
pub(crate) fn run(db: &Database, now: i64) -> Result<Vec<Due>, Refusal> {
    let due: Vec<Cancellation> = db.cancellations()?.into_iter().filter(|c| is_due(c, now)).collect();
    Ok(due.iter().map(|c| Due { user: c.user_id, done: execute(db, c, now) }).collect())
}

#[cfg(test)]
mod tests {
    use super::deadline;

    #[test]
    fn weekends_do_not_count() {
        let ms = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        for (requested, expected) in [
            ("2026-11-25T03:33:06Z", "2026-12-16T03:33:06Z"), // a Wednesday
            ("2026-11-27T23:59:59Z", "2026-12-18T23:59:59Z"), // a Friday
            ("2026-11-28T12:00:00Z", "2026-12-18T12:00:00Z"), // a Saturday
            ("2026-11-29T12:00:00Z", "2026-12-18T12:00:00Z"), // a Sunday
            ("2026-11-30T00:00:00Z", "2026-12-21T00:00:00Z"), // a Monday
        ] {
            assert_eq!(deadline(ms(requested)).unwrap(), ms(expected), "{requested}");
        }
        assert!(deadline(i64::MAX).is_err());
    }
}
