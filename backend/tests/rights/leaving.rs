//! The end of an account.

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use trak_core::model::{ConsentAction, Purpose};

use super::{ADMIN, HAN, INSTALL, LI, NOW_S, entry, get, server};
use crate::common::{NOW_MS, Server};

#[tokio::test(flavor = "multi_thread")]
async fn leaving_wants_the_password_and_may_be_taken_back() {
    let server = server().await;
    let ask = async |body: Value| server.api(LI, Method::POST, "/api/trak/cancel", Some(body)).await;
    assert_eq!(server.api(LI, Method::GET, "/api/trak/cancel", None).await.0, 204);
    assert_eq!(ask(json!({"password": "wrong"})).await, (403, json!({"error": "wrongPassword"})));
    assert_eq!(ask(json!({"password": 5})).await.0, 400);
    let (status, told) = ask(json!({"password": "p"})).await;
    let receipt = told["receipt"].as_str().unwrap().to_owned();
    assert_eq!(receipt.len(), 43, "256 bits");
    let expected = json!({"requested": "2026-11-25T03:33:06.000+00:00", "deadline": "2026-12-16T03:33:06.000+00:00",
        "state": "requested", "kept": ["auditLog"], "receipt": receipt});
    let by_receipt = async || {
        let answer =
            server.http.get(format!("{}/api/trak/cancel/{receipt}", server.url)).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    assert_eq!(by_receipt().await, (200, expected.clone()), "without a sign-in");
    assert_eq!((status, told), (200, expected.clone()));
    server.advance(86_400_000);
    assert_eq!(
        ask(json!({"password": "p"})).await,
        (200, expected.clone()),
        "asked again it keeps its deadline"
    );
    assert_eq!(get(&server, LI, "/api/trak/cancel").await, expected);
    assert_eq!(server.api(LI, Method::DELETE, "/api/trak/cancel", None).await.0, 204);
    assert_eq!(server.api(LI, Method::DELETE, "/api/trak/cancel", None).await.0, 404);
    assert_eq!(by_receipt().await.0, 404, "taken back");
    assert_eq!(server.api(LI, Method::GET, "/api/trak/cancel", None).await.0, 204);
    let last = json!({"password": "admin"});
    let refused = server.api(ADMIN, Method::POST, "/api/trak/cancel", Some(last)).await;
    assert_eq!(refused, (409, json!({"error": "lastAdministrator"})));
    // Guessing is slowed down as at sign-in. A token goes on working meanwhile.
    let token = server.token(HAN).await;
    let guess = async |password: &str| {
        let request = server.http.post(format!("{}/api/trak/cancel", server.url)).bearer_auth(&token);
        request.body(json!({ "password": password }).to_string()).send().await.unwrap()
    };
    for _ in 0..8 {
        assert_eq!(guess("wrong").await.status(), 403);
    }
    let refused = guess("p").await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_asked_for_where_the_account_has_one() {
    let server = server().await;
    let token = server.token(LI).await;
    let db = &server.running().state.db;
    let mut user = db.user(2).unwrap().unwrap();
    user.totp_key = Some("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP".into());
    db.update_user(&user, None).unwrap();
    let ask = async |body: Value| {
        let request = server.http.post(format!("{}/api/trak/cancel", server.url)).bearer_auth(&token);
        let answer = request.body(body.to_string()).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap()["error"].clone())
    };
    assert_eq!(ask(json!({"password": "p"})).await, (403, json!("codeNeeded")));
    assert_eq!(ask(json!({"password": "p", "code": "000000"})).await, (403, json!("wrongCode")));
    let secret = totp_rs::Secret::Encoded(user.totp_key.unwrap()).to_bytes().unwrap();
    let totp = totp_rs::TOTP::new_unchecked(totp_rs::Algorithm::SHA1, 6, 1, 30, secret);
    let code = totp.generate(u64::try_from(NOW_S).unwrap());
    assert_eq!(ask(json!({"password": "p", "code": code})).await, (200, Value::Null));
}

fn contains(file: &std::path::Path, needle: &str) -> bool {
    let bytes = std::fs::read(file).unwrap_or_default();
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_account_leaves_nothing_but_a_pseudonym_and_backups_follow() {
    let server = server().await;
    let db = server.running().state.db.clone();
    let one = entry(None, Purpose::Account, ConsentAction::Given);
    let body = json!({"install": INSTALL, "entries": [one]});
    assert_eq!(server.api(LI, Method::POST, "/api/trak/consents", Some(body)).await.0, 200);
    get(&server, HAN, "/api/positions?deviceId=1").await;
    get(&server, LI, "/api/positions?deviceId=1").await;
    let backup = server.folder.path().join("copies.db");
    let older = server.folder.path().join("copies.db.1");
    trak_backend::backup::run(&db, &backup, 2, NOW_MS).unwrap();
    assert!(contains(&backup, LI.0));
    let mut socket = server.socket(&server.token(LI).await).await;
    socket.next().await.unwrap().unwrap();
    let (status, told) =
        server.api(LI, Method::POST, "/api/trak/cancel", Some(json!({"password": "p"}))).await;
    let receipt = format!("{}/api/trak/cancel/{}", server.url, told["receipt"].as_str().unwrap());
    assert_eq!(status, 200);
    server.advance(7 * 86_400_000 - 1);
    assert_eq!(get(&server, LI, "/api/devices").await.as_array().unwrap().len(), 2, "it may be taken back");
    server.advance(1);
    let closed = async { while let Some(Ok(_)) = socket.next().await {} };
    tokio::time::timeout(Duration::from_secs(30), closed).await.unwrap();
    assert_eq!(server.api(LI, Method::GET, "/api/devices", None).await.0, 401);
    let told: Value = server.http.get(receipt).send().await.unwrap().json().await.unwrap();
    assert_eq!(told["state"], "done", "whoever has the receipt hears it");
    let left = get(&server, ADMIN, "/api/devices").await;
    assert_eq!(
        (left.as_array().unwrap().len(), &left[0]["uniqueId"]),
        (1, &json!("V1")),
        "only its own unit"
    );
    assert_eq!(db.history(1, 0, i64::MAX).unwrap().len(), 0);
    assert_eq!(db.history(2, 0, i64::MAX).unwrap().len(), 5);
    assert!(db.consents(2).unwrap().is_empty());
    let log = db.access_log(None).unwrap();
    assert!(
        !log.is_empty() && log.iter().all(|line| line.owner.starts_with("account-") && line.device_id == 0)
    );
    assert!(db.cancellation(2).unwrap().unwrap().done.is_some());
    // The older copy still has everything, until the next one is made.
    assert!(contains(&backup, LI.0));
    trak_backend::backup::run(&db, &backup, 2, NOW_MS).unwrap();
    for copy in [&backup, &older] {
        for needle in [LI.0, "Li Lei", "Li's phone", INSTALL] {
            assert!(!contains(copy, needle), "{needle} in {}", copy.display());
        }
        assert!(contains(copy, HAN.0));
    }
    trak_backend::backup::run(&db, &backup, 2, NOW_MS).unwrap();
    assert!(!server.folder.path().join("copies.db.2").exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&backup).unwrap().permissions().mode() & 0o077, 0);
    }
    drop(db);
    let path = Server::database_in(server.folder.path());
    let mut server = server;
    server.running.take().unwrap().shutdown().await;
    for needle in [LI.0, "Li Lei", "Li's phone", INSTALL] {
        assert!(!contains(&path, needle), "{needle}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn geofences_are_for_who_drew_them_and_go_with_the_last_who_sees_them() {
    let server = server().await;
    for (who, name) in [(LI, "Home"), (HAN, "Depot"), (LI, "Shared")] {
        let fence = json!({"name": name, "area": "CIRCLE (31.23 121.47, 300)"});
        assert_eq!(server.api(who, Method::POST, "/api/geofences", Some(fence)).await.0, 200);
    }
    for geofence in 1..=3 {
        let link = json!({"deviceId": 2, "geofenceId": geofence});
        server.admin(Method::POST, "/api/permissions", link).await;
    }
    server.admin(Method::POST, "/api/permissions", json!({"userId": 3, "geofenceId": 3})).await;
    let seen = async |who, path: &str| -> Vec<i64> {
        let found = get(&server, who, path).await;
        found.as_array().unwrap().iter().map(|g| g["id"].as_i64().unwrap()).collect()
    };
    let of_unit = "/api/geofences?deviceId=2";
    assert_eq!(seen(LI, of_unit).await, [1, 3]);
    assert_eq!(seen(HAN, of_unit).await, [2, 3]);
    assert_eq!(seen(ADMIN, of_unit).await, [1, 2, 3]);
    let body = json!({"password": "p"});
    assert_eq!(server.api(LI, Method::POST, "/api/trak/cancel", Some(body)).await.0, 200);
    server.advance(7 * 86_400_000);
    let db = &server.running().state.db;
    let ended = async {
        while db.cancellation(2).unwrap().unwrap().done.is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), ended).await.unwrap();
    assert_eq!(seen(ADMIN, of_unit).await, [2, 3], "nobody else saw the home");
    server.admin(Method::DELETE, "/api/users/3", Value::Null).await;
    assert_eq!(seen(ADMIN, "/api/geofences").await, Vec::<i64>::new());
}
