//! The task that keeps one account's fleet fresh.
//!
//! ```text
//!            ┌────────── network and foreground ──────────┐
//!            ▼                                             │
//! waiting ──► connecting: socket, then snapshot ──► live ──┤ frame, reconcile every 5 min
//!    ▲            │ refused by the server                  │
//!    │            ▼                                        │ stream ended, silent or refused
//!    └── backoff 1 s to 2 min, jitter; Retry-After ◄───────┘
//!                 │ the token is no longer good
//!                 ▼
//!             signed out (asks once, then stays quiet)
//! ```
//! The socket opens before the snapshot is asked for, so that nothing falls between them; frames wait in the
//! stream meanwhile and older positions never replace newer ones.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::decide::backoff::{Backoff, asked_ms};
use crate::lock::lock;
use crate::sync::session::Session;
use crate::traccar::ApiError;
use crate::traccar::socket::SocketError;
use crate::view::{LinkToServer, Trouble};

/// How often permissions and the whole fleet are compared with the server while the stream lives: plain
/// Traccar freezes a socket's permissions when it opens.
const RECONCILE: Duration = Duration::from_secs(300);
/// How often it is looked whether the device slept: no timer that waits for the server counts sleep.
const SLEEP_CHECK: Duration = Duration::from_secs(10);

/// Why one connection ended.
enum End {
    Stopped,
    /// Try again at once: the network or the foreground changed, or the device slept.
    Again,
    /// Try again after the backoff.
    Failed(ApiError),
    SignedOut,
}

/// Runs until the session is closed or signed out.
pub async fn run(session: Arc<Session>, seed: u64) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut backoff = Backoff::default();
    let mut conditions = session.conditions.clone();
    loop {
        if !conditions.borrow().network_available {
            // Nothing is tried until there is one; whoever looks is told.
            session.note(&ApiError::Offline);
            session.set_link(LinkToServer::Offline { retry_at: session.clock.read().wall });
        }
        let ready = tokio::select! {
            () = session.stop.cancelled() => false,
            ready = conditions.wait_for(|c| c.network_available) => ready.is_ok(),
        };
        if !ready {
            return;
        }
        conditions.mark_unchanged();
        session.set_link(LinkToServer::Connecting);
        match connection(&session, &mut conditions, &mut backoff).await {
            End::Stopped => return,
            End::SignedOut => {
                session.mark_signed_out();
                return;
            }
            End::Again => {
                backoff.reset();
                session.set_link(LinkToServer::Connecting);
            }
            End::Failed(error) => {
                session.note(&error);
                let wait_ms = backoff.next_ms(random.random::<f64>(), error.retry_after_s());
                session.set_link(LinkToServer::Offline {
                    retry_at: session.clock.read().wall.plus_ms(wait_ms as i64),
                });
                // The server's own word first: nothing ends it sooner.
                let asked_ms = asked_ms(error.retry_after_s());
                tokio::select! {
                    () = session.stop.cancelled() => return,
                    () = tokio::time::sleep(Duration::from_millis(asked_ms)) => {}
                }
                tokio::select! {
                    () = session.stop.cancelled() => return,
                    () = tokio::time::sleep(Duration::from_millis(wait_ms.saturating_sub(asked_ms))) => {}
                    changed = conditions.changed() => {
                        if changed.is_err() { return; }
                        if conditions.borrow().improved() { backoff.reset(); }
                    }
                }
            }
        }
    }
}

async fn connection(
    session: &Arc<Session>,
    conditions: &mut tokio::sync::watch::Receiver<super::Conditions>,
    backoff: &mut Backoff,
) -> End {
    let Some(token) = session.token() else { return End::SignedOut };
    // What comes over the stream meanwhile is newer than what was missed.
    let tail_until = session.tail_until();
    // Nothing was missed of a fleet that is seen for the first time.
    let first_sight = lock(&session.events_until).is_none();
    let connecting = async {
        // A server that was away may have been changed.
        session.client.forget_server_info();
        let socket = match session.client.open_stream(&token).await {
            Ok(socket) => Some(socket),
            // A server says the same for a bad token and for its own trouble: the snapshot tells which.
            Err(SocketError::Refused) => None,
            Err(error) => return Err(ApiError::from(error)),
        };
        session.refresh().await?;
        // The token may have been renewed beside the snapshot, and refused there.
        if session.token().is_none() {
            return Err(ApiError::SignedOut);
        }
        socket.ok_or(ApiError::Offline)
    };
    let mut socket = tokio::select! {
        () = session.stop.cancelled() => return End::Stopped,
        connected = connecting => match connected {
            Ok(socket) => socket,
            Err(ApiError::SignedOut) => return End::SignedOut,
            Err(error) => return End::Failed(error),
        },
    };
    backoff.reset();
    session.set_link(LinkToServer::Live);
    // Beside the stream: reports of a large fleet take long, and frames must not wait for them.
    let catching_up = async {
        let mut caught_up = first_sight || session.catch_up_events().await;
        session.catch_up_tail(tail_until).await;
        while !caught_up {
            tokio::time::sleep(RECONCILE).await;
            caught_up = session.catch_up_events().await;
        }
    };
    tokio::pin!(catching_up);
    let mut caught_up = false;
    let mut reconcile = tokio::time::interval(RECONCILE);
    reconcile.tick().await;
    let mut sleep_check = tokio::time::interval(SLEEP_CHECK);
    // Of the stream alone, once it has followed the snapshot: that a request was answered does not say that the stream
    // still stands.
    let mut heard_at_ms = session.heard_at_ms.load(Ordering::Relaxed);
    let mut ask_at: Option<tokio::time::Instant> = None;
    let end = loop {
        let asked = async {
            match ask_at {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = session.stop.cancelled() => break End::Stopped,
            changed = conditions.changed() => {
                if changed.is_err() { break End::Stopped; }
                if !conditions.borrow().network_available || conditions.borrow().better { break End::Again; }
            }
            frame = socket.next() => match frame {
                // What the stream lost meanwhile nobody knows; a new one begins with everything.
                Ok(_) if session.is_silent_since(heard_at_ms) => break End::Again,
                Ok(None) => heard_at_ms = session.note_heard(),
                Ok(Some(frame)) => {
                    heard_at_ms = session.note_heard();
                    if let Some(pause) = session.apply_frame(frame) {
                        let at = tokio::time::Instant::now() + pause;
                        ask_at = Some(ask_at.map_or(at, |before| before.min(at)));
                    }
                    // A snapshot begins with mending it.
                    if session.cache.is_damaged() && let Some(end) = refreshed(session).await { break end; }
                }
                // A server that closes the stream may have changed permissions: reconnecting asks it.
                Err(error) => break End::Failed(ApiError::from(error)),
            },
            () = &mut catching_up, if !caught_up => caught_up = true,
            _ = sleep_check.tick() => if session.is_silent_since(heard_at_ms) { break End::Again; },
            () = asked => {
                ask_at = None;
                if let Some(end) = refreshed(session).await { break end; }
            }
            _ = reconcile.tick() => {
                if caught_up { session.note_events_until(session.server_time_of(heard_at_ms)); }
                if let Some(end) = refreshed(session).await { break end; }
            }
        }
    };
    if caught_up {
        session.note_events_until(session.server_time_of(heard_at_ms));
    }
    socket.close().await;
    end
}

/// A snapshot over the live stream; `Some` when it showed that the connection must end.
async fn refreshed(session: &Arc<Session>) -> Option<End> {
    let refreshed = tokio::select! {
        () = session.stop.cancelled() => return Some(End::Stopped),
        refreshed = session.refresh() => refreshed,
    };
    match refreshed {
        Err(ApiError::SignedOut) => Some(End::SignedOut),
        Err(ApiError::Offline) => Some(End::Failed(ApiError::Offline)),
        // Any other error is shown as trouble over what is there; the stream still works.
        Ok(()) | Err(_) => None,
    }
}

impl From<&ApiError> for Trouble {
    fn from(error: &ApiError) -> Self {
        match error {
            ApiError::Offline => Self::Offline,
            ApiError::SignedOut => Self::SignedOut,
            ApiError::ConsentRequired => Self::ConsentRequired,
            ApiError::Denied | ApiError::NotFound => Self::Denied,
            ApiError::TooMany { retry_after_s } => Self::TooMany { retry_after_s: *retry_after_s },
            ApiError::BadCertificate(trouble) => Self::BadCertificate(*trouble),
            ApiError::Server { status } => Self::Server { status: *status },
            ApiError::Unreadable => Self::Unreadable,
        }
    }
}
