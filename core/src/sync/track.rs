//! A unit's positions of a range: from the server, or from what this device kept.

use std::sync::Arc;

use crate::decide::sanity::{self, Verdict};
use crate::model::{Position, UnitId, UtcMs};
use crate::store::{Change, StoreError};
use crate::sync::session::Session;
use crate::traccar::ApiError;
use crate::traccar::decode::RawPosition;

impl Session {
    /// Positions of a range from the server, judged and kept in the cache, oldest first.
    pub async fn fetch_history(
        &self,
        unit: UnitId,
        from: UtcMs,
        to: UtcMs,
    ) -> Result<Vec<Position>, ApiError> {
        let raw = self.ask(|token| async move { self.client.history(&token, unit, from, to).await }).await?;
        let mut positions = judged(raw, self.known_server_now());
        positions.sort_by_key(|p| (p.fix_time, p.id));
        self.cache.store().submit(Change::history(unit, from, to.min(self.server_now()), positions.clone()));
        Ok(positions)
    }

    /// Positions of a range from what this device kept, oldest first. Read off the async threads.
    pub async fn cached_history(
        self: &Arc<Self>,
        unit: UnitId,
        from: UtcMs,
        to: UtcMs,
    ) -> Result<Vec<Position>, StoreError> {
        let read = |session: Arc<Self>| {
            tokio::task::spawn_blocking(move || {
                session.cache.read(|store| store.positions_of(unit, from, to))
            })
        };
        match read(Arc::clone(self)).await.map_err(|_| StoreError::Closed)? {
            Err(StoreError::Corrupt) => {
                let gate = self.refresh_gate.lock().await;
                self.mend_cache().await;
                drop(gate);
                read(Arc::clone(self)).await.map_err(|_| StoreError::Closed)?
            }
            answer => answer,
        }
    }
}

/// The positions among `raw` that may be shown.
pub(super) fn judged(raw: Vec<RawPosition>, server_now: Option<UtcMs>) -> Vec<Position> {
    raw.into_iter()
        .filter_map(|raw| match sanity::judge(&raw.facts(), server_now) {
            Verdict::Accept { place, fix_time, doubt } => Some(raw.into_position(place, fix_time, doubt)),
            Verdict::Future { .. } | Verdict::NoPosition(_) => None,
        })
        .collect()
}
