//! What a phone's receiver makes of where it is.
//!
//! Decides the error: a drift that is correlated in time (a first-order Gauss-Markov process, the usual model of GNSS
//! errors), a little white noise, multipath between high houses, a cold start after a tunnel; and what the receiver
//! claims, which is not always true. Leaves when it measures to `phone`.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::geo::distance::destination;
use crate::model::{FixSource, LatLon};
use crate::simulate::SimFix;

/// Standard deviation of the drift under an open sky and its correlation time.
const DRIFT_M: f64 = 3.0;
const DRIFT_S: f64 = 60.0;
/// Standard deviation of what changes from reading to reading.
const WHITE_M: f64 = 0.7;
/// A receiver needs so long after a tunnel.
const COLD_S: core::ops::Range<f64> = 4.0..20.0;
/// Its first reading then is off by so much, and the error halves in so many seconds.
const COLD_M: core::ops::Range<f64> = 15.0..60.0;
const COLD_HALVES_S: f64 = 5.0;

/// What the receiver sees of the sky.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    Open,
    Canyon,
    None,
}

/// A measurement.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) place: LatLon,
    pub(super) accuracy_m: f64,
    pub(super) altitude_m: Option<f64>,
    pub(super) speed_mps: Option<f64>,
    pub(super) course_deg: Option<f64>,
    pub(super) source: FixSource,
}

/// The receiver's errors, east and north.
#[derive(Clone, Debug)]
pub(super) struct Noise {
    drift_m: [f64; 2],
    /// A jump by multipath and how long it lasts yet.
    jump_m: [f64; 2],
    jump_s: f64,
    /// How long nothing comes yet.
    blind_s: f64,
    cold_m: [f64; 2],
}

/// A standard normal number (Box and Muller, 1958).
fn normal(random: &mut ChaCha8Rng) -> f64 {
    let u: f64 = random.random_range(f64::EPSILON..1.0);
    let v: f64 = random.random_range(0.0..core::f64::consts::TAU);
    (-2.0 * u.ln()).sqrt() * v.cos()
}

fn towards(random: &mut ChaCha8Rng, length_m: f64) -> [f64; 2] {
    let angle: f64 = random.random_range(0.0..core::f64::consts::TAU);
    [angle.sin() * length_m, angle.cos() * length_m]
}

impl Noise {
    pub(super) fn new(random: &mut ChaCha8Rng) -> Self {
        let drift_m = [normal(random) * DRIFT_M, normal(random) * DRIFT_M];
        Self { drift_m, jump_m: [0.0; 2], jump_s: 0.0, blind_s: 0.0, cold_m: [0.0; 2] }
    }

    /// Measures, `seconds` after the measurement before.
    pub(super) fn see(
        &mut self,
        random: &mut ChaCha8Rng,
        truth: &SimFix,
        sight: Sight,
        seconds: f64,
    ) -> Option<Seen> {
        let keeps = (-seconds / DRIFT_S).exp();
        let sigma_m = DRIFT_M * if sight == Sight::Canyon { 3.0 } else { 1.0 };
        for drift_m in &mut self.drift_m {
            *drift_m = *drift_m * keeps + normal(random) * sigma_m * (1.0 - keeps * keeps).sqrt();
        }
        if sight == Sight::None {
            self.blind_s = random.random_range(COLD_S);
            let off_m = random.random_range(COLD_M);
            self.cold_m = towards(random, off_m);
            return None;
        }
        self.blind_s -= seconds;
        if self.blind_s > 0.0 {
            return None;
        }
        self.cold_m = self.cold_m.map(|m| m * 0.5_f64.powf(seconds / COLD_HALVES_S));
        self.multipath(random, sight, seconds);
        let off_m: [f64; 2] = core::array::from_fn(|axis| {
            let parts = [&self.drift_m, &self.jump_m, &self.cold_m].into_iter().filter_map(|m| m.get(axis));
            parts.sum::<f64>() + normal(random) * WHITE_M
        });
        let [east_m, north_m] = off_m;
        let place = destination(truth.place, east_m.atan2(north_m).to_degrees(), east_m.hypot(north_m));
        // A jump is what the receiver does not know of, so it claims nothing of it.
        let cold_m = self.cold_m.iter().map(|m| m.abs()).fold(0.0, f64::max);
        let accuracy_m = sigma_m * 1.2 + cold_m + random.random_range(0.0..3.0);
        if sight == Sight::Canyon && random.random_bool(0.05) {
            let off_m = random.random_range(0.0..60.0);
            return Some(network(random, truth.place, off_m));
        }
        let speed_mps = (truth.speed_mps + normal(random) * 0.15).max(0.0);
        let course_deg = (truth.course_deg + normal(random) * 3.0).rem_euclid(360.0);
        Some(Seen {
            place,
            accuracy_m,
            altitude_m: Some(20.0 + normal(random) * 5.0),
            speed_mps: Some(speed_mps),
            course_deg: (speed_mps > 0.7).then_some(course_deg),
            source: FixSource::Gps,
        })
    }

    /// Between high houses the receiver now and then believes a reflection for some seconds.
    fn multipath(&mut self, random: &mut ChaCha8Rng, sight: Sight, seconds: f64) {
        self.jump_s -= seconds;
        if self.jump_s > 0.0 {
            return;
        }
        self.jump_m = [0.0; 2];
        if sight == Sight::Canyon && random.random_bool((seconds / 40.0).min(1.0)) {
            let off_m = random.random_range(40.0..150.0);
            self.jump_m = towards(random, off_m);
            self.jump_s = random.random_range(1.0..8.0);
        }
    }
}

/// A place by cells and wireless networks.
fn network(random: &mut ChaCha8Rng, place: LatLon, off_m: f64) -> Seen {
    Seen {
        place: destination(place, random.random_range(0.0..360.0), off_m),
        accuracy_m: random.random_range(30.0..90.0),
        altitude_m: None,
        speed_mps: None,
        course_deg: None,
        source: FixSource::Network,
    }
}
