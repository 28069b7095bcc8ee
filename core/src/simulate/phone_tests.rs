//! The phone repeats, tells its faults apart, and is otherwise near the truth.

use core::ops::Range;
use std::collections::HashSet;

use super::{ClockFault, Faults, SimPhone};
use crate::decide::sanity::ROLLOVER_MS;
use crate::geo::distance::distance_m;
use crate::model::{Fix, FixSource, LatLon, UtcMs};
use crate::simulate::SimFleet;

const START: UtcMs = UtcMs(1_795_577_586_000);

fn phone(seed: u64) -> SimPhone {
    SimPhone::new(seed, SimFleet::new(seed, 10).unit(3), START, 1_200_000, 1_000)
}

fn fixes(phone: &SimPhone) -> Vec<Fix> {
    phone.deliveries().flat_map(|(_, fixes, _)| fixes).collect()
}

fn off_m(phone: &SimPhone, fix: &Fix, ms: u64) -> f64 {
    distance_m(LatLon::new(fix.latitude_deg, fix.longitude_deg).unwrap(), phone.truth(ms).place)
}

#[test]
fn a_seed_repeats_bit_for_bit() {
    let run = || -> Vec<_> {
        let phone = phone(5).with(Faults::seeded(5, 1_200_000));
        phone
            .deliveries()
            .map(|(now, fixes, around)| {
                let bits: Vec<_> =
                    fixes.iter().map(|f| (f.latitude_deg.to_bits(), f.longitude_deg.to_bits())).collect();
                (now, fixes, around, bits)
            })
            .collect()
    };
    assert_eq!(run(), run());
    assert_ne!(fixes(&phone(5)), fixes(&phone(6)));
}

#[test]
fn the_noise_is_correlated_and_mostly_within_what_is_claimed() {
    let phone = phone(2);
    let fixes = fixes(&phone);
    assert_eq!(fixes.len(), 1_201);
    let off: Vec<f64> = fixes.iter().zip(0..).map(|(fix, s)| off_m(&phone, fix, s * 1_000)).collect();
    let claimed = |at: usize| fixes[at].accuracy_m.unwrap();
    let within = (0..off.len()).filter(|at| off[*at] <= claimed(*at)).count();
    assert!((40..=90).contains(&(within * 100 / off.len())), "{within} of {}", off.len());
    let mean = off.iter().sum::<f64>() / off.len() as f64;
    let change = off.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>() / off.len() as f64;
    assert!(change < mean / 2.0, "drifts by {change} m a second around {mean} m");
}

fn one(spell: Range<u64>) -> Vec<Range<u64>> {
    core::iter::once(spell).collect()
}

#[test]
fn each_fault_shows() {
    let run = |faults: Faults| phone(3).with(faults).deliveries().collect::<Vec<_>>();
    let flat = |deliveries: &[super::Delivery]| -> Vec<Fix> {
        deliveries.iter().flat_map(|(_, fixes, _)| fixes.clone()).collect()
    };
    let tunnel = flat(&run(Faults { tunnels: one(100_000..200_000), ..Faults::default() }));
    let gap = |pair: &[Fix]| pair[1].taken.since_boot_ms - pair[0].taken.since_boot_ms;
    assert!(tunnel.windows(2).map(gap).max().unwrap() > 100_000);

    let canyon = phone(3).with(Faults { canyons: one(0..1_200_000), ..Faults::default() });
    let seen = fixes(&canyon);
    assert!(
        seen.iter().zip(0..).any(|(fix, s)| off_m(&canyon, fix, s * 1_000) > 3.0 * fix.accuracy_m.unwrap())
    );
    assert!(seen.iter().any(|fix| fix.source == FixSource::Network));

    let clocks = vec![
        (60_000, ClockFault::Jump(-500_000)),
        (120_000, ClockFault::Reboot { off_ms: 60_000 }),
        (300_000, ClockFault::Rollover),
    ];
    let faulty = run(Faults { clocks, ..Faults::default() });
    assert!(faulty.windows(2).any(|pair| pair[1].0.wall < pair[0].0.wall));
    assert_eq!(faulty.iter().map(|(now, ..)| now.boot).collect::<HashSet<_>>().len(), 2);
    let last = &faulty.last().unwrap().1[0];
    assert_eq!(last.taken.wall, START.plus_ms(1_200_000 - ROLLOVER_MS));

    let late = run(Faults { batch_ms: 30_000, untidy: true, ..Faults::default() });
    assert!(
        late.len() < 45
            && late
                .iter()
                .all(|(now, fixes, _)| fixes.iter().all(|f| f.taken.since_boot_ms <= now.since_boot_ms))
    );
    assert!(late[1].1[0].taken.since_boot_ms > late[1].1[1].taken.since_boot_ms, "newest first");
    assert_eq!(late[0].1.first(), late[1].1.last(), "once more");

    let mocked = flat(&run(Faults { mocked: one(0..50_000), ..Faults::default() }));
    assert_eq!(mocked.iter().filter(|fix| fix.mock).count(), 50);
}
