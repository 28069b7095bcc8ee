//! Simulated phones: the way is kept, a stop is no movement, and every fault is survived.

use core::ops::Range;

use super::{BOOTED, Run, judge, positions};
use crate::geo::distance::distance_m;
use crate::model::{AcceptedFix, UtcMs};
use crate::simulate::{ClockFault, Faults, SimFleet, SimPhone, Truth};

const HOUR_MS: u64 = 3_600_000;

fn phone(seed: u64, interval_ms: u64) -> SimPhone {
    let unit = SimFleet::new(seed, 20).unit(seed as usize % 3);
    SimPhone::new(seed, unit, UtcMs(BOOTED), HOUR_MS, interval_ms)
}

/// Where the phone truly was when a fix says that it was taken.
fn truth(phone: &SimPhone, fix: &AcceptedFix, earlier_ms: u64) -> Truth {
    let ms = fix.fix_time.since_ms(UtcMs(BOOTED)).max(0).unsigned_abs();
    phone.truth(ms.min(HOUR_MS).saturating_sub(earlier_ms))
}

fn told(phone: &SimPhone, run: &Run) -> String {
    format!("{}, true way {:.0} m\n", run.lines(), phone.truth(HOUR_MS).way_m)
}

/// Positions that say moving after the phone has stood for so many seconds, and the farthest from the truth in metres.
fn errors(phone: &SimPhone, run: &Run, stood_s: u64) -> (usize, f64) {
    let sent = positions(&run.accepted);
    let stood = |fix: &AcceptedFix| (0..=stood_s).all(|s| truth(phone, fix, s * 1_000).speed_mps == 0.0);
    let off_m = sent.iter().map(|fix| distance_m(fix.place, truth(phone, fix, 0).place));
    (sent.iter().filter(|fix| fix.moving && stood(fix)).count(), off_m.fold(0.0, f64::max))
}

#[test]
fn a_phone_without_faults_keeps_its_way_and_stands_where_it_stands() {
    let mut summary = String::new();
    for (seed, interval_ms) in (0..10).flat_map(|seed| [(seed, 1_000), (seed, 5_000)]) {
        let phone = phone(seed, interval_ms);
        let run = judge(phone.deliveries());
        let (wrongly_moving, off_m) = errors(&phone, &run, 75);
        let way_m = phone.truth(HOUR_MS).way_m;
        let about = format!("phone {seed} every {interval_ms} ms: {}", told(&phone, &run));
        assert_eq!(wrongly_moving, 0, "{about}");
        assert!(off_m < 20.0, "{off_m} m off, {about}");
        assert!((run.odometer_m - way_m).abs() <= 10.0 + way_m * 0.03, "{about}");
        assert!(run.accepted.len() * 8 < run.readings * if interval_ms == 1_000 { 1 } else { 4 }, "{about}");
        summary += &about;
    }
    insta::assert_snapshot!(summary);
}

#[test]
fn a_phone_with_faults_of_every_kind_stays_near_the_truth() {
    let mut summary = String::new();
    for seed in 0..12 {
        let phone = phone(seed, 2_000).with(Faults::seeded(seed, HOUR_MS));
        let run = judge(phone.deliveries());
        let way_m = phone.truth(HOUR_MS).way_m;
        let about = format!("phone {seed}: {}", told(&phone, &run));
        assert!((run.odometer_m - way_m).abs() <= 100.0 + way_m * 0.06, "{about}");
        assert_eq!(run.held, 0, "{about}");
        assert!(run.accepted.windows(2).all(|pair| pair[0].fix_time < pair[1].fix_time), "{about}");
        summary += &about;
    }
    insta::assert_snapshot!(summary);
}

fn one(spell: Range<u64>) -> Vec<Range<u64>> {
    core::iter::once(spell).collect()
}

#[test]
fn each_fault_alone() {
    let all = one(600_000..2_400_000);
    let tunnels = vec![600_000..780_000, 1_500_000..1_560_000];
    let clock = |fault| Faults { clocks: vec![(900_000, fault)], ..Faults::default() };
    let table = [
        ("tunnels", Faults { tunnels, ..Faults::default() }, 0.05),
        ("canyon", Faults { canyons: all, ..Faults::default() }, 0.1),
        ("made up", Faults { mocked: one(600_000..660_000), ..Faults::default() }, 0.05),
        ("clock ahead", clock(ClockFault::Jump(7_200_000)), 0.03),
        ("clock back", clock(ClockFault::Jump(-7_200_000)), 0.03),
        ("new start", clock(ClockFault::Reboot { off_ms: 120_000 }), 0.05),
        ("weeks modulo 1024", clock(ClockFault::Rollover), 0.03),
        ("late", Faults { batch_ms: 90_000, ..Faults::default() }, 0.03),
        ("late and untidy", Faults { batch_ms: 90_000, untidy: true, ..Faults::default() }, 0.03),
    ];
    let mut summary = String::new();
    for (what, faults, share) in table {
        for seed in [0, 1, 4] {
            let phone = phone(seed, 1_000).with(faults.clone());
            let run = judge(phone.deliveries());
            let (wrongly_moving, off_m) = errors(&phone, &run, 90);
            let way_m = phone.truth(HOUR_MS).way_m;
            let about = format!("{what}, phone {seed}: {}", told(&phone, &run));
            println!(
                "{off_m:.0} m off, {wrongly_moving} wrongly moving, {:.3} {about}",
                run.odometer_m / way_m
            );
            assert!((run.odometer_m - way_m).abs() <= 20.0 + way_m * share, "{about}");
            assert_eq!(wrongly_moving, 0, "{about}");
            summary += &about;
        }
    }
    insta::assert_snapshot!(summary);
}
