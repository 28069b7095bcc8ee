//! Own fixes on their way out.
//!
//! Decides the form of an upload and what its answer says of each fix: many at once through the extension
//! `/api/trak/fixes`, or one by one as OsmAnd sends them to plain Traccar. Leaves what becomes of the fixes to
//! `decide::delivery`.

use std::collections::HashMap;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::RequestBuilder;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};
use serde::{Deserialize, Serialize};

use crate::decide::delivery::{Answer, Fate};
use crate::model::{Activity, FixKind, FixSource, QueuedFix, Secret, SetAsideReason, UnitId, UtcMs};
use crate::traccar::client::{LARGEST, LARGEST_ERROR, read, retry_after_s};
use crate::traccar::tls::certificate_trouble;
use crate::traccar::{ApiError, Client, decode};

impl Client {
    /// Sends fixes together, gzip, in their order. Only a refused token is an error: everything else is an answer.
    pub async fn upload_fixes(&self, token: &Secret, fixes: &[QueuedFix]) -> Result<Answer, ApiError> {
        let body = packed(fixes).ok_or(ApiError::Unreadable)?;
        let request = self
            .door
            .open()?
            .post(self.url("api/trak/fixes")?)
            .bearer_auth(token.expose())
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_ENCODING, "gzip")
            .body(body);
        let (status, retry_after_s, body) = match answer(request).await {
            Ok(answer) => answer,
            Err(answer) => return Ok(answer),
        };
        Ok(match status {
            200 => fates(&body, fixes).map_or(Answer::NoAnswer, Answer::PerFix),
            401 => return Err(ApiError::SignedOut),
            403 => Answer::Unit(SetAsideReason::Denied),
            404 | 405 => Answer::NoBatches,
            413 => Answer::TooLarge,
            other => trouble(other, retry_after_s),
        })
    }

    /// Sends one fix as OsmAnd does; the unit's identifier is the credential.
    pub async fn upload_by_osmand(&self, queued: &QueuedFix) -> Result<Answer, ApiError> {
        let request =
            self.door.open()?.post(self.url("")?).json(&osmand(queued).ok_or(ApiError::Unreadable)?);
        let (status, retry_after_s, body) = match answer(request).await {
            Ok(answer) => answer,
            Err(answer) => return Ok(answer),
        };
        Ok(match status {
            // The page of a network that wants a sign-in first, or of a proxy, says nothing of the fix.
            200..=299 if is_page(&body) => Answer::Later { retry_after_s },
            200..=299 => Answer::PerFix(vec![Fate::Stored]),
            404 => Answer::Unit(SetAsideReason::UnknownUnit),
            401 | 403 => Answer::Unit(SetAsideReason::Denied),
            413 => Answer::TooLarge,
            other => trouble(other, retry_after_s),
        })
    }

    /// The number of the unit with an identifier; `None` when the account sees no such unit.
    pub async fn unit_by_identifier(
        &self,
        token: &Secret,
        identifier: &str,
    ) -> Result<Option<UnitId>, ApiError> {
        let request = self.get("api/devices")?.query(&[("uniqueId", identifier)]).bearer_auth(token.expose());
        let (body, _) = self.send(request, LARGEST).await?;
        Ok(decode::devices(&body)?
            .items
            .into_iter()
            .map(|raw| raw.unit)
            .find(|unit| unit.unique_id == identifier)
            .map(|unit| unit.id))
    }

    /// Whether the server has a position of `unit` of exactly this fix time.
    pub async fn has_position_of(
        &self,
        token: &Secret,
        unit: UnitId,
        fix_time: UtcMs,
    ) -> Result<bool, ApiError> {
        let around = self.history(token, unit, fix_time.plus_ms(-1), fix_time.plus_ms(1)).await?;
        Ok(around.iter().any(|position| position.fix_time == fix_time))
    }
}

/// What any other status says.
fn trouble(status: u16, retry_after_s: Option<u32>) -> Answer {
    match status {
        // Whoever sends somewhere else (nobody follows with a place in hand), and a proxy in between, say nothing of a fix.
        300..=399 | 407 | 408 | 421 | 429 | 502.. => Answer::Later { retry_after_s },
        // The server's own fault, and perhaps one of these fixes brings it about each time.
        500 | 501 => Answer::Late,
        _ => Answer::Refused,
    }
}

/// Whether an answer is a page for a person. OsmAnd's answer has no body, or a word.
fn is_page(body: &[u8]) -> bool {
    body.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|first| *first == b'<')
}

/// Status, wait asked for and body; or what it means that there are none.
async fn answer(request: RequestBuilder) -> Result<(u16, Option<u32>, Vec<u8>), Answer> {
    let response = request.send().await.map_err(|error| {
        if certificate_trouble(&error).is_some() {
            Answer::BadCertificate
        } else if error.is_connect() {
            Answer::Offline
        } else if error.is_timeout() {
            Answer::Late
        } else {
            Answer::NoAnswer
        }
    })?;
    let (status, wait) = (response.status().as_u16(), retry_after_s(&response));
    if (200..300).contains(&status) {
        // An answer that breaks off is none: what it did not say is not known.
        let body = read(response, LARGEST).await.map_err(|_| Answer::NoAnswer)?;
        return Ok((status, wait, body));
    }
    // A refusal whose body breaks off is still that refusal.
    Ok((status, wait, read(response, LARGEST_ERROR).await.unwrap_or_default()))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireFix<'a> {
    id: String,
    unique_id: &'a str,
    fix_time: String,
    raw_time: String,
    latitude: f64,
    longitude: f64,
    accuracy_m: Option<f64>,
    altitude_m: Option<f64>,
    speed_mps: Option<f64>,
    course_deg: Option<f64>,
    attributes: Attributes,
}

/// Traccar's own names where it has them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    motion: bool,
    odometer: f64,
    source: FixSource,
    #[serde(skip_serializing_if = "Option::is_none")]
    battery_level: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    charge: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity: Option<Activity>,
    #[serde(skip_serializing_if = "is_false")]
    mock: bool,
    #[serde(skip_serializing_if = "is_false")]
    heartbeat: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde hands a reference
fn is_false(value: &bool) -> bool {
    !value
}

fn attributes(queued: &QueuedFix) -> Attributes {
    let fix = &queued.fix;
    Attributes {
        motion: fix.moving,
        odometer: fix.odometer_m.round(),
        source: fix.source,
        battery_level: fix.battery.map(|battery| battery.level_percent),
        charge: fix.battery.map(|battery| battery.charging),
        activity: fix.activity,
        mock: fix.mock,
        heartbeat: fix.kind == FixKind::Heartbeat,
    }
}

fn wire_fix(queued: &QueuedFix) -> Option<WireFix<'_>> {
    let fix = &queued.fix;
    Some(WireFix {
        id: queued.id.to_string(),
        unique_id: &queued.unit_identifier,
        fix_time: fix.fix_time.to_rfc3339()?,
        // A raw time that no calendar has says no more than the settled one.
        raw_time: fix.raw.wall.to_rfc3339().or_else(|| fix.fix_time.to_rfc3339())?,
        latitude: fix.place.lat_deg(),
        longitude: fix.place.lon_deg(),
        accuracy_m: fix.accuracy_m,
        altitude_m: fix.altitude_m,
        speed_mps: fix.speed_mps,
        course_deg: fix.course_deg,
        attributes: attributes(queued),
    })
}

fn packed(fixes: &[QueuedFix]) -> Option<Vec<u8>> {
    #[derive(Serialize)]
    struct Wire<'a> {
        fixes: Vec<WireFix<'a>>,
    }
    let fixes = fixes.iter().map(wire_fix).collect::<Option<Vec<_>>>()?;
    let json = serde_json::to_vec(&Wire { fixes }).ok()?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&json).ok()?;
    gzip.finish().ok()
}

/// What is said of each fix, found by its id; `None` when the answer cannot be read.
fn fates(body: &[u8], fixes: &[QueuedFix]) -> Option<Vec<Fate>> {
    #[derive(Deserialize)]
    struct Wire {
        results: Vec<One>,
    }
    #[derive(Deserialize)]
    struct One {
        id: Option<String>,
        status: String,
        code: Option<String>,
    }
    let wire: Wire = serde_json::from_slice(body).ok()?;
    let by_id: HashMap<&str, &One> =
        wire.results.iter().filter_map(|one| Some((one.id.as_deref()?, one))).collect();
    let fate = |queued: &QueuedFix| {
        let one = by_id.get(queued.id.to_string().as_str());
        match one.map(|one| (one.status.as_str(), one.code.as_deref())) {
            Some(("stored" | "duplicate", _)) => Fate::Stored,
            Some(("refused", Some("unknownUnit"))) => Fate::Refused(SetAsideReason::UnknownUnit),
            Some(("refused", Some("denied"))) => Fate::Refused(SetAsideReason::Denied),
            Some(("refused", _)) => Fate::Refused(SetAsideReason::Refused),
            _ => Fate::Unclear,
        }
    };
    Some(fixes.iter().map(fate).collect())
}

/// One location as Traccar's OsmAnd decoder takes it. It closes the connection where a number is missing, and 0 is how
/// Traccar itself writes "unknown".
fn osmand(queued: &QueuedFix) -> Option<serde_json::Value> {
    let fix = &queued.fix;
    let known = |value: Option<f64>| value.unwrap_or(0.0);
    let mut location = serde_json::json!({
        "timestamp": fix.fix_time.to_rfc3339()?,
        "coords": {
            "latitude": fix.place.lat_deg(),
            "longitude": fix.place.lon_deg(),
            "accuracy": known(fix.accuracy_m),
            "speed": known(fix.speed_mps),
            "heading": known(fix.course_deg),
            "altitude": known(fix.altitude_m),
        },
        "is_moving": fix.moving,
        "odometer": fix.odometer_m.round(),
        "extras": { "source": fix.source, "mock": fix.mock },
    });
    let object = location.as_object_mut()?;
    if fix.kind == FixKind::Heartbeat {
        object.insert("event".into(), "heartbeat".into());
    }
    if let Some(battery) = fix.battery {
        let battery =
            serde_json::json!({"level": battery.level_percent / 100.0, "is_charging": battery.charging});
        object.insert("battery".into(), battery);
    }
    if let Some(activity) = fix.activity {
        let word = match activity {
            Activity::Still => "still",
            Activity::Walking => "walking",
            Activity::Running => "running",
            Activity::Cycling => "on_bicycle",
            Activity::Driving => "in_vehicle",
        };
        object.insert("activity".into(), serde_json::json!({ "type": word }));
    }
    Some(serde_json::json!({ "device_id": queued.unit_identifier, "location": location }))
}

#[cfg(test)]
mod tests {
    use super::{Answer, is_page, trouble};

    #[test]
    fn a_page_for_a_person_acknowledges_nothing() {
        for page in ["<!DOCTYPE html><title>Wi-Fi</title>", "\r\n  <html>", "<?xml version=\"1.0\"?>"] {
            assert!(is_page(page.as_bytes()), "{page}");
        }
        for answer in ["", " ", "OK", "{}", "1 < 2"] {
            assert!(!is_page(answer.as_bytes()), "{answer}");
        }
    }

    #[test]
    fn who_sends_elsewhere_or_stands_in_between_refuses_no_fix() {
        let later = Answer::Later { retry_after_s: Some(7) };
        for status in [301, 302, 307, 308, 407, 408, 421, 429, 502, 503, 504, 511] {
            assert_eq!(trouble(status, Some(7)), later, "{status}");
        }
        for (status, answer) in [(400, Answer::Refused), (422, Answer::Refused), (500, Answer::Late)] {
            assert_eq!(trouble(status, None), answer, "{status}");
        }
    }
}
