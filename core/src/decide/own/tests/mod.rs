//! Tests of the rules through the face that others use: `step`, `tick`, `finish`.

mod asked;
mod clocks;
mod invariants;
mod obeyed;
mod recorded;
mod simulated;
mod table;

use std::collections::BTreeMap;

use super::{OwnState, Rules, Step, finish, step, tick};
use crate::geo::distance::destination;
use crate::model::{
    AcceptedFix, BootId, DeviceTime, Fix, FixKind, FixSource, LatLon, LocationPermission, Rejection,
    Surroundings, UtcMs,
};
use crate::simulate::Delivery;

/// Wall time at the start of the tests' boot.
const BOOTED: i64 = 1_795_577_586_000;
const BOOT: BootId = BootId(7);

fn time(ms: i64) -> DeviceTime {
    DeviceTime { wall: UtcMs(BOOTED + ms), since_boot_ms: ms.unsigned_abs(), boot: BOOT }
}

fn home() -> LatLon {
    LatLon::new(31.23, 121.47).unwrap()
}

fn fix_at(place: LatLon, ms: i64) -> Fix {
    Fix {
        latitude_deg: place.lat_deg(),
        longitude_deg: place.lon_deg(),
        taken: time(ms),
        accuracy_m: Some(6.0),
        altitude_m: None,
        speed_mps: None,
        course_deg: None,
        source: FixSource::Gps,
        mock: false,
        battery: None,
        activity: None,
    }
}

/// A reading `east_m` metres east of home.
fn east(east_m: f64, ms: i64) -> Fix {
    fix_at(destination(home(), 90.0, east_m), ms)
}

fn around() -> Surroundings {
    Surroundings {
        permission: LocationPermission::Always,
        location_on: true,
        battery: None,
        power_save: false,
    }
}

/// Hands the readings over one by one, each at the moment it was taken.
fn one_by_one(fixes: &[Fix]) -> (OwnState, Vec<AcceptedFix>, Vec<Rejection>) {
    let (mut accepted, mut rejected) = (Vec::new(), Vec::new());
    let mut state = OwnState::default();
    for fix in fixes {
        let next = step(&state, core::slice::from_ref(fix), &around(), &fix.taken, &Rules::default());
        keep(next, &mut state, &mut accepted, &mut rejected);
    }
    (state, accepted, rejected)
}

fn keep(next: Step, state: &mut OwnState, accepted: &mut Vec<AcceptedFix>, rejected: &mut Vec<Rejection>) {
    *state = next.state;
    accepted.extend(next.accepted);
    rejected.extend(next.rejected.iter().map(|rejected| rejected.reason));
}

fn positions(accepted: &[AcceptedFix]) -> Vec<&AcceptedFix> {
    accepted.iter().filter(|fix| fix.kind == FixKind::Position).collect()
}

/// What a run came to, short enough to be read.
#[derive(Default)]
struct Run {
    readings: usize,
    accepted: Vec<AcceptedFix>,
    reasons: BTreeMap<String, usize>,
    odometer_m: f64,
    held: usize,
}

/// Lets the rules judge what a phone hands over, with a tick a minute where nothing comes, to the end.
fn judge(deliveries: impl Iterator<Item = Delivery>) -> Run {
    let rules = Rules::default();
    let (mut run, mut state) = (Run::default(), OwnState::default());
    let mut before: Option<(DeviceTime, Surroundings)> = None;
    let mut take = |next: Step| {
        run.accepted.extend(next.accepted);
        for rejected in next.rejected {
            *run.reasons.entry(format!("{:?}", rejected.reason)).or_default() += 1;
        }
        next.state
    };
    for (now, fixes, around) in deliveries {
        if let Some((mut at, around)) = before.filter(|(at, _)| at.boot == now.boot) {
            while now.since_boot_ms.saturating_sub(at.since_boot_ms) > 60_000 {
                at.since_boot_ms += 60_000;
                at.wall = at.wall.plus_ms(60_000);
                state = take(tick(&state, &around, &at, &rules));
            }
        }
        run.readings += fixes.len();
        state = take(step(&state, &fixes, &around, &now, &rules));
        before = Some((now, around));
    }
    if let Some((now, _)) = before {
        state = take(finish(&state, &now, &rules));
    }
    run.odometer_m = state.odometer_m();
    run.held = state.held();
    run
}

impl Run {
    fn lines(&self) -> String {
        let sent = positions(&self.accepted);
        let stops = sent.windows(2).filter(|pair| pair[0].moving && !pair[1].moving).count();
        let count = |kind| self.accepted.iter().filter(|fix| fix.kind == kind).count();
        let seconds = match (self.accepted.first(), self.accepted.last()) {
            (Some(first), Some(last)) => last.fix_time.since_ms(first.fix_time) / 1_000,
            _ => 0,
        };
        format!(
            "readings {}, sent {}, signs of life {}, stops {stops}, {seconds} s\nrejected {:?}\nodometer {:.0} m",
            self.readings,
            count(FixKind::Position),
            count(FixKind::Heartbeat),
            self.reasons,
            self.odometer_m
        )
    }
}
