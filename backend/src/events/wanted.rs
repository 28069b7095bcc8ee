//! Which events an account wants to see on its sockets.

use std::collections::HashMap;

use serde_json::Value;

use crate::model::{Event, Notification};

/// What an account's notifications ask for. One that has none for the socket sees everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// By kind: the alarms asked for, all where none is named. `None` for everything.
    kinds: Option<HashMap<String, Vec<String>>>,
}

impl Wanted {
    /// Reads what an account has set up.
    pub(crate) fn of(notifications: &[Notification]) -> Self {
        let mut kinds: HashMap<String, Vec<String>> = HashMap::new();
        for n in notifications.iter().filter(|n| n.notificators.split(',').any(|name| name.trim() == "web")) {
            let named = n.attributes.get("alarms").and_then(Value::as_str).unwrap_or_default();
            let named = named.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
            let named: Vec<String> = if n.kind == "alarm" { named.collect() } else { Vec::new() };
            match kinds.get_mut(&n.kind) {
                // All alarms and some alarms are all.
                Some(known) if known.is_empty() || named.is_empty() => known.clear(),
                Some(known) => known.extend(named),
                None => drop(kinds.insert(n.kind.clone(), named)),
            }
        }
        Self { kinds: (!kinds.is_empty()).then_some(kinds) }
    }

    /// Whether an event is wanted.
    pub(crate) fn wants(&self, event: &Event) -> bool {
        let Some(kinds) = &self.kinds else { return true };
        let Some(alarms) = kinds.get(&event.kind) else { return false };
        let alarm = event.attributes.get("alarm").and_then(Value::as_str).unwrap_or_default();
        alarms.is_empty() || alarms.iter().any(|name| name == alarm)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Wanted;
    use crate::db::positions::new_event;
    use crate::model::Notification;

    #[test]
    fn notifications_for_the_socket_choose_kinds_and_alarms() {
        let notification = |kind: &str, notificators: &str, attributes: serde_json::Value| Notification {
            kind: kind.into(),
            notificators: notificators.into(),
            attributes: attributes.as_object().unwrap().clone(),
            ..Notification::default()
        };
        let wants = |wanted: &Wanted, kind: &str, alarm: &str| {
            let mut event = new_event(1, kind, 0, 0);
            event.attributes.insert("alarm".into(), alarm.into());
            wanted.wants(&event)
        };
        let none = Wanted::of(&[notification("alarm", "mail", json!({}))]);
        assert!(wants(&none, "alarm", "sos") && wants(&none, "deviceMoving", ""));
        let some = Wanted::of(&[
            notification("alarm", "mail, web", json!({"alarms": "sos, lowBattery"})),
            notification("geofenceEnter", "web", json!({"alarms": "ignored"})),
        ]);
        assert!(wants(&some, "alarm", "sos") && wants(&some, "geofenceEnter", ""));
        assert!(!wants(&some, "alarm", "tow") && !wants(&some, "geofenceExit", ""));
        let all = Wanted::of(&[
            notification("alarm", "web", json!({})),
            notification("alarm", "web", json!({"alarms": "sos"})),
        ]);
        assert!(wants(&all, "alarm", "tow") && !wants(&all, "deviceMoving", ""));
    }
}
