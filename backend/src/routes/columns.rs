//! The fleet as columns: the smallest JSON that still says everything a list and a map need. `docs/extensions.md`
//! describes it for clients.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::model::{Attributes, Device, Position, UPLOAD_CREDENTIAL};

/// Distinct values and where each row's stands among them.
#[derive(Default)]
struct Table {
    index: HashMap<String, usize>,
    values: Vec<Value>,
    rows: Vec<Value>,
}

impl Table {
    fn push(&mut self, value: Value) {
        let next = self.values.len();
        let at = *self.index.entry(value.to_string()).or_insert(next);
        if at == next {
            self.values.push(value);
        }
        self.rows.push(at.into());
    }

    /// Writes both columns, unless every row holds `default`.
    fn write(self, block: &mut Map<String, Value>, column: &str, table: &str, default: &Value) {
        if self.values.iter().any(|value| value != default) {
            block.insert(column.to_owned(), self.rows.into());
            block.insert(table.to_owned(), self.values.into());
        }
    }
}

fn column(block: &mut Map<String, Value>, name: &str, rows: Vec<Value>, default: &Value) {
    if rows.iter().any(|value| value != default) {
        block.insert(name.to_owned(), rows.into());
    }
}

fn deltas(numbers: impl Iterator<Item = i64>) -> Vec<Value> {
    let mut before = 0;
    numbers.map(|number| Value::from(number - std::mem::replace(&mut before, number))).collect()
}

fn scaled(value: f64, by: f64) -> Value {
    Value::from((value * by).round() as i64)
}

fn without(attributes: &Attributes, left_out: &[&str]) -> Value {
    let kept = attributes.iter().filter(|(name, _)| !left_out.contains(&name.as_str()));
    Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// The units, ascending by number. `now_ms` is what ages are counted from.
pub(super) fn devices(devices: &mut [Device], shown: &HashMap<i64, i64>, now_ms: i64) -> Value {
    devices.sort_unstable_by_key(|device| device.id);
    let rows = |of: fn(&Device) -> Value| devices.iter().map(of).collect::<Vec<_>>();
    let mut block = Map::new();
    block.insert("count".into(), devices.len().into());
    block.insert("id".into(), deltas(devices.iter().map(|d| d.id)).into());
    block.insert("name".into(), rows(|d| d.name.as_str().into()).into());
    block.insert("uniqueId".into(), rows(|d| d.unique_id.as_str().into()).into());
    column(&mut block, "groupId", rows(|d| d.group_id.into()), &json!(0));
    let status = |d: &Device| match d.status.as_str() {
        "online" => json!(1),
        "offline" => json!(0),
        _ => json!(2),
    };
    column(&mut block, "status", rows(status), &json!(0));
    let ages =
        devices.iter().map(|d| d.last_update.map_or(Value::Null, |at| (now_ms - at.0).into())).collect();
    column(&mut block, "lastUpdate", ages, &Value::Null);
    if devices.iter().any(|d| d.position_id != 0 && shown.get(&d.id) != Some(&d.position_id)) {
        block.insert("positionId".into(), rows(|d| d.position_id.into()).into());
    }
    column(&mut block, "phone", rows(|d| d.phone.clone().into()), &Value::Null);
    column(&mut block, "model", rows(|d| d.model.clone().into()), &Value::Null);
    column(&mut block, "contact", rows(|d| d.contact.clone().into()), &Value::Null);
    column(&mut block, "disabled", rows(|d| i32::from(d.disabled).into()), &json!(0));
    column(&mut block, "expirationTime", rows(|d| d.expiration_time.map(|at| at.0).into()), &Value::Null);
    let (mut categories, mut attributes) = (Table::default(), Table::default());
    for device in devices.iter() {
        categories.push(device.category.clone().into());
        attributes.push(without(&device.attributes, &[UPLOAD_CREDENTIAL]));
    }
    categories.write(&mut block, "category", "categories", &Value::Null);
    attributes.write(&mut block, "attributes", "attributesTable", &json!({}));
    Value::Object(block)
}

/// The latest positions, ascending by unit number.
pub(super) fn positions(positions: &mut [Position], now_ms: i64) -> Value {
    positions.sort_unstable_by_key(|position| position.device_id);
    let rows = |of: fn(&Position) -> Value| positions.iter().map(of).collect::<Vec<_>>();
    let mut block = Map::new();
    block.insert("count".into(), positions.len().into());
    block.insert("deviceId".into(), deltas(positions.iter().map(|p| p.device_id)).into());
    block.insert("id".into(), deltas(positions.iter().map(|p| p.id)).into());
    let ages: Vec<Value> = positions.iter().map(|p| (now_ms - p.fix_time.0).into()).collect();
    block.insert("fixAge".into(), ages.into());
    column(&mut block, "deviceDelay", rows(|p| (p.device_time.0 - p.fix_time.0).into()), &json!(0));
    column(&mut block, "serverDelay", rows(|p| (p.server_time.0 - p.fix_time.0).into()), &json!(0));
    column(&mut block, "valid", rows(|p| i32::from(p.valid).into()), &json!(1));
    block.insert("latitude".into(), rows(|p| scaled(p.latitude, 1e6)).into());
    block.insert("longitude".into(), rows(|p| scaled(p.longitude, 1e6)).into());
    column(&mut block, "altitude", rows(|p| scaled(p.altitude, 10.0)), &json!(0));
    column(&mut block, "speed", rows(|p| scaled(p.speed, 100.0)), &json!(0));
    column(&mut block, "course", rows(|p| scaled(p.course, 10.0)), &json!(0));
    column(&mut block, "accuracy", rows(|p| scaled(p.accuracy, 10.0)), &json!(0));
    column(&mut block, "address", rows(|p| p.address.clone().into()), &Value::Null);
    let mut attributes = Table::default();
    for position in positions.iter() {
        attributes.push(without(&position.attributes, &["distance", "totalDistance"]));
    }
    attributes.write(&mut block, "attributes", "attributesTable", &json!({}));
    Value::Object(block)
}
