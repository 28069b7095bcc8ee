//! What can be typed after `trak privacy`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use trak_core::model::{CorrectionField, Purpose};

use super::args::Range;

/// Of `privacy`.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum PrivacyAction {
    /// The privacy policy; needs no network
    Policy {
        /// An older version
        #[arg(long = "policy-version", value_name = "VERSION")]
        version: Option<u32>,
    },
    /// What changed between two versions of the policy
    Changes {
        /// The earlier version; the one before the newest when left out
        #[arg(long, value_name = "VERSION")]
        from: Option<u32>,
        /// The later version
        #[arg(long, value_name = "VERSION")]
        to: Option<u32>,
    },
    /// Agree to one purpose, under the newest policy
    Give {
        /// Which
        #[arg(value_enum)]
        purpose: PurposeName,
    },
    /// End a consent at once, or refuse it
    Withdraw {
        /// Which
        #[arg(value_enum)]
        purpose: PurposeName,
        /// Erase positions that wait to be sent instead of sending them
        #[arg(long)]
        erase_unsent: bool,
    },
    /// Every decision you made, oldest first
    Record {
        /// Write it to a file that others can check
        #[arg(long, short)]
        output: Option<PathBuf>,
        /// Replace an existing file
        #[arg(long, requires = "output")]
        force: bool,
    },
    /// Everything of yours in one ZIP: profile, consents, devices, positions, alerts
    Export {
        /// Where to
        #[arg(long, short)]
        output: PathBuf,
        /// Replace an existing file
        #[arg(long)]
        force: bool,
    },
    /// Change your own account; a new password is asked for, or read from TRAK_NEW_PASSWORD
    Correct {
        /// Name as shown to people
        #[arg(long)]
        name: Option<String>,
        /// Mail address
        #[arg(long)]
        email: Option<String>,
        /// Telephone number
        #[arg(long)]
        phone: Option<String>,
        /// A new password
        #[arg(long)]
        password: bool,
    },
    /// Ask the administrator for a correction, or show what was asked for
    Requests {
        /// About what
        #[arg(long, value_enum, requires = "text")]
        field: Option<FieldName>,
        /// What is wrong and what would be right, at most 2,000 characters
        #[arg(long, requires = "field")]
        text: Option<String>,
    },
    /// Erase positions of your own unit, at the server and here
    Erase {
        /// Number, name, plate or identifier
        unit: String,
        #[command(flatten)]
        #[allow(missing_docs)] // its help is that of its fields
        range: Range,
    },
    /// Who else looked at your units
    AccessLog,
    /// The operator's notices
    Notices {
        /// You have read this one
        #[arg(long, value_name = "NUMBER")]
        acknowledge: Option<i64>,
    },
    /// End the account: the password is asked for again, the server does it within 15 working days
    Cancel {
        /// File whose first line is the password; otherwise TRAK_PASSWORD or a prompt
        #[arg(long)]
        password_file: Option<PathBuf>,
        /// One-time code
        #[arg(long)]
        code: Option<String>,
    },
    /// Take the end of the account back
    KeepAccount,
    /// Sign out and erase everything this computer keeps of the account, unsent positions included
    EraseDevice,
}

/// What a correction is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum FieldName {
    AccountName,
    UnitName,
    Plate,
    Phone,
    Other,
}

impl FieldName {
    /// The core's.
    pub fn core(self) -> CorrectionField {
        match self {
            Self::AccountName => CorrectionField::AccountName,
            Self::UnitName => CorrectionField::UnitName,
            Self::Plate => CorrectionField::Plate,
            Self::Phone => CorrectionField::Phone,
            Self::Other => CorrectionField::Other,
        }
    }
}

/// Purposes as they are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum PurposeName {
    Account,
    Location,
    Reporting,
    Push,
    PushCollection,
    Diagnostics,
}

impl PurposeName {
    /// The core's.
    pub fn core(self) -> Purpose {
        match self {
            Self::Account => Purpose::Account,
            Self::Location => Purpose::LocationOnScreen,
            Self::Reporting => Purpose::Reporting,
            Self::Push => Purpose::Push,
            Self::PushCollection => Purpose::PushCollection,
            Self::Diagnostics => Purpose::Diagnostics,
        }
    }
}
