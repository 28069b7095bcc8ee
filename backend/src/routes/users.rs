//! Accounts and permissions.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::session::shown;
use super::{Id, Query, answer, json, number};
use crate::admission::PasswordMark;
use crate::auth::{Caller, hash_password, new_totp_key, usable};
use crate::db::Link;
use crate::error::Refusal;
use crate::model::User;
use crate::server::State as Shared;

fn administrator(caller: &Caller) -> Result<(), Refusal> {
    if caller.user.administrator { Ok(()) } else { Err(Refusal::Denied("Administrator access required")) }
}

pub(super) async fn list(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    administrator(&caller)?;
    let query = Query::parse(query.as_deref())?;
    let keyword = query.one("keyword").map(trak_core::search::fold);
    let users = state.db.run(super::super::db::Database::users).await?;
    let wanted = |user: &&User| {
        keyword.as_ref().is_none_or(|k| {
            trak_core::search::fold(&format!("{}\n{}", user.name, user.email)).contains(k.as_str())
        })
    };
    let limit = query
        .one("limit")
        .map(number)
        .transpose()?
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(usize::MAX);
    let shown: Vec<User> = users.iter().filter(wanted).take(limit).map(shown).collect();
    answer(&shown)
}

pub(super) async fn create(
    State(state): State<Shared>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Refusal> {
    administrator(&caller)?;
    let user: User = json(&body)?;
    let hashing = state.hashing().await?;
    let made = state
        .db
        .run(move |db| {
            let made = add(db, user);
            drop(hashing);
            made
        })
        .await?;
    answer(&shown(&made))
}

/// Makes an account; its name is folded as sign-in folds it. Blocks.
pub(crate) fn add(db: &crate::db::Database, mut user: User) -> Result<User, Refusal> {
    user.email = user.email.trim().to_lowercase();
    user.login = user.login.map(|l| l.trim().to_lowercase()).filter(|l| !l.is_empty());
    let password = user.password.take().filter(|p| !p.is_empty()).ok_or(Refusal::Bad("password"))?;
    if user.email.is_empty() || user.name.is_empty() {
        return Err(Refusal::Bad("name"));
    }
    db.create_user(&user, &hash_password(&password)?)
}

pub(super) async fn get(
    State(state): State<Shared>,
    caller: Caller,
    Id(id): Id,
) -> Result<Response, Refusal> {
    if id != caller.user.id && !caller.user.administrator {
        return Err(Refusal::Denied("User access denied"));
    }
    let user = state.db.run(move |db| db.user(id)).await?.ok_or(Refusal::NotFound)?;
    answer(&shown(&user))
}

pub(super) async fn put(
    State(state): State<Shared>,
    caller: Caller,
    Id(id): Id,
    body: Bytes,
) -> Result<Response, Refusal> {
    if id != caller.user.id && !caller.user.administrator {
        return Err(Refusal::Denied("User access denied"));
    }
    let mut user: User = json(&body)?;
    user.id = id;
    // A write replaces the whole object: half of one must not wipe the rest.
    if user.email.trim().is_empty() || user.name.trim().is_empty() {
        return Err(Refusal::Bad("name"));
    }
    let of = state.clone();
    let hashing = if user.password.is_some() { Some(state.hashing().await?) } else { None };
    let changed = state
        .db
        .run(move |db| {
            // It takes long, so it is done first: what an administrator changes meanwhile must not be undone below.
            let hash =
                user.password.as_ref().filter(|p| !p.is_empty()).map(|p| hash_password(p)).transpose()?;
            drop(hashing);
            let user = db.transaction(|t| {
                let by = t.user(caller.user.id)?.ok_or(Refusal::Unauthorized)?;
                usable(&by, of.now())?;
                let before = t.user(id)?.ok_or(Refusal::NotFound)?;
                let user = permitted(&by, &before, user)?;
                // Whoever changes an own password stays signed in where it is done, and nowhere else.
                t.update_user(&user, hash.as_deref(), caller.by.token.as_ref())?;
                Ok(user)
            })?;
            if let Some(hash) = &hash {
                let mark = PasswordMark::of(hash);
                of.sessions.close_others(user.id, caller.cookie.as_deref(), mark);
                of.live.close_user(user.id);
            }
            of.permissions_changed()?;
            Ok(user)
        })
        .await?;
    answer(&shown(&changed))
}

/// What becomes of an account that `by` writes as `after`, where `by` may do that.
fn permitted(by: &User, before: &User, mut after: User) -> Result<User, Refusal> {
    if by.id != before.id && !by.administrator {
        return Err(Refusal::Denied("User access denied"));
    }
    if !by.administrator && limits(&after) != limits(before) {
        return Err(Refusal::Denied("User account update denied"));
    }
    if !by.administrator && before.readonly && !only_own_attributes(before, &after) {
        return Err(Refusal::Denied("User is read-only"));
    }
    // What the account sees of its code's key is a mask; sending it back keeps the key.
    if after.totp_key.as_deref() == Some("***") {
        after.totp_key.clone_from(&before.totp_key);
    }
    after.password = None;
    after.email = after.email.trim().to_lowercase();
    after.login = after.login.map(|l| l.trim().to_lowercase()).filter(|l| !l.is_empty());
    if !by.administrator && before.fixed_email && after.email != before.email {
        return Err(Refusal::Denied("User account update denied"));
    }
    Ok(after)
}

/// What only an administrator sets of an account.
fn limits(user: &User) -> impl PartialEq {
    (
        [user.administrator, user.readonly, user.disabled, user.temporary],
        [user.device_readonly, user.limit_commands, user.disable_reports, user.fixed_email],
        (user.expiration_time, user.device_limit, user.user_limit),
    )
}

/// A read-only account may change only its push tokens and its agreement to the terms.
fn only_own_attributes(before: &User, after: &User) -> bool {
    let strip = |user: &User| {
        let mut user = shown(user);
        user.attributes.remove("notificationTokens");
        user.attributes.remove("termsAccepted");
        user
    };
    serde_json::to_value(strip(before)).ok() == serde_json::to_value(strip(after)).ok()
        && after.password.is_none()
}

pub(super) async fn delete(
    State(state): State<Shared>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Refusal> {
    if id != caller.user.id && !caller.user.administrator {
        return Err(Refusal::Denied("User access denied"));
    }
    if caller.user.readonly {
        return Err(Refusal::Denied("User is read-only"));
    }
    state.db.run(move |db| db.delete_user(id)).await?;
    state.live.close_user(id);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn totp(_: Caller) -> Result<Response, Refusal> {
    Ok(new_totp_key()?.into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(clippy::struct_field_names)] // Traccar's own names
struct Permission {
    user_id: Option<i64>,
    device_id: Option<i64>,
    group_id: Option<i64>,
    geofence_id: Option<i64>,
}

fn link_of(body: &Bytes) -> Result<Link, Refusal> {
    let p: Permission = json(body)?;
    match (p.user_id, p.device_id, p.group_id, p.geofence_id) {
        (Some(user), Some(device), None, None) => Ok(Link::UserDevice(user, device)),
        (Some(user), None, Some(group), None) => Ok(Link::UserGroup(user, group)),
        (Some(user), None, None, Some(geofence)) => Ok(Link::UserGeofence(user, geofence)),
        (None, Some(device), None, Some(geofence)) => Ok(Link::DeviceGeofence(device, geofence)),
        (None, None, Some(group), Some(geofence)) => Ok(Link::GroupGeofence(group, geofence)),
        _ => Err(Refusal::Bad("permission")),
    }
}

async fn change(state: Shared, caller: Caller, body: Bytes, add: bool) -> Result<StatusCode, Refusal> {
    let link = link_of(&body)?;
    let of = state.clone();
    state
        .db
        .run(move |db| {
            if !caller.user.administrator {
                // An account may tie its own units to its own geofences, and nothing else.
                let owns = |geofence| {
                    Ok::<_, Refusal>(db.geofences(Some(caller.user.id))?.iter().any(|g| g.id == geofence))
                };
                let own = !caller.user.readonly
                    && match link {
                        Link::DeviceGeofence(device, geofence) => {
                            db.visible_devices(&caller.user)?.contains(&device) && owns(geofence)?
                        }
                        Link::GroupGeofence(group, geofence) => {
                            db.visible_groups(&caller.user)?.contains(&group) && owns(geofence)?
                        }
                        _ => false,
                    };
                if !own {
                    return Err(Refusal::Denied("Device access denied"));
                }
            }
            if add {
                db.link(link)?;
            } else {
                db.unlink(link)?;
            }
            of.permissions_changed()
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn link(
    State(state): State<Shared>,
    caller: Caller,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    change(state, caller, body, true).await
}

pub(super) async fn unlink(
    State(state): State<Shared>,
    caller: Caller,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    change(state, caller, body, false).await
}

/// The links between accounts and one kind of thing. An account may ask about itself, an administrator about all.
pub(super) async fn links(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = Query::parse(query.as_deref())?;
    let user = query.one("userId").map(number).transpose()?.unwrap_or(0);
    if user != caller.user.id {
        administrator(&caller)?;
    }
    let kind = ["deviceId", "groupId", "geofenceId"].into_iter().find(|kind| query.one(kind).is_some());
    let kind = kind.ok_or(Refusal::Bad("permission"))?;
    let thing = query.one(kind).map(number).transpose()?.unwrap_or(0);
    let found = state.db.run(move |db| db.links_of(user, kind, thing)).await?;
    let rows: Vec<serde_json::Value> =
        found.into_iter().map(|(user, thing)| serde_json::json!({"userId": user, kind: thing})).collect();
    answer(&rows)
}
