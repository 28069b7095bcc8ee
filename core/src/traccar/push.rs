//! Where this phone's pushes go. A plain Traccar server knows nothing of it.

use std::collections::BTreeMap;

use reqwest::header::CONTENT_TYPE;
use serde::Serialize;
use uuid::Uuid;

use crate::model::{PolicyLanguage, PushPlatform, QuietHours, Secret};
use crate::traccar::ApiError;
use crate::traccar::client::{Client, LARGEST_ERROR};

/// What a server has to know to push to a phone. Not `Debug`: the registration never shows.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PushRegistration<'a> {
    /// The push service's name for this app on this phone.
    pub registration_id: &'a str,
    /// The phone's system.
    pub platform: PushPlatform,
    /// In which messages are written.
    pub language: PolicyLanguage,
    /// By the server's word for a kind of event, whether it is told.
    pub kinds: BTreeMap<&'static str, bool>,
    /// When nothing is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet_hours: Option<&'a QuietHours>,
}

impl Client {
    /// Registers this phone under `install`, in the place of what was there. `registration` is a [`PushRegistration`] as
    /// JSON.
    pub async fn register_push(
        &self,
        token: &Secret,
        install: Uuid,
        registration: &Secret,
    ) -> Result<(), ApiError> {
        let url = self.url(&format!("api/trak/push/{install}"))?;
        let request = self
            .door
            .open()?
            .put(url)
            .header(CONTENT_TYPE, "application/json")
            .bearer_auth(token.expose())
            .body(registration.expose().to_owned());
        self.send(request, LARGEST_ERROR).await.map(drop)
    }

    /// Removes that. Goes out whatever was agreed to: it is how a withdrawal reaches the server.
    pub async fn unregister_push(&self, token: &Secret, install: Uuid) -> Result<(), ApiError> {
        let url = self.url(&format!("api/trak/push/{install}"))?;
        let request = self.door.farewell().delete(url).bearer_auth(token.expose());
        self.send(request, LARGEST_ERROR).await.map(drop)
    }
}
