//! Units.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::erasures::Erasure;
use super::{Database, Transaction, bump, parsed, text};
use crate::error::Refusal;
use crate::model::{Device, Time};

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
             contact = ?8, category = ?9, disabled = ?10, expiration = ?11, changed = ?12, owner_id = ?13 WHERE id = ?1",
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
            changed,
            d.owner()
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

    /// Makes a unit; its number.
    pub(crate) fn create_device(&self, new: &Device) -> Result<i64, Refusal> {
        insert(&self.0, new)
    }

    /// Replaces what an administrator may change of a unit; its state stays.
    pub(crate) fn update_device(&self, d: &Device) -> Result<(), Refusal> {
        write(&self.0, d.id, d)
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
}

impl Database {
    /// Makes a unit.
    pub fn create_device(&self, new: &Device) -> Result<Device, Refusal> {
        let id = self.transaction(|t| t.create_device(new))?;
        self.device(id)?.ok_or(Refusal::Internal)
    }

    /// Makes many units at once; answers their numbers in order.
    pub fn create_devices(&self, new: &[Device]) -> Result<Vec<i64>, Refusal> {
        self.transaction(|t| new.iter().map(|d| insert(&t.0, d)).collect())
    }

    /// Replaces what an administrator may change of a unit; its state stays.
    pub fn update_device(&self, d: &Device) -> Result<Device, Refusal> {
        self.transaction(|t| t.update_device(d))?;
        self.device(d.id)?.ok_or(Refusal::Internal)
    }

    /// Deletes a unit with its permissions, positions and events at a time. Who saw it is noted for snapshots since a
    /// cursor, and that its track is erased for older backups.
    pub fn delete_device(&self, id: i64, now: i64) -> Result<(), Refusal> {
        self.transaction(|t| {
            t.erase(&Erasure::whole(id, now))?;
            t.delete_device(id, now)
        })?;
        self.erased();
        Ok(())
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
}
