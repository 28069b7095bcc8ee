//! What a user of the cache would notice.

mod alerts;
mod opening;
mod round_trip;
mod writing;

use std::path::Path;

use crate::model::{
    Event, EventKind, FleetUnit, GroupId, LatLon, LinkState, Position, PositionId, UnitId, UtcMs,
};
use crate::store::{Change, DatabaseKey, OpenReport, Store};

pub(super) fn key(n: u8) -> DatabaseKey {
    DatabaseKey::from_bytes([n; 32])
}

pub(super) fn open(folder: &Path) -> Store {
    Store::open(folder, &key(1)).unwrap().store
}

pub(super) fn report(folder: &Path) -> OpenReport {
    Store::open(folder, &key(1)).unwrap().report
}

pub(super) fn unit(id: i64, name: &str) -> FleetUnit {
    FleetUnit {
        id: UnitId(id),
        name: name.into(),
        unique_id: format!("86000000{id}"),
        group_id: GroupId(id % 7),
        plate: Some(format!("沪A·{id:05}")),
        phone: None,
        model: Some("SANY SY215".into()),
        contact: Some("Ng Wei".into()),
        category: Some("excavator".into()),
        disabled: false,
        link: LinkState::Online,
        last_update: Some(UtcMs(1_795_577_586_476)),
        attributes_json: "{\"speedLimit\":13.5}".into(),
        unknown_json: "{}".into(),
    }
}

pub(super) fn position(unit: i64, id: i64, fix_time: i64) -> Position {
    Position {
        id: PositionId(id),
        unit_id: UnitId(unit),
        fix_time: UtcMs(fix_time),
        raw_fix_time: UtcMs(fix_time),
        device_time: Some(UtcMs(fix_time + 1)),
        server_time: Some(UtcMs(fix_time + 900)),
        place: LatLon::new(31.230_416, 121.473_701).unwrap(),
        valid: true,
        altitude_m: Some(4.5),
        speed_mps: Some(11.25),
        course_deg: Some(271.0),
        accuracy_m: None,
        address: Some("南京东路 1".into()),
        attributes_json: "{\"ignition\":true}".into(),
        doubt: None,
    }
}

pub(super) fn event(id: i64, unit: i64, at: i64) -> Event {
    Event {
        id,
        kind: EventKind::Alarm,
        type_word: "alarm".into(),
        unit_id: UnitId(unit),
        at: UtcMs(at),
        position_id: Some(PositionId(id * 10)),
        attributes_json: "{\"alarm\":\"sos\"}".into(),
    }
}

pub(super) fn fleet(count: i64) -> Change {
    Change {
        units: (1..=count).map(|id| unit(id, &format!("Kran {id:04}"))).collect(),
        positions: (1..=count).map(|id| position(id, id, 1_000_000 + id).into()).collect(),
        ..Change::default()
    }
}
