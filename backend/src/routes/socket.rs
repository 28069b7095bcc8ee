//! The live stream.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequestParts, RawQuery, State};
use axum::http::request::Parts;
use axum::response::Response;
use tokio::sync::mpsc;

use super::Query;
use crate::admission::Admission;
use crate::auth::{Caller, usable};
use crate::db::access_log::Look;
use crate::db::users::hash;
use crate::error::Refusal;
use crate::events::Wanted;
use crate::live::notices_frame;
use crate::model::User;
use crate::server::{State as Shared, open_notices};

/// Something is said at least this often, so that both ends notice a dead connection.
const KEEP_ALIVE: Duration = Duration::from_secs(55);
/// A reader that takes no frame for so long is gone.
const SEND: Duration = Duration::from_secs(20);

/// The largest message a client may send: it has nothing to say.
const LARGEST_MESSAGE: usize = 64 * 1024;

pub(super) async fn open(
    State(state): State<Shared>,
    RawQuery(query): RawQuery,
    mut parts: Parts,
) -> Result<Response, Refusal> {
    let query = Query::parse(query.as_deref())?;
    let (user, by) = if let Some(token) = query.one("token") {
        let (token, now) = (token.to_owned(), state.now());
        let kept = hash(&token);
        let user = state.db.run(move |db| db.user_by_token(&token, now)).await?;
        let user = user.filter(|u| usable(u, now).is_ok()).ok_or(Refusal::Unauthorized)?;
        let by = Admission { user: user.id, password: None, token: Some(kept) };
        (user, by)
    } else {
        let caller = Caller::from_request_parts(&mut parts, &state).await?;
        (caller.user, caller.by)
    };
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &state)
        .await
        .map_err(|_| Refusal::Bad("upgrade"))?;
    let permit = Arc::clone(&state.sockets).try_acquire_owned().map_err(|_| Refusal::TooMany(60))?;
    Ok(upgrade.max_message_size(LARGEST_MESSAGE).on_upgrade(move |socket| async move {
        serve(state, user, by, socket).await;
        drop(permit);
    }))
}

async fn serve(state: Shared, user: User, by: Admission, mut socket: WebSocket) {
    let of = user.clone();
    let asked =
        state.db.run(move |db| Ok((db.visible_devices(&of)?, Wanted::of(&db.notifications(of.id)?)))).await;
    let Ok((visible, wanted)) = asked else { return };
    let seen = visible.clone();
    // Opened before the snapshot is read: what comes meanwhile waits, so nothing falls between.
    let (id, frames) = state.live.open(by.clone(), visible, wanted);
    let (of, account, now) = (state.clone(), user.clone(), state.now());
    let first = state
        .db
        .run(move |db| {
            // What let it in may have ended before the socket was among those that are closed then.
            of.admitted(&by)?.ok_or(Refusal::Unauthorized)?;
            db.note_look(&account, Look::Positions, |id| seen.contains(&id), now)?;
            let positions = db.latest_of(&seen)?;
            let positions = serde_json::to_string(&serde_json::json!({"positions": positions}));
            let mut first = vec![positions.map_err(|_| Refusal::Internal)?];
            first.extend(notices_frame(&open_notices(db, account.id)?));
            Ok(first)
        })
        .await;
    if let Ok(first) = first {
        pump(&mut socket, first, frames).await;
    }
    state.live.close(id);
    // Whoever is gone cannot be told so.
    let _told = tokio::time::timeout(
        SEND,
        socket.send(Message::Close(Some(CloseFrame { code: 1001, reason: "".into() }))),
    )
    .await;
}

async fn pump(socket: &mut WebSocket, first: Vec<String>, mut frames: mpsc::Receiver<Arc<str>>) {
    for frame in first {
        if !send(socket, frame.into()).await {
            return;
        }
    }
    let mut keep_alive = tokio::time::interval(KEEP_ALIVE);
    keep_alive.tick().await;
    loop {
        tokio::select! {
            frame = frames.recv() => match frame {
                Some(frame) => {
                    if !send(socket, Message::Text(frame.as_ref().into())).await { return; }
                }
                // Closed from here: permissions changed, sign-out, shutdown, or too slow a reader.
                None => return,
            },
            _ = keep_alive.tick() => {
                if !send(socket, "{}".into()).await { return; }
            }
            received = socket.recv() => match received {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {} // what clients say here (Traccar's take log settings) changes nothing
            }
        }
    }
}

async fn send(socket: &mut WebSocket, message: Message) -> bool {
    matches!(tokio::time::timeout(SEND, socket.send(message)).await, Ok(Ok(())))
}
