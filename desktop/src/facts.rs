//! Facts as labelled lines: the same for `trak unit` and for the screen.

use trak_core::geo::format::{CoordinateFormat, format};
use trak_core::model::{PositionDoubt, UtcMs};
use trak_core::view::{FleetStatus, LinkToServer, UnitRow, UnitView};

use crate::safe::safe;
use crate::text::{self, Text, ago, distance, fill, local_time, local_zone, long_duration, speed};

/// Label and value of everything known of a unit; ages of fix, arrival and link stay apart.
pub fn of_unit(text: &Text, view: &UnitView, notation: CoordinateFormat) -> Vec<(String, String)> {
    let row = &view.row;
    let mut rows: Vec<(String, String)> = Vec::new();
    let mut add = |label: &str, value: Option<String>| {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            rows.push((label.to_owned(), value));
        }
    };
    let text_of = |value: &Option<String>| value.as_deref().map(safe);
    add(text.label_unit, Some(format!("{}  #{}", safe(&row.name), row.id.0)));
    add(text.label_state, Some(state_words(text, row)));
    let age = |ms: Option<i64>| Some(ms.map_or_else(|| text.not_known.to_owned(), |ms| ago(text, ms)));
    add(text.label_fix_age, age(view.fix_age_ms));
    add(text.label_received_age, age(view.received_age_ms));
    add(text.label_link_age, age(view.link.1).map(|ago| format!("{ago}, {}", text::link(text, view.link.0))));
    add(
        text.label_coordinates,
        Some(row.place.map_or_else(|| text.no_position.to_owned(), |p| format(p, notation))),
    );
    add(text.label_accuracy, row.accuracy_m.map(|m| format!("{} {}", text.uncertain, distance(m))));
    add(text.label_address, text_of(&view.address));
    add(text.label_speed, row.speed_mps.map(speed));
    add(text.label_course, row.course_deg.map(|d| format!("{} {d:.0}°", text::compass(text, d))));
    add(text.label_altitude, view.altitude_m.map(|m| format!("{m:.0} m")));
    let zone = local_zone();
    if row.doubt == Some(PositionDoubt::RolloverCorrected) {
        let raw = view.raw_fix_time.map_or_else(|| text.not_known.to_owned(), |raw| local_time(raw, &zone));
        add(text.label_doubt, Some(fill(text.doubt_rollover, raw)));
    }
    if row.doubt == Some(PositionDoubt::MarkedInvalid) {
        add(text.label_doubt, Some(text.doubt_invalid.to_owned()));
    }
    add(text.label_doubt, row.future_held_back.then(|| text.doubt_future.to_owned()));
    add(text.label_plate, row.plate.as_deref().map(safe));
    add(text.label_identifier, Some(safe(&view.unique_id)));
    add(text.label_kind, Some(text::kind(text, row.kind).to_owned()));
    add(text.label_model, text_of(&view.model));
    add(text.label_phone, text_of(&view.phone));
    add(text.label_contact, text_of(&view.contact));
    let path: Vec<String> = view.group_path.iter().map(|name| safe(name)).collect();
    add(text.label_group, Some(path.join(" / ")));
    // The plate stands above, whichever of its keys it came under.
    let shown = |key: &str| row.plate.is_some() && matches!(key, "plate" | "licensePlate" | "registration");
    for attribute in view.attributes.iter().filter(|a| !shown(&a.key)) {
        let (label, value) = text::attribute(text, attribute);
        add(&label, Some(value));
    }
    rows
}

/// Freshness, link and what is switched off, each in words.
pub fn state_words(text: &Text, row: &UnitRow) -> String {
    let mut words = format!(
        "{} {}, {}",
        text::freshness_sign(row.freshness),
        text::freshness(text, row.freshness),
        text::link(text, row.link)
    );
    if row.disabled {
        words += &format!(", {}", text.disabled);
    }
    words
}

/// The link to the server in words, with since when. `device_now` adds when the next try starts.
pub fn link_words(text: &Text, status: &FleetStatus, server_now: UtcMs, device_now: Option<UtcMs>) -> String {
    let state = match status.link {
        LinkToServer::SignedOut => text.status_signed_out,
        LinkToServer::Connecting => text.status_connecting,
        LinkToServer::Live => return text.status_live.to_owned(),
        LinkToServer::Offline { .. } => text.status_offline,
    };
    let mut words = format!("{state} ({})", confirmed(text, status, server_now));
    if let (LinkToServer::Offline { retry_at }, Some(now)) = (status.link, device_now) {
        let wait_ms = retry_at.since_ms(now).max(0);
        words += &format!(", {}", fill(text.status_retry, long_duration(text, wait_ms)));
    }
    words
}

/// When the server last confirmed the fleet.
pub fn confirmed(text: &Text, status: &FleetStatus, server_now: UtcMs) -> String {
    match status.confirmed_at {
        Some(at) => fill(text.status_offline_since, ago(text, server_now.since_ms(at).max(0))),
        None => text.status_never.to_owned(),
    }
}
