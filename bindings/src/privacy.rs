//! The privacy policy, a person's consents and the record of them.

use thiserror::Error;
use trak_core::decide::consent as rules;
use trak_core::privacy::policy;
use trak_core::{model, privacy, view};

use crate::convert::{all, mirror};

/// What data is asked for. Each is given and withdrawn alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum Purpose {
    /// Using the account: signing in, asking the server for units and their positions.
    Account,
    /// This phone's own place on its own screen.
    LocationOnScreen,
    /// Sending this phone's own positions to the server.
    Reporting,
    /// Messages through JPush.
    Push,
    /// What JPush would collect beyond what it needs to deliver.
    PushCollection,
    /// Reports of faults to the maker.
    Diagnostics,
}

mirror!(both Purpose = model::Purpose {
    Account, LocationOnScreen, Reporting, Push, PushCollection, Diagnostics
});

/// What a person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ConsentAction {
    /// Agreed.
    Given,
    /// Was asked and said no.
    Refused,
    /// Agreed before and ended it.
    Withdrawn,
    /// Was told of a change that needs no agreement.
    Informed,
}

mirror!(both ConsentAction = model::ConsentAction { Given, Refused, Withdrawn, Informed });

/// Where a person did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ConsentScreen {
    /// The first screen; belongs to whoever signs in next.
    FirstRun,
    /// The sign-in screen; belongs to whoever signs in next.
    SignIn,
    /// The privacy centre.
    PrivacyCentre,
    /// The screen that shows what changed in the policy.
    PolicyChange,
    /// The screen of the feature that needs it.
    Feature,
    /// The PC terminal.
    Terminal,
}

mirror!(both ConsentScreen = model::ConsentScreen {
    FirstRun, SignIn, PrivacyCentre, PolicyChange, Feature, Terminal
});

/// The languages in which the policy is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum PolicyLanguage {
    /// English.
    English,
    /// Simplified Chinese.
    SimplifiedChinese,
}

mirror!(both PolicyLanguage = model::PolicyLanguage { English, SimplifiedChinese });

/// Why there is no consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum NoConsent {
    /// The person was never asked.
    NotAsked,
    /// The person said no.
    Refused,
    /// The person ended it.
    Withdrawn,
    /// The policy has changed in substance since the person agreed.
    PolicyChanged,
    /// The record is damaged; what it said does not count.
    RecordDamaged,
}

mirror!(NoConsent = rules::NoConsent { NotAsked, Refused, Withdrawn, PolicyChanged, RecordDamaged });

/// What was answered about one purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ConsentAnswer {
    /// Never asked.
    NotAsked,
    /// Agreed.
    Given {
        /// Under this version of the policy.
        policy_version: u32,
    },
    /// Said no.
    Refused,
    /// Agreed once, ended it.
    Withdrawn,
}

impl From<rules::Answer> for ConsentAnswer {
    fn from(answer: rules::Answer) -> Self {
        use rules::Answer as Core;
        match answer {
            Core::NotAsked => Self::NotAsked,
            Core::Given { policy_version } => Self::Given { policy_version },
            Core::Refused => Self::Refused,
            Core::Withdrawn => Self::Withdrawn,
        }
    }
}

/// What a person has to be shown before the app goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ToAsk {
    /// Nothing.
    Nothing,
    /// The first agreement.
    FirstRun,
    /// The policy changed in substance; what was agreed to counts until then.
    MaterialChange {
        /// The version agreed to.
        from_version: u32,
        /// The version to decide about.
        to_version: u32,
        /// From when the app stops without agreement, milliseconds since 1970.
        effective_ms: i64,
    },
    /// The policy changed without taking anything away; telling is enough.
    Information {
        /// The version known.
        from_version: u32,
        /// The version to be told of.
        to_version: u32,
    },
}

impl From<rules::ToAsk> for ToAsk {
    fn from(ask: rules::ToAsk) -> Self {
        use rules::ToAsk as Core;
        match ask {
            Core::Nothing => Self::Nothing,
            Core::FirstRun => Self::FirstRun,
            Core::MaterialChange { from, to, effective } => {
                Self::MaterialChange { from_version: from, to_version: to, effective_ms: effective.0 }
            }
            Core::Information { from, to } => Self::Information { from_version: from, to_version: to },
        }
    }
}

/// How one purpose stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PurposeView {
    /// Which.
    pub purpose: Purpose,
    /// What the person answered.
    pub answer: ConsentAnswer,
    /// Whether it may be done now. Can differ from the answer: what it rests on may be missing.
    pub permitted: bool,
    /// For which purpose consent is missing; nothing when permitted.
    pub missing_purpose: Option<Purpose>,
    /// Why it is missing.
    pub missing_why: Option<NoConsent>,
}

impl From<view::PurposeView> for PurposeView {
    fn from(one: view::PurposeView) -> Self {
        let view::PurposeView { purpose, answer, missing } = one;
        Self {
            purpose: purpose.into(),
            answer: answer.into(),
            permitted: missing.is_none(),
            missing_purpose: missing.map(|(purpose, _)| purpose.into()),
            missing_why: missing.map(|(_, why)| why.into()),
        }
    }
}

/// How the record compares with its copy at the server, as far as it was asked since the app started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ServerCopy {
    /// It was not asked yet, or there is none.
    Unknown,
    /// Both are the same.
    Same,
    /// The server keeps decisions that are not here any more: the end of the record was cut off.
    HoldsMore {
        /// How many.
        entries: u64,
    },
    /// The server keeps other decisions than the record says.
    Differs,
}

impl From<rules::ServerCopy> for ServerCopy {
    fn from(copy: rules::ServerCopy) -> Self {
        use rules::ServerCopy as Core;
        match copy {
            Core::Unknown => Self::Unknown,
            Core::Same => Self::Same,
            Core::HoldsMore { entries } => Self::HoldsMore { entries },
            Core::Differs => Self::Differs,
        }
    }
}

/// How all purposes stand.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ConsentView {
    /// In the order in which they are shown.
    pub purposes: Vec<PurposeView>,
    /// What has to be shown first.
    pub to_ask: ToAsk,
    /// The record was changed by something else than this app: it was set aside and everything is asked anew.
    pub damaged: bool,
    /// How the record compares with its copy at the server.
    pub server_copy: ServerCopy,
    /// The newest version of the policy.
    pub newest_policy: u32,
}

impl From<view::ConsentView> for ConsentView {
    fn from(consents: view::ConsentView) -> Self {
        let view::ConsentView { purposes, to_ask, damaged, server_copy, newest_policy } = consents;
        Self {
            purposes: all(purposes),
            to_ask: to_ask.into(),
            damaged,
            server_copy: server_copy.into(),
            newest_policy,
        }
    }
}

/// What a person decided, and how it was put to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ConsentDecision {
    /// About what.
    pub purpose: Purpose,
    /// What.
    pub action: ConsentAction,
    /// The version of the policy that could be read there.
    pub policy_version: u32,
    /// In which language.
    pub language: PolicyLanguage,
    /// Where.
    pub screen: ConsentScreen,
}

impl From<ConsentDecision> for privacy::Decision {
    fn from(decision: ConsentDecision) -> Self {
        let ConsentDecision { purpose, action, policy_version, language, screen } = decision;
        Self {
            purpose: purpose.into(),
            action: action.into(),
            policy_version,
            language: language.into(),
            screen: screen.into(),
        }
    }
}

/// One line of the record.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ConsentEntry {
    /// Counts from 1 without a hole.
    pub sequence: u64,
    /// About what.
    pub purpose: Purpose,
    /// What was done.
    pub action: ConsentAction,
    /// The version of the policy that was shown.
    pub policy_version: u32,
    /// The SHA-256 of its text, hexadecimal.
    pub policy_sha256: String,
    /// The language it was shown in.
    pub language: PolicyLanguage,
    /// The wall clock then, milliseconds since 1970.
    pub at_ms: i64,
    /// The app's version.
    pub app_version: String,
    /// Where it was done.
    pub screen: ConsentScreen,
    /// The hash that ties it to those before, hexadecimal.
    pub hash: String,
}

impl From<model::LedgerEntry> for ConsentEntry {
    fn from(entry: model::LedgerEntry) -> Self {
        Self {
            sequence: entry.sequence,
            purpose: entry.purpose.into(),
            action: entry.action.into(),
            policy_version: entry.policy_version,
            policy_sha256: entry.policy_sha256.to_hex(),
            language: entry.language.into(),
            at_ms: entry.utc.0,
            app_version: entry.app_version,
            screen: entry.screen.into(),
            hash: entry.hash.to_hex(),
        }
    }
}

/// Why a decision was not written. None was half written.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, uniffi::Error)]
pub enum ConsentError {
    /// The disk is full. A withdrawal counts all the same until the program ends: make space and do it again.
    #[error("disk full")]
    Full,
    /// The file cannot be read or written; a withdrawal counts all the same until the program ends.
    #[error("the record of consents cannot be used")]
    Io,
    /// There is no such version of the policy.
    #[error("no such version of the policy")]
    UnknownPolicy,
    /// The record was changed by something else than this app.
    #[error("the record of consents is damaged")]
    Damaged,
    /// The core is shut down.
    #[error("closed")]
    Closed,
}

impl From<privacy::ConsentError> for ConsentError {
    fn from(error: privacy::ConsentError) -> Self {
        use privacy::ConsentError as Core;
        match error {
            Core::Full => Self::Full,
            Core::Io => Self::Io,
            Core::UnknownPolicy => Self::UnknownPolicy,
            Core::Closed => Self::Closed,
        }
    }
}

/// One version of the policy.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PolicyVersion {
    /// Counts from 1.
    pub version: u32,
    /// When it was published, milliseconds since 1970.
    pub published_ms: i64,
    /// From when it applies, milliseconds since 1970.
    pub effective_ms: i64,
    /// Whether agreement had to be asked for again.
    pub material: bool,
}

/// What a block of a policy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum PolicyBlockKind {
    /// The title; only the first block is one.
    Title,
    /// Of a part.
    Heading,
    /// Of a section.
    Subheading,
    /// Running text.
    Paragraph,
    /// One item of a list.
    Item,
}

mirror!(PolicyBlockKind = policy::BlockKind { Title, Heading, Subheading, Paragraph, Item });

/// What became of a block between two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum PolicyBlockFate {
    /// It stands in both.
    Kept,
    /// Only in the later.
    Added,
    /// Only in the earlier.
    Removed,
}

mirror!(PolicyBlockFate = policy::Fate { Kept, Added, Removed });

/// One block of a policy's text.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PolicyBlock {
    /// How it is drawn.
    pub kind: PolicyBlockKind,
    /// Its text.
    pub text: String,
    /// What became of it; kept where no two versions are compared.
    pub fate: PolicyBlockFate,
}

fn block(fate: policy::Fate, block: policy::Block) -> PolicyBlock {
    PolicyBlock { kind: block.kind.into(), text: block.text.to_owned(), fate: fate.into() }
}

/// Every version of the policy, oldest first. Needs no network.
#[uniffi::export]
pub fn policy_versions() -> Vec<PolicyVersion> {
    policy::all()
        .iter()
        .map(|one| PolicyVersion {
            version: one.version,
            published_ms: one.published_at().0,
            effective_ms: one.effective_at().0,
            material: one.material,
        })
        .collect()
}

/// A version's text, block by block; empty for a version that there is not.
#[uniffi::export]
pub fn policy_text(version: u32, language: PolicyLanguage) -> Vec<PolicyBlock> {
    policy::version(version).map_or_else(Vec::new, |one| {
        one.blocks(language.into()).into_iter().map(|b| block(policy::Fate::Kept, b)).collect()
    })
}

/// How a later version differs from an earlier one, block by block in reading order; empty for a version that there is
/// not.
#[uniffi::export]
pub fn policy_changes(from_version: u32, to_version: u32, language: PolicyLanguage) -> Vec<PolicyBlock> {
    let (Some(from), Some(to)) = (policy::version(from_version), policy::version(to_version)) else {
        return Vec::new();
    };
    policy::changes(from, to, language.into()).into_iter().map(|(fate, b)| block(fate, b)).collect()
}
