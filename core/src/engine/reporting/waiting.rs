//! Readings that the disk did not take: they wait in memory and are judged together with the next ones.
//!
//! Decides that one caller at a time has them, that they are seen to wait until they are durable, and which give way when
//! they become too many. Leaves judging and keeping them to its callers.

use std::sync::{Mutex, MutexGuard};

use crate::lock::lock;
use crate::model::Fix;

/// How many readings wait in memory while the disk is full.
const MOST: usize = 1_000;

/// The readings that wait, in the order in which they came.
#[derive(Default)]
pub(super) struct Waiting {
    readings: Mutex<Vec<Fix>>,
    gate: Mutex<()>,
}

impl Waiting {
    /// How many wait; never waits for whoever has them now.
    pub(super) fn count(&self) -> usize {
        lock(&self.readings).len()
    }

    /// Has what waits until the turn is over. Ending it without a word leaves everything as it was.
    pub(super) fn turn(&self) -> Turn<'_> {
        let gate = lock(&self.gate);
        Turn { readings: lock(&self.readings).clone(), waiting: self, _gate: gate }
    }

    /// Takes away what waits here, to wait somewhere else.
    pub(super) fn take(&self) -> Vec<Fix> {
        std::mem::take(&mut *lock(&self.readings))
    }

    /// These wait.
    pub(super) fn of(readings: Vec<Fix>) -> Self {
        Self { readings: Mutex::new(readings), gate: Mutex::default() }
    }
}

/// What one caller does with the readings that wait.
pub(super) struct Turn<'a> {
    /// Those that waited when the turn began.
    pub(super) readings: Vec<Fix>,
    waiting: &'a Waiting,
    _gate: MutexGuard<'a, ()>,
}

impl Turn<'_> {
    /// They are durable, or nobody wants them any more.
    pub(super) fn done(mut self) {
        self.forget();
    }

    /// They are to be erased.
    pub(super) fn forget(&mut self) {
        self.readings.clear();
        lock(&self.waiting.readings).clear();
    }

    /// They go on waiting, and so do newer ones; the oldest give way.
    pub(super) fn wait_on(self, newer: &[Fix]) {
        let mut readings = lock(&self.waiting.readings);
        readings.extend_from_slice(newer);
        let spare = readings.len().saturating_sub(MOST);
        readings.drain(..spare);
    }
}
