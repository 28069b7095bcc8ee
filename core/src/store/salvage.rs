//! A damaged database is moved aside and what can be read of it is kept.
//!
//! Decides how far reading goes: each table forwards by its key until a row resists, then backwards from its end; the
//! range between is given up. History and events are not salvaged: the server has them.

use std::fs;
use std::path::Path;

use rusqlite::{Connection, params};

use crate::model::{FleetUnit, Group, Position};
use crate::store::{Change, DatabaseKey, StoreError, open, rows};

/// What could be read.
pub(crate) struct Saved {
    pub(crate) units: Vec<FleetUnit>,
    pub(crate) positions: Vec<Position>,
    groups: Vec<Group>,
    pub(crate) complete: bool,
}

impl Saved {
    pub(crate) fn into_change(self) -> Change {
        Change {
            units: self.units,
            positions: self.positions,
            groups: Some(self.groups),
            ..Change::default()
        }
    }
}

/// Moves the database with its WAL to a new name and reads what it can. Answers with the new name.
pub(crate) fn move_aside(
    folder: &Path,
    name: &str,
    key: &DatabaseKey,
) -> Result<(Saved, String), StoreError> {
    let free = (1..10_000).map(|n| format!("{name}.damaged-{n}")).find(|to| !folder.join(to).exists());
    let to = free.ok_or(StoreError::Io)?;
    for suffix in ["-wal", "-shm", ""] {
        let from = folder.join(format!("{name}{suffix}"));
        if from.exists() {
            fs::rename(&from, folder.join(format!("{to}{suffix}")))?;
        }
    }
    tracing::warn!("the cache is damaged and was moved aside");
    let path = folder.join(&to);
    let saved = match open::connect(&path, key) {
        Ok(connection) => read_all(&connection),
        Err(_) => without_wal(&path, key),
    };
    let saved = if saved.units.is_empty() { without_wal(&path, key) } else { saved };
    Ok((saved, to))
}

/// A broken WAL can keep a sound database from opening.
fn without_wal(path: &Path, key: &DatabaseKey) -> Saved {
    let nothing = Saved { units: Vec::new(), positions: Vec::new(), groups: Vec::new(), complete: false };
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    let mut kept = path.as_os_str().to_owned();
    kept.push("-wal-kept");
    if fs::rename(&wal, &kept).is_err() && Path::new(&wal).exists() {
        return nothing;
    }
    match open::connect(path, key) {
        Ok(connection) => Saved { complete: false, ..read_all(&connection) },
        Err(_) => nothing,
    }
}

fn read_all(c: &Connection) -> Saved {
    let mut complete = true;
    let units = table(c, "units", "id", rows::UNIT_COLUMNS, &mut complete, |row| {
        let unit = rows::unit(row, 0)?;
        Ok((unit.id.0, unit))
    });
    let positions = table(c, "positions", "unit_id", rows::POSITION_COLUMNS, &mut complete, |row| {
        let position = rows::position(row, 0)?;
        Ok((position.unit_id.0, position))
    });
    let groups = table(c, "groups", "id", "id, parent_id, name", &mut complete, |row| {
        let group = rows::group(row)?;
        Ok((group.id.0, group))
    });
    Saved { units, positions, groups, complete }
}

fn table<T>(
    c: &Connection,
    name: &str,
    key: &str,
    columns: &str,
    complete: &mut bool,
    read: impl Fn(&rusqlite::Row<'_>) -> Result<(i64, T), StoreError>,
) -> Vec<T> {
    let mut found = Vec::new();
    let mut last_key = i64::MIN;
    let forwards = format!("SELECT {columns} FROM {name} ORDER BY {key}");
    let whole = walk(c, &forwards, &[], |row| {
        let (key, item) = read(row)?;
        last_key = key;
        found.push(item);
        Ok(())
    });
    if whole {
        return found;
    }
    *complete = false;
    let backwards = format!("SELECT {columns} FROM {name} WHERE {key} > ?1 ORDER BY {key} DESC");
    walk(c, &backwards, &[last_key], |row| {
        found.push(read(row)?.1);
        Ok(())
    });
    found
}

/// Walks a query until its end (true) or until a page or row cannot be read (false).
fn walk(
    c: &Connection,
    sql: &str,
    values: &[i64],
    mut visit: impl FnMut(&rusqlite::Row<'_>) -> Result<(), StoreError>,
) -> bool {
    let Ok(mut statement) = c.prepare(sql) else { return false };
    let rows = match values {
        [one] => statement.query(params![one]),
        _ => statement.query([]),
    };
    let Ok(mut rows) = rows else { return false };
    loop {
        match rows.next() {
            Ok(Some(row)) => {
                if visit(row).is_err() {
                    return false;
                }
            }
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}
