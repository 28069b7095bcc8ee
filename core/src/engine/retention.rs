//! The job that erases what has outlived its term on this phone.
//!
//! Decides when it runs: when the core opens, after a sign-in and daily while the fleet is kept fresh. Leaves the terms to
//! `decide::retention`. Each run is logged: of an account's cache in that cache, of caches that were left beside them.

use std::sync::Arc;
use std::time::Duration;

use crate::decide::retention::{is_due, outdated};
use crate::engine::trak::Inner;
use crate::engine::{Trak, ending, keys};
use crate::lock::lock;
use crate::model::AccountKey;
use crate::privacy::retention::{self, RetentionRun};
use crate::store::{Change, Retain, StoreError};
use crate::sync::session::Session;

/// How often it is looked whether a run is due.
const LOOK: Duration = Duration::from_secs(3_600);
/// How many runs are shown.
const SHOWN: usize = 100;

impl Trak {
    /// The newest runs of the job that erases what has outlived its term, newest first, at most 100. Reads the disk.
    pub fn retention_runs(&self) -> Vec<RetentionRun> {
        let inner = self.inner();
        let mut runs = retention::logged(&inner.folder);
        if let Some(session) = inner.session() {
            match session.cache.read(|store| store.retention_runs(SHOWN)) {
                Ok(of_account) => runs.extend(of_account),
                Err(error) => tracing::warn!(?error, "the runs of the erasing job cannot be read"),
            }
        }
        runs.sort_by_key(|run| std::cmp::Reverse(run.at));
        runs.truncate(SHOWN);
        runs
    }
}

impl Inner {
    /// Notes that nobody is signed in to an account any more: what is kept of it has a term from now on.
    pub(super) fn note_left(&self, key: &AccountKey) {
        if let Err(error) = retention::leaves(&keys::cache_folder(&self.folder, key), self.wall_now()) {
            // Its files say when they were last written to.
            tracing::warn!(kind = ?error.kind(), "when an account was left could not be noted");
        }
    }

    /// Erases the caches of accounts other than `present` that were left long ago, each after its key.
    pub(super) fn erase_left(&self, present: Option<&AccountKey>) {
        let now = self.wall_now();
        let due = match retention::outlived(&self.folder, present, now) {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(kind = ?error.kind(), "what is kept of other accounts cannot be looked at");
                return;
            }
        };
        let mut caches = 0;
        for key in due {
            match ending::erase_cache(&self.folder, &*self.secrets, &key) {
                Ok(()) => caches += 1,
                Err(error) => {
                    tracing::warn!(?error, "the cache of an account that was left is not erased yet");
                }
            }
        }
        if caches > 0 {
            let run = RetentionRun { at: now, alerts: 0, positions: 0, readings: 0, caches };
            if let Err(error) = retention::log(&self.folder, &run) {
                tracing::error!(kind = ?error.kind(), "a run of the erasing job was not logged");
            }
        }
    }

    /// A run over the account that is signed in, where one is due, in a task of the engine's own.
    pub(super) fn retain(self: &Arc<Self>) {
        let Some(session) = self.session() else { return };
        let inner = Arc::clone(self);
        self.tasks.spawn_on(async move { inner.retain_in(session).await }, &self.runtime);
    }

    /// Looks every hour, while `session` lasts.
    pub(super) fn retain_daily(self: &Arc<Self>, session: Arc<Session>) {
        let inner = Arc::clone(self);
        self.tasks.spawn_on(
            async move {
                let mut looks = tokio::time::interval(LOOK);
                loop {
                    tokio::select! {
                        () = session.stop.cancelled() => return,
                        _ = looks.tick() => {}
                    }
                    inner.erase_left(Some(&session.key));
                    inner.erase_ended(Some(&session.key));
                    inner.retain_in(Arc::clone(&session)).await;
                }
            },
            &self.runtime,
        );
    }

    async fn retain_in(self: &Arc<Self>, session: Arc<Session>) {
        let inner = Arc::clone(self);
        match tokio::task::spawn_blocking(move || inner.retain_now(&session)).await {
            Ok(Ok(()) | Err(StoreError::Closed)) => {}
            Ok(Err(error)) => tracing::warn!(?error, "what has outlived its term is not erased yet"),
            Err(_) => tracing::error!("a run of the erasing job did not end"),
        }
    }

    fn retain_now(self: &Arc<Self>, session: &Session) -> Result<(), StoreError> {
        let _one = lock(&self.retaining);
        let last = session.cache.read(|store| store.retention_runs(1))?;
        let now = session.server_now();
        if session.stop.is_cancelled() || !is_due(last.first().map(|run| run.at), now) {
            return Ok(());
        }
        let readings = match self.reporting(false) {
            Ok(Some(reporting)) => reporting.forget_rejected(self.wall_now()),
            Ok(None) => Ok(0),
            Err(error) => {
                tracing::warn!(?error, "the outbox cannot be opened");
                Ok(0)
            }
        }?;
        let outdated = outdated(now);
        session
            .cache
            .store()
            .apply(Change { retain: Some(Retain { at: now, outdated, readings }), ..Change::default() })?;
        lock(&session.events).retain(|event| event.at >= outdated.alerts_before);
        session.touch();
        Ok(())
    }
}
