//! What people may ask for about their own data, and what they are told.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{Secret, UtcMs};

/// What a correction is about that only the administrator may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the variants are their own documentation
pub enum CorrectionField {
    AccountName,
    UnitName,
    Plate,
    Phone,
    Other,
}

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestState {
    /// Nobody has answered yet.
    Open,
    /// It was done.
    Done,
    /// It was refused; the answer says why.
    Refused,
}

/// A request for a correction.
#[derive(Clone, PartialEq, Eq)]
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
    /// When it was made.
    pub created: UtcMs,
    /// When it was answered.
    pub closed: Option<UtcMs>,
}

impl fmt::Debug for CorrectionRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CorrectionRequest")
            .field("id", &self.id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// What a person changes of their own account; what is `None` stays.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AccountChange {
    /// Name as shown to people.
    pub name: Option<String>,
    /// Sign-in name or mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// A new password.
    pub password: Option<Secret>,
}

/// An account that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancellation {
    /// When it was asked for.
    pub requested: UtcMs,
    /// By when it is done at the latest.
    pub deadline: UtcMs,
    /// Whether it is done.
    pub done: bool,
}

/// What asks the server whether an account has ended, when no sign-in is accepted any more. It says nothing of whose it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Receipt(pub(crate) String);

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receipt(redacted)")
    }
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoticeKind {
    /// Personal data were at risk.
    Security,
    /// The service ends.
    EndOfService,
}

/// A word of the operator to everybody it concerns, shown until it is acknowledged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Number at the server.
    pub id: i64,
    /// About what.
    pub kind: NoticeKind,
    /// Title, English and Simplified Chinese.
    pub title: (String, String),
    /// Text, English and Simplified Chinese.
    pub text: (String, String),
    /// When it was made.
    pub created: UtcMs,
    /// When this account acknowledged it.
    pub acknowledged: Option<UtcMs>,
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notice").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// What somebody else looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl LookedAt {
    const WORDS: [(Self, &str); 5] = [
        (Self::Positions, "positions"),
        (Self::History, "history"),
        (Self::Export, "export"),
        (Self::Consents, "consents"),
        (Self::Unit, "unit"),
    ];

    /// The word for it, on the wire and in files.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(what, _)| *what == self).map_or("other", |(_, word)| word)
    }

    /// What a word stands for.
    pub fn from_word(word: &str) -> Self {
        Self::WORDS.iter().find(|(_, known)| *known == word).map_or(Self::Other, |(what, _)| *what)
    }
}

/// One look of somebody else at this person's data.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessEntry {
    /// When.
    pub at: UtcMs,
    /// Who.
    pub by: String,
    /// At what.
    pub what: LookedAt,
}

impl fmt::Debug for AccessEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessEntry").field("what", &self.what).finish_non_exhaustive()
    }
}

/// How long the server keeps things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionTerms {
    /// Days for positions; `None` where no term is set.
    pub position_days: Option<u32>,
    /// Days for events.
    pub event_days: Option<u32>,
    /// When the job that erases the rest last ran.
    pub last_run: Option<UtcMs>,
}
