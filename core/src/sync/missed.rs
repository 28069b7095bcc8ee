//! What happened while there was no stream.
//!
//! Decides for which time events are asked for after a connection is there again, and that none shows twice. Leaves their
//! meaning to the shells.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::lock::{lock, read};
use crate::model::{Event, UnitId, UtcMs};
use crate::store::{Change, MetaChange};
use crate::sync::session::{EVENTS_KEPT, Session};
use crate::traccar::ApiError;

/// Further back nobody is told of single events any more.
const MISSED_MS: i64 = 7 * 86_400_000;
/// The stream may have lagged this far behind when it ended.
const OVERLAP_MS: i64 = 60_000;
/// Servers tell a stop or a drive once it has lasted, dated back to its beginning: so far back is asked again. What is known
/// already is not taken twice.
const TOLD_LATE_MS: i64 = 15 * 60_000;
/// Of what happened meanwhile, the newest.
const MISSED_EVENTS: usize = 1_000;

impl Session {
    /// One snapshot with what happened since the one before: after a push, while nothing else asks.
    pub(crate) async fn refresh_and_catch_up(self: &Arc<Self>) -> Result<(), ApiError> {
        self.refresh().await?;
        self.catch_up_events().await;
        Ok(())
    }

    /// Asks for the events since the time up to which it is known what happened, after a snapshot; false where it is to be
    /// tried again.
    pub(crate) async fn catch_up_events(&self) -> bool {
        let now = self.server_now();
        let until = lock(&self.events_until).unwrap_or(now).min(now);
        self.events_since(until.plus_ms(-TOLD_LATE_MS)).await
    }

    /// Remembers, over a restart too, up to when it is known what happened. Moved only by what tells events: a snapshot that
    /// was read meanwhile tells none.
    pub(crate) fn note_events_until(&self, until: UtcMs) {
        *lock(&self.events_until) = Some(until);
        let meta = MetaChange { events_until: Some(until), ..MetaChange::default() };
        self.cache.store().submit(Change { meta, ..Change::default() });
    }

    /// Asks for the events since `since` (server's clock), the last seven days at most; false where it is to be tried again.
    pub(crate) async fn events_since(&self, since: UtcMs) -> bool {
        let now = self.server_now();
        let from = since.max(now.plus_ms(-MISSED_MS));
        let units: Vec<UnitId> = read(&self.fleet).iter().map(|(_, entry)| entry.unit.id).collect();
        let asked = self.ask(|token| async move {
            let mut newest: VecDeque<Event> = VecDeque::new();
            self.client
                .events_between(&token, &units, from, now.plus_ms(OVERLAP_MS), |event| {
                    // Not all servers sort: the oldest of those held gives way.
                    let at = newest.partition_point(|held| (held.at, held.id) < (event.at, event.id));
                    newest.insert(at, event);
                    if newest.len() > MISSED_EVENTS {
                        newest.pop_front();
                    }
                })
                .await?;
            Ok(newest)
        });
        match asked.await {
            Ok(events) => {
                let fresh = self.take_events(events.into());
                if !fresh.is_empty() {
                    self.cache.store().submit(Change { events: fresh, ..Change::default() });
                    self.touch();
                }
                self.note_events_until(now);
                true
            }
            // Accounts may be kept from reports; what comes over the stream still comes.
            Err(ApiError::Denied | ApiError::NotFound) => {
                tracing::debug!("this account may not ask for past events");
                self.note_events_until(now);
                true
            }
            Err(error) => {
                self.note(&error);
                false
            }
        }
    }

    /// Takes events into what is shown, newest first, and answers with those that were not known yet, or not whole.
    pub(crate) fn take_events(&self, events: Vec<Event>) -> Vec<Event> {
        let mut kept = lock(&self.events);
        let mut fresh = Vec::new();
        for event in events {
            if let Some(known) = kept.iter_mut().find(|known| known.id == event.id) {
                if known.lacks(&event) {
                    *known = known.completed_by(event);
                    fresh.push(known.clone());
                }
                continue;
            }
            if fresh.iter().any(|e: &Event| e.id == event.id) {
                continue;
            }
            let at = kept.partition_point(|known| (known.at, known.id) > (event.at, event.id));
            if at < EVENTS_KEPT {
                kept.insert(at, event.clone());
                kept.truncate(EVENTS_KEPT);
            }
            fresh.push(event);
        }
        fresh
    }
}
