//! Replay of a loaded track. Pure: the time that passed comes in.
//!
//! Decides which fix is shown at a moment. Nothing is invented between two fixes: the last one stands until the next.

use trak_core::history::Gap;
use trak_core::model::{Position, UtcMs};

/// Seconds of the track in one second.
const SPEEDS: [u32; 6] = [1, 10, 60, 300, 1_800, 7_200];

/// Where a replay stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replay {
    /// The moment shown.
    pub at: UtcMs,
    /// Seconds of the track in one second.
    pub speed: u32,
    /// Whether it runs.
    pub playing: bool,
}

/// What a replay shows.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The last fix.
    pub fix: &'a Position,
    /// Whether nothing is known of this moment.
    pub in_gap: bool,
}

/// Runs from the first fix, goes on, or pauses; one that has ended starts again. `None` for a track without fixes.
pub fn play(now: Option<Replay>, positions: &[Position]) -> Option<Replay> {
    let (first, last) = (positions.first()?.fix_time, positions.last()?.fix_time);
    Some(match now {
        Some(replay) if replay.at < last => Replay { playing: !replay.playing, ..replay },
        _ => Replay { at: first, speed: now.map_or(60, |replay| replay.speed), playing: true },
    })
}

/// The replay after `elapsed_ms` milliseconds; it stops at the last fix.
pub fn advance(replay: Replay, elapsed_ms: i64, positions: &[Position]) -> Replay {
    if !replay.playing {
        return replay;
    }
    let at = replay.at.plus_ms(elapsed_ms.saturating_mul(i64::from(replay.speed)));
    match positions.last() {
        Some(last) if at < last.fix_time => Replay { at, ..replay },
        Some(last) => Replay { at: last.fix_time, playing: false, ..replay },
        None => Replay { playing: false, ..replay },
    }
}

/// Pauses at the next fix, or at the one before.
pub fn step(replay: Replay, forward: bool, positions: &[Position]) -> Replay {
    let to = if forward {
        positions.get(positions.partition_point(|p| p.fix_time <= replay.at))
    } else {
        positions.partition_point(|p| p.fix_time < replay.at).checked_sub(1).and_then(|at| positions.get(at))
    };
    Replay { at: to.map_or(replay.at, |p| p.fix_time), playing: false, ..replay }
}

/// The next faster or slower speed.
pub fn pace(replay: Replay, faster: bool) -> Replay {
    let next = if faster {
        SPEEDS.iter().find(|speed| **speed > replay.speed)
    } else {
        SPEEDS.iter().rev().find(|speed| **speed < replay.speed)
    };
    Replay { speed: next.copied().unwrap_or(replay.speed), ..replay }
}

/// What is shown now; `None` before the first fix.
pub fn shown<'a>(replay: Replay, positions: &'a [Position], gaps: &[Gap]) -> Option<Shown<'a>> {
    let at = positions.partition_point(|p| p.fix_time <= replay.at).checked_sub(1)?;
    let in_gap = gaps.iter().any(|gap| gap.from < replay.at && replay.at < gap.to);
    Some(Shown { fix: positions.get(at)?, in_gap })
}

#[cfg(test)]
mod tests {
    use super::{Replay, advance, pace, play, shown, step};
    use trak_core::history::Gap;
    use trak_core::model::{LatLon, Position, PositionId, UnitId, UtcMs};

    /// Fixes every ten seconds for a minute, then one after a gap of ten minutes.
    fn track() -> (Vec<Position>, Vec<Gap>) {
        let fix = |at_ms: i64| Position {
            id: PositionId(at_ms),
            unit_id: UnitId(1),
            place: LatLon::new(31.0, 121.0).unwrap(),
            fix_time: UtcMs(at_ms),
            device_time: None,
            server_time: None,
            valid: true,
            speed_mps: None,
            course_deg: None,
            altitude_m: None,
            accuracy_m: None,
            address: None,
            attributes_json: String::new(),
            doubt: None,
            raw_fix_time: UtcMs(at_ms),
        };
        let mut fixes: Vec<Position> = (0..=6).map(|n| fix(n * 10_000)).collect();
        fixes.push(fix(660_000));
        (fixes, vec![Gap { from: UtcMs(60_000), to: UtcMs(660_000), distance_m: 0.0 }])
    }

    #[test]
    fn it_runs_at_its_speed_and_stops_at_the_last_fix() {
        let (fixes, gaps) = track();
        let now = play(None, &fixes).unwrap();
        assert_eq!(now, Replay { at: UtcMs(0), speed: 60, playing: true });
        let now = advance(now, 500, &fixes);
        assert_eq!(now.at, UtcMs(30_000));
        let slower = pace(now, false);
        assert_eq!(advance(slower, 500, &fixes).at, UtcMs(35_000));
        let during_gap = advance(now, 5_000, &fixes);
        let seen = shown(during_gap, &fixes, &gaps).unwrap();
        assert_eq!((seen.fix.fix_time, seen.in_gap), (UtcMs(60_000), true), "nothing is invented in a gap");
        let end = advance(now, 60_000, &fixes);
        assert_eq!(end, Replay { at: UtcMs(660_000), speed: 60, playing: false });
        assert!(!shown(end, &fixes, &gaps).unwrap().in_gap);
        assert_eq!(play(Some(end), &fixes).unwrap().at, UtcMs(0), "one that has ended starts again");
        assert_eq!(play(None, &[]), None);
    }

    #[test]
    fn it_pauses_and_steps_from_fix_to_fix() {
        let (fixes, gaps) = track();
        let now = play(Some(Replay { at: UtcMs(34_000), speed: 60, playing: true }), &fixes).unwrap();
        assert!(!now.playing);
        assert_eq!(advance(now, 1_000, &fixes), now, "a paused one stands still");
        let at = |replay: Replay| replay.at.0;
        assert_eq!((at(step(now, true, &fixes)), at(step(now, false, &fixes))), (40_000, 30_000));
        let first = Replay { at: UtcMs(0), ..now };
        assert_eq!(at(step(first, false, &fixes)), 0);
        assert_eq!(at(step(Replay { at: UtcMs(60_000), ..now }, true, &fixes)), 660_000);
        let seen = shown(now, &fixes, &gaps).unwrap();
        assert_eq!((seen.fix.fix_time, seen.in_gap), (UtcMs(30_000), false));
        assert!(shown(Replay { at: UtcMs(-1), ..now }, &fixes, &gaps).is_none());
    }
}
