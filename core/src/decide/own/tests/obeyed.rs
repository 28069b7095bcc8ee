//! A phone whose system does exactly what the profile asks: the only loop that there is between rules and sensors.

use super::{BOOTED, Run, around};
use crate::decide::own::{OwnState, Rules, finish, step, tick};
use crate::geo::distance::distance_m;
use crate::model::{DeviceTime, Fix, LatLon, SamplingProfile, UtcMs, WantedAccuracy};
use crate::simulate::{SimFleet, SimPhone};

const HOURS_MS: u64 = 2 * 3_600_000;

/// The system: measures every second, hands over what was asked for.
struct System {
    asked: SamplingProfile,
    taken: Option<(u64, LatLon)>,
    batch: Vec<Fix>,
    handed_over_ms: u64,
    /// How long satellites were asked for, seconds.
    satellites_s: u64,
}

impl System {
    fn measure(&mut self, fix: &Fix) {
        let ms = fix.taken.since_boot_ms;
        let place = LatLon::new(fix.latitude_deg, fix.longitude_deg).unwrap();
        self.satellites_s += u64::from(self.asked.accuracy == WantedAccuracy::High);
        let due = self.taken.is_none_or(|(before_ms, before)| {
            ms - before_ms >= self.asked.interval_ms && distance_m(before, place) >= self.asked.distance_m
        });
        if due {
            self.taken = Some((ms, place));
            self.batch.push(fix.clone());
        }
    }

    fn hand_over(&mut self, ms: u64) -> Option<Vec<Fix>> {
        let due = ms - self.handed_over_ms >= self.asked.batch_delay_ms;
        (due && !self.batch.is_empty()).then(|| {
            self.handed_over_ms = ms;
            core::mem::take(&mut self.batch)
        })
    }
}

fn obeyed(phone: &SimPhone) -> (Run, u64, usize) {
    let rules = Rules::default();
    let (mut run, mut state) = (Run::default(), OwnState::default());
    let first = DeviceTime { wall: UtcMs(BOOTED), since_boot_ms: 0, boot: crate::model::BootId(0) };
    let asked = step(&state, &[], &around(), &first, &rules).profile;
    let mut system = System { asked, taken: None, batch: Vec::new(), handed_over_ms: 0, satellites_s: 0 };
    let mut largest = 0;
    let mut last = first;
    for (second, (now, fixes, _)) in phone.deliveries().enumerate() {
        if second % 60 == 59 {
            let next = tick(&state, &around(), &now, &rules);
            run.accepted.extend(next.accepted);
            system.asked = next.profile;
            state = next.state;
        }
        system.measure(&fixes[0]);
        if let Some(batch) = system.hand_over(now.since_boot_ms) {
            run.readings += batch.len();
            let next = step(&state, &batch, &around(), &now, &rules);
            run.accepted.extend(next.accepted);
            system.asked = next.profile;
            state = next.state;
        }
        largest = largest.max(serde_json::to_string(&state).unwrap().len());
        last = now;
    }
    let end = finish(&state, &last, &rules);
    run.odometer_m = end.state.odometer_m();
    run.accepted.extend(end.accepted);
    (run, system.satellites_s, largest)
}

#[test]
fn a_phone_that_is_asked_no_more_than_needed_keeps_its_way() {
    for seed in 0..8_u64 {
        let unit = SimFleet::new(seed, 20).unit(seed as usize % 3);
        let phone = SimPhone::new(seed, unit, UtcMs(BOOTED), HOURS_MS, 1_000);
        let (run, satellites_s, largest) = obeyed(&phone);
        let way_m = phone.truth(HOURS_MS).way_m;
        let moving_s =
            (0..HOURS_MS / 1_000).filter(|s| phone.truth(s * 1_000).speed_mps > 0.3).count() as u64;
        let about = format!("phone {seed}: {}, true way {way_m:.0} m", run.lines());
        assert!((run.odometer_m - way_m).abs() <= 10.0 + way_m * 0.03, "{about}");
        assert!(
            satellites_s <= 60 + moving_s * 5 / 4,
            "{satellites_s} s of satellites for {moving_s} s: {about}"
        );
        assert!(run.readings <= 150 + satellites_s as usize / 4, "{about}");
        assert!(largest < 2_500, "{largest} bytes are stored with each batch");
    }
}
