//! A fleet of any size that moves.
//!
//! Each unit drives a closed round on a street grid of its city: straight streets, turns at corners, a speed for each
//! street, stops at some corners. Its place at any time follows from the time alone, so a million units cost nothing
//! until they are asked for.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::geo::distance::{destination, inverse};
use crate::model::{LatLon, UtcMs};
use crate::simulate::names::{CITIES, CONTACTS, HOME, KINDS};

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
    home: LatLon,
    legs: Vec<Leg>,
    round_ms: i64,
    offset_ms: i64,
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
        let mut random =
            ChaCha8Rng::seed_from_u64(self.seed ^ (index as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let pick = |random: &mut ChaCha8Rng, count: usize| random.random_range(0..count);
        // Half of the fleet lives in the first city, so that there is something near.
        let at = if random.random_bool(0.5) { 0 } else { pick(&mut random, CITIES.len()) };
        let city = CITIES.get(at).unwrap_or(&HOME);
        let (category, english, chinese, model) =
            KINDS.get(pick(&mut random, KINDS.len())).copied().unwrap_or_default();
        let contact = CONTACTS.get(pick(&mut random, CONTACTS.len())).copied().unwrap_or_default();
        let number = index + 1;
        let name = match index % 97 {
            50 => format!("{english} 🚧 {number}"),
            60 => format!("رافعة {number}"),
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
        let home =
            destination(middle, random.random_range(0.0..360.0), random.random_range(0.0..12_000.0_f64));
        let legs = round(&mut random, home, city.lat_deg, category);
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
            home,
            legs,
            round_ms,
        }
    }

    /// All units.
    pub fn units(self) -> impl Iterator<Item = SimUnit> {
        (0..self.size).map(move |index| self.unit(index))
    }
}

impl Leg {
    fn drive_ms(&self) -> i64 {
        (self.length_m / self.speed_mps * 1_000.0) as i64
    }

    fn ms(&self) -> i64 {
        self.drive_ms() + self.stay_ms
    }
}

impl SimUnit {
    /// Where it truly is at a time, without noise.
    pub fn at(&self, at: UtcMs) -> SimFix {
        let mut left_ms = at.0.wrapping_add(self.offset_ms).rem_euclid(self.round_ms);
        for leg in &self.legs {
            if left_ms < leg.ms() {
                let driven_ms = left_ms.min(leg.drive_ms());
                let moving = left_ms < leg.drive_ms();
                return SimFix {
                    at,
                    place: destination(leg.from, leg.bearing_deg, leg.speed_mps * driven_ms as f64 / 1_000.0),
                    speed_mps: if moving { leg.speed_mps } else { 0.0 },
                    course_deg: leg.bearing_deg,
                };
            }
            left_ms -= leg.ms();
        }
        SimFix { at, place: self.home, speed_mps: 0.0, course_deg: 0.0 }
    }
}

/// A closed round of 8 to 24 streets.
fn round(random: &mut ChaCha8Rng, home: LatLon, city_lat_deg: f64, category: &str) -> Vec<Leg> {
    // The street grid of each city is turned its own way.
    let turn_deg = (city_lat_deg * 7.0).rem_euclid(45.0);
    let slow = matches!(category, "crane" | "excavator" | "tractor" | "person");
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
mod tests {
    use super::{Oddity, SimFleet};
    use crate::geo::distance::distance_m;
    use crate::model::UtcMs;

    #[test]
    fn the_same_seed_gives_the_same_fleet_and_nobody_teleports() {
        let (a, b) = (SimFleet::new(7, 300), SimFleet::new(7, 20_000));
        for index in 0..300 {
            let (u, v) = (a.unit(index), b.unit(index));
            assert_eq!((u.name.as_str(), u.at(UtcMs(1_000))), (v.name.as_str(), v.at(UtcMs(1_000))));
            let mut before = u.at(UtcMs(0));
            for second in (10..7_200).step_by(10) {
                let now = u.at(UtcMs(second * 1_000));
                let way_m = distance_m(before.place, now.place);
                assert!(way_m <= 10.0 * 70.0 / 3.6 + 1.0, "{index}: {way_m} m in 10 s");
                before = now;
            }
        }
    }

    #[test]
    fn a_fleet_has_its_share_of_odd_units_chinese_names_and_both_sides_of_the_date_line() {
        let units: Vec<_> = SimFleet::new(1, 5_000).units().collect();
        for oddity in [
            Oddity::Offline,
            Oddity::Lost,
            Oddity::NoPosition,
            Oddity::Future,
            Oddity::Rollover,
            Oddity::NullIsland,
            Oddity::Invalid,
            Oddity::Disabled,
        ] {
            assert!(units.iter().any(|u| u.oddity == oddity), "{oddity:?}");
        }
        assert!(units.iter().filter(|u| u.name.contains('号')).count() > 2_000);
        assert!(units.iter().any(|u| u.at(UtcMs(0)).place.lon_deg() < -179.0));
        let mut ids: Vec<_> = units.iter().map(|u| u.unique_id.clone()).collect();
        ids.dedup();
        assert_eq!(ids.len(), 5_000);
    }
}
