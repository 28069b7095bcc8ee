//! Positions and events.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row, params};

use trak_core::decide::sanity::Verdict;

use super::{Database, Transaction, bump, parsed, text};
use crate::error::Refusal;
use crate::model::{Attributes, Event, Position, Time};

/// Positions that one answer may hold; more than a year of one a minute is asked for in parts.
const HISTORY_MAX: i64 = 500_000;

/// A position to keep.
#[derive(Clone, Debug)]
pub struct NewPosition {
    /// The position; its number is given when it is kept.
    pub position: Position,
    /// Whether it becomes the unit's newest.
    pub newest: bool,
    /// The unit's link state from now on.
    pub online: bool,
}

const COLUMNS: &str = "p.id, p.device_id, p.protocol, p.server_time, p.device_time, p.fix_time, p.valid, p.latitude, \
     p.longitude, p.altitude, p.speed, p.course, p.address, p.accuracy, p.attributes";

fn position(row: &Row<'_>) -> rusqlite::Result<Position> {
    let attributes: String = row.get(14)?;
    Ok(Position {
        id: row.get(0)?,
        device_id: row.get(1)?,
        protocol: row.get(2)?,
        server_time: Time(row.get(3)?),
        device_time: Time(row.get(4)?),
        fix_time: Time(row.get(5)?),
        valid: row.get(6)?,
        latitude: row.get(7)?,
        longitude: row.get(8)?,
        altitude: row.get(9)?,
        speed: row.get(10)?,
        course: row.get(11)?,
        address: row.get(12)?,
        accuracy: row.get(13)?,
        attributes: parsed(&attributes),
        network: None,
        geofence_ids: None,
    })
}

fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
    let attributes: String = row.get(6)?;
    Ok(Event {
        id: row.get(0)?,
        device_id: row.get(1)?,
        kind: row.get(2)?,
        event_time: Time(row.get(3)?),
        position_id: row.get(4)?,
        geofence_id: row.get(5)?,
        attributes: parsed(&attributes),
        maintenance_id: 0,
    })
}

fn insert(c: &Connection, new: &mut NewPosition) -> Result<(), Refusal> {
    let p = &mut new.position;
    c.prepare_cached(
        "INSERT INTO positions (device_id, protocol, server_time, device_time, fix_time, valid, latitude, longitude,
         altitude, speed, course, address, accuracy, attributes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?
    .execute(params![
        p.device_id,
        p.protocol,
        p.server_time.0,
        p.device_time.0,
        p.fix_time.0,
        p.valid,
        p.latitude,
        p.longitude,
        p.altitude,
        p.speed,
        p.course,
        p.address,
        p.accuracy,
        text(&p.attributes)?
    ])?;
    p.id = c.last_insert_rowid();
    let changed = bump(c)?;
    c.prepare_cached(
        "UPDATE devices SET position_id = CASE WHEN ?2 THEN ?3 ELSE position_id END,
         status = CASE WHEN ?4 THEN 'online' ELSE status END,
         last_update = max(coalesce(last_update, 0), ?5), changed = ?6 WHERE id = ?1",
    )?
    .execute(params![p.device_id, new.newest, p.id, new.online, p.server_time.0, changed])?;
    Ok(())
}

fn latest(c: &Connection, device: i64) -> Result<Option<Position>, Refusal> {
    let sql =
        format!("SELECT {COLUMNS} FROM devices d JOIN positions p ON p.id = d.position_id WHERE d.id = ?1");
    Ok(c.prepare_cached(&sql)?.query_row([device], position).optional()?)
}

/// The newest positions of the units among `visible` that changed after a number of the change counter.
pub(super) fn latest_of(
    c: &Connection,
    visible: &HashSet<i64>,
    changed_after: i64,
) -> Result<Vec<Position>, Refusal> {
    let sql = format!(
        "SELECT {COLUMNS} FROM devices d JOIN positions p ON p.id = d.position_id WHERE d.changed > ?1"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let found: Vec<Position> = statement.query_map([changed_after], position)?.collect::<Result<_, _>>()?;
    Ok(found.into_iter().filter(|p| visible.contains(&p.device_id)).collect())
}

fn insert_event(c: &Connection, event: &mut Event, now: i64) -> Result<(), Refusal> {
    c.prepare_cached(
        "INSERT INTO events (device_id, type, at, position_id, geofence_id, attributes, received)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        event.device_id,
        event.kind,
        event.event_time.0,
        event.position_id,
        event.geofence_id,
        text(&event.attributes)?,
        now
    ])?;
    event.id = c.last_insert_rowid();
    Ok(())
}

fn event_by_id(c: &Connection, id: i64) -> Result<Option<Event>, Refusal> {
    let sql =
        "SELECT id, device_id, type, at, position_id, geofence_id, attributes FROM events WHERE id = ?1";
    Ok(c.prepare_cached(sql)?.query_row([id], event).optional()?)
}

impl Transaction<'_> {
    /// Where a unit's newest position is gone, the newest of the rest takes its place.
    pub(super) fn newest_again(&self, device: i64, changed: i64) -> Result<(), Refusal> {
        let gone = "SELECT 1 FROM devices WHERE id = ?1 AND position_id <> 0
                    AND NOT EXISTS (SELECT 1 FROM positions WHERE id = position_id)";
        if !self.0.prepare_cached(gone)?.exists([device])? {
            return Ok(());
        }
        let sql = format!(
            "SELECT {COLUMNS} FROM positions p WHERE p.device_id = ?1 ORDER BY p.fix_time DESC, p.id DESC"
        );
        // One that was ahead of the clock when it came never was the newest, nor was what is no position.
        let newest = self.first(&sql, [device], |p| matches!(p.judged(), Verdict::Accept { .. }))?;
        self.0.execute(
            "UPDATE devices SET changed = ?2, position_id = ?3 WHERE id = ?1",
            [device, changed, newest.map_or(0, |p| p.id)],
        )?;
        Ok(())
    }

    /// Keeps a position and gives it its number.
    pub(crate) fn insert_position(&self, new: &mut NewPosition) -> Result<(), Refusal> {
        insert(&self.0, new)
    }

    /// Keeps an event and gives it its number. `now` is from when on it is kept.
    pub(crate) fn insert_event(&self, new: &mut Event, now: i64) -> Result<(), Refusal> {
        insert_event(&self.0, new, now)?;
        self.queue_event(new.id)
    }

    /// An event by number.
    pub(crate) fn event(&self, id: i64) -> Result<Option<Event>, Refusal> {
        event_by_id(&self.0, id)
    }

    /// The newest position of a unit.
    pub(crate) fn latest(&self, device: i64) -> Result<Option<Position>, Refusal> {
        latest(&self.0, device)
    }

    /// The last position before a fix time that says where the unit was.
    pub(crate) fn position_before(&self, device: i64, fix_time: i64) -> Result<Option<Position>, Refusal> {
        let sql = format!(
            "SELECT {COLUMNS} FROM positions p WHERE p.device_id = ?1 AND p.fix_time < ?2 ORDER BY p.fix_time DESC"
        );
        self.first(&sql, params![device, fix_time], Position::is_place)
    }

    /// The first position that a query finds and that is as wanted.
    fn first(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        wanted: impl Fn(&Position) -> bool,
    ) -> Result<Option<Position>, Refusal> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query(values)?;
        while let Some(row) = rows.next()? {
            let found = position(row)?;
            if wanted(&found) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

impl Database {
    /// Keeps positions in one transaction; on the disk when it returns. Their numbers are filled in.
    pub fn insert_positions(&self, new: &mut [NewPosition]) -> Result<(), Refusal> {
        self.transaction(|t| new.iter_mut().try_for_each(|position| t.insert_position(position)))
    }

    /// The newest position of a unit.
    pub fn latest(&self, device: i64) -> Result<Option<Position>, Refusal> {
        latest(&self.read(), device)
    }

    /// The newest positions of the units among `visible`.
    pub fn latest_of(&self, visible: &HashSet<i64>) -> Result<Vec<Position>, Refusal> {
        latest_of(&self.read(), visible, -1)
    }

    /// A unit's positions of a range by fix time, oldest first.
    pub fn history(&self, device: i64, from: i64, to: i64) -> Result<Vec<Position>, Refusal> {
        let c = self.read();
        let sql = format!(
            "SELECT {COLUMNS} FROM positions p WHERE p.device_id = ?1 AND p.fix_time BETWEEN ?2 AND ?3
             ORDER BY p.fix_time, p.id LIMIT ?4"
        );
        let mut statement = c.prepare_cached(&sql)?;
        let rows = statement.query_map([device, from, to, HISTORY_MAX + 1], position)?;
        let found: Vec<Position> = rows.collect::<Result<_, _>>()?;
        // A part that looks like the whole would be worse than a refusal.
        if found.len() as i64 > HISTORY_MAX { Err(Refusal::Bad("rangeTooLarge")) } else { Ok(found) }
    }

    /// A position by number.
    pub fn position(&self, id: i64) -> Result<Option<Position>, Refusal> {
        let c = self.read();
        let sql = format!("SELECT {COLUMNS} FROM positions p WHERE p.id = ?1");
        Ok(c.prepare_cached(&sql)?.query_row([id], position).optional()?)
    }

    /// Whether a unit has a position of exactly this fix time and place.
    pub fn has_position(
        &self,
        device: i64,
        fix_time: i64,
        latitude: f64,
        longitude: f64,
    ) -> Result<bool, Refusal> {
        let c = self.read();
        let sql = "SELECT 1 FROM positions WHERE device_id = ?1 AND fix_time = ?2 AND latitude = ?3 AND longitude = ?4";
        Ok(c.prepare_cached(sql)?.exists(params![device, fix_time, latitude, longitude])?)
    }

    /// An event by number.
    pub fn event(&self, id: i64) -> Result<Option<Event>, Refusal> {
        event_by_id(&self.read(), id)
    }

    /// A unit's events of a range, oldest first.
    pub fn events(&self, device: i64, from: i64, to: i64) -> Result<Vec<Event>, Refusal> {
        let c = self.read();
        let mut statement = c.prepare_cached(
            "SELECT id, device_id, type, at, position_id, geofence_id, attributes FROM events
             WHERE device_id = ?1 AND at BETWEEN ?2 AND ?3 ORDER BY at, id",
        )?;
        let found = statement.query_map([device, from, to], event)?.collect::<Result<_, _>>()?;
        Ok(found)
    }
}

/// An event to be kept.
pub(crate) fn new_event(device_id: i64, kind: &str, at: i64, position_id: i64) -> Event {
    Event {
        id: 0,
        attributes: Attributes::new(),
        device_id,
        kind: kind.to_owned(),
        event_time: Time(at),
        position_id,
        geofence_id: 0,
        maintenance_id: 0,
    }
}
