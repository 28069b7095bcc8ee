//! Server addresses as people write them.
//!
//! Decides which server is meant and that an unencrypted connection needs a reason: the server is this machine, or the
//! person said so.

use sha2::{Digest, Sha256};
use thiserror::Error;
use url::{Host, Url};

use crate::model::{AccountKey, ServerAddress};

/// Whether an unencrypted connection to another machine is acceptable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cleartext {
    /// No.
    #[default]
    Refuse,
    /// The person was shown what it means and chose it.
    AllowedByPerson,
}

/// Why an address is refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum AddressError {
    /// Nothing was entered.
    #[error("no address")]
    Empty,
    /// It cannot be read as an address.
    #[error("not an address")]
    NotAnAddress,
    /// `http` to another machine, without the person's word.
    #[error("cleartext refused")]
    CleartextRefused,
    /// Neither `http` nor `https`.
    #[error("unsupported scheme")]
    UnsupportedScheme,
    /// It carries a name or password, which would end up in logs and history.
    #[error("credentials in the address")]
    CredentialsInAddress,
}

/// Reads an address in any usual form. Where no scheme is given it is `https`, and for this machine, however it is called,
/// `http` unless the port is 443: what listens here in the open is somebody's own server and reaches no network.
pub fn parse(text: &str, cleartext: Cleartext) -> Result<ServerAddress, AddressError> {
    // Fullwidth colons and dots, as a Chinese keyboard gives them.
    let text: String = text.trim().chars().map(plain).collect();
    if text.is_empty() {
        return Err(AddressError::Empty);
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(AddressError::NotAnAddress);
    }
    let mut url = if text.contains("://") {
        Url::parse(&text).map_err(|_| AddressError::NotAnAddress)?
    } else {
        let with = |scheme| Url::parse(&format!("{scheme}://{text}")).map_err(|_| AddressError::NotAnAddress);
        let plain = with("http")?;
        if is_loopback(&plain) && plain.port() != Some(443) { plain } else { with("https")? }
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(AddressError::UnsupportedScheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::CredentialsInAddress);
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(AddressError::NotAnAddress);
    }
    if url.scheme() == "http" && !is_loopback(&url) && cleartext == Cleartext::Refuse {
        return Err(AddressError::CleartextRefused);
    }
    url.set_query(None);
    url.set_fragment(None);
    let mut path = url.path().trim_end_matches('/');
    // However often: what comes out must mean itself when it is read again.
    while let Some(base) = path.strip_suffix("/api") {
        path = base.trim_end_matches('/');
    }
    let path = format!("{path}/");
    url.set_path(&path);
    Ok(ServerAddress::from_checked(url))
}

/// Names an account for storage: the same account at the same server always, nothing readable. Whether the connection is
/// encrypted is no part of it: a server that moves from `http` to `https` is the same.
pub fn account_key(address: &ServerAddress, account_id: i64) -> AccountKey {
    let url = address.url();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    named(&format!("{}{port}{}\n{account_id}", url.host_str().unwrap_or_default(), url.path()))
}

/// What an account was named by while the scheme was a part of it.
pub(crate) fn former_account_keys(address: &ServerAddress, account_id: i64) -> [AccountKey; 2] {
    ["https", "http"].map(|scheme| {
        let (_, rest) = address.url().as_str().split_once("://").unwrap_or_default();
        named(&format!("{scheme}://{rest}\n{account_id}"))
    })
}

fn named(text: &str) -> AccountKey {
    let digest = Sha256::digest(text);
    let short: [u8; 16] = core::array::from_fn(|at| digest.get(at).copied().unwrap_or_default());
    AccountKey(format!("{:032x}", u128::from_be_bytes(short)))
}

fn plain(c: char) -> char {
    match c {
        '：' => ':',
        '．' | '。' => '.',
        '／' => '/',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{AddressError, Cleartext, account_key, former_account_keys, parse};
    use proptest::prelude::*;

    #[test]
    fn any_usual_form() {
        let table = [
            ("trak.example.com", Ok("https://trak.example.com/")),
            ("  Trak.Example.com:8443/ ", Ok("https://trak.example.com:8443/")),
            ("https://host.example/path/", Ok("https://host.example/path/")),
            ("https://host.example/api", Ok("https://host.example/")),
            ("host.example/path/api//api/", Ok("https://host.example/path/")),
            ("https://host.example/api/?x=1#y", Ok("https://host.example/")),
            ("127.0.0.1:8082", Ok("http://127.0.0.1:8082/")),
            ("http://localhost:8082", Ok("http://localhost:8082/")),
            ("[::1]:8082", Ok("http://[::1]:8082/")),
            ("localhost:8082", Ok("http://localhost:8082/")),
            ("127.0.0.1", Ok("http://127.0.0.1/")),
            ("localhost", Ok("http://localhost/")),
            ("[::1]", Ok("http://[::1]/")),
            ("127.0.0.1:443", Ok("https://127.0.0.1/")),
            ("localhost:443", Ok("https://localhost/")),
            ("[::1]:443", Ok("https://[::1]/")),
            ("127.0.0.1:8443/api", Ok("http://127.0.0.1:8443/")),
            ("localhost:8443/api", Ok("http://localhost:8443/")),
            ("[::1]:8443/api", Ok("http://[::1]:8443/")),
            ("https://127.0.0.1:8443", Ok("https://127.0.0.1:8443/")),
            ("https://localhost:8443", Ok("https://localhost:8443/")),
            ("https://[::1]:8443", Ok("https://[::1]:8443/")),
            ("127.0.0.1.example.com:8082", Ok("https://127.0.0.1.example.com:8082/")),
            ("ｔｒａｋ．example。com：８４４３", Ok("https://trak.example.com:8443/")),
            ("车队.example", Ok("https://xn--kny59bvy3j.example/")),
            ("http://trak.example.com", Err(AddressError::CleartextRefused)),
            ("http://127.0.0.1.example.com", Err(AddressError::CleartextRefused)),
            ("ftp://trak.example.com", Err(AddressError::UnsupportedScheme)),
            ("https://me:secret@trak.example.com", Err(AddressError::CredentialsInAddress)),
            ("", Err(AddressError::Empty)),
            ("two words", Err(AddressError::NotAnAddress)),
            ("https://", Err(AddressError::NotAnAddress)),
            ("host:99999", Err(AddressError::NotAnAddress)),
        ];
        for (text, expected) in table {
            let got = parse(text, Cleartext::Refuse);
            if text == "车队.example" {
                assert!(got.unwrap().url().as_str().starts_with("https://xn--"));
                continue;
            }
            assert_eq!(got.map(|a| a.url().to_string()), expected.map(str::to_owned), "{text}");
        }
        let allowed = parse("http://trak.example.com", Cleartext::AllowedByPerson).unwrap();
        assert!(allowed.is_cleartext(), "stays visible");
    }

    #[test]
    fn accounts_are_told_apart() {
        let at = |text| parse(text, Cleartext::Refuse).unwrap();
        let key = account_key(&at("trak.example.com"), 1);
        assert_eq!(key, account_key(&at("HTTPS://trak.example.com/api/"), 1));
        let open = parse("http://trak.example.com", Cleartext::AllowedByPerson).unwrap();
        assert_eq!(key, account_key(&open, 1), "a server that moves to https is the same");
        assert_ne!(key, account_key(&at("trak.example.com:8443"), 1));
        assert_ne!(key, account_key(&at("trak.example.com/other"), 1));
        let former = former_account_keys(&open, 1);
        assert_eq!(former, former_account_keys(&at("trak.example.com"), 1));
        assert_eq!(former[0].0, "d1bea02abaec12fddb1d975ae5eada7b", "as released before");
        assert_ne!(key, account_key(&at("trak.example.com"), 2));
        assert_ne!(key, account_key(&at("other.example.com"), 1));
        assert_eq!(key.0.len(), 32);
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_is_encrypted_or_local(text in ".{0,40}") {
            if let Ok(address) = parse(&text, Cleartext::Refuse) {
                prop_assert!(address.url().scheme() == "https" || super::is_loopback(address.url()));
                prop_assert!(address.url().as_str().ends_with('/'));
            }
        }
    }
}
