//! What JPush documents of a push: which fields there are, which are needed, of what kind and how long each may be.

use serde_json::{Map, Value};

/// A refusal: JPush's code, and why.
type Checked = Result<(), (i64, String)>;
/// Whether a value is of the right kind.
type Right<'a> = &'a dyn Fn(&Value) -> bool;

fn object<'a>(of: &'a Map<String, Value>, key: &str) -> Result<&'a Map<String, Value>, (i64, String)> {
    let value = of.get(key).ok_or((1002, format!("{key} is missing")))?;
    value.as_object().ok_or((1003, format!("{key} is no object")))
}

/// Refuses unknown fields, those of a wrong kind, and the lack of a needed one.
fn fields(of: &Map<String, Value>, name: &str, needed: &[&str], known: &[(&str, Right<'_>)]) -> Checked {
    if let Some(key) = needed.iter().find(|key| !of.contains_key(**key)) {
        return Err((1002, format!("{name}.{key} is missing")));
    }
    for (key, value) in of {
        match known.iter().find(|(known, _)| known == key) {
            None => return Err((1009, format!("{name}.{key} is not supported"))),
            Some((_, right)) if !right(value) => return Err((1003, format!("{name}.{key} is {value}"))),
            Some(_) => {}
        }
    }
    Ok(())
}

fn text(value: &Value) -> bool {
    value.is_string()
}

fn flag(value: &Value) -> bool {
    value.is_boolean()
}

fn fieldset(value: &Value) -> bool {
    value.is_object()
}

fn whole(range: core::ops::RangeInclusive<i64>) -> impl Fn(&Value) -> bool {
    move |value| value.as_i64().is_some_and(|number| range.contains(&number))
}

/// `issued` tells the cids that were given out, `registered` the registrations that exist.
pub fn check(
    push: &Map<String, Value>,
    issued: &dyn Fn(&str) -> bool,
    registered: &dyn Fn(&str) -> bool,
) -> Checked {
    let cid = |value: &Value| value.as_str().is_some_and(issued);
    let system = |value: &Value| ["android", "ios", "hmos", "quickapp"].iter().any(|name| value == name);
    let platform = |value: &Value| {
        value == "all" || value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(system))
    };
    let everybody_or = |value: &Value| value == "all" || value.is_object();
    let known: &[(&str, Right<'_>)] = &[
        ("cid", &cid),
        ("platform", &platform),
        ("audience", &everybody_or),
        ("notification", &fieldset),
        ("message", &fieldset),
        ("sms_message", &fieldset),
        ("options", &fieldset),
    ];
    fields(push, "push", &["platform", "audience"], known)?;
    if push["audience"].is_object() {
        audience(object(push, "audience")?, registered)?;
    }
    if !push.contains_key("notification") && !push.contains_key("message") {
        return Err((1002, "nothing to say".into()));
    }
    if push.contains_key("notification") {
        notification(object(push, "notification")?)?;
    }
    if push.contains_key("message") {
        let known: &[(&str, Right<'_>)] =
            &[("msg_content", &text), ("title", &text), ("content_type", &text), ("extras", &fieldset)];
        fields(object(push, "message")?, "message", &["msg_content"], known)?;
    }
    if push.contains_key("sms_message") {
        let delay = whole(0..=86_400);
        let any = whole(0..=i64::MAX);
        let known: &[(&str, Right<'_>)] = &[
            ("delay_time", &delay),
            ("signid", &any),
            ("temp_id", &any),
            ("temp_para", &fieldset),
            ("active_filter", &flag),
        ];
        fields(object(push, "sms_message")?, "sms_message", &["delay_time", "temp_id"], known)?;
    }
    if push.contains_key("options") { options(object(push, "options")?) } else { Ok(()) }
}

fn audience(audience: &Map<String, Value>, registered: &dyn Fn(&str) -> bool) -> Checked {
    let names = |most: usize| {
        move |value: &Value| {
            value.as_array().is_some_and(|all| {
                (1..=most).contains(&all.len())
                    && all.iter().all(|one| one.as_str().is_some_and(|name| !name.is_empty()))
            })
        }
    };
    let (twenty, one, thousand) = (names(20), names(1), names(1_000));
    let known: &[(&str, Right<'_>)] = &[
        ("tag", &twenty),
        ("tag_and", &twenty),
        ("tag_not", &twenty),
        ("alias", &thousand),
        ("registration_id", &thousand),
        ("segment", &one),
        ("abtest", &one),
    ];
    fields(audience, "audience", &["registration_id"], known)?;
    // One alone must be right; of several the unknown are passed over until none is left. A test may order more.
    let ids: Vec<&str> =
        audience["registration_id"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    if ids.iter().any(|id| registered(id)) {
        Ok(())
    } else {
        Err((if ids.len() == 1 { 1_003 } else { 1_011 }, "no target".into()))
    }
}

fn notification(notification: &Map<String, Value>) -> Checked {
    let known: &[(&str, Right<'_>)] = &[("alert", &text), ("android", &fieldset), ("ios", &fieldset)];
    fields(notification, "notification", &[], known)?;
    if notification.contains_key("android") {
        android(object(notification, "android")?)?;
    }
    if notification.contains_key("ios") {
        ios(object(notification, "ios")?)?;
    }
    Ok(())
}

fn android(android: &Map<String, Value>) -> Checked {
    let (builder, priority, style, kind) = (whole(0..=1_000), whole(-2..=2), whole(0..=3), whole(-1..=7));
    let badge = whole(1..=99);
    let shown = |value: &Value| value == "0" || value == "1";
    let known: &[(&str, Right<'_>)] = &[
        ("alert", &text),
        ("title", &text),
        ("builder_id", &builder),
        ("channel_id", &text),
        ("priority", &priority),
        ("category", &text),
        ("style", &style),
        ("alert_type", &kind),
        ("big_text", &text),
        ("inbox", &fieldset),
        ("big_pic_path", &text),
        ("extras", &fieldset),
        ("large_icon", &text),
        ("small_icon_uri", &text),
        ("intent", &fieldset),
        ("uri_activity", &text),
        ("uri_action", &text),
        ("badge_add_num", &badge),
        ("badge_set_num", &badge),
        ("badge_class", &text),
        ("sound", &text),
        ("show_begin_time", &text),
        ("show_end_time", &text),
        ("display_foreground", &shown),
    ];
    fields(android, "android", &["alert"], known)?;
    short(android, "android", 4_000)
}

fn ios(ios: &Map<String, Value>) -> Checked {
    let alert = |value: &Value| {
        let parts = ["title", "subtitle", "body"];
        let fields = value
            .as_object()
            .map(|alert| alert.iter().all(|(key, value)| parts.contains(&key.as_str()) && value.is_string()));
        value.is_string() || fields == Some(true)
    };
    let badge =
        |value: &Value| value.is_i64() || value.as_str().is_some_and(|text| text.parse::<i64>().is_ok());
    let sound = |value: &Value| value.is_string() || value.is_object();
    let levels = ["active", "critical", "passive", "timeSensitive"];
    let level = |value: &Value| levels.iter().any(|level| value == level);
    let known: &[(&str, Right<'_>)] = &[
        ("alert", &alert),
        ("sound", &sound),
        ("badge", &badge),
        ("content-available", &flag),
        ("mutable-content", &flag),
        ("category", &text),
        ("extras", &fieldset),
        ("thread-id", &text),
        ("interruption-level", &level),
    ];
    fields(ios, "ios", &["alert"], known)?;
    short(ios, "ios", 2_000)
}

fn short(of: &Map<String, Value>, name: &str, most: usize) -> Checked {
    if serde_json::to_vec(of).unwrap().len() > most { Err((1005, name.to_owned())) } else { Ok(()) }
}

fn options(options: &Map<String, Value>) -> Checked {
    let (ten_days, message, minutes) = (whole(0..=864_000), whole(0..=i64::MAX), whole(0..=1_400));
    let number = |value: &Value| value.as_i64().is_some_and(|n| n != 0);
    let short = |value: &Value| value.as_str().is_some_and(|id| id.len() <= 64);
    let known: &[(&str, Right<'_>)] = &[
        ("sendno", &number),
        ("time_to_live", &ten_days),
        ("override_msg_id", &message),
        ("apns_production", &flag),
        ("apns_collapse_id", &short),
        ("big_push_duration", &minutes),
        ("third_party_channel", &fieldset),
    ];
    fields(options, "options", &[], known)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::check;

    #[test]
    fn a_field_of_a_wrong_kind_is_refused_also_where_it_is_optional() {
        let base = json!({
            "cid": "c", "platform": ["android", "ios"], "audience": {"registration_id": ["r"]},
            "notification": {"android": {"alert": "a"}, "ios": {"alert": "a"}}, "options": {}
        });
        let refused = |path: &str, value: serde_json::Value| {
            let mut push = base.clone();
            let (parent, key) = path.rsplit_once('/').unwrap();
            push.pointer_mut(parent).unwrap()[key] = value;
            check(push.as_object().unwrap(), &|cid| cid == "c", &|id| id == "r").err().map(|(code, _)| code)
        };
        assert_eq!(refused("/cid", json!("c")), None);
        for (path, right, wrong) in [
            ("/notification/android/builder_id", json!(1), json!("1")),
            ("/notification/android/priority", json!(-2), json!(3)),
            ("/notification/android/style", json!(3), json!(true)),
            ("/notification/android/alert_type", json!(7), json!(8)),
            ("/notification/android/channel_id", json!("alerts"), json!(5)),
            ("/notification/android/inbox", json!({"line": "x"}), json!("x")),
            ("/notification/android/intent", json!({"url": "x"}), json!("x")),
            ("/notification/android/display_foreground", json!("1"), json!(1)),
            ("/notification/ios/badge", json!("+1"), json!("one")),
            ("/notification/ios/content-available", json!(true), json!(1)),
            ("/notification/ios/thread-id", json!("t"), json!(1)),
            ("/notification/ios/interruption-level", json!("active"), json!("loud")),
            ("/options/time_to_live", json!(864_000), json!("60")),
            ("/options/apns_production", json!(false), json!("false")),
            ("/options/override_msg_id", json!(1), json!("1")),
            ("/options/big_push_duration", json!(1_400), json!(1_401)),
            ("/message", json!({"msg_content": "x"}), json!("x")),
            ("/sms_message", json!({"delay_time": 0, "temp_id": 1}), json!([])),
        ] {
            assert_eq!(refused(path, right), None, "{path}");
            assert_eq!(refused(path, wrong), Some(1_003), "{path}");
        }
        assert_eq!(refused("/notification/android/colour", json!("red")), Some(1_009));
        assert_eq!(refused("/message", json!({"title": "x"})), Some(1_002));
    }
}
