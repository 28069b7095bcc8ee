//! A fleet of any size that moves.
//!
//! Each unit drives a closed round on a street grid of its city: straight streets, turns at corners, a speed for each
//! street that it gains and loses gradually, stops at some corners. Machines and people rest at night. The place at any
//! time follows from the time alone, so a million units cost nothing until they are asked for.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::geo::distance::{destination, inverse};
use crate::model::{LatLon, UtcMs};
use crate::simulate::names::{CITIES, CONTACTS, HOME, KINDS};

/// How quickly a unit gains and loses speed, metres per second squared: an unhurried lorry.
const ACCELERATION_MPS2: f64 = 1.0;
/// Of a fleet this large, these units stand on one spot of the first city's depot.
const DEPOT: core::ops::Range<usize> = 5_000..6_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Work begins at this local solar time, milliseconds after midnight.
const WORK_BEGINS_MS: i64 = 6 * HOUR_MS;
/// Work lasts so long.
const WORK_MS: i64 = 16 * HOUR_MS;

/// What is odd about a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// Nothing: it reports now.
    None,
    /// Its last report is hours old.
    Offline,
    /// Its last report is days old.
    Lost,
    /// It never reported.
    NoPosition,
    /// Its clock runs a day ahead.
    Future,
    /// Its receiver counts GPS weeks modulo 1024.
    Rollover,
    /// It reports 0, 0.
    NullIsland,
    /// Its receiver repeats an old fix and says so.
    Invalid,
    /// The administrator switched it off.
    Disabled,
}

/// A simulated unit.
#[derive(Clone, Debug)]
pub struct SimUnit {
    /// Name.
    pub name: String,
    /// Tracker's identifier.
    pub unique_id: String,
    /// Number plate.
    pub plate: String,
    /// Server's category word.
    pub category: &'static str,
    /// Make and model.
    pub model: &'static str,
    /// Phone.
    pub phone: String,
    /// Contact.
    pub contact: &'static str,
    /// Region, the outer group.
    pub region: &'static str,
    /// Site, the inner group.
    pub site: &'static str,
    /// What is odd about it.
    pub oddity: Oddity,
    pub(super) seed: u64,
    home: LatLon,
    legs: Vec<Leg>,
    round_ms: i64,
    round_m: f64,
    offset_ms: i64,
    rests_at_night: bool,
}

/// One street of a round, then a stay at its end.
#[derive(Clone, Debug)]
struct Leg {
    from: LatLon,
    bearing_deg: f64,
    length_m: f64,
    speed_mps: f64,
    stay_ms: i64,
}

/// Where a unit is at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SimFix {
    /// When.
    pub at: UtcMs,
    /// Where.
    pub place: LatLon,
    /// Speed, metres per second.
    pub speed_mps: f64,
    /// Course, degrees.
    pub course_deg: f64,
}

/// A seeded fleet.
#[derive(Clone, Copy, Debug)]
pub struct SimFleet {
    seed: u64,
    size: usize,
}

impl SimFleet {
    /// A fleet of `size` units.
    pub fn new(seed: u64, size: usize) -> Self {
        Self { seed, size }
    }

    /// How many units it has.
    pub fn len(&self) -> usize {
        self.size
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// The unit of a number from 0; the same for the same seed whatever the size.
    pub fn unit(&self, index: usize) -> SimUnit {
        let seed = self.seed ^ (index as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let pick = |random: &mut ChaCha8Rng, count: usize| random.random_range(0..count);
        // Half of the fleet lives in the first city, so that there is something near.
        let in_depot = DEPOT.contains(&index);
        let at = if random.random_bool(0.5) || in_depot { 0 } else { pick(&mut random, CITIES.len()) };
        let city = CITIES.get(at).unwrap_or(&HOME);
        let (category, english, chinese, model) =
            KINDS.get(pick(&mut random, KINDS.len())).copied().unwrap_or_default();
        let contact = CONTACTS.get(pick(&mut random, CONTACTS.len())).copied().unwrap_or_default();
        let number = index + 1;
        let name = match index % 97 {
            50 => format!("{english} 🚧 {number}"),
            60 => format!("رافعة {number}"),
            80 => "冷链车 12号".to_owned(), // several have this very name
            70 => format!(
                "{english} with a name that goes on far longer than any screen of a phone is wide {number}"
            ),
            _ if city.chinese => format!("{chinese} {number}号"),
            _ => format!("{english} {number}"),
        };
        let oddity = match random.random_range(0..1_000) {
            0..60 => Oddity::Offline,
            60..100 => Oddity::Lost,
            100..120 => Oddity::NoPosition,
            120..125 => Oddity::Future,
            125..130 => Oddity::Rollover,
            130..135 => Oddity::NullIsland,
            135..140 => Oddity::Invalid,
            140..145 => Oddity::Disabled,
            _ => Oddity::None,
        };
        let middle = city.place();
        // The units of a city live up to 12 km from its middle.
        let away = (random.random_range(0.0..360.0), random.random_range(0.0..12_000.0_f64));
        let home = if in_depot { middle } else { destination(middle, away.0, away.1) };
        let legs = if in_depot { Vec::new() } else { round(&mut random, home, city.lat_deg, category) };
        let round_ms = legs.iter().map(Leg::ms).sum::<i64>().max(1);
        SimUnit {
            name,
            unique_id: format!("SIM{:012}", self.seed % 1_000 * 1_000_000_000 + number as u64),
            plate: format!("{}·{:05}", city.plate, 10_000 + number % 90_000),
            category,
            model,
            phone: format!("+86138{:08}", number % 100_000_000),
            contact: if city.chinese { contact.1 } else { contact.0 },
            region: city.region,
            site: city.site,
            oddity,
            offset_ms: random.random_range(0..round_ms),
            seed,
            home,
            round_m: legs.iter().map(|leg| leg.length_m).sum(),
            legs,
            round_ms,
            rests_at_night: is_slow(category),
        }
    }

    /// All units.
    pub fn units(self) -> impl Iterator<Item = SimUnit> {
        (0..self.size).map(move |index| self.unit(index))
    }
}

impl Leg {
    /// The speed reached: a short street is too short for the full speed.
    fn top_mps(&self) -> f64 {
        self.speed_mps.min((self.length_m * ACCELERATION_MPS2).sqrt())
    }

    fn drive_s(&self) -> f64 {
        self.length_m / self.top_mps() + self.top_mps() / ACCELERATION_MPS2
    }

    fn drive_ms(&self) -> i64 {
        (self.drive_s() * 1_000.0) as i64
    }

    fn ms(&self) -> i64 {
        self.drive_ms() + self.stay_ms
    }

    /// Metres along the street and speed, so many seconds after it was entered.
    fn along(&self, seconds: f64) -> (f64, f64) {
        let (top_mps, left_s) = (self.top_mps(), self.drive_s() - seconds);
        let ramp_s = top_mps / ACCELERATION_MPS2;
        if left_s <= 0.001 {
            (self.length_m, 0.0)
        } else if seconds < ramp_s {
            (ACCELERATION_MPS2 * seconds * seconds / 2.0, ACCELERATION_MPS2 * seconds)
        } else if left_s < ramp_s {
            (self.length_m - ACCELERATION_MPS2 * left_s * left_s / 2.0, ACCELERATION_MPS2 * left_s)
        } else {
            (top_mps * (seconds - ramp_s / 2.0), top_mps)
        }
    }
}

impl SimUnit {
    /// Where it truly is at a time, without noise.
    pub fn at(&self, at: UtcMs) -> SimFix {
        self.fix_and_way(at).0
    }

    /// Where it was, every `interval_ms` from `from` up to and with `to`.
    pub fn track(&self, from: UtcMs, to: UtcMs, interval_ms: u32) -> impl Iterator<Item = SimFix> + '_ {
        (from.0..=to.0).step_by(interval_ms.max(1) as usize).map(|at| self.at(UtcMs(at)))
    }

    /// Where it is, and the way driven since 1970, metres.
    pub(super) fn fix_and_way(&self, at: UtcMs) -> (SimFix, f64) {
        let (worked_ms, works) = self.worked(at);
        let since_ms = worked_ms.saturating_add(self.offset_ms);
        let mut left_ms = since_ms.rem_euclid(self.round_ms);
        let mut way_m = since_ms.div_euclid(self.round_ms) as f64 * self.round_m;
        for leg in &self.legs {
            if left_ms < leg.ms() {
                let (along_m, speed_mps) = leg.along(left_ms as f64 / 1_000.0);
                let fix = SimFix {
                    at,
                    place: destination(leg.from, leg.bearing_deg, along_m),
                    speed_mps: if works { speed_mps } else { 0.0 },
                    course_deg: leg.bearing_deg.rem_euclid(360.0),
                };
                return (fix, way_m + along_m);
            }
            left_ms -= leg.ms();
            way_m += leg.length_m;
        }
        (SimFix { at, place: self.home, speed_mps: 0.0, course_deg: 0.0 }, way_m)
    }

    /// Milliseconds worked since 1970, and whether it works now.
    fn worked(&self, at: UtcMs) -> (i64, bool) {
        if !self.rests_at_night {
            return (at.0, true);
        }
        // The sun moves a degree in four minutes.
        let local_ms = at.0.saturating_add((self.home.lon_deg() * 240_000.0) as i64);
        let today_ms = local_ms.rem_euclid(DAY_MS) - WORK_BEGINS_MS;
        let worked_ms = local_ms.div_euclid(DAY_MS) * WORK_MS + today_ms.clamp(0, WORK_MS);
        (worked_ms, (0..WORK_MS).contains(&today_ms))
    }
}

fn is_slow(category: &str) -> bool {
    matches!(category, "crane" | "excavator" | "tractor" | "person")
}

/// A closed round of 8 to 24 streets.
fn round(random: &mut ChaCha8Rng, home: LatLon, city_lat_deg: f64, category: &str) -> Vec<Leg> {
    // The street grid of each city is turned its own way.
    let turn_deg = (city_lat_deg * 7.0).rem_euclid(45.0);
    let slow = is_slow(category);
    let mut corners = vec![home];
    let mut heading = random.random_range(0..4);
    for _ in 0..random.random_range(6..20) {
        heading = (heading + [3, 0, 0, 1].get(random.random_range(0..4)).copied().unwrap_or(0)) % 4;
        let length_m = f64::from(random.random_range(2..9)) * if slow { 20.0 } else { 150.0 };
        let from = corners.last().copied().unwrap_or(home);
        corners.push(destination(from, turn_deg + 90.0 * f64::from(heading), length_m));
    }
    corners.push(home); // the way back
    let ends = corners.iter().skip(1);
    corners
        .iter()
        .zip(ends)
        .filter_map(|(from, to)| {
            let way = inverse(*from, *to);
            let kmh: f64 = if slow { random.random_range(2.0..6.0) } else { random.random_range(25.0..70.0) };
            let stays = random.random_bool(0.2);
            let stay_ms =
                if stays { random.random_range(120_000..1_200_000) } else { random.random_range(0..20_000) };
            (way.distance_m > 1.0).then_some(Leg {
                from: *from,
                bearing_deg: way.bearing_deg,
                length_m: way.distance_m,
                speed_mps: kmh / 3.6,
                stay_ms,
            })
        })
        .collect()
}

#[cfg(test)]
#[path = "fleet_tests.rs"]
mod tests;
