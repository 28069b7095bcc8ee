//! Sessions, accounts, units and uploads as recorded from a real Traccar 6.14.5, run against this backend: same statuses,
//! same shapes. `common::replay` says where this backend means to differ, and why.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs)]

mod common;

use common::account;
use common::curl::{Recorded, read};
use common::replay::{EXACT, Replay, reference};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn session_accounts_units_and_uploads_answer_as_traccar_does() {
    let Some(reference) = reference() else { return };
    let mut replay = Replay::start().await;
    let exchanges: Vec<Recorded> = ["01-session.md", "02-users.md", "03-devices.md", "04-osmand.md"]
        .iter()
        .flat_map(|f| read(&reference.join(f)))
        .collect();
    for recorded in &exchanges {
        before(&mut replay, &recorded.title).await;
        if after_04(&recorded.title) {
            continue;
        }
        replay.exchange(recorded, EXACT).await;
    }
    replay.end();
}

/// Uploads that this backend judges differently on purpose, so that what follows from them differs too: a heartbeat
/// stores no position, and a fix from the future is no latest position.
fn after_04(title: &str) -> bool {
    [
        "positions, driver1",
        "latest of device 4",
        "history of device 4",
        "device 1 after",
        "server info, anonymous",
    ]
    .contains(&title)
}

const LIVE: &str = "RzBFAiBMi4wHkASu7Fh4Kzct1ymAnxNxB91P7AYQKSUuDSr0bwIhAOjXq-l5ude6dZViwiusRPvvi2c90i9YLln1O-9kYnrreyJpIjo1Mzk1ODk0OTA2MTg5MDYxMDMyLCJ1IjoxLCJlIjoiMjAyNy0wMS0wMVQwMDowMDowMC4wMDArMDA6MDAifQ";
const ENDED: &str = "RzBFAiEAw0lqf7TIq21GaTaM1JDk6x_vqvuwaiuBoN2oDQezW48CIFNzo4yYQDkvqjAz-dvfoLO555-hcc0cFzHNj3vOUueMeyJpIjo2MDg4NzUxODI4NDU1Njc5MjE1LCJ1IjoxLCJlIjoiMjAyMC0wMS0wMVQwMDowMDowMC4wMDArMDA6MDAifQ";

/// The steps between the exchanges that were not recorded.
async fn before(replay: &mut Replay, title: &str) {
    let post = |path: &'static str, body: Value| (Method::POST, path, body);
    let mut steps: Vec<(Method, &str, Value)> = Vec::new();
    if title == "token from a Bearer-authenticated request" {
        // The tokens that the recording uses as Bearer: a live one, and one that ended in 2020.
        for (recorded, expires_ms) in [(LIVE, common::NOW_MS + 86_400_000), (ENDED, 1_577_836_800_000)] {
            let own = trak_backend::auth::random_text().unwrap();
            replay.server.running().state.db.add_token(&own, 1, expires_ms).unwrap();
            replay.runner.tokens.insert(recorded.into(), own);
        }
    }
    match title {
        "PUT user disabled (whole object)" => {
            // Traccar's numbers 3 and 4 went to refused accounts.
            for name in ["three", "four", "disabled", "expired", "totp", "viewer", "super", "gone"] {
                account(replay.server.running(), &format!("{name}@example.com"), name, "p", false);
            }
        }
        "GET own user" => replay.sign_in("jar-d1", "driver1", "secret1").await,
        "readonly user PUT self: notificationTokens+termsAccepted only" => {
            replay.sign_in("jar-v", "viewer@example.com", "p").await;
            let token = replay.server.token(("viewer@example.com", "p")).await;
            let recorded = "RzBFAiApIy_nqgwM0JoZK4rPFh1aNBj5t6mrPp0ssr-xbc65lwIhAIROWWM437xhYkEDxZuuHr_dB_N77QRR4x1LA5-syvXleyJpIjoyNDI3NDE5ODg0NTU4MjM5ODAsInUiOjgsImUiOiIyMDI2LTEyLTAyVDAzOjMxOjA5LjMyOCswMDowMCJ9";
            replay.runner.tokens.insert(recorded.into(), token);
        }
        "cookie of a user disabled meanwhile: devices" | "GET session/{id}: admin becomes another user" => {
            let db = &replay.server.running().state.db;
            let mut viewer = db.user(8).unwrap().unwrap();
            viewer.disabled = title.starts_with("cookie");
            db.update_user(&viewer, None).unwrap();
        }
        "user deletes own account" => replay.sign_in("jar-g", "gone@example.com", "p").await,
        "permission: user 2 - device 3" => {
            for (name, unique, category, disabled) in [
                ("x", "x2", None, false),
                ("x", "x3", None, false),
                ("Van 2", "VAN-002", None, false),
                ("Phone of driver1", "phone-d1", Some("person"), false),
                ("中文车队 3号", "CN-003", None, true),
            ] {
                let body =
                    json!({"name": name, "uniqueId": unique, "category": category, "disabled": disabled});
                steps.push(post("/api/devices", body));
            }
            steps.push((Method::DELETE, "/api/devices/2", Value::Null));
            steps.push((Method::DELETE, "/api/devices/3", Value::Null));
        }
        "query GET" => {
            let van = json!({"id": 1, "name": "Van 1", "uniqueId": "VAN-001", "groupId": 2, "phone": "+8613900000001",
                "model": "Wuling", "contact": "Li Lei", "category": "van", "attributes": {"speedLimit": 40}});
            steps.push((Method::PUT, "/api/devices/1", van));
            steps.push(post("/api/permissions", json!({"userId": 2, "deviceId": 5})));
        }
        _ => {}
    }
    for (method, path, body) in steps {
        replay.server.admin(method, path, body).await;
    }
}
