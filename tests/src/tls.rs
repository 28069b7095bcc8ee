//! A private authority, and TLS in front of a server.

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, PublicKeyData};
use tokio::net::{TcpListener, TcpStream};
use trak_core::traccar::tls::spki_sha256;

/// A private authority and a server certificate of its making.
pub struct Authority {
    /// The authority's own certificate.
    pub ca_pem: String,
    config: Arc<rustls::ServerConfig>,
    /// SHA-256 of the server's public key.
    pub spki: [u8; 32],
}

/// Makes one for a server's name, its certificate good or long expired.
pub fn authority(name: &str, expired: bool) -> Authority {
    crate::server::install_crypto();
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut leaf = CertificateParams::new(vec![name.to_owned()]).unwrap();
    if expired {
        leaf.not_before = rcgen::date_time_ymd(2019, 1, 1);
        leaf.not_after = rcgen::date_time_ymd(2020, 1, 1);
    }
    let certificate = leaf.signed_by(&key, &ca).unwrap();
    let spki = spki_sha256(certificate.der()).unwrap();
    assert!(!key.subject_public_key_info().is_empty());
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.serialize_der().try_into().unwrap())
        .unwrap();
    Authority { ca_pem: ca.pem(), config: Arc::new(config), spki }
}

/// Puts TLS in front of a server, as a reverse proxy does.
pub async fn tls_front(authority: &Authority, behind: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(authority.config.clone());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                if let (Ok(mut front), Ok(mut back)) =
                    (acceptor.accept(stream).await, TcpStream::connect(behind).await)
                {
                    let _ended = tokio::io::copy_bidirectional(&mut front, &mut back).await;
                }
            });
        }
    });
    addr
}
