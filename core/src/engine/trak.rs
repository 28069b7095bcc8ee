//! The one object that a shell holds: opening, tasks, observers, shutdown. What it is asked stands in `questions`, who
//! uses it in `account`.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, Weak};

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::decide::own::OwnState;
use crate::engine::account::close;
use crate::engine::ending::{self, Endings};
use crate::engine::keys::{self, KeptSession};
use crate::engine::privacy::Mirror;
use crate::engine::push::Push;
use crate::engine::reporting::Reporting;
use crate::engine::{Clock, Observer, OpenError};
use crate::lock::lock;
use crate::model::{
    AccountKey, BootId, ClockReading, DeviceTime, Purpose, SecretStore, SecretStoreError, Surroundings, UtcMs,
};
use crate::privacy::{Consents, ending as ends};
use crate::sync::session::Session;
use crate::sync::{Conditions, live};

/// What the core is opened with.
pub struct OpenOptions {
    /// Where the caches live, one subfolder an account.
    pub folder: PathBuf,
    /// The system's key store.
    pub secrets: Arc<dyn SecretStore>,
    /// The runtime that the engine's tasks run on.
    pub runtime: Handle,
    /// The device's clocks.
    pub clock: Arc<dyn Clock>,
    /// Seed of the backoff's jitter; `None` takes one from the system.
    pub random_seed: Option<u64>,
}

/// What all clones of a core share.
pub(super) struct Inner {
    pub(super) folder: PathBuf,
    pub(super) secrets: Arc<dyn SecretStore>,
    pub(super) runtime: Handle,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) seed: u64,
    pub(super) session: Mutex<Option<Arc<Session>>>,
    pub(super) conditions: watch::Sender<Conditions>,
    pub(super) changed: Mutex<Option<watch::Sender<u64>>>,
    /// The session whose fleet is kept fresh.
    pub(super) live_running: Mutex<Option<Weak<Session>>>,
    pub(super) tasks: TaskTracker,
    /// The reporting of whoever is signed in, while its outbox is open.
    pub(super) reporting: Mutex<Option<Arc<Reporting>>>,
    /// What the newest readings say of where this phone is.
    pub(super) here: Mutex<OwnState>,
    /// What the shell last said of the system, also while reporting is off.
    pub(super) surroundings: Mutex<Option<Surroundings>>,
    /// The clocks as the shell last said them, with this program's at that moment.
    device_time: Mutex<Option<(DeviceTime, ClockReading)>>,
    /// What the person agreed to.
    pub(super) consents: Arc<Consents>,
    /// What is known of the server's copy of the record.
    pub(super) mirror: Mirror,
    /// Pushes: the registration, what was opened.
    pub(super) push: Push,
    /// One run at a time of the job that erases what has outlived its term.
    pub(super) retaining: Mutex<()>,
    /// One sign-in or sign-out at a time.
    pub(super) account_gate: tokio::sync::Mutex<()>,
    /// Ends of accounts.
    pub(super) endings: Endings,
}

/// The core of one program. Cheap to clone; all clones are the same core.
#[derive(Clone)]
pub struct Trak {
    pub(super) inner: Arc<Inner>,
}

impl Trak {
    /// Opens the core and the last account's cache; nothing goes over the network yet.
    pub fn open(options: OpenOptions) -> Result<Self, OpenError> {
        std::fs::create_dir_all(&options.folder).map_err(OpenError::Folder)?;
        let seed = match options.random_seed {
            Some(seed) => seed,
            None => getrandom::u64().map_err(|_| OpenError::SecretStore(SecretStoreError::Unavailable))?,
        };
        // Before anything of it can be opened: a program was killed while it erased an account.
        ending::finish_erasing(&options.folder, &*options.secrets)?;
        let mut kept = KeptSession::load(&*options.secrets)?;
        let consents = Consents::open(&options.folder, kept.as_ref().and_then(KeptSession::key));
        if let Some(key) = kept.as_ref().and_then(KeptSession::key)
            && consents
                .permits(Purpose::Account, options.clock.read().wall)
                .is_err_and(|no| no.why.is_persons_own())
        {
            ending::finish_withdrawal(&options.folder, &*options.secrets, &key)?;
            consents.leave();
            kept = None;
        }
        let trak = Self {
            inner: Arc::new(Inner {
                folder: options.folder,
                secrets: options.secrets,
                runtime: options.runtime,
                clock: options.clock,
                seed,
                session: Mutex::new(None),
                conditions: watch::Sender::new(Conditions::assumed()),
                changed: Mutex::new(Some(watch::Sender::new(0))),
                live_running: Mutex::new(None),
                tasks: TaskTracker::new(),
                reporting: Mutex::new(None),
                here: Mutex::default(),
                surroundings: Mutex::new(None),
                device_time: Mutex::new(None),
                consents: Arc::new(consents),
                mirror: Mirror::default(),
                push: Push::default(),
                retaining: Mutex::new(()),
                account_gate: tokio::sync::Mutex::new(()),
                endings: Endings::default(),
            }),
        };
        trak.inner.endings.untold.store(ends::has_ended(&trak.inner.folder), Ordering::Release);
        if let Some(kept) = kept {
            let session = trak.inner.open_session(&kept, None)?;
            *lock(&trak.inner.session) = Some(session);
            trak.inner.retain();
        }
        // After the opening: it may have taken over what was kept of the account under a former name.
        let present = trak.inner.session().map(|session| session.key.clone());
        trak.inner.erase_left(present.as_ref());
        trak.inner.erase_ended(present.as_ref());
        Ok(trak)
    }

    /// What the shell knows of the network and of the person. A change for the better reconnects at once.
    pub fn set_conditions(&self, network_available: bool, foreground: bool) {
        self.inner.conditions.send_modify(|c| {
            let better = (network_available && !c.network_available) || (foreground && !c.foreground);
            *c = Conditions { network_available, foreground, better, permitted: false };
        });
    }

    /// Starts the tasks that keep the fleet fresh and send what waits in the outbox; nothing happens when they run
    /// already, nobody is signed in or the person has not agreed.
    pub fn start_live(&self) {
        if self.inner.permits(Purpose::Account).is_err() {
            return;
        }
        self.inner.start_sending();
        self.inner.mirror_consents();
        self.inner.settle_push();
        self.inner.watch_ending();
        let Some(session) = self.inner.session() else { return };
        if session.token().is_none() {
            let inner = Arc::clone(&self.inner);
            self.inner
                .tasks
                .spawn_on(async move { inner.settle_ending_after_refusal().await }, &self.inner.runtime);
            return;
        }
        let mut running = lock(&self.inner.live_running);
        let this = Arc::downgrade(&session);
        if running.as_ref().is_some_and(|running| running.ptr_eq(&this)) {
            return;
        }
        *running = Some(Weak::clone(&this));
        self.inner.retain_daily(Arc::clone(&session));
        let inner = Arc::clone(&self.inner);
        let seed = self.inner.seed;
        self.inner.tasks.spawn_on(
            async move {
                let fresh = async {
                    tokio::select! {
                        () = live::run(Arc::clone(&session), seed) => {}
                        () = inner.mirror_when_live(&session) => {}
                    }
                };
                tokio::join!(fresh, inner.settle_ending());
                {
                    let mut running = lock(&inner.live_running);
                    if running.as_ref().is_some_and(|running| running.ptr_eq(&this)) {
                        *running = None;
                    }
                }
                inner.settle_ending_after_refusal().await;
            },
            &self.inner.runtime,
        );
    }

    /// Tells when a view would look different.
    pub fn observe(&self) -> Observer {
        let receiver = match lock(&self.inner.changed).as_ref() {
            Some(sender) => sender.subscribe(),
            None => watch::Sender::new(0).subscribe(), // already shut down: ends at once
        };
        Observer::new(receiver)
    }

    /// The server's clock as far as it is known, else this device's.
    pub fn now(&self) -> UtcMs {
        self.inner.session().map_or_else(|| self.inner.clock.read().wall, |s| s.server_now())
    }

    /// Ends all tasks, writes what is outstanding and closes the cache. Observers end.
    pub async fn shutdown(&self) {
        let session = lock(&self.inner.session).take();
        self.inner.close_reporting();
        lock(&self.inner.changed).take();
        if let Some(session) = &session {
            session.stop.cancel();
        }
        self.inner.endings.closing.cancel();
        // Also without a session: the erasing that follows a withdrawal may still be under way.
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        if let Some(session) = session {
            // A foreign caller waits outside of any runtime, where blocking work cannot be started.
            if self.inner.runtime.spawn(close(session)).await.is_err() {
                tracing::error!("the cache was not closed");
            }
        }
    }

    pub(super) fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }

    pub(super) fn of(inner: Arc<Inner>) -> Self {
        Self { inner }
    }

    /// Runs `work` in a task of the engine's own, so that a caller who stops waiting loses nothing.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        self.inner.tasks.spawn_on(work, &self.inner.runtime).await.ok()
    }
}

impl Inner {
    /// The account that is signed in, or was until the server ended it.
    pub(super) fn session(&self) -> Option<Arc<Session>> {
        lock(&self.session).clone()
    }

    pub(super) fn touch(&self) {
        if let Some(session) = self.session() {
            session.touch();
        }
    }

    pub(super) fn wall_now(&self) -> UtcMs {
        self.clock.read().wall
    }

    pub(super) fn note_time(&self, now: &DeviceTime) {
        *lock(&self.device_time) = Some((*now, self.clock.read()));
    }

    /// The clocks as the shell would say them now.
    pub(super) fn device_now(&self) -> DeviceTime {
        let now = self.clock.read();
        match *lock(&self.device_time) {
            Some((said, then)) => DeviceTime {
                wall: now.wall,
                since_boot_ms: said.since_boot_ms + now.monotonic_ms.saturating_sub(then.monotonic_ms),
                boot: said.boot,
            },
            None => DeviceTime { wall: now.wall, since_boot_ms: now.monotonic_ms, boot: BootId(0) },
        }
    }

    pub(super) fn outbox_folder(&self, key: &AccountKey) -> PathBuf {
        keys::outbox_folder(&self.folder, key)
    }
}
