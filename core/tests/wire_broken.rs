//! Elements that are no JSON at all: each costs itself and nothing else. A broken field that nobody reads costs nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;
use trak_core::traccar::decode;
use trak_core::traccar::decode::RejectReason::{Broken, NoIdentity, NoTime, NotAnObject};

/// An element that is a unit, a position and an event at once, with names that look like JSON, a list and an object that
/// could be taken for an element by mistake.
fn element(id: u32) -> String {
    let decoy = r#"{"id":7777,"deviceId":7777,"uniqueId":"D","name":"D","fixTime":"2026-11-25T03:33:06.476+00:00","latitude":1,"longitude":2}"#;
    format!(
        r#"{{"id":{id},"attributes":{{"alarm":"a}},{{\"b","list":[1,[2,3],{{"x":null}}],"near":{decoy}}},"deviceId":{id},"name":"Van [{id}], 车","uniqueId":"V\\{id}","type":"alarm","eventTime":"2026-11-25T03:33:06Z","fixTime":"2026-11-25T03:33:06.476+00:00","latitude":31.2,"longitude":121.4,"valid":true,"address":null}}"#
    )
}

type Break = fn(&str) -> Vec<u8>;

/// Ways to break an element so that it is no JSON any more.
const BREAKS: [(&str, Break); 27] = [
    ("not a number", |e| e.replace("31.2", "NaN").into()),
    ("infinity", |e| e.replace("31.2", "-Infinity").into()),
    ("leading zeros", |e| e.replace("31.2", "031.2").into()),
    ("no value", |e| e.replace("31.2", "").into()),
    ("no colon", |e| e.replace("\"latitude\":", "\"latitude\"").into()),
    ("no comma", |e| e.replace(",\"latitude\"", "\"latitude\"").into()),
    ("comma before the end", |e| e.replace(":null}", ":null,}").into()),
    ("a word", |e| e.replace("true", "yes").into()),
    ("other quotes", |e| e.replace('"', "'").into()),
    ("a key without quotes", |e| e.replace("\"latitude\"", "latitude").into()),
    ("a key without its first quote", |e| e.replace("\"latitude", "latitude").into()),
    ("a key without its last quote", |e| e.replace("latitude\"", "latitude").into()),
    ("a text without its first quote", |e| e.replace(":\"Van", ":Van").into()),
    ("a text without its last quote", |e| e.replace("车\"", "车").into()),
    ("a quote too many", |e| e.replace("Van", "V\"an").into()),
    ("a quote inside of a number", |e| e.replace("31.2", "31\".2").into()),
    ("a bad escape", |e| e.replace("Van", "V\\qan").into()),
    ("an escaped end of a text", |e| e.replace("车\"", "车\\\"").into()),
    ("a control character", |e| e.replace("Van", "V\u{1}\nan").into()),
    ("no closing bracket inside", |e| e.replace("\"longitude\":2}}", "\"longitude\":2}").into()),
    ("no closing bracket", |e| e[..e.len() - 1].into()),
    ("the wrong closing bracket", |e| format!("{}]", &e[..e.len() - 1]).into()),
    ("no end of a list", |e| e.replace("null}]", "null}").into()),
    ("cut in a text", |e| e[..e.find("车").unwrap()].into()),
    ("cut in a key", |e| e[..e.find("ongitude\":121").unwrap()].into()),
    ("cut behind a comma inside", |e| e[..e.find("\"list\"").unwrap()].into()),
    ("bad UTF-8", |e| {
        let at = e.find("a},").unwrap();
        [&e.as_bytes()[..at], &[0xff, 0xc3], &e.as_bytes()[at..]].concat()
    }),
];

fn list(elements: &[Vec<u8>], gap: &str) -> Vec<u8> {
    let mut text = vec![b'['];
    for (i, element) in elements.iter().enumerate() {
        if i > 0 {
            text.extend_from_slice(format!("{gap},{gap}").as_bytes());
        }
        text.extend_from_slice(element);
    }
    text.push(b']');
    text
}

/// The numbers of what is read of a list, as positions, units and events, alone and inside of a frame.
fn read_every_way(text: &[u8]) -> Vec<(&'static str, Vec<i64>, usize)> {
    let positions = decode::positions(text).unwrap();
    let units = decode::devices(text).unwrap();
    let events = decode::events(text).unwrap();
    let frame = [b"{\"logs\":[1],\"positions\":", text, b",\"devices\":[]}"].concat();
    let frame = decode::frame(&frame).unwrap();
    vec![
        ("positions", positions.items.iter().map(|p| p.unit_id.0).collect(), positions.rejected.len()),
        ("units", units.items.iter().map(|u| u.unit.id.0).collect(), units.rejected.len()),
        ("events", events.items.iter().map(|e| e.id).collect(), events.rejected.len()),
        (
            "frame",
            frame.positions.items.iter().map(|p| p.unit_id.0).collect(),
            frame.positions.rejected.len(),
        ),
    ]
}

#[test]
fn each_way_to_break_an_element_costs_that_element_only() {
    for (what, broken) in BREAKS {
        for place in 0..3 {
            let mut elements: Vec<Vec<u8>> = (1..=2).map(|id| element(id).into()).collect();
            elements.insert(place, broken(&element(666)));
            for gap in ["", " ", "\r\n\t"] {
                for (how, read, rejected) in read_every_way(&list(&elements, gap)) {
                    assert_eq!(read, [1, 2], "{how}: {what} at {place}, gap {gap:?}");
                    assert!(rejected >= 1, "{how}: {what} at {place} is counted");
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn exactly_the_good_elements_are_read(
        kinds in prop::collection::vec(prop::option::weighted(0.4, 0..BREAKS.len()), 1..12)
    ) {
        let mut good = Vec::new();
        let mut elements = Vec::new();
        for (at, kind) in kinds.iter().enumerate() {
            let id = at as u32 + 1;
            if let Some(kind) = kind {
                elements.push(BREAKS[*kind].1(&element(600 + id)));
            } else {
                good.push(i64::from(id));
                elements.push(element(id).into());
            }
        }
        for (how, read, rejected) in read_every_way(&list(&elements, "")) {
            prop_assert_eq!(&read, &good, "{}", how);
            prop_assert!((rejected > 0) == (good.len() < elements.len()), "{}", how);
        }
    }

    #[test]
    fn no_change_of_a_byte_makes_a_unit_that_was_not_there(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any_byte(), 0..3_u8), 1..6)
    ) {
        // The numbers themselves are left alone: another digit is another unit.
        let mut elements: Vec<Vec<u8>> = (1..=5).map(|n| element(n * 1_111).into()).collect();
        for (at, byte, how) in changes {
            let in_all = at.index(elements.iter().map(Vec::len).sum());
            let (mut which, mut offset) = (0, in_all);
            while offset >= elements[which].len() {
                offset -= elements[which].len();
                which += 1;
            }
            let element = &mut elements[which];
            let near = &element[offset.saturating_sub(1)..element.len().min(offset + 2)];
            if near.iter().any(u8::is_ascii_digit) {
                continue;
            }
            match how {
                0 => element[offset] = byte,
                1 => { element.remove(offset); }
                _ => element.insert(offset, byte),
            }
        }
        let text = list(&elements, "");
        for read in [
            decode::positions(&text).map(|p| p.items.iter().map(|p| p.unit_id.0).collect::<Vec<_>>()),
            decode::devices(&text).map(|u| u.items.iter().map(|u| u.unit.id.0).collect()),
            decode::frame(&[b"{\"devices\":", text.as_slice(), b"}"].concat())
                .map(|f| f.devices.items.iter().map(|u| u.unit.id.0).collect()),
        ].into_iter().flatten() {
            prop_assert!(read.iter().all(|id| (1..=5).any(|n| n * 1_111 == *id)), "{:?}", read);
            prop_assert!(read.is_sorted_by(|a, b| a < b), "none twice: {:?}", read);
        }
    }
}

/// Any byte, those that mean something in JSON more often.
fn any_byte() -> impl Strategy<Value = u8> {
    let structural: Vec<u8> = b"{}[]:,\"\\ nxe-".to_vec();
    prop_oneof![3 => prop::sample::select(structural), 1 => any::<u8>()]
        .prop_filter("another number", |byte| !byte.is_ascii_digit())
}

#[test]
fn what_was_broken_is_told() {
    let text = br#"[{"id":1,"deviceId":1,"fixTime":"2026-11-25T03:33:06Z","latitude":NaN,"longitude":2},
        5, {"deviceId":1}, {"id":1}, null]"#;
    let told: Vec<_> = decode::positions(text)
        .unwrap()
        .rejected
        .iter()
        .map(|rejected| (rejected.index, rejected.reason))
        .collect();
    assert_eq!(told, [(0, Broken), (1, NotAnObject), (2, NoTime), (3, NoIdentity), (4, NotAnObject)]);
}

#[test]
fn a_stream_of_garbage_is_given_up() {
    let text = format!("[{}]", "{\"a\":\"b,".repeat(3_000_000));
    assert!(decode::positions(text.as_bytes()).map_or(true, |read| read.items.is_empty()));
}
