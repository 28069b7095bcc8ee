//! The end of an account, and of what this phone keeps of it.
//!
//! ```text
//!   asked for here or elsewhere ──► remembered ──► asked of the server: at each start, hourly, when a sign-in is refused
//!                                       │                  │ gone
//!                    taken back: forgotten                 ▼
//!   the person erases this phone ────────────► erasing: keys, session, cache, outbox, consents ──► nothing is left
//! ```
//! Decides the order: what is to be erased is written down first, so that a killed program goes on with it at its next
//! opening. Leaves what an answer means to `decide::ending` and the notes to `privacy::ending`.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::decide::ending::{Ending, Follows, Said, follows};
use crate::engine::keys::{self, KeptSession};
use crate::engine::opening::NOBODY;
use crate::engine::trak::Inner;
use crate::engine::{QueryError, Trak};
use crate::lock::lock;
use crate::model::{AccountKey, Cancellation, Secret, SecretStore, SecretStoreError};
use crate::privacy::{Consents, PENDING, ending, retention};
use crate::store::{self, StoreError};
use crate::sync::session::Session;
use crate::traccar::{ApiError, CancelRefusal, SignInError, address};
use crate::view::{FleetStatus, Trouble};

/// How often the server is asked about an end that is to be expected.
const LOOK: Duration = Duration::from_secs(3_600);

/// What the engine remembers of ends while it runs.
#[derive(Default)]
pub(super) struct Endings {
    /// One question at a time.
    gate: tokio::sync::Mutex<()>,
    /// Whether the task that asks hourly runs.
    watched: AtomicBool,
    /// The core shuts down.
    pub(super) closing: CancellationToken,
    /// An account has ended here and nobody has been told yet.
    pub(super) untold: AtomicBool,
}

/// Why an account's end was not taken down. Nothing has changed.
#[derive(Debug, Error)]
#[allow(missing_docs)] // named like `traccar::CancelRefusal`, documented there
pub enum CancelError {
    #[error("wrong password")]
    WrongPassword,
    #[error("a one-time code is needed")]
    CodeNeeded,
    #[error("wrong one-time code")]
    WrongCode,
    #[error("the last administrator")]
    LastAdministrator,
    #[error(transparent)]
    Query(#[from] QueryError),
}

impl From<CancelRefusal> for CancelError {
    fn from(refusal: CancelRefusal) -> Self {
        match refusal {
            CancelRefusal::WrongPassword => Self::WrongPassword,
            CancelRefusal::CodeNeeded => Self::CodeNeeded,
            CancelRefusal::WrongCode => Self::WrongCode,
            CancelRefusal::LastAdministrator => Self::LastAdministrator,
            CancelRefusal::Api(error) => Self::Query(error.into()),
        }
    }
}

/// Why something is not erased yet; the next opening goes on with it.
#[derive(Debug)]
pub(super) enum EraseTrouble {
    Secrets(SecretStoreError),
    Storage(StoreError),
}

impl From<EraseTrouble> for QueryError {
    fn from(trouble: EraseTrouble) -> Self {
        match trouble {
            EraseTrouble::Secrets(error) => Self::SecretStore(error),
            EraseTrouble::Storage(error) => Self::Storage(error),
        }
    }
}

impl From<SecretStoreError> for EraseTrouble {
    fn from(error: SecretStoreError) -> Self {
        Self::Secrets(error)
    }
}

impl From<StoreError> for EraseTrouble {
    fn from(error: StoreError) -> Self {
        Self::Storage(error)
    }
}

impl From<std::io::Error> for EraseTrouble {
    fn from(error: std::io::Error) -> Self {
        Self::Storage(error.into())
    }
}

impl Trak {
    /// Asks for the end of the account: password and code are asked for again, the server does it by the deadline. A
    /// plain Traccar server does it at once. When it is done everything kept here is erased, see [`Trak::status`].
    pub async fn cancel_account(
        &self,
        password: Secret,
        code: Option<Secret>,
    ) -> Result<Cancellation, CancelError> {
        let session = self.inner().session().ok_or(QueryError::SignedOut)?;
        let token = session.token().ok_or(QueryError::SignedOut)?;
        let inner = Arc::clone(self.inner());
        self.run(async move {
            let (ends, receipt) = match session.client.cancel_account(&token, &password, code.as_ref()).await
            {
                Err(CancelRefusal::Api(ApiError::NotFound)) => {
                    (delete_at_once(&session, &password, code.as_ref()).await?, None)
                }
                answer => answer?,
            };
            inner.follow(&session, &Said::Ends(ends, receipt)).await;
            Ok(ends)
        })
        .await
        .ok_or(QueryError::Closed)?
    }

    /// Whether the account ends, and when. Where the server cannot be asked, what this phone knows of it.
    pub async fn cancellation(&self) -> Result<Option<Cancellation>, QueryError> {
        let inner = Arc::clone(self.inner());
        let answer = self
            .asked(|session, token| async move {
                match session.client.ending(&token).await? {
                    Said::Refused => Err(QueryError::SignedOut),
                    said => {
                        inner.follow(&session, &said).await;
                        Ok(match said {
                            Said::Ends(cancellation, _) => Some(cancellation),
                            _ => None,
                        })
                    }
                }
            })
            .await;
        match (answer, self.inner().session()) {
            (Err(error @ (QueryError::Offline | QueryError::SignedOut)), Some(session)) => {
                match ending::remembered(&self.inner().folder, &session.key) {
                    Ok(Some(ending)) => Ok(Some(ending.cancellation())),
                    _ => Err(error),
                }
            }
            (answer, _) => answer,
        }
    }

    /// Takes the end of the account back while it is not done.
    pub async fn keep_account(&self) -> Result<(), QueryError> {
        let inner = Arc::clone(self.inner());
        self.asked(|session, token| async move {
            session.client.keep_account(&token).await?;
            inner.follow(&session, &Said::Stays).await;
            Ok(())
        })
        .await
    }

    /// Signs out and erases everything that this device keeps of the account: cache, unsent fixes, keys, and the record of
    /// consents, whose copy is at the server. Nothing of it is left. What was begun is gone on with at the next opening.
    pub async fn erase_this_device(&self) -> Result<(), QueryError> {
        let session = self.inner().session().ok_or(QueryError::SignedOut)?;
        let inner = Arc::clone(self.inner());
        self.run(async move { inner.erase_account(&session).await }).await.ok_or(QueryError::Closed)?
    }
}

impl Inner {
    /// Asks hourly whether an account that is to end has ended, from now on until the core shuts down.
    pub(super) fn watch_ending(self: &Arc<Self>) {
        if self.endings.watched.swap(true, Ordering::AcqRel) {
            return;
        }
        let inner = Arc::clone(self);
        self.tasks.spawn_on(
            async move {
                loop {
                    tokio::select! {
                        () = inner.endings.closing.cancelled() => return,
                        () = tokio::time::sleep(LOOK) => inner.settle_ending_after_refusal().await,
                    }
                }
            },
            &self.runtime,
        );
    }

    /// A sign-in was refused, or may have been: where an end is to be expected, it may be that.
    pub(super) async fn settle_ending_after_refusal(self: &Arc<Self>) {
        let Some(session) = self.session() else { return };
        if matches!(ending::remembered(&self.folder, &session.key), Ok(Some(_))) {
            self.settle_ending().await;
        }
    }

    /// Asks the server whether the account ends, and does what follows.
    pub(super) async fn settle_ending(self: &Arc<Self>) {
        let _one = self.endings.gate.lock().await;
        let Some(session) = self.session() else { return };
        let answer = tokio::select! {
            () = self.endings.closing.cancelled() => return,
            answer = self.whether_it_ends(&session) => answer,
        };
        match answer {
            Ok(said) => self.follow(&session, &said).await,
            // Plain Traccar ends an account at once or not at all; without a connection it is asked again.
            Err(error) => tracing::debug!(?error, "whether the account ends could not be asked"),
        }
    }

    /// Asked with the sign-in, and with the receipt where that is not accepted: the end itself takes it away.
    async fn whether_it_ends(&self, session: &Session) -> Result<Said, ApiError> {
        let said = match session.token() {
            Some(token) => session.client.ending(&token).await?,
            None => Said::Refused,
        };
        if said != Said::Refused {
            return Ok(said);
        }
        // Where it cannot be read `follow` says so.
        match ending::remembered(&self.folder, &session.key) {
            Ok(Some(Ending { receipt: Some(receipt), .. })) => session.client.ending_by(&receipt).await,
            _ => Ok(said),
        }
    }

    async fn follow(self: &Arc<Self>, session: &Arc<Session>, said: &Said) {
        let remembered = match ending::remembered(&self.folder, &session.key) {
            Ok(remembered) => remembered,
            Err(error) => {
                tracing::error!(kind = ?error.kind(), "whether the account was to end cannot be read");
                return;
            }
        };
        let kept = match follows(remembered.as_ref(), said) {
            Follows::Nothing => return,
            Follows::Remember(ending) if Some(&ending) == remembered.as_ref() => return,
            Follows::Remember(ending) => ending::remember(&self.folder, &session.key, &ending),
            Follows::Forget => ending::forget(&self.folder, &session.key),
            Follows::Erase => return self.account_is_gone(session).await,
        };
        if let Err(error) = kept {
            // The server is asked again at the next start.
            tracing::error!(kind = ?error.kind(), "that the account ends was not kept");
        }
        session.touch();
    }

    async fn account_is_gone(self: &Arc<Self>, session: &Arc<Session>) {
        tracing::warn!("the account is gone: everything kept of it is erased");
        // Whoever has signed in since is not told of it.
        if self.session().is_some_and(|now| Arc::ptr_eq(&now, session)) {
            if let Err(error) = ending::note_ended(&self.folder) {
                tracing::error!(kind = ?error.kind(), "that an account has ended will not be told after a restart");
            }
            self.endings.untold.store(true, Ordering::Release);
        }
        if let Err(error) = self.erase_account(session).await {
            tracing::error!(?error, "not everything of the account is erased yet; the next opening goes on");
        }
    }

    /// What is known while nobody is signed in: whether it is because an account has ended.
    pub(super) fn nobody(&self) -> FleetStatus {
        let trouble = self.endings.untold.load(Ordering::Acquire).then_some(Trouble::AccountEnded);
        FleetStatus { trouble, ..NOBODY }
    }

    /// Whoever is at the phone has gone on from the screen that told it.
    pub(super) fn told_of_the_end(&self) {
        if self.endings.untold.swap(false, Ordering::AcqRel)
            && let Err(error) = ending::told_ended(&self.folder)
        {
            tracing::warn!(kind = ?error.kind(), "that an account has ended will be told once more");
        }
    }

    async fn erase_account(self: &Arc<Self>, session: &Arc<Session>) -> Result<(), QueryError> {
        let mut names = vec![session.key.clone()];
        // What could not be moved from a former name goes too, and what nobody who signed in has taken over.
        names.extend(address::former_account_keys(&session.address, lock(&session.account).id));
        names.push(AccountKey(PENDING.to_owned()));
        ending::begin_erasing(&self.folder, &names).map_err(StoreError::from)?;
        match self.sign_out_of(session).await {
            // Somebody was faster.
            Ok(_) | Err(QueryError::SignedOut) => {}
            Err(error) => return Err(error),
        }
        let inner = Arc::clone(self);
        tokio::task::spawn_blocking(move || finish_erasing(&inner.folder, &*inner.secrets))
            .await
            .map_err(|_| QueryError::Closed)??;
        session.touch();
        Ok(())
    }

    /// Erases what is kept of accounts other than `present` whose end was asked for and is overdue.
    pub(super) fn erase_ended(&self, present: Option<&AccountKey>) {
        let now = self.wall_now();
        let erased = ending::all(&self.folder).map_err(EraseTrouble::from).and_then(|all| {
            let overdue =
                |(key, ending): &(AccountKey, Ending)| present != Some(key) && now >= ending.deadline;
            let due: Vec<AccountKey> = all.into_iter().filter(overdue).map(|(key, _)| key).collect();
            if due.is_empty() {
                return Ok(());
            }
            ending::begin_erasing(&self.folder, &due)?;
            finish_erasing(&self.folder, &*self.secrets)
        });
        if let Err(error) = erased {
            tracing::warn!(?error, "what is kept of an account that ended is not erased yet");
        }
    }
}

/// Goes on with the erasing that was begun. Each step may be done again.
pub(super) fn finish_erasing(folder: &Path, secrets: &dyn SecretStore) -> Result<(), EraseTrouble> {
    let names = ending::being_erased(folder)?;
    if names.is_empty() {
        return Ok(ending::erased(folder)?);
    }
    // The keys go first: without them what is left of the files cannot be read.
    for key in &names {
        keys::forget_keys(secrets, key)?;
    }
    let signed_in = KeptSession::load(secrets)?.and_then(|kept| kept.key());
    if signed_in.is_some_and(|key| names.contains(&key)) {
        KeptSession::forget(secrets)?;
    }
    for key in &names {
        keys::folders(folder, key).iter().try_for_each(|folder| store::erase(folder))?;
        Consents::erase(folder, key)?;
        ending::forget(folder, key)?;
    }
    retention::forget_log_of_nobody(folder)?;
    Ok(ending::erased(folder)?)
}

/// Goes on with what the person withdrew or refused just before the program was killed: the sign-in and the cache go. What
/// waits to be sent is reporting's.
pub(super) fn finish_withdrawal(
    folder: &Path,
    secrets: &dyn SecretStore,
    key: &AccountKey,
) -> Result<(), EraseTrouble> {
    KeptSession::forget(secrets)?;
    erase_cache(folder, secrets, key)
}

/// Erases an account's cache. Its key goes first: without it what is left of the files cannot be read.
pub(super) fn erase_cache(
    folder: &Path,
    secrets: &dyn SecretStore,
    key: &AccountKey,
) -> Result<(), EraseTrouble> {
    keys::forget_key(secrets, key)?;
    Ok(store::erase(&keys::cache_folder(folder, key))?)
}

/// A plain Traccar server knows no term: whoever can sign in anew may end the account.
async fn delete_at_once(
    session: &Session,
    password: &Secret,
    code: Option<&Secret>,
) -> Result<Cancellation, CancelError> {
    let (id, email) = {
        let account = lock(&session.account);
        (account.id, account.email.clone())
    };
    let now = session.server_now();
    let signed_in = session.client.sign_in(&email, password, code, now.plus_ms(600_000)).await;
    let token = match signed_in {
        Ok(signed_in) => signed_in.token,
        Err(SignInError::WrongPassword) => return Err(CancelError::WrongPassword),
        Err(SignInError::CodeNeeded) => return Err(CancelError::CodeNeeded),
        Err(SignInError::WrongCode) => return Err(CancelError::WrongCode),
        Err(SignInError::TooManyTries { retry_after_s }) => {
            return Err(QueryError::TooMany { retry_after_s }.into());
        }
        Err(SignInError::BadCertificate(trouble)) => return Err(QueryError::BadCertificate(trouble).into()),
        Err(SignInError::NoConnection) => return Err(QueryError::Offline.into()),
        Err(_) => return Err(QueryError::Denied.into()),
    };
    session.client.delete_account(&token, id).await.map_err(QueryError::from)?;
    Ok(Cancellation { requested: now, deadline: now, done: true })
}
