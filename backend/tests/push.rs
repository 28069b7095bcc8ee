//! Phones are told of events: once, in their language, and only what they may know and want to know when it is sent.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs)]

mod common;
mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use common::{NOW_MS, Server, account};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use support::{APP_KEY, Jpush, MASTER_SECRET};
use tokio::sync::mpsc::UnboundedReceiver;
use trak_backend::{Forward, Secret};

const LI: (&str, &str) = ("li@example.com", "p");
const HAN: (&str, &str) = ("han@example.com", "p");
const ADMIN: (&str, &str) = ("admin@example.com", "admin");

type Heard = UnboundedReceiver<Value>;

/// Accounts 2 and 3 see unit 1; nobody but administrators unit 2.
async fn server(known: &[&str]) -> (Server, Jpush, Heard) {
    let (jpush, heard) = Jpush::start(known).await;
    let relay = jpush.relay();
    let server = Server::start_with(|config| config.relay = Some(relay)).await;
    prepare(&server).await;
    (server, jpush, heard)
}

async fn prepare(server: &Server) {
    account(server.running(), LI.0, "Li Lei", LI.1, false);
    account(server.running(), HAN.0, "Han Mei", HAN.1, false);
    for n in 1..=2 {
        let body = json!({"name": format!("Van {n}"), "uniqueId": format!("V{n}")});
        server.admin(Method::POST, "/api/devices", body).await;
    }
    for user in [2, 3] {
        server.admin(Method::POST, "/api/permissions", json!({"userId": user, "deviceId": 1})).await;
    }
}

fn install(n: u128) -> String {
    uuid::Uuid::from_u128(n).to_string()
}

fn registration(id: &str, platform: &str, language: &str) -> Value {
    json!({"registrationId": id, "platform": platform, "language": language,
        "kinds": {"alarm": true, "geofenceEnter": true, "ignitionOn": false}})
}

async fn register(server: &Server, who: (&str, &str), n: u128, body: Value) {
    let path = format!("/api/trak/push/{}", install(n));
    let (status, answer) = server.api(who, Method::PUT, &path, Some(body)).await;
    assert_eq!(status, 204, "{answer}");
}

async fn alarm(server: &Server, unit: &str, alarm: &str) {
    assert_eq!(server.upload(&format!("id={unit}&lat=31.2345&lon=121.4567&alarm={alarm}")).await, 200);
}

async fn next(heard: &mut Heard) -> Value {
    tokio::time::timeout(Duration::from_secs(30), heard.recv()).await.expect("nothing was pushed").unwrap()
}

/// Waits until nothing waits to be sent.
async fn idle(server: &Server) {
    let path = Server::database_in(server.folder.path());
    let empty = async {
        let db = rusqlite::Connection::open(&path).unwrap();
        db.busy_timeout(Duration::from_secs(10)).unwrap();
        let waits = || {
            let count = "SELECT (SELECT count(*) FROM push_outbox) + (SELECT count(*) FROM push_calls)";
            db.query_row(count, [], |row| row.get::<_, i64>(0)).unwrap()
        };
        while waits() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), empty).await.expect("something waits for ever");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_reaches_each_phone_in_its_language_with_what_the_app_needs() {
    let (server, _jpush, mut heard) = server(&["aaa1", "aaa2", "bbb1", "ccc1"]).await;
    register(&server, LI, 1, registration("aaa1", "android", "zh-Hans")).await;
    register(&server, LI, 2, registration("aaa2", "ios", "zh-Hans")).await;
    register(&server, HAN, 3, registration("bbb1", "ios", "en")).await;
    register(&server, ADMIN, 4, registration("ccc1", "android", "en")).await;
    alarm(&server, "V1", "sos").await;
    let pushes = [next(&mut heard).await, next(&mut heard).await, next(&mut heard).await];
    let to = |id: &str| {
        let has =
            |push: &&Value| push["audience"]["registration_id"].as_array().unwrap().contains(&json!(id));
        pushes.iter().find(has).unwrap().clone()
    };
    let li = to("aaa1");
    assert_eq!(li["audience"], json!({"registration_id": ["aaa1", "aaa2"]}));
    assert_eq!(li["platform"], json!(["android", "ios"]));
    assert_eq!(li["notification"]["android"]["alert"], "报警：紧急求助");
    assert_eq!(li["notification"]["ios"]["alert"], json!({"title": "Van 1", "body": "报警：紧急求助"}));
    let han = to("bbb1");
    assert_eq!(han["notification"]["ios"]["alert"], json!({"title": "Van 1", "body": "alarm: SOS"}));
    assert_eq!((&han["platform"], han["notification"].get("android")), (&json!(["ios"]), None));
    assert_eq!(han["options"]["apns_production"], true);
    let digest = Sha256::digest(format!("{}/\n3", server.url));
    let account = digest.iter().take(8).fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let extras = &han["notification"]["ios"]["extras"];
    let (_, events) = server
        .api(
            ADMIN,
            Method::GET,
            "/api/reports/events?type=alarm&from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z",
            None,
        )
        .await;
    let event = &events[0];
    let expected = json!({"v": 1, "account": account, "event": event["id"], "unit": 1, "type": "alarm", "at": event["eventTime"]});
    assert_eq!(extras, &expected);
    assert_eq!(to("ccc1")["notification"]["android"]["title"], "Van 1");
    let all = serde_json::to_string(&pushes).unwrap();
    assert!(!all.contains("31.2") && !all.contains("121.4"), "no coordinate leaves");
    // A kind that is not wanted, and a unit that an account does not see.
    for query in ["ignition=false", "ignition=true"] {
        assert_eq!(server.upload(&format!("id=V1&lat=31&lon=121&{query}")).await, 200);
    }
    alarm(&server, "V2", "tow").await;
    let push = next(&mut heard).await;
    assert_eq!(
        (&push["audience"]["registration_id"], &push["notification"]["android"]["alert"]),
        (&json!(["ccc1"]), &json!("alarm: being towed"))
    );
    idle(&server).await;
    assert!(heard.try_recv().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn registrations_are_checked_move_and_end() {
    let (server, _jpush, mut heard) = server(&["aaa1", "aaa2"]).await;
    let path = format!("/api/trak/push/{}", install(1));
    for (body, error) in [
        (json!({}), "json"),
        (registration("a-b", "android", "en"), "registrationId"),
        (registration("aaa1", "android", "fr"), "json"),
    ] {
        assert_eq!(server.api(LI, Method::PUT, &path, Some(body)).await, (400, json!({ "error": error })));
    }
    let good = registration("aaa1", "android", "en");
    assert_eq!(server.api(LI, Method::PUT, "/api/trak/push/x", Some(good.clone())).await.0, 400);
    let stranger =
        server.http.put(format!("{}{path}", server.url)).body(good.to_string()).send().await.unwrap();
    assert_eq!(stranger.status(), 401);
    let large = server
        .http
        .put(format!("{}{path}", server.url))
        .basic_auth(LI.0, Some(LI.1))
        .body("x".repeat(2 << 20));
    assert_eq!(large.send().await.unwrap().status(), 413);
    register(&server, LI, 1, good.clone()).await;
    // Another account signs in on the same phone.
    register(&server, HAN, 1, good).await;
    assert_eq!(
        server.api(LI, Method::DELETE, &path, None).await.0,
        204,
        "not Li's any more: nothing happens"
    );
    alarm(&server, "V1", "sos").await;
    assert_eq!(next(&mut heard).await["audience"]["registration_id"], json!(["aaa1"]));
    // The app was installed anew: the same registration under another install.
    register(&server, HAN, 2, registration("aaa1", "android", "zh-Hans")).await;
    assert_eq!(server.upload("id=V1&lat=31&lon=121").await, 200);
    alarm(&server, "V1", "tow").await;
    assert_eq!(next(&mut heard).await["notification"]["android"]["alert"], "报警：拖车");
    let path = format!("/api/trak/push/{}", install(2));
    assert_eq!(server.api(HAN, Method::DELETE, &path, None).await.0, 204);
    assert_eq!(server.api(HAN, Method::DELETE, &path, None).await.0, 204, "again");
    alarm(&server, "V1", "vibration").await;
    idle(&server).await;
    assert!(heard.try_recv().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_told_is_decided_when_it_is_sent() {
    let (server, jpush, mut heard) = server(&["aaa1", "bbb1"]).await;
    register(&server, LI, 1, registration("aaa1", "android", "en")).await;
    register(&server, HAN, 2, registration("bbb1", "android", "en")).await;
    jpush.fail(Some((503, 1030, 0)));
    alarm(&server, "V1", "sos").await;
    let failed = async {
        while jpush.requests() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), failed).await.unwrap();
    // Between the first try and the next one, both lose what it takes.
    let link = json!({"userId": 2, "deviceId": 1});
    assert_eq!(server.api(ADMIN, Method::DELETE, "/api/permissions", Some(link)).await.0, 204);
    let mut quiet = registration("bbb1", "android", "en");
    quiet["quietHours"] = json!({"from": "11:00", "to": "12:00", "timeZone": "Asia/Shanghai"}); // it is 11:33 there
    register(&server, HAN, 2, quiet).await;
    server.advance(60_000);
    idle(&server).await;
    assert!(heard.try_recv().is_err());
    assert_eq!(jpush.requests(), 1);
    server.advance(27 * 60_000); // past noon
    alarm(&server, "V1", "tow").await;
    assert_eq!(next(&mut heard).await["audience"]["registration_id"], json!(["bbb1"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_the_service_neither_lose_nor_double_a_message() {
    let (server, jpush, mut heard) = server(&["aaa1"]).await;
    register(&server, LI, 1, registration("aaa1", "android", "en")).await;
    // An outage, an answer that was lost although the push was made, and too many requests.
    jpush.fail(Some((500, 1000, 0)));
    jpush.fail(None);
    jpush.fail(Some((429, 2002, 30)));
    alarm(&server, "V1", "sos").await;
    let reached = async |count: usize| {
        let reached = async {
            while jpush.requests() < count {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), reached).await.unwrap();
    };
    reached(1).await;
    server.advance(2_000);
    assert_eq!(next(&mut heard).await["notification"]["android"]["alert"], "alarm: SOS");
    server.advance(4_000);
    reached(3).await;
    alarm(&server, "V1", "tow").await;
    server.advance(29_000);
    assert_eq!(server.upload("id=V1&lat=31&lon=121").await, 200);
    assert_eq!(jpush.requests(), 3, "it waits for as long as it was told");
    server.advance(2_000);
    // Sent again it is the same message: only the next one is news.
    assert_eq!(next(&mut heard).await["notification"]["android"]["alert"], "alarm: being towed");
    idle(&server).await;
    assert_eq!(jpush.requests(), 5);
    assert!(heard.try_recv().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_that_is_none_is_pruned_and_costs_the_others_nothing() {
    let (server, jpush, mut heard) = server(&["aaa1"]).await;
    register(&server, LI, 1, registration("aaa1", "android", "en")).await;
    register(&server, LI, 2, registration("gone", "android", "en")).await;
    jpush.fail(Some((400, 1003, 0)));
    alarm(&server, "V1", "sos").await;
    assert_eq!(next(&mut heard).await["audience"]["registration_id"], json!(["aaa1"]));
    idle(&server).await;
    assert_eq!(jpush.requests(), 3, "both, then each alone");
    alarm(&server, "V1", "tow").await;
    assert_eq!(
        next(&mut heard).await["audience"]["registration_id"],
        json!(["aaa1"]),
        "the other one is pruned"
    );
    idle(&server).await;
    assert_eq!(jpush.requests(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn old_news_is_not_pushed_and_without_a_relay_nothing_waits() {
    let (server, _jpush, mut heard) = server(&["aaa1"]).await;
    register(&server, LI, 1, registration("aaa1", "android", "en")).await;
    let yesterday = NOW_MS / 1_000 - 13 * 3_600;
    assert_eq!(server.upload(&format!("id=V1&lat=31&lon=121&alarm=sos&timestamp={yesterday}")).await, 200);
    alarm(&server, "V1", "tow").await;
    assert_eq!(next(&mut heard).await["notification"]["android"]["alert"], "alarm: being towed");
    idle(&server).await;
    assert!(heard.try_recv().is_err());
    let without = Server::start_with(|config| config.sweep = Duration::from_millis(50)).await;
    prepare(&without).await;
    register(&without, LI, 1, registration("aaa1", "android", "en")).await;
    alarm(&without, "V1", "sos").await;
    idle(&without).await;
}

fn serve(database: &Path, jpush: &Jpush) -> (Child, String) {
    let credentials = database.with_extension("credentials");
    std::fs::write(&credentials, format!("{APP_KEY}:{MASTER_SECRET}\n")).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_trak-backend"))
        .args([
            "serve",
            "--bind",
            "127.0.0.1:0",
            "--jpush-url",
            &jpush.url,
            "--public-url",
            "http://localhost",
        ])
        .arg("--jpush-credentials-file")
        .arg(&credentials)
        .arg("--database")
        .arg(database)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line.trim().strip_prefix("listening on ").unwrap().to_owned())
}

/// The process is killed again and again while events come and are pushed.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_loses_no_message_and_sends_none_twice() {
    const ALARMS: usize = 40;
    let (jpush, mut heard) = Jpush::start(&["aaa1"]).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backend.db");
    {
        let db = trak_backend::db::Database::open(&path).unwrap();
        let user = trak_backend::model::User {
            name: "A".into(),
            email: LI.0.into(),
            administrator: true,
            password: Some(LI.1.into()),
            ..Default::default()
        };
        trak_backend::create_account(&db, user).unwrap();
        let unit =
            trak_backend::model::Device { name: "Van".into(), unique_id: "V1".into(), ..Default::default() };
        db.create_device(&unit).unwrap();
    }
    let http = common::client();
    let (mut sent, mut kills) = (0, 0_u64);
    while sent < ALARMS {
        let (mut child, url) = serve(&path, &jpush);
        if kills == 0 {
            let put = http.put(format!("{url}/api/trak/push/{}", install(1))).basic_auth(LI.0, Some(LI.1));
            let body = registration("aaa1", "android", "en").to_string();
            assert_eq!(put.body(body).send().await.unwrap().status(), 204);
        }
        let killed = tokio::task::spawn_blocking(move || {
            std::thread::sleep(Duration::from_millis(100 + kills * 37 % 300));
            child.kill().unwrap();
            child.wait().unwrap();
        });
        // Each alarm has a name of its own, so that each is told.
        while sent < ALARMS {
            let query = format!(
                "{url}/?id=V1&lat=31&lon=121&alarm=kind{sent}&timestamp={}",
                jiff::Timestamp::now().as_second()
            );
            let Ok(answer) = http.get(query).send().await else { break };
            assert_eq!(answer.status(), 200);
            sent += 1;
        }
        killed.await.unwrap();
        kills += 1;
    }
    let (mut child, _) = serve(&path, &jpush);
    let kind = |push: &Value| push["notification"]["android"]["alert"].as_str().unwrap().to_owned();
    let mut told = Vec::new();
    // An alarm whose answer was lost in a kill was sent again under the same name, which is no new alarm.
    while told.len() < ALARMS {
        told.push(kind(&next(&mut heard).await));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let different: std::collections::HashSet<&String> = told.iter().collect();
    println!("{kills} kills, {} requests for {ALARMS} messages", jpush.requests());
    assert_eq!(different.len(), ALARMS, "{told:?}");
    assert!(heard.try_recv().is_err());
}

fn forwarded(id: i64, unique_id: &str) -> Value {
    json!({
        "event": {"id": id, "attributes": {"alarm": "sos", "message": "secret place"}, "deviceId": 70, "type": "alarm",
            "eventTime": "2026-11-25T03:33:00.000+00:00", "positionId": 9, "geofenceId": 0, "maintenanceId": 0},
        "device": {"id": 70, "name": "Van over there", "uniqueId": unique_id},
        "position": {"latitude": 31.2, "longitude": 121.4}
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_traccar_server_forwards_is_told_once_to_who_sees_the_unit_here() {
    let (jpush, mut heard) = Jpush::start(&["aaa1"]).await;
    let relay = jpush.relay();
    let server = Server::start_with(|config| {
        config.relay = Some(relay);
        config.forward = Some(Forward::with_token(Some(Secret::new("t0ken".into()))));
    })
    .await;
    prepare(&server).await;
    register(&server, LI, 1, registration("aaa1", "android", "en")).await;
    let post = async |token: &str, body: &str| {
        let request = server.http.post(format!("{}/api/trak/events/forward", server.url));
        request.header("Authorization", token).body(body.to_owned()).send().await.unwrap().status().as_u16()
    };
    let event = forwarded(5, "V1").to_string();
    assert_eq!(post("Bearer wrong", &event).await, 401);
    assert_eq!(post("t0ken", &event).await, 401);
    for body in ["", "{}", "[]", r#"{"event":{"id":1}}"#] {
        assert_eq!(post("Bearer t0ken", body).await, 400, "{body}");
    }
    for _ in 0..3 {
        assert_eq!(post("Bearer t0ken", &event).await, 202);
    }
    assert_eq!(post("Bearer t0ken", &forwarded(6, "elsewhere").to_string()).await, 202);
    let push = next(&mut heard).await;
    assert_eq!(push["notification"]["android"]["alert"], "alarm: SOS");
    assert_eq!(push["notification"]["android"]["extras"]["unit"], 1);
    idle(&server).await;
    assert!(heard.try_recv().is_err());
    let path = "/api/reports/events?deviceId=1&from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z";
    let (_, events) = server.api(LI, Method::GET, path, None).await;
    assert_eq!(events.as_array().unwrap().len(), 1);
    assert!(!events.to_string().contains("secret"));
    let other = Server::start().await;
    let off =
        other.http.post(format!("{}/api/trak/events/forward", other.url)).bearer_auth("t0ken").body(event);
    assert_eq!(off.send().await.unwrap().status(), 404);
}

/// The other server here is a second backend, which answers as Traccar does.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_forwarded_is_found_in_the_other_servers_report() {
    let there = Server::start().await;
    prepare(&there).await;
    let depot = json!({"name": "Depot", "area": "CIRCLE (31.23 121.47, 300)"});
    there.admin(Method::POST, "/api/geofences", depot).await;
    there.admin(Method::POST, "/api/permissions", json!({"deviceId": 1, "geofenceId": 1})).await;
    let (jpush, mut heard) = Jpush::start(&["aaa1"]).await;
    let relay = jpush.relay();
    let token = there.token(ADMIN).await;
    let asking = Forward::with_token(Some(Secret::new("t0ken".into())))
        .asking(&there.url, Secret::new(token), Duration::from_millis(100))
        .unwrap();
    let server = Server::start_with(|config| {
        config.relay = Some(relay);
        config.forward = Some(asking);
    })
    .await;
    prepare(&server).await;
    register(&server, LI, 1, registration("aaa1", "android", "zh-Hans")).await;
    for (second, latitude) in [(-30, 31.25), (-20, 31.23), (-10, 31.23)] {
        let at = NOW_MS / 1_000 + second;
        assert_eq!(there.upload(&format!("id=V1&lat={latitude}&lon=121.47&timestamp={at}")).await, 200);
    }
    let push = next(&mut heard).await;
    assert_eq!(push["notification"]["android"]["alert"], "进入Depot");
    assert_eq!(push["notification"]["android"]["extras"]["geofence"], "Depot");
    // Forwarded late, it is known already.
    let path = "/api/reports/events?type=geofenceEnter&from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z";
    let (_, events) = there.api(ADMIN, Method::GET, path, None).await;
    let late = json!({"event": events[0], "device": {"id": 1, "uniqueId": "V1"}, "geofence": {"id": 1, "name": "Depot"}});
    let request = server.http.post(format!("{}/api/trak/events/forward", server.url)).bearer_auth("t0ken");
    assert_eq!(request.body(late.to_string()).send().await.unwrap().status(), 202);
    idle(&server).await;
    assert!(heard.try_recv().is_err());
}
