//! The followed unit: its recent track, kept up to date through lost connections too.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::lock::lock;
use crate::model::{Position, UnitId, UtcMs};
use crate::sync::session::Session;
use crate::sync::track::judged;

/// How much of a followed unit's past its tail shows, and at most how many points.
const TAIL_MS: i64 = 30 * 60_000;
const TAIL_POINTS: usize = 2_000;

/// The followed unit with the track it drew lately, oldest point first.
#[derive(Default)]
pub struct Tail {
    /// The unit.
    pub unit: Option<UnitId>,
    /// Its points.
    pub points: VecDeque<Position>,
}

impl Session {
    pub(super) fn extend_tail(&self, positions: &[Arc<Position>]) {
        let mut tail = lock(&self.tail);
        let Some(unit) = tail.unit else { return };
        for position in positions.iter().filter(|p| p.unit_id == unit) {
            tail.push(Position::clone(position));
        }
    }

    /// What the server has not any more leaves the tail too.
    pub(super) fn shorten_tail(&self, erased: &[(UnitId, Option<Arc<Position>>)]) {
        let mut tail = lock(&self.tail);
        let followed = tail.unit;
        for (_, newest) in erased.iter().filter(|(unit, _)| followed == Some(*unit)) {
            let to = newest.as_ref().map(|position| position.fix_time);
            tail.points.retain(|point| to.is_some_and(|to| point.fix_time <= to));
        }
    }

    /// Starts (or with `None` ends) following a unit: its recent track is fetched and then kept up to date.
    pub async fn follow(&self, unit: Option<UnitId>) {
        *lock(&self.tail) = Tail { unit, points: VecDeque::new() };
        self.touch();
        self.catch_up_tail(None).await;
    }

    /// Up to when the track of the followed unit is known; asked before a stream begins, whose first frames go beyond what
    /// was missed.
    pub(super) fn tail_until(&self) -> Option<(UnitId, UtcMs)> {
        let tail = lock(&self.tail);
        Some((tail.unit?, tail.points.back()?.fix_time))
    }

    /// Fetches what the followed unit did since `until`, as it was known before the stream; without it, or for another unit,
    /// its recent track.
    pub(super) async fn catch_up_tail(&self, until: Option<(UnitId, UtcMs)>) {
        let now = self.server_now();
        let Some(unit) = lock(&self.tail).unit else { return };
        let oldest = now.plus_ms(-TAIL_MS);
        let from = until.filter(|(known, _)| *known == unit).map_or(oldest, |(_, until)| until.max(oldest));
        let asked = self.ask(|token| async move {
            self.client.positions_since(&token, unit, from, now.plus_ms(60_000)).await
        });
        match asked.await {
            Ok(raw) => {
                let positions = judged(raw, self.known_server_now());
                let mut tail = lock(&self.tail);
                if tail.unit == Some(unit) {
                    tail.merge(positions);
                    drop(tail);
                    self.touch();
                }
            }
            Err(error) => self.note(&error),
        }
    }
}

impl Tail {
    fn push(&mut self, position: Position) {
        if self.points.back().is_none_or(|last| last.fix_time < position.fix_time) {
            let oldest = position.fix_time.plus_ms(-TAIL_MS);
            self.points.push_back(position);
            while self.points.len() > TAIL_POINTS || self.points.front().is_some_and(|p| p.fix_time < oldest)
            {
                self.points.pop_front();
            }
        }
    }

    fn merge(&mut self, positions: Vec<Position>) {
        let mut all: Vec<Position> = self.points.drain(..).chain(positions).collect();
        all.sort_by_key(|p| p.fix_time);
        for position in all {
            self.push(position);
        }
    }
}
