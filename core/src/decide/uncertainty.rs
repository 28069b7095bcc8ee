//! How far a distance, a direction and an age may be off.
//!
//! Decides from accuracies, ages and speeds of both ends. The bounds are worst cases, not standard deviations: a
//! person walks towards the place.

/// Accuracy assumed of an end that does not state one: a phone in a street.
const UNSTATED_ACCURACY_M: f64 = 50.0;
/// Speed assumed of an end that does not state one.
const UNSTATED_SPEED_MPS: f64 = 1.5;
/// Below this a unit counts as standing and does not wander off with age.
const STANDING_MPS: f64 = 0.5;
/// A unit that moved may have travelled on for this long at most before the bound says nothing more.
const LONGEST_DRIFT_MS: i64 = 24 * 60 * 60_000;

/// What is known of one end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct End {
    /// Radius of its accuracy circle in metres, where stated.
    pub accuracy_m: Option<f64>,
    /// Age of its fix in milliseconds, not negative.
    pub age_ms: i64,
    /// Its speed in metres per second at the fix, where stated.
    pub speed_mps: Option<f64>,
}

/// Plus or minus.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uncertainty {
    /// Of the distance, metres.
    pub distance_m: f64,
    /// Of the direction, degrees; 180 means that it says nothing.
    pub bearing_deg: f64,
    /// Of the age, milliseconds.
    pub age_ms: i64,
}

/// The uncertainty of what lies `distance_m` apart; `clock_ms` is that of the server's clock.
pub fn uncertainty(origin: &End, unit: &End, distance_m: f64, clock_ms: i64) -> Uncertainty {
    let off_m = radius_m(origin) + radius_m(unit);
    let bearing_deg =
        if off_m >= distance_m { 180.0 } else { (off_m / distance_m).clamp(0.0, 1.0).asin().to_degrees() };
    Uncertainty { distance_m: off_m, bearing_deg, age_ms: clock_ms }
}

/// How far an end may be from where it is drawn, metres.
fn radius_m(end: &End) -> f64 {
    let accuracy_m = end.accuracy_m.filter(|a| a.is_finite() && *a >= 0.0).unwrap_or(UNSTATED_ACCURACY_M);
    let speed_mps = end.speed_mps.filter(|s| s.is_finite() && *s >= 0.0).unwrap_or(UNSTATED_SPEED_MPS);
    let moving_mps = if speed_mps < STANDING_MPS { 0.0 } else { speed_mps };
    accuracy_m + moving_mps * end.age_ms.clamp(0, LONGEST_DRIFT_MS) as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::{End, uncertainty};

    const HERE: End = End { accuracy_m: Some(10.0), age_ms: 0, speed_mps: Some(0.0) };

    #[test]
    fn accuracies_add_and_age_counts_only_while_moving() {
        let standing = End { accuracy_m: Some(5.0), age_ms: 600_000, speed_mps: Some(0.0) };
        let u = uncertainty(&HERE, &standing, 1_000.0, 700);
        assert!((u.distance_m - 15.0).abs() < 1e-9);
        assert!((u.bearing_deg - 0.859_437).abs() < 1e-3);
        assert_eq!(u.age_ms, 700);
        let moving = End { speed_mps: Some(10.0), ..standing };
        assert!((uncertainty(&HERE, &moving, 1_000.0, 0).distance_m - 6_015.0).abs() < 1e-9);
    }

    #[test]
    fn overlapping_circles_have_no_direction() {
        let u = uncertainty(&HERE, &End { accuracy_m: None, age_ms: 0, speed_mps: None }, 40.0, 0);
        assert!((u.bearing_deg - 180.0).abs() < 1e-9);
        assert!((uncertainty(&HERE, &HERE, 0.0, 0).bearing_deg - 180.0).abs() < 1e-9);
    }
}
