//! The operator's notices, which are held up until the person has read them.
//!
//! Decides what is known of them without a server: those of its last answer that were not acknowledged, also after a
//! restart, so that pulling the plug makes no warning go away. Leaves the wire to `traccar`.

use crate::engine::{QueryError, Trak};
use crate::lock::lock;
use crate::model::Notice;
use crate::store::{Change, MetaChange};
use crate::sync::session::Session;

impl Trak {
    /// The operator's notices, newest first; a security notice stays to be shown until it is acknowledged. Where the server
    /// cannot be asked and some wait to be acknowledged, it is those.
    pub async fn notices(&self) -> Result<Vec<Notice>, QueryError> {
        let answer = self
            .asked(|s, token| async move {
                let notices = s.client.notices(&token).await?;
                keep(&s, notices.iter().filter(|notice| notice.acknowledged.is_none())).await;
                Ok(notices)
            })
            .await;
        match (answer, self.inner().session()) {
            (Err(error), Some(session)) => {
                let kept = lock(&session.notices).clone();
                if kept.is_empty() { Err(error) } else { Ok(kept) }
            }
            (answer, _) => answer,
        }
    }

    /// The person has read a notice.
    pub async fn acknowledge_notice(&self, id: i64) -> Result<(), QueryError> {
        self.asked(|s, token| async move {
            s.client.acknowledge_notice(&token, id).await?;
            let kept = lock(&s.notices).clone();
            keep(&s, kept.iter().filter(|notice| notice.id != id)).await;
            Ok(())
        })
        .await
    }
}

/// Remembers, also over a restart, what waits to be acknowledged.
async fn keep(session: &Session, notices: impl Iterator<Item = &Notice>) {
    let notices: Vec<Notice> = notices.cloned().collect();
    if *lock(&session.notices) == notices {
        return;
    }
    let Ok(json) = serde_json::to_string(&notices) else { return };
    *lock(&session.notices) = notices;
    let meta = MetaChange { notices: Some(json), ..MetaChange::default() };
    let (change, store) = (Change { meta, ..Change::default() }, session.cache.store());
    match tokio::task::spawn_blocking(move || store.apply(change)).await {
        Ok(Ok(())) => {}
        // They wait in memory and are written with what comes next.
        Ok(Err(error)) => tracing::warn!(?error, "the notices are not on the disk yet"),
        Err(_) => tracing::error!("keeping the notices did not end"),
    }
}
