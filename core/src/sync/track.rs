//! A unit's positions of a range: from the server, or from what this device kept. However long the range, memory holds
//! no more of it than `history::Thin` does.

use std::sync::Arc;

use crate::decide::sanity::{self, Verdict};
use crate::history::Thin;
use crate::model::{Position, UnitId, UtcMs};
use crate::store::{Change, HistoryCursor, StoreError};
use crate::sync::session::Session;
use crate::traccar::ApiError;
use crate::traccar::decode::RawPosition;

/// So many positions go to the cache at once, and come from it.
const CHUNK: usize = 5_000;

impl Session {
    /// Positions of a range from the server, judged and kept in the cache while they arrive, oldest first, with the
    /// interval within which points were left out (milliseconds, 0 for none).
    pub async fn fetch_history(
        &self,
        unit: UnitId,
        from: UtcMs,
        to: UtcMs,
    ) -> Result<(Vec<Position>, i64), ApiError> {
        let server_now = self.known_server_now();
        let mut thin = Thin::default();
        let mut keeping =
            Keeping { unit, from, to: to.min(self.server_now()), waiting: Vec::new(), ordered: true };
        let rejected = self
            .ask(|token| {
                let (thin, keeping) = (&mut thin, &mut keeping);
                async move {
                    let each = |raw: RawPosition| {
                        if let Some(position) = accepted(raw, server_now) {
                            keeping.add(self, &position);
                            thin.push(position);
                        }
                    };
                    self.client.each_position(&token, unit, (from, to), each).await
                }
            })
            .await?;
        if rejected > 0 {
            tracing::warn!(rejected, "positions of a history could not be read");
        }
        keeping.finish(self);
        Ok(thin.finish())
    }

    /// Positions of a range from what this device kept, as [`fetch_history`](Self::fetch_history) gives them. Read off
    /// the async threads.
    pub async fn cached_history(
        self: &Arc<Self>,
        unit: UnitId,
        from: UtcMs,
        to: UtcMs,
    ) -> Result<(Vec<Position>, i64), StoreError> {
        let read =
            |session: Arc<Self>| tokio::task::spawn_blocking(move || session.kept_history(unit, from, to));
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

    fn kept_history(&self, unit: UnitId, from: UtcMs, to: UtcMs) -> Result<(Vec<Position>, i64), StoreError> {
        self.cache.settle();
        let mut thin = Thin::default();
        let mut after: Option<HistoryCursor> = None;
        loop {
            let page = self.cache.read(|store| store.positions_page(unit, from, to, after, CHUNK))?;
            let whole = page.len() < CHUNK;
            after = page.last().map(|last| HistoryCursor { fix_time: last.fix_time, id: last.id });
            for position in page {
                thin.push(position);
            }
            if whole {
                return Ok(thin.finish());
            }
        }
    }
}

/// What of a track goes to the cache: part by part, each part replacing what was kept of its time. That needs an order;
/// of a track that comes without one the rest is not kept.
struct Keeping {
    unit: UnitId,
    /// Where the part that waits begins.
    from: UtcMs,
    to: UtcMs,
    waiting: Vec<Position>,
    ordered: bool,
}

impl Keeping {
    fn add(&mut self, session: &Session, position: &Position) {
        let newest = self.waiting.last().map_or(self.from, |last| last.fix_time);
        self.ordered &= position.fix_time >= newest;
        if !self.ordered {
            return;
        }
        // A part ends between two times: what has the same time belongs together.
        if self.waiting.len() >= CHUNK && position.fix_time > newest {
            let positions = std::mem::take(&mut self.waiting);
            session.cache.store().submit(Change::history(self.unit, self.from, newest, positions));
            self.from = newest.plus_ms(1);
        }
        self.waiting.push(position.clone());
    }

    fn finish(self, session: &Session) {
        if self.ordered {
            session.cache.store().submit(Change::history(self.unit, self.from, self.to, self.waiting));
        } else {
            tracing::warn!("a history came without an order and is not kept");
        }
    }
}

/// A position that may be shown.
fn accepted(raw: RawPosition, server_now: Option<UtcMs>) -> Option<Position> {
    match sanity::judge(&raw.facts(), server_now) {
        Verdict::Accept { place, fix_time, doubt } => Some(raw.into_position(place, fix_time, doubt)),
        Verdict::Future { .. } | Verdict::NoPosition(_) => None,
    }
}

/// The positions among `raw` that may be shown.
pub(super) fn judged(raw: Vec<RawPosition>, server_now: Option<UtcMs>) -> Vec<Position> {
    raw.into_iter().filter_map(|raw| accepted(raw, server_now)).collect()
}
