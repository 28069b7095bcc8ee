//! When a reading was taken: from a wall clock that anybody may change, a monotonic clock that dies with the system,
//! and receivers that forget 1024 weeks.
//!
//! Within one boot the monotonic clock leads: a line says which time belongs to which of its milliseconds. Stamps that
//! agree with the line are taken as they are; those that do not are replaced by the line's time, until satellites say
//! so three times over, or the wall clock has gone ahead and stayed there for ten minutes (a flat battery leaves a
//! clock behind, never ahead). A new boot begins a new line at the first stamp. Whatever a line says, the times given
//! out only grow. The stamps themselves are kept in `AcceptedFix::raw`.

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
/// A wall clock that went ahead is followed after so long, milliseconds,
const AHEAD_FOR_MS: u64 = 10 * 60_000;
/// but not where it went further than this, milliseconds: somebody plays with the calendar.
const AHEAD_AT_MOST_MS: i64 = 31 * 86_400_000;

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
struct Line {
    boot: BootId,
    since_boot_ms: u64,
    at: UtcMs,
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
    doubt: Option<Doubt>,
    /// The newest time read.
    newest: Option<UtcMs>,
    /// The newest time given out.
    last: Option<UtcMs>,
}

impl Line {
    fn at(&self, since_boot_ms: u64) -> UtcMs {
        let later_ms = i128::from(since_boot_ms) - i128::from(self.since_boot_ms);
        UtcMs((i128::from(self.at.0) + later_ms).clamp(i64::MIN.into(), i64::MAX.into()) as i64)
    }
}

fn plausible(at: UtcMs) -> bool {
    (EARLIEST..LATEST).contains(&at)
}

/// What the phone's wall clock says of a moment of its present boot.
fn by_wall(taken: &DeviceTime, now: &DeviceTime) -> Option<UtcMs> {
    let line = Line { boot: now.boot, since_boot_ms: now.since_boot_ms, at: now.wall, by: Authority::Wall };
    (taken.boot == now.boot).then(|| line.at(taken.since_boot_ms))
}

impl ClockLine {
    /// When a reading was taken; learns from its stamp.
    pub(super) fn read(&mut self, taken: &DeviceTime, source: FixSource, now: &DeviceTime) -> UtcMs {
        let at = self.judge(taken, source, now);
        self.newest = self.newest.max(Some(at));
        at
    }

    fn judge(&mut self, taken: &DeviceTime, source: FixSource, now: &DeviceTime) -> UtcMs {
        let satellites = source == FixSource::Gps;
        let by = if satellites { Authority::Satellites } else { Authority::Wall };
        let known = self.line.filter(|line| line.boot == taken.boot);
        let expected = known.map(|line| line.at(taken.since_boot_ms)).or_else(|| by_wall(taken, now));
        let reference = expected.filter(|at| plausible(*at)).or(self.newest);
        let stamp = reference.and_then(|reference| rollover(taken.wall, reference)).unwrap_or(taken.wall);
        let Some(line) = known else { return self.begin(taken, stamp, expected, by) };
        let expected = line.at(taken.since_boot_ms);
        if !plausible(stamp) {
            return expected;
        }
        let ahead_ms = stamp.since_ms(expected);
        let agrees = ahead_ms.saturating_abs() <= AGREES_MS;
        if agrees && (satellites || self.doubt.is_some_and(|doubt| !doubt.satellites)) {
            self.doubt = None; // the wall clock's word does not clear it of the satellites'
        }
        let follow = if agrees { by >= line.by } else { self.convinced(&line, taken, ahead_ms, by) };
        if follow {
            self.doubt = None;
            self.line = Some(Line { boot: taken.boot, since_boot_ms: taken.since_boot_ms, at: stamp, by });
        }
        if agrees || follow { stamp } else { expected }
    }

    /// The first reading of a boot.
    fn begin(&mut self, taken: &DeviceTime, stamp: UtcMs, by_wall: Option<UtcMs>, by: Authority) -> UtcMs {
        let by_wall = by_wall.filter(|at| plausible(*at));
        // The wall clock must bear a stamp out, but satellites only have to be no earlier than what went before.
        let borne_out = by_wall.is_none_or(|wall| {
            let ahead_ms = stamp.since_ms(wall);
            let satellites = by == Authority::Satellites && ahead_ms <= AHEAD_AT_MOST_MS;
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
        self.doubt = None;
        self.line = Some(Line { boot: taken.boot, since_boot_ms: taken.since_boot_ms, at, by });
        at
    }

    /// Whether a contradicting stamp moves the line.
    fn convinced(&mut self, line: &Line, taken: &DeviceTime, ahead_ms: i64, by: Authority) -> bool {
        if line.by == Authority::Guess {
            return true;
        }
        let satellites = by == Authority::Satellites;
        if !satellites && (line.by == Authority::Satellites || !(0..=AHEAD_AT_MOST_MS).contains(&ahead_ms)) {
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
            && (satellites || taken.since_boot_ms.saturating_sub(doubt.since_boot_ms) >= AHEAD_FOR_MS)
    }

    /// When `now` is, by what is known; learns nothing.
    pub(super) fn now(&self, now: &DeviceTime) -> Moment {
        let known = self.line.filter(|line| line.boot == now.boot);
        Moment { clocks: *now, at: known.map_or(now.wall, |line| line.at(now.since_boot_ms)) }
    }

    /// The time to give out for `at`: later than every one before.
    pub(super) fn give(&mut self, at: UtcMs) -> UtcMs {
        let given = self.last.map_or(at, |last| at.max(last.plus_ms(1)));
        self.last = Some(given);
        given
    }
}
