//! Units, groups and geofences.

use std::collections::HashSet;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::{Id, Query, answer, json, number};
use crate::auth::Caller;
use crate::db::access_log::Look;
use crate::db::{Database, Link, Transaction};
use crate::error::Refusal;
use crate::model::{Attributes, Device, Geofence, Group, OWNER, UPLOAD_CREDENTIAL, User};
use crate::server::State as Shared;

const DENIED: Refusal = Refusal::Denied("Device access denied");

/// A unit that an account sees; an unknown one is told from a hidden one only to an administrator.
pub(super) fn visible(db: &Database, user: &User, id: i64) -> Result<Device, Refusal> {
    if !db.visible_devices(user)?.contains(&id) {
        return Err(if user.administrator { Refusal::NotFound } else { DENIED });
    }
    db.device(id)?.ok_or(Refusal::NotFound)
}

pub(super) async fn list(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = Query::parse(query.as_deref())?;
    let user_id = query.one("userId").map(number).transpose()?;
    if user_id.is_some_and(|id| id != caller.user.id) && !caller.user.administrator {
        return Err(Refusal::Denied("User access denied"));
    }
    let ids = query.numbers("id")?;
    let unique: Vec<String> = query.all("uniqueId").map(str::to_owned).collect();
    let keyword = query.one("keyword").map(trak_core::search::fold);
    let size =
        |key| Ok::<_, Refusal>(query.one(key).map(number).transpose()?.and_then(|n| usize::try_from(n).ok()));
    let (limit, offset) = (size("limit")?.unwrap_or(usize::MAX), size("offset")?.unwrap_or(0));
    let bare = query.one("excludeAttributes") == Some("true");
    let now = state.now();
    let devices = state
        .db
        .run(move |db| {
            let of = match user_id {
                Some(id) => db.user(id)?.ok_or(Refusal::NotFound)?,
                None => caller.user.clone(),
            };
            let by = caller.user;
            let devices = db.devices(&db.visible_devices(&of)?)?;
            let wanted = |d: &Device| {
                (ids.is_empty() && unique.is_empty() || ids.contains(&d.id) || unique.contains(&d.unique_id))
                    && keyword.as_ref().is_none_or(|k| folded(d).contains(k.as_str()))
            };
            let mut found: Vec<Device> =
                devices.into_iter().filter(wanted).skip(offset).take(limit).collect();
            db.note_look(&by, Look::Unit, |id| found.iter().any(|d| d.id == id), now)?;
            if bare {
                for device in &mut found {
                    device.attributes = Attributes::new();
                }
            }
            Ok(found)
        })
        .await?;
    answer(&devices)
}

fn folded(d: &Device) -> String {
    let parts = [Some(&d.name), Some(&d.unique_id), d.phone.as_ref(), d.model.as_ref(), d.contact.as_ref()];
    let texts: Vec<String> = parts.into_iter().flatten().map(|t| trak_core::search::fold(t)).collect();
    texts.join("\n")
}

pub(super) async fn get(
    State(state): State<Shared>,
    caller: Caller,
    Id(id): Id,
) -> Result<Response, Refusal> {
    let now = state.now();
    let device = state
        .db
        .run(move |db| {
            let device = visible(db, &caller.user, id)?;
            db.note_look(&caller.user, Look::Unit, |seen| seen == id, now)?;
            Ok(device)
        })
        .await?;
    answer(&device)
}

fn may_write(user: &User) -> Result<(), Refusal> {
    if user.readonly || user.device_readonly { Err(Refusal::Denied("Write access denied")) } else { Ok(()) }
}

/// Where somebody's own unit stands and whether it is there at all is for that person and for administrators.
fn others_keep_off(user: &User, unit: &Device) -> Result<(), Refusal> {
    let allowed = user.administrator || [0, user.id].contains(&unit.owner());
    if allowed { Ok(()) } else { Err(DENIED) }
}

fn checked(device: Device) -> Result<Device, Refusal> {
    if device.name.trim().is_empty() || device.unique_id.trim().is_empty() {
        return Err(Refusal::Bad("uniqueId"));
    }
    // Nothing but a text can be sent with an upload: anything else would lock the unit out.
    if device.attributes.get(UPLOAD_CREDENTIAL).is_some_and(|credential| !credential.is_string()) {
        return Err(Refusal::Bad("uploadCredential"));
    }
    Ok(device)
}

/// A group that an account does not see takes no units of it: others would see them.
fn group_is_seen(t: &Transaction<'_>, user: &User, group: i64) -> Result<(), Refusal> {
    if group == 0 || user.administrator || t.visible_groups(user)?.contains(&group) {
        Ok(())
    } else {
        Err(Refusal::Denied("Group access denied"))
    }
}

pub(super) async fn create(
    State(state): State<Shared>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Refusal> {
    may_write(&caller.user)?;
    let mut device = checked(json(&body)?)?;
    // Nobody but an administrator says of somebody else that a unit is theirs.
    if !caller.user.administrator && device.owner() != caller.user.id {
        device.attributes.remove(OWNER);
    }
    let of = state.clone();
    let made = state
        .db
        .run(move |db| {
            let user = &caller.user;
            let limit = user.device_limit;
            if !user.administrator
                && (limit == 0 || limit > 0 && db.visible_devices(user)?.len() as i64 >= limit)
            {
                return Err(Refusal::Denied("Write access denied"));
            }
            let made = db.transaction(|t| {
                group_is_seen(t, user, device.group_id)?;
                t.create_device(&device)
            })?;
            let made = db.device(made)?.ok_or(Refusal::Internal)?;
            if !user.administrator {
                db.link(Link::UserDevice(user.id, made.id))?;
            }
            of.permissions_changed()?;
            Ok(made)
        })
        .await?;
    answer(&made)
}

pub(super) async fn put(
    State(state): State<Shared>,
    caller: Caller,
    Id(id): Id,
    body: Bytes,
) -> Result<Response, Refusal> {
    may_write(&caller.user)?;
    let mut device = Device { id, ..checked(json(&body)?)? };
    let of = state.clone();
    let changed = state
        .db
        .run(move |db| {
            let user = &caller.user;
            visible(db, user, id)?;
            db.transaction(|t| {
                let before = t.device(id)?.ok_or(Refusal::NotFound)?;
                if before.group_id != device.group_id {
                    group_is_seen(t, user, device.group_id)?;
                    others_keep_off(user, &before)?;
                }
                // It is never shown, so a client that writes back what it read cannot have it.
                if let Some(kept) = before.attributes.get(UPLOAD_CREDENTIAL) {
                    device.attributes.entry(UPLOAD_CREDENTIAL).or_insert_with(|| kept.clone());
                }
                if !caller.user.administrator {
                    match before.attributes.get(OWNER) {
                        Some(kept) => drop(device.attributes.insert(OWNER.to_owned(), kept.clone())),
                        None => drop(device.attributes.remove(OWNER)),
                    }
                }
                t.update_device(&device)
            })?;
            let changed = db.device(id)?.ok_or(Refusal::NotFound)?;
            of.permissions_changed()?;
            of.live.device(&changed);
            Ok(changed)
        })
        .await?;
    answer(&changed)
}

pub(super) async fn delete(
    State(state): State<Shared>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Refusal> {
    may_write(&caller.user)?;
    let of = state.clone();
    state
        .db
        .run(move |db| {
            others_keep_off(&caller.user, &visible(db, &caller.user, id)?)?;
            db.delete_device(id, of.now())?;
            of.permissions_changed()
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn groups(State(state): State<Shared>, caller: Caller) -> Result<Response, Refusal> {
    answer(&state.db.run(move |db| db.snapshot(|s| s.groups(&caller.user))).await?)
}

fn administrator(user: &User) -> Result<(), Refusal> {
    if user.administrator { Ok(()) } else { Err(Refusal::Denied("Write access denied")) }
}

pub(super) async fn create_group(
    State(state): State<Shared>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Refusal> {
    administrator(&caller.user)?;
    let group: Group = json(&body)?;
    answer(&state.db.run(move |db| db.create_group(&group)).await?)
}

pub(super) async fn put_group(
    State(state): State<Shared>,
    caller: Caller,
    Id(id): Id,
    body: Bytes,
) -> Result<Response, Refusal> {
    administrator(&caller.user)?;
    let group = Group { id, ..json(&body)? };
    let of = state.clone();
    let changed = state
        .db
        .run(move |db| {
            db.update_group(&group)?;
            of.permissions_changed()?;
            Ok(group)
        })
        .await?;
    answer(&changed)
}

pub(super) async fn delete_group(
    State(state): State<Shared>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Refusal> {
    administrator(&caller.user)?;
    let of = state.clone();
    state
        .db
        .run(move |db| {
            db.delete_group(id)?;
            of.permissions_changed()
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn geofences(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = Query::parse(query.as_deref())?;
    let device = query.one("deviceId").map(number).transpose()?;
    let found = state
        .db
        .run(move |db| match device {
            Some(id) => {
                visible(db, &caller.user, id)?;
                let mut found = db.geofences_of(id)?;
                if !caller.user.administrator {
                    // Others who see the unit may watch it by geofences of their own.
                    let own: HashSet<i64> =
                        db.geofences(Some(caller.user.id))?.into_iter().map(|g| g.id).collect();
                    found.retain(|geofence| own.contains(&geofence.id));
                }
                Ok(found)
            }
            None => db.geofences((!caller.user.administrator).then_some(caller.user.id)),
        })
        .await?;
    answer(&found)
}

async fn put_checked(state: Shared, caller: Caller, geofence: Geofence) -> Result<Response, Refusal> {
    if caller.user.readonly {
        return Err(Refusal::Denied("Write access denied"));
    }
    if trak_core::traccar::decode::shape(&geofence.area, None).is_none() {
        return Err(Refusal::Bad("area"));
    }
    let kept = state
        .db
        .run(move |db| {
            let own = db.geofences(Some(caller.user.id))?.iter().any(|g| g.id == geofence.id);
            if geofence.id != 0 && !own && !caller.user.administrator {
                return Err(Refusal::Denied("Geofence access denied"));
            }
            let kept = db.put_geofence(&geofence)?;
            db.link(Link::UserGeofence(caller.user.id, kept.id))?;
            Ok(kept)
        })
        .await?;
    answer(&kept)
}

pub(super) async fn create_geofence(
    State(state): State<Shared>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Refusal> {
    put_checked(state, caller, Geofence { id: 0, ..json(&body)? }).await
}

pub(super) async fn put_geofence(
    State(state): State<Shared>,
    caller: Caller,
    Id(id): Id,
    body: Bytes,
) -> Result<Response, Refusal> {
    put_checked(state, caller, Geofence { id, ..json(&body)? }).await
}

pub(super) async fn delete_geofence(
    State(state): State<Shared>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Refusal> {
    state
        .db
        .run(move |db| {
            let own = db.geofences(Some(caller.user.id))?.iter().any(|g| g.id == id);
            if caller.user.readonly || !own && !caller.user.administrator {
                return Err(Refusal::Denied("Geofence access denied"));
            }
            db.delete_geofence(id)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
