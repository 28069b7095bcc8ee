//! Who a request comes from.
//!
//! Decides by cookie, Bearer token, `?token=` or Basic; that passwords are argon2 hashes; that a code is needed where
//! the account has one; and that guessing gets slower and slower.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{AUTHORIZATION, COOKIE, ORIGIN};
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::db::Database;
use crate::db::users::{TokenHash, hash};
use crate::error::Refusal;
use crate::limit::{address, network};
use crate::model::User;
use crate::server::State;

/// The signed-in account behind a request.
pub struct Caller {
    /// Who.
    pub user: User,
    /// The session cookie's value, where it came by cookie.
    pub cookie: Option<String>,
    /// The token, where it came by one.
    pub(crate) token: Option<TokenHash>,
}

impl FromRequestParts<State> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Refusal> {
        let caller = identify(parts, state).await?;
        usable(&caller.user, state.now())?;
        Ok(caller)
    }
}

async fn identify(parts: &Parts, state: &State) -> Result<Caller, Refusal> {
    let now = state.now();
    let header = parts.headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok());
    if let Some(header) = header {
        if let Some(token) = header.strip_prefix("Bearer ") {
            let token = token.trim().to_owned();
            if !is_token(&token) {
                return Err(Refusal::Bad("token"));
            }
            let kept = hash(&token);
            let user = state.db.run(move |db| db.user_by_token(&token, now)).await?;
            let caller = user.map(|user| Caller { user, cookie: None, token: Some(kept) });
            return caller.ok_or(Refusal::Unauthorized);
        }
        if let Some(pair) = header.strip_prefix("Basic ") {
            let decoded = STANDARD.decode(pair.trim()).map_err(|_| Refusal::Unauthorized)?;
            let text = String::from_utf8(decoded).map_err(|_| Refusal::Unauthorized)?;
            let (name, password) = text.split_once(':').ok_or(Refusal::Unauthorized)?;
            // A code cannot be given this way: an account that has one cannot sign in this way.
            let from = parts.extensions.get::<ConnectInfo<SocketAddr>>();
            let from = from.map(|ConnectInfo(peer)| address(*peer, &parts.headers));
            let user = check_password(state, name, password.to_owned(), None, from).await;
            return user.map(|user| Caller { user, cookie: None, token: None }).map_err(
                |refusal| match refusal {
                    Refusal::CodeNeeded => Refusal::Unauthorized,
                    other => other,
                },
            );
        }
        return Err(Refusal::Bad("authorization"));
    }
    let cookie = cookie_of(parts).ok_or(Refusal::Unauthorized)?;
    // A page of another site must not act with this browser's cookie.
    if parts.headers.contains_key(ORIGIN) && !same_origin(parts) {
        return Err(Refusal::Unauthorized);
    }
    let id = state.sessions.user(&cookie).ok_or(Refusal::Unauthorized)?;
    let user = state.db.run(move |db| db.user(id)).await?.ok_or(Refusal::Unauthorized)?;
    Ok(Caller { user, cookie: Some(cookie), token: None })
}

fn same_origin(parts: &Parts) -> bool {
    let header = |name| parts.headers.get(name).and_then(|v: &axum::http::HeaderValue| v.to_str().ok());
    match (header(ORIGIN), header(axum::http::header::HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        _ => false,
    }
}

/// The value of the session cookie.
pub(crate) fn cookie_of(parts: &Parts) -> Option<String> {
    let all = parts.headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix("JSESSIONID=").map(str::to_owned))
}

/// Whether an account may act now. For a request in passing both are simply no longer signed in.
pub(crate) fn usable(user: &User, now: i64) -> Result<(), Refusal> {
    let expired = user.expiration_time.is_some_and(|t| t.0 <= now);
    if user.disabled || expired { Err(Refusal::Unauthorized) } else { Ok(()) }
}

/// Checks a sign-in whole: throttle, password, state, code.
pub(crate) async fn check_password(
    state: &State,
    name: &str,
    password: String,
    code: Option<&str>,
    from: Option<IpAddr>,
) -> Result<User, Refusal> {
    let now = state.now();
    let name = name.trim().to_lowercase();
    if let Some(wait_s) = state.throttle.wait_s(&name, from, now) {
        return Err(Refusal::TooMany(wait_s));
    }
    let asked = name.clone();
    let user = state.db.run(move |db| verified(db, &asked, &password)).await?;
    let Some(user) = user else {
        state.throttle.failed(&name, from, now);
        return Err(Refusal::Unauthorized);
    };
    if user.disabled {
        return Err(Refusal::Denied("User is disabled"));
    }
    if user.expiration_time.is_some_and(|t| t.0 <= now) {
        return Err(Refusal::Denied("User has expired"));
    }
    if let Some(key) = &user.totp_key {
        let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else {
            return Err(Refusal::CodeNeeded);
        };
        if !code_is_right(key, code, now) {
            state.throttle.failed(&name, from, now);
            return Err(Refusal::Denied("User authorization failed"));
        }
    }
    state.throttle.succeeded(&name);
    Ok(user)
}

fn verified(db: &Database, name: &str, password: &str) -> Result<Option<User>, Refusal> {
    let stored = db.user_by_sign_in(name)?;
    // An unknown name costs as much time as a wrong password: the answer's time must not tell which.
    let hash = stored.as_ref().map_or(DUMMY_HASH, |s| s.password.as_str());
    let parsed = PasswordHash::new(hash).map_err(|_| Refusal::Internal)?;
    let right = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    Ok(stored.filter(|_| right).map(|s| s.user))
}

const DUMMY_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$dEXnjZ0M0LkQWJxv3WjGq6Hk0t4Wk0QkF1sJ9m0m9mA";

/// The argon2 hash of a password, with a fresh salt.
pub fn hash_password(password: &str) -> Result<String, Refusal> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| Refusal::Internal)?;
    let salt = SaltString::encode_b64(&salt).map_err(|_| Refusal::Internal)?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt).map_err(|_| Refusal::Internal)?;
    Ok(hash.to_string())
}

/// RFC 6238 with one step of grace on either side.
fn code_is_right(key: &str, code: &str, now_ms: i64) -> bool {
    let Ok(secret) = totp_rs::Secret::Encoded(key.to_owned()).to_bytes() else { return false };
    // Unchecked, because Traccar's keys may be shorter than the 128 bits that the checked constructor wants.
    let totp = totp_rs::TOTP::new_unchecked(totp_rs::Algorithm::SHA1, 6, 1, 30, secret);
    totp.check(code, u64::try_from(now_ms / 1_000).unwrap_or(0))
}

/// A key for one-time codes, base32.
pub fn new_totp_key() -> Result<String, Refusal> {
    let mut bytes = vec![0; 20];
    getrandom::fill(&mut bytes).map_err(|_| Refusal::Internal)?;
    Ok(match totp_rs::Secret::Raw(bytes).to_encoded() {
        totp_rs::Secret::Encoded(text) => text,
        totp_rs::Secret::Raw(_) => return Err(Refusal::Internal),
    })
}

/// Whether a text can be a token at all; garbage is answered differently from a token that ended.
pub(crate) fn is_token(text: &str) -> bool {
    URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

/// 256 random bits as text that needs no escaping anywhere.
pub fn random_text() -> Result<String, Refusal> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| Refusal::Internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Cookie sessions, in memory: a restart ends them, tokens outlive it.
#[derive(Default)]
pub struct Sessions {
    users: Mutex<HashMap<String, i64>>,
}

/// More sessions than this at once and the oldest knowledge is dropped whole: a flood must not fill memory.
const SESSIONS: usize = 100_000;

impl Sessions {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, i64>> {
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a session.
    pub fn open(&self, user: i64) -> Result<String, Refusal> {
        let cookie = random_text()?;
        let mut users = self.lock();
        if users.len() >= SESSIONS {
            users.clear();
        }
        users.insert(cookie.clone(), user);
        Ok(cookie)
    }

    /// The account of a session.
    pub fn user(&self, cookie: &str) -> Option<i64> {
        self.lock().get(cookie).copied()
    }

    /// Ends an account's sessions but one.
    pub(crate) fn close_others(&self, user: i64, but: Option<&str>) {
        self.lock().retain(|cookie, of| *of != user || Some(cookie.as_str()) == but);
    }

    /// Ends a session.
    pub fn close(&self, cookie: &str) {
        self.lock().remove(cookie);
    }
}

/// Slows guessing down: after some failures each further try waits twice as long, for the account and the address.
#[derive(Default)]
pub struct Throttle {
    failures: Mutex<HashMap<String, (u32, i64)>>,
}

/// Failures that cost nothing.
const FREE_PER_ACCOUNT: u32 = 8;
const FREE_PER_ADDRESS: u32 = 40;
/// Failures are forgotten after so long without a new one.
const FORGET_MS: i64 = 15 * 60_000;
const LONGEST_WAIT_S: i64 = 15 * 60;

impl Throttle {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (u32, i64)>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seconds to wait before the next try counts, `None` when it may be made now.
    pub fn wait_s(&self, account: &str, from: Option<IpAddr>, now: i64) -> Option<u32> {
        let failures = self.lock();
        let wait = |key: &str, free: u32| {
            let (count, last) = failures.get(key)?;
            let over = count.checked_sub(free)?;
            let wait_s = (1_i64 << over.min(10)).min(LONGEST_WAIT_S);
            let left_ms = last + wait_s * 1_000 - now;
            (left_ms > 0).then(|| u32::try_from(left_ms.div_euclid(1_000) + 1).unwrap_or(1))
        };
        let of_account = wait(account, FREE_PER_ACCOUNT);
        let of_address = from.and_then(|ip| wait(&network(ip).to_string(), FREE_PER_ADDRESS));
        of_account.max(of_address)
    }

    /// Notes a failure.
    pub fn failed(&self, account: &str, from: Option<IpAddr>, now: i64) {
        let mut failures = self.lock();
        failures.retain(|_, (_, last)| now - *last < FORGET_MS);
        for key in std::iter::once(account.to_owned()).chain(from.map(|ip| network(ip).to_string())) {
            let entry = failures.entry(key).or_insert((0, now));
            *entry = (entry.0.saturating_add(1), now);
        }
    }

    /// A success clears the account, not the address: one good account must not buy guesses at others.
    pub fn succeeded(&self, account: &str) {
        self.lock().remove(account);
    }
}

#[cfg(test)]
mod tests {
    use super::{Throttle, hash_password};

    #[test]
    fn guessing_gets_slower_and_is_forgotten() {
        let throttle = Throttle::default();
        let ip = Some("127.0.0.1".parse().unwrap());
        for _ in 0..7 {
            throttle.failed("a", ip, 0);
        }
        assert_eq!(throttle.wait_s("a", ip, 0), None);
        throttle.failed("a", ip, 0);
        assert_eq!(throttle.wait_s("a", ip, 0), Some(2));
        for _ in 0..20 {
            throttle.failed("a", ip, 0);
        }
        assert!(throttle.wait_s("a", ip, 0).unwrap() > 800);
        assert_eq!(throttle.wait_s("b", ip, 0), None, "another account from the same place");
        for _ in 0..40 {
            throttle.failed("c", ip, 0);
        }
        assert!(throttle.wait_s("b", ip, 0).is_some(), "the place itself guesses too much");
        throttle.failed("z", None, 16 * 60_000);
        assert_eq!(throttle.wait_s("a", ip, 16 * 60_000), None, "forgotten");
    }

    #[test]
    fn the_stand_in_hash_can_be_parsed() {
        assert!(argon2::password_hash::PasswordHash::new(super::DUMMY_HASH).is_ok());
        assert_ne!(hash_password("x").unwrap(), hash_password("x").unwrap());
    }
}
