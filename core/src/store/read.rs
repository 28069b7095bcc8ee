//! What is found again.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::model::{Event, FleetUnit, Group, Position, PositionId, UnitId, UtcMs};
use crate::store::{Change, Store, StoreError, rows};

/// Facts about the fleet as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FleetMeta {
    /// Where the next snapshot may start.
    pub cursor: Option<String>,
    /// When the server last confirmed the whole fleet (server's clock).
    pub last_snapshot_at: Option<UtcMs>,
    /// Up to when it is known what happened (server's clock).
    pub events_until: Option<UtcMs>,
    /// Server time minus wall time, milliseconds.
    pub server_clock_offset_ms: Option<i64>,
    /// What the person is told of, as JSON.
    pub alert_settings: Option<String>,
    /// Under which name this phone is registered for pushes at the server; empty for not.
    pub push_install: Option<String>,
    /// The operator's notices that wait to be acknowledged, as JSON.
    pub notices: Option<String>,
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

/// Which units a cold start shows first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstRows {
    /// By name, in the order of the letters' code points.
    ByName,
    /// The newest fix first; units without a position come last, by name.
    Freshest,
}

/// Where a page of history ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryCursor {
    /// Fix time of the last position shown.
    pub fix_time: UtcMs,
    /// Its number.
    pub id: PositionId,
}

impl Store {
    /// The first `limit` units with their positions: what a cold start shows before the whole is loaded.
    pub fn load_first(
        &self,
        order: FirstRows,
        limit: usize,
    ) -> Result<Vec<(FleetUnit, Option<Position>)>, StoreError> {
        self.with_reader(|c| match order {
            FirstRows::ByName => first(c, "units u LEFT JOIN positions p ON p.unit_id = u.id ORDER BY u.name", limit),
            FirstRows::Freshest => {
                let joined = "positions p CROSS JOIN units u ON u.id = p.unit_id ORDER BY p.fix_time DESC";
                let mut found = first(c, joined, limit)?;
                let left = limit - found.len().min(limit);
                if left > 0 {
                    let rest =
                        "units u LEFT JOIN positions p ON p.unit_id = u.id WHERE p.unit_id IS NULL ORDER BY u.name";
                    found.extend(first(c, rest, left)?);
                }
                Ok(found)
            }
        })
    }

    /// The whole fleet.
    pub fn load_fleet(&self) -> Result<LoadedFleet, StoreError> {
        self.with_reader(load_fleet)
    }

    /// Facts about the fleet as a whole.
    pub fn meta(&self) -> Result<FleetMeta, StoreError> {
        self.with_reader(meta)
    }

    /// A unit's kept positions of a range, both ends included, oldest first.
    pub fn positions_of(&self, unit: UnitId, from: UtcMs, to: UtcMs) -> Result<Vec<Position>, StoreError> {
        self.with_reader(|c| positions_between(c, unit, from, to))
    }

    /// At most `limit` of a unit's kept positions of a range, oldest first, starting behind `after`.
    pub fn positions_page(
        &self,
        unit: UnitId,
        from: UtcMs,
        to: UtcMs,
        after: Option<HistoryCursor>,
        limit: usize,
    ) -> Result<Vec<Position>, StoreError> {
        let sql = format!(
            "SELECT {} FROM history WHERE unit_id = ?1 AND fix_time BETWEEN ?2 AND ?3 AND (fix_time, id) > (?4, ?5)
             ORDER BY fix_time, id LIMIT ?6",
            rows::POSITION_COLUMNS
        );
        let after = after.map_or((i64::MIN, i64::MIN), |after| (after.fix_time.0, after.id.0));
        let from = from.0.max(after.0);
        let values = params![unit.0, from, to.0, after.0, after.1, sql_limit(limit)];
        self.with_reader(|c| collect(c, &sql, values, |row| rows::position(row, 0)))
    }

    /// The ranges of a unit's past that are kept, oldest first, both ends included. Inside them a time without positions
    /// means that the server had none.
    pub fn history_coverage(&self, unit: UnitId) -> Result<Vec<(UtcMs, UtcMs)>, StoreError> {
        let sql = "SELECT from_time, to_time FROM coverage WHERE unit_id = ?1 ORDER BY from_time";
        self.with_reader(|c| collect(c, sql, [unit.0], |row| Ok((UtcMs(row.get(0)?), UtcMs(row.get(1)?)))))
    }

    /// The newest events before a time, newest first.
    pub fn recent_events(&self, limit: usize, before: Option<UtcMs>) -> Result<Vec<Event>, StoreError> {
        let sql = format!(
            "SELECT {} FROM events WHERE at < ?1 ORDER BY at DESC, id DESC LIMIT ?2",
            rows::EVENT_COLUMNS
        );
        let before = before.map_or(i64::MAX, |t| t.0);
        self.with_reader(|c| collect(c, &sql, params![before, sql_limit(limit)], rows::event))
    }

    /// The newest events that nobody has acknowledged, newest first.
    pub fn unacknowledged_events(&self, limit: usize) -> Result<Vec<Event>, StoreError> {
        let sql = format!(
            "SELECT {} FROM events WHERE acknowledged = 0 ORDER BY at DESC, id DESC LIMIT ?1",
            rows::EVENT_COLUMNS
        );
        self.with_reader(|c| collect(c, &sql, [sql_limit(limit)], rows::event))
    }

    /// Keeps events, waiting until they are committed; known ones are left alone, unless they lacked their position.
    pub fn insert_events(&self, events: Vec<Event>) -> Result<(), StoreError> {
        self.apply(Change { events, ..Change::default() })
    }

    /// Notes that a person has seen events, waiting until it is committed.
    pub fn acknowledge(&self, event_ids: Vec<i64>) -> Result<(), StoreError> {
        self.apply(Change { acknowledged: event_ids, ..Change::default() })
    }
}

pub(crate) fn sql_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn first(c: &Connection, from: &str, limit: usize) -> Result<Vec<(FleetUnit, Option<Position>)>, StoreError> {
    let units = prefixed("u", rows::UNIT_COLUMNS);
    let positions = prefixed("p", rows::POSITION_COLUMNS);
    let sql = format!("SELECT {units}, {positions} FROM {from} LIMIT ?1");
    collect(c, &sql, [sql_limit(limit)], |row| {
        let has_position = row.get::<_, Option<i64>>(14)?.is_some();
        let position = has_position.then(|| rows::position(row, 14)).transpose()?;
        Ok((rows::unit(row, 0)?, position))
    })
}

pub(crate) fn positions_between(
    c: &Connection,
    unit: UnitId,
    from: UtcMs,
    to: UtcMs,
) -> Result<Vec<Position>, StoreError> {
    let sql = format!(
        "SELECT {} FROM history WHERE unit_id = ?1 AND fix_time BETWEEN ?2 AND ?3 ORDER BY fix_time, id",
        rows::POSITION_COLUMNS
    );
    collect(c, &sql, params![unit.0, from.0, to.0], |row| rows::position(row, 0))
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

pub(crate) fn meta(c: &Connection) -> Result<FleetMeta, StoreError> {
    let text = |key: &str| -> Result<Option<String>, StoreError> {
        Ok(c.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).optional()?)
    };
    let number = |key: &str| Ok::<_, StoreError>(text(key)?.and_then(|value| value.parse().ok()));
    Ok(FleetMeta {
        cursor: text("cursor")?,
        last_snapshot_at: number("last_snapshot_at")?.map(UtcMs),
        events_until: number("events_until")?.map(UtcMs),
        server_clock_offset_ms: number("server_clock_offset_ms")?,
        alert_settings: text("alert_settings")?,
        push_install: text("push_install")?,
        notices: text("notices")?,
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
