//! The JSON that scripts read. Every document carries `schema`; fields are only ever added. `docs/cli.md` lists them.
//!
//! Numbers are in SI units named in the field, times RFC 3339 in UTC, places WGS-84.

use serde_json::{Value, json};
use trak_core::decide::delivery::Blocked;
use trak_core::decide::freshness::Freshness;
use trak_core::engine::History;
use trak_core::model::{Event, GapCause, LatLon, LinkState, Position, PositionDoubt, Rejection, UtcMs};
use trak_core::traccar::tls::CertificateTrouble;
use trak_core::view::{AccountView, FleetStatus, HistorySource, LinkToServer, NearbyRow, ReportingView};
use trak_core::view::{Trouble, UnitRow, UnitView};

/// A time, `null` where there is none.
pub fn time(at: Option<UtcMs>) -> Value {
    at.and_then(UtcMs::to_rfc3339).map_or(Value::Null, Value::String)
}

fn place(at: Option<LatLon>) -> Value {
    at.map_or(Value::Null, |p| json!({ "lat_deg": p.lat_deg(), "lon_deg": p.lon_deg() }))
}

fn link(state: LinkState) -> &'static str {
    match state {
        LinkState::Online => "online",
        LinkState::Offline => "offline",
        LinkState::Unknown => "unknown",
    }
}

fn freshness(level: Freshness) -> &'static str {
    match level {
        Freshness::Live => "live",
        Freshness::Recent => "recent",
        Freshness::Old => "old",
        Freshness::Lost => "lost",
    }
}

fn doubt(doubt: PositionDoubt) -> &'static str {
    match doubt {
        PositionDoubt::RolloverCorrected => "rollover_corrected",
        PositionDoubt::MarkedInvalid => "marked_invalid",
    }
}

/// The trouble's stable word.
pub fn trouble(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::ConsentRequired => "consent",
        Trouble::Offline => "offline",
        Trouble::SignedOut => "signed_out",
        Trouble::AccountEnded => "account_ended",
        Trouble::Denied => "denied",
        Trouble::TooMany { .. } => "too_many_requests",
        Trouble::BadCertificate(CertificateTrouble::UnknownIssuer) => "certificate_unknown_issuer",
        Trouble::BadCertificate(CertificateTrouble::Expired) => "certificate_expired",
        Trouble::BadCertificate(CertificateTrouble::NotYetValid) => "certificate_not_yet_valid",
        Trouble::BadCertificate(CertificateTrouble::WrongName) => "certificate_wrong_name",
        Trouble::BadCertificate(CertificateTrouble::PinMismatch) => "certificate_pin_mismatch",
        Trouble::BadCertificate(CertificateTrouble::Other) => "certificate_other",
        Trouble::Server { .. } => "server",
        Trouble::Unreadable => "unreadable",
        Trouble::StorageFull => "storage_full",
        Trouble::CacheSalvaged => "cache_salvaged",
        Trouble::Storage => "storage",
    }
}

/// How far the answer can be trusted. `fresh` is whether the server confirmed it for this answer.
pub fn status(status: &FleetStatus, fresh: bool) -> Value {
    let state = match status.link {
        LinkToServer::SignedOut => "signed_out",
        LinkToServer::Connecting => "connecting",
        LinkToServer::Live => "live",
        LinkToServer::Offline { .. } => "offline",
    };
    json!({
        "from_server": fresh,
        "link": state,
        "loaded": status.loaded,
        "confirmed_at": time(status.confirmed_at),
        "trouble": status.trouble.map(trouble),
        "unreadable_elements": status.unreadable_elements,
        "quarantined_positions": status.quarantined_positions,
    })
}

/// The account.
pub fn account(account: &AccountView) -> Value {
    json!({
        "name": account.name,
        "account": account.email,
        "server": account.server,
        "cleartext": account.cleartext,
        "readonly": account.readonly,
    })
}

/// One unit as lists show it.
pub fn unit_row(row: &UnitRow) -> Value {
    json!({
        "id": row.id.0,
        "name": row.name,
        "plate": row.plate,
        "kind": row.kind,
        "group_id": row.group_id.0,
        "link": link(row.link),
        "disabled": row.disabled,
        "position": place(row.place),
        "fix_time": time(row.fix_time),
        "age_ms": row.age_ms,
        "freshness": row.freshness.map(freshness),
        "speed_mps": row.speed_mps,
        "course_deg": row.course_deg,
        "accuracy_m": row.accuracy_m,
        "doubt": row.doubt.map(doubt),
        "future_held_back": row.future_held_back,
        "distance_m": row.distance_m,
        "bearing_deg": row.bearing_deg,
    })
}

/// One unit near an origin.
pub fn nearby_row(row: &NearbyRow) -> Value {
    let mut value = unit_row(&row.unit);
    if let Some(object) = value.as_object_mut() {
        object.insert(
            "uncertainty".to_owned(),
            json!({
                "distance_m": row.uncertainty.distance_m,
                "bearing_deg": row.uncertainty.bearing_deg,
                "age_ms": row.uncertainty.age_ms,
            }),
        );
    }
    value
}

/// Everything about one unit.
pub fn unit(view: &UnitView) -> Value {
    let mut value = unit_row(&view.row);
    let attributes: Vec<Value> = view
        .attributes
        .iter()
        .map(|a| json!({ "key": a.key, "value": serde_json::from_str(&a.value).unwrap_or_else(|_| json!(a.value)) }))
        .collect();
    let more = json!({
        "unique_id": view.unique_id,
        "model": view.model,
        "phone": view.phone,
        "contact": view.contact,
        "group_path": view.group_path,
        "category": view.category,
        "altitude_m": view.altitude_m,
        "address": view.address,
        "fix_age_ms": view.fix_age_ms,
        "received_age_ms": view.received_age_ms,
        "link_age_ms": view.link.1,
        "raw_fix_time": time(view.raw_fix_time),
        "attributes": attributes,
    });
    if let (Some(object), Value::Object(more)) = (value.as_object_mut(), more) {
        object.extend(more);
    }
    value
}

/// An event.
pub fn event(event: &Event, unit_name: &str) -> Value {
    json!({
        "id": event.id,
        "type": event.type_word,
        "unit_id": event.unit_id.0,
        "unit_name": unit_name,
        "time": time(Some(event.at)),
    })
}

fn position(p: &Position) -> Value {
    json!({
        "id": p.id.0,
        "position": place(Some(p.place)),
        "fix_time": time(Some(p.fix_time)),
        "server_time": time(p.server_time),
        "valid": p.valid,
        "speed_mps": p.speed_mps,
        "course_deg": p.course_deg,
        "altitude_m": p.altitude_m,
        "accuracy_m": p.accuracy_m,
        "doubt": p.doubt.map(doubt),
    })
}

/// A track's summary; its positions too when `points`.
pub fn history(history: &History, unit: &UnitRow, points: bool) -> Value {
    let (view, track) = (&history.view, &history.view.track);
    let mut value = json!({
        "schema": "trak.history.v1",
        "unit": { "id": unit.id.0, "name": unit.name },
        "from": time(Some(view.from)),
        "to": time(Some(view.to)),
        "from_server": view.source == HistorySource::Server,
        "points": view.points,
        "distance_m": track.distance_m,
        "moving_ms": track.moving_ms,
        "max_speed_mps": track.max_speed_mps,
        "stops": track.stops.iter().map(|s| json!({
            "from": time(Some(s.from)), "to": time(Some(s.to)), "position": place(Some(s.place)),
        })).collect::<Vec<_>>(),
        "gaps": track.gaps.iter().map(|g| json!({
            "from": time(Some(g.from)), "to": time(Some(g.to)), "distance_m": g.distance_m,
        })).collect::<Vec<_>>(),
    });
    if let Some(object) = value.as_object_mut().filter(|_| points) {
        object.insert("positions".to_owned(), history.positions().iter().map(position).collect());
    }
    value
}

/// A rejection's stable word.
pub fn rejection(reason: Rejection) -> &'static str {
    match reason {
        Rejection::NotOnEarth => "not_on_earth",
        Rejection::NullIsland => "null_island",
        Rejection::Accuracy => "accuracy",
        Rejection::Older => "older",
        Rejection::Duplicate => "duplicate",
        Rejection::Future => "future",
        Rejection::ImpossibleSpeed => "impossible_speed",
        Rejection::Mock => "mock",
        Rejection::Debounce => "debounce",
        Rejection::Stationary => "stationary",
    }
}

fn gap_cause(cause: GapCause) -> &'static str {
    match cause {
        GapCause::PermissionLost => "permission_lost",
        GapCause::LocationOff => "location_off",
        GapCause::Killed => "killed",
        GapCause::Restarted => "restarted",
        GapCause::NoReading => "no_reading",
        GapCause::ConsentWithdrawn => "consent_withdrawn",
        GapCause::SignedOut => "signed_out",
        GapCause::SwitchedOff => "switched_off",
    }
}

fn blocked(why: Blocked) -> &'static str {
    match why {
        Blocked::ConsentRequired => "consent",
        Blocked::Offline => "offline",
        Blocked::SignedOut => "signed_out",
        Blocked::UnknownUnit => "unknown_unit",
        Blocked::Denied => "denied",
        Blocked::ServerBusy => "server_busy",
        Blocked::NoAnswer => "no_answer",
        Blocked::BadCertificate => "bad_certificate",
        Blocked::OtherProgram => "other_program",
        Blocked::Storage => "storage",
    }
}

/// What waits to be sent, and why nothing is sent.
pub fn outbox(view: &ReportingView) -> Value {
    let rejected: serde_json::Map<String, Value> =
        view.rejected.iter().map(|(why, count)| (rejection(*why).to_owned(), json!(count))).collect();
    json!({
        "unit_identifier": view.unit_identifier,
        "queued": view.outbox.queued,
        "oldest": time(view.outbox.oldest),
        "set_aside": view.outbox.set_aside,
        "newest_sent": time(view.outbox.newest_sent),
        "last_success": time(view.outbox.last_success),
        "given_up": view.outbox.thinned,
        "blocked": view.blocked.map(blocked),
        "not_before": time(view.not_before),
        "in_memory_only": view.in_memory_only,
        "not_accepted_48h": rejected,
        "gaps": view.gaps.iter().map(|gap| json!({
            "from": time(Some(gap.from)), "to": time(gap.to), "cause": gap_cause(gap.cause),
        })).collect::<Vec<_>>(),
        "moving": view.moving,
        "profile": view.profile.map(|profile| json!({
            "interval_ms": profile.interval_ms, "distance_m": profile.distance_m,
        })),
        "salvaged_fixes": view.salvaged.map(|(fixes, _)| fixes),
    })
}
