//! The words of the product: unit, fix, position, event, account, place, time.
//!
//! Decides which values exist and what they may hold. Leaves reading them from the wire to `traccar`,
//! keeping them to `store` and judging them to `decide`. A type's `Debug` never shows a coordinate, a
//! name or a secret, so that no log line can.

mod account;
mod alert;
mod consent;
mod event;
mod fix;
mod geofence;
mod outbox;
mod place;
mod position;
mod rights;
mod secret;
mod time;
mod unit;

pub use account::{Account, AccountKey, ServerAddress, ServerInfo};
pub use alert::{AlertSettings, PushPlatform, QuietHours};
pub use consent::{ConsentAction, ConsentScreen, LedgerEntry, PolicyLanguage, Purpose, Sha256Hash};
pub use event::{Event, EventKind};
pub use fix::{
    AcceptedFix, Activity, Battery, BootId, DeviceTime, Fix, FixKind, FixSource, Gap, GapCause,
    LocationPermission, Rejected, Rejection, SamplingProfile, Surroundings, WantedAccuracy,
};
pub use geofence::{Geofence, Shape};
pub use outbox::{FixId, OutboxStatus, QueuedFix, SetAsideReason};
pub use place::LatLon;
pub use position::{Position, PositionDoubt};
pub use rights::{
    AccessEntry, AccountChange, Cancellation, CorrectionField, CorrectionRequest, LookedAt, Notice,
    NoticeKind, Receipt, RequestState, RetentionTerms,
};
pub use secret::{Secret, SecretStore, SecretStoreError};
pub use time::{Clock, ClockReading, UtcMs};
pub use unit::{FleetUnit, Group, GroupId, LinkState, PositionId, UnitId, UnitKind};
