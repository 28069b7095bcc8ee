//! What happens to a unit is told once: over restarts, late positions and silence.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs)]

mod common;

use common::{NOW_MS, Server, Socket, account};
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};

const DRIVER: (&str, &str) = ("driver@example.com", "p");
const NOW_S: i64 = NOW_MS / 1_000;

/// With unit 1, which geofence 1 watches and account 2 sees.
async fn server() -> Server {
    let server = Server::start().await;
    prepare(&server).await;
    server
}

async fn prepare(server: &Server) {
    account(server.running(), DRIVER.0, "Driver", DRIVER.1, false);
    server.admin(Method::POST, "/api/devices", json!({"name": "Van 1", "uniqueId": "V1"})).await;
    let depot = json!({"name": "Depot", "area": "CIRCLE (31.23 121.47, 300)"});
    server.admin(Method::POST, "/api/geofences", depot).await;
    for link in [json!({"deviceId": 1, "geofenceId": 1}), json!({"userId": 2, "deviceId": 1})] {
        server.admin(Method::POST, "/api/permissions", link).await;
    }
}

/// Kinds and times of the events of unit 1, seconds before or after now.
async fn told(server: &Server) -> Vec<(String, i64)> {
    let path = "/api/reports/events?deviceId=1&from=2026-11-01T00:00:00Z&to=2026-12-31T00:00:00Z";
    let (status, events) = server.api(("admin@example.com", "admin"), Method::GET, path, None).await;
    assert_eq!(status, 200);
    let row = |event: &Value| {
        let at: jiff::Timestamp = event["eventTime"].as_str().unwrap().parse().unwrap();
        (event["type"].as_str().unwrap().to_owned(), at.as_second() - NOW_S)
    };
    events.as_array().unwrap().iter().map(row).collect()
}

async fn fix(server: &Server, second: i64, latitude: f64) {
    let query = format!("id=V1&lat={latitude}&lon=121.47&speed=0&timestamp={}", NOW_S + second);
    assert_eq!(server.upload(&query).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_and_late_positions_tell_nothing_twice() {
    let mut server = server().await;
    for (second, latitude) in [(-100, 31.25), (-90, 31.23)] {
        fix(&server, second, latitude).await;
    }
    // Between the crossing and its confirmation the backend starts anew.
    server.restart().await;
    fix(&server, -80, 31.23).await;
    server.restart().await;
    for (second, latitude) in [(-70, 31.2301), (-95, 31.26), (-85, 31.26)] {
        fix(&server, second, latitude).await;
    }
    let events: Vec<_> = told(&server).await.into_iter().filter(|(kind, _)| kind != "deviceOnline").collect();
    assert_eq!(events, [("geofenceEnter".to_owned(), -90)]);
    let (_, report) = server
        .api(
            ("admin@example.com", "admin"),
            Method::GET,
            "/api/reports/events?deviceId=1&type=geofenceEnter&from=2026-11-01T00:00:00Z&to=2026-12-31T00:00:00Z",
            None,
        )
        .await;
    assert_eq!((&report[0]["positionId"], &report[0]["geofenceId"]), (&json!(2), &json!(1)));
}

/// The next events on a socket; other frames are passed over.
async fn next_event(socket: &mut Socket) -> Value {
    loop {
        let frame = tokio::time::timeout(std::time::Duration::from_secs(30), socket.next()).await.unwrap();
        let frame: Value = serde_json::from_str(frame.unwrap().unwrap().to_text().unwrap()).unwrap();
        if frame["events"].is_array() {
            return frame["events"][0].clone();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_told_in_two_steps_and_a_sign_of_life_ends_it() {
    let server = Server::start_with(|config| {
        config.unknown_after_ms = Some(300_000);
        config.sweep = std::time::Duration::from_millis(50);
    })
    .await;
    prepare(&server).await;
    let mut socket = server.socket(&server.token(DRIVER).await).await;
    fix(&server, 0, 31.25).await;
    assert_eq!(next_event(&mut socket).await["type"], "deviceOnline");
    fix(&server, 5, 31.23).await; // crosses, and says nothing more
    server.advance(66_000);
    let crossed = next_event(&mut socket).await;
    assert_eq!((&crossed["type"], &crossed["positionId"]), (&json!("geofenceEnter"), &json!(2)));
    server.advance(300_000);
    assert_eq!(next_event(&mut socket).await["type"], "deviceUnknown");
    server.advance(300_000);
    assert_eq!(next_event(&mut socket).await["type"], "deviceOffline");
    // One report every eleven minutes: what is shown follows, but nobody is told each time.
    for _ in 0..3 {
        assert_eq!(server.upload("id=V1").await, 200);
        assert_eq!(status(&server).await, "online");
        server.advance(660_000);
        let silent = async {
            while status(&server).await != "offline" {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), silent).await.unwrap();
    }
    for _ in 0..3 {
        assert_eq!(server.upload("id=V1").await, 200);
    }
    assert_eq!(next_event(&mut socket).await["type"], "deviceOnline");
    let kinds: Vec<String> = told(&server).await.into_iter().map(|(kind, _)| kind).collect();
    let expected = ["deviceOnline", "geofenceEnter", "deviceUnknown", "deviceOffline", "deviceOnline"];
    assert_eq!(kinds, expected);
}

async fn status(server: &Server) -> String {
    let (_, devices) =
        server.api(("admin@example.com", "admin"), Method::GET, "/api/devices?id=1", None).await;
    devices[0]["status"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_shows_the_kinds_that_its_account_asked_for() {
    let server = server().await;
    let mut socket = server.socket(&server.token(DRIVER).await).await;
    let alarms =
        json!({"type": "alarm", "notificators": "web", "always": true, "attributes": {"alarms": "sos"}});
    let (status, kept) = server.api(DRIVER, Method::POST, "/api/notifications", Some(alarms)).await;
    assert_eq!(status, 200);
    for alarm in ["tow", "sos"] {
        assert_eq!(server.upload(&format!("id=V1&lat=31&lon=121&alarm={alarm}")).await, 200);
    }
    assert_eq!(next_event(&mut socket).await["attributes"]["alarm"], "sos");
    let path = format!("/api/notifications/{}", kept["id"]);
    assert_eq!(server.api(DRIVER, Method::DELETE, &path, None).await.0, 204);
    assert_eq!(server.upload("id=V1&lat=31&lon=121&ignition=true").await, 200);
    assert_eq!(server.upload("id=V1&lat=31&lon=121&ignition=false").await, 200);
    assert_eq!(next_event(&mut socket).await["type"], "ignitionOff");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_older_than_what_is_remembered_of_deleted_units_gets_everything() {
    let server = Server::start_with(|config| config.sweep = std::time::Duration::from_millis(50)).await;
    prepare(&server).await;
    server.admin(Method::POST, "/api/devices", json!({"name": "Van 2", "uniqueId": "V2"})).await;
    let fleet = async |since: &Value| {
        let path = format!("/api/trak/fleet?since={}", since.as_str().unwrap_or_default());
        server.api(("admin@example.com", "admin"), Method::GET, &path, None).await.1
    };
    let first = fleet(&Value::Null).await["cursor"].clone();
    server.api(("admin@example.com", "admin"), Method::DELETE, "/api/devices/2", None).await;
    let changed = fleet(&first).await;
    assert_eq!((&changed["full"], &changed["removedDevices"]), (&json!(false), &json!([2])));
    let second = changed["cursor"].clone();
    server.advance(41 * 86_400_000);
    let late = tokio::time::timeout(std::time::Duration::from_secs(30), async {
        loop {
            let late = fleet(&first).await;
            if late["full"] == true {
                return late;
            }
        }
    });
    assert_eq!(late.await.unwrap()["removedDevices"], json!([]));
    assert_eq!(fleet(&second).await["full"], false, "it knows of the deletion already");
}
