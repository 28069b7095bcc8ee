//! The one door through which a request leaves.
//!
//! Decides that nothing leaves while the person's consent to the account is not there: whoever wants to send has to come
//! through here for the means to. Leaves what consent is to `decide::consent`.

use std::sync::Arc;

use crate::traccar::ApiError;

/// Says whether requests may be made at this moment.
pub type Permit = Arc<dyn Fn() -> bool + Send + Sync>;

/// Holds the HTTP client back.
pub(super) struct Door {
    http: reqwest::Client,
    permit: Permit,
}

impl Door {
    pub(super) fn new(http: reqwest::Client, permit: Permit) -> Self {
        Self { http, permit }
    }

    /// The client, where the person has agreed.
    pub(super) fn open(&self) -> Result<&reqwest::Client, ApiError> {
        if (self.permit)() { Ok(&self.http) } else { Err(ApiError::ConsentRequired) }
    }

    /// The client for what a withdrawal itself needs: making the token void, telling the server that it ended.
    pub(super) fn farewell(&self) -> &reqwest::Client {
        &self.http
    }
}
