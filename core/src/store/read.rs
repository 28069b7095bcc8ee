//! What is found again.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::model::{Event, FleetUnit, Group, Position, UnitId, UtcMs};
use crate::store::{Store, StoreError, rows};

/// Facts about the fleet as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FleetMeta {
    /// Where the next snapshot may start.
    pub cursor: Option<String>,
    /// When the server last confirmed the whole fleet (server's clock).
    pub last_snapshot_at: Option<UtcMs>,
    /// Server time minus wall time, milliseconds.
    pub server_clock_offset_ms: Option<i64>,
}

/// The whole fleet as kept.
#[derive(Debug, Default)]
pub struct LoadedFleet {
    /// Units.
    pub units: Vec<FleetUnit>,
    /// Newest positions.
    pub positions: Vec<Position>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Facts about the whole.
    pub meta: FleetMeta,
}

impl Store {
    /// The first `limit` units by name with their positions: what a cold start shows before the whole is loaded.
    pub fn load_first(&self, limit: usize) -> Result<Vec<(FleetUnit, Option<Position>)>, StoreError> {
        let units = prefixed("u", rows::UNIT_COLUMNS);
        let positions = prefixed("p", rows::POSITION_COLUMNS);
        let sql = format!(
            "SELECT {units}, {positions} FROM units u LEFT JOIN positions p ON p.unit_id = u.id ORDER BY u.name LIMIT ?1"
        );
        self.with_reader(|c| {
            collect(c, &sql, params![limit as i64], |row| {
                let has_position = row.get::<_, Option<i64>>(14)?.is_some();
                let position = has_position.then(|| rows::position(row, 14)).transpose()?;
                Ok((rows::unit(row, 0)?, position))
            })
        })
    }

    /// The whole fleet.
    pub fn load_fleet(&self) -> Result<LoadedFleet, StoreError> {
        self.with_reader(load_fleet)
    }

    /// A unit's kept positions of a range, both ends included, oldest first.
    pub fn positions_of(&self, unit: UnitId, from: UtcMs, to: UtcMs) -> Result<Vec<Position>, StoreError> {
        let sql = format!(
            "SELECT {} FROM history WHERE unit_id = ?1 AND fix_time BETWEEN ?2 AND ?3 ORDER BY fix_time, id",
            rows::POSITION_COLUMNS
        );
        self.with_reader(|c| collect(c, &sql, params![unit.0, from.0, to.0], |row| rows::position(row, 0)))
    }

    /// The newest events before a time, newest first.
    pub fn recent_events(&self, limit: usize, before: Option<UtcMs>) -> Result<Vec<Event>, StoreError> {
        let sql = format!(
            "SELECT {} FROM events WHERE at < ?1 ORDER BY at DESC, id DESC LIMIT ?2",
            rows::EVENT_COLUMNS
        );
        let before = before.map_or(i64::MAX, |t| t.0);
        self.with_reader(|c| collect(c, &sql, params![before, limit as i64], rows::event))
    }
}

pub(crate) fn load_fleet(c: &Connection) -> Result<LoadedFleet, StoreError> {
    let sql = |columns: &str, table: &str| format!("SELECT {columns} FROM {table}");
    Ok(LoadedFleet {
        units: collect(c, &sql(rows::UNIT_COLUMNS, "units"), [], |row| rows::unit(row, 0))?,
        positions: collect(c, &sql(rows::POSITION_COLUMNS, "positions"), [], |row| rows::position(row, 0))?,
        groups: collect(c, &sql("id, parent_id, name", "groups"), [], rows::group)?,
        meta: meta(c)?,
    })
}

fn meta(c: &Connection) -> Result<FleetMeta, StoreError> {
    let text = |key: &str| -> Result<Option<String>, StoreError> {
        Ok(c.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).optional()?)
    };
    let number = |key: &str| Ok::<_, StoreError>(text(key)?.and_then(|value| value.parse().ok()));
    Ok(FleetMeta {
        cursor: text("cursor")?,
        last_snapshot_at: number("last_snapshot_at")?.map(UtcMs),
        server_clock_offset_ms: number("server_clock_offset_ms")?,
    })
}

/// All rows of a query. The first bad row is an error: in ordinary use a bad row means damage.
pub(crate) fn collect<T>(
    c: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = c.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

fn prefixed(table: &str, columns: &str) -> String {
    columns.split(',').map(|column| format!("{table}.{}", column.trim())).collect::<Vec<_>>().join(", ")
}
