//! Own fixes of phones: each is stored exactly once, whatever happens on the way.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs)]

mod common;

use std::io::Write;
use std::time::Duration;

use common::{NOW_MS, Server, account};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

const ADMIN: (&str, &str) = ("admin@example.com", "admin");
const DRIVER: (&str, &str) = ("driver@example.com", "p");

fn time(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).unwrap().to_string()
}

fn fix(id: u128, unit: &str, at_ms: i64) -> Value {
    json!({"id": Uuid::from_u128(id).to_string(), "uniqueId": unit, "fixTime": time(at_ms), "latitude": 31.2, "longitude": 121.4})
}

fn packed(body: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(body).unwrap();
    gzip.finish().unwrap()
}

async fn send(server: &Server, token: &str, fixes: &[Value]) -> (u16, Value) {
    let body = packed(json!({ "fixes": fixes }).to_string().as_bytes());
    let request = server.http.post(format!("{}/api/trak/fixes", server.url)).bearer_auth(token);
    let request = request.header("Content-Type", "application/json").header("Content-Encoding", "gzip");
    let answer = request.body(body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn said(answer: &Value) -> Vec<&str> {
    let row =
        |row: &Value| row["code"].as_str().or(row["status"].as_str()).unwrap().to_owned().leak() as &str;
    answer["results"].as_array().unwrap().iter().map(row).collect()
}

/// With the units V1 (seen by the driver), V2 (hidden from the driver) and V3 (seen, disabled).
async fn server() -> Server {
    let server = Server::start().await;
    account(server.running(), DRIVER.0, "Driver", DRIVER.1, false);
    for n in 1..=3 {
        let body = json!({"name": format!("Van {n}"), "uniqueId": format!("V{n}"), "disabled": n == 3});
        server.admin(Method::POST, "/api/devices", body).await;
    }
    for n in [1, 3] {
        server.admin(Method::POST, "/api/permissions", json!({"userId": 2, "deviceId": n})).await;
    }
    server
}

fn kept(server: &Server, unit: i64) -> usize {
    server.running().state.db.history(unit, 0, i64::MAX).unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_and_concurrent_deliveries_store_each_fix_once_and_in_order() {
    let server = server().await;
    let token = server.token(DRIVER).await;
    let fixes: Vec<Value> = (0..200).map(|n| fix(n, "V1", NOW_MS - 200_000 + 1_000 * n as i64)).collect();
    let (a, b, c) = tokio::join!(
        send(&server, &token, &fixes),
        send(&server, &token, &fixes),
        send(&server, &token, &fixes)
    );
    let mut stored = 0;
    for (status, answer) in [a, b, c] {
        assert_eq!(status, 200);
        let said = said(&answer);
        assert_eq!(said.len(), 200);
        assert!(said.iter().all(|word| ["stored", "duplicate"].contains(word)), "{said:?}");
        stored += said.iter().filter(|word| **word == "stored").count();
        assert_eq!(answer["results"][7]["id"], fixes[7]["id"]);
    }
    assert_eq!(stored, 200);
    let (_, again) = send(&server, &token, &fixes).await;
    assert!(said(&again).iter().all(|word| *word == "duplicate"));
    let history = server.running().state.db.history(1, 0, i64::MAX).unwrap();
    assert_eq!(history.len(), 200);
    assert!(history.windows(2).all(|pair| pair[0].id < pair[1].id), "the order is kept");
    // The same id of another unit is another fix, and twice in one request is once.
    let token = server.token(ADMIN).await;
    let (_, answer) = send(&server, &token, &[fix(7, "V2", NOW_MS), fix(7, "V2", NOW_MS)]).await;
    assert_eq!(said(&answer), ["stored", "duplicate"]);
    assert_eq!(kept(&server, 2), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_fix_says_is_what_is_shown_and_older_never_replaces_newer() {
    let server = server().await;
    let token = server.token(DRIVER).await;
    let mut full = fix(1, "V1", NOW_MS - 1_000);
    for (key, value) in [
        ("rawTime", json!("2007-04-11T03:33:05Z")),
        ("accuracyM", json!(4.5)),
        ("altitudeM", json!(-3.25)),
        ("speedMps", json!(10)),
        ("courseDeg", json!(271.5)),
        ("attributes", json!({"batteryLevel": 81, "activity": "driving"})),
        ("unheardOf", json!([1])),
    ] {
        full[key] = value;
    }
    let mut unknown = fix(2, "V1", NOW_MS - 60_000);
    for key in ["accuracyM", "speedMps", "courseDeg"] {
        unknown[key] = json!(-1);
    }
    for key in ["rawTime", "altitudeM", "attributes"] {
        unknown[key] = Value::Null;
    }
    let (_, answer) = send(&server, &token, &[full, unknown]).await;
    assert_eq!(said(&answer), ["stored", "stored"]);
    let latest = server.running().state.db.latest(1).unwrap().unwrap();
    let shown = serde_json::to_value(&latest).unwrap();
    assert_eq!(shown["fixTime"], "2026-11-25T03:33:05.000+00:00");
    assert_eq!(shown["deviceTime"], "2007-04-11T03:33:05.000+00:00");
    assert_eq!((latest.accuracy, latest.altitude, latest.course), (4.5, -3.25, 271.5));
    assert!((latest.speed - 19.438_445).abs() < 1e-6, "knots");
    assert_eq!(
        (&shown["attributes"]["batteryLevel"], &shown["attributes"]["motion"]),
        (&json!(81), &json!(true))
    );
    let earlier = &server.running().state.db.history(1, 0, i64::MAX).unwrap()[0];
    assert_eq!((earlier.accuracy, earlier.speed, earlier.course, earlier.altitude), (0.0, 0.0, 0.0, 0.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_element_costs_nobody_else_and_each_says_why() {
    let server = server().await;
    let token = server.token(DRIVER).await;
    let with = |id: u128, key: &str, value: Value| {
        let mut fix = fix(id, "V1", NOW_MS);
        fix[key] = value;
        fix
    };
    let elements = [
        fix(1, "V1", NOW_MS),
        json!("no fix"),
        json!(null),
        json!([[[]]]),
        json!({}),
        json!({"id": 5}),
        with(2, "id", json!("not a uuid")),
        with(3, "latitude", json!(90.1)),
        with(4, "longitude", json!("121")),
        with(5, "fixTime", json!("yesterday")),
        with(6, "fixTime", json!("1969-12-31T23:59:59Z")),
        with(7, "rawTime", json!("2200-01-01T00:00:00Z")),
        with(8, "attributes", json!([])),
        with(9, "fixTime", json!(time(NOW_MS + 300_001))),
        with(10, "uniqueId", json!("NOPE")),
        with(11, "uniqueId", json!("V2")),
        with(12, "uniqueId", json!("V3")),
        with(13, "speedMps", json!(1.7e308)),
        with(14, "fixTime", json!(time(NOW_MS + 299_999))),
    ];
    let (status, answer) = send(&server, &token, &elements).await;
    assert_eq!(status, 200);
    let bad = ["badFix"; 12];
    let rest = ["future", "unknownUnit", "unknownUnit", "denied", "stored", "stored"];
    assert_eq!(said(&answer), [&["stored"][..], &bad[..], &rest[..]].concat());
    assert_eq!(answer["results"][1], json!({"id": null, "status": "refused", "code": "badFix"}));
    assert_eq!(answer["results"][6]["id"], "not a uuid");
    assert_eq!(answer["results"][0], json!({"id": elements[0]["id"], "status": "stored"}));
    assert_eq!((kept(&server, 1), kept(&server, 2), kept(&server, 3)), (3, 0, 0));
    // What was refused may come again once it is right.
    let (_, answer) = send(&server, &token, &[fix(3, "V1", NOW_MS)]).await;
    assert_eq!(said(&answer), ["stored"]);

    let mut user = server.running().state.db.user(2).unwrap().unwrap();
    user.readonly = true;
    server.running().state.db.update_user(&user, None).unwrap();
    let (status, answer) = send(&server, &token, &[fix(20, "V1", NOW_MS), fix(21, "V2", NOW_MS)]).await;
    assert_eq!((status, said(&answer)), (200, vec!["denied", "unknownUnit"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_too_much_or_no_delivery_at_all_are_refused_whole() {
    let server = server().await;
    let token = server.token(DRIVER).await;
    let url = format!("{}/api/trak/fixes", server.url);
    let many: Vec<Value> = (0..501).map(|n| fix(n, "V1", NOW_MS)).collect();
    assert_eq!(send(&server, &token, &many).await, (413, json!({"error": "tooLarge"})));
    assert_eq!(send(&server, &token, &many[..500]).await.0, 200);
    let bomb = packed(&vec![b' '; 64 << 20]);
    assert!(bomb.len() < 1 << 20);
    for (encoding, body, status) in [
        ("gzip", packed(&vec![b' '; (1 << 20) + 1]), 413),
        ("gzip", bomb, 413),
        ("gzip", b"no gzip".to_vec(), 400),
        ("br", b"{}".to_vec(), 400),
        ("identity", vec![b' '; (1 << 20) + 1], 413),
        ("identity", b"{\"fixes\":{}}".to_vec(), 400),
        ("identity", b"[]".to_vec(), 400),
        ("identity", b"{\"fixes\":[{]}".to_vec(), 400),
        ("identity", b"{\"fixes\":[]}".to_vec(), 200),
    ] {
        let request = server.http.post(&url).bearer_auth(&token).header("Content-Encoding", encoding);
        let answer = request.body(body).send().await.unwrap();
        assert_eq!(answer.status(), status, "{encoding}");
    }
    assert_eq!(server.http.post(&url).body("{\"fixes\":[]}").send().await.unwrap().status(), 401);
    assert_eq!(kept(&server, 1), 500);
    let (_, told) = server.api(ADMIN, Method::GET, "/api/server", None).await;
    assert!(told["attributes"]["trak"]["features"].as_array().unwrap().contains(&json!("fixes")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_map_hears_of_them_and_of_the_geofence_they_enter() {
    let server = server().await;
    let area = json!({"name": "Depot", "area": "CIRCLE (31.3 121.4, 300)"});
    let fence = server.admin(Method::POST, "/api/geofences", area).await["id"].clone();
    server.admin(Method::POST, "/api/permissions", json!({"deviceId": 1, "geofenceId": fence})).await;
    let token = server.token(DRIVER).await;
    let mut socket = server.socket(&token).await;
    let mut inside = fix(2, "V1", NOW_MS - 1_000);
    inside["latitude"] = json!(31.3);
    let mut still_inside = fix(4, "V1", NOW_MS);
    still_inside["latitude"] = json!(31.3);
    let late = fix(3, "V1", NOW_MS - 9_000);
    send(&server, &token, &[fix(1, "V1", NOW_MS - 2_000), inside, late, still_inside]).await;
    let mut frames = Vec::new();
    while frames.len() < 5 {
        let frame =
            tokio::time::timeout(Duration::from_secs(20), socket.next()).await.unwrap().unwrap().unwrap();
        frames.push(serde_json::from_str::<Value>(frame.to_text().unwrap()).unwrap());
    }
    assert_eq!(frames[0], json!({"positions": []}));
    assert_eq!(
        (&frames[1]["devices"][0]["status"], &frames[1]["devices"][0]["positionId"]),
        (&json!("online"), &json!(4))
    );
    let latitudes: Vec<f64> =
        frames[2]["positions"].as_array().unwrap().iter().map(|p| p["latitude"].as_f64().unwrap()).collect();
    assert_eq!(latitudes, [31.2, 31.3, 31.2, 31.3]);
    assert_eq!(frames[3]["events"][0]["type"], "deviceOnline");
    assert_eq!(
        (&frames[4]["events"][0]["type"], &frames[4]["events"][0]["positionId"]),
        (&json!("geofenceEnter"), &json!(2))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_of_ten_thousand_is_taken_in_without_a_wait() {
    let server = server().await;
    let token = server.token(DRIVER).await;
    let fixes: Vec<Value> = (0..10_000)
        .map(|n| {
            let mut fix = fix(n, "V1", NOW_MS - 10_000_000 + 1_000 * n as i64);
            fix["latitude"] = json!(31.0 + n as f64 / 1e5);
            fix["speedMps"] = json!(1.5);
            fix["accuracyM"] = json!(5);
            fix["attributes"] = json!({"batteryLevel": 80, "activity": "walking"});
            fix
        })
        .collect();
    let begun = std::time::Instant::now();
    for batch in fixes.chunks(500) {
        assert_eq!(send(&server, &token, batch).await.0, 200);
    }
    let took = begun.elapsed();
    println!("10,000 fixes in 20 requests: {took:?}");
    assert_eq!(kept(&server, 1), 10_000);
    // Measured without optimisation; a release build is several times faster.
    assert!(took < Duration::from_secs(20), "{took:?}");
}
