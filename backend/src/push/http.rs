//! Requests to other servers.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;

/// The longest an answer may take.
const LONGEST: Duration = Duration::from_secs(20);

/// Why nothing can be asked of another server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OutsideError {
    /// It is no address, or one that would show credentials to the network.
    #[error("not an address with https (http is for this machine only)")]
    Address,
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls,
}

/// A client that trusts the public authorities and follows nobody elsewhere.
pub(crate) fn client() -> Result<reqwest::Client, OutsideError> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| OutsideError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(LONGEST)
        .no_proxy()
        .build()
        .map_err(|_| OutsideError::Tls)
}

/// A server's address without a slash at its end.
pub(crate) fn checked(address: &str) -> Result<String, OutsideError> {
    let url = Url::parse(address.trim()).map_err(|_| OutsideError::Address)?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let loopback = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    if plain && (url.scheme() == "https" || url.scheme() == "http" && loopback) {
        Ok(url.as_str().trim_end_matches('/').to_owned())
    } else {
        Err(OutsideError::Address)
    }
}

#[cfg(test)]
mod tests {
    use super::{OutsideError, checked};

    #[test]
    fn credentials_travel_encrypted_or_not_at_all() {
        for (address, expected) in [
            ("https://api.jpush.cn", Ok("https://api.jpush.cn")),
            (" https://host.example/path/ ", Ok("https://host.example/path")),
            ("http://127.0.0.1:9", Ok("http://127.0.0.1:9")),
            ("http://[::1]:9/", Ok("http://[::1]:9")),
            ("http://host.example", Err(OutsideError::Address)),
            ("https://name:secret@host.example", Err(OutsideError::Address)),
            ("ftp://host.example", Err(OutsideError::Address)),
            ("host.example", Err(OutsideError::Address)),
            ("", Err(OutsideError::Address)),
        ] {
            assert_eq!(checked(address).as_deref().map_err(|e| *e), expected, "{address}");
        }
        assert!(super::client().is_ok());
    }
}
