//! The commands over a person's own data. All but erasing this device need the server; a plain Traccar server answers
//! `NotFound` to most.

use trak_core::model::{Secret, UnitId, UtcMs};

use crate::account::AccountView;
use crate::convert::all;
use crate::error::QueryError;
use crate::fleet::UnitRow;
use crate::rights::{
    AccessEntry, AccountChange, CancelError, Cancellation, CorrectionField, CorrectionRequest, Notice,
    RetentionTerms,
};
use crate::trak::Trak;

#[uniffi::export]
impl Trak {
    /// Everything of this person as the bytes of one ZIP, for the system's file picker.
    pub async fn copy_of_my_data(&self) -> Result<Vec<u8>, QueryError> {
        Ok(self.core().copy_of_my_data().await?)
    }

    /// Asks the administrator for a correction; the text is at most 2,000 characters.
    pub async fn ask_correction(
        &self,
        field: CorrectionField,
        text: String,
    ) -> Result<CorrectionRequest, QueryError> {
        Ok(self.core().ask_correction(field.into(), text).await?.into())
    }

    /// The corrections asked for, with their state.
    pub async fn corrections(&self) -> Result<Vec<CorrectionRequest>, QueryError> {
        Ok(all(self.core().corrections().await?))
    }

    /// Changes one's own name, mail, phone or password at the server.
    pub async fn change_account(&self, change: AccountChange) -> Result<AccountView, QueryError> {
        Ok(self.core().change_account(change.into()).await?.into())
    }

    /// The units whose positions are this person's own, by name: what they may erase. Needs no network.
    pub fn own_units(&self) -> Vec<UnitRow> {
        all(self.core().own_units())
    }

    /// Erases positions of a unit of one's own, both ends included (milliseconds since 1970). Answers with how many.
    pub async fn erase_positions(&self, unit_id: i64, from_ms: i64, to_ms: i64) -> Result<u64, QueryError> {
        Ok(self.core().erase_positions(UnitId(unit_id), UtcMs(from_ms), UtcMs(to_ms)).await?)
    }

    /// Asks for the end of the account; password and code are asked for again.
    pub async fn cancel_account(
        &self,
        password: String,
        code: Option<String>,
    ) -> Result<Cancellation, CancelError> {
        Ok(self.core().cancel_account(Secret::new(password), code.map(Secret::new)).await?.into())
    }

    /// Whether the account ends, and when.
    pub async fn cancellation(&self) -> Result<Option<Cancellation>, QueryError> {
        Ok(self.core().cancellation().await?.map(Into::into))
    }

    /// Takes the end of the account back while it is not done.
    pub async fn keep_account(&self) -> Result<(), QueryError> {
        Ok(self.core().keep_account().await?)
    }

    /// The operator's notices, newest first; each stays to be shown until it is acknowledged.
    pub async fn notices(&self) -> Result<Vec<Notice>, QueryError> {
        Ok(all(self.core().notices().await?))
    }

    /// The person has read a notice.
    pub async fn acknowledge_notice(&self, id: i64) -> Result<(), QueryError> {
        Ok(self.core().acknowledge_notice(id).await?)
    }

    /// Who else looked at this person's units, newest first.
    pub async fn access_log(&self) -> Result<Vec<AccessEntry>, QueryError> {
        Ok(all(self.core().access_log().await?))
    }

    /// How long the server keeps things.
    pub async fn retention_terms(&self) -> Result<RetentionTerms, QueryError> {
        Ok(self.core().retention_terms().await?.into())
    }

    /// Signs out and erases everything that this device keeps of the account, unsent fixes and keys included.
    pub async fn erase_this_device(&self) -> Result<(), QueryError> {
        Ok(self.core().erase_this_device().await?)
    }
}
