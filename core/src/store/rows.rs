//! Rows and the words of the model.

use rusqlite::{Row, Statement, params};

use crate::model::{
    Event, EventKind, FleetUnit, Group, GroupId, LatLon, LinkState, Position, PositionDoubt, PositionId,
    UnitId, UtcMs,
};
use crate::store::StoreError;

pub(crate) const UNIT_COLUMNS: &str = "id, name, unique_id, group_id, plate, phone, model, contact, category, disabled, \
     link, last_update, attributes, unknown";
pub(crate) const POSITION_COLUMNS: &str = "unit_id, id, fix_time, raw_fix_time, device_time, server_time, latitude, \
     longitude, valid, altitude, speed, course, accuracy, address, attributes, doubt";
pub(crate) const EVENT_COLUMNS: &str = "id, type, unit_id, at, position_id, attributes";

/// A unit from its columns, which start at `at`.
pub(crate) fn unit(row: &Row<'_>, at: usize) -> Result<FleetUnit, StoreError> {
    Ok(FleetUnit {
        id: UnitId(row.get(at)?),
        name: row.get(at + 1)?,
        unique_id: row.get(at + 2)?,
        group_id: GroupId(row.get(at + 3)?),
        plate: row.get(at + 4)?,
        phone: row.get(at + 5)?,
        model: row.get(at + 6)?,
        contact: row.get(at + 7)?,
        category: row.get(at + 8)?,
        disabled: row.get(at + 9)?,
        link: match row.get::<_, i64>(at + 10)? {
            1 => LinkState::Online,
            2 => LinkState::Offline,
            _ => LinkState::Unknown,
        },
        last_update: row.get::<_, Option<i64>>(at + 11)?.map(UtcMs),
        attributes_json: row.get(at + 12)?,
        unknown_json: row.get(at + 13)?,
    })
}

/// Writes a unit through a statement that takes [`UNIT_COLUMNS`].
pub(crate) fn put_unit(statement: &mut Statement<'_>, unit: &FleetUnit) -> Result<(), StoreError> {
    let link = match unit.link {
        LinkState::Unknown => 0_i64,
        LinkState::Online => 1,
        LinkState::Offline => 2,
    };
    statement.execute(params![
        unit.id.0,
        unit.name,
        unit.unique_id,
        unit.group_id.0,
        unit.plate,
        unit.phone,
        unit.model,
        unit.contact,
        unit.category,
        unit.disabled,
        link,
        unit.last_update.map(|t| t.0),
        unit.attributes_json,
        unit.unknown_json,
    ])?;
    Ok(())
}

/// A position from its columns, which start at `at`.
pub(crate) fn position(row: &Row<'_>, at: usize) -> Result<Position, StoreError> {
    Ok(Position {
        unit_id: UnitId(row.get(at)?),
        id: PositionId(row.get(at + 1)?),
        fix_time: UtcMs(row.get(at + 2)?),
        raw_fix_time: UtcMs(row.get(at + 3)?),
        device_time: row.get::<_, Option<i64>>(at + 4)?.map(UtcMs),
        server_time: row.get::<_, Option<i64>>(at + 5)?.map(UtcMs),
        place: LatLon::new(row.get(at + 6)?, row.get(at + 7)?).ok_or(StoreError::Corrupt)?,
        valid: row.get(at + 8)?,
        altitude_m: row.get(at + 9)?,
        speed_mps: row.get(at + 10)?,
        course_deg: row.get(at + 11)?,
        accuracy_m: row.get(at + 12)?,
        address: row.get(at + 13)?,
        attributes_json: row.get(at + 14)?,
        doubt: match row.get::<_, Option<i64>>(at + 15)? {
            Some(1) => Some(PositionDoubt::RolloverCorrected),
            Some(2) => Some(PositionDoubt::MarkedInvalid),
            _ => None,
        },
    })
}

/// Writes a position through a statement that takes [`POSITION_COLUMNS`].
pub(crate) fn put_position(statement: &mut Statement<'_>, p: &Position) -> Result<(), StoreError> {
    let doubt = p.doubt.map(|doubt| match doubt {
        PositionDoubt::RolloverCorrected => 1_i64,
        PositionDoubt::MarkedInvalid => 2,
    });
    statement.execute(params![
        p.unit_id.0,
        p.id.0,
        p.fix_time.0,
        p.raw_fix_time.0,
        p.device_time.map(|t| t.0),
        p.server_time.map(|t| t.0),
        p.place.lat_deg(),
        p.place.lon_deg(),
        p.valid,
        p.altitude_m,
        p.speed_mps,
        p.course_deg,
        p.accuracy_m,
        p.address,
        p.attributes_json,
        doubt,
    ])?;
    Ok(())
}

/// A group from `id, parent_id, name`.
pub(crate) fn group(row: &Row<'_>) -> Result<Group, StoreError> {
    Ok(Group { id: GroupId(row.get(0)?), parent_id: GroupId(row.get(1)?), name: row.get(2)? })
}

/// An event in the order of [`EVENT_COLUMNS`].
pub(crate) fn event(row: &Row<'_>) -> Result<Event, StoreError> {
    let type_word: String = row.get(1)?;
    Ok(Event {
        id: row.get(0)?,
        kind: EventKind::from_word(&type_word),
        type_word,
        unit_id: UnitId(row.get(2)?),
        at: UtcMs(row.get(3)?),
        position_id: row.get::<_, Option<i64>>(4)?.map(PositionId),
        attributes_json: row.get(5)?,
    })
}
