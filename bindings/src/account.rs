//! Signing in and out.

use trak_core::engine;
use trak_core::model::Secret;
use trak_core::traccar::address::Cleartext;
use trak_core::traccar::tls::TlsPolicy;
use trak_core::view;

use crate::error::SignInError;

/// How a server is trusted beyond the public authorities.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct TlsSettings {
    /// Private authorities, each a PEM file's bytes.
    pub extra_roots_pem: Vec<Vec<u8>>,
    /// SHA-256 of the SubjectPublicKeyInfo of acceptable server keys, 32 bytes each; empty for any.
    pub pinned_spki_sha256: Vec<Vec<u8>>,
}

/// What a person entered.
#[derive(Clone, uniffi::Record)]
pub struct SignInRequest {
    /// The server's address in any usual form.
    pub server: String,
    /// Whether the person was shown what an unencrypted connection means and chose it.
    pub cleartext_allowed: bool,
    /// Private CA and pins.
    pub tls: TlsSettings,
    /// Sign-in name or mail address.
    pub email: String,
    /// Password.
    pub password: String,
    /// One-time code, when asked for.
    pub code: Option<String>,
}

impl TryFrom<SignInRequest> for engine::SignInRequest {
    type Error = SignInError;

    fn try_from(request: SignInRequest) -> Result<Self, SignInError> {
        let SignInRequest { server, cleartext_allowed, tls, email, password, code } = request;
        let (password, code) = (Secret::new(password), code.map(Secret::new));
        let pins = tls.pinned_spki_sha256.into_iter().map(<[u8; 32]>::try_from).collect::<Result<_, _>>();
        let tls = TlsPolicy {
            extra_roots_pem: tls.extra_roots_pem,
            pinned_spki_sha256: pins.map_err(|_| SignInError::BadTlsSettings)?,
        };
        let cleartext = if cleartext_allowed { Cleartext::AllowedByPerson } else { Cleartext::Refuse };
        Ok(Self { server, cleartext, tls, email, password, code })
    }
}

/// Who is signed in.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
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

impl From<view::AccountView> for AccountView {
    fn from(account: view::AccountView) -> Self {
        let view::AccountView { name, email, server, cleartext, readonly } = account;
        Self { name, email, server, cleartext, readonly }
    }
}

/// What a sign-out did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SignedOut {
    /// Whether the server confirmed that the token is void. Without a connection it stays valid until it ends.
    pub revoked: bool,
}

impl From<engine::SignedOut> for SignedOut {
    fn from(out: engine::SignedOut) -> Self {
        let engine::SignedOut { revoked } = out;
        Self { revoked }
    }
}
