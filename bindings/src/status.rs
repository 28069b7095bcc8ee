//! How far what a screen shows can be trusted.

use trak_core::view;

use crate::error::CertificateTrouble;

/// The link between this app and the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum LinkToServer {
    /// Nobody is signed in here.
    SignedOut,
    /// The first snapshot, or a new connection, is under way.
    Connecting,
    /// Changes arrive as they happen.
    Live,
    /// No connection.
    Offline {
        /// When the next try starts, milliseconds since 1970 on this device's clock.
        retry_at_ms: i64,
    },
}

/// What went wrong last, named by what the person can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Trouble {
    /// The person has not agreed to the policy as it is now: show what has to be decided. Nothing is asked of the server.
    ConsentRequired,
    /// The account has ended, as was asked for: everything that was kept of it here is erased. Said while nobody is signed
    /// in, until somebody decides about the policy or signs in.
    AccountEnded,
    /// No connection: check the network. What was shown stays.
    Offline,
    /// The server no longer accepts this sign-in: sign in again. What was shown stays.
    SignedOut,
    /// The server refused: ask the administrator.
    Denied,
    /// Too many requests: wait.
    TooMany {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// The connection is not trustworthy.
    BadCertificate {
        /// What is wrong with it.
        trouble: CertificateTrouble,
    },
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct FleetStatus {
    /// The link now.
    pub link: LinkToServer,
    /// When the server last confirmed the whole fleet, milliseconds since 1970 on the server's clock.
    pub confirmed_at_ms: Option<i64>,
    /// Whether a refresh is under way over what is shown.
    pub refreshing: bool,
    /// Whether anything was ever loaded: tells an empty fleet from nothing known yet.
    pub loaded: bool,
    /// What went wrong last, until it is mended.
    pub trouble: Option<Trouble>,
    /// Elements of the last answers that could not be read and were left out.
    pub unreadable_elements: u32,
    /// Positions held back because their time lies in the future.
    pub quarantined_positions: u32,
}

impl From<view::LinkToServer> for LinkToServer {
    fn from(link: view::LinkToServer) -> Self {
        use view::LinkToServer as Core;
        match link {
            Core::SignedOut => Self::SignedOut,
            Core::Connecting => Self::Connecting,
            Core::Live => Self::Live,
            Core::Offline { retry_at } => Self::Offline { retry_at_ms: retry_at.0 },
        }
    }
}

impl From<view::Trouble> for Trouble {
    fn from(trouble: view::Trouble) -> Self {
        use view::Trouble as Core;
        match trouble {
            Core::Offline => Self::Offline,
            Core::AccountEnded => Self::AccountEnded,
            Core::ConsentRequired => Self::ConsentRequired,
            Core::SignedOut => Self::SignedOut,
            Core::Denied => Self::Denied,
            Core::TooMany { retry_after_s } => Self::TooMany { retry_after_s },
            Core::BadCertificate(trouble) => Self::BadCertificate { trouble: trouble.into() },
            Core::Server { status } => Self::Server { status },
            Core::Unreadable => Self::Unreadable,
            Core::StorageFull => Self::StorageFull,
            Core::CacheSalvaged => Self::CacheSalvaged,
            Core::Storage => Self::Storage,
        }
    }
}

impl From<view::FleetStatus> for FleetStatus {
    fn from(status: view::FleetStatus) -> Self {
        let view::FleetStatus {
            link,
            confirmed_at,
            refreshing,
            loaded,
            trouble,
            unreadable_elements,
            quarantined_positions,
        } = status;
        Self {
            link: link.into(),
            confirmed_at_ms: confirmed_at.map(|at| at.0),
            refreshing,
            loaded,
            trouble: trouble.map(Into::into),
            unreadable_elements,
            quarantined_positions,
        }
    }
}
