//! The one thread that writes.
//!
//! Decides when what waits becomes a transaction: after a moment of gathering, so that under load a thousand updates
//! cost one commit, or at once when somebody waits for it. Checkpoints run here, between commits. A write that fails is
//! said in [`Health`], stays in memory and is tried again: a full disk loses nothing, and the snapshot's cursor never
//! reaches the disk without the facts that came before it.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::lock::lock;
use crate::store::connect::Copy;
use crate::store::files::Files;
use crate::store::pending::Pending;
use crate::store::{Change, DatabaseKey, StoreError, connect, write};

/// How long updates gather before they are written.
const GATHER: Duration = Duration::from_millis(300);
/// How long they gather when many come: most pages of a large fleet change in any moment, and a page costs the same for
/// one row as for all of its rows. A killed process loses at most this much of a fleet that the server still has.
const GATHER_BUSY: Duration = Duration::from_secs(2);
/// How many facts waiting count as many.
const BUSY_FROM: u64 = 500;
/// How long after a failure the next try waits when nobody asks for one.
const RETRY: Duration = Duration::from_secs(2);
/// After so much quiet the WAL is copied into the database and emptied.
const QUIET: Duration = Duration::from_secs(3);
/// The size of the WAL at which it is copied in any case.
const WAL_BYTES: u64 = 32 << 20;

/// How the writing goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Why the last write failed; `None` when it succeeded.
    pub last_error: Option<StoreError>,
    /// How many units, positions, events and tracks still wait because of a failure.
    pub waiting: u64,
    /// How many were given up since the store was opened: too many waited, or it was closed while writing failed.
    pub lost: u64,
}

type Told = Sender<Result<(), StoreError>>;

#[derive(Default)]
struct State {
    pending: Pending,
    /// When the oldest of what waits came.
    since: Option<Instant>,
    waiters: Vec<Told>,
    closing: bool,
    /// The thread has ended; nothing will be written any more.
    ended: bool,
    health: Health,
    #[cfg(test)]
    page_limit: Option<u32>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    wake: Condvar,
}

pub(crate) struct Writer {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread. It opens its connection when there is something to write: a cold start does not wait for it.
    pub(crate) fn start(files: Files, key: DatabaseKey) -> Result<Self, StoreError> {
        let shared = Arc::<Shared>::default();
        let seen = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("trak-store".into())
            .spawn(move || {
                let _ended = Ended(&seen);
                Thread { shared: &seen, files, key, connection: None, dirty: false, broken: false }.run();
            })
            .map_err(|_| StoreError::Io)?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    pub(crate) fn health(&self) -> Health {
        lock(&self.shared.state).health
    }

    /// Orders a write and returns at once.
    pub(crate) fn submit(&self, change: Change) {
        let mut state = lock(&self.shared.state);
        if state.closing || state.ended {
            state.health.last_error = Some(StoreError::Closed);
            state.health.lost += 1;
            return;
        }
        // Only the first of a batch wakes the thread; the others find it counting down.
        let first = state.since.is_none();
        state.add(change);
        if first {
            self.shared.wake.notify_all();
        }
    }

    /// Orders a write and waits for it.
    pub(crate) fn apply(&self, change: Change) -> Result<(), StoreError> {
        self.wait(|state| state.add(change))
    }

    /// Waits for everything ordered before.
    pub(crate) fn flush(&self) -> Result<(), StoreError> {
        self.wait(|_| ())
    }

    fn wait(&self, order: impl FnOnce(&mut State)) -> Result<(), StoreError> {
        let (tell, told) = channel();
        {
            let mut state = lock(&self.shared.state);
            if state.closing || state.ended {
                return Err(StoreError::Closed);
            }
            order(&mut state);
            state.waiters.push(tell);
            self.shared.wake.notify_all();
        }
        told.recv().map_err(|_| StoreError::Closed)?
    }

    /// Writes what is ordered, copies the WAL and ends the thread.
    pub(crate) fn close(&self) {
        lock(&self.shared.state).closing = true;
        self.shared.wake.notify_all();
        let thread = lock(&self.thread).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the store's thread ended in a panic");
        }
    }

    #[cfg(test)]
    pub(crate) fn limit_pages(&self, pages: Option<u32>) {
        lock(&self.shared.state).page_limit = pages;
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

impl State {
    fn add(&mut self, change: Change) {
        self.pending.add(change);
        self.since.get_or_insert_with(Instant::now);
    }

    fn is_urgent(&self) -> bool {
        self.closing || !self.waiters.is_empty()
    }
}

/// Whoever still waits when the thread ends, however it ends, hears of it.
struct Ended<'a>(&'a Shared);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.0.state);
        state.ended = true;
        state.waiters.clear();
        state.health.lost += state.pending.len();
        state.health.waiting = 0;
    }
}

struct Thread<'a> {
    shared: &'a Shared,
    files: Files,
    key: DatabaseKey,
    connection: Option<Connection>,
    /// Whether the WAL holds what the database does not.
    dirty: bool,
    /// Damage was met: writing on would make it worse.
    broken: bool,
}

impl Thread<'_> {
    fn run(&mut self) {
        loop {
            let Some((batch, waiters, closing)) = self.next() else {
                self.checkpoint(Copy::Emptying);
                continue;
            };
            let written = if batch.is_empty() { Ok(()) } else { self.write(&batch) };
            self.settle(batch, waiters, written);
            if closing {
                self.checkpoint(Copy::Emptying);
                return;
            }
            if written.is_ok() && std::fs::metadata(self.files.wal()).is_ok_and(|wal| wal.len() > WAL_BYTES) {
                self.checkpoint(Copy::Passing);
            }
        }
    }

    /// What to write next; `None` when it is quiet and the WAL should be emptied.
    fn next(&self) -> Option<(Pending, Vec<Told>, bool)> {
        let mut state = lock(&self.shared.state);
        loop {
            if state.is_urgent() {
                break;
            }
            let left = match state.since {
                Some(since) => {
                    let pause = match (state.health.last_error, state.pending.len()) {
                        (Some(_), _) => RETRY,
                        (None, BUSY_FROM..) => GATHER_BUSY,
                        (None, _) => GATHER,
                    };
                    let left = pause.saturating_sub(since.elapsed());
                    if left.is_zero() {
                        break;
                    }
                    Some(left)
                }
                None => self.dirty.then_some(QUIET),
            };
            let quiet;
            (state, quiet) = self.sleep(state, left);
            if quiet && state.since.is_none() && !state.is_urgent() {
                return None;
            }
        }
        state.since = None;
        let given_up = std::mem::take(&mut state.pending.given_up);
        state.health.lost += given_up;
        Some((std::mem::take(&mut state.pending), std::mem::take(&mut state.waiters), state.closing))
    }

    fn sleep<'s>(
        &self,
        state: MutexGuard<'s, State>,
        left: Option<Duration>,
    ) -> (MutexGuard<'s, State>, bool) {
        let Some(left) = left else {
            return (self.shared.wake.wait(state).unwrap_or_else(PoisonError::into_inner), false);
        };
        let (state, timeout) =
            self.shared.wake.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
        (state, timeout.timed_out())
    }

    fn write(&mut self, batch: &Pending) -> Result<(), StoreError> {
        if self.broken {
            return Err(StoreError::Corrupt);
        }
        if self.connection.is_none() {
            self.connection = Some(connect::writing(&self.files.database(), &self.key)?);
        }
        let connection = self.connection.as_mut().ok_or(StoreError::Internal(2))?;
        #[cfg(test)]
        {
            let pages = lock(&self.shared.state).page_limit.unwrap_or(u32::MAX - 1);
            connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
        }
        write::write(connection, batch)?;
        self.dirty = true;
        Ok(())
    }

    /// Tells everyone how it went. What was not written waits for the next try, under what came meanwhile.
    fn settle(&mut self, mut batch: Pending, waiters: Vec<Told>, written: Result<(), StoreError>) {
        if written == Err(StoreError::Corrupt) && !self.broken {
            self.broken = true;
            self.files.mark_suspect();
        }
        {
            let mut state = lock(&self.shared.state);
            if written.is_err() {
                let later = std::mem::take(&mut state.pending);
                batch.add_later(later);
                state.health.waiting = batch.len();
                state.pending = batch;
                state.since = Some(Instant::now());
                state.health.last_error = written.err();
            } else if !batch.is_empty() {
                state.health.last_error = None;
                state.health.waiting = 0;
            }
        }
        for waiter in waiters {
            // Whoever asked may have stopped waiting.
            let _nobody_waits = waiter.send(written);
        }
    }

    fn checkpoint(&mut self, copy: Copy) {
        self.dirty &= copy != Copy::Emptying;
        let Some(connection) = &self.connection else { return };
        match connect::checkpoint(connection, copy) {
            Ok(()) => {}
            Err(StoreError::Corrupt) => {
                self.broken = true;
                self.files.mark_suspect();
            }
            // What was committed is safe in the WAL; the next one takes it.
            Err(error) => tracing::warn!(?error, "a checkpoint did not finish"),
        }
    }
}
