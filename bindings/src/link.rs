//! Links into the app, read by the core.

use thiserror::Error;
use trak_core::decide::link;

use crate::convert::mirror;

/// What a link proposes. It changes nothing by itself: what it would change is shown to the person first.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Link {
    /// To show a unit.
    Unit {
        /// Its number.
        id: i64,
    },
    /// To search the list.
    Search {
        /// For what.
        text: String,
    },
    /// To sign in at a server.
    Server {
        /// As it stands in the link.
        address: String,
        /// Whose account, where the link says so.
        account: Option<String>,
        /// SHA-256 of the server's key, 32 bytes, where the link pins one.
        pinned_spki_sha256: Option<Vec<u8>>,
    },
}

impl From<link::Link> for Link {
    fn from(value: link::Link) -> Self {
        match value {
            link::Link::Unit(id) => Self::Unit { id: id.0 },
            link::Link::Search(text) => Self::Search { text },
            link::Link::Server(link::ServerLink { address, account, pin }) => {
                Self::Server { address, account, pinned_spki_sha256: pin.map(Vec::from) }
            }
        }
    }
}

/// A part of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum LinkPart {
    /// The unit's number.
    Unit,
    /// The searched text.
    Text,
    /// The server's address.
    Address,
    /// The account.
    Account,
    /// The pinned key.
    Pin,
}

mirror!(LinkPart = link::LinkPart { Unit, Text, Address, Account, Pin });

/// Why a link cannot be read. Nothing of it was done.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, uniffi::Error)]
pub enum LinkError {
    /// It is not a link into this app.
    #[error("not a link into this app")]
    NotOurs,
    /// This version knows no such link.
    #[error("unknown kind of link")]
    UnknownKind,
    /// A part is missing.
    #[error("a part is missing")]
    Missing {
        /// Which one.
        part: LinkPart,
    },
    /// A part says nothing that makes sense.
    #[error("a part cannot be read")]
    Unreadable {
        /// Which one.
        part: LinkPart,
    },
}

impl From<link::LinkError> for LinkError {
    fn from(error: link::LinkError) -> Self {
        match error {
            link::LinkError::NotOurs => Self::NotOurs,
            link::LinkError::UnknownKind => Self::UnknownKind,
            link::LinkError::Missing(part) => Self::Missing { part: part.into() },
            link::LinkError::Unreadable(part) => Self::Unreadable { part: part.into() },
        }
    }
}

/// Reads a link: `trakiot://unit/42`, `trakiot://search?text=…`, `trakiot://server?address=…&account=…&pin=…`.
#[uniffi::export]
pub fn parse_link(text: String) -> Result<Link, LinkError> {
    Ok(link::parse(&text)?.into())
}
