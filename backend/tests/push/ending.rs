//! A registration ends with the token that made it, however that ends.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    ADMIN, HAN, LI, alarm, idle, install, next, prepare, register, register_by, registration, server,
};
use crate::common::{NOW_MS, Server};
use crate::support::Jpush;

/// How many registrations are kept.
fn kept(server: &Server) -> i64 {
    let db = rusqlite::Connection::open(Server::database_in(server.folder.path())).unwrap();
    db.busy_timeout(Duration::from_secs(10)).unwrap();
    db.query_row("SELECT count(*) FROM push_registrations", [], |row| row.get(0)).unwrap()
}

/// A new token in exchange for another one, as a phone renews its own; it ends after so long.
async fn renewed(server: &Server, token: &str, after_ms: i64) -> String {
    let end = jiff::Timestamp::from_millisecond(NOW_MS + after_ms).unwrap().to_string();
    let request = server.http.post(format!("{}/api/session/token", server.url)).bearer_auth(token);
    request.form(&[("expiration", end)]).send().await.unwrap().text().await.unwrap()
}

async fn revoke(server: &Server, token: &str) {
    let request = server.http.post(format!("{}/api/session/token/revoke", server.url)).bearer_auth(token);
    assert_eq!(request.form(&[("token", token)]).send().await.unwrap().status(), 204);
}

async fn change_password(server: &Server, token: Option<&str>, user: i64, password: &str) {
    let url = format!("{}/api/users/{user}", server.url);
    let by = |request: reqwest::RequestBuilder| match token {
        Some(token) => request.bearer_auth(token),
        None => request.basic_auth(ADMIN.0, Some(ADMIN.1)),
    };
    let mut account: Value = by(server.http.get(&url)).send().await.unwrap().json().await.unwrap();
    account["password"] = json!(password);
    let changed = by(server.http.put(&url)).body(account.to_string()).send().await.unwrap();
    assert_eq!(changed.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_out_is_told_nothing_however_that_came_about() {
    let (server, _jpush, mut heard) = server(&["aaa1", "aaa2", "aaa3", "bbb1", "ccc1"]).await;
    register(&server, ADMIN, 9, registration("ccc1", "android", "en")).await;
    // Signed out without a network, so that only the token's own end is left.
    let by_itself = renewed(&server, &server.token(LI).await, 3_600_000).await;
    assert_eq!(register_by(&server, &by_itself, 1, registration("aaa1", "android", "en")).await, 204);
    let revoked = register(&server, LI, 2, registration("aaa2", "android", "en")).await;
    revoke(&server, &revoked).await;
    register(&server, HAN, 3, registration("bbb1", "android", "en")).await;
    change_password(&server, None, 3, "new").await;
    assert_eq!(kept(&server), 2);
    server.advance(3_600_000);
    alarm(&server, "V1", "sos").await;
    assert_eq!(next(&mut heard).await["audience"]["registration_id"], json!(["ccc1"]));
    idle(&server).await;
    assert!(heard.try_recv().is_err());
    // A password or a cookie is no token: nothing would ever end what is registered with it.
    let path = format!("/api/trak/push/{}", install(4));
    let body = Some(registration("aaa3", "android", "en"));
    assert_eq!(server.api(LI, Method::PUT, &path, body).await, (403, json!({"error": "token"})));
    assert_eq!(register_by(&server, &revoked, 4, registration("aaa3", "android", "en")).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_token_takes_the_registration_over_and_a_shorter_one_does_not() {
    let (server, _jpush, mut heard) = server(&["aaa1"]).await;
    let first = renewed(&server, &server.token(LI).await, 3_600_000).await;
    assert_eq!(register_by(&server, &first, 1, registration("aaa1", "android", "en")).await, 204);
    let short = renewed(&server, &first, 60_000).await;
    revoke(&server, &short).await;
    assert_eq!(kept(&server), 1);
    let second = renewed(&server, &first, 7_200_000).await;
    server.advance(3_600_000); // the first one ended
    alarm(&server, "V1", "sos").await;
    assert_eq!(next(&mut heard).await["audience"]["registration_id"], json!(["aaa1"]));
    revoke(&server, &second).await;
    assert_eq!(kept(&server), 0);
    alarm(&server, "V1", "tow").await;
    idle(&server).await;
    assert!(heard.try_recv().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_signs_out_all_phones_but_the_one_that_sets_it() {
    let (server, _jpush, mut heard) = server(&["aaa1", "aaa2"]).await;
    let here = register(&server, LI, 1, registration("aaa1", "android", "en")).await;
    let there = register(&server, LI, 2, registration("aaa2", "android", "en")).await;
    change_password(&server, Some(&here), 2, "new").await;
    let asks = async |token: &str| {
        let request = server.http.get(format!("{}/api/devices", server.url)).bearer_auth(token);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!((asks(&here).await, asks(&there).await), (200, 401));
    alarm(&server, "V1", "sos").await;
    assert_eq!(next(&mut heard).await["audience"]["registration_id"], json!(["aaa1"]));
    assert_eq!(kept(&server), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ended_and_an_account_that_left_leave_no_registration_behind() {
    let (jpush, _heard) = Jpush::start(&[]).await;
    let relay = jpush.relay();
    let server = Server::start_with(|config| {
        config.relay = Some(relay);
        config.sweep = Duration::from_millis(50);
    })
    .await;
    prepare(&server).await;
    let ends = renewed(&server, &server.token(HAN).await, 3_600_000).await;
    assert_eq!(register_by(&server, &ends, 1, registration("bbb1", "android", "en")).await, 204);
    register(&server, LI, 2, registration("aaa1", "ios", "en")).await;
    let left = async |count: i64| {
        let gone = async {
            while kept(&server) != count {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), gone).await.unwrap();
    };
    left(2).await;
    assert_eq!(server.api(LI, Method::POST, "/api/trak/cancel", Some(json!({"password": "p"}))).await.0, 200);
    server.advance(3_600_000);
    left(1).await;
    server.advance(7 * 86_400_000);
    left(0).await;
}
