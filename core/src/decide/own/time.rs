//! When a reading was taken: from a wall clock that anybody may change, a monotonic clock that dies with the system,
//! and receivers that forget 1024 weeks.
//!
//! Within one boot the monotonic clock leads: a line says which time belongs to which of its milliseconds. Stamps that
//! agree with the line are taken as they are; those that do not are replaced by the line's time, until satellites say
//! so three times over, or the wall clock has gone elsewhere and stayed there for ten minutes. A new boot begins a new
//! line at its first stamp. Whatever a line says, the times given out only grow: where a new line lies behind, time
//! runs at half speed until the line has caught up, so that neither order nor spacing is lost. The stamps themselves
//! are kept in `AcceptedFix::raw`.

use serde::{Deserialize, Serialize};

use super::reading::Moment;
use crate::decide::sanity::rollover;
use crate::model::{BootId, DeviceTime, FixSource, UtcMs};

/// 2025-01-01: no phone that runs this program has seen an earlier day.
const EARLIEST: UtcMs = UtcMs(1_735_689_600_000);
/// 2100-01-01: no phone that runs this program will see a later one.
const LATEST: UtcMs = UtcMs(4_102_444_800_000);
/// A stamp this near to the line agrees with it, milliseconds: a receiver's rounding to seconds and the drift of a night.
const AGREES_MS: i64 = 2_000;
/// A first stamp this near to the phone's clock is believed, milliseconds.
const FIRST_MS: i64 = 5 * 60_000;
/// So many satellite stamps that agree with each other move the line.
const SATELLITES_AGREE: u32 = 3;
/// A wall clock that was moved is followed after so long, milliseconds: whoever wants to look at something else moves it
/// back sooner.
const MOVED_FOR_MS: u64 = 10 * 60_000;
/// but not where it went further than this, milliseconds: somebody plays with the calendar.
const MOVED_AT_MOST_MS: i64 = 31 * 86_400_000;

/// What stands behind a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Authority {
    /// Nothing: the clock was plainly wrong.
    Guess,
    /// The phone's wall clock.
    Wall,
    /// Satellites.
    Satellites,
}

/// At this millisecond of this boot it was `at`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Mark {
    boot: BootId,
    since_boot_ms: u64,
    at: UtcMs,
}

/// A mark from which time is counted, and what stands behind it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    from: Mark,
    by: Authority,
}

/// Stamps that contradict the line but agree with each other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Doubt {
    satellites: bool,
    /// How far they are ahead of the line.
    ahead_ms: i64,
    since_boot_ms: u64,
    readings: u32,
}

/// What is remembered of the clocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ClockLine {
    line: Option<Line>,
    /// Where time began to run at half speed, while the line lies behind what has been given out.
    slow: Option<Mark>,
    doubt: Option<Doubt>,
    /// The newest time read.
    newest: Option<UtcMs>,
    /// The newest time given out.
    last: Option<UtcMs>,
}

impl Mark {
    /// The time at another millisecond of the same boot, where time runs at a `slowness`th of its speed.
    fn count(&self, since_boot_ms: u64, slowness: i128) -> UtcMs {
        let later_ms = i128::from(since_boot_ms) - i128::from(self.since_boot_ms);
        let at = i128::from(self.at.0) + later_ms / slowness;
        UtcMs(at.clamp(i64::MIN.into(), i64::MAX.into()) as i64)
    }
}

impl Line {
    fn at(&self, since_boot_ms: u64) -> UtcMs {
        self.from.count(since_boot_ms, 1)
    }
}

fn plausible(at: UtcMs) -> bool {
    (EARLIEST..LATEST).contains(&at)
}

/// What the phone's wall clock says of a moment of its present boot.
fn by_wall(taken: &DeviceTime, now: &DeviceTime) -> Option<UtcMs> {
    let from = Mark { boot: now.boot, since_boot_ms: now.since_boot_ms, at: now.wall };
    (taken.boot == now.boot).then(|| from.count(taken.since_boot_ms, 1))
}

impl ClockLine {
    /// When a reading was taken; learns from its stamp.
    pub(super) fn read(&mut self, taken: &DeviceTime, source: FixSource, now: &DeviceTime) -> UtcMs {
        let at = self.judge(taken, source, now);
        let at = self.slowed(taken, at);
        if self.slow.is_some_and(|slow| slow.boot != taken.boot || at > slow.count(taken.since_boot_ms, 2)) {
            self.slow = None; // caught up
        }
        self.newest = self.newest.max(Some(at));
        at
    }

    /// The line's time, or the one at half speed where that is later.
    fn slowed(&self, clocks: &DeviceTime, at: UtcMs) -> UtcMs {
        let slow = self.slow.filter(|slow| slow.boot == clocks.boot);
        slow.map_or(at, |slow| slow.count(clocks.since_boot_ms, 2).max(at))
    }

    /// Begins a line; runs slowly at first where it lies behind what was given out or, in the same boot, what the line
    /// before says.
    fn draw(&mut self, taken: &DeviceTime, at: UtcMs, by: Authority, before: Option<UtcMs>) {
        let from = Mark { boot: taken.boot, since_boot_ms: taken.since_boot_ms, at };
        self.line = Some(Line { from, by });
        self.doubt = None;
        let behind = self.newest.max(before).filter(|before| *before > at);
        self.slow = self.slow.or(behind.map(|before| Mark { at: before, ..from }));
    }

    fn judge(&mut self, taken: &DeviceTime, source: FixSource, now: &DeviceTime) -> UtcMs {
        let satellites = source == FixSource::Gps;
        let by = if satellites { Authority::Satellites } else { Authority::Wall };
        let known = self.line.filter(|line| line.from.boot == taken.boot);
        let expected = known.map(|line| line.at(taken.since_boot_ms)).or_else(|| by_wall(taken, now));
        let reference = expected.filter(|at| plausible(*at)).or(self.newest);
        let stamp = reference.and_then(|reference| rollover(taken.wall, reference)).unwrap_or(taken.wall);
        let Some(line) = known else { return self.begin(taken, stamp, expected, by) };
        let expected = line.at(taken.since_boot_ms);
        if !plausible(stamp) {
            return expected;
        }
        let here = Mark { boot: taken.boot, since_boot_ms: taken.since_boot_ms, at: expected };
        let ahead_ms = stamp.since_ms(expected);
        let agrees = ahead_ms.saturating_abs() <= AGREES_MS;
        if agrees && (satellites || self.doubt.is_some_and(|doubt| !doubt.satellites)) {
            self.doubt = None; // the wall clock's word does not clear it of the satellites'
        }
        let follow = if agrees { by >= line.by } else { self.convinced(&line, taken, ahead_ms, by) };
        if agrees && follow {
            self.line = Some(Line { from: Mark { at: stamp, ..here }, by });
        } else if follow {
            self.draw(taken, stamp, by, Some(expected));
        }
        if agrees || follow { stamp } else { expected }
    }

    /// The first reading of a boot.
    fn begin(&mut self, taken: &DeviceTime, stamp: UtcMs, by_wall: Option<UtcMs>, by: Authority) -> UtcMs {
        let by_wall = by_wall.filter(|at| plausible(*at));
        // The wall clock must bear a stamp out, but satellites only have to be no earlier than what went before.
        let borne_out = by_wall.is_none_or(|wall| {
            let ahead_ms = stamp.since_ms(wall);
            let satellites = by == Authority::Satellites && ahead_ms <= MOVED_AT_MOST_MS;
            ahead_ms.saturating_abs() <= FIRST_MS
                || (satellites && self.newest.is_none_or(|newest| stamp >= newest))
        });
        let believed = plausible(stamp) && borne_out;
        let (at, by) = match by_wall {
            _ if believed => (stamp, by),
            Some(wall) => (wall, Authority::Wall),
            // Nothing to go by: right after what went before.
            None => (self.newest.map_or(stamp, |newest| newest.plus_ms(1)), Authority::Guess),
        };
        self.draw(taken, at, by, None);
        at
    }

    /// Whether a contradicting stamp moves the line.
    fn convinced(&mut self, line: &Line, taken: &DeviceTime, ahead_ms: i64, by: Authority) -> bool {
        if line.by == Authority::Guess {
            return true;
        }
        let satellites = by == Authority::Satellites;
        if !satellites && (line.by == Authority::Satellites || ahead_ms.saturating_abs() > MOVED_AT_MOST_MS) {
            return false;
        }
        let fresh = Doubt { satellites, ahead_ms, since_boot_ms: taken.since_boot_ms, readings: 0 };
        let agrees = |doubt: &Doubt| {
            doubt.satellites == satellites
                && ahead_ms.saturating_sub(doubt.ahead_ms).saturating_abs() <= AGREES_MS
        };
        // A wall stamp says nothing against satellites' doubt.
        if let Some(doubt) = self.doubt
            && doubt.satellites
            && !satellites
        {
            return false;
        }
        let mut doubt = self.doubt.filter(agrees).unwrap_or(fresh);
        doubt.readings = doubt.readings.saturating_add(1);
        self.doubt = Some(doubt);
        doubt.readings >= SATELLITES_AGREE
            && (satellites || taken.since_boot_ms.saturating_sub(doubt.since_boot_ms) >= MOVED_FOR_MS)
    }

    /// When `now` is, by what is known; learns nothing.
    pub(super) fn now(&self, now: &DeviceTime) -> Moment {
        let known = self.line.filter(|line| line.from.boot == now.boot);
        let at = known.map_or(now.wall, |line| line.at(now.since_boot_ms));
        Moment { clocks: *now, at: self.slowed(now, at) }
    }

    /// The time to give out for `at`: later than every one before.
    pub(super) fn give(&mut self, at: UtcMs) -> UtcMs {
        let given = self.last.map_or(at, |last| at.max(last.plus_ms(1)));
        self.last = Some(given);
        given
    }
}
