//! Everything that belongs to one signed-in account: its connection, cache, fleet and state.
//!
//! Decides how an answer from the server reaches memory, disk and the observers, and that a token once refused
//! is not used again. Two accounts share nothing: each has a session of its own.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, RwLock};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::decide::sanity::{self, Verdict};
use crate::decide::server_clock::ServerClock;
use crate::history::Rules;
use crate::lock::{lock, read, write};
use crate::model::{Account, AccountKey, Clock, Event, Position, Secret, ServerAddress, UnitId, UtcMs};
use crate::store::{Change, Store, StoreError};
use crate::sync::Conditions;
use crate::sync::fleet::{Applied, Fleet};
use crate::traccar::decode::{Frame, RawPosition};
use crate::traccar::tls::TlsPolicy;
use crate::traccar::{ApiError, Client};
use crate::view::{FleetStatus, LinkToServer, Trouble};

/// How long a token is asked for: 30 days.
pub const TOKEN_LIFE_MS: i64 = 30 * 86_400_000;
/// How many events are kept in memory for the alerts line.
const EVENTS_KEPT: usize = 50;
/// How much of a followed unit's past its tail shows, and at most how many points.
const TAIL_MS: i64 = 30 * 60_000;
const TAIL_POINTS: usize = 2_000;

/// A token with its term, on the server's clock.
pub struct Token {
    /// The token itself.
    pub secret: Secret,
    /// When it was issued.
    pub issued_at: UtcMs,
    /// When it ends; `None` where the server did not say.
    pub expires_at: Option<UtcMs>,
}

/// The followed unit with the track it drew lately, oldest point first.
#[derive(Default)]
pub struct Tail {
    /// The unit.
    pub unit: Option<UnitId>,
    /// Its points.
    pub points: VecDeque<Position>,
}

/// One signed-in account.
pub struct Session {
    /// Names the account's folder and secrets.
    pub key: AccountKey,
    /// Who it is.
    pub account: Account,
    /// Where.
    pub address: ServerAddress,
    /// How the server is trusted.
    pub tls: TlsPolicy,
    /// The wire.
    pub client: Client,
    /// The cache.
    pub store: Store,
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
    pub(crate) tail: Mutex<Tail>,
    pub(crate) status: Mutex<FleetStatus>,
    pub(crate) cursor: Mutex<Option<String>>,
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

    /// The server's clock where it is known.
    pub fn known_server_now(&self) -> Option<UtcMs> {
        let clock = lock(&self.server_clock);
        clock.is_known().then(|| clock.server_now(self.clock.read()))
    }

    /// Ends when the session is to end.
    pub async fn stop_requested(self: Arc<Self>) {
        self.stop.cancelled().await;
    }

    /// The token while it is good.
    pub fn token(&self) -> Option<Secret> {
        lock(&self.token).as_ref().map(|token| token.secret.clone())
    }

    /// The state now.
    pub fn status(&self) -> FleetStatus {
        let mut status = *lock(&self.status);
        status.quarantined_positions = read(&self.fleet).held_back();
        if let (None, Some(error)) = (status.trouble, self.store.health().last_error) {
            status.trouble = Some(trouble_of(error));
        }
        status
    }

    /// Tells the observers that something changed.
    pub fn touch(&self) {
        self.changed.send_modify(|revision| *revision = revision.wrapping_add(1));
    }

    pub(crate) fn set_link(&self, link: LinkToServer) {
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
    pub async fn refresh(&self) -> Result<(), ApiError> {
        let _one_at_a_time = self.refresh_gate.lock().await;
        lock(&self.status).refreshing = true;
        self.touch();
        let since = lock(&self.cursor).clone();
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
            fleet.apply_units(snapshot.units, whole, &mut applied);
            fleet.remove(&snapshot.removed, &mut applied);
            if let Some(groups) = &snapshot.groups {
                fleet.set_groups(groups.clone());
            }
            fleet.apply_positions(snapshot.positions, self.known_server_now(), &mut applied);
            fleet.settle();
        }
        let confirmed_at = self.server_now();
        (*lock(&self.cursor)).clone_from(&snapshot.cursor);
        {
            let mut status = lock(&self.status);
            status.loaded = true;
            status.confirmed_at = Some(confirmed_at);
            status.unreadable_elements = snapshot.rejected;
            status.trouble = None;
        }
        self.keep(applied, |change| {
            change.groups = snapshot.groups;
            change.meta.cursor = snapshot.cursor;
            change.meta.last_snapshot_at = Some(confirmed_at);
            change.meta.server_clock_offset_ms = lock(&self.server_clock).offset_ms(self.clock.read());
        });
        self.touch();
        Ok(())
    }

    /// Takes one frame of the live stream. True when it shows that permissions have changed.
    pub fn apply_frame(&self, frame: Frame) -> bool {
        let mut applied = Applied::default();
        {
            let mut fleet = write(&self.fleet);
            fleet.apply_live_units(frame.devices.items, &mut applied);
            fleet.apply_positions(frame.positions.items, self.known_server_now(), &mut applied);
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
        let unknown = applied.unknown_units;
        if applied.changed() || !fresh_events.is_empty() || rejected > 0 {
            self.keep(applied, |change| change.events = fresh_events);
            self.touch();
        }
        unknown
    }

    fn take_events(&self, events: Vec<Event>) -> Vec<Event> {
        let mut kept = lock(&self.events);
        let mut fresh = Vec::new();
        for event in events {
            if kept.iter().all(|known| known.id != event.id) {
                kept.push_front(event.clone());
                fresh.push(event);
            }
        }
        kept.truncate(EVENTS_KEPT);
        fresh
    }

    fn extend_tail(&self, positions: &[Position]) {
        let mut tail = lock(&self.tail);
        let Some(unit) = tail.unit else { return };
        for position in positions.iter().filter(|p| p.unit_id == unit) {
            tail.push(position.clone());
        }
    }

    /// Starts (or with `None` ends) following a unit: its recent track is fetched and then kept up to date.
    pub async fn follow(&self, unit: Option<UnitId>) {
        *lock(&self.tail) = Tail { unit, points: VecDeque::new() };
        self.touch();
        self.catch_up().await;
    }

    /// Fetches what the followed unit did while the stream was down.
    pub async fn catch_up(&self) {
        let now = self.server_now();
        let (unit, from) = {
            let tail = lock(&self.tail);
            let Some(unit) = tail.unit else { return };
            let newest = tail.points.back().map(|p| p.fix_time);
            (unit, newest.unwrap_or(now.plus_ms(-TAIL_MS)).max(now.plus_ms(-TAIL_MS)))
        };
        match self.fetch_history(unit, from, now.plus_ms(60_000)).await {
            Ok(positions) => {
                let mut tail = lock(&self.tail);
                if tail.unit == Some(unit) {
                    tail.merge(positions);
                    drop(tail);
                    self.touch();
                }
            }
            Err(error) => self.note(&error),
        }
    }

    /// Positions of a range from the server, judged and kept in the cache, oldest first.
    pub async fn fetch_history(
        &self,
        unit: UnitId,
        from: UtcMs,
        to: UtcMs,
    ) -> Result<Vec<Position>, ApiError> {
        let raw = self.ask(|token| async move { self.client.history(&token, unit, from, to).await }).await?;
        let mut positions = judged(raw, self.known_server_now());
        positions.sort_by_key(|p| (p.fix_time, p.id));
        self.store.submit(Change::history(unit, from, to.min(self.server_now()), positions.clone()));
        Ok(positions)
    }

    /// Positions of a range from what this device kept, oldest first. Read off the async threads.
    pub async fn cached_history(
        self: &Arc<Self>,
        unit: UnitId,
        from: UtcMs,
        to: UtcMs,
    ) -> Result<Vec<Position>, StoreError> {
        let session = Arc::clone(self);
        tokio::task::spawn_blocking(move || session.store.positions_of(unit, from, to))
            .await
            .map_err(|_| StoreError::Closed)?
    }

    /// How far the age of anything may be off because the two clocks are only compared over a network.
    pub fn clock_uncertainty_ms(&self) -> i64 {
        lock(&self.server_clock).uncertainty_ms(self.clock.read())
    }

    /// A new token before the old one ends.
    pub async fn renew_token(&self) -> Result<(), ApiError> {
        let issued_at = self.server_now();
        let asked_until = issued_at.plus_ms(TOKEN_LIFE_MS);
        let (secret, expires_at) =
            self.ask(|token| async move { self.client.renew_token(&token, asked_until).await }).await?;
        let renewed = Token { secret, issued_at, expires_at };
        if (self.keep_token)(&renewed) {
            *lock(&self.token) = Some(renewed);
        }
        Ok(())
    }

    fn keep(&self, applied: Applied, more: impl FnOnce(&mut Change)) {
        let mut change = Change {
            units: applied.units,
            removed: applied.removed,
            positions: applied.positions,
            ..Change::default()
        };
        more(&mut change);
        self.store.submit(change);
    }

    /// The thresholds for stops and gaps.
    pub fn history_rules(&self) -> Rules {
        Rules::default()
    }
}

impl Tail {
    fn push(&mut self, position: Position) {
        if self.points.back().is_none_or(|last| last.fix_time < position.fix_time) {
            let oldest = position.fix_time.plus_ms(-TAIL_MS);
            self.points.push_back(position);
            while self.points.len() > TAIL_POINTS || self.points.front().is_some_and(|p| p.fix_time < oldest)
            {
                self.points.pop_front();
            }
        }
    }

    fn merge(&mut self, positions: Vec<Position>) {
        let mut all: Vec<Position> = self.points.drain(..).chain(positions).collect();
        all.sort_by_key(|p| p.fix_time);
        for position in all {
            self.push(position);
        }
    }
}

/// The positions among `raw` that may be shown.
fn judged(raw: Vec<RawPosition>, server_now: Option<UtcMs>) -> Vec<Position> {
    raw.into_iter()
        .filter_map(|raw| match sanity::judge(&raw.facts(), server_now) {
            Verdict::Accept { place, fix_time, doubt } => Some(raw.into_position(place, fix_time, doubt)),
            Verdict::Future { .. } | Verdict::NoPosition(_) => None,
        })
        .collect()
}

/// What a storage error means to the person.
pub(crate) fn trouble_of(error: StoreError) -> Trouble {
    match error {
        StoreError::Full => Trouble::StorageFull,
        _ => Trouble::Storage,
    }
}
