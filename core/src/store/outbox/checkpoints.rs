//! The thread that copies the outbox's log into its database, outside of a fix's path.
//!
//! Decides when: after a quiet moment, or when the log is large. SQLite's own checkpoints would stall a commit. The log's
//! file keeps its size until it is closed: writing over blocks that are there reaches the disk in half the time of growing a
//! file. Where fixes come without a pause, the thread never gets to the log's end: once in 500 commits whoever commits copies
//! the last few pages, so that the log can begin anew.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use crate::lock::lock;
use crate::store::files::Files;
use crate::store::{DatabaseKey, StoreError, connect};

/// After so much quiet the log is copied.
const QUIET: Duration = Duration::from_secs(3);
/// After so many commits it is copied in any case, about 4 MB, and the next commit starts at its beginning.
const COMMITS: u32 = 500;

#[derive(Default)]
struct State {
    /// Commits since the last copy.
    commits: u32,
    /// The log was large and has been copied but for what came meanwhile.
    nearly: bool,
    closing: bool,
}

/// Why the log is copied.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Due {
    /// Nothing came for a while: all of it can be copied.
    Quiet,
    /// It is large, and fixes may be coming meanwhile.
    Large,
    /// The outbox is closed: the log is emptied.
    Last,
}

type Shared = Arc<(Mutex<State>, Condvar)>;

pub(super) struct Checkpoints {
    shared: Shared,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Checkpoints {
    pub(super) fn start(files: Files, key: DatabaseKey) -> Result<Self, StoreError> {
        let shared = Shared::default();
        let seen = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("trak-outbox".into())
            .spawn(move || {
                let mut kept = None;
                while let Some(due) = next(&seen) {
                    match copy(&mut kept, &files, &key, due) {
                        Ok(()) => lock(&seen.0).nearly = due == Due::Large,
                        Err(StoreError::Corrupt) => files.mark_suspect(),
                        // What was committed is safe in the log; the next copy takes it.
                        Err(error) => tracing::warn!(?error, "the outbox's log was not copied"),
                    }
                }
            })
            .map_err(|_| StoreError::Io)?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    /// There was a commit. Whether its thread has to copy the little that is left.
    #[must_use]
    pub(super) fn note(&self) -> bool {
        let (state, wake) = &*self.shared;
        let mut state = lock(state);
        state.commits += 1;
        if state.commits == 1 || state.commits == COMMITS {
            wake.notify_one();
        }
        std::mem::take(&mut state.nearly)
    }

    /// Copies what is left and ends the thread.
    pub(super) fn close(&self) {
        let (state, wake) = &*self.shared;
        lock(state).closing = true;
        wake.notify_one();
        let thread = lock(&self.thread).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the outbox's thread ended in a panic");
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.close();
    }
}

fn copy(kept: &mut Option<Connection>, files: &Files, key: &DatabaseKey, due: Due) -> Result<(), StoreError> {
    let connection = match kept {
        Some(connection) => connection,
        None => kept.insert(connect::writing(&files.database(), key)?),
    };
    let copy = if due == Due::Last { connect::Copy::Emptying } else { connect::Copy::Passing };
    connect::checkpoint(connection, copy)
}

/// Waits until a copy is due; `None` when it is over.
fn next(shared: &Shared) -> Option<Due> {
    let (state, wake) = &**shared;
    let mut state = lock(state);
    loop {
        if state.commits >= COMMITS {
            state.commits = 0;
            return Some(Due::Large);
        }
        if state.closing {
            // Once more for what is left, then never again.
            return (std::mem::take(&mut state.commits) > 0).then_some(Due::Last);
        }
        if state.commits == 0 {
            state = wake.wait(state).unwrap_or_else(PoisonError::into_inner);
            continue;
        }
        let before = state.commits;
        let waited;
        (state, waited) = wake.wait_timeout(state, QUIET).unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() && state.commits == before {
            state.commits = 0;
            return Some(Due::Quiet);
        }
    }
}
