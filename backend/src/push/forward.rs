//! Events of a Traccar server: as it forwards them (`event.forward.url`), and, because what it forwards may be lost, as it
//! reports them when asked now and then.
//!
//! Decides that an event is taken over once, by its number there, and that it becomes an event of the unit with the same
//! identifier here: who is told of it follows this backend's permissions.

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use subtle::ConstantTimeEq;
use tokio_util::sync::CancellationToken;
use trak_core::traccar::UNITS_OF_A_REPORT;

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
/// Asked for again: an event may stand in a report late, and a unit on the list of units.
const OVERLAP_MS: i64 = 10 * 60_000;
/// So old the list of the other server's units may be. Shorter than the overlap, so that nothing of a new unit is missed.
const LIST_LIFE_MS: i64 = 5 * 60_000;
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
    let mut asking = Asking { state, server, http, units: HashMap::new(), listed_at: None };
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = asks.tick() => {}
        }
        match tokio::time::timeout(LONGEST, asking.ask()).await {
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

/// A server that is asked, with what is known of it.
struct Asking {
    state: State,
    server: Server,
    http: reqwest::Client,
    /// The identifiers of its units, by its numbers.
    units: HashMap<i64, String>,
    listed_at: Option<i64>,
}

impl Asking {
    async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<Vec<T>, Unanswered> {
        let url = format!("{}{path}", self.server.url);
        let request = self.http.get(url).bearer_auth(self.server.token.expose()).query(query);
        let answer =
            request.header("Accept", "application/json").send().await.map_err(|_| Unanswered::There)?;
        let answer = answer.error_for_status().map_err(|_| Unanswered::There)?;
        answer.json().await.map_err(|_| Unanswered::There)
    }

    async fn list_units(&mut self, now: i64) -> Result<(), Unanswered> {
        if self.listed_at.is_some_and(|at| (0..LIST_LIFE_MS).contains(&(now - at))) {
            return Ok(());
        }
        let devices: Vec<ForeignDevice> = self.get("/api/devices", &[]).await?;
        self.units = devices.into_iter().map(|d| (d.id, d.unique_id)).collect();
        self.listed_at = Some(now);
        Ok(())
    }

    async fn ask(&mut self) -> Result<(), Unanswered> {
        let (now, source) = (self.state.now(), self.server.url.clone());
        let asked = source.clone();
        let until = self.state.db.run(move |db| db.polled_until(&asked)).await?;
        let from = until.map_or(now - FIRST_MS, |until| until - OVERLAP_MS).max(now - MOST_MS);
        self.list_units(now).await?;
        let time = |ms: i64| jiff::Timestamp::from_millisecond(ms).map_err(|_| Unanswered::Here);
        let range = [("from", time(from)?.to_string()), ("to", time(now)?.to_string())];
        // Traccar's report of no unit in particular is empty.
        let mut ids: Vec<i64> = self.units.keys().copied().collect();
        ids.sort_unstable();
        let mut events: Vec<Foreign> = Vec::new();
        for part in ids.chunks(UNITS_OF_A_REPORT) {
            let mut query = range.to_vec();
            query.extend(part.iter().map(|id| ("deviceId", id.to_string())));
            events.extend(self.get::<Foreign>("/api/reports/events", &query).await?);
        }
        if !events.is_empty() {
            let geofences: Vec<Named> = self.get("/api/geofences", &[]).await?;
            let places: HashMap<i64, String> = geofences.into_iter().map(|g| (g.id, g.name)).collect();
            let taken: Vec<Taken> = events
                .into_iter()
                .filter_map(|event| {
                    let unique_id = self.units.get(&event.device_id)?.clone();
                    Some(Taken { unique_id, geofence: places.get(&event.geofence_id).cloned(), event })
                })
                .collect();
            let (of, source) = (self.state.clone(), source.clone());
            self.state.db.run(move |_| take_all(&of, &source, taken)).await?;
        }
        self.state.db.run(move |db| db.set_polled(&source, now, now - REMEMBERED_MS)).await?;
        Ok(())
    }
}
