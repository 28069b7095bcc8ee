//! The live stream.
//!
//! Decides when a stream is dead, by `decide::freshness`. Leaves reconnecting to `sync::live`, and with it the silence of
//! a device that slept, which no timer here counts.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use rustls::ClientConfig;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{self, Message, protocol::WebSocketConfig};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

use crate::decide::freshness::SILENCE_MS;
use crate::model::{Secret, ServerAddress};
use crate::traccar::ApiError;
use crate::traccar::decode::{self, Frame};
use crate::traccar::tls::{CertificateTrouble, certificate_trouble};

/// Connecting may take this long, the TLS handshake and the upgrade included.
const CONNECT: Duration = Duration::from_secs(15);
const SILENCE: Duration = Duration::from_millis(SILENCE_MS);
/// The first frame carries the latest position of every unit: 100,000 units are about 75 MB.
const LARGEST_MESSAGE: usize = 192 << 20;

/// Why a stream does not start or ended.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SocketError {
    /// The person has not agreed to it, or not any more: nothing was opened.
    #[error("consent is needed")]
    ConsentRequired,
    /// No connection, or it broke or fell silent.
    #[error("no connection")]
    Offline,
    /// The server did not upgrade. It says the same for a bad token and for its own trouble; a request over REST tells.
    #[error("refused")]
    Refused,
    /// The server ended the stream.
    #[error("closed")]
    Closed,
    /// The connection is not trustworthy.
    #[error("bad certificate")]
    BadCertificate(CertificateTrouble),
    /// A frame is no JSON.
    #[error("unreadable frame")]
    Unreadable,
}

impl From<SocketError> for ApiError {
    fn from(error: SocketError) -> Self {
        match error {
            SocketError::Offline | SocketError::Refused | SocketError::Closed => Self::Offline,
            SocketError::BadCertificate(trouble) => Self::BadCertificate(trouble),
            SocketError::Unreadable => Self::Unreadable,
            SocketError::ConsentRequired => Self::ConsentRequired,
        }
    }
}

/// An open stream.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Socket {
    /// Opens the stream with a token; `tls` is what the client trusts.
    pub(crate) async fn connect(
        address: &ServerAddress,
        tls: &Arc<ClientConfig>,
        token: &Secret,
    ) -> Result<Self, SocketError> {
        let mut url = address.url().join("api/socket").map_err(|_| SocketError::Refused)?;
        url.query_pairs_mut().append_pair("token", token.expose());
        let (scheme, connector) = if address.is_cleartext() {
            ("ws", Connector::Plain)
        } else {
            ("wss", Connector::Rustls(Arc::clone(tls)))
        };
        url.set_scheme(scheme).map_err(|()| SocketError::Refused)?;
        let limits = WebSocketConfig::default()
            .max_message_size(Some(LARGEST_MESSAGE))
            .max_frame_size(Some(LARGEST_MESSAGE));
        let connecting = connect_async_tls_with_config(url.as_str(), Some(limits), true, Some(connector));
        let (stream, _) = tokio::time::timeout(CONNECT, connecting)
            .await
            .map_err(|_| SocketError::Offline)?
            .map_err(|error| of_tungstenite(&error))?;
        Ok(Self { stream })
    }

    /// The next frame, or `None` for a mere sign of life. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<Option<Frame>, SocketError> {
        let message = match tokio::time::timeout(SILENCE, self.stream.next()).await {
            Err(_) => return Err(SocketError::Offline),
            Ok(None) => return Err(SocketError::Closed),
            Ok(Some(Err(error))) => return Err(of_tungstenite(&error)),
            Ok(Some(Ok(message))) => message,
        };
        let frame = match message {
            Message::Text(text) => decode::frame(text.as_bytes()),
            Message::Binary(bytes) => decode::frame(&bytes),
            Message::Close(_) => return Err(SocketError::Closed),
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => return Ok(None),
        };
        frame.map(Some).map_err(|_| SocketError::Unreadable)
    }

    /// Says goodbye; a server that is gone already is no error.
    pub async fn close(mut self) {
        let goodbye = tokio::time::timeout(Duration::from_secs(2), self.stream.close(None)).await;
        tracing::debug!(said = goodbye.is_ok_and(|said| said.is_ok()), "the stream is closed");
    }
}

fn of_tungstenite(error: &tungstenite::Error) -> SocketError {
    if let Some(trouble) = certificate_trouble(error) {
        return SocketError::BadCertificate(trouble);
    }
    match error {
        tungstenite::Error::Http(_) => SocketError::Refused,
        tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed => SocketError::Closed,
        tungstenite::Error::Utf8(_) | tungstenite::Error::Capacity(_) => SocketError::Unreadable,
        _ => SocketError::Offline,
    }
}
