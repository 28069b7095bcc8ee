//! Sign-in, sign-out, tokens, and what the server says of itself.

use std::net::SocketAddr;

use axum::Form;
use axum::extract::{ConnectInfo, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::{Query, answer};
use crate::admission::{Admission, PasswordMark};
use crate::auth::{Caller, check_password, cookie_of, is_token, random_text};
use crate::db::Database;
use crate::db::users::{Stored, hash};
use crate::error::Refusal;
use crate::limit::address;
use crate::model::{Time, User};
use crate::server::State as Shared;

/// A token without a stated end lives a week, as Traccar's.
const TOKEN_MS: i64 = 7 * 86_400_000;

/// The extensions there are; docs/extensions.md describes them.
const FEATURES: [&str; 14] = [
    "nearby",
    "fleet",
    "fixes",
    "throttle",
    "credential",
    "consents",
    "requests",
    "erase",
    "cancel",
    "retention",
    "notices",
    "accessLog",
    "push",
    "reports",
];

pub(super) async fn server() -> Result<Response, Refusal> {
    answer(&json!({
        "id": 1, "attributes": {"trak": {"version": 1, "features": FEATURES}},
        "registration": false, "readonly": false, "deviceReadonly": false, "map": null, "bingKey": null, "mapUrl": null,
        "overlayUrl": null, "latitude": 0.0, "longitude": 0.0, "zoom": 0, "forceSettings": false,
        "coordinateFormat": null, "limitCommands": false, "disableReports": false, "fixedEmail": false,
        "poiLayer": null, "announcement": null, "emailEnabled": false, "geocoderEnabled": false, "textEnabled": false,
        "storageSpace": null, "newServer": false, "openIdEnabled": false, "openIdForce": false, "version": "6.14.5"
    }))
}

#[derive(Deserialize)]
pub(super) struct SignIn {
    email: Option<String>,
    password: Option<String>,
    code: Option<String>,
}

fn with_cookie(cookie: &str, user: &User) -> Result<Response, Refusal> {
    let mut response = answer(&shown(user))?;
    let value = format!("JSESSIONID={cookie}; Path=/; HttpOnly; SameSite=Lax");
    let value = HeaderValue::from_str(&value).map_err(|_| Refusal::Internal)?;
    response.headers_mut().insert(header::SET_COOKIE, value);
    Ok(response)
}

/// What an account may see of itself: everything but the secrets.
pub(crate) fn shown(user: &User) -> User {
    User { password: None, totp_key: user.totp_key.as_ref().map(|_| "***".to_owned()), ..user.clone() }
}

pub(super) async fn sign_in(
    State(state): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    form: Result<Form<SignIn>, axum::extract::rejection::FormRejection>,
) -> Result<Response, Response> {
    let Form(form) = form.map_err(IntoResponse::into_response)?;
    let refused = IntoResponse::into_response;
    let (Some(email), Some(password)) = (form.email, form.password) else {
        return Err(refused(Refusal::Bad("credentials")));
    };
    let from = address(peer, &headers);
    let checked = check_password(&state, &email, password, form.code.as_deref(), Some(from)).await;
    let (user, by) = checked.map_err(refused)?;
    let cookie = state.sessions.open(by).map_err(refused)?;
    with_cookie(&cookie, &user).map_err(refused)
}

pub(super) async fn get(
    State(state): State<Shared>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Result<Response, Refusal> {
    let query = Query::parse(query.as_deref())?;
    if let Some(token) = query.one("token") {
        let (token, now) = (token.to_owned(), state.now());
        if !is_token(&token) {
            return Err(Refusal::Bad("token"));
        }
        let kept = hash(&token);
        let found = state.db.run(move |db| db.stored_by_token(&token, now)).await?;
        let Stored { user, password } = found.ok_or(Refusal::Unauthorized)?;
        if user.disabled {
            return Err(Refusal::Unauthorized);
        }
        let password = Some(PasswordMark::of(&password));
        let cookie = state.sessions.open(Admission { user: user.id, password, token: Some(kept) })?;
        return with_cookie(&cookie, &user);
    }
    // Without a live cookie there is no session to show: 404, and Bearer does not count here.
    let by = cookie_of(&parts).and_then(|cookie| state.sessions.of(&cookie)).ok_or(Refusal::NotFound)?;
    let now = state.now();
    let user = state.db.run(move |db| db.admitted(&by, now)).await?;
    let user = user.filter(|u| !u.disabled).ok_or(Refusal::NotFound)?;
    answer(&shown(&user))
}

pub(super) async fn sign_out(State(state): State<Shared>, caller: Caller) -> Result<StatusCode, Refusal> {
    if let Some(cookie) = &caller.cookie {
        state.sessions.close(cookie);
        // Sockets that were opened with this cookie must end with it; the account's others come back by themselves.
        state.live.close_user(caller.user.id);
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct NewToken {
    expiration: Option<Time>,
}

pub(super) async fn token(
    State(state): State<Shared>,
    caller: Caller,
    Form(form): Form<NewToken>,
) -> Result<Response, Refusal> {
    let token = random_text()?;
    let expires = form.expiration.map_or(state.now() + TOKEN_MS, |t| t.0);
    let (kept, id) = (token.clone(), caller.user.id);
    let keep = move |db: &Database| match &caller.token {
        Some(by) => db.renew_token(&kept, by, id, expires),
        None => db.add_token(&kept, id, expires),
    };
    state.db.run(keep).await?;
    Ok(token.into_response())
}

#[derive(Deserialize)]
pub(super) struct OldToken {
    token: String,
}

pub(super) async fn revoke(
    State(state): State<Shared>,
    caller: Caller,
    _: HeaderMap,
    Form(form): Form<OldToken>,
) -> Result<StatusCode, Refusal> {
    let id = caller.user.id;
    state.db.run(move |db| db.revoke_token(&form.token, id)).await?;
    // Its sockets may hang on that token: they are asked again who they are.
    state.live.close_user(id);
    Ok(StatusCode::NO_CONTENT)
}
