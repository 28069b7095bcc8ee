//! Groups and geofences.

use rusqlite::{Connection, Row, params};

use super::{Database, Transaction, bump, parsed, text};
use crate::error::Refusal;
use crate::model::{Geofence, Group};

fn group(row: &Row<'_>) -> rusqlite::Result<Group> {
    let attributes: String = row.get(3)?;
    Ok(Group { id: row.get(0)?, group_id: row.get(1)?, name: row.get(2)?, attributes: parsed(&attributes) })
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

impl Transaction<'_> {
    /// A geofence by number.
    pub(crate) fn geofence(&self, id: i64) -> Result<Option<Geofence>, Refusal> {
        let sql = "SELECT id, body FROM geofences WHERE id = ?1";
        Ok(geofences_by(&self.0, sql, Some(id))?.into_iter().next())
    }

    /// Geofences that a unit is watched by, itself or through a group it stands in.
    pub(crate) fn geofences_of(&self, device: i64) -> Result<Vec<Geofence>, Refusal> {
        geofences_of(&self.0, device)
    }
}

impl Database {
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
