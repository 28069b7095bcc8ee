//! Pushes, the inbox and what the person is told of.

use thiserror::Error;
use trak_core::decide::alert;
use trak_core::{alerts, engine, model, privacy, view};

use crate::convert::{all, mirror};
use crate::events::{EventKind, EventRow};
use crate::privacy::{NoConsent, Purpose};

/// Whether the person is told of a push. It is in the inbox in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum PushTelling {
    /// Tell them.
    Tell,
    /// They were told, or have seen it: a push of this event came before.
    Duplicate,
    /// It happened more than a day ago.
    Stale,
    /// They do not want to be told of this kind.
    KindOff,
    /// They do not want to be told now.
    QuietHours,
}

mirror!(PushTelling = alert::Telling { Tell, Duplicate, Stale, KindOff, QuietHours });

/// The systems that messages are delivered on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs)] // their own names
pub enum PushPlatform {
    Android,
    Ios,
}

impl From<PushPlatform> for model::PushPlatform {
    fn from(platform: PushPlatform) -> Self {
        match platform {
            PushPlatform::Android => Self::Android,
            PushPlatform::Ios => Self::Ios,
        }
    }
}

/// Why a push was refused. Nothing was kept of it.
#[derive(Debug, Error, uniffi::Error)]
pub enum PushError {
    /// More than 4 KiB: no push of ours.
    #[error("too large")]
    TooLarge,
    /// Not an object, a field missing, or of the wrong kind.
    #[error("malformed")]
    Malformed,
    /// A newer form: the app is too old to read it.
    #[error("unknown version")]
    UnknownVersion,
    /// More than a day ahead of the phone's clock.
    #[error("lies in the future")]
    FutureTime,
    /// For another account than the one signed in.
    #[error("for another account")]
    OtherAccount,
    /// Nobody is signed in.
    #[error("signed out")]
    SignedOut,
    /// The person has not agreed to be told by pushes, or not any more.
    #[error("consent is needed")]
    ConsentRequired {
        /// For which purpose: pushes or what they rest on.
        purpose: Purpose,
        /// Why there is none.
        why: NoConsent,
    },
}

impl From<alerts::PushRefusal> for PushError {
    fn from(refusal: alerts::PushRefusal) -> Self {
        use alerts::PushRefusal as Core;
        match refusal {
            Core::TooLarge => Self::TooLarge,
            Core::Malformed => Self::Malformed,
            Core::UnknownVersion => Self::UnknownVersion,
            Core::FutureTime => Self::FutureTime,
            Core::OtherAccount => Self::OtherAccount,
            Core::SignedOut => Self::SignedOut,
            Core::ConsentRequired(refused) => {
                Self::ConsentRequired { purpose: refused.purpose.into(), why: refused.why.into() }
            }
        }
    }
}

/// One event of the inbox.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct AlertRow {
    /// What happened, to whom and when.
    pub event: EventRow,
    /// Whether the person has seen it.
    pub acknowledged: bool,
}

impl From<view::AlertRow> for AlertRow {
    fn from(row: view::AlertRow) -> Self {
        let view::AlertRow { event, unit_name, acknowledged } = row;
        Self { event: engine::EventRow { event, unit_name }.into(), acknowledged }
    }
}

/// One page of the inbox.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct AlertsView {
    /// At most 50, newest first.
    pub rows: Vec<AlertRow>,
    /// How many there are on all pages.
    pub total: u64,
    /// How many of them the person has not seen.
    pub unread: u64,
}

impl From<view::AlertsView> for AlertsView {
    fn from(view: view::AlertsView) -> Self {
        let view::AlertsView { rows, total, unread } = view;
        Self { rows: all(rows), total, unread }
    }
}

/// What became of a push.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct PushOutcome {
    /// The event.
    pub alert: AlertRow,
    /// Whether the person is told.
    pub telling: PushTelling,
    /// How many fields of the payload are not known.
    pub ignored_fields: u32,
}

impl From<engine::PushOutcome> for PushOutcome {
    fn from(outcome: engine::PushOutcome) -> Self {
        let engine::PushOutcome { alert, telling, ignored_fields } = outcome;
        Self { alert: alert.into(), telling: telling.into(), ignored_fields }
    }
}

/// A time of each day at which nothing is told. It may go over midnight.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct QuietHours {
    /// The first quiet minute of the day, 0 to 1439.
    pub from_minute: u16,
    /// The first minute that is not quiet any more, 0 to 1439.
    pub to_minute: u16,
    /// Where, by its name in the database of time zones, e.g. `Asia/Shanghai`.
    pub time_zone: String,
}

/// What the person is told of; everything is kept in the inbox.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct AlertSettings {
    /// The kinds of events, each once.
    pub kinds: Vec<EventKind>,
    /// When not.
    pub quiet_hours: Option<QuietHours>,
}

impl From<model::AlertSettings> for AlertSettings {
    fn from(settings: model::AlertSettings) -> Self {
        let model::AlertSettings { kinds, quiet_hours } = settings;
        let quiet_hours = quiet_hours.map(|hours| {
            let model::QuietHours { from_minute, to_minute, time_zone } = hours;
            QuietHours { from_minute, to_minute, time_zone }
        });
        Self { kinds: kinds.into_iter().map(Into::into).collect(), quiet_hours }
    }
}

impl From<AlertSettings> for model::AlertSettings {
    fn from(settings: AlertSettings) -> Self {
        let quiet_hours = settings.quiet_hours.map(|hours| {
            let QuietHours { from_minute, to_minute, time_zone } = hours;
            model::QuietHours { from_minute, to_minute, time_zone }
        });
        Self { kinds: settings.kinds.into_iter().map(Into::into).collect(), quiet_hours }
    }
}

/// A run of the job that erases what has outlived its term on this phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct RetentionRun {
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Alerts older than 90 days.
    pub alerts: u64,
    /// Positions of the past older than 180 days.
    pub positions: u64,
    /// Readings of this phone's own location that were not accepted, older than 48 hours.
    pub readings: u64,
    /// Caches of accounts that signed out 30 days ago.
    pub caches: u64,
}

impl From<privacy::retention::RetentionRun> for RetentionRun {
    fn from(run: privacy::retention::RetentionRun) -> Self {
        let privacy::retention::RetentionRun { at, alerts, positions, readings, caches } = run;
        Self { at_ms: at.0, alerts, positions, readings, caches }
    }
}
