//! Signing in and out, and forgetting an account.
//!
//! Decides in which order token, key, cache and session come and go, so that nothing is left half done: the key of a
//! cache goes before the cache, the session last.

use std::sync::Arc;

use crate::decide::token::life_ms;
use crate::engine::ending;
use crate::engine::keys::{self, KeptSession};
use crate::engine::trak::Inner;
use crate::engine::{OpenError, OpenOptions, QueryError, SignInRefusal, SignInRequest, Trak};
use crate::lock::lock;
use crate::model::{AccountKey, SecretStoreError};
use crate::privacy::retention;
use crate::store;
use crate::sync::session::{Session, Token};
use crate::traccar::{Client, address};
use crate::view::AccountView;

/// What a sign-out did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedOut {
    /// Whether the server confirmed that the token is void. Without a connection it stays valid until it ends.
    pub revoked: bool,
}

/// Erases the kept account with everything kept of it, unsent fixes included, without opening it: what helps where the
/// cache's key is missing. The token stays valid at the server until it ends. Without a kept account nothing happens. Where
/// the key store cannot open what it keeps any more, whose it was cannot be read: then every account goes, since none of
/// them can be opened. The core must be closed.
pub fn forget_account(options: &OpenOptions) -> Result<(), OpenError> {
    let names = match KeptSession::load(&*options.secrets) {
        // What people decided stays: it is not encrypted by any key.
        Err(SecretStoreError::Unavailable) => {
            retention::accounts(&options.folder).map_err(OpenError::Folder)?.into_iter().collect()
        }
        kept => kept?.map(|kept| names_of(&kept)).unwrap_or_default(),
    };
    for key in &names {
        // The key goes first: without it what is left of the files cannot be read.
        keys::forget_keys(&*options.secrets, key)?;
        keys::folders(&options.folder, key).iter().try_for_each(|folder| store::erase(folder))?;
    }
    KeptSession::forget(&*options.secrets)?;
    Ok(())
}

/// Under which names something of an account may be kept; none where the session's address cannot be read.
fn names_of(kept: &KeptSession) -> Vec<AccountKey> {
    let (Ok(address), id) = (kept.address(), kept.account().id) else { return Vec::new() };
    let mut names = vec![address::account_key(&address, id)];
    names.extend(address::former_account_keys(&address, id));
    names
}

impl Trak {
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
}

impl Inner {
    /// Keeps a renewed token; false when the key store refused, so that the old one stays in use. Another program may
    /// have signed in as somebody else meanwhile: their sign-in is not touched.
    pub(super) fn keep_token(&self, key: &AccountKey, token: &Token) -> bool {
        let Ok(Some(mut kept)) = KeptSession::load(&*self.secrets) else { return false };
        if kept.key().as_ref() != Some(key) {
            return false;
        }
        kept.set_token(Some(token));
        kept.save(&*self.secrets).is_ok()
    }

    async fn sign_in(self: &Arc<Self>, request: SignInRequest) -> Result<AccountView, SignInRefusal> {
        let _one = self.account_gate.lock().await;
        let address = address::parse(&request.server, request.cleartext)?;
        self.consents.permits_sign_in(self.wall_now())?;
        let client =
            Client::new(address.clone(), &request.tls, Arc::clone(&self.clock), self.sign_in_permit())
                .map_err(|_| SignInRefusal::BadTlsSettings)?;
        // A server that does not answer this will not take the sign-in either, and says there why.
        let renewable = client.server_info().await.is_ok_and(|server| !server.features.is_empty());
        let issued_at = self.clock.read().wall;
        let signed_in = client
            .sign_in(
                &request.email,
                &request.password,
                request.code.as_ref(),
                issued_at.plus_ms(life_ms(renewable)),
            )
            .await?;
        let key = address::account_key(&address, signed_in.account.id);
        if let Err(refused) = self.consents.permits_account(&key, self.wall_now()) {
            // Another person than the one who agreed: what the server gave is given back.
            if let Err(error) = client.revoke(&signed_in.token).await {
                tracing::warn!(?error, "a token that is not used could not be made void");
            }
            return Err(refused.into());
        }
        let token = Token { secret: signed_in.token, issued_at, expires_at: signed_in.token_expires_at };
        let mut kept =
            KeptSession::new(address.url().as_str(), request.cleartext, &request.tls, &signed_in.account);
        kept.set_token(Some(&token));
        // The account before is closed first: the same account may be signing in again, and one cache has one writer.
        if let Some(before) = self.session() {
            if before.key == key {
                self.close_reporting(); // the same person again: reporting goes on
            } else if let Err(error) = self.leave_reporting(&before) {
                tracing::error!(?error, "the end of reporting was not kept");
            }
            if before.key != key {
                self.consents.leave(); // what they agreed to counts for nobody else
            }
            lock(&self.session).take();
            before.stop.cancel();
            if before.key != key {
                self.leave_push(&before).await;
                self.note_left(&before.key);
            }
            close(before).await;
        }
        let this = Arc::clone(self);
        let opened = tokio::task::spawn_blocking(move || {
            this.open_session(&kept, Some(token)).map(|session| (session, kept))
        })
        .await
        .map_err(|_| SignInRefusal::Closed)?;
        let begin = || -> Result<Arc<Session>, SignInRefusal> {
            let (session, kept) = opened?;
            self.consents.adopt(&key)?;
            kept.save(&*self.secrets)?;
            Ok(session)
        };
        // Where it fails nobody is signed in.
        let session = begin().inspect_err(|_| self.consents.leave())?;
        if let Some(sample) = &signed_in.clock {
            lock(&session.server_clock).learn(sample);
        }
        let view = account_view(&session);
        self.told_of_the_end();
        *lock(&self.session) = Some(Arc::clone(&session));
        session.touch();
        self.mirror_consents();
        self.settle_push();
        self.retain();
        Ok(view)
    }

    pub(super) async fn sign_out(self: &Arc<Self>, keep_cache: bool) -> Result<SignedOut, QueryError> {
        let _one = self.account_gate.lock().await;
        let session = self.session().ok_or(QueryError::SignedOut)?;
        self.leave(session, keep_cache).await
    }

    /// Signs out of `session` alone: whoever has signed in since stays.
    pub(super) async fn sign_out_of(
        self: &Arc<Self>,
        session: &Arc<Session>,
    ) -> Result<SignedOut, QueryError> {
        let _one = self.account_gate.lock().await;
        let now = self.session().filter(|now| Arc::ptr_eq(now, session)).ok_or(QueryError::SignedOut)?;
        self.leave(now, false).await
    }

    /// First what is on this device, then the server is told: a program that is killed while a server does not answer
    /// starts without the sign-in.
    async fn leave(
        self: &Arc<Self>,
        session: Arc<Session>,
        keep_cache: bool,
    ) -> Result<SignedOut, QueryError> {
        if let Err(error) = self.leave_reporting(&session) {
            tracing::error!(?error, "the end of reporting was not kept");
        }
        // What they agreed to counts from here on for nobody, however long the server takes to hear of it.
        self.consents.leave();
        lock(&self.session).take();
        session.stop.cancel();
        let outbox = self.close_left_reporting(&session, !keep_cache);
        let forgotten = self.forget_sign_in(&session.key);
        session.touch();
        let erased = if keep_cache { Ok(()) } else { self.erase_cache(&session).await };
        self.leave_push(&session).await;
        self.mirror_consents_of(&session).await;
        let revoked = match session.token() {
            Some(token) => session.client.revoke(&token).await.is_ok(),
            None => true,
        };
        *lock(&session.token) = None;
        if keep_cache {
            let key = session.key.clone();
            close(session).await;
            self.note_left(&key);
        }
        if let Err(error) = outbox {
            tracing::error!(?error, "an outbox in which nothing waits was not erased");
        }
        forgotten?;
        erased?;
        Ok(SignedOut { revoked })
    }

    /// The next start begins without this sign-in.
    fn forget_sign_in(&self, key: &AccountKey) -> Result<(), QueryError> {
        // Another program may have signed in as somebody else meanwhile.
        if KeptSession::load(&*self.secrets)?.is_none_or(|kept| kept.key().as_ref() == Some(key)) {
            KeptSession::forget(&*self.secrets)?;
        }
        Ok(())
    }

    async fn erase_cache(self: &Arc<Self>, session: &Arc<Session>) -> Result<(), QueryError> {
        close(Arc::clone(session)).await;
        let (inner, key) = (Arc::clone(self), session.key.clone());
        tokio::task::spawn_blocking(move || ending::erase_cache(&inner.folder, &*inner.secrets, &key))
            .await
            .map_err(|_| QueryError::Closed)??;
        Ok(())
    }
}

/// Writes what is outstanding and closes the cache, off the async threads.
pub(super) async fn close(session: Arc<Session>) {
    if tokio::task::spawn_blocking(move || session.cache.store().close()).await.is_err() {
        tracing::error!("the cache's last write did not end");
    }
}

pub(super) fn account_view(session: &Session) -> AccountView {
    let account = lock(&session.account);
    AccountView {
        name: account.name.clone(),
        email: account.email.clone(),
        server: session.address.url().to_string(),
        cleartext: session.address.is_cleartext(),
        readonly: account.readonly,
    }
}
