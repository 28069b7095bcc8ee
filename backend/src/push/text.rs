//! The words of messages, in both languages: the only text for people that leaves the backend. No coordinate is ever in it.

use super::registration::Language;

/// The longest name that a message shows, characters: the whole must fit into 2,000 bytes.
const LONGEST_NAME: usize = 60;

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// The unit's name.
    pub(crate) title: String,
    /// What happened.
    pub(crate) alert: String,
}

/// What is said of.
pub(crate) struct Happening<'a> {
    pub(crate) kind: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) geofence: Option<&'a str>,
    pub(crate) alarm: Option<&'a str>,
}

/// The message of an event.
pub(crate) fn message(language: Language, of: &Happening<'_>) -> Message {
    Message { title: short(of.unit), alert: alert(language, of) }
}

/// A name, cut where it is too long.
pub(crate) fn short(name: &str) -> String {
    let mut rest = name.chars();
    let mut cut: String = rest.by_ref().take(LONGEST_NAME).collect();
    if rest.next().is_some() {
        cut.push('…');
    }
    cut
}

fn alert(language: Language, of: &Happening<'_>) -> String {
    let geofence = of.geofence.map(short);
    let named = |with: &str, without: &str| match &geofence {
        Some(name) => with.replace("{}", name),
        None => without.to_owned(),
    };
    match language {
        Language::English => match of.kind {
            "deviceOnline" => "is online".to_owned(),
            "deviceUnknown" => "has not been heard of for a while".to_owned(),
            "deviceOffline" => "is offline".to_owned(),
            "deviceMoving" => "is moving".to_owned(),
            "deviceStopped" => "has stopped".to_owned(),
            "deviceOverspeed" => "is over the speed limit".to_owned(),
            "geofenceEnter" => named("has entered {}", "has entered a geofence"),
            "geofenceExit" => named("has left {}", "has left a geofence"),
            "ignitionOn" => "ignition is on".to_owned(),
            "ignitionOff" => "ignition is off".to_owned(),
            "alarm" => format!("alarm: {}", alarm(language, of.alarm)),
            _ => "has news".to_owned(),
        },
        Language::SimplifiedChinese => match of.kind {
            "deviceOnline" => "已上线".to_owned(),
            "deviceUnknown" => "一段时间没有消息".to_owned(),
            "deviceOffline" => "已离线".to_owned(),
            "deviceMoving" => "开始移动".to_owned(),
            "deviceStopped" => "已停止".to_owned(),
            "deviceOverspeed" => "超速".to_owned(),
            "geofenceEnter" => named("进入{}", "进入围栏"),
            "geofenceExit" => named("离开{}", "离开围栏"),
            "ignitionOn" => "点火".to_owned(),
            "ignitionOff" => "熄火".to_owned(),
            "alarm" => format!("报警：{}", alarm(language, of.alarm)),
            _ => "有新消息".to_owned(),
        },
    }
}

/// Traccar's alarms that people meet; another keeps its own word.
const ALARMS: [(&str, &str, &str); 14] = [
    ("sos", "SOS", "紧急求助"),
    ("lowBattery", "low battery", "电量低"),
    ("lowPower", "low power", "电压低"),
    ("powerCut", "power cut", "断电"),
    ("powerOff", "switched off", "关机"),
    ("tow", "being towed", "拖车"),
    ("overspeed", "over the speed limit", "超速"),
    ("vibration", "vibration", "震动"),
    ("movement", "movement", "位移"),
    ("accident", "accident", "事故"),
    ("fallDown", "fall", "跌落"),
    ("tampering", "tampering", "拆除"),
    ("removing", "removed", "脱落"),
    ("door", "door", "车门"),
];

fn alarm(language: Language, word: Option<&str>) -> String {
    let word = word.unwrap_or("?");
    match ALARMS.iter().find(|(known, _, _)| *known == word) {
        Some((_, english, chinese)) => match language {
            Language::English => (*english).to_owned(),
            Language::SimplifiedChinese => (*chinese).to_owned(),
        },
        None => short(word),
    }
}

#[cfg(test)]
mod tests {
    use super::{Happening, Language, message};
    use crate::events::KINDS;

    #[test]
    fn every_kind_has_its_words_in_both_languages() {
        for kind in KINDS {
            let of = Happening { kind, unit: "Van", geofence: Some("Depot"), alarm: Some("sos") };
            let (english, chinese) =
                (message(Language::English, &of), message(Language::SimplifiedChinese, &of));
            assert!(english.alert.is_ascii() && !english.alert.contains("news"), "{kind}");
            assert!(
                !chinese.alert.is_ascii() && !chinese.alert.contains("消息") || kind == "deviceUnknown",
                "{kind}"
            );
            assert_eq!(english.alert.contains("Depot"), kind.starts_with("geofence"));
        }
        let long = Happening {
            kind: "geofenceExit",
            unit: &"车".repeat(500),
            geofence: Some(&"区".repeat(500)),
            alarm: None,
        };
        let told = message(Language::SimplifiedChinese, &long);
        assert!(told.title.chars().count() == 61 && told.alert.len() < 200);
        let odd = Happening { kind: "alarm", unit: "Van", geofence: None, alarm: Some("geyser") };
        assert_eq!(message(Language::English, &odd).alert, "alarm: geyser");
    }
}
