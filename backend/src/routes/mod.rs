//! The requests. Each module reads its requests, asks the database and answers in the wire's shapes.

mod fixes;
mod fleet;
mod nearby;
mod osmand;
mod positions;
mod reports;
pub(crate) mod session;
mod socket;
mod units;
pub(crate) mod users;

use axum::Router;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::error::Refusal;
use crate::server::State;

/// The largest body taken.
const LARGEST_BODY: usize = 1 << 20;
/// The longest an ordinary request may take.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(60);

pub(crate) fn router(state: State) -> Router {
    let api = Router::new()
        .route("/server", get(session::server))
        .route("/health", get(|| async { "OK" }))
        .route("/session", get(session::get).post(session::sign_in).delete(session::sign_out))
        .route("/session/token", post(session::token))
        .route("/session/token/revoke", post(session::revoke))
        .route("/users", get(users::list).post(users::create))
        .route("/users/totp", post(users::totp))
        .route("/users/{id}", get(users::get).put(users::put).delete(users::delete))
        .route("/devices", get(units::list).post(units::create))
        .route("/devices/{id}", get(units::get).put(units::put).delete(units::delete))
        .route("/groups", get(units::groups).post(units::create_group))
        .route("/groups/{id}", axum::routing::put(units::put_group))
        .route("/geofences", get(units::geofences).post(units::create_geofence))
        .route("/geofences/{id}", axum::routing::put(units::put_geofence).delete(units::delete_geofence))
        .route("/permissions", get(users::links).post(users::link).delete(users::unlink))
        .route("/notifications", get(|| async { axum::Json::<[u8; 0]>([]) }))
        .route("/positions", get(positions::list))
        .route("/events/{id}", get(positions::event))
        .route("/reports/route", get(reports::route))
        .route("/reports/trips", get(reports::trips))
        .route("/reports/stops", get(reports::stops))
        .route("/reports/summary", get(reports::summary))
        .route("/reports/events", get(reports::events))
        .route("/trak/nearby", get(nearby::nearby))
        .route("/trak/fleet", get(fleet::fleet))
        .route("/trak/fixes", post(fixes::take))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST))
        .layer(CompressionLayer::new())
        .route("/socket", get(socket::open));
    Router::new()
        .nest("/api", api)
        .route("/", get(osmand::get).post(osmand::post))
        .fallback(|| async { Refusal::NotFound })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(state)
}

/// Reads a JSON body; what is wrong with it is not told beyond a code.
fn json<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|_| Refusal::Bad("json"))
}

/// A JSON answer.
fn answer(value: &impl Serialize) -> Result<Response, Refusal> {
    let body = serde_json::to_vec(value).map_err(|_| Refusal::Internal)?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response())
}

/// Reads a number of a path or query; garbage is 404 as Traccar has it.
fn number(text: &str) -> Result<i64, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound)
}

/// A query as pairs, repeated keys kept.
struct Query(Vec<(String, String)>);

impl Query {
    fn parse(query: Option<&str>) -> Result<Self, Refusal> {
        serde_urlencoded::from_str(query.unwrap_or_default()).map(Self).map_err(|_| Refusal::Bad("query"))
    }

    fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    fn one<'a>(&'a self, key: &'a str) -> Option<&'a str> {
        self.all(key).next()
    }

    fn numbers(&self, key: &str) -> Result<Vec<i64>, Refusal> {
        self.all(key).map(number).collect()
    }

    fn time(&self, key: &str) -> Result<Option<i64>, Refusal> {
        match self.one(key) {
            None => Ok(None),
            Some(text) => crate::model::Time::parse(text).map(|t| Some(t.0)).ok_or(Refusal::NotFound),
        }
    }
}
