//! The task that sends the outbox of one account.
//!
//! ```text
//!  nothing to send ◄──────────── queue empty ──────────────┐
//!     │ recorded, or 30 s (another program may have)       │
//!     ▼                                                    │
//!  sending: the oldest, in order ──► answer ──► judged ────┤ go on
//!     ▲                                           │        │
//!     └── waiting, 1 s to 2 min, ended at once ◄──┘        │
//!         when the network returns, but for       paused ◄─┘ the token is no longer good
//!         what the server asked for (Retry-After)
//! ```
//! One request at a time, the oldest first: plain Traccar computes distances in the order of arrival. Against plain
//! Traccar, which stores what it is sent twice, a try is written down before it is made; a fix with an earlier try is
//! looked for at the server before it is sent again. What a person chose to erase is not sent while it waits for that: a
//! request under way is given up. Decides the order of these steps; leaves what becomes of a fix to
//! `decide::delivery` and its form to `traccar`.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::sync::{Notify, watch};

use crate::decide::delivery::{Answer, Blocked, Fate, Outcome, Sender, Then};
use crate::lock::lock;
use crate::model::{QueuedFix, Secret, UnitId, UtcMs};
use crate::store::StoreError;
use crate::store::outbox::Outbox;
use crate::sync::session::Session;
use crate::traccar::ApiError;

/// With nothing to send the queue is looked at so often: another program may have recorded.
const LOOK: Duration = Duration::from_secs(30);
/// How often it is tried to become the one program that sends.
const TAKE_OVER: Duration = Duration::from_secs(5);

/// One account's outbox with what its sender tells.
pub struct Sending {
    /// The fixes.
    pub outbox: Arc<Outbox>,
    /// Told when there is something new to send.
    pub wake: Notify,
    /// Why nothing is sent at the moment; `None` while it works or there is nothing to send.
    pub blocked: Mutex<Option<Halt>>,
    /// What waits is to be erased: nothing is sent, and a request under way is given up.
    pub held: watch::Sender<Held>,
    /// Whether what waits may be sent; asked before each request.
    pub may_send: Box<dyn Fn() -> bool + Send + Sync>,
}

/// Whether sending is held up, and how often it has been: an erasing may be over before the sender looks, and the request
/// that was under way holds what is erased all the same.
#[derive(Clone, Copy, Debug, Default)]
pub struct Held {
    /// Nothing is sent now.
    pub now: bool,
    /// How often this began.
    pub times: u32,
}

/// Nothing is sent at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Halt {
    /// Why.
    pub why: Blocked,
    /// Until then the server asked to be left alone (this device's clock).
    pub not_before: Option<UtcMs>,
}

impl From<Blocked> for Halt {
    fn from(why: Blocked) -> Self {
        Self { why, not_before: None }
    }
}

impl Sending {
    /// Nothing is sent until `held.now` is taken back; a request that is under way is given up.
    pub fn hold(&self) {
        self.held.send_modify(|held| (held.now, held.times) = (true, held.times.wrapping_add(1)));
    }

    fn may_send(&self) -> bool {
        !self.held.borrow().now && (self.may_send)()
    }
}

/// Runs until the session is closed or its token is refused.
pub async fn run(session: Arc<Session>, sending: Arc<Sending>, seed: u64) {
    let stop = session.stop.clone();
    let mut task = Task {
        random: ChaCha8Rng::seed_from_u64(seed),
        session,
        sending,
        sender: Sender::default(),
        units: HashMap::new(),
        batches: None,
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = task.run() => {}
    }
}

struct Task {
    session: Arc<Session>,
    sending: Arc<Sending>,
    sender: Sender,
    random: ChaCha8Rng,
    /// Numbers of units at plain Traccar, by identifier; `None` for a unit that the account does not see.
    units: HashMap<String, Option<UnitId>>,
    /// Whether the server takes many at once; `None` while it has not been asked.
    batches: Option<bool>,
}

impl Task {
    async fn run(&mut self) {
        let Some(_the_one_that_sends) = self.only_sender().await else { return };
        let mut held = self.sending.held.subscribe();
        loop {
            let Ok(times) = held.wait_for(|held| !held.now).await.map(|held| held.times) else { return };
            let round = tokio::select! {
                biased;
                _ = held.wait_for(|held| held.times != times) => continue,
                round = self.round() => round,
            };
            match round {
                None => {
                    self.tell(None);
                    let sending = Arc::clone(&self.sending);
                    // The wait is over either way; the queue says whether there is something.
                    let _woken = tokio::time::timeout(LOOK, sending.wake.notified()).await;
                }
                Some(Then::GoOn) => self.tell(None),
                Some(Then::OneByOne) => self.batches = Some(false),
                Some(Then::Pause) => {
                    self.tell(Some(Blocked::SignedOut.into()));
                    return;
                }
                Some(Then::Wait { ms, asked_ms, why }) => {
                    let now = self.session.clock.read().wall;
                    let not_before = (asked_ms > 0).then(|| now.plus_ms(asked_ms as i64));
                    self.tell(Some(Halt { why, not_before }));
                    self.wait(ms, asked_ms).await;
                }
            }
        }
    }

    /// Sends what is next; `None` where nothing waits.
    async fn round(&mut self) -> Option<Then> {
        match self.next().await {
            Ok(fixes) if fixes.is_empty() => None,
            Ok(fixes) => Some(self.send(fixes).await),
            Err(_) => Some(waits(60_000, Blocked::Storage)),
        }
    }

    /// Waits until no other program sends from this outbox.
    async fn only_sender(&self) -> Option<File> {
        let path = self.sending.outbox.sender_lock();
        loop {
            let path = path.clone();
            let tried = tokio::task::spawn_blocking(move || {
                let file =
                    File::options().create(true).append(true).open(path).map_err(TryLockError::Error)?;
                file.try_lock().map(|()| file)
            })
            .await
            .ok()?;
            match tried {
                Ok(file) => return Some(file),
                Err(TryLockError::WouldBlock) => self.tell(Some(Blocked::OtherProgram.into())),
                Err(TryLockError::Error(_)) => self.tell(Some(Blocked::Storage.into())),
            }
            tokio::time::sleep(TAKE_OVER).await;
        }
    }

    async fn next(&mut self) -> Result<Vec<QueuedFix>, StoreError> {
        let limit = if self.batches == Some(false) { 1 } else { self.sender.batch() };
        self.blocking(move |outbox| outbox.next(limit)).await
    }

    /// Sends and keeps what becomes of the fixes.
    async fn send(&mut self, fixes: Vec<QueuedFix>) -> Then {
        let Some(token) = self.session.token() else { return Then::Pause };
        if !self.session.conditions.borrow().network_available {
            return waits(120_000, Blocked::Offline);
        }
        let (fixes, answer) = match self.ask(&token, fixes).await {
            Ok(sent) => sent,
            Err(error) => return self.not_sent(error),
        };
        let tries: Vec<u32> = fixes.iter().map(|queued| queued.attempts).collect();
        let outcome = self.sender.judge(&tries, &answer, self.random.random());
        let then = outcome.then;
        // Ages are told by the server's clock.
        let now = self.session.server_now();
        // Written down in advance where it matters.
        let counted = self.batches == Some(false);
        let kept = self.blocking(move |outbox| keep(outbox, &fixes, &outcome, counted, now)).await;
        self.session.touch();
        match kept {
            Ok(()) => then,
            // What the server has may be sent once more: it knows the id, or is asked before.
            Err(_) => waits(10_000, Blocked::Storage),
        }
    }

    /// Sends in the form that the server takes. The fixes that were really sent come back with the answer.
    async fn ask(
        &mut self,
        token: &Secret,
        fixes: Vec<QueuedFix>,
    ) -> Result<(Vec<QueuedFix>, Answer), ApiError> {
        let batches = match self.batches {
            Some(batches) => batches,
            None => self.session.client.server_info().await?.has("fixes"),
        };
        self.batches = Some(batches);
        if !self.sending.may_send() {
            return Err(ApiError::ConsentRequired);
        }
        if batches {
            let answer = self
                .session
                .ask(|token| async {
                    let token = token;
                    self.session.client.upload_fixes(&token, &fixes).await
                })
                .await?;
            return Ok((fixes, answer));
        }
        let mut one: Vec<QueuedFix> = fixes.into_iter().take(1).collect();
        let Some(queued) = one.first_mut() else { return Ok((one, Answer::PerFix(Vec::new()))) };
        if queued.attempts > 0 && self.is_there(token, queued).await? {
            return Ok((one, Answer::PerFix(vec![Fate::Stored])));
        }
        let trying = queued.clone();
        let counted = self.blocking(move |outbox| outbox.count_attempt(&trying)).await;
        if counted.is_err() {
            return Ok((one, Answer::Later { retry_after_s: None }));
        }
        if !self.sending.may_send() {
            return Err(ApiError::ConsentRequired);
        }
        let answer = self.session.client.upload_by_osmand(queued).await?;
        Ok((one, answer))
    }

    /// Whether an earlier try did arrive. A unit whose positions the account may not read cannot be asked about: its fix
    /// is sent again, since twice is better than never.
    async fn is_there(&mut self, token: &Secret, queued: &QueuedFix) -> Result<bool, ApiError> {
        let known = self.units.get(&queued.unit_identifier).copied();
        let unit = if let Some(unit) = known {
            unit
        } else {
            let unit = self.session.client.unit_by_identifier(token, &queued.unit_identifier).await;
            let unit = readable(unit)?.flatten();
            self.units.insert(queued.unit_identifier.clone(), unit);
            unit
        };
        let Some(unit) = unit else { return Ok(false) };
        let there = self.session.client.has_position_of(token, unit, queued.fix.fix_time).await;
        Ok(readable(there)?.unwrap_or(false))
    }

    /// What a failure before the sending means.
    fn not_sent(&mut self, error: ApiError) -> Then {
        let answer = match error {
            ApiError::SignedOut => {
                self.session.mark_signed_out();
                Answer::SignedOut
            }
            ApiError::Offline => Answer::Offline,
            ApiError::ConsentRequired => Answer::ConsentRequired,
            ApiError::BadCertificate(_) => Answer::BadCertificate,
            other => Answer::Later { retry_after_s: other.retry_after_s() },
        };
        self.sender.judge(&[], &answer, self.random.random()).then
    }

    /// Waits, unless the network or the foreground returns first; what the server asked for is waited in any case.
    async fn wait(&mut self, ms: u64, asked_ms: u64) {
        let mut conditions = self.session.conditions.clone();
        conditions.mark_unchanged();
        tokio::time::sleep(Duration::from_millis(asked_ms)).await;
        let better = async {
            while conditions.changed().await.is_ok() {
                if conditions.borrow().improved() {
                    return;
                }
            }
            std::future::pending::<()>().await; // the core is closing
        };
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(ms.saturating_sub(asked_ms))) => {}
            () = better => self.sender.reset(),
        }
    }

    fn tell(&self, blocked: Option<Halt>) {
        let before = std::mem::replace(&mut *lock(&self.sending.blocked), blocked);
        if before != blocked {
            self.session.touch();
        }
    }

    /// Works on the outbox off the async threads.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Outbox) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let outbox = Arc::clone(&self.sending.outbox);
        tokio::task::spawn_blocking(move || work(&outbox)).await.map_err(|_| StoreError::Closed)?
    }
}

fn waits(ms: u64, why: Blocked) -> Then {
    Then::Wait { ms, asked_ms: 0, why }
}

/// `None` for what this account may not know.
fn readable<T>(answer: Result<T, ApiError>) -> Result<Option<T>, ApiError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(ApiError::Denied | ApiError::NotFound | ApiError::Unreadable | ApiError::Server { .. }) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn keep(
    outbox: &Outbox,
    fixes: &[QueuedFix],
    outcome: &Outcome,
    counted: bool,
    now: UtcMs,
) -> Result<(), StoreError> {
    let acknowledged: Vec<&QueuedFix> =
        outcome.acknowledged.iter().filter_map(|&index| fixes.get(index)).collect();
    outbox.acknowledge(&acknowledged, now)?;
    for &(index, reason) in &outcome.aside {
        if let Some(queued) = fixes.get(index) {
            outbox.set_aside(queued, reason)?;
        }
    }
    for queued in outcome.tried.iter().filter(|_| !counted).filter_map(|&index| fixes.get(index)) {
        outbox.count_attempt(queued)?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "upload_tests.rs"]
mod tests;
