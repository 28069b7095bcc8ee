//! Jumps: a spike between two readings that agree, or a phone that really is elsewhere.
//!
//! Looks both ways: a reading that nobody can have reached from the one before waits until later readings side with
//! it (then the phone is there, as after a flight) or with the one before (then it was a spike).

use super::reading::Reading;
use super::rules::Rules;

/// What becomes of the readings that wait and of the one that just came.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// Whatever waited was a spike; the new reading counts.
    Goes,
    /// The new reading waits with those before it.
    Waits,
    /// Whatever waited was a spike; the new reading waits.
    WaitsAlone,
    /// The jump is real: those that waited count, then the new one.
    Confirmed,
}

/// Whether nobody can have come from `from` to `to`, who moved at `speed_mps` at first. The circles count in favour.
///
/// With the acceleration a over the time t the mean speed is at most v + at/2, and where the speed at the end is known
/// too, (v + w)/2 + at/4: faster half of the way, slower the other half.
pub(super) fn impossible(from: &Reading, to: &Reading, speed_mps: f64, rules: &Rules) -> bool {
    let seconds = (from.ms_to(to).max(1) as f64) / 1_000.0;
    let way_m = from.distance_m(to) - from.radius_m() - to.radius_m();
    let gained_mps = rules.acceleration_mps2 * seconds / 2.0;
    // Some receivers say 0 where they mean nothing.
    let mean_mps = match to.speed_mps.filter(|mps| *mps > 0.0) {
        Some(end_mps) => f64::midpoint(speed_mps, end_mps) + gained_mps / 2.0,
        None => speed_mps + gained_mps,
    };
    way_m > (mean_mps + rules.speed_slack_mps).min(rules.fastest_mps) * seconds
}

/// Judges `reading` after `base`, the newest that counts, and `waiting`, in the order taken. `speed_mps` is the
/// speed at `base`.
pub(super) fn judge(
    base: &Reading,
    waiting: &[Reading],
    reading: &Reading,
    speed_mps: f64,
    rules: &Rules,
) -> Verdict {
    let from_base = !impossible(base, reading, speed_mps, rules);
    let (Some(first), Some(last)) = (waiting.first(), waiting.last()) else {
        return if from_base { Verdict::Goes } else { Verdict::WaitsAlone };
    };
    let speed_mps = speed_mps.max(last.speed_mps.unwrap_or(0.0));
    let from_waiting = !impossible(last, reading, speed_mps, rules);
    let nearer = reading.distance_m(last) < reading.distance_m(base);
    if from_waiting && (!from_base || nearer) {
        let enough = waiting.len() + 1 >= rules.jump_readings || first.ms_to(reading) >= rules.jump_ms;
        if enough { Verdict::Confirmed } else { Verdict::Waits }
    } else if from_base {
        Verdict::Goes
    } else {
        Verdict::WaitsAlone
    }
}
