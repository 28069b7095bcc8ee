//! A recorded track as a phone would have handed it over, one reading at a time.

use crate::model::{BootId, DeviceTime, Fix, FixSource, LocationPermission, Surroundings, UtcMs};
use crate::simulate::Delivery;
use crate::simulate::replay::TrackPoint;

/// The phone has run for so long when a replay begins, milliseconds.
const RUNNING_MS: u64 = 86_400_000;
/// Time between points of which the file does not say when they were, milliseconds.
const STEP_MS: i64 = 1_000;

/// Hands a track's points over one by one, each at the moment it was taken. The first one is taken at `start`, the
/// others as much later as the file says, or a second after the one before where it says nothing. The readings are
/// satellite readings and claim nothing that the file does not have: no accuracy, and speed and course only from GPX
/// that has them.
pub fn deliveries(points: &[TrackPoint], start: UtcMs) -> impl Iterator<Item = Delivery> + '_ {
    let first = points.iter().find_map(|point| point.at);
    let mut last_ms = -STEP_MS;
    let mut newest_ms = 0;
    points.iter().map(move |point| {
        let ms =
            point.at.zip(first).map_or(last_ms.saturating_add(STEP_MS), |(at, first)| at.since_ms(first));
        last_ms = ms;
        newest_ms = newest_ms.max(ms);
        let clocks = |ms: i64| DeviceTime {
            wall: start.plus_ms(ms),
            since_boot_ms: RUNNING_MS.saturating_add_signed(ms),
            boot: BootId(1),
        };
        let fix = Fix {
            latitude_deg: point.place.lat_deg(),
            longitude_deg: point.place.lon_deg(),
            taken: clocks(ms),
            accuracy_m: None,
            altitude_m: point.altitude_m,
            speed_mps: point.speed_mps,
            course_deg: point.course_deg,
            source: FixSource::Gps,
            mock: false,
            battery: None,
            activity: None,
        };
        let around = Surroundings {
            permission: LocationPermission::Always,
            location_on: true,
            battery: None,
            power_save: false,
        };
        (clocks(newest_ms), vec![fix], around)
    })
}
