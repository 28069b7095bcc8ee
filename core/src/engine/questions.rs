//! What a shell asks [`Trak`] for: each answer is a whole view of this moment.

use std::sync::Arc;

use crate::decide::order::Filter;
use crate::engine::{History, QueryError, Trak};
use crate::geo::cluster::MapPoint;
use crate::history::Rules;
use crate::lock::{lock, read};
use crate::model::{Event, Group, Position, UnitId, UtcMs};
use crate::sync::fleet::Fleet;
use crate::traccar::ApiError;
use crate::view::{
    self, AsOf, FleetQuery, FleetStatus, FleetView, HistorySource, MapQuery, MapView, MembersView,
    NearbyQuery, NearbyView, UnitMark, UnitView,
};

/// An event with the name of its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    /// What happened.
    pub event: Event,
    /// To whom; empty where the unit is not known any more.
    pub unit_name: String,
}

/// So many events a screen shows.
const EVENTS_SHOWN: usize = 50;

impl Trak {
    /// One snapshot now.
    pub async fn refresh(&self) -> Result<(), QueryError> {
        let session = self.inner.session().ok_or(QueryError::SignedOut)?;
        let answer = self.run(async move { session.refresh().await }).await.ok_or(QueryError::Closed)?;
        if matches!(answer, Err(ApiError::SignedOut)) {
            self.inner.settle_ending_after_refusal().await;
        }
        answer.map_err(QueryError::from)
    }

    /// How far what is shown can be trusted.
    pub fn status(&self) -> FleetStatus {
        self.inner.session().map_or_else(|| self.inner.nobody(), |s| s.status())
    }

    /// One page of the unit list.
    pub fn fleet(&self, query: &FleetQuery) -> FleetView {
        match self.inner.session() {
            Some(s) => {
                let (status, now) = (s.status(), s.as_of());
                view::fleet::build(&read(&s.fleet), query, status, now)
            }
            None => FleetView { rows: Vec::new(), matched: 0, total: 0, status: self.inner.nobody() },
        }
    }

    /// Everything about one unit; `None` when the account does not see it.
    pub fn unit(&self, id: UnitId) -> Option<UnitView> {
        let s = self.inner.session()?;
        let (status, now) = (s.status(), s.as_of());
        view::unit::build(&read(&s.fleet), id, status, now)
    }

    /// What is near.
    pub fn nearby(&self, query: &NearbyQuery) -> NearbyView {
        match self.inner.session() {
            Some(s) => {
                let (status, now, off) = (s.status(), s.as_of(), s.clock_uncertainty_ms());
                view::nearby::build(&read(&s.fleet), query, status, now, off)
            }
            None => view::nearby::build(
                &Fleet::default(),
                query,
                self.inner.nobody(),
                AsOf { server_now: self.now(), heard: false },
                0,
            ),
        }
    }

    /// Points and clusters of a viewport.
    pub fn map(&self, query: &MapQuery) -> MapView {
        match self.inner.session() {
            Some(s) => {
                let (status, now) = (s.status(), s.as_of());
                view::map::build(&read(&s.fleet), query, status, now)
            }
            None => MapView { points: Vec::new(), units: Vec::new(), status: self.inner.nobody() },
        }
    }

    /// One page, from `offset`, of the units that a point of the map stands for, so that a group which zooming does
    /// not split opens as a list.
    pub fn members(&self, point: &MapPoint, filter: &Filter, offset: usize) -> MembersView {
        match self.inner.session() {
            Some(s) => {
                let now = s.as_of();
                view::map::members(&read(&s.fleet), point, filter, offset, now)
            }
            None => MembersView { rows: Vec::new(), total: 0 },
        }
    }

    /// Of every unit what a watcher compares, in no order: cheap enough to be asked for at each change.
    pub fn marks(&self) -> Vec<UnitMark> {
        let Some(session) = self.inner.session() else { return Vec::new() };
        let fleet = read(&session.fleet);
        fleet.iter().map(|(_, entry)| UnitMark::of(entry)).collect()
    }

    /// All groups the account sees, by name.
    pub fn groups(&self) -> Vec<Group> {
        let Some(session) = self.inner.session() else { return Vec::new() };
        let mut groups: Vec<Group> = read(&session.fleet).groups().values().cloned().collect();
        groups.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        groups
    }

    /// The newest events, newest first.
    pub fn recent_events(&self) -> Vec<EventRow> {
        self.latest_events(EVENTS_SHOWN)
    }

    /// At most `limit` of the newest events, newest first; no more than a thousand are at hand.
    pub fn latest_events(&self, limit: usize) -> Vec<EventRow> {
        let Some(session) = self.inner.session() else { return Vec::new() };
        let events: Vec<Event> = lock(&session.events).iter().take(limit).cloned().collect();
        let fleet = read(&session.fleet);
        let name = |id| fleet.name(id).unwrap_or_default().to_owned();
        events.into_iter().map(|event| EventRow { unit_name: name(event.unit_id), event }).collect()
    }

    /// Follows a unit: its recent track is fetched and kept up to date, through lost connections too.
    pub fn follow(&self, unit: Option<UnitId>) {
        if let Some(session) = self.inner.session() {
            self.inner.tasks.spawn_on(async move { session.follow(unit).await }, &self.inner.runtime);
        }
    }

    /// The followed unit's recent track, oldest point first.
    pub fn tail(&self) -> Vec<Position> {
        self.inner.session().map(|s| lock(&s.tail).points.iter().cloned().collect()).unwrap_or_default()
    }

    /// A unit's track of a range: from the server, or without a connection from what this device kept.
    pub async fn history(&self, unit: UnitId, from: UtcMs, to: UtcMs) -> Result<Arc<History>, QueryError> {
        if from >= to {
            return Err(QueryError::InvalidInput);
        }
        let session = self.inner.session().ok_or(QueryError::SignedOut)?;
        let name = read(&session.fleet).name(unit).map(str::to_owned);
        let name = name.ok_or(QueryError::NotFound)?;
        self.run(async move {
            let ((positions, thinned_to_ms), source) = match session.fetch_history(unit, from, to).await {
                Ok(found) => (found, HistorySource::Server),
                Err(ApiError::Offline) => {
                    (session.cached_history(unit, from, to).await?, HistorySource::Cache)
                }
                Err(error) => return Err(QueryError::from(error)),
            };
            let rules = Rules::default();
            Ok(Arc::new(History::new((unit, name), (from, to), source, (positions, thinned_to_ms), &rules)))
        })
        .await
        .ok_or(QueryError::Closed)?
    }
}
