//! Whether a unit moves or stands, as it is told: what positions say must last first.

use serde::{Deserialize, Serialize};

use crate::db::positions::new_event;
use crate::model::{Event, Position};

/// A drive is one once it lasted so long, milliseconds,
const DRIVE_MS: i64 = 300_000;
/// or went so far, metres.
const DRIVE_M: f64 = 500.0;
/// A stop is one once it lasted so long, milliseconds.
const STOP_MS: i64 = 300_000;

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Motion {
    /// As it was told last. Until it is heard of a unit stands still.
    moving: bool,
    /// Since when positions say the opposite.
    turn: Option<Turn>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Turn {
    since: i64,
    position_id: i64,
    total_m: f64,
}

impl Motion {
    /// Whether a stop waits for its time.
    pub(super) fn stopping(&self) -> bool {
        self.moving && self.turn.is_some()
    }

    /// Takes what a position says. `total_m` is the way of the unit so far.
    pub(super) fn step(
        &mut self,
        device: i64,
        moving: bool,
        ignition: Option<bool>,
        now: &Position,
        total_m: f64,
    ) -> Option<Event> {
        if moving == self.moving {
            self.turn = None;
            return None;
        }
        let at = now.fix_time.0;
        let turn = *self.turn.get_or_insert(Turn { since: at, position_id: now.id, total_m });
        let lasted_ms = at - turn.since;
        let real = if moving {
            lasted_ms >= DRIVE_MS || total_m - turn.total_m >= DRIVE_M
        } else {
            lasted_ms >= STOP_MS || ignition == Some(false)
        };
        real.then(|| self.tell(device, turn))
    }

    /// Time passed: a stop that nothing contradicted is one.
    pub(super) fn tick(&mut self, device: i64, now_ms: i64) -> Option<Event> {
        let turn = self.turn.filter(|turn| self.moving && now_ms - turn.since >= STOP_MS)?;
        Some(self.tell(device, turn))
    }

    fn tell(&mut self, device: i64, turn: Turn) -> Event {
        self.moving = !self.moving;
        self.turn = None;
        let kind = if self.moving { "deviceMoving" } else { "deviceStopped" };
        new_event(device, kind, turn.since, turn.position_id)
    }
}
