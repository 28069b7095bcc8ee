//! The reporting of one account: when its outbox is opened, what happens to one that is found damaged, who sends.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::decide::own::OwnState;
use crate::engine::keys;
use crate::engine::reporting::ending::Ending;
use crate::engine::reporting::memory::Memory;
use crate::engine::reporting::waiting::Waiting;
use crate::engine::trak::Inner;
use crate::engine::{RecordError, Trak, Unsent};
use crate::lock::lock;
use crate::model::{AccountKey, GapCause, Geofence, Purpose, QueuedFix, UtcMs};
use crate::store::outbox::{Outbox, OutboxReport};
use crate::store::{self, StoreError};
use crate::sync::session::Session;
use crate::sync::upload::{self, Held, Sending};

/// How often the geofences are asked for.
const GEOFENCES: Duration = Duration::from_secs(15 * 60);

/// The reporting of one account.
pub(crate) struct Reporting {
    pub(super) account: AccountKey,
    pub(super) sending: Arc<Sending>,
    stop: CancellationToken,
    sender_runs: Arc<AtomicBool>,
    /// The first call after the program's start tells a gap that a killed process left.
    pub(super) resumed: AtomicBool,
    pub(super) waiting: Waiting,
    /// The end of reporting, while the disk has not taken it.
    pub(super) ending: watch::Sender<Option<Ending>>,
    pub(super) ending_gate: Mutex<()>,
    /// The account's geofences as last read, kept in the outbox for a start without a network.
    pub(super) geofences: Mutex<Vec<Geofence>>,
    pub(super) salvaged: Option<(u64, bool)>,
}

impl Inner {
    /// The reporting of whoever is signed in; opened where an outbox is there, or `make`s one.
    pub(in crate::engine) fn reporting(
        self: &Arc<Self>,
        make: bool,
    ) -> Result<Option<Arc<Reporting>>, RecordError> {
        let Some(session) = self.session() else { return Ok(None) };
        let mut slot = lock(&self.reporting);
        let (mut waiting, mut undone) = (Waiting::default(), None);
        if let Some(reporting) = slot.as_ref() {
            if reporting.account == session.key && !reporting.sending.outbox.is_broken() {
                return Ok(Some(Arc::clone(reporting)));
            }
            // Another account, or damage met in use: the next opening salvages.
            reporting.close();
            if reporting.account == session.key {
                waiting = Waiting::of(reporting.waiting.take());
                undone = *reporting.ending.borrow();
            }
        }
        *slot = None;
        let folder = self.outbox_folder(&session.key);
        if !make && !Outbox::exists(&folder) {
            return Ok(None);
        }
        let key = keys::outbox_key(&*self.secrets, &session.key, &folder)?;
        let opened = Outbox::open(&folder, &key, session.key.clone())?;
        let salvaged = match opened.report {
            OutboxReport::Salvaged { fixes, complete, .. } => Some((fixes as u64, complete)),
            OutboxReport::Fresh | OutboxReport::Existing => None,
        };
        // The last known place, at once: the sensors may take a minute to say the next one.
        let memory = Memory::read(opened.outbox.memory()?.as_deref());
        let found = Ending::found(self.permits(Purpose::Reporting), memory.unit_identifier.is_some());
        let ending = undone.or(found);
        let erases = ending.is_some_and(Ending::erases);
        *lock(&self.here) = if erases { OwnState::default() } else { memory.own };
        let geofences = opened.outbox.note("geofences")?;
        let geofences = geofences.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        let outbox = Arc::new(opened.outbox);
        let reporting = Arc::new(Reporting {
            account: session.key.clone(),
            sending: Arc::new(Sending {
                outbox: Arc::clone(&outbox),
                wake: Notify::new(),
                blocked: Mutex::new(None),
                held: watch::Sender::new(Held { now: erases, times: 0 }),
                may_send: self.may_send(outbox),
            }),
            stop: CancellationToken::new(),
            sender_runs: Arc::default(),
            resumed: AtomicBool::new(false),
            waiting,
            ending: watch::Sender::new(ending),
            ending_gate: Mutex::default(),
            geofences: Mutex::new(geofences),
            salvaged,
        });
        *slot = Some(Arc::clone(&reporting));
        Ok(Some(reporting))
    }

    /// Whether what waits may be sent: while the person agrees, and after they ended it once that is in the outbox together
    /// with what they chose. Between the two nobody knows whether it is to be erased.
    fn may_send(&self, outbox: Arc<Outbox>) -> Box<dyn Fn() -> bool + Send + Sync> {
        let (consents, clock) = (Arc::clone(&self.consents), Arc::clone(&self.clock));
        Box::new(move || {
            consents.permits(Purpose::Reporting, clock.read().wall).is_ok()
                || outbox.memory().is_ok_and(|json| Memory::says_off(json.as_deref()))
        })
    }

    /// Starts the sender where there is somebody to send for and none runs.
    pub(in crate::engine) fn start_sending(self: &Arc<Self>) {
        let Some(session) = self.session() else { return };
        let reporting = match self.reporting(false) {
            Ok(Some(reporting)) => reporting,
            Ok(None) => return,
            Err(error) => {
                tracing::error!(?error, "the outbox cannot be opened");
                return;
            }
        };
        if session.token().is_none() || reporting.sender_runs.swap(true, Ordering::AcqRel) {
            return;
        }
        let seed = self.seed;
        let trak = Trak::of(Arc::clone(self));
        self.tasks.spawn_on(
            async move {
                let _over = Over(Arc::clone(&reporting.sender_runs));
                let geofences = reporting.keep_geofences(Arc::clone(&session));
                tokio::select! {
                    biased;
                    () = reporting.stop.cancelled() => {}
                    () = trak.keep_settling(Arc::clone(&reporting)) => {}
                    () = upload::run(session, Arc::clone(&reporting.sending), seed) => {}
                    () = geofences => {}
                }
            },
            &self.runtime,
        );
    }

    /// Before somebody is signed out: capture ends, what waits stays for the same account's next sign-in.
    pub(in crate::engine) fn leave_reporting(self: &Arc<Self>, session: &Session) -> Result<(), RecordError> {
        // Opened for this if need be: reporting may be on without having been used since the start.
        let opened = self.reporting(false);
        let Some(reporting) = lock(&self.reporting).take() else { return opened.map(drop) };
        if reporting.account == session.key {
            let trak = Trak::of(Arc::clone(self));
            let ending = Ending::now(GapCause::SignedOut, Unsent::Send);
            if let Err(error) = trak.end(&reporting, ending, &self.device_now()) {
                let readings = reporting.waiting.count();
                tracing::error!(
                    ?error,
                    readings,
                    "the end of reporting was not kept, nor what waited in memory"
                );
            }
        }
        // Nobody can see them any more.
        if let Err(error) = reporting.sending.outbox.forget_rejected(UtcMs(i64::MAX)) {
            tracing::warn!(?error, "readings that were not accepted are not erased yet");
        }
        reporting.close();
        *lock(&self.here) = OwnState::default();
        Ok(())
    }

    /// After somebody was signed out: a screen may have asked for the outbox once more meanwhile, and so opened it. One
    /// that nothing waits in has nothing to tell any more: with `erase_if_empty` it goes with its key.
    pub(in crate::engine) fn close_left_reporting(
        &self,
        session: &Session,
        erase_if_empty: bool,
    ) -> Result<(), RecordError> {
        // Nobody opens it meanwhile.
        let mut slot = lock(&self.reporting);
        if let Some(again) = slot.take() {
            again.close();
        }
        *lock(&self.here) = OwnState::default();
        let folder = self.outbox_folder(&session.key);
        if !erase_if_empty || !Outbox::exists(&folder) {
            return Ok(());
        }
        let key = keys::outbox_key(&*self.secrets, &session.key, &folder)?;
        let outbox = Outbox::open(&folder, &key, session.key.clone())?.outbox;
        let waits = outbox.status().map(|status| status.queued + status.set_aside);
        outbox.close();
        if waits == Ok(0) {
            keys::forget_outbox_key(&*self.secrets, &session.key).map_err(RecordError::SecretStore)?;
            store::erase(&folder)?;
        }
        Ok(())
    }

    /// Ends the sender and closes the outbox without ending reporting: the next start goes on. What waited in memory is kept.
    pub(in crate::engine) fn close_reporting(self: &Arc<Self>) {
        let reporting = lock(&self.reporting).take();
        if let Some(reporting) = reporting {
            Trak::of(Arc::clone(self)).flush(&reporting, &self.device_now());
            reporting.close();
        }
    }
}

impl Reporting {
    /// Erases the readings not accepted that have outlived their term; answers with how many.
    pub(in crate::engine) fn forget_rejected(&self, now: UtcMs) -> Result<u64, StoreError> {
        self.sending.outbox.forget_rejected(now)
    }

    /// Everything that was set aside, oldest first.
    pub(in crate::engine) fn all_set_aside(&self) -> Result<Vec<QueuedFix>, StoreError> {
        let aside = self.sending.outbox.set_aside_fixes(u32::MAX)?;
        Ok(aside.into_iter().map(|(queued, _)| queued).collect())
    }

    /// Reads the account's geofences now and then; without a connection those of last time stay. Never ends.
    async fn keep_geofences(&self, session: Arc<Session>) {
        loop {
            match session
                .ask(|token| async {
                    let token = token;
                    session.client.geofences(&token).await
                })
                .await
            {
                Ok((geofences, _)) => {
                    if *lock(&self.geofences) != geofences
                        && let Ok(json) = serde_json::to_string(&geofences)
                    {
                        if let Err(error) = self.sending.outbox.keep_note("geofences", &json) {
                            tracing::warn!(?error, "the geofences were not kept");
                        }
                        *lock(&self.geofences) = geofences;
                        session.touch();
                    }
                }
                Err(error) => tracing::debug!(?error, "the geofences could not be read"),
            }
            tokio::time::sleep(GEOFENCES).await;
        }
    }

    pub(super) fn close(&self) {
        self.stop.cancel();
        self.sending.outbox.close();
    }
}

/// Says that the sender has ended, however it ended.
struct Over(Arc<AtomicBool>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}
