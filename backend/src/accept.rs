//! Taking connections.
//!
//! Decides how long and how large the head of a request may be and how many connections there may be: whoever opens
//! many and says nothing must not keep the others out.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Connections open at once.
const CONNECTIONS: u32 = 20_000;
/// The head of a request, bytes.
const LARGEST_HEAD: usize = 64 * 1024;
/// How long to wait where the system has no room for a connection.
const NO_ROOM: Duration = Duration::from_millis(100);

/// Serves until stopped, and then until the open requests have ended. A head must have come within `head`, counted from
/// the connection's beginning or the answer before.
pub(crate) async fn serve(listener: TcpListener, app: Router, head: Duration, stop: CancellationToken) {
    let open = Arc::new(Semaphore::new(CONNECTIONS as usize));
    let mut builder = Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(head).max_header_size(LARGEST_HEAD);
    loop {
        let Ok(permit) = Arc::clone(&open).acquire_owned().await else { return };
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(kind = ?error.kind(), "a connection could not be taken");
                    tokio::time::sleep(NO_ROOM).await;
                    continue;
                }
            },
        };
        let (builder, app, stop) = (builder.clone(), app.clone(), stop.clone());
        tokio::spawn(async move {
            one(&builder, app, stream, peer, stop).await;
            drop(permit);
        });
    }
    drop(listener);
    // All permits are back when all connections have ended.
    let _ended = open.acquire_many(CONNECTIONS).await;
}

async fn one(builder: &Builder, app: Router, stream: TcpStream, peer: SocketAddr, stop: CancellationToken) {
    // Small answers go out at once; where that cannot be set they go out a little later.
    let _set = stream.set_nodelay(true);
    let service = TowerToHyperService::new(app.map_request(move |request| coming_from(peer, request)));
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service).with_upgrades());
    let mut stopping = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended");
                }
                return;
            }
            () = stop.cancelled(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

fn coming_from<B>(peer: SocketAddr, request: Request<B>) -> Request<Body>
where
    B: HttpBody<Data = axum::body::Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}
