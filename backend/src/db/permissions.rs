//! Who sees what.

use std::collections::HashSet;

use rusqlite::Connection;

use super::{Database, Snapshot, Transaction};
use crate::error::Refusal;
use crate::model::User;

/// A permission between two things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// An account sees a unit.
    UserDevice(i64, i64),
    /// An account sees a group with everything below it.
    UserGroup(i64, i64),
    /// An account sees a geofence.
    UserGeofence(i64, i64),
    /// A unit is watched by a geofence.
    DeviceGeofence(i64, i64),
    /// The units of a group, and of the groups in it, are watched by a geofence.
    GroupGeofence(i64, i64),
}

impl Link {
    fn table(self) -> (&'static str, &'static str, &'static str, i64, i64) {
        match self {
            Self::UserDevice(a, b) => ("user_device", "user_id", "device_id", a, b),
            Self::UserGroup(a, b) => ("user_group", "user_id", "group_id", a, b),
            Self::UserGeofence(a, b) => ("user_geofence", "user_id", "geofence_id", a, b),
            Self::DeviceGeofence(a, b) => ("device_geofence", "device_id", "geofence_id", a, b),
            Self::GroupGeofence(a, b) => ("group_geofence", "group_id", "geofence_id", a, b),
        }
    }
}

fn visible_devices(c: &Connection, user: &User) -> Result<HashSet<i64>, Refusal> {
    let sql = if user.administrator {
        "SELECT id FROM devices WHERE ?1 = ?1"
    } else {
        "WITH RECURSIVE seen (id) AS (
             SELECT group_id FROM user_group WHERE user_id = ?1
             UNION SELECT g.id FROM groups g JOIN seen s ON g.group_id = s.id)
         SELECT device_id FROM user_device WHERE user_id = ?1
         UNION SELECT id FROM devices WHERE group_id IN (SELECT id FROM seen)"
    };
    numbers(c, sql, user.id)
}

fn visible_groups(c: &Connection, user: &User) -> Result<HashSet<i64>, Refusal> {
    let sql = if user.administrator {
        "SELECT id FROM groups WHERE ?1 = ?1"
    } else {
        "WITH RECURSIVE seen (id) AS (
             SELECT group_id FROM user_group WHERE user_id = ?1
             UNION SELECT g.id FROM groups g JOIN seen s ON g.group_id = s.id)
         SELECT id FROM seen"
    };
    numbers(c, sql, user.id)
}

fn numbers(c: &Connection, sql: &str, user: i64) -> Result<HashSet<i64>, Refusal> {
    let mut statement = c.prepare_cached(sql)?;
    let found = statement.query_map([user], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(found)
}

impl Snapshot<'_> {
    /// The numbers of all units an account sees.
    pub(crate) fn visible_devices(&self, user: &User) -> Result<HashSet<i64>, Refusal> {
        visible_devices(&self.0, user)
    }

    /// The numbers of all groups an account sees.
    pub(crate) fn visible_groups(&self, user: &User) -> Result<HashSet<i64>, Refusal> {
        visible_groups(&self.0, user)
    }
}

impl Transaction<'_> {
    /// The numbers of all units an account sees.
    pub(crate) fn visible_devices(&self, user: &User) -> Result<HashSet<i64>, Refusal> {
        visible_devices(&self.0, user)
    }

    /// The numbers of all groups an account sees.
    pub(crate) fn visible_groups(&self, user: &User) -> Result<HashSet<i64>, Refusal> {
        visible_groups(&self.0, user)
    }
}

impl Database {
    /// Gives a permission; one that is there already is no error.
    pub fn link(&self, link: Link) -> Result<(), Refusal> {
        let (table, a, b, x, y) = link.table();
        // IGNORE would also swallow a missing unit: only the double is let pass.
        let sql = format!("INSERT INTO {table} ({a}, {b}) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
        self.write().execute(&sql, [x, y])?;
        Ok(())
    }

    /// Takes a permission back.
    pub fn unlink(&self, link: Link) -> Result<(), Refusal> {
        let (table, a, b, x, y) = link.table();
        self.write().execute(&format!("DELETE FROM {table} WHERE {a} = ?1 AND {b} = ?2"), [x, y])?;
        Ok(())
    }

    /// The numbers of all units an account sees: its own, and those in its groups and all groups below them.
    pub fn visible_devices(&self, user: &User) -> Result<HashSet<i64>, Refusal> {
        visible_devices(&self.read(), user)
    }

    /// The numbers of all groups an account sees.
    pub fn visible_groups(&self, user: &User) -> Result<HashSet<i64>, Refusal> {
        visible_groups(&self.read(), user)
    }

    /// Accounts and what they are linked to, for `kind` (`deviceId`, `groupId`, `geofenceId`); 0 stands for any.
    pub fn links_of(&self, user: i64, kind: &str, thing: i64) -> Result<Vec<(i64, i64)>, Refusal> {
        let (table, column) = match kind {
            "deviceId" => ("user_device", "device_id"),
            "groupId" => ("user_group", "group_id"),
            "geofenceId" => ("user_geofence", "geofence_id"),
            _ => return Err(Refusal::Bad("permission")),
        };
        let c = self.read();
        let sql = format!(
            "SELECT user_id, {column} FROM {table} WHERE (?1 = 0 OR user_id = ?1) AND (?2 = 0 OR {column} = ?2)"
        );
        let mut statement = c.prepare_cached(&sql)?;
        let found = statement.query_map([user, thing], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// A number that moves with everything that may change what an account sees or whether it may sign in.
    pub fn access_counter(&self) -> Result<i64, Refusal> {
        let c = self.read();
        Ok(c.prepare_cached("SELECT value FROM access_counter")?.query_row([], |row| row.get(0))?)
    }
}
