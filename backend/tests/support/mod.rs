//! A stand-in for JPush's REST API v3 on loopback. It checks every field that JPush documents (the push itself, its
//! audience, notification, options and cid), refuses unknown ones, and says what was pushed. Faults can be ordered.
#![allow(missing_docs)]

mod fields;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use serde_json::{Value, json};
use tokio::sync::mpsc;

pub const APP_KEY: &str = "7d431e42dfa6a6d693ac2d04";
pub const MASTER_SECRET: &str = "5e987ac6d2e04d95a9d8f0d1";

/// What is answered instead: status, code, and the seconds of `X-Rate-Limit-Reset`. `None` makes the push, but whoever asked
/// hears of a timeout on the way.
pub type Fault = Option<(u16, i64, i64)>;

/// `X-Rate-Limit-Remaining` and the seconds of `X-Rate-Limit-Reset`.
pub type Limit = (i64, i64);
/// Unless something else is ordered.
const LIMIT: Limit = (599, 60);

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
    /// What the next answers say of the limit.
    limits: Mutex<VecDeque<Limit>>,
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
            limits: Mutex::default(),
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

    /// The next push that is taken says so of the limit.
    pub fn limit(&self, limit: Limit) {
        self.inner.limits.lock().unwrap().push_back(limit);
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
    let issued = |cid: &str| inner.issued.lock().unwrap().contains(cid);
    let known = |id: &str| inner.known.lock().unwrap().contains(id);
    if let Err((code, message)) = fields::check(&push, &issued, &known) {
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
    let (remaining, reset_s) = inner.limits.lock().unwrap().pop_front().unwrap_or(LIMIT);
    let limits = [
        ("X-Rate-Limit-Quota", "600".to_owned()),
        ("X-Rate-Limit-Remaining", remaining.to_string()),
        ("X-Rate-Limit-Reset", reset_s.to_string()),
    ];
    (limits, Json(answer)).into_response()
}
