//! Phones that want to be told, and events that a Traccar server forwards; docs/extensions.md describes the requests.

use std::net::SocketAddr;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use uuid::Uuid;

use super::json;
use crate::auth::Caller;
use crate::db::push::Kept;
use crate::error::Refusal;
use crate::push::forward::{self, Forwarded};
use crate::push::registration::Registration;
use crate::server::State as Shared;

fn install(text: &str) -> Result<String, Refusal> {
    Uuid::parse_str(text).map(|install| install.to_string()).map_err(|_| Refusal::Bad("install"))
}

/// The server's address as this phone knows it: messages name the account by it.
fn server_url(state: &Shared, peer: SocketAddr, headers: &HeaderMap) -> Result<String, Refusal> {
    if let Some(url) = &state.public_url {
        return Ok(format!("{}/", url.trim_end_matches('/')));
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let host = text("host").filter(|host| !host.is_empty()).ok_or(Refusal::Bad("host"))?;
    // Only a proxy on this machine may speak for how it was reached.
    let forwarded = text("x-forwarded-proto").filter(|_| peer.ip().is_loopback());
    let scheme = if forwarded == Some("https") { "https" } else { "http" };
    Ok(format!("{scheme}://{}/", host.to_lowercase()))
}

pub(super) async fn register(
    State(state): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    caller: Caller,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let install = install(&path)?;
    let registration = json::<Registration>(&body)?.checked()?;
    let new = Kept { install, server_url: server_url(&state, peer, &headers)?, registration };
    let now = state.now();
    // Without a token nothing would end it when the account is signed out.
    let token = caller.token.ok_or(Refusal::Forbidden("token"))?;
    state.db.run(move |db| db.put_registration(caller.user.id, &token, &new, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn unregister(
    State(state): State<Shared>,
    caller: Caller,
    Path(path): Path<String>,
) -> Result<StatusCode, Refusal> {
    let install = install(&path)?;
    state.db.run(move |db| db.remove_registration(caller.user.id, &install)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn forwarded(
    State(state): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let forward = state.forward.as_ref().filter(|forward| forward.is_on()).ok_or(Refusal::NotFound)?;
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = given.and_then(|value| value.strip_prefix("Bearer ")).map(str::trim);
    if !token.is_some_and(|token| forward.accepts(token)) {
        return Err(Refusal::Unauthorized);
    }
    let event: Forwarded = json(&body)?;
    let (of, forward) = (state.clone(), forward.clone());
    state.db.run(move |_| forward::take(&of, &forward, event)).await?;
    Ok(StatusCode::ACCEPTED)
}
