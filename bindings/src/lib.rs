//! The core for Kotlin and Swift: the only crate that knows uniffi.
//!
//! Decides what crosses the language boundary: records of its own that mirror `trak_core::view`, errors named by what
//! the caller can do, one object [`Trak`] with a runtime of its own, pulled observers. Decides nothing else: each
//! conversion is a plain, exhaustive `From`, so that a field added to the core is a compile error here.
//!
//! Rules of the boundary: no object inside a record (Kotlin would leak it), no record named `Unit` (it would shadow
//! `kotlin.Unit`) or `Group` (SwiftUI has one), no foreign async trait (Swift 6.0's compiler fails on it), no `Debug`
//! on what carries a place, a name or a secret.

mod account;
mod alerts;
mod convert;
mod error;
mod events;
mod fix;
mod fleet;
mod geo;
mod health;
mod history;
mod link;
mod logging;
mod map;
mod nearby;
mod observer;
mod outbox;
mod place;
mod privacy;
mod reporting;
mod rights;
mod secrets;
#[cfg(feature = "self-test")]
mod self_test;
mod status;
mod trak;
mod trak_alerts;
mod trak_privacy;
mod trak_reporting;
mod trak_rights;
mod unit;

pub use account::{AccountView, SignInRequest, SignedOut, TlsSettings};
pub use alerts::{
    AlertRow, AlertSettings, AlertsView, PushError, PushOutcome, PushPlatform, PushTelling, QuietHours,
    RetentionRun,
};
pub use error::{CertificateTrouble, OpenError, QueryError, SignInError, StorageTrouble};
pub use events::{EventKind, EventRow};
pub use fix::{
    Battery, DeviceTime, Fix, FixSource, LocationPermission, MyLocation, PersonActivity, SamplingProfile,
    Surroundings, WantedAccuracy,
};
pub use fleet::{
    FleetQuery, FleetView, Freshness, LinkState, PositionDoubt, UnitFilter, UnitGroup, UnitKind, UnitOrder,
    UnitRow,
};
pub use geo::{
    CoordinateFormat, CoordinatesError, Datum, DistanceBearing, MercatorPoint, coastlines, distance_bearing,
    draw_on, drawn_at, format_coordinates, from_mercator, parse_coordinates, to_mercator, to_mercator_all,
};
pub use health::{ReportingHealth, ReportingWhy, reporting_health};
pub use history::{
    ExportError, ExportFormat, History, HistoryPage, HistoryPoint, HistorySource, HistoryView, TrackGap,
    TrackPoint, TrackStop,
};
pub use link::{Link, LinkError, LinkPart, parse_link};
pub use logging::install_logging;
pub use map::{MapPoint, MapQuery, MapView, MembersView, Viewport};
pub use nearby::{NearbyOrigin, NearbyQuery, NearbyRow, NearbyView, Uncertainty};
pub use observer::Observer;
pub use outbox::{QueuedFix, SetAsideFix, SetAsideReason};
pub use place::Place;
pub use privacy::{
    ConsentAction, ConsentAnswer, ConsentDecision, ConsentEntry, ConsentError, ConsentScreen, ConsentView,
    NoConsent, PolicyBlock, PolicyBlockFate, PolicyBlockKind, PolicyLanguage, PolicyVersion, Purpose,
    PurposeView, ServerCopy, ToAsk, policy_changes, policy_text, policy_versions,
};
pub use reporting::{
    Blocked, Crossing, GapCause, OutboxStatus, OwnCrossing, RecordError, Recorded, Rejection, RejectionCount,
    ReportingGap, ReportingView, SalvagedOutbox, Unsent,
};
pub use rights::{
    AccessEntry, AccountChange, CancelError, Cancellation, CorrectionField, CorrectionRequest, LookedAt,
    Notice, NoticeKind, RequestState, RetentionTerms,
};
pub use secrets::{SecretStore, SecretStoreError};
pub use status::{FleetStatus, LinkToServer, Trouble};
pub use trak::{Trak, forget_account};
pub use unit::{AttributeKind, UnitAttribute, UnitDetails};

uniffi::setup_scaffolding!("trak_ffi");
