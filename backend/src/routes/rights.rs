//! What people may ask for about their own data; docs/extensions.md describes the requests for clients.

use std::net::SocketAddr;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Id, answer, json as read};
use crate::auth::{Caller, check_password};
use crate::cancel::deadline;
use crate::db::Database;
use crate::db::rights::Cancellation;
use crate::error::Refusal;
use crate::ingest::erasing;
use crate::limit::address;
use crate::model::{Time, User};
use crate::retention::ACCESS_LOG_MONTHS;
use crate::server::State as Shared;

/// The longest text of a request, characters.
const LONGEST: usize = 2_000;
const FIELDS: [&str; 5] = ["accountName", "unitName", "plate", "phone", "other"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewRequest {
    field: String,
    text: String,
}

pub(super) async fn ask(
    State(state): State<Shared>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Refusal> {
    let NewRequest { field, text } = read(&body)?;
    if !FIELDS.contains(&field.as_str()) {
        return Err(Refusal::Bad("field"));
    }
    let text = text.trim().to_owned();
    if text.is_empty() || text.chars().count() > LONGEST {
        return Err(Refusal::Bad("text"));
    }
    let now = state.now();
    answer(&state.db.run(move |db| db.add_request(caller.user.id, &field, &text, now)).await?)
}

pub(super) async fn asked(State(state): State<Shared>, caller: Caller) -> Result<Response, Refusal> {
    answer(&state.db.run(move |db| db.requests(Some(caller.user.id))).await?)
}

/// Whether an account may erase positions of a unit: its own, or any as an administrator.
pub(super) fn may_erase(db: &Database, user: &User, device: i64) -> Result<bool, Refusal> {
    let own = db.own_units(user.id)?.contains(&device);
    Ok(own || user.administrator && db.device(device)?.is_some())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Range {
    device_id: i64,
    from: Time,
    to: Time,
}

pub(super) async fn erase(
    State(state): State<Shared>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Refusal> {
    let Range { device_id, from, to } = read(&body)?;
    if from > to {
        return Err(Refusal::Bad("range"));
    }
    let of = state.clone();
    let deleted = state
        .db
        .run(move |db| {
            // A hidden unit is not told from one that does not exist.
            if !may_erase(db, &caller.user, device_id)? {
                return Err(Refusal::Forbidden("denied"));
            }
            erasing(&of, device_id, || db.delete_positions(device_id, from.0, to.0, of.now()))
        })
        .await?;
    answer(&json!({"deleted": deleted}))
}

pub(super) async fn erase_one(
    State(state): State<Shared>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Refusal> {
    let of = state.clone();
    state
        .db
        .run(move |db| {
            let unseen = Refusal::Forbidden("denied");
            let position =
                db.position(id)?.ok_or(if caller.user.administrator { Refusal::NotFound } else { unseen })?;
            if !may_erase(db, &caller.user, position.device_id)? {
                return Err(unseen);
            }
            erasing(&of, position.device_id, || db.delete_position(position.device_id, id, of.now()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize)]
struct Cancel {
    requested: Time,
    deadline: Time,
    state: &'static str,
    kept: [&'static str; 1],
    receipt: String,
}

impl From<Cancellation> for Cancel {
    fn from(c: Cancellation) -> Self {
        Self {
            requested: Time(c.requested),
            deadline: Time(c.deadline),
            state: if c.done.is_some() { "done" } else { "requested" },
            kept: ["auditLog"],
            receipt: c.receipt,
        }
    }
}

pub(super) async fn cancellation(State(state): State<Shared>, caller: Caller) -> Result<Response, Refusal> {
    match state.db.run(move |db| db.cancellation(caller.user.id)).await? {
        Some(c) => answer(&Cancel::from(c)),
        None => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

/// Without a sign-in, because the end takes every sign-in away: only whoever was given the receipt can ask.
pub(super) async fn cancellation_of_receipt(
    State(state): State<Shared>,
    Path(receipt): Path<String>,
) -> Result<Response, Refusal> {
    let found = state.db.run(move |db| db.cancellation_of_receipt(&receipt)).await?;
    answer(&Cancel::from(found.ok_or(Refusal::NotFound)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Again {
    password: String,
    code: Option<String>,
}

/// Whoever found an unlocked phone must not be able to end the account: password and code are asked for again, and
/// guessing is slowed down as at sign-in.
pub(super) async fn cancel(
    State(state): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Refusal> {
    let Again { password, code } = read(&body)?;
    let from = Some(address(peer, &headers));
    let email = caller.user.email.clone();
    let (user, _) = check_password(&state, &email, password, code.as_deref(), from).await.map_err(
        |refusal| match refusal {
            Refusal::Unauthorized => Refusal::Forbidden("wrongPassword"),
            Refusal::CodeNeeded => Refusal::Forbidden("codeNeeded"),
            Refusal::Denied(_) => Refusal::Forbidden("wrongCode"),
            other => other,
        },
    )?;
    let now = state.now();
    let deadline = deadline(now)?;
    let asked = state
        .db
        .run(move |db| {
            let others = db.users()?.iter().any(|u| u.administrator && !u.disabled && u.id != user.id);
            if user.administrator && !others {
                return Err(Refusal::Conflict("lastAdministrator"));
            }
            db.ask_cancellation(user.id, now, deadline)
        })
        .await?;
    answer(&Cancel::from(asked))
}

pub(super) async fn keep_account(State(state): State<Shared>, caller: Caller) -> Result<StatusCode, Refusal> {
    state.db.run(move |db| db.withdraw_cancellation(caller.user.id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn retention(State(state): State<Shared>, _: Caller) -> Result<Response, Refusal> {
    let runs = state.db.run(Database::retention_runs).await?;
    let terms = state.retention;
    answer(&json!({
        "positionDays": terms.position_days(), "eventDays": terms.event_days(), "accessLogMonths": ACCESS_LOG_MONTHS,
        "runs": runs,
    }))
}

pub(super) async fn access_log(State(state): State<Shared>, caller: Caller) -> Result<Response, Refusal> {
    answer(&state.db.run(move |db| db.looks_at(caller.user.id)).await?)
}

pub(super) async fn notices(State(state): State<Shared>, caller: Caller) -> Result<Response, Refusal> {
    answer(&state.db.run(move |db| db.notices(caller.user.id)).await?)
}

pub(super) async fn acknowledge(
    State(state): State<Shared>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Refusal> {
    let now = state.now();
    state.db.run(move |db| db.acknowledge(caller.user.id, id, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
