//! Whom a push goes to, and registrations.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{ADMIN, HAN, LI, alarm, idle, install, next, prepare, register, registration, server};
use crate::common::{NOW_MS, Server};

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
    let token = server.token(LI).await;
    let put = |path: &str, body: String| {
        server.http.put(format!("{}{path}", server.url)).bearer_auth(&token).body(body).send()
    };
    for (body, error) in [
        (json!({}), "json"),
        (registration("a-b", "android", "en"), "registrationId"),
        (registration("aaa1", "android", "fr"), "json"),
    ] {
        let refused = put(&path, body.to_string()).await.unwrap();
        assert_eq!(refused.status(), 400);
        assert_eq!(refused.json::<Value>().await.unwrap(), json!({ "error": error }));
    }
    let good = registration("aaa1", "android", "en");
    assert_eq!(put("/api/trak/push/x", good.to_string()).await.unwrap().status(), 400);
    let stranger =
        server.http.put(format!("{}{path}", server.url)).body(good.to_string()).send().await.unwrap();
    assert_eq!(stranger.status(), 401);
    assert_eq!(put(&path, "x".repeat(2 << 20)).await.unwrap().status(), 413);
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
