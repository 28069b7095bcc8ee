//! Reads a request's body before anything looks at the request.
//!
//! An answer to a request that was half read ends the connection under the client's hands: what it still sends breaks, the
//! answer may be lost with it, and so may its next request. Decides what is too large and too slow; who may ask, and what
//! a body says, is for the routes.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::StreamExt;

use super::LONGEST;
use crate::error::Refusal;

/// The largest body taken.
pub(super) const LARGEST_BODY: usize = 1 << 20;
/// Of a larger one this much is read, so that its sender hears why it is refused.
const LARGEST_READ: usize = 8 << 20;

/// Hands a request on with its body in memory.
pub(super) async fn whole(request: Request, next: Next) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let body = tokio::time::timeout(LONGEST, read(body)).await.map_err(|_| Refusal::Bad("body"))??;
    Ok(next.run(Request::from_parts(parts, body.into())).await)
}

async fn read(body: Body) -> Result<Bytes, Refusal> {
    let mut parts = body.into_data_stream();
    let (mut held, mut size) = (Vec::new(), 0);
    while let Some(part) = parts.next().await {
        let part = part.map_err(|_| Refusal::Bad("body"))?;
        size += part.len();
        if size > LARGEST_READ {
            break;
        }
        if size <= LARGEST_BODY {
            held.extend_from_slice(&part);
        }
    }
    if size > LARGEST_BODY { Err(Refusal::TooLarge) } else { Ok(held.into()) }
}
