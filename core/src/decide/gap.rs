//! When a silence is a gap, and why.
//!
//! Decides where a gap begins and ends and which cause it is given. Leaves to the caller to say what happened, and to
//! the rules of own fixes which readings are accepted: a reading that is rejected ends a gap too, because the sensors
//! speak again.

use serde::{Deserialize, Serialize};

use crate::model::{DeviceTime, Gap, GapCause, LocationPermission, Surroundings, UtcMs};

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
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Happened {
    /// Reporting was switched on.
    Started,
    /// The program started and reporting was on before.
    Resumed,
    /// The sensors spoke.
    Heard,
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
                    self.begin(self.silent_since().unwrap_or(alive).wall, cause);
                }
                self.alive = Some(*now);
                None
            }
            Happened::Heard => {
                (self.alive, self.heard) = (Some(*now), Some(*now));
                self.end(now.wall)
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
                    Some(gap) if gap.cause == GapCause::NoReading => gap.cause = cause,
                    _ => self.begin(now.wall, cause),
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
                    self.begin(since.wall, GapCause::NoReading);
                }
                None
            }
            Happened::Stopped(cause) => {
                let ended = self.end(now.wall);
                self.alive = None;
                self.begin(now.wall, cause);
                ended
            }
        }
    }

    fn silent_since(&self) -> Option<DeviceTime> {
        self.heard.or(self.started)
    }

    /// A gap begins, unless one lasts already.
    fn begin(&mut self, from: UtcMs, cause: GapCause) {
        self.open.get_or_insert(Gap { from, to: None, cause });
    }

    fn end(&mut self, at: UtcMs) -> Option<Gap> {
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
        use Happened::{Around, Heard, Passed, Resumed, Started, Stopped};
        let none = Surroundings { permission: LocationPermission::None, ..ALLOWED };
        let off = Surroundings { location_on: false, ..ALLOWED };
        let tick = Passed { interval_ms: 10_000 };
        let slow = Passed { interval_ms: 600_000 };
        let table: &[(&str, Story<'_>, Gaps<'_>)] = &[
            ("nothing missing", &[(0, 1, Started), (1, 1, Heard), (9, 1, tick), (9, 1, Heard)], &[]),
            (
                "killed",
                &[(0, 1, Started), (5, 1, Heard), (65, 1, Resumed), (66, 1, Heard)],
                &[(5, 66, GapCause::Killed)],
            ),
            (
                "restarted by its shell at once",
                &[(0, 1, Started), (5, 1, Heard), (6, 1, Resumed), (7, 1, Heard)],
                &[],
            ),
            (
                "the phone was off",
                &[(0, 1, Started), (5, 1, Heard), (65, 2, Resumed), (66, 2, Heard)],
                &[(5, 66, GapCause::Restarted)],
            ),
            (
                "permission",
                &[
                    (0, 1, Started),
                    (5, 1, Heard),
                    (6, 1, Around(none)),
                    (9, 1, Around(ALLOWED)),
                    (10, 1, Heard),
                ],
                &[(6, 10, GapCause::PermissionLost)],
            ),
            (
                "location off",
                &[(0, 1, Started), (6, 1, Around(off)), (10, 1, Heard)],
                &[(6, 10, GapCause::LocationOff)],
            ),
            (
                "a tunnel",
                &[(0, 1, Started), (5, 1, Heard), (14, 1, tick), (16, 1, tick), (30, 1, Heard)],
                &[(5, 30, GapCause::NoReading)],
            ),
            (
                "no reading ever came, at first",
                &[(0, 1, Started), (9, 1, tick), (11, 1, tick), (30, 1, Heard)],
                &[(0, 30, GapCause::NoReading)],
            ),
            (
                "the first reading takes its time",
                &[(0, 1, Started), (9, 1, tick), (10, 1, Heard), (19, 1, tick), (19, 1, Heard)],
                &[],
            ),
            (
                "killed before the first reading",
                &[(0, 1, Started), (5, 1, tick), (65, 1, Resumed), (66, 1, Heard)],
                &[(0, 66, GapCause::Killed)],
            ),
            (
                "switched on again, and no reading comes",
                &[
                    (0, 1, Started),
                    (5, 1, Heard),
                    (6, 1, Stopped(GapCause::SwitchedOff)),
                    (60, 1, Started),
                    (80, 1, tick),
                    (90, 1, Heard),
                ],
                &[(6, 90, GapCause::SwitchedOff)],
            ),
            (
                "a slow profile is no silence",
                &[(0, 1, Started), (5, 1, Heard), (30, 1, slow), (31, 1, Heard)],
                &[],
            ),
            (
                "a silence that gets a name",
                &[(0, 1, Started), (5, 1, Heard), (16, 1, tick), (17, 1, Around(none)), (30, 1, Heard)],
                &[(5, 30, GapCause::PermissionLost)],
            ),
            (
                "switched off and on",
                &[
                    (0, 1, Started),
                    (5, 1, Heard),
                    (6, 1, Stopped(GapCause::SwitchedOff)),
                    (60, 1, Started),
                    (61, 1, Heard),
                ],
                &[(6, 61, GapCause::SwitchedOff)],
            ),
            (
                "off, killed meanwhile",
                &[(0, 1, Started), (6, 1, Stopped(GapCause::SignedOut)), (60, 1, Resumed), (61, 1, Heard)],
                &[(6, 61, GapCause::SignedOut)],
            ),
            (
                "one gap after the other",
                &[
                    (0, 1, Started),
                    (6, 1, Around(off)),
                    (8, 1, Stopped(GapCause::ConsentWithdrawn)),
                    (20, 1, Started),
                    (21, 1, Heard),
                ],
                &[(6, 8, GapCause::LocationOff), (8, 21, GapCause::ConsentWithdrawn)],
            ),
            (
                "the clock was set back",
                &[(0, 1, Started), (60, 1, Around(off)), (10, 2, Heard)],
                &[(60, 60, GapCause::LocationOff)],
            ),
        ];
        for (name, story, expected) in table {
            assert_eq!(gaps(story), *expected, "{name}");
        }
    }
}
