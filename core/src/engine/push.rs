//! Where this phone's pushes go: registering, and removing that again.
//!
//! Decides when the server is told. It knows of this phone only while somebody is signed in who has agreed to pushes; it
//! is told anew when anything of the registration changed, and what did not get through is tried again at the next start.
//! The registration itself stays in memory: the shell has it from the push service at each start. The cache remembers
//! only that there may be one to remove.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use uuid::Uuid;

use crate::alerts::PushPayload;
use crate::decide::consent::record_id;
use crate::engine::trak::Inner;
use crate::engine::{QueryError, Trak};
use crate::lock::lock;
use crate::model::{
    AccountKey, AlertSettings, EventKind, PolicyLanguage, Purpose, PushPlatform, Secret, Sha256Hash,
};
use crate::store::{Change, MetaChange};
use crate::sync::session::Session;
use crate::traccar::{ApiError, PushRegistration};

/// The longest registration that the push service gives.
const LONGEST_ID: usize = 64;

/// What the core knows of pushes besides the inbox.
#[derive(Default)]
pub(super) struct Push {
    registration: Mutex<Option<Registration>>,
    /// What the server has, by account; also where it takes none.
    confirmed: Mutex<Option<(AccountKey, Sha256Hash)>>,
    /// One question to the server at a time, so that the last word is the newest.
    gate: tokio::sync::Mutex<()>,
    /// One push at a time, so that of two equal ones one is the second.
    pub(super) receiving: Mutex<()>,
    /// Pushes that come together ask for one snapshot.
    pub(super) refreshing: AtomicBool,
    /// Opened before anybody was signed in.
    pub(super) opened: Mutex<Option<PushPayload>>,
}

struct Registration {
    id: Secret,
    platform: PushPlatform,
    language: PolicyLanguage,
}

impl Trak {
    /// The push service's name for this phone, at each start and whenever it or the `language` of the app changes; `None`
    /// when there is none any more. The server is told while somebody is signed in who has agreed to pushes.
    ///
    /// Fails with [`QueryError::InvalidInput`] for what is no such name: 1 to 64 letters and digits.
    pub fn set_push_registration(
        &self,
        registration_id: Option<Secret>,
        platform: PushPlatform,
        language: PolicyLanguage,
    ) -> Result<(), QueryError> {
        let plausible = |id: &Secret| {
            let id = id.expose();
            (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        if !registration_id.as_ref().is_none_or(plausible) {
            return Err(QueryError::InvalidInput);
        }
        let registration = registration_id.map(|id| Registration { id, platform, language });
        *lock(&self.inner().push.registration) = registration;
        self.inner().settle_push();
        Ok(())
    }
}

impl Inner {
    /// Brings the server's registration of this phone up to date, in a task of the engine's own.
    pub(super) fn settle_push(self: &Arc<Self>) {
        let Some(session) = self.session() else { return };
        let inner = Arc::clone(self);
        self.tasks.spawn_on(
            async move {
                let _one = inner.push.gate.lock().await;
                if session.stop.is_cancelled() {
                    return; // whoever ended the session removes it
                }
                if let Err(error) = inner.settle_push_of(&session).await {
                    tracing::warn!(?error, "the server was not told where pushes go; the next start does");
                }
            },
            &self.runtime,
        );
    }

    /// The account of `session` leaves this phone: nothing is pushed for it any more.
    pub(super) async fn leave_push(&self, session: &Session) {
        let _one = self.push.gate.lock().await;
        if let Err(error) = self.unregister(session).await {
            // The next registration of this phone replaces it, and a push for another account is refused.
            tracing::warn!(?error, "the server was not told that pushes end here");
        }
    }

    async fn settle_push_of(&self, session: &Session) -> Result<(), ApiError> {
        let Some((install, body, hash)) = self.wanted(session) else { return self.unregister(session).await };
        let reached = Some((session.key.clone(), hash));
        if *lock(&self.push.confirmed) == reached {
            return Ok(());
        }
        if *lock(&session.push_install) != Some(install) {
            self.unregister(session).await?; // under the name of a record that was begun anew since
            // Noted before it is asked for: whatever becomes of the answer, it can be removed.
            keep_install(session, Some(install)).await;
        }
        let asked = session
            .ask(|token| async move { session.client.register_push(&token, install, &body).await })
            .await;
        match asked {
            Ok(()) => {}
            // A plain Traccar server pushes nothing; asking again changes nothing.
            Err(ApiError::NotFound) => keep_install(session, None).await,
            Err(error) => return Err(error),
        }
        *lock(&self.push.confirmed) = reached;
        Ok(())
    }

    /// What the server should know; `None` for nothing. With a hash that tells one registration from another.
    fn wanted(&self, session: &Session) -> Option<(Uuid, Secret, Sha256Hash)> {
        self.permits(Purpose::Push).ok()?;
        let record = self.consents.record_of(&session.key).ok()??;
        let install = record_id(&record)?;
        let settings: AlertSettings = lock(&session.alert_settings).clone();
        let registration = lock(&self.push.registration);
        let registration = registration.as_ref()?;
        let words = |kind: EventKind| {
            let wanted = settings.kinds.contains(&kind);
            kind.words().iter().map(move |word| (*word, wanted)).collect::<Vec<_>>()
        };
        let kinds: BTreeMap<&'static str, bool> = EventKind::ALL.into_iter().flat_map(words).collect();
        let body = serde_json::to_string(&PushRegistration {
            registration_id: registration.id.expose(),
            platform: registration.platform,
            language: registration.language,
            kinds,
            quiet_hours: settings.quiet_hours.as_ref(),
        })
        .ok()?;
        let hash = Sha256Hash::of(format!("{install}\n{body}").as_bytes());
        Some((install, Secret::new(body), hash))
    }

    async fn unregister(&self, session: &Session) -> Result<(), ApiError> {
        let install = *lock(&session.push_install);
        let (Some(install), Some(token)) = (install, session.token()) else { return Ok(()) };
        match session.client.unregister_push(&token, install).await {
            Ok(()) | Err(ApiError::NotFound) => {}
            Err(error) => return Err(error),
        }
        *lock(&self.push.confirmed) = None;
        keep_install(session, None).await;
        Ok(())
    }
}

/// Remembers, also over a restart, under which name there may be a registration.
async fn keep_install(session: &Session, install: Option<Uuid>) {
    *lock(&session.push_install) = install;
    let push_install = Some(install.map(|install| install.to_string()).unwrap_or_default());
    let change = Change { meta: MetaChange { push_install, ..MetaChange::default() }, ..Change::default() };
    let store = session.cache.store();
    match tokio::task::spawn_blocking(move || store.apply(change)).await {
        Ok(Ok(())) => {}
        // It waits in memory and is written with what comes next.
        Ok(Err(error)) => tracing::warn!(?error, "where pushes go is not on the disk yet"),
        Err(_) => tracing::error!("noting where pushes go did not end"),
    }
}
