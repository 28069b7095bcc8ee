//! A person's rights over their own data.

use thiserror::Error;
use trak_core::{engine, model};

use crate::convert::mirror;
use crate::error::QueryError;

/// What a correction is about that only the administrator may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum CorrectionField {
    /// The account's name.
    AccountName,
    /// A unit's name.
    UnitName,
    /// A number plate.
    Plate,
    /// A telephone number.
    Phone,
    /// Something else.
    Other,
}

mirror!(both CorrectionField = model::CorrectionField { AccountName, UnitName, Plate, Phone, Other });

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum RequestState {
    /// Nobody has answered yet.
    Open,
    /// It was done.
    Done,
    /// It was refused; the answer says why.
    Refused,
}

mirror!(RequestState = model::RequestState { Open, Done, Refused });

/// A request for a correction.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct CorrectionRequest {
    /// Number at the server.
    pub id: i64,
    /// About what.
    pub field: CorrectionField,
    /// What the person wrote.
    pub text: String,
    /// Where it stands.
    pub state: RequestState,
    /// The administrator's word.
    pub answer: Option<String>,
    /// When it was made, milliseconds since 1970.
    pub created_ms: i64,
    /// When it was answered.
    pub closed_ms: Option<i64>,
}

impl From<model::CorrectionRequest> for CorrectionRequest {
    fn from(request: model::CorrectionRequest) -> Self {
        let model::CorrectionRequest { id, field, text, state, answer, created, closed } = request;
        Self {
            id,
            field: field.into(),
            text,
            state: state.into(),
            answer,
            created_ms: created.0,
            closed_ms: closed.map(|at| at.0),
        }
    }
}

/// What a person changes of their own account; what is left out stays.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct AccountChange {
    /// Name as shown to people.
    pub name: Option<String>,
    /// Sign-in name or mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// A new password.
    pub password: Option<String>,
}

impl From<AccountChange> for model::AccountChange {
    fn from(change: AccountChange) -> Self {
        let AccountChange { name, email, phone, password } = change;
        Self { name, email, phone, password: password.map(model::Secret::new) }
    }
}

/// An account that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Cancellation {
    /// When it was asked for, milliseconds since 1970.
    pub requested_ms: i64,
    /// By when it is done at the latest.
    pub deadline_ms: i64,
    /// Whether it is done.
    pub done: bool,
}

impl From<model::Cancellation> for Cancellation {
    fn from(ends: model::Cancellation) -> Self {
        let model::Cancellation { requested, deadline, done } = ends;
        Self { requested_ms: requested.0, deadline_ms: deadline.0, done }
    }
}

/// Why an account's end was not taken down. Nothing has changed.
#[derive(Debug, Error, uniffi::Error)]
pub enum CancelError {
    /// The password is wrong.
    #[error("wrong password")]
    WrongPassword,
    /// The account has a one-time code: ask for it and try again.
    #[error("a one-time code is needed")]
    CodeNeeded,
    /// The one-time code is wrong.
    #[error("wrong one-time code")]
    WrongCode,
    /// The server would be left without an administrator.
    #[error("the last administrator")]
    LastAdministrator,
    /// It could not be asked for.
    #[error("not asked")]
    Query {
        /// Why.
        error: QueryError,
    },
}

impl From<engine::CancelError> for CancelError {
    fn from(error: engine::CancelError) -> Self {
        use engine::CancelError as Core;
        match error {
            Core::WrongPassword => Self::WrongPassword,
            Core::CodeNeeded => Self::CodeNeeded,
            Core::WrongCode => Self::WrongCode,
            Core::LastAdministrator => Self::LastAdministrator,
            Core::Query(error) => Self::Query { error: error.into() },
        }
    }
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum NoticeKind {
    /// Personal data were at risk.
    Security,
    /// The service ends.
    EndOfService,
}

mirror!(NoticeKind = model::NoticeKind { Security, EndOfService });

/// A word of the operator to everybody it concerns, shown until it is acknowledged.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Notice {
    /// Number at the server.
    pub id: i64,
    /// About what.
    pub kind: NoticeKind,
    /// Title in English.
    pub title_en: String,
    /// Title in Simplified Chinese.
    pub title_zh: String,
    /// Text in English.
    pub text_en: String,
    /// Text in Simplified Chinese.
    pub text_zh: String,
    /// When it was made, milliseconds since 1970.
    pub created_ms: i64,
    /// When this account acknowledged it.
    pub acknowledged_ms: Option<i64>,
}

impl From<model::Notice> for Notice {
    fn from(notice: model::Notice) -> Self {
        let model::Notice { id, kind, title, text, created, acknowledged } = notice;
        Self {
            id,
            kind: kind.into(),
            title_en: title.0,
            title_zh: title.1,
            text_en: text.0,
            text_zh: text.1,
            created_ms: created.0,
            acknowledged_ms: acknowledged.map(|at| at.0),
        }
    }
}

/// What somebody else looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum LookedAt {
    /// Where the person's unit is.
    Positions,
    /// Where it was.
    History,
    /// A file of where it was.
    Export,
    /// The record of consents.
    Consents,
    /// The unit itself.
    Unit,
    /// Something that this version does not know.
    Other,
}

mirror!(LookedAt = model::LookedAt { Positions, History, Export, Consents, Unit, Other });

/// One look of somebody else at this person's data.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct AccessEntry {
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Who.
    pub by: String,
    /// At what.
    pub what: LookedAt,
}

impl From<model::AccessEntry> for AccessEntry {
    fn from(entry: model::AccessEntry) -> Self {
        let model::AccessEntry { at, by, what } = entry;
        Self { at_ms: at.0, by, what: what.into() }
    }
}

/// How long the server keeps things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct RetentionTerms {
    /// Days for positions; nothing where no term is set.
    pub position_days: Option<u32>,
    /// Days for events.
    pub event_days: Option<u32>,
    /// When the job that erases the rest last ran, milliseconds since 1970.
    pub last_run_ms: Option<i64>,
}

impl From<model::RetentionTerms> for RetentionTerms {
    fn from(terms: model::RetentionTerms) -> Self {
        let model::RetentionTerms { position_days, event_days, last_run } = terms;
        Self { position_days, event_days, last_run_ms: last_run.map(|at| at.0) }
    }
}
