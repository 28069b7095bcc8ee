//! The copy of the record of consents at the server.
//!
//! A withdrawal has to reach the server too, so this goes out whatever was agreed to: it carries nothing but the record
//! itself. A plain Traccar server does not keep one.

use reqwest::StatusCode;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::{LedgerEntry, Secret, Sha256Hash};
use crate::traccar::ApiError;
use crate::traccar::client::{Client, LARGEST_ERROR, read, refused};

/// How many entries go together; what the extension takes.
const BATCH: usize = 200;

/// How far the server's copy reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Mirrored {
    /// The number of its last entry.
    pub sequence: u64,
    /// That entry's hash.
    pub hash: Sha256Hash,
    /// It does not go on as what was sent: nothing of that was taken.
    #[serde(skip)]
    pub differs: bool,
}

impl Client {
    /// Sends entries of one record, oldest first; what the server has already it passes over. `None` for an empty list.
    pub async fn mirror_consents(
        &self,
        token: &Secret,
        record: Uuid,
        entries: &[LedgerEntry],
    ) -> Result<Option<Mirrored>, ApiError> {
        #[derive(Serialize)]
        struct Body<'a> {
            install: String,
            entries: &'a [LedgerEntry],
        }
        let mut reached = None;
        for entries in entries.chunks(BATCH) {
            let request = self
                .door
                .farewell()
                .post(self.url("api/trak/consents")?)
                .bearer_auth(token.expose())
                .json(&Body { install: record.to_string(), entries });
            let response = request.send().await?;
            let differs = response.status() == StatusCode::CONFLICT;
            if !differs && !response.status().is_success() {
                return Err(refused(response).await);
            }
            let body = read(response, LARGEST_ERROR).await?;
            let kept: Mirrored = serde_json::from_slice(&body).map_err(|_| ApiError::Unreadable)?;
            reached = Some(Mirrored { differs, ..kept });
            if differs {
                break;
            }
        }
        Ok(reached)
    }
}
