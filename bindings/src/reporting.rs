//! Reporting this phone's own position: what a call decided, and what a person sees of it.

use thiserror::Error;
use trak_core::decide::consent::ConsentRequired;
use trak_core::decide::{delivery, geofence};
use trak_core::{engine, model, view};

use crate::convert::{all, mirror};
use crate::error::{StorageOrClosed, StorageTrouble};
use crate::fix::SamplingProfile;
use crate::privacy::{NoConsent, Purpose};
use crate::secrets::SecretStoreError;

/// What becomes of fixes that were not sent when reporting ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Unsent {
    /// They are still sent.
    Send,
    /// They are erased.
    Erase,
}

impl From<Unsent> for engine::Unsent {
    fn from(unsent: Unsent) -> Self {
        match unsent {
            Unsent::Send => Self::Send,
            Unsent::Erase => Self::Erase,
        }
    }
}

/// Why nothing was recorded. What was recorded before stays.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, uniffi::Error)]
pub enum RecordError {
    /// Nobody is signed in.
    #[error("signed out")]
    SignedOut,
    /// The person has not agreed to it, or not any more; nothing was kept.
    #[error("consent is needed")]
    ConsentRequired {
        /// For which purpose: the one asked about or one it rests on.
        purpose: Purpose,
        /// Why there is none.
        why: NoConsent,
    },
    /// Reporting is off.
    #[error("reporting is off")]
    NotReporting,
    /// The unit's identifier is empty, too long or no text.
    #[error("invalid input")]
    InvalidInput,
    /// The disk is full: the readings wait in memory and are kept with the next call that finds space.
    #[error("disk full")]
    StorageFull,
    /// The outbox does not work; the readings wait in memory.
    #[error("the outbox does not work")]
    Storage {
        /// Why.
        trouble: StorageTrouble,
    },
    /// The key store does not answer.
    #[error("the key store did not answer")]
    SecretStore {
        /// What it said.
        error: SecretStoreError,
    },
    /// There is an outbox but its key is gone.
    #[error("the outbox's key is missing")]
    KeyMissing,
    /// The core is shut down.
    #[error("closed")]
    Closed,
}

impl From<engine::RecordError> for RecordError {
    fn from(error: engine::RecordError) -> Self {
        use engine::RecordError as Core;
        match error {
            Core::SignedOut => Self::SignedOut,
            Core::ConsentRequired(refused) => refused.into(),
            Core::NotReporting => Self::NotReporting,
            Core::InvalidInput => Self::InvalidInput,
            Core::StorageFull => Self::StorageFull,
            Core::Storage(error) => match error.into() {
                StorageOrClosed::Trouble(trouble) => Self::Storage { trouble },
                StorageOrClosed::Closed => Self::Closed,
            },
            Core::SecretStore(error) => Self::SecretStore { error: error.into() },
            Core::KeyMissing => Self::KeyMissing,
        }
    }
}

impl From<ConsentRequired> for RecordError {
    fn from(refused: ConsentRequired) -> Self {
        Self::ConsentRequired { purpose: refused.purpose.into(), why: refused.why.into() }
    }
}

/// Why a reading was not accepted as a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Rejection {
    /// Its coordinates are no place.
    NotOnEarth,
    /// Latitude and longitude 0.
    NullIsland,
    /// Its circle is too large to be of use.
    Accuracy,
    /// Taken before the newest accepted one.
    Older,
    /// The same reading again.
    Duplicate,
    /// Taken in the future.
    Future,
    /// Nobody moves that fast.
    ImpossibleSpeed,
    /// Another program made it up.
    Mock,
    /// Too soon and too near after the one before.
    Debounce,
    /// Nothing has moved.
    Stationary,
}

mirror!(
    Rejection = model::Rejection {
        NotOnEarth,
        NullIsland,
        Accuracy,
        Older,
        Duplicate,
        Future,
        ImpossibleSpeed,
        Mock,
        Debounce,
        Stationary
    }
);

/// What a call decided. Everything in it is on the disk.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct Recorded {
    /// How many readings were accepted, those of earlier calls that waited for this one included.
    pub accepted: u32,
    /// Readings that were not accepted, by their reasons.
    pub rejected: Vec<Rejection>,
    /// What to ask of the sensors from now on.
    pub profile: SamplingProfile,
    /// Whether the phone moves.
    pub moving: bool,
}

impl From<engine::Recorded> for Recorded {
    fn from(recorded: engine::Recorded) -> Self {
        let engine::Recorded { accepted, rejected, profile, moving } = recorded;
        Self {
            accepted: crate::convert::count(accepted.len()),
            rejected: rejected.into_iter().map(|r| r.reason.into()).collect(),
            profile: profile.into(),
            moving,
        }
    }
}

/// Why nothing was recorded for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum GapCause {
    /// The permission was taken away or reduced.
    PermissionLost,
    /// Location was switched off.
    LocationOff,
    /// The process was killed and came back.
    Killed,
    /// The phone was off or started anew.
    Restarted,
    /// Everything was allowed, but the sensors said nothing.
    NoReading,
    /// The consent was withdrawn.
    ConsentWithdrawn,
    /// Nobody was signed in.
    SignedOut,
    /// The person switched reporting off.
    SwitchedOff,
}

mirror!(both GapCause = model::GapCause {
    PermissionLost, LocationOff, Killed, Restarted, NoReading, ConsentWithdrawn, SignedOut, SwitchedOff
});

/// A time without a recorded fix, with its cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ReportingGap {
    /// When it began, milliseconds since 1970.
    pub from_ms: i64,
    /// When it ended; nothing while it lasts.
    pub to_ms: Option<i64>,
    /// Why.
    pub cause: GapCause,
}

impl From<model::Gap> for ReportingGap {
    fn from(gap: model::Gap) -> Self {
        let model::Gap { from, to, cause } = gap;
        Self { from_ms: from.0, to_ms: to.map(|to| to.0), cause: cause.into() }
    }
}

/// Why nothing is sent at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Blocked {
    /// No connection.
    Offline,
    /// The person has not agreed to the policy as it is now.
    ConsentRequired,
    /// Nobody is signed in.
    SignedOut,
    /// The server does not know the unit.
    UnknownUnit,
    /// This account may not report for the unit.
    Denied,
    /// The server asked for patience or has trouble.
    ServerBusy,
    /// The server closes the connection or is silent.
    NoAnswer,
    /// Its certificate is not acceptable.
    BadCertificate,
    /// Another program of this person is sending from the same outbox.
    OtherProgram,
    /// The outbox cannot be read.
    Storage,
}

mirror!(
    both Blocked = delivery::Blocked {
        Offline,
        ConsentRequired,
        SignedOut,
        UnknownUnit,
        Denied,
        ServerBusy,
        NoAnswer,
        BadCertificate,
        OtherProgram,
        Storage
    }
);

/// What waits and what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct OutboxStatus {
    /// Fixes that wait.
    pub queued: u64,
    /// The oldest of them, milliseconds since 1970.
    pub oldest_ms: Option<i64>,
    /// Fixes that the server would not take.
    pub set_aside: u64,
    /// The newest fix that the server has acknowledged, milliseconds since 1970.
    pub newest_sent_ms: Option<i64>,
    /// When the server last acknowledged any, milliseconds since 1970.
    pub last_success_ms: Option<i64>,
    /// How many were given up because the outbox was full.
    pub thinned: u64,
}

impl From<model::OutboxStatus> for OutboxStatus {
    fn from(status: model::OutboxStatus) -> Self {
        let model::OutboxStatus { queued, oldest, set_aside, newest_sent, last_success, thinned } = status;
        Self {
            queued,
            oldest_ms: oldest.map(|at| at.0),
            set_aside,
            newest_sent_ms: newest_sent.map(|at| at.0),
            last_success_ms: last_success.map(|at| at.0),
            thinned,
        }
    }
}

/// How many readings were not accepted for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct RejectionCount {
    /// The reason.
    pub reason: Rejection,
    /// How many.
    pub count: u64,
}

/// What was kept of an outbox that was found damaged at this start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SalvagedOutbox {
    /// Fixes kept.
    pub fixes: u64,
    /// Whether they are all.
    pub complete: bool,
}

/// Which way a geofence was crossed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Crossing {
    /// Into it.
    Enter,
    /// Out of it.
    Exit,
}

mirror!(Crossing = geofence::Crossing { Enter, Exit });

/// This phone entered or left a geofence.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct OwnCrossing {
    /// What the geofence is called; empty for one that is gone.
    pub geofence_name: String,
    /// Which way.
    pub crossing: Crossing,
    /// When, by the fix's time, milliseconds since 1970.
    pub at_ms: i64,
}

impl From<view::OwnCrossing> for OwnCrossing {
    fn from(own: view::OwnCrossing) -> Self {
        let view::OwnCrossing { geofence_name, crossing, at } = own;
        Self { geofence_name, crossing: crossing.into(), at_ms: at.0 }
    }
}

/// Whether reporting works, and if not, why.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct ReportingView {
    /// The identifier of the unit that is reported for; nothing while reporting is off.
    pub unit_identifier: Option<String>,
    /// What waits and what was sent.
    pub outbox: OutboxStatus,
    /// Why nothing is sent at the moment; nothing while it works or nothing waits.
    pub blocked: Option<Blocked>,
    /// Readings that wait in memory only, because the disk is full.
    pub in_memory_only: u32,
    /// Times without a fix, newest first; the first may still last. At most 50.
    pub gaps: Vec<ReportingGap>,
    /// How many readings were not accepted in the last 48 hours, by reason, most first.
    pub rejected: Vec<RejectionCount>,
    /// What to ask of the system; nothing while reporting is off.
    pub profile: Option<SamplingProfile>,
    /// Whether the phone moves.
    pub moving: bool,
    /// How many geofences are watched on this phone.
    pub geofences: u32,
    /// Geofences that this phone entered or left, newest first; at most 50.
    pub crossings: Vec<OwnCrossing>,
    /// What was kept when the outbox was found damaged at this start.
    pub salvaged: Option<SalvagedOutbox>,
    /// Until then the server asked to be left alone, milliseconds since 1970.
    #[uniffi(default = None)]
    pub not_before_ms: Option<i64>,
}

impl From<view::ReportingView> for ReportingView {
    fn from(reporting: view::ReportingView) -> Self {
        let view::ReportingView {
            unit_identifier,
            outbox,
            blocked,
            not_before,
            in_memory_only,
            gaps,
            rejected,
            profile,
            moving,
            geofences,
            crossings,
            salvaged,
        } = reporting;
        Self {
            unit_identifier,
            outbox: outbox.into(),
            blocked: blocked.map(Into::into),
            in_memory_only,
            gaps: all(gaps),
            rejected: rejected
                .into_iter()
                .map(|(reason, count)| RejectionCount { reason: reason.into(), count })
                .collect(),
            profile: profile.map(Into::into),
            moving,
            geofences,
            crossings: all(crossings),
            salvaged: salvaged.map(|(fixes, complete)| SalvagedOutbox { fixes, complete }),
            not_before_ms: not_before.map(|at| at.0),
        }
    }
}
