//! What people may ask for about their own data: to see who looked, to correct, to erase, to leave.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs)]

#[path = "../common/mod.rs"]
mod common;
mod interrupted;
mod leaving;
mod purged;
mod record;
mod retention;
mod track;

use std::time::Duration;

use common::{NOW_MS, Server, account};
use reqwest::Method;
use serde_json::{Value, json};
use trak_core::decide::consent::chain;
use trak_core::model::{
    BootId, ConsentAction, ConsentScreen, LedgerEntry, PolicyLanguage, Purpose, Sha256Hash, UtcMs,
};

const ADMIN: (&str, &str) = ("admin@example.com", "admin");
const LI: (&str, &str) = ("li@example.com", "p");
const HAN: (&str, &str) = ("han@example.com", "p");
const NOW_S: i64 = NOW_MS / 1_000;
const INSTALL: &str = "0193624e-7d4c-7f3a-9c6e-0d7c1f6a2b11";

/// Unit 1 is account 2's own, unit 2 nobody's; account 2 sees both, account 3 too.
async fn server_with(change: impl FnOnce(&mut trak_backend::Config)) -> Server {
    let server = Server::start_with(|config| {
        config.sweep = Duration::from_millis(50);
        change(config);
    })
    .await;
    account(server.running(), LI.0, "Li Lei", LI.1, false);
    account(server.running(), HAN.0, "Han Mei", HAN.1, false);
    let own = json!({"name": "Li's phone", "uniqueId": "P1", "attributes": {"trak.owner": 2}});
    server.admin(Method::POST, "/api/devices", own).await;
    server.admin(Method::POST, "/api/devices", json!({"name": "Van", "uniqueId": "V1"})).await;
    for (user, device) in [(2, 1), (2, 2), (3, 1), (3, 2)] {
        server.admin(Method::POST, "/api/permissions", json!({"userId": user, "deviceId": device})).await;
    }
    for second in 0..5 {
        for unit in ["P1", "V1"] {
            let query =
                format!("id={unit}&lat=31.2{second}&lon=121.4&timestamp={}", NOW_S - 100 + 10 * second);
            assert_eq!(server.upload(&query).await, 200);
        }
    }
    server
}

async fn server() -> Server {
    server_with(|_| {}).await
}

async fn get(server: &Server, who: (&str, &str), path: &str) -> Value {
    let (status, answer) = server.api(who, Method::GET, path, None).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

async fn looks(server: &Server) -> Vec<(String, String)> {
    let log = get(server, LI, "/api/trak/access-log").await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    log.as_array().unwrap().iter().rev().map(|line| (text(&line["by"]), text(&line["what"]))).collect()
}

fn entry(last: Option<&LedgerEntry>, purpose: Purpose, action: ConsentAction) -> LedgerEntry {
    let entry = LedgerEntry {
        sequence: 0,
        previous: Sha256Hash::default(),
        purpose,
        action,
        policy_version: 1,
        policy_sha256: Sha256Hash::of(b"policy"),
        language: PolicyLanguage::SimplifiedChinese,
        utc: UtcMs(NOW_MS),
        monotonic_ms: 5,
        boot_id: BootId(7),
        app_version: "0.1.0".into(),
        screen: ConsentScreen::FirstRun,
        hash: Sha256Hash::default(),
    };
    chain(last, entry)
}
