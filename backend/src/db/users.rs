//! Accounts and tokens.

use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::{Database, Transaction, parsed, text};
use crate::admission::{Admission, PasswordMark};
use crate::error::Refusal;
use crate::model::User;

/// An account with its password's hash.
pub(crate) struct Stored {
    pub(crate) user: User,
    pub(crate) password: String,
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let body: String = row.get(1)?;
    let mut user: User = parsed(&body);
    user.id = row.get(0)?;
    Ok(Stored { user, password: row.get(2)? })
}

fn body_of(user: &User) -> Result<String, Refusal> {
    text(&User { password: None, ..user.clone() })
}

pub(super) fn all(c: &Connection) -> Result<Vec<User>, Refusal> {
    let mut statement = c.prepare_cached("SELECT id, body, password FROM users ORDER BY email")?;
    let found = statement.query_map([], stored)?.map(|s| s.map(|s| s.user)).collect::<Result<_, _>>()?;
    Ok(found)
}

fn by_id(c: &Connection, id: i64) -> Result<Option<User>, Refusal> {
    let sql = "SELECT id, body, password FROM users WHERE id = ?1";
    Ok(c.prepare_cached(sql)?.query_row([id], stored).optional()?.map(|s| s.user))
}

/// The longest name to sign in with, bytes: what a mail address may have.
pub(crate) const LONGEST_NAME: usize = 320;

/// Whether an account may have the names with which it signs in. Each name is one account's, whichever of the two it is,
/// and none is a number: administrators name accounts by either. What was so before stays.
fn names_may_be(c: &Connection, user: &User, before: Option<&User>) -> Result<(), Refusal> {
    let (email, login) = (user.email.as_str(), user.login.as_deref().unwrap_or(&user.email));
    let kept = |name: &str| before.is_some_and(|b| b.email == name || b.login.as_deref() == Some(name));
    let odd = |name: &str| name.len() > LONGEST_NAME || name.bytes().all(|b| b.is_ascii_digit());
    if [email, login].into_iter().any(|name| !kept(name) && odd(name)) {
        return Err(Refusal::Bad("name"));
    }
    let taken = "SELECT 1 FROM users WHERE id <> ?1 AND (email IN (?2, ?3) OR login IN (?2, ?3))";
    if c.prepare_cached(taken)?.exists(params![user.id, email, login])? {
        return Err(Refusal::Bad("conflict"));
    }
    Ok(())
}

impl Transaction<'_> {
    /// An account by number.
    pub(crate) fn user(&self, id: i64) -> Result<Option<User>, Refusal> {
        by_id(&self.0, id)
    }

    /// Replaces an account; `hash` replaces its password where given, which ends all of its tokens but the one with which
    /// it was asked for.
    pub(crate) fn update_user(
        &self,
        user: &User,
        hash: Option<&str>,
        by: Option<&TokenHash>,
    ) -> Result<(), Refusal> {
        let before = self.user(user.id)?.ok_or(Refusal::NotFound)?;
        names_may_be(&self.0, user, Some(&before))?;
        self.0.execute(
            "UPDATE users SET email = ?2, login = ?3, body = ?4, password = coalesce(?5, password) WHERE id = ?1",
            params![user.id, user.email, user.login, body_of(user)?, hash],
        )?;
        if hash.is_some() {
            // Whoever knew the old password is signed in no more, and is told nothing more.
            let sql = "DELETE FROM tokens WHERE user_id = ?1 AND hash IS NOT ?2";
            self.0.execute(sql, params![user.id, by.map(|token| &token.0)])?;
        }
        Ok(())
    }

    /// Deletes an account with its tokens, its permissions and the geofences that nobody else sees: what somebody drew
    /// around a home says as much as a track.
    pub(crate) fn delete_user(&self, id: i64) -> Result<(), Refusal> {
        self.0.execute(
            "DELETE FROM geofences WHERE id IN (SELECT geofence_id FROM user_geofence WHERE user_id = ?1)
             AND id NOT IN (SELECT geofence_id FROM user_geofence WHERE user_id <> ?1)",
            [id],
        )?;
        self.0.execute("DELETE FROM users WHERE id = ?1", [id])?;
        Ok(())
    }
}

impl Database {
    /// Makes an account; `hash` is its password's argon2 string.
    pub fn create_user(&self, user: &User, hash: &str) -> Result<User, Refusal> {
        self.transaction(|t| {
            names_may_be(&t.0, &User { id: 0, ..user.clone() }, None)?;
            t.0.execute(
                "INSERT INTO users (email, login, body, password) VALUES (?1, ?2, ?3, ?4)",
                params![user.email, user.login, body_of(user)?, hash],
            )?;
            Ok(User { id: t.0.last_insert_rowid(), password: None, ..user.clone() })
        })
    }

    /// Replaces an account; `hash` replaces its password where given, which ends all of its tokens.
    pub fn update_user(&self, user: &User, hash: Option<&str>) -> Result<(), Refusal> {
        self.transaction(|t| t.update_user(user, hash, None))
    }

    /// Deletes an account with its tokens, its permissions and the geofences that nobody else sees; units and positions
    /// stay.
    pub fn delete_user(&self, id: i64) -> Result<(), Refusal> {
        self.transaction(|t| t.delete_user(id))
    }

    /// An account by number.
    pub fn user(&self, id: i64) -> Result<Option<User>, Refusal> {
        by_id(&self.read(), id)
    }

    /// All accounts.
    pub fn users(&self) -> Result<Vec<User>, Refusal> {
        all(&self.read())
    }

    pub(crate) fn user_by_sign_in(&self, name: &str) -> Result<Option<Stored>, Refusal> {
        let c = self.read();
        let sql = "SELECT id, body, password FROM users WHERE email = ?1 OR login = ?1";
        Ok(c.query_row(sql, [name], stored).optional()?)
    }

    /// Keeps a token's hash until it ends.
    pub fn add_token(&self, token: &str, user: i64, expires: i64) -> Result<(), Refusal> {
        let c = self.write();
        c.execute(
            "INSERT INTO tokens (hash, user_id, expires) VALUES (?1, ?2, ?3)",
            params![hash(token).0, user, expires],
        )?;
        Ok(())
    }

    /// Keeps a token that was asked for with another one. What hangs on that one hangs on the new one from now on, where
    /// this lasts longer: so a phone renews its token.
    pub(crate) fn renew_token(
        &self,
        token: &str,
        by: &TokenHash,
        user: i64,
        expires: i64,
    ) -> Result<(), Refusal> {
        let new = hash(token);
        self.transaction(|t| {
            t.0.execute(
                "INSERT INTO tokens (hash, user_id, expires) VALUES (?1, ?2, ?3)",
                params![new.0, user, expires],
            )?;
            t.0.execute(
                "UPDATE push_registrations SET token = ?1
                 WHERE token = ?2 AND ?3 > (SELECT expires FROM tokens WHERE hash = ?2)",
                params![new.0, by.0, expires],
            )?;
            Ok(())
        })
    }

    /// The account of a token that has not ended.
    pub fn user_by_token(&self, token: &str, now: i64) -> Result<Option<User>, Refusal> {
        Ok(self.stored_by_token(token, now)?.map(|s| s.user))
    }

    pub(crate) fn stored_by_token(&self, token: &str, now: i64) -> Result<Option<Stored>, Refusal> {
        let c = self.read();
        let sql = "SELECT u.id, u.body, u.password FROM tokens t JOIN users u ON u.id = t.user_id
                   WHERE t.hash = ?1 AND t.expires > ?2";
        Ok(c.query_row(sql, params![hash(token).0, now], stored).optional()?)
    }

    /// The account that something let in, where its token has not ended and its password is the same.
    pub(crate) fn admitted(&self, by: &Admission, now: i64) -> Result<Option<User>, Refusal> {
        let c = self.read();
        let sql = "SELECT id, body, password FROM users WHERE id = ?1 AND (?2 IS NULL OR EXISTS
                   (SELECT 1 FROM tokens WHERE hash = ?2 AND user_id = ?1 AND expires > ?3))";
        let values = params![by.user, by.token.as_ref().map(|token| &token.0), now];
        let found = c.prepare_cached(sql)?.query_row(values, stored).optional()?;
        let same = |found: &Stored| by.password.is_none_or(|mark| mark == PasswordMark::of(&found.password));
        Ok(found.filter(same).map(|found| found.user))
    }

    /// Makes a token of `user` void, with what hangs on it; tokens of others are left alone.
    pub fn revoke_token(&self, token: &str, user: i64) -> Result<(), Refusal> {
        self.write()
            .execute("DELETE FROM tokens WHERE hash = ?1 AND user_id = ?2", params![hash(token).0, user])?;
        Ok(())
    }

    /// Forgets tokens that have ended.
    pub fn forget_old_tokens(&self, now: i64) -> Result<(), Refusal> {
        self.write().execute("DELETE FROM tokens WHERE expires <= ?1", [now])?;
        Ok(())
    }
}

/// What is kept of a token, which has 256 random bits: a plain hash cannot be turned back.
#[derive(Clone)]
pub(crate) struct TokenHash(pub(super) Vec<u8>);

/// The hash of a token.
pub(crate) fn hash(token: &str) -> TokenHash {
    TokenHash(Sha256::digest(token.as_bytes()).to_vec())
}
