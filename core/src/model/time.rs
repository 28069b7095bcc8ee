//! Time as the core sees it: always an argument, never read from a clock inside a rule.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UtcMs(pub i64);

impl UtcMs {
    /// Parses RFC 3339 / ISO 8601 with an offset, as Traccar writes it (`2026-11-25T03:33:06.476+00:00`).
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<Timestamp>().ok().map(|at| Self(at.as_millisecond()))
    }

    /// RFC 3339 in UTC with milliseconds, `2026-11-25T03:33:06.476Z`. `None` outside the years ±9999.
    pub fn to_rfc3339(self) -> Option<String> {
        Timestamp::from_millisecond(self.0).ok().map(|at| format!("{at:.3}"))
    }

    /// `self - earlier` in milliseconds, saturating.
    pub fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This time moved by `ms` (may be negative), saturating.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

/// What the operating system's clocks said at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockReading {
    /// The wall clock, which a person or the network may change at any time.
    pub wall: UtcMs,
    /// Milliseconds of a clock that only runs forward while this process lives, also while the device sleeps.
    pub monotonic_ms: u64,
}

/// The door through which time enters. The engine reads the operating system's clocks, tests hand in their own.
pub trait Clock: Send + Sync {
    /// Both clocks at this moment.
    fn read(&self) -> ClockReading;
}

#[cfg(test)]
mod tests {
    use super::UtcMs;

    #[test]
    fn reads_the_forms_servers_send() {
        let table = [
            ("2026-11-25T03:33:06.476+00:00", Some(1_795_577_586_476)),
            ("2026-11-25T11:33:06.476+08:00", Some(1_795_577_586_476)),
            ("2026-11-25T03:33:06Z", Some(1_795_577_586_000)),
            ("1980-01-06T00:00:00.000+00:00", Some(315_964_800_000)),
            ("2026-11-25", None),
            ("garbage", None),
            ("", None),
        ];
        for (text, ms) in table {
            assert_eq!(UtcMs::parse(text).map(|t| t.0), ms, "{text}");
        }
        assert_eq!(UtcMs(1_795_577_586_476).to_rfc3339().as_deref(), Some("2026-11-25T03:33:06.476Z"));
    }
}
