//! What let an account in: a token, a session or a password. It holds as long as that does, on open sockets, too.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use crate::auth::random_text;
use crate::db::users::TokenHash;
use crate::error::Refusal;

/// Which password an account had: the hash of its argon2 string, which nobody can turn back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PasswordMark([u8; 32]);

impl PasswordMark {
    pub(crate) fn of(stored: &str) -> Self {
        Self(Sha256::digest(stored.as_bytes()).into())
    }
}

/// What let an account in.
#[derive(Clone)]
pub struct Admission {
    pub(crate) user: i64,
    /// Where it was a password, or a session: the password that it was.
    pub(crate) password: Option<PasswordMark>,
    /// Where it was a token, or a session that one opened.
    pub(crate) token: Option<TokenHash>,
}

/// Cookie sessions, in memory: a restart ends them, tokens outlive it.
#[derive(Default)]
pub struct Sessions {
    open: Mutex<HashMap<String, Admission>>,
}

/// More sessions than this at once and the oldest knowledge is dropped whole: a flood must not fill memory.
const SESSIONS: usize = 100_000;

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Admission>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a session.
    pub(crate) fn open(&self, by: Admission) -> Result<String, Refusal> {
        let cookie = random_text()?;
        let mut open = self.lock();
        if open.len() >= SESSIONS {
            open.clear();
        }
        open.insert(cookie.clone(), by);
        Ok(cookie)
    }

    /// What opened a session; whether that still holds is for the database to say.
    pub(crate) fn of(&self, cookie: &str) -> Option<Admission> {
        self.lock().get(cookie).cloned()
    }

    /// Ends an account's sessions but one, in which it has a new password.
    pub(crate) fn close_others(&self, user: i64, but: Option<&str>, password: PasswordMark) {
        self.lock().retain(|cookie, session| {
            if session.user == user && Some(cookie.as_str()) == but {
                session.password = Some(password);
                return true;
            }
            session.user != user
        });
    }

    /// Ends a session.
    pub(crate) fn close(&self, cookie: &str) {
        self.lock().remove(cookie);
    }
}
