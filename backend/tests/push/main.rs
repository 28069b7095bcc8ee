//! Phones are told of events: once, in their language, and only what they may know and want to know when it is sent.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs)]

#[path = "../common/mod.rs"]
mod common;
mod ending;
mod faults;
mod forwarded;
mod registration;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use common::{Server, account};
use reqwest::Method;
use serde_json::{Value, json};
use support::Jpush;
use tokio::sync::mpsc::UnboundedReceiver;

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

/// Registers a phone that signs in for it; its token.
async fn register(server: &Server, who: (&str, &str), n: u128, body: Value) -> String {
    let token = server.token(who).await;
    assert_eq!(register_by(server, &token, n, body).await, 204);
    token
}

async fn register_by(server: &Server, token: &str, n: u128, body: Value) -> u16 {
    let request = server.http.put(format!("{}/api/trak/push/{}", server.url, install(n))).bearer_auth(token);
    request.body(body.to_string()).send().await.unwrap().status().as_u16()
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
