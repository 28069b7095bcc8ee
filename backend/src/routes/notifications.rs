//! What an account wishes to be told of: which kinds of events its sockets show. Without any for the socket they show all.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::{Id, answer, json};
use crate::auth::Caller;
use crate::error::Refusal;
use crate::events::{KINDS, Wanted};
use crate::model::Notification;
use crate::server::State as Shared;

/// The names that Traccar ships with. Only the first is at work here; one that is in none of its versions would break
/// a real Traccar to which the notification is copied.
const NOTIFICATORS: [&str; 4] = ["web", "command", "sms", "mail"];

pub(super) async fn types(_: Caller) -> Result<Response, Refusal> {
    answer(&KINDS.map(|kind| json!({"type": kind})))
}

pub(super) async fn notificators(_: Caller) -> Result<Response, Refusal> {
    let at_work: Vec<Value> = NOTIFICATORS.iter().take(1).map(|name| json!({"type": name})).collect();
    answer(&at_work)
}

pub(super) async fn test(_: Caller, Path(notificator): Path<String>) -> Result<StatusCode, Refusal> {
    if notificator == "web" { Ok(StatusCode::NO_CONTENT) } else { Err(Refusal::Bad("notificator")) }
}

pub(super) async fn list(State(state): State<Shared>, caller: Caller) -> Result<Response, Refusal> {
    answer(&state.db.run(move |db| db.notifications(caller.user.id)).await?)
}

pub(super) async fn create(
    State(state): State<Shared>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Refusal> {
    keep(state, caller, 0, &body).await
}

pub(super) async fn put(
    State(state): State<Shared>,
    caller: Caller,
    Id(id): Id,
    body: Bytes,
) -> Result<Response, Refusal> {
    keep(state, caller, id, &body).await
}

async fn keep(state: Shared, caller: Caller, id: i64, body: &Bytes) -> Result<Response, Refusal> {
    may_write(&caller)?;
    let notification = Notification { id, ..json(body)? };
    if notification.kind.is_empty() {
        return Err(Refusal::Bad("type"));
    }
    let mut named = notification.notificators.split(',').map(str::trim).filter(|name| !name.is_empty());
    if named.any(|name| !NOTIFICATORS.contains(&name)) {
        return Err(Refusal::Bad("notificator"));
    }
    let of = state.clone();
    let kept = state
        .db
        .run(move |db| {
            let kept = db.put_notification(caller.user.id, &notification)?;
            changed(&of, caller.user.id)?;
            Ok(kept)
        })
        .await?;
    answer(&kept)
}

pub(super) async fn delete(
    State(state): State<Shared>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Refusal> {
    may_write(&caller)?;
    let of = state.clone();
    state
        .db
        .run(move |db| {
            db.delete_notification(caller.user.id, id)?;
            changed(&of, caller.user.id)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The open sockets follow at once.
fn changed(state: &Shared, user: i64) -> Result<(), Refusal> {
    state.live.want(user, &Wanted::of(&state.db.notifications(user)?));
    Ok(())
}

fn may_write(caller: &Caller) -> Result<(), Refusal> {
    if caller.user.readonly { Err(Refusal::Denied("Write access denied")) } else { Ok(()) }
}
