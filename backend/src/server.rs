//! Starting, running and draining.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::accept;
use crate::admission::{Admission, Sessions};
use crate::auth::usable;
use crate::cancel;
use crate::db::Database;
use crate::db::access_log::Look;
use crate::db::notices::Notice;
use crate::error::Refusal;
use crate::limit::{Limiter, Rate};
use crate::live::Live;
use crate::model::User;
use crate::push::jpush::Jpush;
use crate::push::{self, Forward, OutsideError, Relay};
use crate::retention::{self, Terms};
use crate::routes;
use crate::silence::{Silence, pass_time};
use crate::throttle::{FREE_PER_ACCOUNT, Throttle};

/// How often changes of permissions made by another process (the command line) are looked for.
const WATCH: Duration = Duration::from_millis(500);
/// How long the ids of own fixes are remembered, so that a repeated delivery stores nothing twice.
const FIXES_REMEMBERED_MS: i64 = 40 * 86_400_000;
/// How long a cursor of the fleet is worth something: so long it is remembered which units were deleted.
const CURSOR_LIFE_MS: i64 = 40 * 86_400_000;
/// Sockets open at once.
const SOCKETS: u32 = 10_000;
/// Open requests may end within this when the backend is asked to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// What a backend is started with.
#[derive(Clone)]
pub struct Config {
    /// Where it listens; port 0 for a free one.
    pub bind: SocketAddr,
    /// The database's file.
    pub database: PathBuf,
    /// A unit not heard of for so long is offline, milliseconds.
    pub offline_after_ms: i64,
    /// A unit not heard of for so long is unknown until it is offline; `None` for never.
    pub unknown_after_ms: Option<i64>,
    /// How often it is looked for what follows from time alone.
    pub sweep: Duration,
    /// How long things are kept.
    pub retention: Terms,
    /// How phones are told of events; `None` for not at all.
    pub relay: Option<Relay>,
    /// What is agreed with a Traccar server whose events are taken over.
    pub forward: Option<Forward>,
    /// The address by which phones know this server; without it, the one by which each registers.
    pub public_url: Option<String>,
    /// How many requests an address may make.
    pub requests: Rate,
    /// How long the head of a request may take, and how long an idle connection is kept.
    pub head_timeout: Duration,
    /// How many positions and events one report may answer with, over all units.
    pub report_rows: usize,
    /// The clock, milliseconds since 1970.
    pub clock: Arc<dyn Fn() -> i64 + Send + Sync>,
}

impl Config {
    /// The usual configuration for a database and an address.
    pub fn new(database: PathBuf, bind: SocketAddr) -> Self {
        let clock = || jiff::Timestamp::now().as_millisecond();
        Self {
            bind,
            database,
            offline_after_ms: 10 * 60_000,
            unknown_after_ms: None,
            sweep: Duration::from_secs(10),
            retention: Terms::default(),
            relay: None,
            forward: None,
            public_url: None,
            requests: Rate { per_second: 100, burst: 500 },
            head_timeout: Duration::from_secs(30),
            report_rows: 500_000,
            clock: Arc::new(clock),
        }
    }
}

/// Why a backend does not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The database cannot be opened.
    #[error("the database cannot be opened")]
    Database(#[from] rusqlite::Error),
    /// Another server cannot be asked for anything.
    #[error("another server cannot be asked: {0}")]
    Outside(#[from] OutsideError),
    /// The address cannot be listened on.
    #[error("the address cannot be listened on")]
    Bind(#[source] std::io::Error),
}

/// What all requests share. Cheap to clone.
#[derive(Clone)]
pub struct State {
    /// The database.
    pub db: Database,
    pub(crate) live: Arc<Live>,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) throttle: Arc<Throttle>,
    pub(crate) limiter: Arc<Limiter>,
    pub(crate) retention: Terms,
    /// Whether phones are told of events.
    pub(crate) pushes: bool,
    pub(crate) forward: Option<Forward>,
    pub(crate) public_url: Option<String>,
    pub(crate) report_rows: usize,
    /// Held while positions are taken in until the open sockets know of them.
    pub(crate) taking: Arc<Mutex<()>>,
    /// One permit for each open socket; all are back when all are closed.
    pub(crate) sockets: Arc<Semaphore>,
    /// One permit for each password that is being looked at: that takes memory and a whole core.
    hashing: Arc<Semaphore>,
    clock: Arc<dyn Fn() -> i64 + Send + Sync>,
}

/// Passwords looked at at once: a core has nothing of more than one, and an account's own tries never hold it up.
fn hashing() -> Semaphore {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Semaphore::new(cores.clamp(1, FREE_PER_ACCOUNT as usize))
}

impl State {
    /// Waits until another password may be looked at.
    pub(crate) async fn hashing(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        Arc::clone(&self.hashing).acquire_owned().await.map_err(|_| Refusal::Internal)
    }

    /// The time, milliseconds since 1970.
    pub fn now(&self) -> i64 {
        (self.clock)()
    }

    /// Tells an account's open sockets of the notices that it has not acknowledged. Blocks.
    fn tell_notices(&self, user: i64) -> Result<(), Refusal> {
        if self.live.users().contains(&user) {
            let open = open_notices(&self.db, user)?;
            self.live.notices(user, &open);
        }
        Ok(())
    }

    /// The account that something let in, where that still holds. Blocks.
    pub(crate) fn admitted(&self, by: &Admission) -> Result<Option<User>, Refusal> {
        let now = self.now();
        Ok(self.db.admitted(by, now)?.filter(|user| usable(user, now).is_ok()))
    }

    /// Closes the sockets whose token, session or account has ended, which time alone may do; the accounts of the others.
    /// Blocks.
    fn close_ended(&self) -> Result<HashMap<i64, User>, Refusal> {
        let mut accounts = HashMap::new();
        for (socket, by) in self.live.admissions() {
            match self.admitted(&by)? {
                Some(user) => drop(accounts.insert(user.id, user)),
                None => self.live.close(socket),
            }
        }
        Ok(accounts)
    }

    /// Closes the sockets that see something else than their account may see now, or that nothing lets in any more. Blocks.
    pub fn permissions_changed(&self) -> Result<(), Refusal> {
        for (id, user) in self.close_ended()? {
            self.live.recheck(id, &self.db.visible_devices(&user)?);
        }
        Ok(())
    }
}

/// The notices that an account has not acknowledged. Blocks.
pub(crate) fn open_notices(db: &Database, user: i64) -> Result<Vec<Notice>, Refusal> {
    Ok(db.notices(user)?.into_iter().filter(|notice| notice.acknowledged.is_none()).collect())
}

/// A running backend.
pub struct Running {
    local_addr: SocketAddr,
    /// What its requests share.
    pub state: State,
    stop: CancellationToken,
    server: JoinHandle<()>,
    sweeper: JoinHandle<()>,
    watcher: JoinHandle<()>,
    /// What is asked of other servers.
    outside: Vec<JoinHandle<()>>,
}

impl Running {
    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Takes no new requests, lets open ones end, closes the sockets and the database.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.state.live.close_all();
        if tokio::time::timeout(DRAIN, self.server).await.is_err() {
            tracing::warn!("some requests did not end in time");
        }
        // The sockets have been told to close: each says so to its reader first.
        if tokio::time::timeout(DRAIN, self.state.sockets.acquire_many(SOCKETS)).await.is_err() {
            tracing::warn!("some sockets did not close in time");
        }
        for task in self.outside {
            // A push that is on its way is noted as sent, or sent again with the same cid by the next start.
            if tokio::time::timeout(DRAIN, task).await.is_err() {
                tracing::warn!("another server did not answer in time");
            }
        }
        self.sweeper.abort();
        self.watcher.abort();
        let ended = self.state.db.run(super::db::Database::checkpoint).await;
        if ended.is_err() {
            tracing::warn!("the write-ahead log was not folded in; the next start does it");
        }
    }
}

/// Starts a backend.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let jpush = config.relay.clone().map(Jpush::new).transpose()?;
    let db = Database::open(&config.database)?;
    let listener = TcpListener::bind(config.bind).await.map_err(StartError::Bind)?;
    let local_addr = listener.local_addr().map_err(StartError::Bind)?;
    let state = State {
        db,
        live: Arc::default(),
        sessions: Arc::default(),
        throttle: Arc::default(),
        limiter: Arc::new(Limiter::new(config.requests)),
        retention: config.retention,
        pushes: config.relay.is_some(),
        forward: config.forward.clone(),
        public_url: config.public_url,
        report_rows: config.report_rows,
        taking: Arc::default(),
        sockets: Arc::new(Semaphore::new(SOCKETS as usize)),
        hashing: Arc::new(hashing()),
        clock: config.clock,
    };
    let stop = CancellationToken::new();
    let app = routes::router(state.clone());
    let server = tokio::spawn(accept::serve(listener, app, config.head_timeout, stop.clone()));
    let silence =
        Silence { unknown_after_ms: config.unknown_after_ms, offline_after_ms: config.offline_after_ms };
    let sweeper = tokio::spawn(sweep(state.clone(), config.sweep, silence));
    let watcher = tokio::spawn(watch(state.clone()));
    let mut outside = Vec::new();
    if let Some(jpush) = jpush {
        outside.push(tokio::spawn(push::sender::run(state.clone(), jpush, stop.clone())));
    }
    if let Some(forward) = config.forward {
        outside.push(tokio::spawn(push::forward::poll(state.clone(), forward, stop.clone())));
    }
    Ok(Running { local_addr, state, stop, server, sweeper, watcher, outside })
}

async fn watch(state: State) {
    let mut ticks = tokio::time::interval(WATCH);
    let mut seen: Option<(i64, i64)> = None;
    loop {
        ticks.tick().await;
        let of = state.clone();
        let checked = state.db.run(move |db| {
            let counter = db.access_counter()?;
            if seen.is_some_and(|(seen, _)| seen != counter) {
                of.permissions_changed()?;
            }
            let (newest, users) = db.notices_after(seen.map_or(0, |(_, notice)| notice))?;
            // Whoever connects later is told then.
            for user in users.into_iter().filter(|_| seen.is_some()) {
                of.tell_notices(user)?;
            }
            Ok((counter, newest))
        });
        if let Ok(found) = checked.await {
            seen = Some(found);
        } else {
            tracing::error!("changes of permissions could not be looked for");
        }
    }
}

async fn sweep(state: State, every: Duration, silence: Silence) {
    let mut ticks = tokio::time::interval(every);
    loop {
        ticks.tick().await;
        let of = state.clone();
        let swept = state.db.run(move |_| sweep_once(&of, silence)).await;
        if swept.is_err() {
            tracing::error!("a part of what follows from time could not be done; it is tried again");
        }
    }
}

/// Tells what follows from time alone and forgets what has ended. A part that fails is tried again with the next sweep and
/// holds up none of the others. Blocks.
fn sweep_once(state: &State, silence: Silence) -> Result<(), Refusal> {
    let (db, now) = (&state.db, state.now());
    let parts = [
        state.close_ended().map(drop),
        db.forget_old_tokens(now),
        db.forget_old_fixes(now - FIXES_REMEMBERED_MS),
        db.forget_old_removals(now - CURSOR_LIFE_MS),
        pass_time(state, silence),
        if state.pushes { Ok(()) } else { db.forget_outbox() },
        note_open_maps(state, now),
        retention::run_daily(db, state.retention, now),
        cancel_due(state, now),
        db.fold_erased(),
    ];
    parts.into_iter().collect()
}

/// A socket that stays open goes on looking.
fn note_open_maps(state: &State, now: i64) -> Result<(), Refusal> {
    for (user, visible) in state.live.viewers() {
        if let Some(user) = state.db.user(user)? {
            state.db.note_look(&user, Look::Positions, |id| visible.contains(&id), now)?;
        }
    }
    Ok(())
}

fn cancel_due(state: &State, now: i64) -> Result<(), Refusal> {
    let cancelled = cancel::run(&state.db, now)?;
    if cancelled.is_empty() {
        return Ok(());
    }
    let mut failed = Ok(());
    for due in cancelled {
        match due.done {
            Ok(()) => state.live.close_user(due.user),
            Err(refusal) => failed = Err(refusal),
        }
    }
    state.db.erased();
    failed
}
