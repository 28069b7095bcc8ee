//! Which servers are trusted.
//!
//! Decides by the public authorities the core carries, by private ones a person added, and by pins checked on top.
//! One configuration serves REST and the websocket. The system's own verifier is not used: on Android it panics until
//! a shell initialises it, and a private CA must mean the same everywhere.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme,
};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// How a server is trusted. The default trusts the public authorities only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TlsPolicy {
    /// Private authorities, each a PEM file's bytes.
    pub extra_roots_pem: Vec<Vec<u8>>,
    /// SHA-256 of the SubjectPublicKeyInfo of acceptable server keys; empty for any.
    pub pinned_spki_sha256: Vec<[u8; 32]>,
}

impl fmt::Debug for TlsPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsPolicy")
            .field("extra_roots", &self.extra_roots_pem.len())
            .field("pins", &self.pinned_spki_sha256.len())
            .finish()
    }
}

/// What is wrong with a server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CertificateTrouble {
    /// Made by an authority that is not trusted: a private CA may have to be added.
    UnknownIssuer,
    /// Its term has ended.
    Expired,
    /// Its term has not begun: often this device's clock is wrong.
    NotYetValid,
    /// It is for another server.
    WrongName,
    /// It is not the pinned one.
    PinMismatch,
    /// Anything else.
    Other,
}

/// The settings themselves cannot be read.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum TlsSettingsError {
    /// A private authority's file has no readable certificate.
    #[error("a private CA cannot be read")]
    UnreadableAuthority,
    /// The cryptography refused the configuration.
    #[error("the TLS configuration is refused")]
    Refused,
}

/// Builds the configuration of a policy.
pub(crate) fn config(policy: &TlsPolicy) -> Result<Arc<ClientConfig>, TlsSettingsError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for pem in &policy.extra_roots_pem {
        let mut added = 0;
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| TlsSettingsError::UnreadableAuthority)?;
            roots.add(certificate).map_err(|_| TlsSettingsError::UnreadableAuthority)?;
            added += 1;
        }
        if added == 0 {
            return Err(TlsSettingsError::UnreadableAuthority);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .map_err(|_| TlsSettingsError::Refused)?;
    let verifier = Verifier { chain, pins: policy.pinned_spki_sha256.clone() };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| TlsSettingsError::Refused)?
        .dangerous() // the verifier below checks the whole chain and then more
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// SHA-256 of a certificate's SubjectPublicKeyInfo, as a pin is written.
pub fn spki_sha256(certificate: &[u8]) -> Option<[u8; 32]> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).ok()?;
    Some(Sha256::digest(parsed.public_key().raw).into())
}

/// The chain first, then the pins.
#[derive(Debug)]
struct Verifier {
    chain: Arc<WebPkiServerVerifier>,
    pins: Vec<[u8; 32]>,
}

#[derive(Debug, Error)]
#[error("the server's key is not the pinned one")]
struct PinMismatch;

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified =
            self.chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)?;
        let pinned =
            self.pins.is_empty() || spki_sha256(end_entity).is_some_and(|key| self.pins.contains(&key));
        if pinned {
            Ok(verified)
        } else {
            Err(CertificateError::Other(OtherError(Arc::new(PinMismatch))).into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chain.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chain.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chain.supported_verify_schemes()
    }
}

/// The certificate trouble behind an error of any library, found along its chain of causes.
pub(crate) fn certificate_trouble(error: &(dyn StdError + 'static)) -> Option<CertificateTrouble> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return of_rustls(found);
        }
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

fn of_rustls(error: &rustls::Error) -> Option<CertificateTrouble> {
    let rustls::Error::InvalidCertificate(trouble) = error else { return None };
    Some(match trouble {
        CertificateError::UnknownIssuer => CertificateTrouble::UnknownIssuer,
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => CertificateTrouble::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            CertificateTrouble::NotYetValid
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateTrouble::WrongName
        }
        CertificateError::Other(other) if other.0.downcast_ref::<PinMismatch>().is_some() => {
            CertificateTrouble::PinMismatch
        }
        _ => CertificateTrouble::Other,
    })
}
