//! A stand-in for JPush's REST API v3 on loopback. It checks every field that JPush documents (the push itself, its
//! audience, notification, options and cid), refuses unknown ones, and says what was pushed. Faults can be ordered.
#![allow(missing_docs)]

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

pub const APP_KEY: &str = "7d431e42dfa6a6d693ac2d04";
pub const MASTER_SECRET: &str = "5e987ac6d2e04d95a9d8f0d1";

/// What is answered instead: status, code, and the seconds of `X-Rate-Limit-Reset`. `None` makes the push, but whoever asked
/// hears of a timeout on the way.
pub type Fault = Option<(u16, i64, i64)>;

#[derive(Clone)]
pub struct Jpush {
    inner: Arc<Inner>,
    pub url: String,
}

struct Inner {
    /// Registrations that exist.
    known: Mutex<HashSet<String>>,
    issued: Mutex<HashSet<String>>,
    /// What the first push of a cid was answered.
    answered: Mutex<HashMap<String, Value>>,
    faults: Mutex<VecDeque<Fault>>,
    requests: Mutex<usize>,
    pushed: mpsc::UnboundedSender<Value>,
}

impl Jpush {
    /// The second value hears of every push that is made, once.
    pub async fn start(known: &[&str]) -> (Self, mpsc::UnboundedReceiver<Value>) {
        let (pushed, heard) = mpsc::unbounded_channel();
        let inner = Arc::new(Inner {
            known: Mutex::new(known.iter().map(|id| (*id).to_owned()).collect()),
            issued: Mutex::default(),
            answered: Mutex::default(),
            faults: Mutex::default(),
            requests: Mutex::default(),
            pushed,
        });
        let app = Router::new()
            .route("/v3/push", post(push))
            .route("/v3/push/cid", get(cids))
            .with_state(Arc::clone(&inner));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        (Self { inner, url }, heard)
    }

    /// The next push is answered so.
    pub fn fail(&self, fault: Fault) {
        self.inner.faults.lock().unwrap().push_back(fault);
    }

    /// Requests to push so far.
    pub fn requests(&self) -> usize {
        *self.inner.requests.lock().unwrap()
    }

    pub fn relay(&self) -> trak_backend::Relay {
        trak_backend::Relay::new(&self.url, &format!("{APP_KEY}:{MASTER_SECRET}"), true).unwrap().unwrap()
    }
}

fn refused(status: u16, code: i64, message: &str) -> Response {
    let body = Json(json!({"error": {"code": code, "message": message}}));
    (StatusCode::from_u16(status).unwrap(), body).into_response()
}

fn authorised(headers: &HeaderMap) -> bool {
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("{APP_KEY}:{MASTER_SECRET}"));
    headers.get("authorization").and_then(|v| v.to_str().ok()) == Some(&format!("Basic {pair}"))
}

async fn cids(State(inner): State<Arc<Inner>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    if !authorised(&headers) {
        return refused(401, 1004, "authen failed");
    }
    let query = query.unwrap_or_default();
    let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    let count: usize = value("count").unwrap_or("1").parse().unwrap_or(0);
    if count == 0 || !["push", "schedule"].contains(&value("type").unwrap_or("push")) {
        return refused(400, 1003, "count or type");
    }
    let cids: Vec<String> =
        (0..count.min(10)).map(|_| format!("{APP_KEY}-{}", uuid::Uuid::new_v4())).collect();
    inner.issued.lock().unwrap().extend(cids.iter().cloned());
    Json(json!({"cidlist": cids})).into_response()
}

async fn push(State(inner): State<Arc<Inner>>, headers: HeaderMap, body: Bytes) -> Response {
    *inner.requests.lock().unwrap() += 1;
    let fault = inner.faults.lock().unwrap().pop_front();
    if let Some(Some((status, code, reset_s))) = fault {
        let reset = [("X-Rate-Limit-Reset", reset_s.to_string())];
        return (reset, refused(status, code, "ordered")).into_response();
    }
    if !authorised(&headers) {
        return refused(401, 1004, "authen failed");
    }
    if headers.get("content-type").and_then(|v| v.to_str().ok()) != Some("application/json") {
        return refused(400, 1002, "content type");
    }
    let Ok(Value::Object(push)) = serde_json::from_slice::<Value>(&body) else {
        return refused(400, 1002, "no object");
    };
    if let Err((code, message)) = check(&inner, &push) {
        return refused(400, code, &message);
    }
    let cid = push.get("cid").and_then(Value::as_str).unwrap_or_default().to_owned();
    let again = inner.answered.lock().unwrap().get(&cid).cloned();
    let answer = again.unwrap_or_else(|| {
        let answer = json!({"sendno": "0", "msg_id": uuid::Uuid::new_v4().as_u128().to_string()});
        inner.answered.lock().unwrap().insert(cid, answer.clone());
        inner.pushed.send(Value::Object(push)).ok();
        answer
    });
    if fault.is_some() {
        return StatusCode::GATEWAY_TIMEOUT.into_response();
    }
    let limits =
        [("X-Rate-Limit-Quota", "600"), ("X-Rate-Limit-Remaining", "599"), ("X-Rate-Limit-Reset", "60")];
    (limits, Json(answer)).into_response()
}

type Checked = Result<(), (i64, String)>;

fn only(object: &Map<String, Value>, known: &[&str], of: &str) -> Checked {
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err((1009, format!("{of}.{key} is not supported"))),
        None => Ok(()),
    }
}

fn object<'a>(of: &'a Map<String, Value>, key: &str) -> Result<&'a Map<String, Value>, (i64, String)> {
    let value = of.get(key).ok_or((1002, format!("{key} is missing")))?;
    value.as_object().ok_or((1003, format!("{key} is no object")))
}

fn is(of: &Map<String, Value>, key: &str, needed: bool, right: impl Fn(&Value) -> bool) -> Checked {
    match of.get(key) {
        None if needed => Err((1002, format!("{key} is missing"))),
        Some(value) if !right(value) => Err((1003, format!("{key} is {value}"))),
        _ => Ok(()),
    }
}

fn check(inner: &Inner, push: &Map<String, Value>) -> Checked {
    only(
        push,
        &["cid", "platform", "audience", "notification", "message", "sms_message", "options"],
        "push",
    )?;
    let issued = |value: &Value| value.as_str().is_some_and(|cid| inner.issued.lock().unwrap().contains(cid));
    is(push, "cid", false, issued)?;
    let system = |value: &Value| ["android", "ios"].iter().any(|name| value == name);
    is(push, "platform", true, |value| {
        value == "all" || value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(system))
    })?;
    if push.get("audience") != Some(&json!("all")) {
        let audience = object(push, "audience")?;
        let kinds = ["tag", "tag_and", "tag_not", "alias", "registration_id", "segment", "abtest"];
        only(audience, &kinds, "audience")?;
        let ids = audience.get("registration_id").and_then(Value::as_array);
        let ids = ids.filter(|ids| !ids.is_empty()).ok_or((1002, "nobody".to_owned()))?;
        if ids.len() > 1_000 || ids.iter().any(|id| id.as_str().is_none_or(str::is_empty)) {
            return Err((1003, "registration_id".into()));
        }
        // One alone must be right; of several the unknown are passed over until none is left. A test may order more.
        let known = inner.known.lock().unwrap();
        if !ids.iter().any(|id| known.contains(id.as_str().unwrap())) {
            return Err((if ids.len() == 1 { 1_003 } else { 1_011 }, "no target".into()));
        }
    }
    if push.get("notification").is_none() && push.get("message").is_none() {
        return Err((1002, "nothing to say".into()));
    }
    let notification = object(push, "notification")?;
    only(notification, &["alert", "android", "ios"], "notification")?;
    let text = |value: &Value| value.is_string();
    if notification.contains_key("android") {
        let android = object(notification, "android")?;
        let known = [
            "alert",
            "title",
            "builder_id",
            "priority",
            "category",
            "style",
            "alert_type",
            "big_text",
            "inbox",
            "big_pic_path",
            "extras",
            "channel_id",
            "large_icon",
            "intent",
        ];
        only(android, &known, "android")?;
        is(android, "alert", true, text)?;
        is(android, "title", false, text)?;
        is(android, "extras", false, Value::is_object)?;
        if serde_json::to_vec(android).unwrap().len() > 4_000 {
            return Err((1005, "android".into()));
        }
    }
    if notification.contains_key("ios") {
        let ios = object(notification, "ios")?;
        let known = [
            "alert",
            "sound",
            "badge",
            "content-available",
            "mutable-content",
            "category",
            "extras",
            "thread-id",
        ];
        only(ios, &known, "ios")?;
        is(ios, "alert", true, |value| {
            let fields = value.as_object().map(|alert| {
                alert.iter().all(|(key, value)| {
                    ["title", "subtitle", "body"].contains(&key.as_str()) && value.is_string()
                })
            });
            value.is_string() || fields == Some(true)
        })?;
        is(ios, "sound", false, text)?;
        is(ios, "extras", false, Value::is_object)?;
        if serde_json::to_vec(ios).unwrap().len() > 2_000 {
            return Err((1005, "ios".into()));
        }
    }
    if push.contains_key("options") {
        let options = object(push, "options")?;
        let known = [
            "sendno",
            "time_to_live",
            "override_msg_id",
            "apns_production",
            "apns_collapse_id",
            "big_push_duration",
        ];
        only(options, &known, "options")?;
        is(options, "time_to_live", false, |value| value.as_u64().is_some_and(|s| s <= 864_000))?;
        is(options, "apns_production", false, Value::is_boolean)?;
        is(options, "apns_collapse_id", false, |value| value.as_str().is_some_and(|id| id.len() <= 64))?;
        is(options, "big_push_duration", false, |value| value.as_u64().is_some_and(|m| m <= 1_400))?;
        is(options, "sendno", false, |value| value.as_i64().is_some_and(|n| n != 0))?;
    }
    Ok(())
}
