//! How a shell learns that a view would look different: it pulls.

use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use trak_core::engine;

/// Tells that something changed. Changes are conflated: a slow reader misses none and is never behind. Closed by
/// `end` or by the core's shutdown; a reader that stops waiting loses nothing.
#[derive(uniffi::Object)]
pub struct Observer {
    inner: Mutex<engine::Observer>,
    ended: CancellationToken,
}

impl Observer {
    pub(crate) fn new(inner: engine::Observer) -> Self {
        Self { inner: Mutex::new(inner), ended: CancellationToken::new() }
    }
}

#[uniffi::export]
impl Observer {
    /// Waits until something changed since the last call and answers with a number that only grows; nothing after
    /// `end` or shutdown. The shell then asks for the whole view that it shows.
    pub async fn next(&self) -> Option<u64> {
        let changed = async { self.inner.lock().await.changed().await };
        // A change that came before the end is still told: `changed` is polled first.
        tokio::select! {
            biased;
            () = self.ended.cancelled() => None,
            revision = changed => revision,
        }
    }

    /// Ends it: a waiting `next` answers nothing, and so does each later one.
    pub fn end(&self) {
        self.ended.cancel();
    }
}
