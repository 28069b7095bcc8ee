//! The SQL that writes.
//!
//! Decides what a change does to the rows. Units, positions, events and tracks are tied by unit number without foreign
//! keys: a position may arrive before its unit, and one stray row must not make a whole transaction fail.

use rusqlite::{Connection, OptionalExtension, Statement, params};

use crate::model::UnitId;
use crate::store::change::{HistoryChunk, MetaChange};
use crate::store::pending::Pending;
use crate::store::{StoreError, alerts, rows};

/// How many history positions are kept in all, about 100 MB; the ranges used longest ago give way.
const HISTORY_ROWS: i64 = 200_000;

/// Every table with rows of a unit, and the column that names it.
const OF_UNIT: [(&str, &str); 5] = [
    ("units", "id"),
    ("positions", "unit_id"),
    ("history", "unit_id"),
    ("coverage", "unit_id"),
    ("events", "unit_id"),
];

/// Writes everything in one transaction or nothing.
pub(crate) fn write(connection: &mut Connection, change: &Pending) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    write_all(&transaction, change)?;
    transaction.commit()?;
    Ok(())
}

fn write_all(c: &Connection, change: &Pending) -> Result<(), StoreError> {
    remove(c, change)?;
    // In the order of their keys: neighbours share a page, and a page is encrypted once.
    let mut units: Vec<_> = change.units.values().collect();
    units.sort_unstable_by_key(|unit| unit.id);
    let mut put = upsert(c, "units", rows::UNIT_COLUMNS, "id", None)?;
    for unit in units {
        rows::put_unit(&mut put, unit)?;
    }
    erase(c, change)?;
    // The rule of `decide::newer`, for what is on the disk already.
    let newer = "(excluded.fix_time, excluded.id) > (positions.fix_time, positions.id)";
    let mut positions: Vec<_> = change.positions.values().collect();
    positions.sort_unstable_by_key(|position| position.unit_id);
    let mut put = upsert(c, "positions", rows::POSITION_COLUMNS, "unit_id", Some(newer))?;
    for position in positions {
        rows::put_position(&mut put, position)?;
    }
    if let Some(groups) = &change.groups {
        c.execute("DELETE FROM groups", [])?;
        let mut put =
            c.prepare_cached("INSERT OR REPLACE INTO groups (id, parent_id, name) VALUES (?1, ?2, ?3)")?;
        for group in groups {
            put.execute((group.id.0, group.parent_id.0, &group.name))?;
        }
    }
    for track in &change.tracks {
        put_track(c, track)?;
    }
    let mut put = c.prepare_cached(
        // The rule of `Event::lacks`, for what is on the disk already.
        "INSERT INTO events (id, type, unit_id, at, position_id, attributes) VALUES (?1,?2,?3,?4,?5,?6)
         ON CONFLICT (id) DO UPDATE SET position_id = excluded.position_id, attributes = excluded.attributes
         WHERE events.position_id IS NULL AND excluded.position_id IS NOT NULL",
    )?;
    for event in &change.events {
        let position = event.position_id.map(|id| id.0);
        put.execute(params![
            event.id,
            event.type_word,
            event.unit_id.0,
            event.at.0,
            position,
            event.attributes_json
        ])?;
    }
    let mut acknowledge = c.prepare_cached("UPDATE events SET acknowledged = 1 WHERE id = ?1")?;
    for id in &change.acknowledged {
        acknowledge.execute([id])?;
    }
    let mut tell = c.prepare_cached("UPDATE events SET told = 1 WHERE id = ?1")?;
    for id in &change.told {
        tell.execute([id])?;
    }
    if let Some(retain) = &change.retain {
        alerts::retain(c, retain)?;
    }
    put_meta(c, &change.meta)
}

fn remove(c: &Connection, change: &Pending) -> Result<(), StoreError> {
    for id in &change.removed {
        for (table, column) in OF_UNIT {
            c.prepare_cached(&format!("DELETE FROM {table} WHERE {column} = ?1"))?.execute([id.0])?;
        }
    }
    if let Some(listed) = &change.snapshot {
        c.execute_batch(
            "CREATE TEMP TABLE IF NOT EXISTS listed (id INTEGER PRIMARY KEY); DELETE FROM temp.listed;",
        )?;
        let mut list = c.prepare_cached("INSERT INTO temp.listed (id) VALUES (?1)")?;
        for UnitId(id) in listed {
            list.execute([id])?;
        }
        for (table, column) in OF_UNIT {
            c.execute(
                &format!("DELETE FROM {table} WHERE {column} NOT IN (SELECT id FROM temp.listed)"),
                [],
            )?;
        }
        c.execute("DELETE FROM temp.listed", [])?;
    }
    Ok(())
}

/// The newest position of such a unit goes in any case: what is newest now is among those to be written.
fn erase(c: &Connection, change: &Pending) -> Result<(), StoreError> {
    for (unit, after) in &change.erased {
        c.prepare_cached("DELETE FROM positions WHERE unit_id = ?1")?.execute([unit.0])?;
        c.prepare_cached("DELETE FROM history WHERE unit_id = ?1 AND fix_time > ?2")?
            .execute([unit.0, after.map_or(i64::MIN, |after| after.0)])?;
    }
    Ok(())
}

/// An insertion that replaces the row with the same `key`, where `condition` holds. Unlike `INSERT OR REPLACE` it leaves
/// the indexes alone whose columns did not change.
fn upsert<'c>(
    c: &'c Connection,
    table: &str,
    columns: &str,
    key: &str,
    condition: Option<&str>,
) -> Result<rusqlite::CachedStatement<'c>, StoreError> {
    let names: Vec<&str> = columns.split(',').map(str::trim).collect();
    let values: Vec<String> = (1..=names.len()).map(|n| format!("?{n}")).collect();
    let sets: Vec<String> =
        names.iter().filter(|n| **n != key).map(|n| format!("{n} = excluded.{n}")).collect();
    let condition = condition.map_or_else(String::new, |condition| format!(" WHERE {condition}"));
    let sql = format!(
        "INSERT INTO {table} ({columns}) VALUES ({}) ON CONFLICT ({key}) DO UPDATE SET {}{condition}",
        values.join(","),
        sets.join(", ")
    );
    Ok(c.prepare_cached(&sql)?)
}

fn put_track(c: &Connection, track: &HistoryChunk) -> Result<(), StoreError> {
    let (unit, from, to) = (track.unit.0, track.from.0, track.to.0);
    if from > to {
        return Ok(());
    }
    c.prepare_cached("DELETE FROM history WHERE unit_id = ?1 AND fix_time BETWEEN ?2 AND ?3")?
        .execute([unit, from, to])?;
    let columns = rows::POSITION_COLUMNS;
    let mut put: rusqlite::CachedStatement<'_> = c.prepare_cached(&format!(
        "INSERT OR REPLACE INTO history ({columns}) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16)"
    ))?;
    let put: &mut Statement<'_> = &mut put;
    for position in &track.positions {
        // A time corrected out of the range belongs to a range that nobody has asked for.
        if position.unit_id == track.unit && (track.from..=track.to).contains(&position.fix_time) {
            rows::put_position(put, position)?;
        }
    }
    cover(c, unit, from, to)?;
    give_up_oldest(c)
}

/// Joins the range with those it touches.
fn cover(c: &Connection, unit: i64, from: i64, to: i64) -> Result<(), StoreError> {
    let touching = "unit_id = ?1 AND from_time <= ?3 AND to_time >= ?2";
    let reach = [unit, from.saturating_sub(1), to.saturating_add(1)];
    let joined: (Option<i64>, Option<i64>) = c
        .prepare_cached(&format!("SELECT min(from_time), max(to_time) FROM coverage WHERE {touching}"))?
        .query_row(reach, |row| Ok((row.get(0)?, row.get(1)?)))?;
    c.prepare_cached(&format!("DELETE FROM coverage WHERE {touching}"))?.execute(reach)?;
    let (from, to) = (joined.0.map_or(from, |f| f.min(from)), joined.1.map_or(to, |t| t.max(to)));
    c.prepare_cached(
        "INSERT INTO coverage (unit_id, from_time, to_time, rows) VALUES (?1, ?2, ?3,
         (SELECT count(*) FROM history WHERE unit_id = ?1 AND fix_time BETWEEN ?2 AND ?3))",
    )?
    .execute([unit, from, to])?;
    Ok(())
}

fn give_up_oldest(c: &Connection) -> Result<(), StoreError> {
    loop {
        let kept: i64 = c
            .prepare_cached("SELECT total(rows) FROM coverage")?
            .query_row([], |row| row.get::<_, f64>(0).map(|rows| rows as i64))?;
        if kept <= HISTORY_ROWS {
            return Ok(());
        }
        let oldest: Option<[i64; 4]> = c
            .prepare_cached(
                "SELECT seq, unit_id, from_time, to_time FROM coverage WHERE rows > 0 ORDER BY seq LIMIT 1",
            )?
            .query_row([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))
            .optional()?;
        let Some([seq, unit, from, to]) = oldest else { return Ok(()) };
        c.execute("DELETE FROM history WHERE unit_id = ?1 AND fix_time BETWEEN ?2 AND ?3", [unit, from, to])?;
        c.execute("DELETE FROM coverage WHERE seq = ?1", [seq])?;
    }
}

fn put_meta(c: &Connection, meta: &MetaChange) -> Result<(), StoreError> {
    let mut put = c.prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?;
    let facts = [
        ("cursor", meta.cursor.clone()),
        ("last_snapshot_at", meta.last_snapshot_at.map(|t| t.0.to_string())),
        ("events_until", meta.events_until.map(|t| t.0.to_string())),
        ("server_clock_offset_ms", meta.server_clock_offset_ms.map(|ms| ms.to_string())),
        ("alert_settings", meta.alert_settings.clone()),
        ("push_install", meta.push_install.clone()),
        ("notices", meta.notices.clone()),
    ];
    for (key, value) in facts {
        if let Some(value) = value {
            put.execute((key, value))?;
        }
    }
    Ok(())
}
