//! Words for the core's enums.

use trak_core::decide::freshness::Freshness;
use trak_core::model::{EventKind, LinkState, UnitKind};
use trak_core::view::{Attribute, AttributeKind};

use super::Text;
use crate::safe::safe;

/// The level's word; a unit without a position has its own.
pub fn freshness(text: &Text, level: Option<Freshness>) -> &'static str {
    match level {
        Some(Freshness::Live) => text.live,
        Some(Freshness::Recent) => text.recent,
        Some(Freshness::Old) => text.old,
        Some(Freshness::Lost) => text.lost,
        None => text.no_position,
    }
}

/// The level's sign, which says the same without colour.
pub fn freshness_sign(level: Option<Freshness>) -> char {
    match level {
        Some(Freshness::Live) => '*',
        Some(Freshness::Recent) => '+',
        Some(Freshness::Old) => 'o',
        Some(Freshness::Lost) => 'x',
        None => '-',
    }
}

/// The link's word.
pub fn link(text: &Text, state: LinkState) -> &'static str {
    match state {
        LinkState::Online => text.link_online,
        LinkState::Offline => text.link_offline,
        LinkState::Unknown => text.link_unknown,
    }
}

/// The kind's word.
pub fn kind(text: &Text, kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Car => text.kind_car,
        UnitKind::Van => text.kind_van,
        UnitKind::Truck => text.kind_truck,
        UnitKind::Bus => text.kind_bus,
        UnitKind::Trailer => text.kind_trailer,
        UnitKind::Crane => text.kind_crane,
        UnitKind::Excavator => text.kind_excavator,
        UnitKind::Tractor => text.kind_tractor,
        UnitKind::Motorcycle => text.kind_motorcycle,
        UnitKind::Bicycle => text.kind_bicycle,
        UnitKind::Ship => text.kind_ship,
        UnitKind::Train => text.kind_train,
        UnitKind::Plane => text.kind_plane,
        UnitKind::Helicopter => text.kind_helicopter,
        UnitKind::Person => text.kind_person,
        UnitKind::Animal => text.kind_animal,
        UnitKind::Other => text.kind_other,
    }
}

/// What happened; a kind that the product does not know keeps the server's own word.
pub fn event(text: &Text, kind: EventKind, type_word: &str) -> String {
    let word = match kind {
        EventKind::Online => text.event_online,
        EventKind::Offline => text.event_offline,
        EventKind::Unknown => text.event_unknown,
        EventKind::Moving => text.event_moving,
        EventKind::Stopped => text.event_stopped,
        EventKind::Overspeed => text.event_overspeed,
        EventKind::GeofenceEnter => text.event_enter,
        EventKind::GeofenceExit => text.event_exit,
        EventKind::Alarm => text.event_alarm,
        EventKind::IgnitionOn => text.event_ignition_on,
        EventKind::IgnitionOff => text.event_ignition_off,
        EventKind::Other => return safe(type_word),
    };
    word.to_owned()
}

/// An attribute's label and value with its unit of measure. Unknown ones stay under the server's own key.
pub fn attribute(text: &Text, attribute: &Attribute) -> (String, String) {
    let number = attribute.value.parse::<f64>().ok().filter(|n| n.is_finite());
    let with = |unit: &str| number.map(|n| format!("{} {unit}", trimmed(n)));
    let (label, value) = match attribute.kind {
        AttributeKind::BatteryPercent => (text.attr_battery, with("%")),
        AttributeKind::BatteryVolts => (text.attr_battery, with("V")),
        AttributeKind::PowerVolts => (text.attr_power, with("V")),
        AttributeKind::Ignition => (text.attr_ignition, yes_no(text, &attribute.value)),
        AttributeKind::Motion => (text.attr_motion, yes_no(text, &attribute.value)),
        AttributeKind::OdometerMetres => (text.attr_odometer, number.map(super::distance)),
        AttributeKind::TotalDistanceMetres => (text.attr_total_distance, number.map(super::distance)),
        AttributeKind::DistanceMetres => (text.attr_distance, number.map(super::distance)),
        AttributeKind::EngineHoursMs => {
            (text.attr_hours, number.map(|n| super::long_duration(text, n as i64)))
        }
        AttributeKind::FuelPercent => (text.attr_fuel, with("%")),
        AttributeKind::FuelLitres => (text.attr_fuel, with("l")),
        AttributeKind::TemperatureCelsius => (text.attr_temperature, with("°C")),
        AttributeKind::HumidityPercent => (text.attr_humidity, with("%")),
        AttributeKind::Satellites => (text.attr_satellites, None),
        AttributeKind::SignalStrength => (text.attr_signal, None),
        AttributeKind::Hdop => (text.attr_hdop, None),
        AttributeKind::SpeedLimitKnots => {
            (text.attr_speed_limit, number.map(|n| super::speed(n * 1852.0 / 3600.0)))
        }
        AttributeKind::Alarm => (text.attr_alarm, None),
        AttributeKind::DriverId => (text.attr_driver, None),
        AttributeKind::Charging => (text.attr_charging, yes_no(text, &attribute.value)),
        AttributeKind::Rpm => (text.attr_rpm, with("rpm")),
        AttributeKind::Unknown => return (safe(&attribute.key), safe(&attribute.value)),
    };
    (label.to_owned(), value.unwrap_or_else(|| safe(&attribute.value)))
}

fn trimmed(n: f64) -> String {
    let text = format!("{n:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn yes_no(text: &Text, value: &str) -> Option<String> {
    match value {
        "true" => Some(text.yes.to_owned()),
        "false" => Some(text.no.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::attribute;
    use crate::text::Language;
    use trak_core::view::{Attribute, AttributeKind};

    #[test]
    fn attributes_have_label_and_unit() {
        let table = [
            ("batteryLevel", "87", "Battery", "87 %"),
            ("power", "12.60", "Power supply", "12.6 V"),
            ("ignition", "true", "Ignition", "yes"),
            ("totalDistance", "123456.7", "Total distance", "123 km"),
            ("hours", "7200000", "Engine hours", "2 h 0 min"),
            ("batteryLevel", "full", "Battery", "full"),
            ("io\u{1b}[2J", "\u{202e}x", "io\u{fffd}[2J", "\u{fffd}x"),
        ];
        for (key, value, label, shown) in table {
            let given =
                Attribute { key: key.into(), kind: AttributeKind::from_key(key), value: value.into() };
            assert_eq!(attribute(Language::En.text(), &given), (label.to_owned(), shown.to_owned()));
        }
    }
}
