//! Pushes and the inbox.
//!
//! Decides the order: consent, form, account, time, then the inbox, so that nothing is kept of what is refused. Leaves
//! whether a person is told to `decide::alert` and the payload's form to `alerts`.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::alerts::{self, PushPayload, PushRefusal};
use crate::decide::alert::{self, Telling};
use crate::engine::trak::Inner;
use crate::engine::{QueryError, Trak};
use crate::lock::{lock, read};
use crate::model::{AlertSettings, Event, Purpose, UnitId, UtcMs};
use crate::store::{Change, MetaChange, StoreError};
use crate::sync::session::Session;
use crate::view::{AlertRow, AlertsView, PAGE_ROWS};

/// What became of a push. It is in the inbox, once however it came.
#[derive(Clone, Debug, PartialEq)]
pub struct PushOutcome {
    /// The event.
    pub alert: AlertRow,
    /// Whether the person is told.
    pub telling: Telling,
    /// How many fields of the payload are not known.
    pub ignored_fields: u32,
}

impl Trak {
    /// Takes the payload of a push that arrived at `now` (the phone's clock): judges it, keeps its event in the inbox, and
    /// asks the server for one snapshot where nothing else keeps the fleet fresh. Writes to the disk.
    pub fn push_received(&self, payload_json: &str, now: UtcMs) -> Result<PushOutcome, PushRefusal> {
        let inner = self.inner();
        let session = inner.session().ok_or(PushRefusal::SignedOut)?;
        inner.permits(Purpose::Push)?;
        let PushPayload { event, ignored_fields, .. } = for_account(&session, alerts::parse(payload_json)?)?;
        if alert::is_ahead(event.at, now) {
            return Err(PushRefusal::FutureTime);
        }
        let _one = lock(&inner.push.receiving);
        let known = session.cache.read(|store| store.known_event(event.id)).unwrap_or_else(|error| {
            tracing::warn!(?error, "whether a push came before is not known");
            None
        });
        let known = known.unwrap_or_default();
        let telling = alert::telling((event.kind, event.at), known, &lock(&session.alert_settings), now);
        if !known.told {
            let change = Change { told: vec![event.id], ..Change::default() };
            keep(&session, &event, change);
        }
        if telling != Telling::Duplicate {
            inner.refresh_after_push(&session);
        }
        let alert = AlertRow {
            unit_name: unit_name(&session, event.unit_id),
            event,
            acknowledged: known.acknowledged,
        };
        Ok(PushOutcome { alert, telling, ignored_fields })
    }

    /// A person opened a push. Answers with the unit to show; `None` while nobody is signed in: then
    /// [`take_opened_unit`](Self::take_opened_unit) has it after the sign-in. Its event counts as seen.
    pub fn push_opened(&self, payload_json: &str) -> Result<Option<UnitId>, PushRefusal> {
        let inner = self.inner();
        let payload = alerts::parse(payload_json)?;
        let Some(session) = inner.session() else {
            *lock(&inner.push.opened) = Some(payload);
            return Ok(None);
        };
        Ok(Some(inner.open_push(&session, for_account(&session, payload)?)))
    }

    /// The unit of a push that was opened before anybody was signed in, once, for the account that it was for. Another
    /// account's sign-in forgets it.
    pub fn take_opened_unit(&self) -> Option<UnitId> {
        let inner = self.inner();
        let session = inner.session()?;
        let payload = lock(&inner.push.opened).take()?;
        for_account(&session, payload).ok().map(|payload| inner.open_push(&session, payload))
    }

    /// One page of the inbox, from 0; newest first. Empty while nobody is signed in. Reads the disk.
    pub fn alerts(&self, page: u32) -> Result<AlertsView, QueryError> {
        let Some(session) = self.inner().session() else { return Ok(AlertsView::default()) };
        // What came a moment ago may still wait to be written; on a full disk what is there is shown.
        let written = session.cache.store().flush();
        if let Err(error @ (StoreError::Closed | StoreError::Corrupt)) = written {
            return Err(error.into());
        }
        let offset = usize::try_from(page).unwrap_or(usize::MAX).saturating_mul(PAGE_ROWS);
        let (found, (total, unread)) =
            session.cache.read(|store| Ok((store.alerts(offset, PAGE_ROWS)?, store.alert_counts()?)))?;
        let row = |(event, acknowledged): (Event, bool)| AlertRow {
            unit_name: unit_name(&session, event.unit_id),
            event,
            acknowledged,
        };
        Ok(AlertsView { rows: found.into_iter().map(row).collect(), total, unread })
    }

    /// Notes that the person has seen events, by number. Durable when this returns.
    pub fn acknowledge_alerts(&self, ids: Vec<i64>) -> Result<(), QueryError> {
        let session = self.inner().session().ok_or(QueryError::SignedOut)?;
        if !ids.is_empty() {
            session.cache.store().acknowledge(ids)?;
            session.touch();
        }
        Ok(())
    }

    /// Asks the server for what happened in the last seven days, where the live stream did not run.
    pub async fn refresh_alerts(&self) -> Result<(), QueryError> {
        let session = self.inner().session().ok_or(QueryError::SignedOut)?;
        self.run(async move {
            session.events_since(UtcMs(0)).await;
        })
        .await
        .ok_or(QueryError::Closed)
    }

    /// What the person is told of, and when not.
    pub fn alert_settings(&self) -> AlertSettings {
        self.inner().session().map(|session| lock(&session.alert_settings).clone()).unwrap_or_default()
    }

    /// Changes that, here and at the server. Durable when this returns; on an error it counts until the program ends.
    pub fn set_alert_settings(&self, settings: AlertSettings) -> Result<(), QueryError> {
        let inner = self.inner();
        let session = inner.session().ok_or(QueryError::SignedOut)?;
        if !alert::settings_make_sense(&settings) {
            return Err(QueryError::InvalidInput);
        }
        let json = serde_json::to_string(&settings).map_err(|_| QueryError::InvalidInput)?;
        *lock(&session.alert_settings) = settings;
        inner.settle_push();
        session.touch();
        let meta = MetaChange { alert_settings: Some(json), ..MetaChange::default() };
        Ok(session.cache.store().apply(Change { meta, ..Change::default() })?)
    }
}

impl Inner {
    fn open_push(&self, session: &Session, payload: PushPayload) -> UnitId {
        let event = payload.event;
        // A message may still be on the screen after pushes were withdrawn: it opens its unit and leaves nothing.
        if self.permits(Purpose::Push).is_ok() {
            let seen = vec![event.id];
            keep(session, &event, Change { told: seen.clone(), acknowledged: seen, ..Change::default() });
        }
        event.unit_id
    }

    /// One snapshot, in a task of the engine's own, unless the live stream runs or one is under way.
    fn refresh_after_push(self: &Arc<Self>, session: &Arc<Session>) {
        if lock(&self.live_running).is_some() || self.push.refreshing.swap(true, Ordering::AcqRel) {
            return;
        }
        let (inner, session) = (Arc::clone(self), Arc::clone(session));
        self.tasks.spawn_on(
            async move {
                if let Err(error) = session.refresh_and_catch_up().await {
                    tracing::debug!(?error, "no snapshot after a push");
                }
                inner.push.refreshing.store(false, Ordering::Release);
            },
            &self.runtime,
        );
    }
}

fn for_account(session: &Session, payload: PushPayload) -> Result<PushPayload, PushRefusal> {
    if payload.is_for(&session.address, lock(&session.account).id) {
        Ok(payload)
    } else {
        Err(PushRefusal::OtherAccount)
    }
}

/// Puts an event into memory and inbox; one that is there already stays as it is.
fn keep(session: &Session, event: &Event, change: Change) {
    session.take_events(vec![event.clone()]);
    if let Err(error) = session.cache.store().apply(Change { events: vec![event.clone()], ..change }) {
        // It waits in memory and is written with what comes next; the person is told all the same.
        tracing::warn!(?error, "a push is not on the disk yet");
    }
    session.touch();
}

fn unit_name(session: &Session, id: UnitId) -> String {
    read(&session.fleet).name(id).unwrap_or_default().to_owned()
}
