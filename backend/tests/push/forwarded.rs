//! What another Traccar server forwards.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use reqwest::Method;
use serde_json::{Value, json};
use trak_backend::{Forward, Secret};

use super::{LI, idle, next, prepare, register, registration};
use crate::common::Server;
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

/// What a Traccar server with these units and events answers: a report of no unit in particular is empty, and a line of
/// more than 8 KB is refused. With the addresses asked for.
async fn traccar(units: usize, events: Value) -> (String, Arc<Mutex<Vec<String>>>) {
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let devices: Vec<Value> = (1..=units)
        .map(|id| json!({"id": id, "name": format!("Van {id}"), "uniqueId": format!("V{id}")}))
        .collect();
    let noted = Arc::clone(&asked);
    let report = move |RawQuery(query): RawQuery| async move {
        let query = query.unwrap_or_default();
        noted.lock().unwrap().push(query.clone());
        if query.len() > 8_000 {
            return Err(StatusCode::URI_TOO_LONG);
        }
        let named =
            |event: &&Value| query.split('&').any(|pair| pair == format!("deviceId={}", event["deviceId"]));
        Ok(Json(events.as_array().unwrap().iter().filter(named).cloned().collect::<Vec<Value>>()))
    };
    let app = Router::new()
        .route("/api/devices", get(move || async move { Json(devices) }))
        .route("/api/geofences", get(|| async { Json(json!([{"id": 4, "name": "Depot", "area": ""}])) }))
        .route("/api/reports/events", get(report));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_forwarded_is_found_in_the_other_servers_report() {
    let entered = |id: i64, unit: i64| {
        json!({"id": id, "attributes": {}, "deviceId": unit, "type": "geofenceEnter",
            "eventTime": "2026-11-25T03:32:46.000+00:00", "positionId": 2, "geofenceId": 4, "maintenanceId": 0})
    };
    let events = json!([entered(41, 1), entered(42, 1_000)]);
    let (url, asked) = traccar(1_000, events.clone()).await;
    let (jpush, mut heard) = Jpush::start(&["aaa1"]).await;
    let relay = jpush.relay();
    let asking = Forward::with_token(Some(Secret::new("t0ken".into())))
        .asking(&url, Secret::new("there".into()), Duration::from_millis(100))
        .unwrap();
    let server = Server::start_with(|config| config.relay = Some(relay)).await;
    prepare(&server).await;
    let far = json!({"name": "Van 1000", "uniqueId": "V1000"});
    server.admin(Method::POST, "/api/devices", far).await;
    server.admin(Method::POST, "/api/permissions", json!({"userId": 2, "deviceId": 3})).await;
    register(&server, LI, 1, registration("aaa1", "android", "zh-Hans")).await;
    // Only now the other server is asked.
    let server = server.restarted_with(|config| config.forward = Some(asking)).await;
    let mut units = Vec::new();
    for _ in 0..2 {
        let push = next(&mut heard).await;
        assert_eq!(push["notification"]["android"]["alert"], "进入Depot");
        assert_eq!(push["notification"]["android"]["extras"]["geofence"], "Depot");
        units.push(push["notification"]["android"]["title"].clone());
    }
    assert_eq!(units, ["Van 1", "Van 1000"]);
    let asked = asked.lock().unwrap().clone();
    assert!(
        asked.len() >= 5 && asked.iter().all(|query| query.contains("deviceId=")),
        "{} parts",
        asked.len()
    );
    // Forwarded late, it is known already.
    let late = json!({"event": events[0], "device": {"id": 1, "uniqueId": "V1"}, "geofence": {"id": 4, "name": "Depot"}});
    let request = server.http.post(format!("{}/api/trak/events/forward", server.url)).bearer_auth("t0ken");
    assert_eq!(request.body(late.to_string()).send().await.unwrap().status(), 202);
    idle(&server).await;
    assert!(heard.try_recv().is_err());
}
