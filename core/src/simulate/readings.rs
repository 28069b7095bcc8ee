//! What a simulated receiver makes of where its unit is, and what the other sensors say.
//!
//! Decides noise and readings, from the unit's seed and the time alone: asked twice, it says the same.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::geo::distance::destination;
use crate::model::{LatLon, UtcMs};
use crate::simulate::{SimFix, SimUnit};

/// 2025-01-01T00:00:00Z: when the odometers stood at 0.
const ODOMETER_ZERO: UtcMs = UtcMs(1_735_689_600_000);
/// A battery runs from full to a fifth in so long, and is charged at once.
const CHARGE_MS: i64 = 36 * 3_600_000;
/// Metres that a full tank lasts.
const TANK_M: f64 = 400_000.0;

/// A report as a tracker sends it.
#[derive(Clone, Debug, PartialEq)]
pub struct SimReport {
    /// Where the receiver believes to be; time, speed and course as they truly are.
    pub fix: SimFix,
    /// How exact it believes to be, metres.
    pub accuracy_m: f64,
    /// Charge of the tracker's battery, 20 to 100 percent.
    pub battery_percent: u8,
    /// Satellites in use.
    pub satellites: u8,
    /// Received signal strength of the mobile network, dBm.
    pub rssi_dbm: i16,
    /// Whether the engine runs.
    pub ignition: bool,
    /// Way since 2025, metres; 0 before.
    pub odometer_m: f64,
    /// What is left in the tank, percent.
    pub fuel_percent: f64,
    /// Temperature of the load, degrees Celsius, where it is cooled.
    pub temperature_c: Option<f64>,
}

impl SimUnit {
    /// What its tracker reports at a time.
    pub fn report(&self, at: UtcMs) -> SimReport {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed ^ at.0.unsigned_abs().rotate_left(32));
        let (fix, way_m) = self.fix_and_way(at);
        let satellites = random.random_range(6..15_u8);
        // The fewer satellites, the worse; off by at most what the receiver admits.
        let accuracy_m = tenths(36.0 / f64::from(satellites) + random.random_range(0.0..4.0));
        let off_m = random.random_range(0.0..accuracy_m);
        let since_charge_ms = at.0.wrapping_add(self.seed as i64 >> 24).rem_euclid(CHARGE_MS);
        let cooled = self.name.contains("冷链") || self.name.contains("Cold");
        SimReport {
            fix: SimFix {
                place: as_receivers_send(destination(fix.place, random.random_range(0.0..360.0), off_m)),
                ..fix
            },
            accuracy_m,
            battery_percent: (100 - 80 * since_charge_ms / CHARGE_MS) as u8,
            satellites,
            rssi_dbm: random.random_range(-105..-60),
            ignition: fix.speed_mps > 0.0,
            odometer_m: (way_m - self.fix_and_way(ODOMETER_ZERO).1).max(0.0).round(),
            fuel_percent: tenths(100.0 - 90.0 * (way_m / TANK_M).rem_euclid(1.0)),
            temperature_c: cooled.then(|| tenths(random.random_range(-22.0..-16.0))),
        }
    }
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Receivers send six decimals, 0.1 m.
fn as_receivers_send(place: LatLon) -> LatLon {
    let round = |deg: f64| (deg * 1e6).round() / 1e6;
    LatLon::new(round(place.lat_deg()), round(place.lon_deg())).unwrap_or(place)
}

#[cfg(test)]
mod tests {
    use crate::geo::distance::distance_m;
    use crate::model::UtcMs;
    use crate::simulate::SimFleet;

    #[test]
    fn reports_repeat_stay_within_their_accuracy_and_odometers_only_grow() {
        let start = UtcMs(1_795_577_586_000);
        for unit in SimFleet::new(9, 200).units() {
            let mut odometer_m = 0.0;
            for minute in 0..120 {
                let at = start.plus_ms(minute * 60_000);
                let report = unit.report(at);
                assert_eq!(report, unit.report(at));
                let off_m = distance_m(report.fix.place, unit.at(at).place);
                assert!(off_m <= report.accuracy_m + 0.2, "{off_m} m of {} m", report.accuracy_m);
                assert!(report.odometer_m >= odometer_m);
                assert!((20..=100).contains(&report.battery_percent));
                odometer_m = report.odometer_m;
            }
        }
    }
}
