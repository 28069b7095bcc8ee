//! Positions and single events.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::rights::may_erase;
use super::units::visible;
use super::{Id, Query, answer, number};
use crate::auth::Caller;
use crate::db::access_log::Look;
use crate::error::Refusal;
use crate::ingest::erasing;
use crate::server::State as Shared;

pub(super) async fn list(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = Query::parse(query.as_deref())?;
    let ids = query.numbers("id")?;
    let device = query.one("deviceId").map(number).transpose()?.filter(|id| *id != 0);
    let range = (query.time("from")?, query.time("to")?);
    let now = state.now();
    let positions = state
        .db
        .run(move |db| {
            let user = &caller.user;
            if !ids.is_empty() {
                let seen = db.visible_devices(user)?;
                let mut found = Vec::new();
                for id in ids {
                    let position = db.position(id)?.ok_or(Refusal::NotFound)?;
                    if !seen.contains(&position.device_id) {
                        return Err(Refusal::Denied("Device access denied"));
                    }
                    found.push(position);
                }
                db.note_look(user, Look::History, |id| found.iter().any(|p| p.device_id == id), now)?;
                return Ok(found);
            }
            match (device, range) {
                (None, _) => {
                    let seen = db.visible_devices(user)?;
                    db.note_look(user, Look::Positions, |id| seen.contains(&id), now)?;
                    db.latest_of(&seen)
                }
                (Some(id), (Some(from), Some(to))) => {
                    visible(db, user, id)?;
                    db.note_look(user, Look::History, |seen| seen == id, now)?;
                    db.history(id, from, to)
                }
                (Some(id), (None, None)) => {
                    visible(db, user, id)?;
                    db.note_look(user, Look::Positions, |seen| seen == id, now)?;
                    Ok(db.latest(id)?.into_iter().collect())
                }
                // One end alone is a mistake that must not answer with something else.
                (Some(_), _) => Err(Refusal::Bad("range")),
            }
        })
        .await?;
    answer(&positions)
}

/// Deletes a unit's positions of a range. Who sees a unit may erase its track, as in Traccar; a read-only account may
/// not, and another person's own unit only an administrator or that person.
pub(super) async fn delete(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<StatusCode, Refusal> {
    if caller.user.readonly {
        return Err(Refusal::Denied("User is read-only"));
    }
    let query = Query::parse(query.as_deref())?;
    let id = query.one("deviceId").map(number).transpose()?.ok_or(Refusal::Bad("deviceId"))?;
    let (from, to) = query.range()?;
    let of = state.clone();
    state
        .db
        .run(move |db| {
            let owner = visible(db, &caller.user, id)?.owner();
            if owner != 0 && !may_erase(db, &caller.user, id)? {
                return Err(Refusal::Denied("Device access denied"));
            }
            erasing(&of, id, || db.delete_positions(id, from, to, of.now()))?;
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn event(
    State(state): State<Shared>,
    caller: Caller,
    Id(id): Id,
) -> Result<Response, Refusal> {
    let event = state
        .db
        .run(move |db| {
            let event = db.event(id)?.ok_or(Refusal::NotFound)?;
            visible(db, &caller.user, event.device_id)?;
            Ok(event)
        })
        .await?;
    answer(&event)
}
