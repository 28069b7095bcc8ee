//! Everything about one unit.

use trak_core::view;

use crate::convert::{all, mirror};
use crate::fleet::{LinkState, UnitRow};
use crate::status::FleetStatus;

/// What an attribute's number means, so that the shell can label it and add a unit of measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
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

mirror!(
    AttributeKind = view::AttributeKind {
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
        Unknown
    }
);

/// One attribute as received.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct UnitAttribute {
    /// The server's key.
    pub key: String,
    /// What it means.
    pub kind: AttributeKind,
    /// JSON text for anything that is not plain text, the text itself otherwise.
    pub value: String,
}

impl From<view::Attribute> for UnitAttribute {
    fn from(attribute: view::Attribute) -> Self {
        let view::Attribute { key, kind, value } = attribute;
        Self { key, kind: kind.into(), value }
    }
}

/// The unit's screen: three ages kept apart, everything the server knows.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct UnitDetails {
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
    /// Link now.
    pub link: LinkState,
    /// Age of the last sign of life in milliseconds.
    pub link_age_ms: Option<i64>,
    /// The fix time as the tracker sent it, where it was corrected, milliseconds since 1970.
    pub raw_fix_time_ms: Option<i64>,
    /// Attributes of the position, then of the unit.
    pub attributes: Vec<UnitAttribute>,
    /// How far to trust it.
    pub status: FleetStatus,
}

impl From<view::UnitView> for UnitDetails {
    fn from(unit: view::UnitView) -> Self {
        let view::UnitView {
            row,
            unique_id,
            model,
            phone,
            contact,
            group_path,
            category,
            altitude_m,
            address,
            fix_age_ms,
            received_age_ms,
            link: (link, link_age_ms),
            raw_fix_time,
            attributes,
            status,
        } = unit;
        Self {
            row: row.into(),
            unique_id,
            model,
            phone,
            contact,
            group_path,
            category,
            altitude_m,
            address,
            fix_age_ms,
            received_age_ms,
            link: link.into(),
            link_age_ms,
            raw_fix_time_ms: raw_fix_time.map(|at| at.0),
            attributes: all(attributes),
            status: status.into(),
        }
    }
}
