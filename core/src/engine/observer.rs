//! How a shell learns that a view would look different.

use tokio::sync::watch;

/// Tells that something changed. Changes are conflated: a slow reader misses none and is never behind.
pub struct Observer {
    revision: watch::Receiver<u64>,
}

impl Observer {
    pub(crate) fn new(revision: watch::Receiver<u64>) -> Self {
        Self { revision }
    }

    /// Waits until something changed since the last call; `None` after shutdown. Dropping the future loses
    /// nothing: the next call answers at once.
    pub async fn changed(&mut self) -> Option<u64> {
        self.revision.changed().await.ok()?;
        Some(*self.revision.borrow_and_update())
    }
}
