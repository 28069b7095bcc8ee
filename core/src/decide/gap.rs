//! When a silence is a gap, and why.
//!
//! Decides where a gap begins and ends and which cause it is given. Leaves to the caller to say what happened, and to
//! the rules of own fixes which readings are accepted: a reading that is rejected ends a gap too, because the sensors
//! speak again. One that was taken before the gap began and only comes late does not: they may be silent still.

use serde::{Deserialize, Serialize};

use crate::model::{DeviceTime, Fix, Gap, GapCause, LocationPermission, Surroundings, UtcMs};

/// A process that was away for less has only been restarted by its shell: nothing is missing.
const AWAY_MS: i64 = 2 * 60_000;
/// A silence shorter than this is ordinary, whatever the profile.
const SILENCE_MS: i64 = 10 * 60_000;
/// So many intervals of the sampling profile without a reading are a silence.
const SILENT_INTERVALS: i64 = 4;

/// What is remembered between two calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GapState {
    /// The last sign that this program ran while reporting was on.
    alive: Option<DeviceTime>,
    /// The last time that the sensors spoke.
    heard: Option<DeviceTime>,
    /// When reporting was switched on: from then on the sensors are silent until they speak for the first time.
    started: Option<DeviceTime>,
    /// The gap that lasts.
    open: Option<Gap>,
    /// A reading taken before this moment does not end it.
    since: Option<DeviceTime>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Happened {
    /// Reporting was switched on.
    Started,
    /// The program started and reporting was on before.
    Resumed,
    /// The sensors spoke.
    Heard {
        /// When the newest of these readings was taken.
        newest: DeviceTime,
    },
    /// What the system allows is this now.
    Around(Surroundings),
    /// Time passed; the profile asks for a reading every so many milliseconds.
    Passed {
        /// The profile's interval.
        interval_ms: u64,
    },
    /// Reporting ended, with the cause.
    Stopped(GapCause),
}

impl Happened {
    /// What readings that came at `now` tell; nothing where there are none.
    pub fn heard(readings: &[Fix], now: &DeviceTime) -> Option<Self> {
        let taken = readings.iter().map(|fix| fix.taken);
        let newest = taken.max_by_key(|taken| (taken.boot == now.boot, taken.since_boot_ms))?;
        Some(Self::Heard { newest })
    }
}

impl GapState {
    /// The gap that lasts, if one does.
    pub fn open(&self) -> Option<Gap> {
        self.open
    }

    /// Takes what happened. Answers with the gap that has ended by it.
    #[must_use]
    pub fn step(&mut self, happened: Happened, now: &DeviceTime) -> Option<Gap> {
        match happened {
            Happened::Started => {
                (self.alive, self.started, self.heard) = (Some(*now), Some(*now), None);
                None
            }
            Happened::Resumed => {
                if let Some(alive) = self.alive
                    && since_ms(now, &alive) > AWAY_MS
                {
                    let cause = if alive.boot == now.boot { GapCause::Killed } else { GapCause::Restarted };
                    self.begin(&self.silent_since().unwrap_or(alive), cause);
                }
                self.alive = Some(*now);
                None
            }
            Happened::Heard { newest } => {
                (self.alive, self.heard) = (Some(*now), Some(*now));
                let late = self.since.is_some_and(|since| {
                    newest.boot == since.boot && newest.since_boot_ms < since.since_boot_ms
                });
                if late { None } else { self.end(now.wall) }
            }
            Happened::Around(around) => {
                let cause = if !around.location_on {
                    GapCause::LocationOff
                } else if around.permission == LocationPermission::None {
                    GapCause::PermissionLost
                } else {
                    return None; // allowed again: the next reading ends the gap
                };
                match &mut self.open {
                    // The silence now has a name.
                    Some(gap) if gap.cause == GapCause::NoReading => {
                        (gap.cause, self.since) = (cause, Some(*now));
                    }
                    _ => self.begin(now, cause),
                }
                None
            }
            Happened::Passed { interval_ms } => {
                self.alive = Some(*now);
                let silent = SILENCE_MS
                    .max(i64::try_from(interval_ms).unwrap_or(i64::MAX).saturating_mul(SILENT_INTERVALS));
                if let Some(since) = self.silent_since()
                    && since_ms(now, &since) > silent
                {
                    self.begin(&since, GapCause::NoReading);
                }
                None
            }
            Happened::Stopped(cause) => {
                let ended = self.end(now.wall);
                self.alive = None;
                self.begin(now, cause);
                ended
            }
        }
    }

    fn silent_since(&self) -> Option<DeviceTime> {
        self.heard.or(self.started)
    }

    /// A gap begins, unless one lasts already.
    fn begin(&mut self, from: &DeviceTime, cause: GapCause) {
        if self.open.is_none() {
            (self.open, self.since) = (Some(Gap { from: from.wall, to: None, cause }), Some(*from));
        }
    }

    fn end(&mut self, at: UtcMs) -> Option<Gap> {
        self.since = None;
        let gap = self.open.take()?;
        // A clock set back must not make a gap end before it began.
        Some(Gap { to: Some(at.max(gap.from)), ..gap })
    }
}

/// By the monotonic clock within one boot, by the wall clock across two.
fn since_ms(now: &DeviceTime, then: &DeviceTime) -> i64 {
    if now.boot == then.boot {
        i64::try_from(now.since_boot_ms.saturating_sub(then.since_boot_ms)).unwrap_or(i64::MAX)
    } else {
        now.wall.since_ms(then.wall)
    }
}

#[cfg(test)]
mod tests {
    use super::{GapState, Happened};
    use crate::model::{BootId, DeviceTime, Gap, GapCause, LocationPermission, Surroundings, UtcMs};

    const ALLOWED: Surroundings = Surroundings {
        permission: LocationPermission::Always,
        location_on: true,
        battery: None,
        power_save: false,
    };

    fn at(minute: i64, boot: u64) -> DeviceTime {
        DeviceTime {
            wall: UtcMs(minute * 60_000),
            since_boot_ms: minute.unsigned_abs() * 60_000,
            boot: BootId(boot),
        }
    }

    /// A reading that comes in one minute and was taken in another.
    fn heard(minute: i64, boot: u64, taken: i64) -> (i64, u64, Happened) {
        (minute, boot, Happened::Heard { newest: at(taken, boot) })
    }

    /// Minute, boot, what happened.
    type Story<'a> = &'a [(i64, u64, Happened)];
    /// From minute, to minute, cause.
    type Gaps<'a> = &'a [(i64, i64, GapCause)];

    /// The gaps that a story leaves.
    fn gaps(story: Story<'_>) -> Vec<(i64, i64, GapCause)> {
        let mut state = GapState::default();
        let ended: Vec<Gap> = story
            .iter()
            .filter_map(|(minute, boot, happened)| state.step(*happened, &at(*minute, *boot)))
            .collect();
        assert_eq!(state.open(), None, "each story ends with a reading");
        ended.iter().map(|gap| (gap.from.0 / 60_000, gap.to.unwrap().0 / 60_000, gap.cause)).collect()
    }

    #[test]
    fn every_silence_is_given_its_cause() {
        use Happened::{Around, Passed, Resumed, Started, Stopped};
        let none = Surroundings { permission: LocationPermission::None, ..ALLOWED };
        let off = Surroundings { location_on: false, ..ALLOWED };
        let tick = Passed { interval_ms: 10_000 };
        let slow = Passed { interval_ms: 600_000 };
        let table: &[(&str, Story<'_>, Gaps<'_>)] = &[
            ("nothing missing", &[(0, 1, Started), heard(1, 1, 1), (9, 1, tick), heard(9, 1, 9)], &[]),
            (
                "killed",
                &[(0, 1, Started), heard(5, 1, 5), (65, 1, Resumed), heard(66, 1, 66)],
                &[(5, 66, GapCause::Killed)],
            ),
            (
                "restarted by its shell at once",
                &[(0, 1, Started), heard(5, 1, 5), (6, 1, Resumed), heard(7, 1, 7)],
                &[],
            ),
            (
                "the phone was off",
                &[(0, 1, Started), heard(5, 1, 5), (65, 2, Resumed), heard(66, 2, 66)],
                &[(5, 66, GapCause::Restarted)],
            ),
            (
                "permission",
                &[
                    (0, 1, Started),
                    heard(5, 1, 5),
                    (6, 1, Around(none)),
                    (9, 1, Around(ALLOWED)),
                    heard(10, 1, 10),
                ],
                &[(6, 10, GapCause::PermissionLost)],
            ),
            (
                "a reading from before the permission went comes late",
                &[(0, 1, Started), heard(5, 1, 5), (7, 1, Around(none)), heard(8, 1, 6), heard(30, 1, 30)],
                &[(7, 30, GapCause::PermissionLost)],
            ),
            (
                "a silence gets a name, then a reading of that silence comes",
                &[
                    (0, 1, Started),
                    heard(5, 1, 5),
                    (16, 1, tick),
                    (17, 1, Around(off)),
                    heard(18, 1, 15),
                    heard(30, 1, 29),
                ],
                &[(5, 30, GapCause::LocationOff)],
            ),
            (
                "the last known place from before the kill",
                &[(0, 1, Started), heard(5, 1, 5), (65, 1, Resumed), heard(66, 1, 4), heard(70, 1, 70)],
                &[(5, 70, GapCause::Killed)],
            ),
            (
                "readings that the system held back",
                &[(0, 1, Started), heard(5, 1, 5), (16, 1, tick), heard(17, 1, 9)],
                &[(5, 17, GapCause::NoReading)],
            ),
            (
                "location off",
                &[(0, 1, Started), (6, 1, Around(off)), heard(10, 1, 10)],
                &[(6, 10, GapCause::LocationOff)],
            ),
            (
                "a tunnel",
                &[(0, 1, Started), heard(5, 1, 5), (14, 1, tick), (16, 1, tick), heard(30, 1, 30)],
                &[(5, 30, GapCause::NoReading)],
            ),
            (
                "no reading ever came, at first",
                &[(0, 1, Started), (9, 1, tick), (11, 1, tick), heard(30, 1, 30)],
                &[(0, 30, GapCause::NoReading)],
            ),
            (
                "the first reading takes its time",
                &[(0, 1, Started), (9, 1, tick), heard(10, 1, 10), (19, 1, tick), heard(19, 1, 19)],
                &[],
            ),
            (
                "killed before the first reading",
                &[(0, 1, Started), (5, 1, tick), (65, 1, Resumed), heard(66, 1, 66)],
                &[(0, 66, GapCause::Killed)],
            ),
            (
                "switched on again, and no reading comes",
                &[
                    (0, 1, Started),
                    heard(5, 1, 5),
                    (6, 1, Stopped(GapCause::SwitchedOff)),
                    (60, 1, Started),
                    (80, 1, tick),
                    heard(90, 1, 90),
                ],
                &[(6, 90, GapCause::SwitchedOff)],
            ),
            (
                "a slow profile is no silence",
                &[(0, 1, Started), heard(5, 1, 5), (30, 1, slow), heard(31, 1, 31)],
                &[],
            ),
            (
                "a silence that gets a name",
                &[(0, 1, Started), heard(5, 1, 5), (16, 1, tick), (17, 1, Around(none)), heard(30, 1, 30)],
                &[(5, 30, GapCause::PermissionLost)],
            ),
            (
                "switched off and on",
                &[
                    (0, 1, Started),
                    heard(5, 1, 5),
                    (6, 1, Stopped(GapCause::SwitchedOff)),
                    (60, 1, Started),
                    heard(61, 1, 61),
                ],
                &[(6, 61, GapCause::SwitchedOff)],
            ),
            (
                "off, killed meanwhile",
                &[(0, 1, Started), (6, 1, Stopped(GapCause::SignedOut)), (60, 1, Resumed), heard(61, 1, 61)],
                &[(6, 61, GapCause::SignedOut)],
            ),
            (
                "one gap after the other",
                &[
                    (0, 1, Started),
                    (6, 1, Around(off)),
                    (8, 1, Stopped(GapCause::ConsentWithdrawn)),
                    (20, 1, Started),
                    heard(21, 1, 21),
                ],
                &[(6, 8, GapCause::LocationOff), (8, 21, GapCause::ConsentWithdrawn)],
            ),
            (
                "the clock was set back",
                &[(0, 1, Started), (60, 1, Around(off)), heard(10, 2, 10)],
                &[(60, 60, GapCause::LocationOff)],
            ),
        ];
        for (name, story, expected) in table {
            assert_eq!(gaps(story), *expected, "{name}");
        }
    }
}
