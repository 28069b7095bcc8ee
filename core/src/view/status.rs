//! How far what a screen shows can be trusted, and why it is not fresher.

use crate::decide::freshness::link_now;
use crate::model::{LinkState, UtcMs};
use crate::traccar::tls::CertificateTrouble;

/// The link between this program and the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkToServer {
    /// Nobody is signed in here.
    SignedOut,
    /// The first snapshot, or a new connection, is under way.
    Connecting,
    /// Changes arrive as they happen.
    Live,
    /// No connection; the next try starts at the given time (this device's clock).
    Offline {
        /// When the next try starts.
        retry_at: UtcMs,
    },
}

/// What went wrong last, named by what the person can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No connection: check the network. What was shown stays.
    Offline,
    /// The server no longer accepts this sign-in: sign in again. What was shown stays.
    SignedOut,
    /// The account has ended, as was asked for: everything that was kept of it here is erased. Said while nobody is signed
    /// in, until somebody decides about the policy or signs in.
    AccountEnded,
    /// The person has not agreed to the policy as it is now: show what changed. Nothing is asked of the server.
    ConsentRequired,
    /// The server refused: ask the administrator.
    Denied,
    /// Too many requests: wait.
    TooMany {
        /// Seconds the server asked to wait.
        retry_after_s: u32,
    },
    /// The connection is not trustworthy.
    BadCertificate(CertificateTrouble),
    /// The server has a problem of its own.
    Server {
        /// HTTP status.
        status: u16,
    },
    /// The server answered something that is not a tracking server's answer.
    Unreadable,
    /// The disk is full: what is shown is current but not kept for the next start.
    StorageFull,
    /// The cache was damaged: moved aside, what could be read was kept.
    CacheSalvaged,
    /// The cache cannot be written for another reason.
    Storage,
}

/// Of every screen that shows units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FleetStatus {
    /// The link now.
    pub link: LinkToServer,
    /// When the server last confirmed the whole fleet, on the server's clock; `None` before the first time.
    pub confirmed_at: Option<UtcMs>,
    /// Whether a refresh is under way over what is shown.
    pub refreshing: bool,
    /// Whether anything was ever loaded: distinguishes "empty fleet" from "nothing known yet".
    pub loaded: bool,
    /// What went wrong last, until it is mended.
    pub trouble: Option<Trouble>,
    /// Elements of the last answers that could not be read and were left out.
    pub unreadable_elements: u32,
    /// Positions held back because their time lies in the future.
    pub quarantined_positions: u32,
}

/// The moment that a screen shows, for all of its rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AsOf {
    /// The server's clock.
    pub server_now: UtcMs,
    /// Whether the server is heard of.
    pub heard: bool,
}

impl AsOf {
    /// How long ago something was, milliseconds, not negative.
    pub fn age_ms(&self, at: UtcMs) -> i64 {
        self.server_now.since_ms(at).max(0)
    }

    /// What is known now of a unit's link.
    pub fn link(&self, said: LinkState) -> LinkState {
        link_now(said, self.heard)
    }
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountView {
    /// Name as shown to people.
    pub name: String,
    /// Sign-in name.
    pub email: String,
    /// The server's address.
    pub server: String,
    /// Whether the connection is not encrypted; every screen keeps this visible.
    pub cleartext: bool,
    /// May look but not change.
    pub readonly: bool,
}
