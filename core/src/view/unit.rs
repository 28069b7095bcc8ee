//! Everything about one unit.

use crate::model::{GroupId, LinkState, UnitId, UtcMs};
use crate::sync::fleet::Fleet;
use crate::view::{AsOf, FleetStatus, UnitRow};

/// What an attribute's number means, so that the shell can label it and add a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the variants are their own documentation
pub enum AttributeKind {
    BatteryPercent,
    BatteryVolts,
    PowerVolts,
    Ignition,
    Motion,
    OdometerMetres,
    TotalDistanceMetres,
    DistanceMetres,
    EngineHoursMs,
    FuelPercent,
    FuelLitres,
    TemperatureCelsius,
    HumidityPercent,
    Satellites,
    SignalStrength,
    Hdop,
    SpeedLimitKnots,
    Alarm,
    DriverId,
    Charging,
    Rpm,
    /// One that the product has no label for; shown under the server's own key.
    Unknown,
}

impl AttributeKind {
    /// What the server's key stands for.
    pub fn from_key(key: &str) -> Self {
        match key {
            "batteryLevel" => Self::BatteryPercent,
            "battery" => Self::BatteryVolts,
            "power" => Self::PowerVolts,
            "ignition" => Self::Ignition,
            "motion" => Self::Motion,
            "odometer" => Self::OdometerMetres,
            "totalDistance" => Self::TotalDistanceMetres,
            "distance" => Self::DistanceMetres,
            "hours" => Self::EngineHoursMs,
            "fuel" | "fuelLevel" => Self::FuelPercent,
            "fuelUsed" => Self::FuelLitres,
            "temp1" | "temp2" | "temp3" | "temp4" | "temperature" | "deviceTemp" => Self::TemperatureCelsius,
            "humidity" => Self::HumidityPercent,
            "sat" => Self::Satellites,
            "rssi" => Self::SignalStrength,
            "hdop" => Self::Hdop,
            "speedLimit" => Self::SpeedLimitKnots,
            "alarm" => Self::Alarm,
            "driverUniqueId" => Self::DriverId,
            "charge" => Self::Charging,
            "rpm" => Self::Rpm,
            _ => Self::Unknown,
        }
    }
}

/// One attribute as received.
#[derive(Clone, PartialEq)]
pub struct Attribute {
    /// The server's key.
    pub key: String,
    /// What it means.
    pub kind: AttributeKind,
    /// The value: JSON text for anything that is not plain text, the text itself otherwise.
    pub value: String,
}

impl core::fmt::Debug for Attribute {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Attribute").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// The unit's screen: three ages kept apart, everything the server knows.
#[derive(Clone, PartialEq)]
pub struct UnitView {
    /// What the list shows.
    pub row: UnitRow,
    /// The tracker's identifier.
    pub unique_id: String,
    /// Make and model.
    pub model: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Contact.
    pub contact: Option<String>,
    /// Names of the groups from the outermost to the unit's own.
    pub group_path: Vec<String>,
    /// The server's own category word.
    pub category: Option<String>,
    /// Altitude in metres.
    pub altitude_m: Option<f64>,
    /// Street address.
    pub address: Option<String>,
    /// Age of the fix in milliseconds (server's clock).
    pub fix_age_ms: Option<i64>,
    /// Age of its arrival at the server in milliseconds.
    pub received_age_ms: Option<i64>,
    /// Link now, and the age of the last sign of life in milliseconds.
    pub link: (LinkState, Option<i64>),
    /// The fix time as the tracker sent it, where it was corrected.
    pub raw_fix_time: Option<UtcMs>,
    /// Attributes of the position, then of the unit.
    pub attributes: Vec<Attribute>,
    /// How far to trust it.
    pub status: FleetStatus,
}

impl core::fmt::Debug for UnitView {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("UnitView").field("row", &self.row).finish_non_exhaustive()
    }
}

/// Builds the screen of one unit.
pub(crate) fn build(fleet: &Fleet, id: UnitId, status: FleetStatus, as_of: AsOf) -> Option<UnitView> {
    let entry = fleet.entry(fleet.slot(id)?)?;
    let (unit, position) = (&entry.unit, entry.position.as_deref());
    let age = |at: UtcMs| as_of.age_ms(at);
    let mut attributes = position.map(|p| attributes_of(&p.attributes_json)).unwrap_or_default();
    attributes.extend(attributes_of(&unit.attributes_json));
    Some(UnitView {
        row: UnitRow::of(entry, as_of, None),
        unique_id: unit.unique_id.clone(),
        model: unit.model.clone(),
        phone: unit.phone.clone(),
        contact: unit.contact.clone(),
        group_path: group_path(fleet, unit.group_id),
        category: unit.category.clone(),
        altitude_m: position.and_then(|p| p.altitude_m),
        address: position.and_then(|p| p.address.clone()),
        fix_age_ms: position.map(|p| age(p.fix_time)),
        received_age_ms: position.and_then(|p| p.server_time).map(age),
        link: (as_of.link(unit.link), unit.last_update.map(age)),
        raw_fix_time: position.filter(|p| p.raw_fix_time != p.fix_time).map(|p| p.raw_fix_time),
        attributes,
        status,
    })
}

/// Names from the outermost group to `id`; a cycle in bad data ends after as many steps as there are groups.
fn group_path(fleet: &Fleet, mut id: GroupId) -> Vec<String> {
    let mut path = Vec::new();
    while let Some(group) = fleet.groups().get(&id) {
        if path.len() >= fleet.groups().len() {
            break;
        }
        path.push(group.name.clone());
        id = group.parent_id;
    }
    path.reverse();
    path
}

/// The attributes of one JSON object in its own order. Bad JSON never reaches here: the wire keeps only objects.
fn attributes_of(json: &str) -> Vec<Attribute> {
    let Ok(object) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(json) else {
        return Vec::new();
    };
    object
        .into_iter()
        .map(|(key, value)| Attribute {
            kind: AttributeKind::from_key(&key),
            value: match value {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            },
            key,
        })
        .collect()
}
