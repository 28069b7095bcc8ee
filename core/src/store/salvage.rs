//! A damaged cache is moved aside and what can be read of it is kept.
//!
//! Decides what is kept. A track is kept whole or not at all: half of one would show a gap that never was. The new
//! database is finished before the old one is touched, so a full disk or a killed process loses nothing. Leaves how
//! a broken table is read to [`damaged`](crate::store::damaged).

use rusqlite::{Connection, Row};

use crate::model::UtcMs;
use crate::store::change::{Change, HistoryChunk, MetaChange};
use crate::store::damaged::Damaged;
use crate::store::files::Files;
use crate::store::open::{Cache, Facts, OpenReport};
use crate::store::opening::unfinished;
use crate::store::pending::Pending;
use crate::store::read::{self, LoadedFleet};
use crate::store::{DatabaseKey, StoreError, connect, rows, write};

/// Reads what can be read into a new database, moves the damaged one aside and puts the new one in its place.
pub(crate) fn salvage(files: &Files, key: &DatabaseKey) -> Result<OpenReport, StoreError> {
    tracing::warn!("the cache is damaged");
    files.mark_suspect(); // should this be cut short, the next opening goes on
    let mut new = unfinished::<Cache>(files, key)?;
    let mut rescue = Rescue::default();
    match Damaged::open(files, key, true) {
        Ok(mut old) => rescue.take(&mut old, &mut new)?,
        Err(_) => rescue.incomplete = ALL.to_vec(),
    }
    if rescue.units == 0 && files.wal().exists() {
        // A broken WAL can hide a sound database.
        drop(new);
        new = unfinished::<Cache>(files, key)?;
        rescue = Rescue::default();
        match Damaged::open(files, key, false) {
            Ok(mut old) => rescue.take(&mut old, &mut new)?,
            Err(_) => rescue.incomplete = ALL.to_vec(),
        }
    }
    connect::checkpoint(&new, connect::Copy::Emptying)?;
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

#[derive(Default)]
struct Rescue {
    units: usize,
    positions: usize,
    incomplete: Vec<Facts>,
}

impl Rescue {
    fn take(&mut self, old: &mut Damaged<'_>, new: &mut Connection) -> Result<(), StoreError> {
        // The first page says where everything else is; without it no table is found.
        let Ok(schema @ 1..) = connect::schema(&old.connection, connect::MIGRATIONS.len()) else {
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
            change.positions.push(position.into());
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
            events_until: meta.events_until,
            server_clock_offset_ms: meta.server_clock_offset_ms,
            alert_settings: meta.alert_settings,
            push_install: meta.push_install,
            notices: meta.notices,
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

    /// Reads a table; `visit` answers with the row's key.
    fn table(
        &mut self,
        facts: Facts,
        old: &mut Damaged<'_>,
        table: &str,
        key: &str,
        columns: &str,
        visit: impl FnMut(&Row<'_>) -> Result<i64, StoreError>,
    ) {
        if !old.table(table, key, columns, visit) {
            self.lacks(facts);
        }
    }
}
