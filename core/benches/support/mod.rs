//! The same synthetic fleet for every benchmark and its peers.
#![allow(dead_code)] // each benchmark uses a part

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use trak_core::model::LatLon;

/// Sizes that are measured.
pub const SIZES: [usize; 3] = [1_000, 100_000, 1_000_000];
/// Where the questions are asked.
pub const CENTER: (f64, f64) = (31.2304, 121.4737);

/// Half of the fleet around thirty towns of which the first is `CENTER`, half spread over East Asia.
pub fn places(units: usize) -> Vec<LatLon> {
    let mut random = ChaCha8Rng::seed_from_u64(20_261_125);
    let mut towns = vec![CENTER];
    towns.extend((1..30).map(|_| (random.random_range(20.0..45.0), random.random_range(95.0..130.0))));
    (0..units)
        .map(|i| {
            let (lat, lon) = if i % 2 == 0 {
                let (lat, lon) = towns[random.random_range(0..towns.len())];
                // The sum of three uniforms is close to a bell: most units within 30 km of the middle.
                let mut bell = || (0..3).map(|_| random.random_range(-0.35..0.35)).sum::<f64>();
                (lat + bell(), lon + bell())
            } else {
                (random.random_range(18.0..50.0), random.random_range(80.0..135.0))
            };
            LatLon::new(lat, lon).unwrap()
        })
        .collect()
}

/// The texts of a unit: name, plate, number, phone, model, contact.
pub fn texts(units: usize) -> Vec<[String; 6]> {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let kinds = ["Van", "Crane", "Truck", "冷链车", "吊车", "挖掘机", "트럭", "Kühlwagen"];
    let regions = ["沪", "京", "粤", "苏", "浙", "川"];
    let models = ["Sany SCC800", "XCMG XE215", "Foton Aumark", "Volvo FH", "解放 J6P", "현대 마이티"];
    let people = ["王伟", "李娜", "Anna Berg", "김민수", "O'Neill", "张敏"];
    (0..units)
        .map(|i| {
            let mut pick = |list: &[&str]| list[random.random_range(0..list.len())].to_owned();
            let (kind, region, model, person) = (pick(&kinds), pick(&regions), pick(&models), pick(&people));
            // One unit that a single rare character finds, at the very end.
            let name = if i + 1 == units { "龘 last".to_owned() } else { format!("{kind} {i}") };
            [
                name,
                format!("{region}A·{:05}", random.random_range(0..100_000)),
                format!("86{:013}", random.random_range(0_u64..10_000_000_000_000)),
                format!(
                    "+86 1{:02} {:04} {:04}",
                    random.random_range(30..90),
                    random.random_range(0..10_000),
                    random.random_range(0..10_000)
                ),
                model,
                person,
            ]
        })
        .collect()
}
