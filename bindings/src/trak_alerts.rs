//! The commands of pushes and of the inbox. Those that say so write to or read the disk: not for the main thread.

use trak_core::model::{Secret, UtcMs};

use crate::alerts::{AlertSettings, AlertsView, PushError, PushOutcome, PushPlatform, RetentionRun};
use crate::convert::all;
use crate::error::QueryError;
use crate::privacy::PolicyLanguage;
use crate::trak::Trak;

#[uniffi::export]
impl Trak {
    /// Takes the payload of a push, one JSON object, that arrived at `now_ms` (the phone's clock): judges it, keeps its
    /// event in the inbox, and asks the server for one snapshot where nothing else keeps the fleet fresh. Writes to the
    /// disk.
    pub fn push_received(&self, payload_json: String, now_ms: i64) -> Result<PushOutcome, PushError> {
        Ok(self.core().push_received(&payload_json, UtcMs(now_ms))?.into())
    }

    /// A person opened a push. Answers with the number of the unit to show; nothing while nobody is signed in: then
    /// `take_opened_unit` has it after the sign-in. Its event counts as seen. Writes to the disk.
    pub fn push_opened(&self, payload_json: String) -> Result<Option<i64>, PushError> {
        Ok(self.core().push_opened(&payload_json)?.map(|unit| unit.0))
    }

    /// The unit of a push that was opened before anybody was signed in, once, for the account that it was for. To be asked
    /// after each sign-in.
    pub fn take_opened_unit(&self) -> Option<i64> {
        self.core().take_opened_unit().map(|unit| unit.0)
    }

    /// The push service's name for this phone, at each start and whenever it or the language of the app changes; nothing
    /// when there is none any more. The server is told while somebody is signed in who has agreed to pushes.
    pub fn set_push_registration(
        &self,
        registration_id: Option<String>,
        platform: PushPlatform,
        language: PolicyLanguage,
    ) -> Result<(), QueryError> {
        let id = registration_id.map(Secret::new);
        Ok(self.core().set_push_registration(id, platform.into(), language.into())?)
    }

    /// One page of the inbox, from 0; newest first. Empty while nobody is signed in. Reads the disk.
    pub fn alerts(&self, page: u32) -> Result<AlertsView, QueryError> {
        Ok(self.core().alerts(page)?.into())
    }

    /// Notes that the person has seen events, by number. Writes to the disk.
    pub fn acknowledge_alerts(&self, ids: Vec<i64>) -> Result<(), QueryError> {
        Ok(self.core().acknowledge_alerts(ids)?)
    }

    /// Asks the server for what happened in the last seven days, where the live stream did not run.
    pub async fn refresh_alerts(&self) -> Result<(), QueryError> {
        Ok(self.core().refresh_alerts().await?)
    }

    /// What the person is told of, and when not.
    pub fn alert_settings(&self) -> AlertSettings {
        self.core().alert_settings().into()
    }

    /// Changes that, here and at the server. Writes to the disk.
    pub fn set_alert_settings(&self, settings: AlertSettings) -> Result<(), QueryError> {
        Ok(self.core().set_alert_settings(settings.into())?)
    }

    /// The newest runs of the job that erases what has outlived its term on this phone, newest first, at most 100. Reads
    /// the disk.
    pub fn retention_runs(&self) -> Vec<RetentionRun> {
        all(self.core().retention_runs())
    }
}
