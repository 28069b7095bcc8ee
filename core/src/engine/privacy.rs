//! What a person agrees to and withdraws, and what follows at once.
//!
//! Decides the order: the record first, then everything that is not permitted any more stops. Leaves what is permitted to
//! `decide::consent` and the record to `privacy`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::decide::consent::{ConsentRequired, ServerCopy, compare, record_id};
use crate::decide::own::OwnState;
use crate::engine::trak::Inner;
use crate::engine::{QueryError, Trak, Unsent};
use crate::lock::lock;
use crate::model::{AccountKey, ConsentAction, GapCause, LedgerEntry, Purpose};
use crate::privacy::{ConsentError, Decision};
use crate::sync::session::Session;
use crate::traccar::{ApiError, Permit};
use crate::view::{self, ConsentView, LinkToServer};

impl Trak {
    /// How all purposes stand, and what has to be shown before anything else.
    pub fn consents(&self) -> ConsentView {
        let inner = self.inner();
        let server_copy = inner.mirror.of(inner.session().map(|session| session.key.clone()).as_ref());
        view::consent::build(&inner.consents.standing(), server_copy, |purpose| inner.permits(purpose))
    }

    /// Whether a sign-in may be tried: whoever is at the sign-in screen has agreed to the policy.
    pub fn may_sign_in(&self) -> Result<(), ConsentRequired> {
        self.inner().consents.permits_sign_in(self.inner().wall_now())
    }

    /// Every decision of whoever is signed in (or about to), oldest first; `None` where the record is damaged.
    pub fn consent_record(&self) -> Result<Option<Vec<LedgerEntry>>, ConsentError> {
        self.inner().consents.record()
    }

    /// The same as a file for whoever wants to check it: the record's lines as they are hashed, docs/consents.md says how.
    /// `None` where the record is damaged.
    pub fn consent_file(&self) -> Result<Option<Vec<u8>>, ConsentError> {
        self.inner().consents.file()
    }

    /// Writes a decision; what it permits works from now on, what it ends has ended when this returns: capture stops,
    /// what is queued is sent or erased as `unsent` says. Withdrawing [`Purpose::Account`] signs out and erases what is
    /// kept of the account; what the server has to be told of it goes out in a task of the engine's own.
    ///
    /// On an error nothing was written; a withdrawal counts all the same until the program ends.
    pub fn decide(&self, decision: Decision, unsent: Unsent) -> Result<ConsentView, ConsentError> {
        let inner = self.inner();
        inner.told_of_the_end();
        let written = inner.consents.decide(decision, &inner.device_now());
        if matches!(decision.action, ConsentAction::Withdrawn | ConsentAction::Refused) {
            // The end of another purpose has no say in what was said of the queue when reporting ended.
            let ends_reporting = [Some(Purpose::Reporting), Purpose::Reporting.rests_on()];
            let asked = ends_reporting.contains(&Some(decision.purpose));
            self.stop_what_is_not_permitted(if asked { unsent } else { Unsent::Send });
        } else {
            // A connection that waited for this tries at once.
            inner.conditions.send_modify(|c| (c.better, c.permitted) = (false, true));
        }
        inner.mirror_consents();
        inner.settle_push();
        inner.touch();
        written.map(|_| self.consents())
    }

    fn stop_what_is_not_permitted(&self, unsent: Unsent) {
        let inner = self.inner();
        if inner.permits(Purpose::Reporting).is_err()
            && let Err(error) = self.stop_reporting(GapCause::ConsentWithdrawn, unsent, &inner.device_now())
        {
            // `record` refuses from now on whatever became of the outbox.
            tracing::error!(?error, "the end of reporting was not kept");
        }
        if inner.permits(Purpose::LocationOnScreen).is_err() && inner.permits(Purpose::Reporting).is_err() {
            *lock(&inner.here) = OwnState::default();
        }
        if inner.permits(Purpose::Account).is_err()
            && let Some(session) = inner.session()
        {
            session.stop.cancel();
            let trak = Trak::of(Arc::clone(inner));
            inner.tasks.spawn_on(
                async move {
                    match trak.inner().sign_out_of(&session).await {
                        Ok(_) | Err(QueryError::SignedOut) => {} // perhaps somebody was faster
                        Err(error) => tracing::error!(?error, "the account's data was not erased whole"),
                    }
                },
                &inner.runtime,
            );
        }
    }
}

impl Inner {
    /// Whether something may be done for `purpose` now.
    pub(super) fn permits(&self, purpose: Purpose) -> Result<(), ConsentRequired> {
        self.consents.permits(purpose, self.wall_now())
    }

    /// What the wire asks before each request.
    pub(super) fn permit(self: &Arc<Self>) -> Permit {
        let (consents, clock) = (Arc::clone(&self.consents), Arc::clone(&self.clock));
        Arc::new(move || consents.permits(Purpose::Account, clock.read().wall).is_ok())
    }

    /// The same while somebody signs in.
    pub(super) fn sign_in_permit(self: &Arc<Self>) -> Permit {
        let (consents, clock) = (Arc::clone(&self.consents), Arc::clone(&self.clock));
        Arc::new(move || consents.permits_sign_in(clock.read().wall).is_ok())
    }

    /// Brings the server's copy of the record up to date, in a task of the engine's own.
    pub(super) fn mirror_consents(self: &Arc<Self>) {
        let Some(session) = self.session() else { return };
        let inner = Arc::clone(self);
        self.tasks.spawn_on(async move { inner.mirror_consents_of(&session).await }, &self.runtime);
    }

    /// Sends what did not get through as soon as the link stands again. Never ends.
    pub(super) async fn mirror_when_live(&self, session: &Session) {
        let mut changed = session.changed.subscribe();
        loop {
            if changed.changed().await.is_err() {
                return std::future::pending().await;
            }
            // Asked first: the fleet changes many times a second, and hardly ever is something owed.
            let owed = self.mirror.owed.load(Ordering::Acquire);
            if owed
                && session.status().link == LinkToServer::Live
                && self.mirror.owed.swap(false, Ordering::AcqRel)
            {
                self.mirror_consents_of(session).await;
            }
        }
    }

    /// The same, waited for. What does not get through is tried again when the link stands, after the next decision and
    /// at the next start.
    pub(super) async fn mirror_consents_of(&self, session: &Session) {
        let Some(token) = session.token() else { return };
        let Ok(Some(entries)) = self.consents.record_of(&session.key) else { return };
        let (Some(record), Some(last)) = (record_id(&entries), entries.last()) else { return };
        let reached = match lock(&self.mirror.reached).as_ref() {
            Some((key, sequence)) if *key == session.key => *sequence,
            _ => 0,
        };
        if last.sequence <= reached {
            return;
        }
        let new: Vec<LedgerEntry> =
            entries.iter().filter(|entry| entry.sequence > reached).cloned().collect();
        let copy = match session.client.mirror_consents(&token, record, &new).await {
            Ok(Some(kept)) if kept.differs => ServerCopy::Differs,
            Ok(Some(kept)) => compare(&entries, kept.sequence, kept.hash),
            Ok(None) => return,
            // A plain Traccar server keeps no copy; asking again changes nothing.
            Err(ApiError::NotFound) => ServerCopy::Unknown,
            Err(error) => {
                tracing::warn!(?error, "the record of consents was not copied to the server");
                self.mirror.owed.store(true, Ordering::Release);
                *lock(&self.mirror.copy) = None;
                session.touch();
                return;
            }
        };
        if matches!(copy, ServerCopy::HoldsMore { .. } | ServerCopy::Differs) {
            tracing::error!("the server keeps decisions that this phone has lost");
        }
        *lock(&self.mirror.reached) = Some((session.key.clone(), last.sequence));
        *lock(&self.mirror.copy) = Some((session.key.clone(), copy));
        session.touch();
    }
}

/// What is known of the server's copy of the record.
#[derive(Default)]
pub(super) struct Mirror {
    /// How far it reaches, as far as this run of the program knows.
    reached: Mutex<Option<(AccountKey, u64)>>,
    copy: Mutex<Option<(AccountKey, ServerCopy)>>,
    /// Something did not get through.
    owed: AtomicBool,
}

impl Mirror {
    fn of(&self, account: Option<&AccountKey>) -> ServerCopy {
        match (lock(&self.copy).as_ref(), account) {
            (Some((key, copy)), Some(account)) if key == account => *copy,
            _ => ServerCopy::Unknown,
        }
    }
}
