//! Bad input, guessing, and how large the fleet is on the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs)]

mod common;

use common::{NOW_MS, Server, account};
use reqwest::Method;
use serde_json::{Value, json};
use trak_backend::db::NewPosition;
use trak_backend::model::{Device, Position, Time};

#[tokio::test(flavor = "multi_thread")]
async fn odd_uploads_are_answered_with_a_code_and_never_become_the_latest_position() {
    let server = Server::start().await;
    for body in
        [json!({"name": "Van", "uniqueId": "V1"}), json!({"name": "Off", "uniqueId": "V2", "disabled": true})]
    {
        server.admin(Method::POST, "/api/devices", body).await;
    }
    assert_eq!(server.upload("id=V1&lat=31.5&lon=121.5&timestamp=1795577580").await, 200);
    for (query, status) in [
        ("", 400),
        ("id=V1&lat=131&lon=1", 400),
        ("id=V1&lat=abc&lon=1", 400),
        ("id=V1&lat=NaN&lon=1", 400),
        ("id=V1&lat=1", 400),
        ("id=V1&lat=1&lon=inf", 400),
        ("id=V1&lat=1&lon=1&timestamp=yesterday", 400),
        ("id=V1&lat=1&lon=1&timestamp=-1", 400),
        ("id=V1&lat=1&lon=1&timestamp=9223372036854775807", 400),
        ("id=NOPE&lat=1&lon=1", 400),
        ("id=V2&lat=1&lon=1", 400),
        ("id=V1", 200),
        ("id=V1&lat=1&lon=1&timestamp=1795570000", 200), // older
        ("id=V1&lat=2&lon=2&timestamp=1795577887", 200), // 301 s ahead
        ("id=V1&lat=3&lon=3&timestamp=4000000000", 200), // the year 2096
    ] {
        assert_eq!(server.upload(query).await, status, "{query}");
    }
    for body in
        ["", "[]", "{", "null", "{\"device_id\":\"V1\"}", "{\"device_id\":1,\"location\":[]}", "\u{0}"]
    {
        let post = server.http.post(&server.url).header("Content-Type", "application/json").body(body);
        let answer = post.send().await.unwrap();
        assert_eq!(answer.status(), 400, "{body}");
        let told: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        assert!(told["error"].is_string(), "{told}");
    }
    let (_, latest) =
        server.api(("admin@example.com", "admin"), Method::GET, "/api/positions?deviceId=1", None).await;
    assert_eq!(latest[0]["latitude"], 31.5);
    let large = server.http.post(format!("{}/?id=V1", server.url)).body("x".repeat(2 << 20));
    assert_eq!(large.send().await.unwrap().status(), 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_a_password_must_wait_and_the_right_one_works_afterwards() {
    let server = Server::start().await;
    account(server.running(), "a@example.com", "A", "right", false);
    let sign_in = async |password: &str| {
        let form = [("email", "a@example.com"), ("password", password)];
        server.http.post(format!("{}/api/session", server.url)).form(&form).send().await.unwrap()
    };
    for _ in 0..8 {
        assert_eq!(sign_in("wrong").await.status(), 401);
    }
    let refused = sign_in("right").await;
    assert_eq!(refused.status(), 429);
    let wait_s: i64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(wait_s >= 1);
    server.advance(wait_s * 1_000);
    assert_eq!(sign_in("right").await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_account_is_refused_and_an_upload_credential_is_asked_for_but_never_shown() {
    let server = Server::start().await;
    let admin = ("admin@example.com", "admin");
    let (status, _) =
        server.api(admin, Method::PUT, "/api/users/1", Some(json!({"id": 1, "attributes": {}}))).await;
    assert_eq!(status, 400);
    let body =
        json!({"name": "Van", "uniqueId": "V1", "attributes": {"uploadCredential": "s3cret", "plate": "A1"}});
    let made = server.admin(Method::POST, "/api/devices", body).await;
    assert_eq!(made["attributes"], json!({"plate": "A1"}));
    server.admin(Method::PUT, "/api/devices/1", made).await; // written back as it was shown
    for (query, status) in
        [("id=V1&lat=1&lon=1", 401), ("id=V1&lat=1&lon=1&key=no", 401), ("id=V1&lat=1&lon=1&key=s3cret", 200)]
    {
        assert_eq!(server.upload(query).await, status, "{query}");
    }
    for path in ["/api/devices", "/api/positions", "/api/trak/fleet", "/api/trak/fleet?form=columns"] {
        let (_, shown) = server.api(admin, Method::GET, path, None).await;
        assert!(!shown.to_string().contains("s3cret"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_units_are_small_on_the_wire() {
    let server = Server::start().await;
    let db = &server.running().state.db;
    let mut seed = 7_u64;
    let mut random = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let devices: Vec<Device> = (0..10_000_i64)
        .map(|n| Device {
            name: format!("Van {n}"),
            unique_id: format!("{}", 860_000_000_000_000 + n * 7_919),
            category: Some(if n % 3 == 0 { "truck" } else { "van" }.into()),
            attributes: [("plate".to_owned(), json!(format!("沪A{:05}", random(100_000))))]
                .into_iter()
                .collect(),
            ..Device::default()
        })
        .collect();
    let ids = db.create_devices(&devices).unwrap();
    let mut new: Vec<NewPosition> = ids
        .iter()
        .map(|id| {
            let fix = NOW_MS - 1_000 * random(3_600) as i64;
            let position = Position {
                id: 0,
                attributes: json!({"distance": random(9_999) as f64 / 7.0, "totalDistance": random(9_999_999) as f64 / 7.0,
                    "motion": true}).as_object().unwrap().clone(),
                device_id: *id,
                protocol: "osmand".into(),
                server_time: Time(fix + 700),
                device_time: Time(fix),
                fix_time: Time(fix),
                valid: true,
                latitude: 20.0 + random(25_000_000) as f64 / 1e6,
                longitude: 90.0 + random(30_000_000) as f64 / 1e6,
                altitude: random(500) as f64,
                speed: random(6_000) as f64 / 100.0,
                course: random(360) as f64,
                address: None,
                accuracy: 5.0,
                network: None,
                geofence_ids: None,
            };
            NewPosition { position, newest: true, online: true }
        })
        .collect();
    db.insert_positions(&mut new).unwrap();
    let token = server.token(("admin@example.com", "admin")).await;
    let http = reqwest::Client::builder().no_proxy().no_gzip().build().unwrap();
    let get = async |query: &str| {
        let request = http.get(format!("{}/api/trak/fleet{query}", server.url)).bearer_auth(&token);
        let begun = std::time::Instant::now();
        let bytes = request.header("Accept-Encoding", "gzip").send().await.unwrap().bytes().await.unwrap();
        println!("{query}: {} bytes, {:?}", bytes.len(), begun.elapsed());
        bytes.len()
    };
    let (rows, columns) = (get("").await, get("?form=columns").await);
    assert!(columns < 400_000 && columns < rows, "{rows} {columns}");
}
