//! The mirror of people's records of consent; docs/extensions.md describes the requests for clients.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use trak_core::model::LedgerEntry;
use uuid::Uuid;

use super::{Query, answer, json as read, number};
use crate::auth::Caller;
use crate::db::access_log::Look;
use crate::db::consents::Mirrored;
use crate::error::Refusal;
use crate::server::State as Shared;

/// Entries of one request at most.
const MOST: usize = 200;
/// The longest version of an app.
const LONGEST_VERSION: usize = 64;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Delivery {
    install: String,
    entries: Vec<LedgerEntry>,
}

pub(super) async fn mirror(
    State(state): State<Shared>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Refusal> {
    let Delivery { install, entries } = read(&body)?;
    let install = Uuid::parse_str(&install).map_err(|_| Refusal::Bad("install"))?;
    if entries.len() > MOST {
        return Err(Refusal::TooLarge);
    }
    if entries.iter().any(|entry| entry.app_version.len() > LONGEST_VERSION) {
        return Err(Refusal::Bad("appVersion"));
    }
    let now = state.now();
    let mirrored =
        state.db.run(move |db| db.transaction(|t| t.mirror(caller.user.id, install, &entries, now))).await?;
    let told = |last: &Option<LedgerEntry>| match last {
        Some(last) => (last.sequence, last.hash.to_hex()),
        None => (0, "0".repeat(64)),
    };
    match mirrored {
        Mirrored::Kept(last) => {
            let (sequence, hash) = told(&last);
            answer(&json!({"sequence": sequence, "hash": hash}))
        }
        Mirrored::Broken(last) => {
            let (sequence, hash) = told(&last);
            let body = Json(json!({"error": "consentChain", "sequence": sequence, "hash": hash}));
            Ok((StatusCode::CONFLICT, body).into_response())
        }
    }
}

pub(super) async fn list(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = Query::parse(query.as_deref())?;
    let of = query.one("userId").map(number).transpose()?.unwrap_or(caller.user.id);
    if of != caller.user.id && !caller.user.administrator {
        return Err(Refusal::Forbidden("denied"));
    }
    let now = state.now();
    let records = state
        .db
        .run(move |db| {
            db.note_look_at(&caller.user, Look::Consents, of, now)?;
            db.consents(of)
        })
        .await?;
    answer(&records)
}
