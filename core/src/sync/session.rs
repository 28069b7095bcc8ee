//! Everything that belongs to one signed-in account: its connection, cache, fleet and state.
//!
//! Decides how an answer from the server reaches memory, disk and the observers, and that a token once refused
//! is not used again. Two accounts share nothing: each has a session of its own.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::decide::freshness::still_heard;
use crate::decide::server_clock::ServerClock;
use crate::lock::{lock, read, write};
use crate::model::{Account, AccountKey, AlertSettings, Clock, Event, Notice, Secret, ServerAddress, UtcMs};
use crate::store::{Change, StoreError};
use crate::sync::Conditions;
use crate::sync::cache::Cache;
use crate::sync::erased::Question;
use crate::sync::fleet::{Applied, Fleet, Received};
use crate::sync::tail::Tail;
use crate::traccar::decode::Frame;
use crate::traccar::{ApiError, Client};
use crate::view::{AsOf, FleetStatus, LinkToServer, Trouble};

/// A burst of positions of unknown units asks for one snapshot, not for many.
const UNKNOWN_UNITS_PAUSE: Duration = Duration::from_secs(5);
/// As short as may be: a place that was erased should not stay. What is erased unit by unit is still asked for together.
const ERASED_PAUSE: Duration = Duration::from_millis(250);
/// How many events are kept in memory: as many as are asked for after a time away, for whoever watches them all.
pub(super) const EVENTS_KEPT: usize = 1_000;
/// A token with its term, on the server's clock.
pub struct Token {
    /// The token itself.
    pub secret: Secret,
    /// When it was issued.
    pub issued_at: UtcMs,
    /// When it ends; `None` where the server did not say.
    pub expires_at: Option<UtcMs>,
}

/// One signed-in account.
pub struct Session {
    /// Names the account's folder and secrets.
    pub key: AccountKey,
    /// Who it is.
    pub account: Mutex<Account>,
    /// Where.
    pub address: ServerAddress,
    /// The wire.
    pub client: Client,
    /// The cache.
    pub cache: Cache,
    /// The cache was salvaged and the snapshot that makes it whole again is still to come.
    pub(crate) salvaged: AtomicBool,
    /// The device's clocks.
    pub clock: Arc<dyn Clock>,
    /// Network and foreground.
    pub conditions: watch::Receiver<Conditions>,
    /// Ends the session's tasks.
    pub stop: CancellationToken,
    pub(crate) token: Mutex<Option<Token>>,
    pub(crate) fleet: RwLock<Fleet>,
    pub(crate) server_clock: Mutex<ServerClock>,
    pub(crate) events: Mutex<VecDeque<Event>>,
    /// What the person is told of.
    pub(crate) alert_settings: Mutex<AlertSettings>,
    /// Under which name this phone is registered for pushes at the server, or may be.
    pub(crate) push_install: Mutex<Option<Uuid>>,
    /// The operator's notices that wait to be acknowledged, newest first.
    pub(crate) notices: Mutex<Vec<Notice>>,
    pub(crate) tail: Mutex<Tail>,
    pub(crate) status: Mutex<FleetStatus>,
    /// Whether a snapshot came since the stream's state changed last.
    pub(crate) heard: AtomicBool,
    /// When the server said anything last, milliseconds of the clock that counts sleep.
    pub(crate) heard_at_ms: AtomicU64,
    pub(crate) cursor: Mutex<Option<String>>,
    /// Up to when it is known what happened (server's clock); none before the first snapshot.
    pub(crate) events_until: Mutex<Option<UtcMs>>,
    pub(crate) changed: watch::Sender<u64>,
    /// Lets one snapshot run at a time; a second asker waits and gets its own.
    pub(crate) refresh_gate: tokio::sync::Mutex<()>,
    /// Keeps a renewed token.
    pub(crate) keep_token: Box<dyn Fn(&Token) -> bool + Send + Sync>,
}

impl Session {
    /// The server's clock as far as it is known, else this device's.
    pub fn server_now(&self) -> UtcMs {
        lock(&self.server_clock).server_now(self.clock.read())
    }

    /// The server's clock as it was when this device's monotonic clock said `at_ms`.
    pub fn server_time_of(&self, at_ms: u64) -> UtcMs {
        let ago_ms = self.clock.read().monotonic_ms.saturating_sub(at_ms);
        self.server_now().plus_ms(-i64::try_from(ago_ms).unwrap_or(i64::MAX))
    }

    /// The server's clock where it is known.
    pub fn known_server_now(&self) -> Option<UtcMs> {
        let clock = lock(&self.server_clock);
        clock.is_known().then(|| clock.server_now(self.clock.read()))
    }

    /// The token while it is good.
    pub fn token(&self) -> Option<Secret> {
        lock(&self.token).as_ref().map(|token| token.secret.clone())
    }

    /// The state now.
    pub fn status(&self) -> FleetStatus {
        let mut status = *lock(&self.status);
        if status.link == LinkToServer::Live && self.is_silent() {
            status.link = LinkToServer::Connecting;
        }
        status.quarantined_positions = read(&self.fleet).held_back();
        if let (None, Some(error)) = (status.trouble, self.cache.store().health().last_error) {
            status.trouble = Some(trouble_of(error));
        }
        status
    }

    /// Tells the observers that something changed.
    pub fn touch(&self) {
        self.changed.send_modify(|revision| *revision = revision.wrapping_add(1));
    }

    /// What screens show now.
    pub(crate) fn as_of(&self) -> AsOf {
        let heard = match lock(&self.status).link {
            LinkToServer::Live => true,
            LinkToServer::Connecting => self.heard.load(Ordering::Relaxed),
            LinkToServer::Offline { .. } | LinkToServer::SignedOut => false,
        };
        AsOf { server_now: self.server_now(), heard: heard && !self.is_silent() }
    }

    /// The server said something; answers with when, milliseconds of the clock that counts sleep.
    pub(crate) fn note_heard(&self) -> u64 {
        let now_ms = self.clock.read().monotonic_ms;
        self.heard_at_ms.store(now_ms, Ordering::Relaxed);
        now_ms
    }

    /// Whether the server was not heard of for so long that it says nothing of any unit's link now.
    pub(crate) fn is_silent(&self) -> bool {
        self.is_silent_since(self.heard_at_ms.load(Ordering::Relaxed))
    }

    /// The same where something was heard last at a moment of the clock that counts sleep.
    pub(super) fn is_silent_since(&self, heard_at_ms: u64) -> bool {
        !still_heard(self.clock.read().monotonic_ms.saturating_sub(heard_at_ms))
    }

    pub(crate) fn set_link(&self, link: LinkToServer) {
        self.heard.store(false, Ordering::Relaxed);
        lock(&self.status).link = link;
        self.touch();
    }

    /// Remembers what went wrong, for every screen to show.
    pub fn note(&self, error: &ApiError) {
        lock(&self.status).trouble = Some(Trouble::from(error));
        self.touch();
    }

    /// The server no longer accepts the token: it is forgotten, the data stays.
    pub fn mark_signed_out(&self) {
        *lock(&self.token) = None;
        let mut status = lock(&self.status);
        status.link = LinkToServer::SignedOut;
        status.trouble = Some(Trouble::SignedOut);
        status.refreshing = false;
        drop(status);
        self.touch();
    }

    /// Asks with the token once; a refusal ends the session instead of asking again.
    pub async fn ask<T, F>(&self, request: impl FnOnce(Secret) -> F) -> Result<T, ApiError>
    where
        F: Future<Output = Result<T, ApiError>>,
    {
        let token = self.token().ok_or(ApiError::SignedOut)?;
        let answer = request(token).await;
        if matches!(answer, Err(ApiError::SignedOut)) {
            self.mark_signed_out();
            self.stop.cancel();
        }
        answer
    }

    /// One snapshot of the whole fleet, or of what changed since the last one.
    pub async fn refresh(self: &Arc<Self>) -> Result<(), ApiError> {
        let _one_at_a_time = self.refresh_gate.lock().await;
        self.mend_cache().await;
        lock(&self.status).refreshing = true;
        self.touch();
        let since = lock(&self.cursor).clone();
        let asked_at_ms = self.clock.read().monotonic_ms;
        let answer =
            self.ask(|token| async move { self.client.snapshot(&token, since.as_deref()).await }).await;
        lock(&self.status).refreshing = false;
        let snapshot = match answer {
            Ok(snapshot) => snapshot,
            Err(error) => {
                self.note(&error);
                return Err(error);
            }
        };
        if let Some(sample) = &snapshot.clock {
            lock(&self.server_clock).learn(sample);
        }
        let mut applied = Applied::default();
        {
            let mut fleet = write(&self.fleet);
            // A unit that could not be read is not gone.
            let whole = snapshot.full && snapshot.rejected_units == 0;
            let named: Vec<_> = snapshot.units.iter().map(|raw| (raw.unit.id, raw.newest)).collect();
            let units = snapshot.units.into_iter().map(|raw| raw.unit).collect();
            fleet.apply_units(units, whole, &mut applied);
            fleet.remove(&snapshot.removed, &mut applied);
            if let Some(groups) = &snapshot.groups {
                fleet.set_groups(groups.clone());
            }
            let question =
                Question { asked_at_ms, all_positions: snapshot.all_positions, at_once: snapshot.at_once };
            fleet.apply_answer(&named, snapshot.positions, question, self.received(), &mut applied);
            fleet.settle();
        }
        self.shorten_tail(&applied.erased);
        let confirmed_at = self.server_now();
        self.note_heard();
        self.heard.store(true, Ordering::Relaxed);
        (*lock(&self.cursor)).clone_from(&snapshot.cursor);
        {
            let mut status = lock(&self.status);
            status.loaded = true;
            status.confirmed_at = Some(confirmed_at);
            status.unreadable_elements = snapshot.rejected;
            // That the cache was damaged stays to be seen until the snapshot after the one that made it whole.
            let salvaged = self.salvaged.swap(false, Ordering::Relaxed);
            status.trouble = salvaged.then_some(Trouble::CacheSalvaged);
        }
        // Nothing was missed before the first sight of this fleet; from then on everything counts.
        let events_until = *lock(&self.events_until).get_or_insert(confirmed_at);
        self.keep(applied, |change| {
            change.groups = snapshot.groups;
            change.meta.cursor = snapshot.cursor;
            change.meta.last_snapshot_at = Some(confirmed_at);
            change.meta.events_until = Some(events_until);
            change.meta.server_clock_offset_ms = lock(&self.server_clock).offset_ms(self.clock.read());
        });
        self.touch();
        self.renew_when_due().await;
        Ok(())
    }

    /// Opens a cache in which damage has shown again, which salvages it. The fleet in memory stays and is written whole,
    /// and the next snapshot is a whole one.
    pub(super) async fn mend_cache(self: &Arc<Self>) {
        if !self.cache.is_damaged() {
            return;
        }
        let session = Arc::clone(self);
        let reopened = tokio::task::spawn_blocking(move || session.cache.reopen()).await;
        match reopened {
            Ok(Ok(salvaged)) => {
                tracing::warn!(salvaged, "damage showed in the cache; it was opened again");
                *lock(&self.cursor) = None;
                if salvaged {
                    self.salvaged.store(true, Ordering::Relaxed);
                    lock(&self.status).trouble = Some(Trouble::CacheSalvaged);
                }
                self.write_everything();
                self.touch();
            }
            Ok(Err(error)) => tracing::error!(?error, "a damaged cache cannot be opened again"),
            Err(_) => tracing::error!("opening a damaged cache again did not end"),
        }
    }

    fn write_everything(&self) {
        let fleet = read(&self.fleet);
        let change = Change {
            snapshot: true,
            units: fleet.iter().map(|(_, entry)| (*entry.unit).clone()).collect(),
            positions: fleet.iter().filter_map(|(_, entry)| entry.position.clone()).collect(),
            groups: Some(fleet.groups().values().cloned().collect()),
            events: lock(&self.events).iter().cloned().collect(),
            ..Change::default()
        };
        self.cache.store().submit(change);
    }

    /// Takes one frame of the live stream. Where it shows that the whole fleet must be asked for: how soon.
    pub fn apply_frame(&self, frame: Frame) -> Option<Duration> {
        let mut applied = Applied::default();
        {
            let mut fleet = write(&self.fleet);
            fleet.apply_live_units(frame.devices.items, &mut applied);
            fleet.apply_positions(frame.positions.items, self.received(), &mut applied);
            fleet.settle();
        }
        let rejected =
            frame.devices.rejected.len() + frame.positions.rejected.len() + frame.events.rejected.len();
        if rejected > 0 {
            let mut status = lock(&self.status);
            status.unreadable_elements = status.unreadable_elements.saturating_add(rejected as u32);
        }
        let fresh_events = self.take_events(frame.events.items);
        self.extend_tail(&applied.positions);
        // Only a server that answers for everything in one moment names no position that is behind.
        let erased = applied.perhaps_erased && lock(&self.cursor).is_some();
        let unknown = applied.unknown_units.then_some(UNKNOWN_UNITS_PAUSE);
        if applied.changed() || !fresh_events.is_empty() || rejected > 0 {
            self.keep(applied, |change| change.events = fresh_events);
            self.touch();
        }
        if erased { Some(ERASED_PAUSE) } else { unknown }
    }

    fn received(&self) -> Received {
        Received { server_now: self.known_server_now(), at_ms: self.clock.read().monotonic_ms }
    }

    /// How far the age of anything may be off because the two clocks are only compared over a network.
    pub fn clock_uncertainty_ms(&self) -> i64 {
        lock(&self.server_clock).uncertainty_ms(self.clock.read())
    }

    fn keep(&self, applied: Applied, more: impl FnOnce(&mut Change)) {
        let mut change = Change {
            units: applied.units,
            removed: applied.removed,
            positions: applied.positions,
            erased: applied.erased,
            ..Change::default()
        };
        more(&mut change);
        self.cache.store().submit(change);
    }
}

/// What a storage error means to the person.
pub(crate) fn trouble_of(error: StoreError) -> Trouble {
    match error {
        StoreError::Full => Trouble::StorageFull,
        _ => Trouble::Storage,
    }
}
