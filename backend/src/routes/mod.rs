//! The requests. Each module reads its requests, asks the database and answers in the wire's shapes.

mod consents;
mod exports;
mod fixes;
mod fleet;
mod nearby;
mod notifications;
mod osmand;
mod positions;
mod push;
mod reports;
mod rights;
pub(crate) mod session;
mod socket;
mod units;
pub(crate) mod users;
mod whole;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::error::Refusal;
use crate::limit::limited;
use crate::server::State;

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
        .route("/groups/{id}", put(units::put_group).delete(units::delete_group))
        .route("/geofences", get(units::geofences).post(units::create_geofence))
        .route("/geofences/{id}", put(units::put_geofence).delete(units::delete_geofence))
        .route("/permissions", get(users::links).post(users::link).delete(users::unlink))
        .route("/notifications", get(notifications::list).post(notifications::create))
        .route("/notifications/{id}", put(notifications::put).delete(notifications::delete))
        .route("/notifications/types", get(notifications::types))
        .route("/notifications/notificators", get(notifications::notificators))
        .route("/notifications/test/{notificator}", post(notifications::test))
        .route("/positions", get(positions::list).delete(positions::delete))
        .route("/positions/csv", get(exports::csv))
        .route("/positions/gpx", get(exports::gpx))
        .route("/positions/kml", get(exports::kml))
        .route("/positions/{id}", axum::routing::delete(rights::erase_one))
        .route("/events/{id}", get(positions::event))
        .route("/reports/route", get(reports::route))
        .route("/reports/trips", get(reports::trips))
        .route("/reports/stops", get(reports::stops))
        .route("/reports/summary", get(reports::summary))
        .route("/reports/events", get(reports::events))
        .route("/reports/combined", get(reports::combined))
        .route("/trak/nearby", get(nearby::nearby))
        .route("/trak/fleet", get(fleet::fleet))
        .route("/trak/fixes", post(fixes::take))
        .route("/trak/consents", get(consents::list).post(consents::mirror))
        .route("/trak/requests", get(rights::asked).post(rights::ask))
        .route("/trak/positions", axum::routing::delete(rights::erase))
        .route("/trak/cancel", get(rights::cancellation).post(rights::cancel).delete(rights::keep_account))
        .route("/trak/cancel/{receipt}", get(rights::cancellation_of_receipt))
        .route("/trak/retention", get(rights::retention))
        .route("/trak/notices", get(rights::notices))
        .route("/trak/notices/{id}/acknowledge", post(rights::acknowledge))
        .route("/trak/access-log", get(rights::access_log))
        .route("/trak/push/{install}", put(push::register).delete(push::unregister))
        .route("/trak/events/forward", post(push::forwarded))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST))
        .layer(CompressionLayer::new())
        .route("/socket", get(socket::open));
    Router::new()
        .route("/", get(osmand::get).post(osmand::post))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST))
        .nest("/api", api)
        .fallback(|| async { Refusal::NotFound })
        .layer(middleware::from_fn(whole::whole))
        .layer(middleware::from_fn_with_state(state.clone(), limited))
        .layer(DefaultBodyLimit::disable()) // what comes here is whole and small enough
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

/// The number that a path ends with.
struct Id(i64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| Refusal::NotFound)?;
        number(&text).map(Self)
    }
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

    /// Both ends of a range of time; one alone is a mistake that must not answer with something else.
    fn range(&self) -> Result<(i64, i64), Refusal> {
        self.time("from")?.zip(self.time("to")?).ok_or(Refusal::Bad("range"))
    }

    fn time(&self, key: &str) -> Result<Option<i64>, Refusal> {
        match self.one(key) {
            None => Ok(None),
            Some(text) => crate::model::Time::parse(text).map(|t| Some(t.0)).ok_or(Refusal::NotFound),
        }
    }
}
