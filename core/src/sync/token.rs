//! A new token before the old one ends.
//!
//! Decides that it is looked for with every snapshot: a short visit, or a subcommand that asks once, keeps the sign-in too.
//! Leaves when it is due, and for how long one is asked for, to `decide::token`.

use crate::decide::token::{RENEWABLE_MS, should_renew};
use crate::lock::lock;
use crate::sync::session::{Session, Token};
use crate::traccar::ApiError;

impl Session {
    pub(super) async fn renew_when_due(&self) {
        let now = self.server_now();
        let due = lock(&self.token).as_ref().is_some_and(|t| should_renew(now, t.issued_at, t.expires_at));
        if !due {
            return;
        }
        if let Err(error) = self.renew_token().await {
            // The old token still works until it ends; the next snapshot tries again.
            self.note(&error);
        }
    }

    async fn renew_token(&self) -> Result<(), ApiError> {
        let issued_at = self.server_now();
        let asked_until = issued_at.plus_ms(RENEWABLE_MS);
        let (secret, expires_at) =
            self.ask(|token| async move { self.client.renew_token(&token, asked_until).await }).await?;
        let renewed = Token { secret, issued_at, expires_at };
        if (self.keep_token)(&renewed) {
            *lock(&self.token) = Some(renewed);
        }
        Ok(())
    }
}
