//! The commands of reporting. All are synchronous and durable: when one returns, the process may be killed. They write to
//! the disk, so they are not for the main thread.

use trak_core::engine::ReportAs;

use crate::convert::all;
use crate::fix::{DeviceTime, Fix, MyLocation, SamplingProfile, Surroundings};
use crate::outbox::{QueuedFix, SetAsideFix};
use crate::reporting::{GapCause, RecordError, Recorded, ReportingView, Unsent};
use crate::trak::Trak;

#[uniffi::export]
impl Trak {
    /// Switches reporting on for the unit with this identifier, or for another one when it was on. Answers with what to
    /// ask of the sensors.
    pub fn start_reporting(
        &self,
        unit_identifier: String,
        now: DeviceTime,
    ) -> Result<SamplingProfile, RecordError> {
        Ok(self.core().start_reporting(&ReportAs { unit_identifier }, &now.into())?.into())
    }

    /// Judges readings and keeps the accepted ones. On a full disk they wait in memory and are judged with the next call.
    pub fn record(&self, fixes: Vec<Fix>, now: DeviceTime) -> Result<Recorded, RecordError> {
        let fixes: Vec<_> = fixes.into_iter().map(Into::into).collect();
        Ok(self.core().record(&fixes, &now.into())?.into())
    }

    /// Time passed: to be called about once a minute while reporting is on.
    pub fn tick(&self, now: DeviceTime) -> Result<Recorded, RecordError> {
        Ok(self.core().tick(&now.into())?.into())
    }

    /// What the system allows and how the battery stands. Answers with what that decided, nothing while reporting is off.
    pub fn set_surroundings(
        &self,
        surroundings: Surroundings,
        now: DeviceTime,
    ) -> Result<Option<Recorded>, RecordError> {
        Ok(self.core().set_surroundings(surroundings.into(), &now.into())?.map(Into::into))
    }

    /// Switches reporting off: capture ends at once, what waits is sent or erased as the person chose.
    pub fn stop_reporting(
        &self,
        cause: GapCause,
        unsent: Unsent,
        now: DeviceTime,
    ) -> Result<(), RecordError> {
        Ok(self.core().stop_reporting(cause.into(), unsent.into(), &now.into())?)
    }

    /// Whether reporting works, and if not, why; nothing when this account has never reported.
    pub fn reporting(&self) -> Result<Option<ReportingView>, RecordError> {
        Ok(self.core().reporting()?.map(Into::into))
    }

    /// A page of what waits, oldest first; at most 50.
    pub fn outbox_page(&self, offset: u32) -> Result<Vec<QueuedFix>, RecordError> {
        Ok(all(self.core().outbox_page(offset)?))
    }

    /// What the server would not take, oldest first, with the reason; at most 50.
    pub fn set_aside(&self) -> Result<Vec<SetAsideFix>, RecordError> {
        Ok(all(self.core().set_aside()?))
    }

    /// Everything the server would not take waits again. Answers with how many.
    pub fn retry_set_aside(&self) -> Result<u64, RecordError> {
        Ok(self.core().retry_set_aside()?)
    }

    /// Shows readings on the screen without reporting them: nothing is kept on the disk.
    pub fn locate(
        &self,
        fixes: Vec<Fix>,
        surroundings: Surroundings,
        now: DeviceTime,
    ) -> Result<(), RecordError> {
        let fixes: Vec<_> = fixes.into_iter().map(Into::into).collect();
        Ok(self.core().locate(&fixes, &surroundings.into(), &now.into())?)
    }

    /// The newest usable reading of this phone, from `record` or `locate`; nothing without consent to show it.
    pub fn my_location(&self, now: DeviceTime) -> Option<MyLocation> {
        self.core().my_location(&now.into()).map(Into::into)
    }
}
