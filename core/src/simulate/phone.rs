//! A seeded phone that travels with a unit of the fleet: what its sensors say, when, and by which clocks.
//!
//! Decides where the true place is blurred, which readings fail to come, and how they are handed over. The same seed
//! gives the same readings bit for bit. What goes wrong and when is an argument ([`Faults`]); noise is in
//! `phone_noise`.

use core::ops::Range;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::phone_noise::{Noise, Sight};
use crate::decide::sanity::ROLLOVER_MS;
use crate::model::{
    Activity, Battery, BootId, DeviceTime, Fix, FixSource, LatLon, LocationPermission, Surroundings, UtcMs,
};
use crate::simulate::SimUnit;

/// What the phone hands over at once: its clocks at that moment, the readings, and what is around.
pub type Delivery = (DeviceTime, Vec<Fix>, Surroundings);

/// What the clocks of a phone may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockFault {
    /// The wall clock is moved by so many milliseconds, forwards or backwards.
    Jump(i64),
    /// The phone goes off for so many milliseconds and starts anew.
    Reboot {
        /// How long no reading comes.
        off_ms: u64,
    },
    /// From here on the receiver counts GPS weeks modulo 1024.
    Rollover,
}

/// What goes wrong, by milliseconds since the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// No satellites: nothing comes, and then a cold start.
    pub tunnels: Vec<Range<u64>>,
    /// High houses: multipath, jumps to the side, an accuracy that is not true.
    pub canyons: Vec<Range<u64>>,
    /// Another program makes readings up.
    pub mocked: Vec<Range<u64>>,
    /// The clocks.
    pub clocks: Vec<(u64, ClockFault)>,
    /// The system holds readings back for so long and hands them over together; 0 = at once.
    pub batch_ms: u64,
    /// Batches come newest first, and their last reading comes again with the next one.
    pub untidy: bool,
}

impl Faults {
    /// Some of everything, within `length_ms`.
    pub fn seeded(seed: u64, length_ms: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed ^ 0xFA17);
        let mut spells = |count: core::ops::RangeInclusive<u32>, longest_ms: u64| -> Vec<Range<u64>> {
            let count = random.random_range(count);
            (0..count)
                .map(|_| {
                    let from = random.random_range(0..length_ms.max(1));
                    from..from + random.random_range(longest_ms / 4..longest_ms)
                })
                .collect()
        };
        let (tunnels, canyons, mocked) =
            (spells(0..=3, 180_000), spells(0..=3, 300_000), spells(0..=1, 60_000));
        let mut clocks: Vec<(u64, ClockFault)> = (0..random.random_range(0..4))
            .map(|_| {
                let fault = match random.random_range(0..4) {
                    0 => ClockFault::Jump(random.random_range(10_000..86_400_000)),
                    1 => ClockFault::Jump(-random.random_range(10_000..86_400_000)),
                    2 => ClockFault::Reboot { off_ms: random.random_range(30_000..600_000) },
                    _ => ClockFault::Rollover,
                };
                (random.random_range(0..length_ms.max(1)), fault)
            })
            .collect();
        clocks.sort_by_key(|(at, _)| *at);
        let batch_ms = if random.random_bool(0.5) { random.random_range(10_000..120_000) } else { 0 };
        Self { tunnels, canyons, mocked, clocks, batch_ms, untidy: random.random_bool(0.3) }
    }
}

/// A phone that rides along.
#[derive(Clone, Debug)]
pub struct SimPhone {
    seed: u64,
    unit: SimUnit,
    start: UtcMs,
    length_ms: u64,
    interval_ms: u64,
    faults: Faults,
}

/// Where the phone truly was during a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truth {
    /// Where.
    pub place: LatLon,
    /// Speed, metres per second.
    pub speed_mps: f64,
    /// Way since the start, metres.
    pub way_m: f64,
}

impl SimPhone {
    /// A phone that travels with `unit` from `start` for `length_ms`, measuring every `interval_ms` (at least 1).
    pub fn new(seed: u64, unit: SimUnit, start: UtcMs, length_ms: u64, interval_ms: u64) -> Self {
        Self { seed, unit, start, length_ms, interval_ms: interval_ms.max(1), faults: Faults::default() }
    }

    /// The same phone, with faults.
    #[must_use]
    pub fn with(self, faults: Faults) -> Self {
        Self { faults, ..self }
    }

    /// Where it truly is, so many milliseconds after the start.
    pub fn truth(&self, ms: u64) -> Truth {
        let (begin, (now, way_m)) =
            (self.unit.fix_and_way(self.start).1, self.unit.fix_and_way(self.start.plus_ms(ms as i64)));
        Truth { place: now.place, speed_mps: now.speed_mps, way_m: way_m - begin }
    }

    /// What the phone hands over, in order.
    pub fn deliveries(&self) -> Deliveries<'_> {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let level_percent = random.random_range(15.0..100.0);
        Deliveries {
            phone: self,
            noise: Noise::new(&mut random),
            random,
            ms: 0,
            boot: BootId(self.seed | 1),
            booted_ms: -3_600_000,
            off_until_ms: 0,
            wall_ahead_ms: 0,
            rolled_over: false,
            faults_done: 0,
            level_percent,
            pending: Vec::new(),
            pending_since_ms: 0,
        }
    }
}

/// The iterator of [`SimPhone::deliveries`].
#[derive(Clone, Debug)]
pub struct Deliveries<'a> {
    phone: &'a SimPhone,
    random: ChaCha8Rng,
    noise: Noise,
    ms: u64,
    boot: BootId,
    /// When the system started, on the run's milliseconds.
    booted_ms: i64,
    off_until_ms: u64,
    wall_ahead_ms: i64,
    rolled_over: bool,
    faults_done: usize,
    level_percent: f64,
    pending: Vec<Fix>,
    pending_since_ms: u64,
}

fn within(spells: &[Range<u64>], ms: u64) -> bool {
    spells.iter().any(|spell| spell.contains(&ms))
}

impl Deliveries<'_> {
    fn clocks(&self) -> DeviceTime {
        let since_boot_ms = (self.ms as i64).saturating_sub(self.booted_ms).max(0).unsigned_abs();
        let wall = self.phone.start.plus_ms(self.ms as i64).plus_ms(self.wall_ahead_ms);
        DeviceTime { wall, since_boot_ms, boot: self.boot }
    }

    /// Lets the clocks' faults happen that are due.
    fn clock_faults(&mut self) {
        while let Some((_, fault)) =
            self.phone.faults.clocks.get(self.faults_done).filter(|(at, _)| *at <= self.ms)
        {
            self.faults_done += 1;
            match fault {
                ClockFault::Jump(ms) => self.wall_ahead_ms = self.wall_ahead_ms.saturating_add(*ms),
                ClockFault::Rollover => self.rolled_over = true,
                ClockFault::Reboot { off_ms } => {
                    self.off_until_ms = self.ms.saturating_add(*off_ms);
                    self.booted_ms = self.off_until_ms as i64 - 20_000;
                    self.boot = BootId(self.boot.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
                }
            }
        }
    }

    fn surroundings(&self) -> Surroundings {
        Surroundings {
            permission: LocationPermission::Always,
            location_on: true,
            battery: Some(self.battery()),
            power_save: self.level_percent < 15.0,
        }
    }

    fn battery(&self) -> Battery {
        let used_percent = self.ms as f64 / 3_600_000.0 * 4.0;
        Battery {
            level_percent: (self.level_percent - used_percent).clamp(1.0, 100.0).round(),
            charging: false,
        }
    }

    /// What the system believes the person does: late, and not always anything.
    fn activity(&mut self) -> Option<Activity> {
        let truth = self.phone.truth(self.ms.saturating_sub(15_000));
        self.random.random_bool(0.9).then_some(match truth.speed_mps {
            ..0.3 => Activity::Still,
            ..2.5 => Activity::Walking,
            _ => Activity::Driving,
        })
    }

    fn measure(&mut self) -> Option<Fix> {
        let faults = &self.phone.faults;
        let truth = self.phone.unit.at(self.phone.start.plus_ms(self.ms as i64));
        let sight = if within(&faults.tunnels, self.ms) {
            Sight::None
        } else if within(&faults.canyons, self.ms) {
            Sight::Canyon
        } else {
            Sight::Open
        };
        let seconds = self.phone.interval_ms as f64 / 1_000.0;
        let seen = self.noise.see(&mut self.random, &truth, sight, seconds)?;
        let mock = within(&faults.mocked, self.ms);
        let place = if mock { LatLon::new(39.9, 116.4).unwrap_or(seen.place) } else { seen.place };
        let mut taken = self.clocks();
        if seen.source == FixSource::Gps {
            // Satellites do not know what the wall clock says.
            let rolled_ms = if self.rolled_over { ROLLOVER_MS } else { 0 };
            taken.wall = self.phone.start.plus_ms(self.ms as i64 - rolled_ms);
        }
        let activity = self.activity();
        Some(Fix {
            latitude_deg: place.lat_deg(),
            longitude_deg: place.lon_deg(),
            taken,
            accuracy_m: Some(seen.accuracy_m),
            altitude_m: seen.altitude_m,
            speed_mps: seen.speed_mps,
            course_deg: seen.course_deg,
            source: seen.source,
            mock,
            battery: Some(self.battery()),
            activity,
        })
    }
}

impl Iterator for Deliveries<'_> {
    type Item = Delivery;

    fn next(&mut self) -> Option<Delivery> {
        while self.ms <= self.phone.length_ms {
            self.clock_faults();
            if self.ms >= self.off_until_ms
                && let Some(fix) = self.measure()
            {
                if self.pending.is_empty() {
                    self.pending_since_ms = self.ms;
                }
                self.pending.push(fix);
            }
            let (now, around, on) = (self.clocks(), self.surroundings(), self.ms >= self.off_until_ms);
            let due = self.ms - self.pending_since_ms >= self.phone.faults.batch_ms;
            let last = self.ms + self.phone.interval_ms > self.phone.length_ms;
            self.ms += self.phone.interval_ms;
            if !self.pending.is_empty() && on && (due || last) {
                let mut fixes = core::mem::take(&mut self.pending);
                if self.phone.faults.untidy {
                    self.pending.extend(fixes.last().cloned());
                    self.pending_since_ms = self.ms;
                    fixes.reverse();
                }
                return Some((now, fixes, around));
            }
        }
        None
    }
}

#[cfg(test)]
#[path = "phone_tests.rs"]
mod tests;
