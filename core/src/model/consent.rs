//! A person's recorded decisions about what may be done with their data.
//!
//! Decides which purposes there are and what a line of the record holds. Leaves what follows from a record to
//! `decide::consent` and its keeping to `privacy`.

use serde::{Deserialize, Serialize};

use crate::model::{BootId, UtcMs};

/// What data is asked for. Each is given and withdrawn alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Purpose {
    /// Using the account: signing in, asking the server for units and their positions.
    Account,
    /// This phone's own place on its own screen: my location, what is near me.
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

impl Purpose {
    /// Every purpose, in the order in which a person is shown them.
    pub const ALL: [Self; 6] = [
        Self::Account,
        Self::LocationOnScreen,
        Self::Reporting,
        Self::Push,
        Self::PushCollection,
        Self::Diagnostics,
    ];

    /// The purpose that this one cannot do without; withdrawing that one ends this one too.
    pub fn rests_on(self) -> Option<Self> {
        match self {
            Self::Account | Self::LocationOnScreen => None,
            Self::Reporting | Self::Push | Self::Diagnostics => Some(Self::Account),
            Self::PushCollection => Some(Self::Push),
        }
    }
}

/// What a person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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

/// Where a person did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ConsentScreen {
    /// The first screen.
    FirstRun,
    /// The sign-in screen.
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

/// The languages in which the policy is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PolicyLanguage {
    /// English.
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-Hans")]
    SimplifiedChinese,
}

/// A SHA-256; written as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Sha256Hash(pub [u8; 32]);

/// One line of the record. Its serialised form is also the wire's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LedgerEntry {
    /// Counts from 1 without a hole.
    pub sequence: u64,
    /// The hash of the entry before; all zero for the first.
    pub previous: Sha256Hash,
    /// About what.
    pub purpose: Purpose,
    /// What was done.
    pub action: ConsentAction,
    /// The version of the policy that was shown.
    pub policy_version: u32,
    /// The hash of its text in the language below.
    pub policy_sha256: Sha256Hash,
    /// The language it was shown in.
    pub language: PolicyLanguage,
    /// The wall clock then.
    #[serde(rename = "utcMs")]
    pub utc: UtcMs,
    /// Milliseconds since the system started: orders entries of one boot whatever the wall clock did.
    pub monotonic_ms: u64,
    /// Which boot; hexadecimal.
    #[serde(with = "boot_hex")]
    pub boot_id: BootId,
    /// The app's version.
    pub app_version: String,
    /// Where it was done.
    pub screen: ConsentScreen,
    /// The hash of everything above.
    pub hash: Sha256Hash,
}

impl Sha256Hash {
    /// Of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::Digest;
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// 64 hexadecimal digits.
    pub fn to_hex(self) -> String {
        const DIGITS: [char; 16] =
            ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
        let digit = |n: u8| DIGITS.get(usize::from(n)).copied().unwrap_or_default();
        self.0.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }

    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl Serialize for Sha256Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for Sha256Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| serde::de::Error::custom("not a SHA-256"))
    }
}

mod boot_hex {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::model::BootId;

    #[allow(clippy::trivially_copy_pass_by_ref)] // the form that serde asks for
    pub(super) fn serialize<S: Serializer>(boot: &BootId, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{:x}", boot.0))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BootId, D::Error> {
        let text = String::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map(BootId).map_err(serde::de::Error::custom)
    }
}
