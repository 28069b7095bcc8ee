//! Own fixes of phones, many at once, each stored exactly once however often it is delivered. docs/extensions.md
//! describes the request for clients.
//!
//! Decides what of a delivery is taken; one bad element never costs the others. Leaves to `ingest` what becomes of a fix.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use flate2::read::MultiGzDecoder;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use trak_core::model::LatLon;
use trak_core::traccar::decode::MPS_PER_KNOT;
use uuid::Uuid;

use super::osmand::known;
use super::whole::LARGEST_BODY;
use super::{answer, json};
use crate::auth::Caller;
use crate::db::Transaction;
use crate::error::Refusal;
use crate::ingest::{FUTURE_MS, Report, TIMES_MS, fit, take_with};
use crate::model::{Attributes, Device, Time, User};
use crate::server::State as Shared;

/// The most fixes of one request.
const MOST: usize = 500;

#[derive(Deserialize)]
struct Delivery {
    /// Read one by one, so that one that is no fix at all leaves the others alone.
    fixes: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: String,
    unique_id: String,
    fix_time: Time,
    raw_time: Option<Time>,
    latitude: f64,
    longitude: f64,
    accuracy_m: Option<f64>,
    altitude_m: Option<f64>,
    speed_mps: Option<f64>,
    course_deg: Option<f64>,
    attributes: Option<Attributes>,
}

/// What became of a fix.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", tag = "status")]
enum Outcome {
    Stored,
    Duplicate,
    Refused { code: Code },
}

/// Why a fix is refused.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
enum Code {
    BadFix,
    UnknownUnit,
    Denied,
    Future,
}

#[derive(Serialize)]
struct Row {
    id: Option<String>,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Serialize)]
struct Results {
    results: Vec<Row>,
}

pub(super) async fn take(
    State(state): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let packed =
        headers.get(header::CONTENT_ENCODING).map(|encoding| encoding.as_bytes().to_ascii_lowercase());
    let of = state.clone();
    let results = state
        .db
        .run(move |db| {
            let body = match packed.as_deref() {
                None | Some(b"identity") => body,
                Some(b"gzip" | b"x-gzip") => unpacked(&body)?,
                Some(_) => return Err(Refusal::Bad("encoding")),
            };
            let Delivery { fixes } = json(&body)?;
            if fixes.len() > MOST {
                return Err(Refusal::TooLarge);
            }
            let visible = db.visible_devices(&caller.user)?;
            let now = of.now();
            take_with(&of, |transaction, intake| {
                let mut units =
                    Units { transaction, caller: &caller.user, visible, now, known: HashMap::new() };
                let mut results = Vec::with_capacity(fixes.len());
                for raw in &fixes {
                    let outcome = match read(raw, now) {
                        Err(code) => Outcome::Refused { code },
                        Ok((id, unique_id, report)) => match units.find(unique_id)? {
                            Err(code) => Outcome::Refused { code },
                            Ok(unit) if transaction.note_fix(unit, id, now)? => {
                                intake.take(unit, report)?;
                                Outcome::Stored
                            }
                            Ok(_) => Outcome::Duplicate,
                        },
                    };
                    results.push(Row { id: id_of(raw), outcome });
                }
                Ok(Results { results })
            })
        })
        .await?;
    answer(&results)
}

/// Unpacks no more than a body may be: a small body that unpacks to gigabytes costs one megabyte.
fn unpacked(packed: &[u8]) -> Result<Bytes, Refusal> {
    let mut body = Vec::new();
    let most = LARGEST_BODY as u64 + 1;
    MultiGzDecoder::new(packed).take(most).read_to_end(&mut body).map_err(|_| Refusal::Bad("gzip"))?;
    if body.len() > LARGEST_BODY { Err(Refusal::TooLarge) } else { Ok(body.into()) }
}

/// What the sender calls the fix, if it can be told.
fn id_of(raw: &RawValue) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        id: Value,
    }
    let Named { id } = serde_json::from_str(raw.get()).ok()?;
    if let Value::String(id) = id { Some(id) } else { None }
}

fn read(raw: &RawValue, now: i64) -> Result<(Uuid, String, Report), Code> {
    let wire: Wire = serde_json::from_str(raw.get()).map_err(|_| Code::BadFix)?;
    if wire.fix_time.0 - now > FUTURE_MS {
        return Err(Code::Future);
    }
    let id = Uuid::parse_str(&wire.id).map_err(|_| Code::BadFix)?;
    let times = [Some(wire.fix_time), wire.raw_time];
    if times.into_iter().flatten().any(|time| !TIMES_MS.contains(&time.0)) {
        return Err(Code::BadFix);
    }
    let attributes = wire.attributes.unwrap_or_default();
    if !fit(&attributes) {
        return Err(Code::BadFix);
    }
    let report = Report {
        protocol: "trak",
        fix_time: Some(wire.fix_time.0),
        device_time: wire.raw_time.map(|time| time.0),
        place: LatLon::new(wire.latitude, wire.longitude).ok_or(Code::BadFix)?,
        altitude_m: wire.altitude_m.unwrap_or(0.0),
        // Divided before it is looked at: the largest numbers of JSON would become infinite.
        speed_kn: known(wire.speed_mps.map(|mps| mps / MPS_PER_KNOT)),
        course_deg: known(wire.course_deg),
        accuracy_m: known(wire.accuracy_m),
        valid: true,
        attributes,
    };
    Ok((id, wire.unique_id, report))
}

/// The units that a delivery speaks of, each judged once.
struct Units<'a> {
    transaction: &'a Transaction<'a>,
    caller: &'a User,
    visible: HashSet<i64>,
    now: i64,
    known: HashMap<String, Result<i64, Code>>,
}

impl Units<'_> {
    /// The number of a unit that the caller may report for.
    fn find(&mut self, unique_id: String) -> Result<Result<i64, Code>, Refusal> {
        if let Some(known) = self.known.get(&unique_id) {
            return Ok(*known);
        }
        let device = self.transaction.device_by_unique_id(&unique_id)?;
        // A hidden unit is not told from one that does not exist.
        let found = match device.filter(|device| self.visible.contains(&device.id)) {
            None => Err(Code::UnknownUnit),
            Some(device) if self.caller.readonly || ended(&device, self.now) => Err(Code::Denied),
            Some(device) => Ok(device.id),
        };
        self.known.insert(unique_id, found);
        Ok(found)
    }
}

/// Whether a unit takes no uploads any more.
pub(super) fn ended(device: &Device, now: i64) -> bool {
    device.disabled || device.expiration_time.is_some_and(|t| t.0 <= now)
}
