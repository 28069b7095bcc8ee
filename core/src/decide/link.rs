//! Links into the app, from a web page, a message or a QR code.
//!
//! `trakiot://unit/42`, `trakiot://search?text=…`, `trakiot://server?address=…&account=…&pin=…`. Decides what a link says,
//! whole or not at all. Whether what it proposes is done is the person's to say: a link changes nothing by itself.

use thiserror::Error;
use url::Url;

use crate::model::UnitId;

/// The scheme of all links.
const SCHEME: &str = "trakiot";
/// Longer ones are refused, bytes: a QR code holds no more.
const LONGEST: usize = 2_953;

/// What a link proposes.
#[derive(Clone, PartialEq, Eq)]
pub enum Link {
    /// To show a unit.
    Unit(UnitId),
    /// To search the list.
    Search(String),
    /// To sign in at a server.
    Server(ServerLink),
}

/// A sign-in that a link proposes; nothing of it holds before the person has seen it.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerLink {
    /// The server's address as it stands in the link; judged when somebody signs in.
    pub address: String,
    /// Whose account, where the link says so.
    pub account: Option<String>,
    /// SHA-256 of the server's key, where the link pins one.
    pub pin: Option<[u8; 32]>,
}

/// Why a link cannot be read.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum LinkError {
    /// It is not a link into this app.
    #[error("not a link into this app")]
    NotOurs,
    /// This version knows no such link.
    #[error("unknown kind of link")]
    UnknownKind,
    /// A part is missing.
    #[error("{0} is missing")]
    Missing(LinkPart),
    /// A part says nothing that makes sense, or is there twice.
    #[error("{0} cannot be read")]
    Unreadable(LinkPart),
}

/// A part of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl core::fmt::Display for LinkPart {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Unit => "the unit",
            Self::Text => "the text",
            Self::Address => "the address",
            Self::Account => "the account",
            Self::Pin => "the pin",
        })
    }
}

/// Reads a link.
pub fn parse(text: &str) -> Result<Link, LinkError> {
    if text.len() > LONGEST {
        return Err(LinkError::NotOurs);
    }
    let url = Url::parse(text.trim()).map_err(|_| LinkError::NotOurs)?;
    if url.scheme() != SCHEME {
        return Err(LinkError::NotOurs);
    }
    match url.host_str() {
        Some("unit") => unit(&url).map(Link::Unit),
        Some("search") => required(&url, "text", LinkPart::Text).map(Link::Search),
        Some("server") => server(&url).map(Link::Server),
        _ => Err(LinkError::UnknownKind),
    }
}

fn unit(url: &Url) -> Result<UnitId, LinkError> {
    let number = url.path().trim_matches('/');
    if number.is_empty() {
        return Err(LinkError::Missing(LinkPart::Unit));
    }
    let number: i64 = number.parse().map_err(|_| LinkError::Unreadable(LinkPart::Unit))?;
    if number > 0 { Ok(UnitId(number)) } else { Err(LinkError::Unreadable(LinkPart::Unit)) }
}

fn server(url: &Url) -> Result<ServerLink, LinkError> {
    let pin = optional(url, "pin", LinkPart::Pin)?.map(|hex| pin(&hex)).transpose()?;
    let address = required(url, "address", LinkPart::Address)?;
    Ok(ServerLink { address, account: optional(url, "account", LinkPart::Account)?, pin })
}

fn pin(hex: &str) -> Result<[u8; 32], LinkError> {
    let digits: Vec<u32> = hex.chars().map_while(|digit| digit.to_digit(16)).collect();
    let bytes: Vec<u8> = digits
        .chunks_exact(2)
        .map(|two| two.iter().fold(0, |byte, digit| byte * 16 + *digit as u8))
        .collect();
    let whole = digits.len() == hex.chars().count() && digits.len().is_multiple_of(2);
    bytes.try_into().ok().filter(|_| whole).ok_or(LinkError::Unreadable(LinkPart::Pin))
}

fn required(url: &Url, name: &str, part: LinkPart) -> Result<String, LinkError> {
    optional(url, name, part)?.ok_or(LinkError::Missing(part))
}

/// A part that may be missing. What is there twice says nothing: a reader must not have to know which one counts.
fn optional(url: &Url, name: &str, part: LinkPart) -> Result<Option<String>, LinkError> {
    let mut found =
        url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.trim().to_owned());
    let first = found.next().filter(|value| !value.is_empty());
    let readable = first.as_ref().is_none_or(|value| !value.chars().any(char::is_control));
    if found.next().is_some() || !readable { Err(LinkError::Unreadable(part)) } else { Ok(first) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn links_say_what_they_propose() {
        let server = |address: &str, account: Option<&str>, pin| {
            Link::Server(ServerLink { address: address.into(), account: account.map(Into::into), pin })
        };
        let pin = "0f".repeat(32);
        for (text, link) in [
            ("trakiot://unit/42".to_owned(), Link::Unit(UnitId(42))),
            (" TRAKIOT://unit/42/ ".to_owned(), Link::Unit(UnitId(42))),
            ("trakiot://search?text=%E9%93%BE".to_owned(), Link::Search("链".into())),
            ("trakiot://search?text=crane+7".to_owned(), Link::Search("crane 7".into())),
            (
                "trakiot://server?address=https%3A%2F%2Ftrak.example.com".to_owned(),
                server("https://trak.example.com", None, None),
            ),
            (
                format!("trakiot://server?address=trak.example.com&account=li%40example.com&pin={pin}"),
                server("trak.example.com", Some("li@example.com"), Some([15; 32])),
            ),
            ("trakiot://server?address=a&new=1".to_owned(), server("a", None, None)),
        ] {
            assert!(parse(&text) == Ok(link), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        use LinkError::{Missing, NotOurs, UnknownKind, Unreadable};
        for (text, error) in [
            ("", NotOurs),
            ("unit/42", NotOurs),
            ("https://example.com/unit/42", NotOurs),
            ("trakiot:", UnknownKind),
            ("trakiot://erase", UnknownKind),
            ("trakiot://unit", Missing(LinkPart::Unit)),
            ("trakiot://unit/crane", Unreadable(LinkPart::Unit)),
            ("trakiot://unit/-1", Unreadable(LinkPart::Unit)),
            ("trakiot://unit/99999999999999999999", Unreadable(LinkPart::Unit)),
            ("trakiot://search?text=%20", Missing(LinkPart::Text)),
            ("trakiot://search?text=a%00b", Unreadable(LinkPart::Text)),
            ("trakiot://server?account=li", Missing(LinkPart::Address)),
            ("trakiot://server?address=a&address=b", Unreadable(LinkPart::Address)),
            ("trakiot://server?address=a&pin=12", Unreadable(LinkPart::Pin)),
            ("trakiot://server?address=a&pin=zz", Unreadable(LinkPart::Pin)),
        ] {
            assert_eq!(parse(text).err(), Some(error), "{text}");
        }
        let long = format!("trakiot://search?text={}", "a".repeat(LONGEST));
        assert_eq!(parse(&long).err(), Some(NotOurs));
    }

    proptest! {
        #[test]
        fn no_text_harms(text in "(trakiot://)?(unit|search|server)?.{0,60}") {
            let _read_or_refused = parse(&text);
        }
    }
}
