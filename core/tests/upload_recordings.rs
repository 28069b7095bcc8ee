//! Own fixes against the recorded answers of a real Traccar server: the form it takes, and what each answer means. The
//! recordings stand outside of the repository; without them each test says so and passes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use trak_core::decide::delivery::{Answer, Fate};
use trak_core::model::{
    AcceptedFix, AccountKey, Activity, Battery, BootId, Clock, ClockReading, DeviceTime, FixId, FixKind,
    FixSource, LatLon, QueuedFix, SetAsideReason, UtcMs,
};
use trak_core::traccar::Client;
use trak_core::traccar::address::{Cleartext, parse};
use trak_core::traccar::tls::TlsPolicy;

struct StoppedClock;
impl Clock for StoppedClock {
    fn read(&self) -> ClockReading {
        ClockReading { wall: UtcMs(1_795_577_586_000), monotonic_ms: 5 }
    }
}

/// The section of the recording under a heading.
fn section(title: &str) -> Option<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/reference/traccar/04-osmand.md");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: no recordings beside the repository");
        return None;
    };
    let found = text.split("\n## ").find(|section| section.lines().next() == Some(title));
    Some(found.unwrap_or_else(|| panic!("{title} is recorded")).to_owned())
}

/// What was sent in a section: the JSON behind `-d`.
fn sent(section: &str) -> Value {
    let json = section.split("-d '").nth(1).unwrap().split("' ").next().unwrap();
    serde_json::from_str(json).unwrap()
}

fn queued(heartbeat: bool) -> QueuedFix {
    let wall = UtcMs::parse("2026-11-25T03:32:36Z").unwrap();
    let fix = AcceptedFix {
        place: LatLon::new(31.2351, 121.48).unwrap(),
        fix_time: wall,
        raw: DeviceTime { wall, since_boot_ms: 9, boot: BootId(1) },
        accuracy_m: if heartbeat { None } else { Some(4.2) },
        altitude_m: if heartbeat { None } else { Some(8.1) },
        speed_mps: if heartbeat { None } else { Some(12.5) },
        course_deg: if heartbeat { None } else { Some(45.0) },
        source: FixSource::Gps,
        mock: false,
        battery: Some(Battery { level_percent: 77.0, charging: true }),
        activity: Some(Activity::Driving),
        kind: if heartbeat { FixKind::Heartbeat } else { FixKind::Position },
        moving: true,
        odometer_m: 1_234.5,
    };
    let id = FixId("0193624e-7d4c-7f3a-9c6e-0d7c1f6a2b11".parse().unwrap());
    QueuedFix {
        seq: 1,
        id,
        account: AccountKey("a".into()),
        unit_identifier: "phone-d1".into(),
        fix,
        attempts: 0,
    }
}

/// Sends one fix to a server that answers as recorded, or closes the connection where that was recorded. What the client
/// makes of it, and the body it sent.
async fn upload(section: &str, queued: &QueuedFix) -> (Answer, Value) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = parse(&format!("http://{}", listener.local_addr().unwrap()), Cleartext::Refuse).unwrap();
    let status = section.split("\nHTTP/1.1 ").nth(1).map(|answer| answer.lines().next().unwrap().to_owned());
    assert_eq!(status.is_none(), section.contains("Empty reply from server"));
    let body = Arc::new(Mutex::new(Value::Null));
    let kept = Arc::clone(&body);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        let json = loop {
            assert!(stream.read_buf(&mut request).await.unwrap() > 0);
            let text = String::from_utf8_lossy(&request).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n")
                && let Ok(json) = serde_json::from_str(body)
            {
                assert!(head.starts_with("POST / HTTP/1.1"), "{head}");
                assert!(!head.to_lowercase().contains("authorization"), "no token goes to a tracker's port");
                break json;
            }
        };
        *kept.lock().unwrap() = json;
        if let Some(status) = status {
            stream
                .write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").as_bytes())
                .await
                .unwrap();
        }
    });
    let client =
        Client::new(address, &TlsPolicy::default(), Arc::new(StoppedClock), Arc::new(|| true)).unwrap();
    let answer = client.upload_by_osmand(queued).await.unwrap();
    let body = body.lock().unwrap().clone();
    (answer, body)
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn a_fix_has_the_form_that_traccar_took() {
    let Some(recorded) = section("JSON body through the web port (POST /)") else { return };
    let taken = sent(&recorded);
    let (answer, body) = upload(&recorded, &queued(false)).await;
    assert_eq!(answer, Answer::PerFix(vec![Fate::Stored]));
    assert_eq!(body["device_id"], taken["device_id"]);
    assert_eq!(body["location"]["coords"], taken["location"]["coords"]);
    assert_eq!(body["location"]["battery"], taken["location"]["battery"]);
    assert_eq!(body["location"]["activity"], taken["location"]["activity"]);
    assert_eq!(body["location"]["is_moving"], taken["location"]["is_moving"]);
    let time = |value: &Value| UtcMs::parse(value["location"]["timestamp"].as_str().unwrap());
    assert_eq!(time(&body), time(&taken));
    // Traccar closes the connection over a place without one of its numbers: none may be missing, known or not.
    let (_, sparse) = upload(&recorded, &queued(true)).await;
    assert_eq!(keys(&sparse["location"]["coords"]), keys(&taken["location"]["coords"]));
    assert_eq!(sparse["location"]["event"], "heartbeat");
}

#[tokio::test]
async fn each_recorded_answer_says_what_becomes_of_the_fix() {
    for (title, expected) in [
        ("JSON unknown device", Answer::Unit(SetAsideReason::UnknownUnit)),
        ("disabled device", Answer::NoAnswer),
        ("JSON missing coords.altitude", Answer::NoAnswer),
    ] {
        let Some(recorded) = section(title) else { return };
        assert_eq!(upload(&recorded, &queued(false)).await.0, expected, "{title}");
    }
}
