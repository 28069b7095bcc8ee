//! Units, groups and geofences.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Database, Transaction, bump, parsed, text};
use crate::error::Refusal;
use crate::model::{Device, Geofence, Group, Time};

const COLUMNS: &str = "id, attributes, group_id, name, unique_id, status, last_update, position_id, phone, model, \
     contact, category, disabled, expiration";

fn device(row: &Row<'_>) -> rusqlite::Result<Device> {
    let attributes: String = row.get(1)?;
    Ok(Device {
        id: row.get(0)?,
        attributes: parsed(&attributes),
        group_id: row.get(2)?,
        calendar_id: 0,
        name: row.get(3)?,
        unique_id: row.get(4)?,
        status: row.get(5)?,
        last_update: row.get::<_, Option<i64>>(6)?.map(Time),
        position_id: row.get(7)?,
        phone: row.get(8)?,
        model: row.get(9)?,
        contact: row.get(10)?,
        category: row.get(11)?,
        disabled: row.get(12)?,
        expiration_time: row.get::<_, Option<i64>>(13)?.map(Time),
    })
}

fn group(row: &Row<'_>) -> rusqlite::Result<Group> {
    let attributes: String = row.get(3)?;
    Ok(Group { id: row.get(0)?, group_id: row.get(1)?, name: row.get(2)?, attributes: parsed(&attributes) })
}

fn insert(c: &Connection, d: &Device) -> Result<i64, Refusal> {
    // Made empty and then written like any other, so that the columns are named once.
    let sql = "INSERT INTO devices (unique_id, name, group_id, attributes, created)
               VALUES (?1, '', 0, '{}', (SELECT value + 1 FROM change_counter))";
    c.prepare_cached(sql)?.execute([&d.unique_id])?;
    let id = c.last_insert_rowid();
    write(c, id, d)?;
    Ok(id)
}

/// Writes what an administrator may change of a unit; its state stays.
fn write(c: &Connection, id: i64, d: &Device) -> Result<(), Refusal> {
    let changed = bump(c)?;
    let done = c
        .prepare_cached(
            "UPDATE devices SET attributes = ?2, group_id = ?3, name = ?4, unique_id = ?5, phone = ?6, model = ?7,
             contact = ?8, category = ?9, disabled = ?10, expiration = ?11, changed = ?12 WHERE id = ?1",
        )?
        .execute(params![
            id,
            text(&d.attributes)?,
            d.group_id,
            d.name,
            d.unique_id,
            d.phone,
            d.model,
            d.contact,
            d.category,
            d.disabled,
            d.expiration_time.map(|t| t.0),
            changed
        ])?;
    if done == 0 { Err(Refusal::NotFound) } else { Ok(()) }
}

fn by_id(c: &Connection, id: i64) -> Result<Option<Device>, Refusal> {
    let sql = format!("SELECT {COLUMNS} FROM devices WHERE id = ?1");
    Ok(c.prepare_cached(&sql)?.query_row([id], device).optional()?)
}

fn by_unique_id(c: &Connection, unique_id: &str) -> Result<Option<Device>, Refusal> {
    let sql = format!("SELECT {COLUMNS} FROM devices WHERE unique_id = ?1");
    Ok(c.prepare_cached(&sql)?.query_row([unique_id], device).optional()?)
}

fn geofences_by(c: &Connection, sql: &str, of: Option<i64>) -> Result<Vec<Geofence>, Refusal> {
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map(params![of], |row| {
        let body: String = row.get(1)?;
        Ok(Geofence { id: row.get(0)?, ..parsed(&body) })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Geofences that a unit is watched by, itself or through a group it stands in.
fn geofences_of(c: &Connection, device: i64) -> Result<Vec<Geofence>, Refusal> {
    let sql = "SELECT id, body FROM geofences WHERE id IN
               (SELECT geofence_id FROM device_geofence WHERE device_id = ?1
                UNION SELECT geofence_id FROM group_geofence WHERE group_id IN
                  (WITH RECURSIVE up (id) AS (SELECT group_id FROM devices WHERE id = ?1
                     UNION SELECT g.group_id FROM groups g JOIN up ON g.id = up.id)
                   SELECT id FROM up)) ORDER BY id";
    geofences_by(c, sql, Some(device))
}

/// All groups, by name.
pub(super) fn groups(c: &Connection) -> Result<Vec<Group>, Refusal> {
    let mut statement =
        c.prepare_cached("SELECT id, group_id, name, attributes FROM groups ORDER BY name, id")?;
    let found = statement.query_map([], group)?.collect::<Result<_, _>>()?;
    Ok(found)
}

/// Units among `visible`, by name, that changed after a number of the change counter.
pub(super) fn devices(
    c: &Connection,
    visible: &HashSet<i64>,
    changed_after: i64,
) -> Result<Vec<Device>, Refusal> {
    let mut statement =
        c.prepare_cached(&format!("SELECT {COLUMNS} FROM devices WHERE changed > ?1 ORDER BY name, id"))?;
    let rows = statement.query_map([changed_after], device)?;
    let found: Vec<Device> = rows.collect::<Result<_, _>>()?;
    Ok(found.into_iter().filter(|d| visible.contains(&d.id)).collect())
}

impl Transaction<'_> {
    /// A unit by number.
    pub(crate) fn device(&self, id: i64) -> Result<Option<Device>, Refusal> {
        by_id(&self.0, id)
    }

    /// A unit by its tracker's identifier.
    pub(crate) fn device_by_unique_id(&self, unique_id: &str) -> Result<Option<Device>, Refusal> {
        by_unique_id(&self.0, unique_id)
    }

    /// Deletes a unit with its permissions, positions and events at a time. Who saw it is noted for snapshots since a
    /// cursor.
    pub(crate) fn delete_device(&self, id: i64, now: i64) -> Result<(), Refusal> {
        let changed = bump(&self.0)?;
        let mut saw = vec![0];
        for user in super::users::all(&self.0)? {
            if !user.administrator && self.visible_devices(&user)?.contains(&id) {
                saw.push(user.id);
            }
        }
        for user in saw {
            self.0
                .prepare_cached(
                    "INSERT INTO removed_devices (device_id, user_id, changed, created, at)
                     SELECT id, ?2, ?3, created, ?4 FROM devices WHERE id = ?1",
                )?
                .execute([id, user, changed, now])?;
        }
        for sql in [
            "DELETE FROM devices WHERE id = ?1",
            "DELETE FROM positions WHERE device_id = ?1",
            "DELETE FROM events WHERE device_id = ?1",
        ] {
            self.0.execute(sql, [id])?;
        }
        Ok(())
    }

    /// Sets the link state of the units that are in one of `from` and were not heard of since `before`; which those are.
    pub(crate) fn set_silent(&self, status: &str, from: [&str; 2], before: i64) -> Result<Vec<i64>, Refusal> {
        let [a, b] = from;
        let silent = "SELECT 1 FROM devices WHERE status IN (?1, ?2) AND last_update < ?3";
        if !self.0.prepare_cached(silent)?.exists(params![a, b, before])? {
            return Ok(Vec::new()); // asked every few seconds: nothing is written for nothing
        }
        let changed = bump(&self.0)?;
        let mut statement = self.0.prepare_cached(
            "UPDATE devices SET status = ?1, changed = ?2 WHERE status IN (?3, ?4) AND last_update < ?5 RETURNING id",
        )?;
        let rows = statement.query_map(params![status, changed, a, b, before], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes that a unit was heard of without a position.
    pub(crate) fn heard_of(&self, device: i64, at: i64) -> Result<(), Refusal> {
        let changed = bump(&self.0)?;
        self.0
            .prepare_cached(
                "UPDATE devices SET status = 'online', last_update = max(coalesce(last_update, 0), ?2), changed = ?3
                 WHERE id = ?1",
            )?
            .execute([device, at, changed])?;
        Ok(())
    }

    /// Geofences that a unit is watched by, itself or through a group it stands in.
    pub(crate) fn geofences_of(&self, device: i64) -> Result<Vec<Geofence>, Refusal> {
        geofences_of(&self.0, device)
    }
}

impl Database {
    /// Makes a unit.
    pub fn create_device(&self, new: &Device) -> Result<Device, Refusal> {
        let id = self.transaction(|t| insert(&t.0, new))?;
        self.device(id)?.ok_or(Refusal::Internal)
    }

    /// Makes many units at once; answers their numbers in order.
    pub fn create_devices(&self, new: &[Device]) -> Result<Vec<i64>, Refusal> {
        self.transaction(|t| new.iter().map(|d| insert(&t.0, d)).collect())
    }

    /// Replaces what an administrator may change of a unit; its state stays.
    pub fn update_device(&self, d: &Device) -> Result<Device, Refusal> {
        self.transaction(|t| write(&t.0, d.id, d))?;
        self.device(d.id)?.ok_or(Refusal::Internal)
    }

    /// Deletes a unit with its permissions, positions and events at a time. Who saw it is noted for snapshots since a
    /// cursor.
    pub fn delete_device(&self, id: i64, now: i64) -> Result<(), Refusal> {
        self.transaction(|t| t.delete_device(id, now))
    }

    /// Forgets which units were deleted before a time; cursors from before that are worth nothing any more.
    pub fn forget_old_removals(&self, before: i64) -> Result<(), Refusal> {
        self.transaction(|t| {
            if !t.0.prepare_cached("SELECT 1 FROM removed_devices WHERE at < ?1")?.exists([before])? {
                return Ok(()); // asked every few seconds: nothing is written for nothing
            }
            t.0.execute(
                "UPDATE change_counter SET forgotten =
                 max(forgotten, (SELECT coalesce(max(changed), 0) FROM removed_devices WHERE at < ?1))",
                [before],
            )?;
            t.0.execute("DELETE FROM removed_devices WHERE at < ?1", [before])?;
            Ok(())
        })
    }

    /// A unit by number.
    pub fn device(&self, id: i64) -> Result<Option<Device>, Refusal> {
        by_id(&self.read(), id)
    }

    /// A unit by its tracker's identifier.
    pub fn device_by_unique_id(&self, unique_id: &str) -> Result<Option<Device>, Refusal> {
        by_unique_id(&self.read(), unique_id)
    }

    /// Units among `visible`, by name.
    pub fn devices(&self, visible: &HashSet<i64>) -> Result<Vec<Device>, Refusal> {
        devices(&self.read(), visible, -1)
    }

    /// All units, by name.
    pub fn all_devices(&self) -> Result<Vec<Device>, Refusal> {
        let c = self.read();
        let mut statement = c.prepare_cached(&format!("SELECT {COLUMNS} FROM devices ORDER BY name, id"))?;
        let found = statement.query_map([], device)?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// Sets a unit's link state.
    pub fn set_status(&self, id: i64, status: &str) -> Result<(), Refusal> {
        let c = self.write();
        let changed = bump(&c)?;
        c.execute(
            "UPDATE devices SET status = ?2, changed = ?3 WHERE id = ?1",
            params![id, status, changed],
        )?;
        Ok(())
    }

    /// Makes a group.
    pub fn create_group(&self, new: &Group) -> Result<Group, Refusal> {
        let c = self.write();
        c.execute(
            "INSERT INTO groups (group_id, name, attributes) VALUES (?1, ?2, ?3)",
            params![new.group_id, new.name, text(&new.attributes)?],
        )?;
        Ok(Group { id: c.last_insert_rowid(), ..new.clone() })
    }

    /// Replaces a group; one that would stand inside itself is refused.
    pub fn update_group(&self, changed: &Group) -> Result<(), Refusal> {
        let groups = self.groups()?;
        let mut at = changed.group_id;
        for _ in 0..=groups.len() {
            if at == changed.id {
                return Err(Refusal::Bad("cycle"));
            }
            at = groups.iter().find(|g| g.id == at).map_or(0, |g| g.group_id);
        }
        let done = self.write().execute(
            "UPDATE groups SET group_id = ?2, name = ?3, attributes = ?4 WHERE id = ?1",
            params![changed.id, changed.group_id, changed.name, text(&changed.attributes)?],
        )?;
        if done == 0 { Err(Refusal::NotFound) } else { Ok(()) }
    }

    /// Deletes a group; what stood in it stands in none.
    pub fn delete_group(&self, id: i64) -> Result<(), Refusal> {
        self.transaction(|t| {
            let changed = bump(&t.0)?;
            t.0.execute("UPDATE devices SET group_id = 0, changed = ?2 WHERE group_id = ?1", [id, changed])?;
            t.0.execute("UPDATE groups SET group_id = 0 WHERE group_id = ?1", [id])?;
            let done = t.0.execute("DELETE FROM groups WHERE id = ?1", [id])?;
            if done == 0 { Err(Refusal::NotFound) } else { Ok(()) }
        })
    }

    /// All groups.
    pub fn groups(&self) -> Result<Vec<Group>, Refusal> {
        groups(&self.read())
    }

    /// Makes a geofence (`id` 0) or replaces one.
    pub fn put_geofence(&self, geofence: &Geofence) -> Result<Geofence, Refusal> {
        let c = self.write();
        if geofence.id == 0 {
            c.execute("INSERT INTO geofences (body) VALUES (?1)", [text(geofence)?])?;
            return Ok(Geofence { id: c.last_insert_rowid(), ..geofence.clone() });
        }
        let done =
            c.execute("UPDATE geofences SET body = ?2 WHERE id = ?1", params![geofence.id, text(geofence)?])?;
        if done == 0 { Err(Refusal::NotFound) } else { Ok(geofence.clone()) }
    }

    /// Deletes a geofence.
    pub fn delete_geofence(&self, id: i64) -> Result<(), Refusal> {
        self.write().execute("DELETE FROM geofences WHERE id = ?1", [id])?;
        Ok(())
    }

    /// Geofences an account sees, or all.
    pub fn geofences(&self, user: Option<i64>) -> Result<Vec<Geofence>, Refusal> {
        let sql = "SELECT id, body FROM geofences WHERE ?1 IS NULL
                   OR id IN (SELECT geofence_id FROM user_geofence WHERE user_id = ?1) ORDER BY id";
        geofences_by(&self.read(), sql, user)
    }

    /// Geofences that a unit is watched by, itself or through a group it stands in.
    pub fn geofences_of(&self, device: i64) -> Result<Vec<Geofence>, Refusal> {
        geofences_of(&self.read(), device)
    }
}
