//! Whether a reading is good enough, seen alone or beside the one before it.
//!
//! Decides the reasons that need no later reading. Leaves jumps to `jump` and what has to be sent to `flow`.

use core::cmp::Ordering;

use super::reading::Reading;
use super::rules::Rules;
use crate::model::{BootId, DeviceTime, Fix, LocationPermission, Rejection};

/// A circle up to this size is never called coarse, metres,
const COARSE_M: f64 = 30.0;
/// nor one up to so many times the size of the one before.
const COARSE_TIMES: f64 = 3.0;

/// The readings in the order in which they were taken: boot by boot (the remembered one first, the present one last),
/// inside a boot by its monotonic clock. Ties are broken by what the readings say, so that the order in which the
/// system hands them over never matters.
pub(super) fn in_order<'a>(batch: &'a [Fix], remembered: Option<BootId>, now: &DeviceTime) -> Vec<&'a Fix> {
    let mut boots: Vec<BootId> = Vec::new();
    for fix in batch {
        if !boots.contains(&fix.taken.boot) {
            boots.push(fix.taken.boot);
        }
    }
    let rank = |boot: BootId| {
        let place = boots.iter().position(|known| *known == boot).unwrap_or(0);
        (boot == now.boot, Some(boot) != remembered, place)
    };
    let mut fixes: Vec<(_, &Fix)> = batch.iter().map(|fix| (rank(fix.taken.boot), fix)).collect();
    fixes.sort_by(|(a_rank, a), (b_rank, b)| a_rank.cmp(b_rank).then_with(|| order(a, b)));
    fixes.into_iter().map(|(_, fix)| fix).collect()
}

fn order(a: &Fix, b: &Fix) -> Ordering {
    let optional =
        |a: Option<f64>, b: Option<f64>| a.unwrap_or(f64::INFINITY).total_cmp(&b.unwrap_or(f64::INFINITY));
    a.taken
        .since_boot_ms
        .cmp(&b.taken.since_boot_ms)
        // Of two readings of one moment the more exact one leads.
        .then_with(|| optional(a.accuracy_m, b.accuracy_m))
        .then_with(|| a.taken.wall.cmp(&b.taken.wall))
        .then_with(|| a.latitude_deg.total_cmp(&b.latitude_deg))
        .then_with(|| a.longitude_deg.total_cmp(&b.longitude_deg))
        .then_with(|| a.mock.cmp(&b.mock))
        .then_with(|| optional(a.speed_mps, b.speed_mps))
        .then_with(|| optional(a.course_deg, b.course_deg))
        .then_with(|| optional(a.altitude_m, b.altitude_m))
        .then_with(|| (a.source as u8).cmp(&(b.source as u8)))
}

/// Cleans a reading and judges what it says of itself.
pub(super) fn alone(fix: &Fix, now: &DeviceTime, rules: &Rules) -> Result<Reading, Rejection> {
    let reading = Reading::clean(fix)?;
    if fix.mock && !rules.accept_mock {
        return Err(Rejection::Mock);
    }
    // Only the monotonic clock can say so: a stamp ahead of the wall clock may be right and the wall clock wrong.
    let ahead_ms = fix.taken.since_boot_ms.saturating_sub(now.since_boot_ms);
    if fix.taken.boot == now.boot && ahead_ms > rules.future_ms.unsigned_abs() {
        return Err(Rejection::Future);
    }
    Ok(reading)
}

/// Judges a reading's turn: nothing is accepted out of order.
pub(super) fn turn(newest: Option<&Reading>, reading: &Reading, now: &DeviceTime) -> Option<Rejection> {
    let newest = newest?;
    if newest.when.clocks.boot != reading.when.clocks.boot {
        // The phone is past that boot.
        return (newest.when.clocks.boot == now.boot).then_some(Rejection::Older);
    }
    match reading.when.clocks.since_boot_ms.cmp(&newest.when.clocks.since_boot_ms) {
        Ordering::Less => Some(Rejection::Older),
        Ordering::Equal if reading.place == newest.place => Some(Rejection::Duplicate),
        Ordering::Equal => Some(Rejection::Debounce),
        Ordering::Greater => None,
    }
}

/// Whether the system says by an impossible circle that the place is invalid (iOS: a negative one).
pub(super) fn invalid_circle(fix: &Fix) -> bool {
    fix.accuracy_m.is_some_and(|m| !m.is_finite() || m < 0.0)
}

/// Whether the circle is too large. `waited_ms` is the time since the newest exact reading.
/// A reading that claims no circle is judged by its source's usual one.
pub(super) fn too_wide(
    reading: &Reading,
    waited_ms: i64,
    permission: LocationPermission,
    rules: &Rules,
) -> bool {
    let limit_m = match permission {
        LocationPermission::Approximate => rules.approximate_accuracy_limit_m,
        _ if waited_ms >= rules.starved_ms => rules.starved_accuracy_limit_m,
        _ => rules.accuracy_limit_m,
    };
    reading.accuracy_m.unwrap_or_else(|| reading.radius_m()) > limit_m
}

/// Whether a reading is so coarse beside the newest one that it tells less than that one still does: a cell's circle
/// between two satellite readings would draw a zigzag. One that lies elsewhere altogether tells something.
pub(super) fn coarser(newest: Option<&Reading>, reading: &Reading, speed_mps: f64) -> bool {
    let Some(newest) = newest else { return false };
    let known_m = newest.radius_m();
    let radius_m = reading.radius_m();
    let reach_m = known_m + newest.may_have_gone_m(reading, speed_mps);
    let coarse = radius_m > COARSE_M.max(COARSE_TIMES * known_m) && radius_m > reach_m;
    coarse && newest.distance_m(reading) <= radius_m + reach_m
}
