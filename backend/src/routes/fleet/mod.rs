//! The fleet at once, or what changed of it since a cursor; docs/extensions.md describes the request for clients.
//!
//! Decides what a cursor still says and which unit goes into which row. Leaves to `columns` how rows are written.

mod blocks;
mod columns;

use std::collections::HashSet;
use std::io::Write;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use serde_json::{Map, Value, json};

use self::blocks::{Positions, Units};
use super::Query;
use crate::auth::Caller;
use crate::db::Snapshot;
use crate::db::access_log::Look;
use crate::error::Refusal;
use crate::model::{Group, User};
use crate::server::State as Shared;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Start {
    cursor: String,
    full: bool,
    server_time: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fleet<D, P> {
    #[serde(flatten)]
    start: Start,
    devices: D,
    positions: P,
    groups: Vec<Group>,
    removed_devices: Vec<i64>,
}

pub(super) async fn fleet(
    State(state): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = Query::parse(query.as_deref())?;
    let since = query.one("since").map(str::to_owned);
    let as_columns = query.one("form") == Some("columns");
    let packed = takes_gzip(&headers);
    let server_time = state.now();
    let body = state
        .db
        .run(move |db| {
            let visible = db.visible_devices(&caller.user)?;
            db.note_look(&caller.user, Look::Positions, |id| visible.contains(&id), server_time)?;
            let body = db.snapshot(|snapshot| {
                let visible = snapshot.visible_devices(&caller.user)?;
                let Holder { cursor, after, removed_devices } =
                    cursor(snapshot, &caller.user, &visible, since.as_deref())?;
                let (full, after) = (after.is_none(), after.unwrap_or(-1));
                let groups = snapshot.groups(&caller.user)?;
                let start = Start { cursor, full, server_time };
                if as_columns {
                    let positions = Positions::read(snapshot, &visible, after)?;
                    let devices = Units::read(snapshot, &visible, after, positions.shown())?;
                    json_of(&Fleet { start, devices, positions, groups, removed_devices })
                } else {
                    let devices: Vec<_> = snapshot.devices(&visible, after)?.iter().map(lean).collect();
                    let positions: Vec<_> = snapshot.latest_of(&visible, after)?.iter().map(lean).collect();
                    json_of(&Fleet { start, devices, positions, groups, removed_devices })
                }
            })?;
            if packed { gzip(&body) } else { Ok(body) }
        })
        .await?;
    let mut response = body.into_response();
    let told = response.headers_mut();
    told.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    told.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if packed {
        told.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|one| {
        let (name, quality) = one.split_once(';').unwrap_or((one, ""));
        let refused = quality.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0));
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

fn gzip(body: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 3), Compression::default());
    encoder.write_all(body).and_then(|()| encoder.finish()).map_err(|_| Refusal::Internal)
}

/// What the holder of an earlier answer is sent.
struct Holder {
    /// The cursor of this answer.
    cursor: String,
    /// The change counter then; `None` where everything must be sent again.
    after: Option<i64>,
    /// What the holder must forget.
    removed_devices: Vec<i64>,
}

/// A cursor says which units its holder knows. If those are exactly the units that the account sees now, less the ones
/// made since and with the ones deleted since, the changes are enough; otherwise what it may see changed.
fn cursor(
    snapshot: &Snapshot<'_>,
    user: &User,
    visible: &HashSet<i64>,
    since: Option<&str>,
) -> Result<Holder, Refusal> {
    let (counter, epoch, forgotten) = snapshot.cursor()?;
    let cursor = format!("{epoch}.{:016x}.{counter}", fingerprint(visible));
    let everything = Holder { cursor: cursor.clone(), after: None, removed_devices: Vec::new() };
    let Some((known, after)) =
        since.and_then(|since| read(since, &epoch)).filter(|(_, after)| *after >= forgotten)
    else {
        return Ok(everything);
    };
    let mut then = visible.clone();
    for made in snapshot.made_after(after)? {
        then.remove(&made);
    }
    let removed_devices = snapshot.removed_after(user, after)?;
    then.extend(&removed_devices);
    if fingerprint(&then) == known {
        Ok(Holder { cursor, after: Some(after), removed_devices })
    } else {
        Ok(everything)
    }
}

fn read(since: &str, epoch: &str) -> Option<(u64, i64)> {
    let (known, after) = since.strip_prefix(epoch)?.strip_prefix('.')?.split_once('.')?;
    Some((u64::from_str_radix(known, 16).ok()?, after.parse().ok()?))
}

/// A number for a set of units, the same in whatever order they come.
fn fingerprint(visible: &HashSet<i64>) -> u64 {
    use sha2::{Digest, Sha256};
    let mut ids: Vec<i64> = visible.iter().copied().collect();
    ids.sort_unstable();
    let mut hash = Sha256::new();
    for id in ids {
        hash.update(id.to_le_bytes());
    }
    let digest = hash.finalize();
    u64::from_be_bytes(core::array::from_fn(|at| digest.get(at).copied().unwrap_or_default()))
}

fn json_of(answer: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(answer).map_err(|_| Refusal::Internal)
}

/// The wire's shape without what says nothing: null, and a position's fields at the value a reader assumes.
fn lean(item: &impl Serialize) -> Value {
    let Ok(Value::Object(object)) = serde_json::to_value(item) else { return Value::Null };
    let silent = |key: &str, value: &Value| match key {
        "calendarId" | "groupId" => *value == json!(0),
        "attributes" => *value == json!({}),
        "disabled" => *value == json!(false),
        "valid" => *value == json!(true),
        "protocol" => true,
        _ => value.is_null(),
    };
    Value::Object(object.into_iter().filter(|(key, value)| !silent(key, value)).collect::<Map<_, _>>())
}
