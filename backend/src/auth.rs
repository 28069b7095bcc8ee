//! Who a request comes from.
//!
//! Decides by cookie, Bearer token, `?token=` or Basic; that passwords are argon2 hashes; that a code is needed where
//! the account has one; and that guessing gets slower and slower.

use std::net::{IpAddr, SocketAddr};

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{AUTHORIZATION, COOKIE, ORIGIN};
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::admission::{Admission, PasswordMark};
use crate::db::Database;
use crate::db::users::{LONGEST_NAME, Stored, TokenHash, hash};
use crate::error::Refusal;
use crate::limit::address;
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
    /// What let it in.
    pub(crate) by: Admission,
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
            let user = user.ok_or(Refusal::Unauthorized)?;
            let by = Admission { user: user.id, password: None, token: Some(kept.clone()) };
            return Ok(Caller { user, cookie: None, token: Some(kept), by });
        }
        if let Some(pair) = header.strip_prefix("Basic ") {
            let decoded = STANDARD.decode(pair.trim()).map_err(|_| Refusal::Unauthorized)?;
            let text = String::from_utf8(decoded).map_err(|_| Refusal::Unauthorized)?;
            let (name, password) = text.split_once(':').ok_or(Refusal::Unauthorized)?;
            // A code cannot be given this way: an account that has one cannot sign in this way.
            let from = parts.extensions.get::<ConnectInfo<SocketAddr>>();
            let from = from.map(|ConnectInfo(peer)| address(*peer, &parts.headers));
            let checked = check_password(state, name, password.to_owned(), None, from).await;
            let (user, by) = checked.map_err(|refusal| match refusal {
                Refusal::CodeNeeded => Refusal::Unauthorized,
                other => other,
            })?;
            return Ok(Caller { user, cookie: None, token: None, by });
        }
        return Err(Refusal::Bad("authorization"));
    }
    let cookie = cookie_of(parts).ok_or(Refusal::Unauthorized)?;
    // A page of another site must not act with this browser's cookie.
    if parts.headers.contains_key(ORIGIN) && !same_origin(parts) {
        return Err(Refusal::Unauthorized);
    }
    let by = state.sessions.of(&cookie).ok_or(Refusal::Unauthorized)?;
    let asked = by.clone();
    let user = state.db.run(move |db| db.admitted(&asked, now)).await?.ok_or(Refusal::Unauthorized)?;
    Ok(Caller { user, cookie: Some(cookie), token: None, by })
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
) -> Result<(User, Admission), Refusal> {
    let name = name.trim().to_lowercase();
    if name.len() > LONGEST_NAME {
        return Err(Refusal::Unauthorized); // nobody's, and not to be kept in memory
    }
    // Whoever must wait is told so at once, without waiting for others' passwords.
    if let Some(wait_s) = state.throttle.wait_s(&name, from, state.now()) {
        return Err(Refusal::TooMany(wait_s));
    }
    let hashing = state.hashing().await?;
    let (of, code) = (state.clone(), code.map(str::to_owned));
    // Done to its end even where whoever asked has gone: else a guess would not be counted, or a right one would be.
    let work = move |db: &Database| {
        let _hashing = hashing;
        let now = of.now();
        // Counted before it is looked at: many at once must not all be free.
        of.throttle.begin(&name, from, now).map_err(Refusal::TooMany)?;
        let checked = verified(db, &name, &password)
            .and_then(|found| found.ok_or(Refusal::Unauthorized))
            .and_then(|found| admitted(found, code.as_deref(), now));
        match &checked {
            Ok(_) => of.throttle.succeeded(&name, from),
            Err(Refusal::Unauthorized | WRONG_CODE) => {}
            Err(_) => of.throttle.take_back(&name, from),
        }
        checked
    };
    state.db.run(work).await
}

const WRONG_CODE: Refusal = Refusal::Denied("User authorization failed");

/// What follows for somebody whose password is right.
fn admitted(found: Stored, code: Option<&str>, now: i64) -> Result<(User, Admission), Refusal> {
    let Stored { user, password } = found;
    if user.disabled {
        return Err(Refusal::Denied("User is disabled"));
    }
    if user.expiration_time.is_some_and(|t| t.0 <= now) {
        return Err(Refusal::Denied("User has expired"));
    }
    if let Some(key) = &user.totp_key {
        let code = code.map(str::trim).filter(|code| !code.is_empty()).ok_or(Refusal::CodeNeeded)?;
        if !code_is_right(key, code, now) {
            return Err(WRONG_CODE);
        }
    }
    let by = Admission { user: user.id, password: Some(PasswordMark::of(&password)), token: None };
    Ok((user, by))
}

fn verified(db: &Database, name: &str, password: &str) -> Result<Option<Stored>, Refusal> {
    let stored = db.user_by_sign_in(name)?;
    // An unknown name costs as much time as a wrong password: the answer's time must not tell which.
    let hash = stored.as_ref().map_or(DUMMY_HASH, |s| s.password.as_str());
    let parsed = PasswordHash::new(hash).map_err(|_| Refusal::Internal)?;
    let right = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    Ok(stored.filter(|_| right))
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

#[cfg(test)]
mod tests {
    use super::hash_password;

    #[test]
    fn the_stand_in_hash_can_be_parsed() {
        assert!(argon2::password_hash::PasswordHash::new(super::DUMMY_HASH).is_ok());
        assert_ne!(hash_password("x").unwrap(), hash_password("x").unwrap());
    }
}
