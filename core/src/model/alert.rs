//! What a person is told of, and when not.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::EventKind;

/// The systems that messages are delivered on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)] // their own names
pub enum PushPlatform {
    Android,
    Ios,
}

/// A time of each day at which nothing is told. It may go over midnight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "QuietHoursText", try_from = "QuietHoursText")]
pub struct QuietHours {
    /// The first quiet minute of the day, 0 to 1439.
    pub from_minute: u16,
    /// The first minute that is not quiet any more, 0 to 1439.
    pub to_minute: u16,
    /// Where, by its name in the database of time zones, e.g. `Asia/Shanghai`.
    pub time_zone: String,
}

/// What a person is told of; everything is kept in the inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertSettings {
    /// The kinds of events.
    #[serde(with = "kind_words")]
    pub kinds: BTreeSet<EventKind>,
    /// When not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet_hours: Option<QuietHours>,
}

impl Default for AlertSettings {
    /// What a supervisor has to act on; what merely changes all day is off.
    fn default() -> Self {
        use EventKind::{Alarm, GeofenceEnter, GeofenceExit, Offline, Overspeed, Stopped};
        Self {
            kinds: [Alarm, GeofenceEnter, GeofenceExit, Offline, Overspeed, Stopped].into(),
            quiet_hours: None,
        }
    }
}

/// `HH:MM` instead of minutes: the form on the wire and in the cache.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct QuietHoursText {
    from: String,
    to: String,
    time_zone: String,
}

impl From<QuietHours> for QuietHoursText {
    fn from(hours: QuietHours) -> Self {
        let text = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        Self { from: text(hours.from_minute), to: text(hours.to_minute), time_zone: hours.time_zone }
    }
}

impl TryFrom<QuietHoursText> for QuietHours {
    type Error = &'static str;

    fn try_from(text: QuietHoursText) -> Result<Self, Self::Error> {
        let minute = |text: &str| {
            let plain = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
            let (hours, minutes) = text.split_once(':').filter(|_| plain)?;
            let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
            (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
        };
        let (from, to) = minute(&text.from).zip(minute(&text.to)).ok_or("not a time of day")?;
        Ok(Self { from_minute: from, to_minute: to, time_zone: text.time_zone })
    }
}

/// Kinds as the server's words; a word of a newer program is passed over.
mod kind_words {
    use std::collections::BTreeSet;

    use serde::{Deserialize, Deserializer, Serializer};

    use crate::model::EventKind;

    pub(super) fn serialize<S: Serializer>(
        kinds: &BTreeSet<EventKind>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(kinds.iter().filter_map(|kind| kind.words().first()))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeSet<EventKind>, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        let known =
            |word: &String| EventKind::ALL.into_iter().find(|kind| kind.words().contains(&word.as_str()));
        Ok(words.iter().filter_map(known).collect())
    }
}
