//! Whatever arrives: no panic, and a bad element never costs the others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;
use serde_json::{Value, json};
use trak_core::traccar::decode;

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|f| json!(f)),
        ".{0,12}".prop_map(Value::from),
        Just(json!("2026-11-25T03:33:06.476+00:00")),
    ];
    let key = prop_oneof![
        Just("id".to_owned()),
        Just("deviceId".to_owned()),
        Just("fixTime".to_owned()),
        Just("latitude".to_owned()),
        Just("longitude".to_owned()),
        Just("attributes".to_owned()),
        Just("name".to_owned()),
        Just("type".to_owned()),
        Just("eventTime".to_owned()),
        ".{0,6}",
    ];
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn good(id: i64) -> Value {
    json!({"id": id, "deviceId": id, "fixTime": "2026-11-25T03:33:06.476+00:00", "latitude": 31.2, "longitude": 121.4,
        "name": "Van", "uniqueId": "V", "type": "alarm", "eventTime": "2026-11-25T03:33:06Z", "attributes": {"a": 1}})
}

proptest! {
    #[test]
    fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode::frame(&bytes).is_ok();
        let _ = decode::positions(&bytes).is_ok();
        let _ = decode::devices(&bytes).is_ok();
        let _ = decode::events(&bytes).is_ok();
        let _ = decode::groups(&bytes).is_ok();
    }

    #[test]
    fn one_bad_element_never_costs_the_others(bad in any_json(), before in 0_usize..3, after in 0_usize..3) {
        let mut list: Vec<Value> = (0..before).map(|i| good(i as i64 + 1)).collect();
        list.push(bad);
        list.extend((0..after).map(|i| good(i as i64 + 100)));
        let text = Value::from(list).to_string();
        let expected: Vec<i64> = (0..before).map(|i| i as i64 + 1).chain((0..after).map(|i| i as i64 + 100)).collect();
        let kept = |ids: Vec<i64>| expected.iter().all(|id| ids.contains(id));
        let positions = decode::positions(text.as_bytes()).unwrap();
        prop_assert_eq!(positions.items.len() + positions.rejected.len(), expected.len() + 1);
        prop_assert!(kept(positions.items.iter().map(|p| p.id.0).collect()));
        let units = decode::devices(text.as_bytes()).unwrap();
        prop_assert_eq!(units.items.len() + units.rejected.len(), expected.len() + 1);
        prop_assert!(kept(units.items.iter().map(|u| u.unit.id.0).collect()));
        let events = decode::events(text.as_bytes()).unwrap();
        prop_assert!(kept(events.items.iter().map(|e| e.id).collect()));
        let frame = decode::frame(format!("{{\"logs\":[1],\"positions\":{text},\"devices\":{text}}}").as_bytes()).unwrap();
        prop_assert!(kept(frame.positions.items.iter().map(|p| p.id.0).collect()));
        prop_assert!(kept(frame.devices.items.iter().map(|u| u.unit.id.0).collect()));
    }

    #[test]
    fn half_a_list_never_passes_for_the_list(count in 1_usize..4, cut in 0.0..1.0_f64) {
        let text = Value::from((0..count).map(|i| good(i as i64)).collect::<Vec<_>>()).to_string();
        let cut = ((text.len() - 1) as f64 * cut) as usize;
        prop_assert!(decode::positions(&text.as_bytes()[..cut]).is_err());
        prop_assert!(decode::devices(&text.as_bytes()[..cut]).is_err());
    }
}

#[test]
fn odd_but_clear_forms_are_understood() {
    let text = r#"[{"id":"5","deviceId":7.0,"fixTime":"2026-11-25T11:33:06+08:00","latitude":"31.5","longitude":121,
        "speed":null,"accuracy":0,"valid":null,"attributes":null}]"#;
    let position = &decode::positions(text.as_bytes()).unwrap().items[0];
    assert_eq!((position.id.0, position.unit_id.0, position.fix_time.0), (5, 7, 1_795_577_586_000));
    assert!(position.place.is_some_and(|place| (place.lat_deg() - 31.5).abs() < 1e-12));
    assert_eq!((position.accuracy_m, position.speed_mps), (None, None), "0 stands for no accuracy");
    assert_eq!(position.attributes_json, "{}");
    let nowhere = r#"[{"id":1,"deviceId":7,"fixTime":"2026-11-25T03:33:06Z","latitude":91,"longitude":0}]"#;
    assert_eq!(decode::positions(nowhere.as_bytes()).unwrap().items[0].place, None, "left to the judgement");
}
