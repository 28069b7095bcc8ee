//! Rows and the words of the model.

use rusqlite::{Row, ToSql};

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

/// A unit's values in the order of [`UNIT_COLUMNS`].
pub(crate) fn unit_values(unit: &FleetUnit) -> [Box<dyn ToSql + '_>; 14] {
    let link = match unit.link {
        LinkState::Unknown => 0_i64,
        LinkState::Online => 1,
        LinkState::Offline => 2,
    };
    [
        Box::new(unit.id.0),
        Box::new(&unit.name),
        Box::new(&unit.unique_id),
        Box::new(unit.group_id.0),
        Box::new(&unit.plate),
        Box::new(&unit.phone),
        Box::new(&unit.model),
        Box::new(&unit.contact),
        Box::new(&unit.category),
        Box::new(unit.disabled),
        Box::new(link),
        Box::new(unit.last_update.map(|t| t.0)),
        Box::new(&unit.attributes_json),
        Box::new(&unit.unknown_json),
    ]
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

/// A position's values in the order of [`POSITION_COLUMNS`].
pub(crate) fn position_values(p: &Position) -> [Box<dyn ToSql + '_>; 16] {
    let doubt = p.doubt.map(|doubt| match doubt {
        PositionDoubt::RolloverCorrected => 1_i64,
        PositionDoubt::MarkedInvalid => 2,
    });
    [
        Box::new(p.unit_id.0),
        Box::new(p.id.0),
        Box::new(p.fix_time.0),
        Box::new(p.raw_fix_time.0),
        Box::new(p.device_time.map(|t| t.0)),
        Box::new(p.server_time.map(|t| t.0)),
        Box::new(p.place.lat_deg()),
        Box::new(p.place.lon_deg()),
        Box::new(p.valid),
        Box::new(p.altitude_m),
        Box::new(p.speed_mps),
        Box::new(p.course_deg),
        Box::new(p.accuracy_m),
        Box::new(&p.address),
        Box::new(&p.attributes_json),
        Box::new(doubt),
    ]
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
