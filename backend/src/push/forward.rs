//! Events of a Traccar server: as it forwards them (`event.forward.url`), and, because what it forwards may be lost, as it
//! reports them when asked now and then.
//!
//! Decides that an event is taken over once, by its number there, and that it becomes an event of the unit with the same
//! identifier here: who is told of it follows this backend's permissions.

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use subtle::ConstantTimeEq;
use tokio_util::sync::CancellationToken;

use super::http::{OutsideError, checked, client};
use super::secret::Secret;
use crate::db::positions::new_event;
use crate::error::Refusal;
use crate::events::KINDS;
use crate::ingest::TIMES_MS;
use crate::model::{Attributes, Event, Time};
use crate::server::State;

/// The attribute that names a geofence of the other server.
pub(crate) const GEOFENCE_NAME: &str = "geofenceName";
/// What is taken over of an event's attributes: numbers and words, never a place.
const TAKEN_OVER: [&str; 3] = ["alarm", "speed", "speedLimit"];
/// Asked for again: an event may stand in a report late.
const OVERLAP_MS: i64 = 10 * 60_000;
/// Asked for at the first time, and at most after a long silence.
const FIRST_MS: i64 = 3_600_000;
const MOST_MS: i64 = 86_400_000;
/// So long it is remembered which events were taken over.
const REMEMBERED_MS: i64 = 7 * 86_400_000;
/// How long to wait for what is asked of the other server.
const LONGEST: Duration = Duration::from_secs(60);

/// What is agreed with a Traccar server.
#[derive(Clone, Debug)]
pub struct Forward {
    /// What it must say when it forwards; `None` where it does not forward.
    token: Option<Secret>,
    server: Option<Server>,
}

/// Where it is asked.
#[derive(Clone, Debug)]
struct Server {
    url: String,
    token: Secret,
    every: Duration,
}

impl Forward {
    /// Takes what is forwarded with this token.
    pub fn with_token(token: Option<Secret>) -> Self {
        Self { token, server: None }
    }

    /// Asks a server for its reports with a token of its own.
    pub fn asking(self, url: &str, token: Secret, every: Duration) -> Result<Self, OutsideError> {
        Ok(Self { server: Some(Server { url: checked(url)?, token, every }), ..self })
    }

    /// Whether somebody may forward.
    pub(crate) fn accepts(&self, token: &str) -> bool {
        self.token.as_ref().is_some_and(|known| known.expose().as_bytes().ct_eq(token.as_bytes()).into())
    }

    /// Whether anything can be forwarded at all.
    pub(crate) fn is_on(&self) -> bool {
        self.token.is_some()
    }

    /// By what name its events are remembered.
    fn source(&self) -> &str {
        self.server.as_ref().map_or("", |server| server.url.as_str())
    }
}

/// What Traccar posts. More members are passed over.
#[derive(Deserialize)]
pub(crate) struct Forwarded {
    event: Foreign,
    device: ForeignDevice,
    #[serde(default)]
    geofence: Option<Named>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Foreign {
    id: i64,
    #[serde(rename = "type")]
    kind: String,
    event_time: Time,
    #[serde(default)]
    device_id: i64,
    #[serde(default)]
    geofence_id: i64,
    #[serde(default)]
    attributes: Option<Attributes>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ForeignDevice {
    #[serde(default)]
    id: i64,
    unique_id: String,
}

#[derive(Clone, Deserialize)]
struct Named {
    #[serde(default)]
    id: i64,
    name: String,
}

/// An event with the identifier of its unit.
struct Taken {
    unique_id: String,
    event: Foreign,
    geofence: Option<String>,
}

/// Takes an event over. Blocks.
pub(crate) fn take(state: &State, forward: &Forward, forwarded: Forwarded) -> Result<(), Refusal> {
    let Forwarded { event, device, geofence } = forwarded;
    let taken = Taken { unique_id: device.unique_id, event, geofence: geofence.map(|g| g.name) };
    take_all(state, forward.source(), vec![taken])
}

/// Events of unknown units and kinds are none here. Blocks.
fn take_all(state: &State, source: &str, taken: Vec<Taken>) -> Result<(), Refusal> {
    let now = state.now();
    let events = state.db.transaction(|t| {
        let mut events = Vec::new();
        for one in taken {
            let usable = one.event.id > 0
                && KINDS.contains(&one.event.kind.as_str())
                && TIMES_MS.contains(&one.event.event_time.0);
            let device = if usable { t.device_by_unique_id(&one.unique_id)? } else { None };
            let Some(device) = device else { continue };
            if !t.note_forwarded(source, one.event.id, now)? {
                continue;
            }
            let mut event: Event = new_event(device.id, &one.event.kind, one.event.event_time.0, 0);
            let mut said = one.event.attributes.unwrap_or_default();
            for name in TAKEN_OVER {
                let value = said.remove(name).filter(|value| value.is_number() || value.is_string());
                event.attributes.extend(value.map(|value| (name.to_owned(), value)));
            }
            event.attributes.extend(one.geofence.map(|name| (GEOFENCE_NAME.to_owned(), Value::from(name))));
            t.insert_event(&mut event, now)?;
            events.push(event);
        }
        Ok(events)
    })?;
    for event in &events {
        state.live.event(event);
    }
    Ok(())
}

/// Asks the server until stopped.
pub(crate) async fn poll(state: State, forward: Forward, stop: CancellationToken) {
    let (Some(server), Ok(http)) = (forward.server, client()) else { return };
    let mut asks = tokio::time::interval(server.every);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = asks.tick() => {}
        }
        match tokio::time::timeout(LONGEST, ask(&state, &server, &http)).await {
            Ok(Ok(())) => {}
            Ok(Err(Unanswered::Here)) => tracing::error!("events of the other server could not be kept"),
            Ok(Err(Unanswered::There)) | Err(_) => {
                tracing::warn!("the other server did not answer; its events are asked for again");
            }
        }
    }
}

/// Who is to blame.
enum Unanswered {
    Here,
    There,
}

impl From<Refusal> for Unanswered {
    fn from(_: Refusal) -> Self {
        Self::Here
    }
}

async fn ask(state: &State, server: &Server, http: &reqwest::Client) -> Result<(), Unanswered> {
    let (now, source) = (state.now(), server.url.clone());
    let asked = source.clone();
    let until = state.db.run(move |db| db.polled_until(&asked)).await?;
    let from = until.map_or(now - FIRST_MS, |until| until - OVERLAP_MS).max(now - MOST_MS);
    let time = |ms: i64| jiff::Timestamp::from_millisecond(ms).map_err(|_| Unanswered::Here);
    let range = [("from", time(from)?.to_string()), ("to", time(now)?.to_string())];
    let get = async |path: &str, query: &[(&str, String)]| {
        let request =
            http.get(format!("{}{path}", server.url)).bearer_auth(server.token.expose()).query(query);
        let answer =
            request.header("Accept", "application/json").send().await.map_err(|_| Unanswered::There)?;
        answer.error_for_status().map_err(|_| Unanswered::There)
    };
    let events = get("/api/reports/events", &range).await?;
    let events: Vec<Foreign> = events.json().await.map_err(|_| Unanswered::There)?;
    if !events.is_empty() {
        let devices: Vec<ForeignDevice> =
            get("/api/devices", &[]).await?.json().await.map_err(|_| Unanswered::There)?;
        let geofences: Vec<Named> =
            get("/api/geofences", &[]).await?.json().await.map_err(|_| Unanswered::There)?;
        let units: HashMap<i64, String> = devices.into_iter().map(|d| (d.id, d.unique_id)).collect();
        let places: HashMap<i64, String> = geofences.into_iter().map(|g| (g.id, g.name)).collect();
        let taken: Vec<Taken> = events
            .into_iter()
            .filter_map(|event| {
                let unique_id = units.get(&event.device_id)?.clone();
                Some(Taken { unique_id, geofence: places.get(&event.geofence_id).cloned(), event })
            })
            .collect();
        let (of, source) = (state.clone(), source.clone());
        state.db.run(move |_| take_all(&of, &source, taken)).await?;
    }
    state.db.run(move |db| db.set_polled(&source, now, now - REMEMBERED_MS)).await?;
    Ok(())
}
