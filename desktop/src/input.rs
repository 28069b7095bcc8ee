//! Times, lengths and radii as people type them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use trak_core::model::UtcMs;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// `90s`, `15m`, `2h`, `3d` in milliseconds.
pub fn duration_ms(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text.strip_prefix(digits)?.trim() {
        "s" => 1_000,
        "m" | "min" => MINUTE_MS,
        "h" => HOUR_MS,
        "d" => DAY_MS,
        _ => return None,
    };
    let count: i64 = digits.trim().parse().ok().filter(|n| *n >= 0)?;
    count.checked_mul(unit)
}

/// A moment: RFC 3339, a local date and time, a local date (its midnight), `today`, `yesterday`, `now`, or a length of
/// time before now.
pub fn moment(text: &str, now: UtcMs, zone: &TimeZone) -> Option<UtcMs> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(UtcMs(at.as_millisecond()));
    }
    if let Some((from, _)) = day(text, now, zone) {
        return Some(from);
    }
    if text == "now" {
        return Some(now);
    }
    if let Some(ms) = duration_ms(text.trim_start_matches('-')) {
        return Some(now.plus_ms(-ms));
    }
    let local: DateTime = text.replace(' ', "T").parse().ok()?;
    Some(UtcMs(local.to_zoned_datetime(zone.clone()).ok()?.timestamp().as_millisecond()))
}

/// A local day as its first moment and that of the next: days of 23 and 25 hours are right.
pub fn day(text: &str, now: UtcMs, zone: &TimeZone) -> Option<(UtcMs, UtcMs)> {
    let today = Timestamp::from_millisecond(now.0).ok()?.to_zoned_datetime(zone.clone()).date();
    let date: Date = match text.trim() {
        "today" => today,
        "yesterday" => today.checked_sub(1.day()).ok()?,
        other if other.len() == 10 => other.parse().ok()?,
        _ => return None,
    };
    day_of(date, zone)
}

/// The local day that lies `days` before the one of `now`.
pub fn day_before(days: i64, now: UtcMs, zone: &TimeZone) -> Option<(UtcMs, UtcMs)> {
    let today = Timestamp::from_millisecond(now.0).ok()?.to_zoned_datetime(zone.clone()).date();
    day_of(today.checked_sub(days.days()).ok()?, zone)
}

fn day_of(date: Date, zone: &TimeZone) -> Option<(UtcMs, UtcMs)> {
    let start = |date: Date| {
        Some(UtcMs(
            date.to_zoned_datetime(zone.clone()).ok()?.start_of_day().ok()?.timestamp().as_millisecond(),
        ))
    };
    Some((start(date)?, start(date.checked_add(1.day()).ok()?)?))
}

/// `500`, `800m`, `5km` in metres, 100 m to 100 km.
pub fn radius_m(text: &str) -> Option<f64> {
    let text = text.trim().to_ascii_lowercase();
    let (number, factor) = match (text.strip_suffix("km"), text.strip_suffix('m')) {
        (Some(number), _) => (number, 1_000.0),
        (None, Some(number)) => (number, 1.0),
        (None, None) => (text.as_str(), 1.0),
    };
    let metres = number.trim().parse::<f64>().ok()? * factor;
    (100.0..=100_000.0).contains(&metres).then_some(metres)
}

#[cfg(test)]
mod tests {
    use super::{day, duration_ms, moment, radius_m};
    use jiff::tz::TimeZone;
    use trak_core::model::UtcMs;

    #[test]
    fn times_as_typed() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let now = UtcMs::parse("2026-11-25T03:33:06Z").unwrap();
        let table = [
            ("2026-11-25T01:00:00Z", Some("2026-11-25T01:00:00.000Z")),
            ("2026-11-25", Some("2026-11-24T16:00:00.000Z")),
            ("2026-11-25T08:00", Some("2026-11-25T00:00:00.000Z")),
            ("2026-11-25 08:00", Some("2026-11-25T00:00:00.000Z")),
            ("today", Some("2026-11-24T16:00:00.000Z")),
            ("yesterday", Some("2026-11-23T16:00:00.000Z")),
            ("3h", Some("2026-11-25T00:33:06.000Z")),
            ("-3h", Some("2026-11-25T00:33:06.000Z")),
            ("2026-13-01", None),
            ("soon", None),
        ];
        for (text, at) in table {
            let read = moment(text, now, &zone).and_then(UtcMs::to_rfc3339);
            assert_eq!(read.as_deref(), at, "{text}");
        }
    }

    #[test]
    fn a_day_of_25_hours() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let (from, to) = day("2026-10-25", UtcMs(0), &zone).unwrap();
        assert_eq!(to.since_ms(from), 25 * 3_600_000);
    }

    #[test]
    fn lengths_and_radii() {
        assert_eq!(duration_ms("90s"), Some(90_000));
        assert_eq!(duration_ms("3d"), Some(259_200_000));
        for bad in ["", "5", "h", "-1h", "5w", "99999999999999d"] {
            assert_eq!(duration_ms(bad), None, "{bad}");
        }
        assert_eq!(radius_m("5km"), Some(5_000.0));
        assert_eq!(radius_m("800 m"), Some(800.0));
        for bad in ["", "50", "101km", "NaN", "far"] {
            assert_eq!(radius_m(bad), None, "{bad}");
        }
    }
}
