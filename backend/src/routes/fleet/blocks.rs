//! The two blocks of the fleet as columns: units, and their newest positions. Filled row by row from the database without
//! an object for each row.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::de::Deserialize;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::columns::{Deltas, Plain, Table, Texts};
use crate::db::Snapshot;
use crate::db::fleet::{PositionRow, UnitRow};
use crate::error::Refusal;
use crate::model::UPLOAD_CREDENTIAL;

/// What the units need to know of the positions: number and server time of each unit's newest.
type Shown = HashMap<i64, (i64, i64)>;

/// The units, ascending by number.
pub(super) struct Units {
    count: usize,
    id: Deltas,
    name: Texts,
    unique_id: Texts,
    group_id: Plain<i64>,
    status: Plain<u8>,
    last_update: Vec<Option<i64>>,
    last_update_is_assumed: bool,
    position_id: Vec<i64>,
    position_id_is_assumed: bool,
    phone: Texts,
    model: Table,
    contact: Table,
    category: Table,
    disabled: Plain<u8>,
    expiration_time: Plain<Option<i64>>,
    attributes: Table,
}

impl Units {
    pub(super) fn read(
        snapshot: &Snapshot<'_>,
        visible: &HashSet<i64>,
        after: i64,
        shown: &Shown,
    ) -> Result<Self, Refusal> {
        let mut units = Self {
            count: 0,
            id: Deltas::new(),
            name: Texts::default(),
            unique_id: Texts::default(),
            group_id: Plain::new(0),
            status: Plain::new(0),
            last_update: Vec::new(),
            last_update_is_assumed: true,
            position_id: Vec::new(),
            position_id_is_assumed: true,
            phone: Texts::default(),
            model: Table::default(),
            contact: Table::default(),
            category: Table::default(),
            disabled: Plain::new(0),
            expiration_time: Plain::new(None),
            attributes: Table::default(),
        };
        snapshot.each_unit(after, |row| {
            if visible.contains(&row.id) {
                units.push(&row, shown.get(&row.id).copied());
            }
        })?;
        Ok(units)
    }

    fn push(&mut self, row: &UnitRow<'_>, shown: Option<(i64, i64)>) {
        self.count += 1;
        self.id.push(row.id);
        self.name.push(Some(row.name));
        self.unique_id.push(Some(row.unique_id));
        self.group_id.push(row.group_id);
        self.status.push(match row.status {
            "offline" => 0,
            "online" => 1,
            _ => 2,
        });
        // Nearly always a unit was last heard of with its position.
        let (position_id, heard) = shown.map_or((0, None), |(id, at)| (id, Some(at)));
        self.last_update.push(row.last_update.map(|at| at - heard.unwrap_or(0)));
        self.last_update_is_assumed &= row.last_update == heard;
        self.position_id.push(row.position_id);
        self.position_id_is_assumed &= row.position_id == position_id;
        self.phone.push(row.phone);
        self.model.push(row.model);
        self.contact.push(row.contact);
        self.category.push(row.category);
        self.disabled.push(row.disabled.into());
        self.expiration_time.push(row.expiration);
        if row.attributes.contains(UPLOAD_CREDENTIAL) {
            self.attributes.push(Some(&without(row.attributes, &[UPLOAD_CREDENTIAL])));
        } else {
            self.attributes.push(Some(row.attributes));
        }
    }
}

impl Serialize for Units {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("count", &self.count)?;
        self.id.write("id", &mut map)?;
        self.name.write("name", "nameShared", &mut map)?;
        self.unique_id.write("uniqueId", "uniqueIdShared", &mut map)?;
        self.group_id.write("groupId", &mut map)?;
        self.status.write("status", &mut map)?;
        if !self.last_update_is_assumed {
            map.serialize_entry("lastUpdate", &self.last_update)?;
        }
        if !self.position_id_is_assumed {
            map.serialize_entry("positionId", &self.position_id)?;
        }
        self.phone.write("phone", "phoneShared", &mut map)?;
        self.model.write("model", "models", &mut map)?;
        self.contact.write("contact", "contacts", &mut map)?;
        self.category.write("category", "categories", &mut map)?;
        self.disabled.write("disabled", &mut map)?;
        self.expiration_time.write("expirationTime", &mut map)?;
        self.attributes.write_objects("attributes", "attributesTable", &mut map)?;
        map.end()
    }
}

/// The newest positions, ascending by number: that is the order in which the server got them, so that their times are
/// close to each other.
pub(super) struct Positions {
    shown: Shown,
    id: Deltas,
    device_id: Plain<i64>,
    fix_time: Deltas,
    device_delay: Plain<i64>,
    server_time: Deltas,
    valid: Plain<u8>,
    latitude: Plain<i64>,
    longitude: Plain<i64>,
    altitude: Plain<i64>,
    speed: Plain<i64>,
    course: Plain<i64>,
    accuracy: Plain<i64>,
    address: Table,
    attributes: Table,
}

impl Positions {
    pub(super) fn read(snapshot: &Snapshot<'_>, visible: &HashSet<i64>, after: i64) -> Result<Self, Refusal> {
        let mut positions = Self {
            shown: HashMap::new(),
            id: Deltas::new(),
            device_id: Plain::required(),
            fix_time: Deltas::new(),
            device_delay: Plain::new(0),
            server_time: Deltas::new(),
            valid: Plain::new(1),
            latitude: Plain::required(),
            longitude: Plain::required(),
            altitude: Plain::new(0),
            speed: Plain::new(0),
            course: Plain::new(0),
            accuracy: Plain::new(0),
            address: Table::default(),
            attributes: Table::default(),
        };
        snapshot.each_position(after, |row| {
            if visible.contains(&row.device_id) {
                positions.push(&row);
            }
        })?;
        Ok(positions)
    }

    pub(super) fn shown(&self) -> &Shown {
        &self.shown
    }

    fn push(&mut self, row: &PositionRow<'_>) {
        self.shown.insert(row.device_id, (row.id, row.server_time));
        self.id.push(row.id);
        self.device_id.push(row.device_id);
        self.fix_time.push(row.fix_time);
        self.device_delay.push(row.device_time - row.fix_time);
        self.server_time.push(row.server_time);
        self.valid.push(row.valid.into());
        self.latitude.push(scaled(row.latitude, 1e6));
        self.longitude.push(scaled(row.longitude, 1e6));
        self.altitude.push(scaled(row.altitude, 10.0));
        self.speed.push(scaled(row.speed, 100.0));
        self.course.push(scaled(row.course, 10.0));
        self.accuracy.push(scaled(row.accuracy, 10.0));
        self.address.push(row.address);
        self.attributes.push(Some(&without(row.attributes, &["distance", "totalDistance"])));
    }
}

impl Serialize for Positions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("count", &self.shown.len())?;
        self.id.write("id", &mut map)?;
        self.device_id.write("deviceId", &mut map)?;
        self.fix_time.write("fixTime", &mut map)?;
        self.device_delay.write("deviceDelay", &mut map)?;
        self.server_time.write("serverTime", &mut map)?;
        self.valid.write("valid", &mut map)?;
        self.latitude.write("latitude", &mut map)?;
        self.longitude.write("longitude", &mut map)?;
        self.altitude.write("altitude", &mut map)?;
        self.speed.write("speed", &mut map)?;
        self.course.write("course", &mut map)?;
        self.accuracy.write("accuracy", &mut map)?;
        self.address.write("address", "addresses", &mut map)?;
        self.attributes.write_objects("attributes", "attributesTable", &mut map)?;
        map.end()
    }
}

fn scaled(value: f64, by: f64) -> i64 {
    (value * by).round() as i64
}

/// A JSON object's text without some of its members. What is not an object at all says nothing.
fn without(object: &str, left_out: &[&str]) -> String {
    // Names with an escape in them cannot be borrowed.
    kept::<&str>(object, left_out)
        .or_else(|_| kept::<String>(object, left_out))
        .unwrap_or_else(|_| "{}".to_owned())
}

fn kept<'a, K>(object: &'a str, left_out: &[&str]) -> Result<String, serde_json::Error>
where
    K: AsRef<str> + Deserialize<'a> + Ord + Serialize,
{
    let mut members: BTreeMap<K, &RawValue> = serde_json::from_str(object)?;
    members.retain(|name, _| !left_out.contains(&name.as_ref()));
    serde_json::to_string(&members)
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn members_are_left_out_whatever_the_others_are() {
        let object = r#"{"a\"b":1.50,"distance":3,"motion":true,"名":[{"distance":1}],"totalDistance":9}"#;
        let kept = r#"{"a\"b":1.50,"motion":true,"名":[{"distance":1}]}"#;
        assert_eq!(without(object, &["distance", "totalDistance"]), kept);
        assert_eq!(without(r#"{"distance":1}"#, &["distance"]), "{}");
        assert_eq!(without("nonsense", &[]), "{}");
    }
}
