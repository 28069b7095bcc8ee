//! Who is signed in, and where.

use core::fmt;
use url::Url;

/// The base address of a server, always ending in `/`, e.g. `https://trak.example.com/`.
///
/// Whether cleartext is acceptable was decided when it was made (see `traccar::address`).
#[derive(Clone, PartialEq, Eq)]
pub struct ServerAddress(Url);

impl ServerAddress {
    /// Wraps an address that `traccar::address::parse` accepted.
    pub(crate) fn from_checked(url: Url) -> Self {
        Self(url)
    }

    /// The base address.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Whether the connection is not encrypted, which every screen must keep visible.
    pub fn is_cleartext(&self) -> bool {
        self.0.scheme() == "http"
    }
}

impl fmt::Debug for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerAddress(redacted)")
    }
}

/// Names one account at one server for storage: 32 hexadecimal digits, derived, tells nothing by itself.
#[derive(Clone, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct AccountKey(pub String);

/// The signed-in account as its server describes it.
#[derive(Clone, PartialEq)]
pub struct Account {
    /// Number at the server.
    pub id: i64,
    /// Name as shown to people.
    pub name: String,
    /// Sign-in name or mail address.
    pub email: String,
    /// May look but not change.
    pub readonly: bool,
    /// May administer.
    pub administrator: bool,
    /// The whole user object as received, so that a later write keeps the fields we do not know.
    pub raw_json: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What a server says of itself.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ServerInfo {
    /// Version text, e.g. `6.14.5`.
    pub version: String,
    /// Names of the extensions it announces under `attributes.trak.features`; empty for plain Traccar.
    pub features: Vec<String>,
}

impl ServerInfo {
    /// Whether it announces `feature`.
    pub fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|f| f == feature)
    }
}
