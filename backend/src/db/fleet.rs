//! The fleet at one moment, row by row and without a copy of what need not be kept.

use std::collections::HashSet;

use rusqlite::Row;

use super::{Snapshot, devices, groups, positions};
use crate::error::Refusal;
use crate::model::{Device, Group, Position, User};

/// A unit as it stands in the database.
pub(crate) struct UnitRow<'r> {
    pub(crate) id: i64,
    /// JSON, with the upload credential where there is one.
    pub(crate) attributes: &'r str,
    pub(crate) group_id: i64,
    pub(crate) name: &'r str,
    pub(crate) unique_id: &'r str,
    pub(crate) status: &'r str,
    pub(crate) last_update: Option<i64>,
    pub(crate) position_id: i64,
    pub(crate) phone: Option<&'r str>,
    pub(crate) model: Option<&'r str>,
    pub(crate) contact: Option<&'r str>,
    pub(crate) category: Option<&'r str>,
    pub(crate) disabled: bool,
    pub(crate) expiration: Option<i64>,
}

/// A unit's newest position as it stands in the database.
pub(crate) struct PositionRow<'r> {
    pub(crate) id: i64,
    pub(crate) device_id: i64,
    pub(crate) server_time: i64,
    pub(crate) device_time: i64,
    pub(crate) fix_time: i64,
    pub(crate) valid: bool,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    pub(crate) altitude: f64,
    pub(crate) speed: f64,
    pub(crate) course: f64,
    pub(crate) address: Option<&'r str>,
    pub(crate) accuracy: f64,
    /// JSON.
    pub(crate) attributes: &'r str,
}

fn text<'r>(row: &'r Row<'_>, at: usize) -> rusqlite::Result<&'r str> {
    Ok(row.get_ref(at)?.as_str()?)
}

fn maybe<'r>(row: &'r Row<'_>, at: usize) -> rusqlite::Result<Option<&'r str>> {
    Ok(row.get_ref(at)?.as_str_or_null()?)
}

impl Snapshot<'_> {
    /// The change counter, the name of this database (a cursor of another one means nothing here), and the newest
    /// deletion that was forgotten.
    pub(crate) fn cursor(&self) -> Result<(i64, String, i64), Refusal> {
        let sql = "SELECT value, epoch, forgotten FROM change_counter";
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        Ok(self.0.prepare_cached(sql)?.query_row([], read)?)
    }

    /// Units made after a number of the change counter.
    pub(crate) fn made_after(&self, after: i64) -> Result<Vec<i64>, Refusal> {
        let mut statement = self.0.prepare_cached("SELECT id FROM devices WHERE created > ?1")?;
        Ok(statement.query_map([after], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// Units that an account saw and that were deleted after a number of the change counter, but made before.
    pub(crate) fn removed_after(&self, user: &User, after: i64) -> Result<Vec<i64>, Refusal> {
        let saw = if user.administrator { 0 } else { user.id };
        let sql =
            "SELECT device_id FROM removed_devices WHERE user_id = ?1 AND changed > ?2 AND created <= ?2";
        let mut statement = self.0.prepare_cached(sql)?;
        Ok(statement.query_map([saw, after], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// The groups an account sees, by name.
    pub(crate) fn groups(&self, user: &User) -> Result<Vec<Group>, Refusal> {
        let visible = self.visible_groups(user)?;
        Ok(groups::groups(&self.0)?.into_iter().filter(|g| visible.contains(&g.id)).collect())
    }

    /// Units among `visible`, by name, that changed after a number of the change counter.
    pub(crate) fn devices(&self, visible: &HashSet<i64>, after: i64) -> Result<Vec<Device>, Refusal> {
        devices::devices(&self.0, visible, after)
    }

    /// The newest positions of the units among `visible` that changed after a number of the change counter.
    pub(crate) fn latest_of(&self, visible: &HashSet<i64>, after: i64) -> Result<Vec<Position>, Refusal> {
        positions::latest_of(&self.0, visible, after)
    }

    /// Visits the units that changed after a number of the change counter, ascending by number.
    pub(crate) fn each_unit(&self, after: i64, mut visit: impl FnMut(UnitRow<'_>)) -> Result<(), Refusal> {
        let mut statement = self.0.prepare_cached(
            "SELECT id, attributes, group_id, name, unique_id, status, last_update, position_id, phone, model, contact,
             category, disabled, expiration FROM devices WHERE changed > ?1 ORDER BY id",
        )?;
        let mut rows = statement.query([after])?;
        while let Some(row) = rows.next()? {
            visit(UnitRow {
                id: row.get(0)?,
                attributes: text(row, 1)?,
                group_id: row.get(2)?,
                name: text(row, 3)?,
                unique_id: text(row, 4)?,
                status: text(row, 5)?,
                last_update: row.get(6)?,
                position_id: row.get(7)?,
                phone: maybe(row, 8)?,
                model: maybe(row, 9)?,
                contact: maybe(row, 10)?,
                category: maybe(row, 11)?,
                disabled: row.get(12)?,
                expiration: row.get(13)?,
            });
        }
        Ok(())
    }

    /// Visits the newest positions of the units that changed after a number of the change counter, ascending by the
    /// position's number.
    pub(crate) fn each_position(
        &self,
        after: i64,
        mut visit: impl FnMut(PositionRow<'_>),
    ) -> Result<(), Refusal> {
        // Only the numbers are sorted; CROSS keeps their order.
        let mut statement = self.0.prepare_cached(
            "SELECT p.id, p.device_id, p.server_time, p.device_time, p.fix_time, p.valid, p.latitude, p.longitude,
             p.altitude, p.speed, p.course, p.address, p.accuracy, p.attributes
             FROM (SELECT position_id FROM devices WHERE changed > ?1 AND position_id <> 0 ORDER BY position_id) d
             CROSS JOIN positions p ON p.id = d.position_id ORDER BY d.position_id",
        )?;
        let mut rows = statement.query([after])?;
        while let Some(row) = rows.next()? {
            visit(PositionRow {
                id: row.get(0)?,
                device_id: row.get(1)?,
                server_time: row.get(2)?,
                device_time: row.get(3)?,
                fix_time: row.get(4)?,
                valid: row.get(5)?,
                latitude: row.get(6)?,
                longitude: row.get(7)?,
                altitude: row.get(8)?,
                speed: row.get(9)?,
                course: row.get(10)?,
                address: maybe(row, 11)?,
                accuracy: row.get(12)?,
                attributes: text(row, 13)?,
            });
        }
        Ok(())
    }
}
