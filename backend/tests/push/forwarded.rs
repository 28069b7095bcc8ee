//! What another Traccar server forwards.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use trak_backend::{Forward, Secret};

use super::{ADMIN, LI, idle, next, prepare, register, registration};
use crate::common::{NOW_MS, Server};
use crate::support::Jpush;

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
