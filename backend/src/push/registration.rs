//! What a phone wants to be told. Pure. When it is quiet is the core's rule.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use trak_core::decide::alert::{hours_make_sense, is_quiet};
use trak_core::model::{QuietHours, UtcMs};

use crate::error::Refusal;

/// The longest identifier that the push service gives.
const LONGEST_ID: usize = 64;
/// The longest name of a kind, and the most kinds.
const LONGEST_KIND: usize = 64;
const KINDS: usize = 64;

/// The systems of phones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)] // their own names
pub(crate) enum Platform {
    Android,
    Ios,
}

/// The languages that messages are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Language {
    #[serde(rename = "en")]
    English,
    #[serde(rename = "zh-Hans")]
    SimplifiedChinese,
}

impl Language {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::SimplifiedChinese => "zh-Hans",
        }
    }

    pub(crate) fn of_word(word: &str) -> Self {
        if word == "zh-Hans" { Self::SimplifiedChinese } else { Self::English }
    }
}

/// A phone's registration, as the wire has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(clippy::struct_field_names)] // the wire's own names
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Registration {
    pub(crate) registration_id: String,
    pub(crate) platform: Platform,
    pub(crate) language: Language,
    /// By kind of event. A kind that is not named is not wanted.
    pub(crate) kinds: HashMap<String, bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) quiet_hours: Option<QuietHours>,
}

impl Registration {
    /// Refuses what makes no sense.
    pub(crate) fn checked(self) -> Result<Self, Refusal> {
        let id = &self.registration_id;
        if id.is_empty() || id.len() > LONGEST_ID || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Refusal::Bad("registrationId"));
        }
        if self.kinds.len() > KINDS || self.kinds.keys().any(|kind| kind.len() > LONGEST_KIND) {
            return Err(Refusal::Bad("kinds"));
        }
        if self.quiet_hours.as_ref().is_some_and(|hours| !hours_make_sense(hours)) {
            return Err(Refusal::Bad("quietHours"));
        }
        Ok(self)
    }

    /// Whether the phone is told of a kind of event now.
    pub(crate) fn wants(&self, kind: &str, now_ms: i64) -> bool {
        let quiet = self.quiet_hours.as_ref().is_some_and(|hours| is_quiet(hours, UtcMs(now_ms)));
        self.kinds.get(kind).copied().unwrap_or(false) && !quiet
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Registration;
    use crate::error::Refusal;

    fn with(change: impl FnOnce(&mut Value)) -> Result<Registration, Refusal> {
        let mut wire = json!({"registrationId": "1a0018970a8c", "platform": "android", "language": "en",
            "kinds": {"alarm": true, "deviceOnline": false}});
        change(&mut wire);
        serde_json::from_value::<Registration>(wire).map_err(|_| Refusal::Bad("json"))?.checked()
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let quiet = |from: &str, to: &str, zone: &str| json!({"from": from, "to": to, "timeZone": zone});
        for (key, value, refused) in [
            ("registrationId", json!(""), Some("registrationId")),
            ("registrationId", json!("a".repeat(65)), Some("registrationId")),
            ("registrationId", json!("a b"), Some("registrationId")),
            ("platform", json!("windows"), Some("json")),
            ("language", json!("fr"), Some("json")),
            ("kinds", json!({"x".repeat(65): true}), Some("kinds")),
            ("kinds", json!([]), Some("json")),
            ("more", json!(1), Some("json")),
            ("quietHours", quiet("22:00", "07:00", "Asia/Shanghai"), None),
            ("quietHours", quiet("22:00", "22:00", "Asia/Shanghai"), Some("quietHours")),
            ("quietHours", quiet("24:00", "07:00", "Asia/Shanghai"), Some("json")),
            ("quietHours", quiet("2:0", "07:00", "Asia/Shanghai"), Some("json")),
            ("quietHours", quiet("22:00", "07:00", "Asia/Nowhere"), Some("quietHours")),
            ("quietHours", Value::Null, None),
        ] {
            let told = with(|wire| wire[key] = value.clone()).err();
            assert_eq!(told, refused.map(Refusal::Bad), "{key} {value}");
        }
    }

    #[test]
    fn quiet_hours_are_those_of_the_phone_and_may_go_over_midnight() {
        let ms = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        for (zone, from, to, at, quiet) in [
            ("Asia/Shanghai", "22:00", "07:00", "2026-11-25T13:59:59Z", false),
            ("Asia/Shanghai", "22:00", "07:00", "2026-11-25T14:00:00Z", true),
            ("Asia/Shanghai", "22:00", "07:00", "2026-11-25T22:59:59Z", true),
            ("Asia/Shanghai", "22:00", "07:00", "2026-11-25T23:00:00Z", false),
            ("Europe/Berlin", "12:00", "13:00", "2026-07-25T10:30:00Z", true), // summer time
            ("Europe/Berlin", "12:00", "13:00", "2026-11-25T10:30:00Z", false),
            ("America/New_York", "00:00", "06:00", "2026-11-25T10:59:00Z", true),
        ] {
            let registration =
                with(|wire| wire["quietHours"] = json!({"from": from, "to": to, "timeZone": zone})).unwrap();
            assert_eq!(registration.wants("alarm", ms(at)), !quiet, "{zone} {at}");
        }
        let plain = with(|_| {}).unwrap();
        assert!(
            plain.wants("alarm", 0) && !plain.wants("deviceOnline", 0) && !plain.wants("geofenceExit", 0)
        );
    }
}
