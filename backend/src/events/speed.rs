//! Whether a unit is too fast, as it is told: once, until it clearly is not any more.
//!
//! Leaves to the core's rule for borders in which geofences a unit is. Since that has hysteresis, a border that flutters
//! changes no limit.

use serde::{Deserialize, Serialize};

/// A unit is slow below this part of a limit.
const SLOW: f64 = 0.95;
/// By another limit than the one it was told of it must be slow for so long, milliseconds: limits that trackers read from a map
/// change from one position to the next.
const SLOW_MS: i64 = 60_000;

/// How fast one may be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Limit {
    /// Knots.
    pub(super) kn: f64,
    /// The geofence whose limit it is; 0 for the unit's own.
    pub(super) geofence: i64,
}

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Speed {
    over: Option<Over>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Over {
    /// By which it was told.
    limit: Limit,
    /// Since when it is slow by the limit that holds now, fix time.
    slow_since: Option<i64>,
}

impl Speed {
    /// Takes a speed, the limit that holds, and whether the unit is in a geofence that has one. Answers with the limit that is
    /// to be told of.
    pub(super) fn step(
        &mut self,
        at: i64,
        speed_kn: f64,
        limit: Option<Limit>,
        inside: impl Fn(i64) -> bool,
    ) -> Option<Limit> {
        let exceeded = limit.filter(|limit| speed_kn > limit.kn);
        if let Some(over) = self.over {
            let left = over.limit.geofence != 0 && !inside(over.limit.geofence);
            let slow_here = limit.is_none_or(|limit| speed_kn <= limit.kn * SLOW);
            let slow_since = slow_here.then(|| over.slow_since.unwrap_or(at));
            let ended = speed_kn <= over.limit.kn * SLOW
                || slow_since.is_some_and(|since| at - since >= SLOW_MS)
                || left && exceeded.is_none();
            if !ended {
                // Who leaves a slow place too fast for what lies beyond it goes on being too fast.
                let limit = exceeded.filter(|_| left).unwrap_or(over.limit);
                self.over = Some(Over { limit, slow_since });
                return None;
            }
        }
        self.over = exceeded.map(|limit| Over { limit, slow_since: None });
        exceeded
    }
}
