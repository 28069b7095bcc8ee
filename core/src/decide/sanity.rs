//! Whether a received position is one, and what its true fix time is.
//!
//! Decides from the facts of that one position and the server's clock. Leaves the comparison with other positions
//! to [`newer`](super::newer).

use crate::model::{LatLon, PositionDoubt, UtcMs};

/// A position this far ahead of the server's clock is from the future.
pub const FUTURE_MS: i64 = 5 * 60_000;
/// 1024 weeks: receivers with an old almanac count the GPS week modulo 1024 (IS-GPS-200, 20.3.3.3.1.1).
pub const ROLLOVER_MS: i64 = 1024 * 7 * 86_400_000;
/// After correction the fix must lie this close before its arrival to be believed.
const PLAUSIBLE_MS: i64 = 7 * 86_400_000;
/// 1980 is the GPS epoch's year: what a receiver reports before it ever had a fix.
const YEAR_1980: core::ops::Range<i64> = 315_532_800_000..347_155_200_000;

/// What the wire says of a position.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The place; `None` where the coordinates are not on earth.
    pub place: Option<LatLon>,
    /// The fix time as received.
    pub fix_time: UtcMs,
    /// When the server received it, on its own clock.
    pub server_time: Option<UtcMs>,
    /// Whether the receiver vouches for it.
    pub valid: bool,
}

/// Why something is no position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPosition {
    /// Latitude or longitude is not a number on earth.
    BadCoordinates,
    /// Both coordinates are 0.
    NullIsland,
    /// The fix time lies in 1980.
    Year1980,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// It counts, with its corrected fix time.
    Accept {
        /// Where.
        place: LatLon,
        /// When, corrected for the rollover.
        fix_time: UtcMs,
        /// What is doubtful about it.
        doubt: Option<PositionDoubt>,
    },
    /// It lies in the future: held back, never live.
    Future {
        /// When it claims to be.
        fix_time: UtcMs,
    },
    /// It is none.
    NoPosition(NoPosition),
}

/// Judges one position. `server_now` is the server's clock where it is known; the server's receive time of the
/// position itself serves where it is not.
pub fn judge(facts: &Facts, server_now: Option<UtcMs>) -> Verdict {
    let Some(place) = facts.place else { return Verdict::NoPosition(NoPosition::BadCoordinates) };
    if place.is_null_island() {
        return Verdict::NoPosition(NoPosition::NullIsland);
    }
    if YEAR_1980.contains(&facts.fix_time.0) {
        return Verdict::NoPosition(NoPosition::Year1980);
    }
    let reference = facts.server_time.or(server_now);
    let corrected = reference.and_then(|reference| rollover(facts.fix_time, reference));
    let fix_time = corrected.unwrap_or(facts.fix_time);
    let doubt = if corrected.is_some() {
        Some(PositionDoubt::RolloverCorrected)
    } else {
        (!facts.valid).then_some(PositionDoubt::MarkedInvalid)
    };
    // Against the later of both clocks: a server restored from a backup must not quarantine everything.
    let now = server_now.max(facts.server_time);
    if now.is_some_and(|now| fix_time.since_ms(now) > FUTURE_MS) {
        return Verdict::Future { fix_time };
    }
    Verdict::Accept { place, fix_time, doubt }
}

/// The fix time moved by whole rollovers, where that lands shortly before its arrival; `None` where no correction
/// is called for or none is plausible (a truly old position stays old).
pub(super) fn rollover(fix_time: UtcMs, reference: UtcMs) -> Option<UtcMs> {
    let behind_ms = reference.since_ms(fix_time);
    let periods = behind_ms.saturating_add(FUTURE_MS) / ROLLOVER_MS;
    let corrected = fix_time.plus_ms(periods.checked_mul(ROLLOVER_MS)?);
    let left_ms = reference.since_ms(corrected);
    (periods > 0 && (-FUTURE_MS..PLAUSIBLE_MS).contains(&left_ms)).then_some(corrected)
}

#[cfg(test)]
mod tests {
    use super::{Facts, NoPosition, ROLLOVER_MS, Verdict, judge};
    use crate::model::{LatLon, PositionDoubt, UtcMs};

    const NOW: UtcMs = UtcMs(1_795_577_586_000);
    const MINUTE: i64 = 60_000;

    fn facts(fix_time: i64) -> Facts {
        Facts {
            place: LatLon::new(31.0, 121.0),
            fix_time: UtcMs(fix_time),
            server_time: Some(NOW),
            valid: true,
        }
    }

    fn accepted(facts: &Facts) -> Option<(i64, Option<PositionDoubt>)> {
        match judge(facts, Some(NOW)) {
            Verdict::Accept { fix_time, doubt, .. } => Some((fix_time.0, doubt)),
            _ => None,
        }
    }

    #[test]
    fn the_table_of_times() {
        let rolled = Some(PositionDoubt::RolloverCorrected);
        let table = [
            ("now", NOW.0, Some((NOW.0, None))),
            ("slightly ahead", NOW.0 + 5 * MINUTE, Some((NOW.0 + 5 * MINUTE, None))),
            ("future", NOW.0 + 5 * MINUTE + 1, None),
            ("two days ahead", NOW.0 + 2 * 86_400_000, None),
            ("a year old stays a year old", NOW.0 - 365 * 86_400_000, Some((NOW.0 - 365 * 86_400_000, None))),
            ("one rollover", NOW.0 - ROLLOVER_MS, Some((NOW.0, rolled))),
            (
                "one rollover, a day late",
                NOW.0 - ROLLOVER_MS - 86_400_000,
                Some((NOW.0 - 86_400_000, rolled)),
            ),
            ("two rollovers", NOW.0 - 2 * ROLLOVER_MS - MINUTE, Some((NOW.0 - MINUTE, rolled))),
            (
                "19.6 years old but no rollover",
                NOW.0 - ROLLOVER_MS - 8 * 86_400_000,
                Some((NOW.0 - ROLLOVER_MS - 8 * 86_400_000, None)),
            ),
            ("1980", 315_964_800_000, None),
        ];
        for (what, fix_time, expected) in table {
            assert_eq!(accepted(&facts(fix_time)), expected, "{what}");
        }
    }

    #[test]
    fn what_is_no_position() {
        let mut f = facts(NOW.0);
        f.place = None;
        assert_eq!(judge(&f, Some(NOW)), Verdict::NoPosition(NoPosition::BadCoordinates));
        f.place = LatLon::new(0.0, 0.0);
        assert_eq!(judge(&f, Some(NOW)), Verdict::NoPosition(NoPosition::NullIsland));
        f.place = LatLon::new(0.0, 0.0001);
        assert!(matches!(judge(&f, Some(NOW)), Verdict::Accept { .. }), "the Gulf of Guinea has ships");
        assert_eq!(judge(&facts(315_964_800_000), None), Verdict::NoPosition(NoPosition::Year1980));
    }

    #[test]
    fn without_any_clock_nothing_is_from_the_future() {
        let f = Facts { server_time: None, ..facts(NOW.0 + 86_400_000) };
        assert!(matches!(judge(&f, None), Verdict::Accept { .. }));
        let invalid = Facts { valid: false, ..facts(NOW.0) };
        assert_eq!(accepted(&invalid), Some((NOW.0, Some(PositionDoubt::MarkedInvalid))));
    }
}
