//! The one object that a shell holds.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::decide::order::Filter;
use crate::decide::own::OwnState;
use crate::decide::server_clock::ServerClock;
use crate::engine::keys::{self, KeptSession, KeyTrouble};
use crate::engine::reporting::Reporting;
use crate::engine::{Clock, History, Observer, OpenError, QueryError, SignInRefusal, SignInRequest};
use crate::geo::cluster::MapPoint;
use crate::lock::{lock, read};
use crate::model::{
    AccountKey, BootId, ClockReading, DeviceTime, Event, Group, Position, SecretStore, SecretStoreError,
    UnitId, UtcMs,
};
use crate::store::{self, OpenReport, Store};
use crate::sync::fleet::Fleet;
use crate::sync::session::{Session, TOKEN_LIFE_MS, Tail, Token};
use crate::sync::{Conditions, live};
use crate::traccar::{ApiError, Client, address};
use crate::view::{
    self, AccountView, FleetQuery, FleetStatus, FleetView, HistorySource, LinkToServer, MapQuery, MapView,
    MembersView, NearbyQuery, NearbyView, Trouble, UnitView,
};

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

/// What a sign-out did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedOut {
    /// Whether the server confirmed that the token is void. Without a connection it stays valid until it ends.
    pub revoked: bool,
}

/// An event with the name of its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    /// What happened.
    pub event: Event,
    /// To whom; empty where the unit is not known any more.
    pub unit_name: String,
}

pub(super) struct Inner {
    folder: PathBuf,
    pub(super) secrets: Arc<dyn SecretStore>,
    pub(super) runtime: Handle,
    clock: Arc<dyn Clock>,
    pub(super) seed: u64,
    session: Mutex<Option<Arc<Session>>>,
    conditions: watch::Sender<Conditions>,
    changed: Mutex<Option<watch::Sender<u64>>>,
    live_running: Mutex<Option<AccountKey>>,
    pub(super) tasks: TaskTracker,
    /// The reporting of whoever is signed in, while its outbox is open.
    pub(super) reporting: Mutex<Option<Arc<Reporting>>>,
    /// What the newest readings say of where this phone is.
    pub(super) here: Mutex<OwnState>,
    /// The clocks as the shell last said them, with this program's at that moment.
    device_time: Mutex<Option<(DeviceTime, ClockReading)>>,
    /// One sign-in or sign-out at a time.
    account_gate: tokio::sync::Mutex<()>,
}

/// The core of one program. Cheap to clone; all clones are the same core.
#[derive(Clone)]
pub struct Trak {
    inner: Arc<Inner>,
}

impl Trak {
    /// Opens the core and the last account's cache; nothing goes over the network yet.
    pub fn open(options: OpenOptions) -> Result<Self, OpenError> {
        std::fs::create_dir_all(&options.folder).map_err(OpenError::Folder)?;
        let seed = match options.random_seed {
            Some(seed) => seed,
            None => getrandom::u64().map_err(|_| OpenError::SecretStore(SecretStoreError::Unavailable))?,
        };
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
                device_time: Mutex::new(None),
                account_gate: tokio::sync::Mutex::new(()),
            }),
        };
        if let Some(kept) = KeptSession::load(&*trak.inner.secrets)? {
            let session = trak.inner.open_session(&kept, None).map_err(|trouble| match trouble {
                SessionTrouble::Secrets(error) => OpenError::SecretStore(error),
                SessionTrouble::KeyMissing => OpenError::KeyMissing,
                SessionTrouble::Storage(error) => OpenError::Storage(error),
                SessionTrouble::Settings => OpenError::SecretStore(SecretStoreError::Unavailable),
            })?;
            *lock(&trak.inner.session) = Some(session);
        }
        Ok(trak)
    }

    /// Who is signed in, or was until the server ended it.
    pub fn account(&self) -> Option<AccountView> {
        self.inner.session().map(|s| account_view(&s))
    }

    /// Signs in, replacing the account that was signed in before; its cache stays, apart.
    pub async fn sign_in(&self, request: SignInRequest) -> Result<AccountView, SignInRefusal> {
        let inner = Arc::clone(&self.inner);
        self.run(async move { inner.sign_in(request).await }).await.ok_or(SignInRefusal::Closed)?
    }

    /// Ends the sign-in: the token is revoked where there is a connection and forgotten in any case. Without
    /// `keep_cache` everything kept of the account is erased.
    pub async fn sign_out(&self, keep_cache: bool) -> Result<SignedOut, QueryError> {
        let inner = Arc::clone(&self.inner);
        self.run(async move { inner.sign_out(keep_cache).await }).await.ok_or(QueryError::Closed)?
    }

    /// What the shell knows of the network and of the person. A change for the better reconnects at once.
    pub fn set_conditions(&self, network_available: bool, foreground: bool) {
        self.inner.conditions.send_modify(|c| {
            let better = (network_available && !c.network_available) || (foreground && !c.foreground);
            *c = Conditions { network_available, foreground, better };
        });
    }

    /// Starts the tasks that keep the fleet fresh and send what waits in the outbox; nothing happens when they run
    /// already or nobody is signed in.
    pub fn start_live(&self) {
        self.inner.start_sending();
        let Some(session) = self.inner.session() else { return };
        let mut running = lock(&self.inner.live_running);
        if running.as_ref() == Some(&session.key) || session.token().is_none() {
            return;
        }
        *running = Some(session.key.clone());
        let inner = Arc::clone(&self.inner);
        let seed = self.inner.seed;
        self.inner.tasks.spawn_on(
            async move {
                let key = session.key.clone();
                live::run(session, seed).await;
                let mut running = lock(&inner.live_running);
                if running.as_ref() == Some(&key) {
                    *running = None;
                }
            },
            &self.inner.runtime,
        );
    }

    /// One snapshot now.
    pub async fn refresh(&self) -> Result<(), QueryError> {
        let session = self.inner.session().ok_or(QueryError::SignedOut)?;
        let answer = self.run(async move { session.refresh().await }).await.ok_or(QueryError::Closed)?;
        answer.map_err(QueryError::from)
    }

    /// How far what is shown can be trusted.
    pub fn status(&self) -> FleetStatus {
        self.inner.session().map_or(NOBODY, |s| s.status())
    }

    /// One page of the unit list.
    pub fn fleet(&self, query: &FleetQuery) -> FleetView {
        match self.inner.session() {
            Some(s) => view::fleet::build(&read(&s.fleet), query, s.status(), s.server_now()),
            None => FleetView { rows: Vec::new(), matched: 0, total: 0, status: NOBODY },
        }
    }

    /// Everything about one unit; `None` when the account does not see it.
    pub fn unit(&self, id: UnitId) -> Option<UnitView> {
        let s = self.inner.session()?;
        let (status, now) = (s.status(), s.server_now());
        view::unit::build(&read(&s.fleet), id, status, now)
    }

    /// What is near.
    pub fn nearby(&self, query: &NearbyQuery) -> NearbyView {
        match self.inner.session() {
            Some(s) => {
                let (status, now, off) = (s.status(), s.server_now(), s.clock_uncertainty_ms());
                view::nearby::build(&read(&s.fleet), query, status, now, off)
            }
            None => view::nearby::build(&Fleet::default(), query, NOBODY, self.now(), 0),
        }
    }

    /// Points and clusters of a viewport.
    pub fn map(&self, query: &MapQuery) -> MapView {
        match self.inner.session() {
            Some(s) => {
                let (status, now) = (s.status(), s.server_now());
                view::map::build(&read(&s.fleet), query, status, now)
            }
            None => MapView { points: Vec::new(), units: Vec::new(), status: NOBODY },
        }
    }

    /// One page, from `offset`, of the units that a point of the map stands for, so that a group which zooming does
    /// not split opens as a list.
    pub fn members(&self, point: &MapPoint, filter: &Filter, offset: usize) -> MembersView {
        match self.inner.session() {
            Some(s) => view::map::members(&read(&s.fleet), point, filter, offset, s.server_now()),
            None => MembersView { rows: Vec::new(), total: 0 },
        }
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
        let Some(session) = self.inner.session() else { return Vec::new() };
        let events: Vec<Event> = lock(&session.events).iter().cloned().collect();
        let fleet = read(&session.fleet);
        let name = |id| fleet.slot(id).and_then(|slot| fleet.entry(slot)).map(|e| e.unit.name.clone());
        events
            .into_iter()
            .map(|event| EventRow { unit_name: name(event.unit_id).unwrap_or_default(), event })
            .collect()
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
        let name = {
            let fleet = read(&session.fleet);
            fleet.slot(unit).and_then(|slot| fleet.entry(slot)).map(|e| e.unit.name.clone())
        };
        let name = name.ok_or(QueryError::NotFound)?;
        self.run(async move {
            let (positions, source) = match session.fetch_history(unit, from, to).await {
                Ok(positions) => (positions, HistorySource::Server),
                Err(ApiError::Offline) => {
                    (session.cached_history(unit, from, to).await?, HistorySource::Cache)
                }
                Err(error) => return Err(QueryError::from(error)),
            };
            let rules = session.history_rules();
            Ok(Arc::new(History::new((unit, name), (from, to), source, positions, &rules)))
        })
        .await
        .ok_or(QueryError::Closed)?
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
        if let Some(session) = session {
            session.stop.cancel();
            self.inner.tasks.close();
            self.inner.tasks.wait().await;
            close(session).await;
        }
    }

    pub(super) fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }

    pub(super) fn of(inner: Arc<Inner>) -> Self {
        Self { inner }
    }

    /// Runs `work` in a task of the engine's own, so that a caller who stops waiting loses nothing.
    async fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Option<T> {
        self.inner.tasks.spawn_on(work, &self.inner.runtime).await.ok()
    }
}

/// What is known while nobody is signed in.
const NOBODY: FleetStatus = FleetStatus {
    link: LinkToServer::SignedOut,
    confirmed_at: None,
    refreshing: false,
    loaded: false,
    trouble: None,
    unreadable_elements: 0,
    quarantined_positions: 0,
};

enum SessionTrouble {
    Secrets(SecretStoreError),
    KeyMissing,
    Storage(store::StoreError),
    Settings,
}

impl Inner {
    pub(super) fn touch(&self) {
        if let Some(session) = self.session() {
            session.touch();
        }
    }

    pub(super) fn wall_now(&self) -> UtcMs {
        self.clock.read().wall
    }

    pub(super) fn outbox_folder(&self, key: &AccountKey) -> PathBuf {
        self.folder.join(format!("{}.outbox", key.0))
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

    pub(super) fn session(&self) -> Option<Arc<Session>> {
        lock(&self.session).clone()
    }

    /// Opens an account's cache and builds its session; `token` replaces the kept one.
    fn open_session(
        self: &Arc<Self>,
        kept: &KeptSession,
        token: Option<Token>,
    ) -> Result<Arc<Session>, SessionTrouble> {
        let key = kept.key();
        let (server, cleartext) = kept.server();
        let address = address::parse(server, cleartext).map_err(|_| SessionTrouble::Settings)?;
        let tls = kept.tls();
        let client = Client::new(address.clone(), &tls, Arc::clone(&self.clock))
            .map_err(|_| SessionTrouble::Settings)?;
        let folder = self.folder.join(&key.0);
        let database_key =
            keys::database_key(&*self.secrets, &key, &folder).map_err(|trouble| match trouble {
                KeyTrouble::Secrets(error) => SessionTrouble::Secrets(error),
                KeyTrouble::Missing => SessionTrouble::KeyMissing,
            })?;
        let (opened, loaded) =
            Store::open_with_fleet(&folder, &database_key).map_err(SessionTrouble::Storage)?;
        let token = token.or_else(|| kept.token());
        let salvaged = matches!(opened.report, OpenReport::Salvaged { .. });
        let status = FleetStatus {
            link: if token.is_some() { LinkToServer::Connecting } else { LinkToServer::SignedOut },
            confirmed_at: loaded.meta.last_snapshot_at,
            loaded: loaded.meta.last_snapshot_at.is_some() || !loaded.units.is_empty(),
            trouble: salvaged.then_some(Trouble::CacheSalvaged),
            ..NOBODY
        };
        let mut fleet = Fleet::default();
        fleet.load(loaded.units, loaded.positions, loaded.groups);
        let events = opened.store.recent_events(50, None).map_err(SessionTrouble::Storage)?;
        let changed = lock(&self.changed).clone().ok_or(SessionTrouble::Settings)?;
        // A salvaged cache may miss units that have not changed since: the next snapshot must be whole.
        let cursor = loaded.meta.cursor.filter(|_| !salvaged);
        // Weak: a session must not keep the core alive that owns it.
        let this = Arc::downgrade(self);
        Ok(Arc::new(Session {
            key,
            account: kept.account(),
            address,
            tls,
            client,
            store: opened.store,
            clock: Arc::clone(&self.clock),
            conditions: self.conditions.subscribe(),
            stop: CancellationToken::new(),
            token: Mutex::new(token),
            fleet: std::sync::RwLock::new(fleet),
            server_clock: Mutex::new(ServerClock::from_stored(
                loaded.meta.server_clock_offset_ms,
                self.clock.read(),
            )),
            events: Mutex::new(events.into()),
            tail: Mutex::new(Tail::default()),
            status: Mutex::new(status),
            cursor: Mutex::new(cursor),
            changed,
            refresh_gate: tokio::sync::Mutex::new(()),
            keep_token: Box::new(move |token| this.upgrade().is_some_and(|inner| inner.keep_token(token))),
        }))
    }

    /// Keeps a renewed token; false when the key store refused, so that the old one stays in use.
    fn keep_token(&self, token: &Token) -> bool {
        let Ok(Some(mut kept)) = KeptSession::load(&*self.secrets) else { return false };
        kept.set_token(Some(token));
        kept.save(&*self.secrets).is_ok()
    }

    async fn sign_in(self: &Arc<Self>, request: SignInRequest) -> Result<AccountView, SignInRefusal> {
        let _one = self.account_gate.lock().await;
        let address = address::parse(&request.server, request.cleartext)?;
        let client = Client::new(address.clone(), &request.tls, Arc::clone(&self.clock))
            .map_err(|_| SignInRefusal::BadTlsSettings)?;
        let issued_at = self.clock.read().wall;
        let signed_in = client
            .sign_in(
                &request.email,
                &request.password,
                request.code.as_ref(),
                issued_at.plus_ms(TOKEN_LIFE_MS),
            )
            .await?;
        let key = address::account_key(&address, signed_in.account.id);
        let token = Token { secret: signed_in.token, issued_at, expires_at: signed_in.token_expires_at };
        let mut kept = KeptSession::new(
            &key,
            address.url().as_str(),
            request.cleartext,
            &request.tls,
            &signed_in.account,
        );
        kept.set_token(Some(&token));
        // The account before is closed first: the same account may be signing in again, and one cache has one writer.
        if let Some(before) = self.session() {
            if before.key == key {
                self.close_reporting(); // the same person again: reporting goes on
            } else if let Err(error) = self.leave_reporting(&before, false) {
                tracing::error!(?error, "the end of reporting was not kept");
            }
            lock(&self.session).take();
            before.stop.cancel();
            close(before).await;
        }
        let this = Arc::clone(self);
        let opened = tokio::task::spawn_blocking(move || {
            this.open_session(&kept, Some(token)).map(|session| (session, kept))
        })
        .await
        .map_err(|_| SignInRefusal::Closed)?;
        let (session, kept) = opened.map_err(|trouble| match trouble {
            SessionTrouble::Secrets(error) => SignInRefusal::SecretStore(error),
            SessionTrouble::KeyMissing => SignInRefusal::KeyMissing,
            SessionTrouble::Storage(error) => SignInRefusal::Storage(error),
            SessionTrouble::Settings => SignInRefusal::BadTlsSettings,
        })?;
        kept.save(&*self.secrets)?;
        if let Some(sample) = &signed_in.clock {
            lock(&session.server_clock).learn(sample);
        }
        let view = account_view(&session);
        *lock(&self.session) = Some(Arc::clone(&session));
        session.touch();
        Ok(view)
    }

    async fn sign_out(self: &Arc<Self>, keep_cache: bool) -> Result<SignedOut, QueryError> {
        let _one = self.account_gate.lock().await;
        let session = self.session().ok_or(QueryError::SignedOut)?;
        if let Err(error) = self.leave_reporting(&session, !keep_cache) {
            tracing::error!(?error, "the end of reporting was not kept");
        }
        lock(&self.session).take();
        session.stop.cancel();
        let revoked = match session.token() {
            Some(token) => session.client.revoke(&token).await.is_ok(),
            None => true,
        };
        *lock(&session.token) = None;
        KeptSession::forget(&*self.secrets)?;
        let key = session.key.clone();
        session.touch();
        close(session).await;
        if !keep_cache {
            // The key goes first: without it what is left of the files cannot be read.
            keys::forget_key(&*self.secrets, &key)?;
            let folder = self.folder.join(&key.0);
            tokio::task::spawn_blocking(move || store::erase(&folder))
                .await
                .map_err(|_| QueryError::Closed)??;
        }
        Ok(SignedOut { revoked })
    }
}

/// Writes what is outstanding and closes the cache, off the async threads.
async fn close(session: Arc<Session>) {
    if tokio::task::spawn_blocking(move || session.store.close()).await.is_err() {
        tracing::error!("the cache's last write did not end");
    }
}

fn account_view(session: &Session) -> AccountView {
    AccountView {
        name: session.account.name.clone(),
        email: session.account.email.clone(),
        server: session.address.url().to_string(),
        cleartext: session.address.is_cleartext(),
        readonly: session.account.readonly,
    }
}

impl From<ApiError> for QueryError {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Offline => Self::Offline,
            ApiError::SignedOut => Self::SignedOut,
            ApiError::Denied => Self::Denied,
            ApiError::NotFound => Self::NotFound,
            ApiError::TooMany { retry_after_s } => Self::TooMany { retry_after_s },
            ApiError::BadCertificate(trouble) => Self::BadCertificate(trouble),
            ApiError::Server { status } => Self::Server { status },
            ApiError::Unreadable => Self::Unreadable,
        }
    }
}
