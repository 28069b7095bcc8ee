//! Tests of the rules through the face that others use: `step`, `tick`, `finish`.

mod invariants;

use super::Rules;
use crate::model::{AcceptedFix, FixKind, LatLon, LocationPermission, Surroundings};

/// Wall time at the start of the tests' boot.
const BOOTED: i64 = 1_795_577_586_000;

fn home() -> LatLon {
    LatLon::new(31.23, 121.47).unwrap()
}

fn around() -> Surroundings {
    Surroundings {
        permission: LocationPermission::Always,
        location_on: true,
        battery: None,
        power_save: false,
    }
}

fn positions(accepted: &[AcceptedFix]) -> Vec<&AcceptedFix> {
    accepted.iter().filter(|fix| fix.kind == FixKind::Position).collect()
}
