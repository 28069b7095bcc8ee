//! A damaged database is moved aside and what can be read of it is kept.
//!
//! Decides how far reading goes. A table is read forwards until something resists, then backwards from its end; what
//! lies between is halved and tried again until no key is left or the patience is used up, so one bad page costs the
//! rows on it and no more. A track is kept whole or not at all: half of one would show a gap that never was. The new
//! database is finished before the old one is touched, so a full disk or a killed process loses nothing.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Row};
use url::Url;

use crate::model::UtcMs;
use crate::store::change::{Change, HistoryChunk, MetaChange};
use crate::store::files::Files;
use crate::store::open::{Facts, OpenReport, unfinished};
use crate::store::pending::Pending;
use crate::store::read::{self, LoadedFleet};
use crate::store::{DatabaseKey, StoreError, connect, rows, write};

/// How many times in a row reading a table may start anew without finding a row.
const PATIENCE: u32 = 100;
/// Where numbers given by servers lie; the rest is looked at too, but last.
const USUAL_KEYS: i64 = u32::MAX as i64;

/// Reads what can be read into a new database, moves the damaged one aside and puts the new one in its place.
pub(crate) fn salvage(files: &Files, key: &DatabaseKey) -> Result<OpenReport, StoreError> {
    tracing::warn!("the cache is damaged");
    files.mark_suspect(); // should this be cut short, the next opening goes on
    let mut new = unfinished(files, key)?;
    let mut rescue = Rescue::default();
    match Damaged::open(files, key, true) {
        Ok(mut old) => rescue.take(&mut old, &mut new)?,
        Err(_) => rescue.incomplete = ALL.to_vec(),
    }
    if rescue.units == 0 && files.wal().exists() {
        // A broken WAL can hide a sound database.
        drop(new);
        new = unfinished(files, key)?;
        rescue = Rescue::default();
        match Damaged::open(files, key, false) {
            Ok(mut old) => rescue.take(&mut old, &mut new)?,
            Err(_) => rescue.incomplete = ALL.to_vec(),
        }
    }
    connect::checkpoint(&new, true)?;
    drop(new);
    let moved_to = files.move_aside()?;
    files.put_in_place()?;
    files.clear_suspect()?;
    let Rescue { units, positions, incomplete } = rescue;
    Ok(OpenReport::Salvaged { units, positions, incomplete, moved_to })
}

/// Ends a salvage that was cut short between moving the old database and putting the new one in its place.
pub(crate) fn finish(files: &Files, key: &DatabaseKey) -> Result<Option<OpenReport>, StoreError> {
    let (true, true, Some(moved_to)) = (files.is_suspect(), files.unfinished().exists(), files.last_aside())
    else {
        return Ok(None);
    };
    let Ok(LoadedFleet { units, positions, .. }) =
        connect::reading(&files.unfinished(), key).and_then(|new| read::load_fleet(&new))
    else {
        return Ok(None);
    };
    files.write_key_check(key)?;
    files.put_in_place()?;
    files.clear_suspect()?;
    // How complete it was is no longer known.
    let incomplete = ALL.to_vec();
    Ok(Some(OpenReport::Salvaged { units: units.len(), positions: positions.len(), incomplete, moved_to }))
}

const ALL: [Facts; 5] = [Facts::Units, Facts::Positions, Facts::Groups, Facts::Events, Facts::History];

/// The damaged database: only read, and left as it is.
struct Damaged<'a> {
    files: &'a Files,
    key: &'a DatabaseKey,
    with_wal: bool,
    connection: Connection,
}

impl<'a> Damaged<'a> {
    fn open(files: &'a Files, key: &'a DatabaseKey, with_wal: bool) -> Result<Self, StoreError> {
        Ok(Self { files, key, with_wal, connection: Self::connect(files, key, with_wal)? })
    }

    /// SQLCipher refuses everything on a connection that has met a bad page: what is next needs a new one.
    fn renew(&mut self) {
        if let Ok(connection) = Self::connect(self.files, self.key, self.with_wal) {
            self.connection = connection;
        }
    }

    fn connect(files: &Files, key: &DatabaseKey, with_wal: bool) -> Result<Connection, StoreError> {
        let path = files.database();
        let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = if with_wal {
            flags |= OpenFlags::SQLITE_OPEN_READ_WRITE;
            Connection::open_with_flags(&path, flags)?
        } else {
            flags |= OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
            let mut url = Url::from_file_path(std::path::absolute(&path)?).map_err(|()| StoreError::Io)?;
            url.set_query(Some("immutable=1"));
            Connection::open_with_flags(url.as_str(), flags)?
        };
        connect::unlock(&connection, key)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        connection.execute_batch("PRAGMA query_only = ON;")?;
        Ok(connection)
    }
}

#[derive(Default)]
struct Rescue {
    units: usize,
    positions: usize,
    incomplete: Vec<Facts>,
}

impl Rescue {
    fn take(&mut self, old: &mut Damaged<'_>, new: &mut Connection) -> Result<(), StoreError> {
        // The first page says where everything else is; without it no table is found.
        let Ok(schema @ 1..) = connect::schema(&old.connection) else {
            self.incomplete = ALL.to_vec();
            return Ok(());
        };
        let mut change = Change::default();
        self.table(Facts::Units, old, "units", "id", rows::UNIT_COLUMNS, |row| {
            let unit = rows::unit(row, 0)?;
            let key = unit.id.0;
            change.units.push(unit);
            Ok(key)
        });
        self.table(Facts::Positions, old, "positions", "unit_id", rows::POSITION_COLUMNS, |row| {
            let position = rows::position(row, 0)?;
            let key = position.unit_id.0;
            change.positions.push(position);
            Ok(key)
        });
        let mut groups = Vec::new();
        self.table(Facts::Groups, old, "groups", "id", "id, parent_id, name", |row| {
            groups.push(rows::group(row)?);
            Ok(row.get(0)?)
        });
        change.groups = Some(groups);
        if schema >= 2 {
            let acknowledged = if schema >= 3 { "acknowledged" } else { "0" };
            let columns = format!("{}, {acknowledged}", rows::EVENT_COLUMNS);
            self.table(Facts::Events, old, "events", "id", &columns, |row| {
                let event = rows::event(row)?;
                let id = event.id;
                if row.get(6)? {
                    change.acknowledged.push(id);
                }
                change.events.push(event);
                Ok(id)
            });
        }
        let meta = read::meta(&old.connection).unwrap_or_default();
        let whole = !self.incomplete.contains(&Facts::Units);
        change.meta = MetaChange {
            cursor: None,
            last_snapshot_at: meta.last_snapshot_at.filter(|_| whole),
            server_clock_offset_ms: meta.server_clock_offset_ms,
        };
        let pending = Pending::from(change); // not thinned, as what waits is
        write::write(new, &pending)?;
        self.units = pending.units.len();
        self.positions = pending.positions.len();
        if schema >= 3 { self.tracks(old, new) } else { Ok(()) }
    }

    fn tracks(&mut self, old: &mut Damaged<'_>, new: &mut Connection) -> Result<(), StoreError> {
        let mut ranges = Vec::new();
        self.table(Facts::History, old, "coverage", "seq", "seq, unit_id, from_time, to_time", |row| {
            ranges.push((crate::model::UnitId(row.get(1)?), UtcMs(row.get(2)?), UtcMs(row.get(3)?)));
            Ok(row.get(0)?)
        });
        for (unit, from, to) in ranges {
            let Ok(positions) = read::positions_between(&old.connection, unit, from, to) else {
                self.lacks(Facts::History);
                old.renew();
                continue;
            };
            let history = Some(HistoryChunk { unit, from, to, positions });
            write::write(new, &Change { history, ..Change::default() }.into())?;
        }
        Ok(())
    }

    fn lacks(&mut self, facts: Facts) {
        if !self.incomplete.contains(&facts) {
            self.incomplete.push(facts);
        }
    }

    /// Reads a table in ranges of its key; `visit` answers with the row's key.
    fn table(
        &mut self,
        facts: Facts,
        old: &mut Damaged<'_>,
        table: &str,
        key: &str,
        columns: &str,
        mut visit: impl FnMut(&Row<'_>) -> Result<i64, StoreError>,
    ) {
        let sql = |order: &str| {
            format!(
                "SELECT {columns} FROM {table} NOT INDEXED WHERE {key} BETWEEN ?1 AND ?2 ORDER BY {key} {order}"
            )
        };
        let (forwards, backwards) = (sql("ASC"), sql("DESC"));
        let mut ranges = vec![(USUAL_KEYS + 1, i64::MAX), (i64::MIN, -1), (0, USUAL_KEYS)];
        let mut patience = PATIENCE;
        while let Some((low, high)) = ranges.pop() {
            let Walked::UpTo(last) = walk(&old.connection, &forwards, low, high, &mut visit) else {
                continue;
            };
            self.lacks(facts);
            old.renew();
            let low = last.map_or(low, |last| last.saturating_add(1));
            let Walked::UpTo(first) = walk(&old.connection, &backwards, low, high, &mut visit) else {
                continue;
            };
            let high = first.map_or(high, |first| first.saturating_sub(1));
            old.renew();
            patience = if last.or(first).is_some() { PATIENCE } else { patience - 1 };
            if patience == 0 {
                return;
            }
            if low < high {
                let middle = low.midpoint(high);
                ranges.extend([(middle + 1, high), (low, middle)]);
            }
        }
    }
}

/// How far a walk came.
enum Walked {
    ToItsEnd,
    /// Something resisted behind this key, or at once.
    UpTo(Option<i64>),
}

/// Walks a range of keys until its end or until a page or row cannot be read.
fn walk(
    c: &Connection,
    sql: &str,
    low: i64,
    high: i64,
    visit: &mut impl FnMut(&Row<'_>) -> Result<i64, StoreError>,
) -> Walked {
    let mut last = None;
    let Ok(mut statement) = c.prepare_cached(sql) else { return Walked::UpTo(None) };
    let Ok(mut rows) = statement.query([low, high]) else { return Walked::UpTo(None) };
    loop {
        match rows.next() {
            Ok(Some(row)) => match visit(row) {
                Ok(key) => last = Some(key),
                Err(_) => return Walked::UpTo(last),
            },
            Ok(None) => return Walked::ToItsEnd,
            Err(_) => return Walked::UpTo(last),
        }
    }
}
