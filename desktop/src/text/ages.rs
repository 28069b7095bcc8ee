//! Ages, lengths of time and moments in words.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use trak_core::model::UtcMs;

use super::{Text, fill};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// A short age for a column, at most eight cells wide: `12 s`, `5 min`, `3 h`.
pub fn short_age(text: &Text, age_ms: i64) -> String {
    match age_ms {
        i64::MIN..5_000 => text.now.to_owned(),
        5_000..MINUTE => fill(text.short_s, age_ms / SECOND),
        MINUTE..HOUR => fill(text.short_min, age_ms / MINUTE),
        HOUR..DAY => fill(text.short_h, age_ms / HOUR),
        DAY..YEAR => fill(text.short_d, age_ms / DAY),
        _ => fill(text.short_y, age_ms / YEAR),
    }
}

/// An age in a sentence: `5 minutes ago`.
pub fn ago(text: &Text, age_ms: i64) -> String {
    let words = |n: i64, one: &str, many: &str| if n == 1 { one.to_owned() } else { fill(many, n) };
    match age_ms {
        i64::MIN..SECOND => text.ago_now.to_owned(),
        SECOND..MINUTE => words(age_ms / SECOND, text.ago_s1, text.ago_s),
        MINUTE..HOUR => words(age_ms / MINUTE, text.ago_min1, text.ago_min),
        HOUR..DAY => words(age_ms / HOUR, text.ago_h1, text.ago_h),
        DAY..YEAR => words(age_ms / DAY, text.ago_d1, text.ago_d),
        _ => words(age_ms / YEAR, text.ago_y1, text.ago_y),
    }
}

/// A length of time in its two largest parts: `3 h 12 min`.
pub fn long_duration(text: &Text, ms: i64) -> String {
    let (days, hours, minutes) = (ms / DAY, ms % DAY / HOUR, ms % HOUR / MINUTE);
    match (days, hours, minutes) {
        (0, 0, 0) => fill(text.short_s, ms.max(0) / SECOND),
        (0, 0, _) => fill(text.short_min, minutes),
        (0, _, _) => format!("{} {}", fill(text.short_h, hours), fill(text.short_min, minutes)),
        _ => format!("{} {}", fill(text.short_d, days), fill(text.short_h, hours)),
    }
}

/// This computer's time zone.
pub fn local_zone() -> TimeZone {
    TimeZone::system()
}

/// `2026-11-25 08:12:07` in `zone`.
pub fn local_time(at: UtcMs, zone: &TimeZone) -> String {
    written(at, zone, "%Y-%m-%d %H:%M:%S")
}

/// `11-25 08:12` in `zone`.
pub fn day_time(at: UtcMs, zone: &TimeZone) -> String {
    written(at, zone, "%m-%d %H:%M")
}

/// `11-25 08:12:07` in `zone`.
pub fn day_clock(at: UtcMs, zone: &TimeZone) -> String {
    written(at, zone, "%m-%d %H:%M:%S")
}

/// `08:12` in `zone`.
pub fn clock(at: UtcMs, zone: &TimeZone) -> String {
    written(at, zone, "%H:%M")
}

/// `2026-11-25` in `zone`.
pub fn day(at: UtcMs, zone: &TimeZone) -> String {
    written(at, zone, "%Y-%m-%d")
}

fn written(at: UtcMs, zone: &TimeZone, pattern: &str) -> String {
    let moment = Timestamp::from_millisecond(at.0).ok();
    moment.map_or_else(|| "?".to_owned(), |t| t.to_zoned_datetime(zone.clone()).strftime(pattern).to_string())
}

#[cfg(test)]
mod tests {
    use super::{DAY, HOUR, MINUTE, SECOND, YEAR, ago, long_duration, short_age};
    use crate::text::Language;

    #[test]
    fn ages_in_both_languages() {
        let table = [
            (0, "now", "刚刚", "just now", "刚刚"),
            (59 * SECOND, "59 s", "59 秒", "59 seconds ago", "59 秒前"),
            (MINUTE, "1 min", "1 分", "1 minute ago", "1 分钟前"),
            (90 * MINUTE, "1 h", "1 时", "1 hour ago", "1 小时前"),
            (2 * DAY, "2 d", "2 天", "2 days ago", "2 天前"),
            (3 * YEAR, "3 y", "3 年", "3 years ago", "3 年前"),
        ];
        let (en, zh) = (Language::En.text(), Language::Zh.text());
        for (ms, short_en, short_zh, long_en, long_zh) in table {
            assert_eq!(
                (short_age(en, ms).as_str(), short_age(zh, ms).as_str()),
                (short_en, short_zh),
                "{ms}"
            );
            assert_eq!((ago(en, ms).as_str(), ago(zh, ms).as_str()), (long_en, long_zh), "{ms}");
        }
        assert_eq!(long_duration(en, 3 * HOUR + 12 * MINUTE), "3 h 12 min");
        assert_eq!(long_duration(en, 2 * DAY + HOUR), "2 d 1 h");
    }
}
