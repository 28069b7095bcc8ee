//! Geofences, notifications, events, reports, exports, erasing and the socket's frames as recorded from a real Traccar
//! 6.14.5, run against this backend. `common::replay` says where it means to differ, and why.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs)]

mod common;

use std::collections::BTreeMap;

use common::account;
use common::curl::{Recorded, difference, read};
use common::replay::{EXACT, Replay, reference};
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};

const DRIVER: &str = "driver1@example.com";

/// The recording's units as far as what was recorded of them matters: the driver sees those of group 1 and unit 5.
async fn fleet() -> Replay {
    let mut replay = Replay::start().await;
    account(replay.server.running(), DRIVER, "Driver One", "secret2", false);
    let admin = async |path, body| replay.server.admin(Method::POST, path, body).await;
    admin("/api/groups", json!({"name": "Fleet A"})).await;
    admin("/api/permissions", json!({"userId": 2, "groupId": 1})).await;
    for n in 1..=9 {
        let (name, unique) = match n {
            1 => ("Van 1", "VAN-001"),
            5 => ("Phone of driver1", "phone-d1"),
            7 => ("Van 9", "VAN-009"),
            9 => ("Van 11", "VAN-011"),
            _ => ("Another", ["", "", "V2", "V3", "V4", "", "V6", "", "V8"][n]),
        };
        let attributes = if n == 1 { json!({"speedLimit": 40}) } else { json!({}) };
        let group = i32::from(n != 4);
        let body = json!({"name": name, "uniqueId": unique, "groupId": group, "attributes": attributes});
        admin("/api/devices", body).await;
    }
    let mut user = replay.server.running().state.db.user(2).unwrap().unwrap();
    user.login = Some("driver1".into());
    replay.server.running().state.db.update_user(&user, None).unwrap();
    replay.sign_in("jar-d1", "driver1", "secret2").await;
    replay.sign_in("jar-admin", "admin@example.com", "admin").await;
    replay
}

async fn upload(replay: &Replay, queries: &[&str]) {
    for query in queries {
        assert_eq!(replay.server.upload(query).await, 200, "{query}");
    }
}

/// The recorded day of units 7 and 9: half an hour's drive, a stay of forty minutes, and both again.
async fn drive(replay: &Replay, unit: &str, mut at_s: i64) {
    let mut step = 0;
    for _ in 0..2 {
        for (moves, count, every_s) in [(true, 60, 30), (false, 40, 60)] {
            for _ in 0..count {
                step += i32::from(moves);
                let (lat, lon) = (31.2 + 0.001 * f64::from(step), 121.4 + 0.0012 * f64::from(step));
                let speed = if moves { 25 } else { 0 };
                let query = format!(
                    "id={unit}&lat={lat}&lon={lon}&timestamp={at_s}&speed={speed}&bearing=45&altitude=10&accuracy=5"
                );
                upload(replay, &[&query]).await;
                at_s += every_s;
            }
        }
    }
}

/// What unit 1 does in the recording of events, from 03:39:20 on.
const EVENTFUL: [&str; 6] = [
    "id=VAN-001&lat=31.2304&lon=121.4737&timestamp=1795577960&speed=20",
    "id=VAN-001&lat=31.2304&lon=121.4738&timestamp=1795577965&speed=60",
    "id=VAN-001&lat=31.245&lon=121.485&timestamp=1795577969&speed=10&alarm=sos",
    "id=VAN-001&lat=31.26&lon=121.495&timestamp=1795577973&speed=10&alarm=lowBattery",
    "id=VAN-001&lat=31.26&lon=121.4951&timestamp=1795577977&speed=0&ignition=true",
    "id=VAN-001&lat=31.26&lon=121.4951&timestamp=1795577981&speed=0&ignition=false",
];

#[tokio::test(flavor = "multi_thread")]
async fn geofences_notifications_and_events_answer_as_traccar_does() {
    let Some(reference) = reference() else { return };
    let mut replay = fleet().await;
    let exchanges = read(&reference.join("05-geofence-event-notification.md"));
    for recorded in &exchanges {
        if recorded.title == "events report" {
            replay.server.advance(395_000); // 03:39:41
            upload(&replay, &EVENTFUL).await;
            // What moving and crossing a border is differs: here a crossing wants a second fix or a minute.
            let own = replay.runner.run(recorded, None).await;
            assert_eq!(events(&own.body), events(&recorded.body));
            continue;
        }
        // What stands at the first numbers is not recorded whole.
        let exact = if recorded.title.starts_with("event") || recorded.title.contains(" by id") {
            &[]
        } else {
            EXACT
        };
        replay.exchange(recorded, exact).await;
    }
    replay.end();
}

/// Kind, time, geofence and attributes of the events that do not depend on what moving or crossing is, in no order.
fn events(json: &str) -> Vec<String> {
    let events: Vec<Value> = serde_json::from_str(json).unwrap();
    let moving = ["deviceMoving", "deviceStopped", "geofenceEnter", "geofenceExit"];
    let mut told: Vec<String> = events
        .iter()
        .filter(|event| !moving.contains(&event["type"].as_str().unwrap()))
        .map(|event| {
            // An event without a position is of the moment at which it was noticed.
            let at = if event["positionId"] == 0 { &Value::Null } else { &event["eventTime"] };
            format!("{} {at} {} {}", event["type"], event["geofenceId"], event["attributes"])
        })
        .collect();
    told.sort();
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_and_exports_answer_as_traccar_does() {
    let Some(reference) = reference() else { return };
    let mut replay = fleet().await;
    // Unit 7 was heard of before it told of its day, so that none of that became its newest position.
    upload(&replay, &["id=VAN-009&lat=31.307&lon=121.5&timestamp=1795577683"]).await;
    drive(&replay, "VAN-009", 1_795_558_044).await;
    drive(&replay, "VAN-011", 1_795_558_113).await;
    let exchanges = read(&reference.join("06-reports-exports.md"));
    for recorded in &exchanges {
        // Shapes and how many there are: where exactly a stop begins is the core's rule, not Traccar's.
        replay.exchange(recorded, &["deviceId", "deviceName"]).await;
    }
    let named = |title: &str| exchanges.iter().find(|r| r.title == title).unwrap();
    let csv = replay.runner.run(named("CSV"), None).await;
    let columns = |body: &str| {
        let mut columns: Vec<String> = body.lines().next().unwrap().split(',').map(str::to_owned).collect();
        columns.sort();
        columns
    };
    assert_eq!(csv.headers["content-type"], "text/csv");
    assert_eq!(columns(&csv.body), columns(&named("CSV").body));
    assert_eq!(csv.body.lines().count(), 202);
    let gpx = replay.runner.run(named("GPX"), None).await;
    assert_eq!(gpx.headers["content-type"], "application/gpx+xml");
    assert_eq!(gpx.body.matches("<trkpt ").count(), 201);
    assert!(gpx.body.contains("<name>Van 9</name>"));
    let kml = replay.runner.run(named("KML"), None).await;
    assert_eq!(kml.headers["content-type"], "application/vnd.google-earth.kml+xml");
    let head = |body: &str| body.split(" 121.4036").next().unwrap().replace(char::is_numeric, "");
    assert_eq!(head(&kml.body), head(&named("KML").body), "as Traccar draws it");
    assert!(kml.body.contains("121.401200,31.201000,10.000000 121.402400,31.202000,10.000000"));
    replay.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_else_answers_as_traccar_does_or_says_that_it_is_not_there() {
    let Some(reference) = reference() else { return };
    let mut replay = fleet().await;
    for recorded in &read(&reference.join("07-misc.md")) {
        replay.exchange(recorded, &[]).await;
    }
    replay.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_and_leaving_answer_as_traccar_does() {
    let Some(reference) = reference() else { return };
    let mut replay = Replay::start().await;
    account(replay.server.running(), "subject@example.com", "Subject", "p", false);
    let body = json!({"name": "Subject phone", "uniqueId": "subject-phone"});
    replay.server.admin(Method::POST, "/api/devices", body).await;
    replay.server.admin(Method::POST, "/api/permissions", json!({"userId": 2, "deviceId": 1})).await;
    replay.sign_in("jar-admin", "admin@example.com", "admin").await;
    replay.sign_in("jar-subj", "subject@example.com", "p").await;
    let token = replay.server.token(("subject@example.com", "p")).await;
    let exchanges = read(&reference.join("08-data-rights.md"));
    let bearer = |r: &Recorded| {
        r.command.iter().find_map(|word| word.strip_prefix("Authorization: Bearer ").map(str::to_owned))
    };
    for (recorded, own) in [("1010", "1"), ("users/13", "users/2")] {
        replay.runner.tokens.insert(recorded.into(), own.into());
    }
    replay.runner.tokens.insert(exchanges.iter().find_map(bearer).unwrap(), token);
    for recorded in &exchanges {
        if ["export own positions (JSON)", "account cancellation: DELETE own user"]
            .contains(&recorded.title.as_str())
        {
            for n in 0..3 {
                upload(
                    &replay,
                    &[&format!("id=subject-phone&lat=31.2{n}&lon=121.4&timestamp={}", 1_795_577_500 + n)],
                )
                .await;
            }
        }
        replay.exchange(recorded, &["name", "uniqueId"]).await;
    }
    replay.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sockets_frames_have_traccars_shapes() {
    let Some(reference) = reference() else { return };
    let text = std::fs::read_to_string(reference.join("ws-events.txt")).unwrap();
    let frame = |line: &str| serde_json::from_str::<Value>(line.splitn(3, ' ').last()?).ok();
    // What follows the time and the length; Traccar's own log of what units send is not asked for here.
    let recorded: Vec<Value> = text.lines().filter_map(|line| frame(line.trim_start())).collect();
    let replay = fleet().await;
    for (name, area) in [
        ("Depot", "CIRCLE (31.2304 121.4737, 300)"),
        ("Yard", "POLYGON ((31.24 121.48, 31.25 121.48, 31.25 121.49, 31.24 121.49, 31.24 121.48))"),
    ] {
        let made =
            replay.server.admin(Method::POST, "/api/geofences", json!({"name": name, "area": area})).await;
        replay
            .server
            .admin(Method::POST, "/api/permissions", json!({"deviceId": 1, "geofenceId": made["id"]}))
            .await;
    }
    let mut socket = replay.server.socket(&replay.server.token((DRIVER, "secret2")).await).await;
    replay.server.advance(395_000);
    upload(&replay, &EVENTFUL).await;
    let mut own = Vec::new();
    while own.iter().filter(|frame: &&Value| frame["positions"][0]["id"] == EVENTFUL.len()).count() == 0 {
        let frame = tokio::time::timeout(std::time::Duration::from_secs(20), socket.next()).await.unwrap();
        own.push(serde_json::from_str(frame.unwrap().unwrap().to_text().unwrap()).unwrap());
    }
    let kinds = |frames: &[Value]| {
        let mut kinds: BTreeMap<String, Value> = BTreeMap::new();
        for frame in frames {
            for (kind, items) in frame.as_object().unwrap() {
                if let Some(item) = items.as_array().and_then(|items| items.first()) {
                    kinds.insert(kind.clone(), item.clone());
                }
            }
        }
        kinds
    };
    let (recorded, own) = (kinds(&recorded), kinds(&own));
    assert_eq!(own.keys().collect::<Vec<_>>(), ["devices", "events", "positions"]);
    for (kind, item) in &own {
        assert_eq!(difference(kind, &recorded[kind], item, &["deviceId", "uniqueId", "protocol"]), None);
    }
}

/// Traccar answers a socket that it refuses with 200 and an empty body, or with 500; here the answer says why.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_socket_says_so() {
    let replay = fleet().await;
    let url = format!("{}/api/socket", replay.server.url.replace("http", "ws"));
    let token = replay.server.token((DRIVER, "secret2")).await;
    for (query, status) in [("", 401), ("?token=garbage", 401), ("?token=", 401)] {
        let refused = tokio_tungstenite::connect_async(format!("{url}{query}")).await;
        let Err(tokio_tungstenite::tungstenite::Error::Http(answer)) = refused else {
            panic!("{query}: opened")
        };
        assert_eq!(answer.status(), status, "{query}");
    }
    assert!(tokio_tungstenite::connect_async(format!("{url}?token={token}")).await.is_ok());
}
