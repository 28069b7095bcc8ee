//! What the server has not any more of a unit's newest position.
//!
//! Decides what an answer of the server for the whole fleet, or for what changed of it, is compared with. Leaves the verdict
//! to `decide::newest`. What comes live only hints: a server's stream may name a position that is behind.

use std::sync::Arc;

use crate::decide::newest::{Answer, Brought, Newest, Shown, newest};
use crate::decide::sanity::{self, Verdict};
use crate::model::{PositionId, UnitId};
use crate::sync::fleet::{Applied, Fleet, Received};
use crate::traccar::decode::{RawPosition, RawUnit};

/// A question for the fleet and the kind of its answer.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// When it left (monotonic milliseconds).
    pub asked_at_ms: u64,
    /// Whether the answer holds the newest positions of all units, every one read.
    pub all_positions: bool,
    /// Whether units and positions were read in one moment.
    pub at_once: bool,
}

impl Fleet {
    /// Takes the newest positions of an answer; `named` are the units it lists with the positions that their rows name.
    pub fn apply_answer(
        &mut self,
        named: &[(UnitId, Option<PositionId>)],
        positions: Vec<RawPosition>,
        question: Question,
        received: Received,
        applied: &mut Applied,
    ) {
        self.answers += 1;
        let answer = Answer {
            named: None,
            brought: Brought::Nothing,
            complete: question.all_positions,
            at_once: question.at_once,
        };
        for raw in positions {
            let Some(slot) = self.slot(raw.unit_id) else {
                applied.unknown_units = true;
                continue;
            };
            let answers = self.answers;
            if let Some(entry) = self.entry_mut(slot) {
                entry.brought_by = answers;
            }
            match sanity::judge(&raw.facts(), received.server_now) {
                Verdict::Accept { place, fix_time, doubt } => {
                    let position = Arc::new(raw.into_position(place, fix_time, doubt));
                    let brought = Brought::Position { id: position.id, fix_time };
                    let Some(shown) = self.shown(slot, question) else {
                        applied.positions.push(Arc::clone(&position));
                        self.put_position(slot, position, Some(received.at_ms));
                        continue;
                    };
                    if newest(&shown, &Answer { brought, ..answer }) == Newest::Replaced {
                        if (fix_time, position.id) > (shown.fix_time, shown.id) {
                            applied.positions.push(Arc::clone(&position));
                        } else {
                            applied.erased.push((position.unit_id, Some(Arc::clone(&position))));
                        }
                        self.put_position(slot, position, Some(received.at_ms));
                    }
                }
                Verdict::Future { fix_time } => {
                    applied.held_back += 1;
                    self.hold_back(slot, Some(fix_time));
                }
                Verdict::NoPosition(_) => applied.no_position += 1,
            }
        }
        for (unit, named) in named {
            self.without_position(*unit, Answer { named: *named, ..answer }, question, applied);
        }
    }

    /// A unit of which the answer, as far as it is told here, brings no position.
    fn without_position(&mut self, unit: UnitId, answer: Answer, question: Question, applied: &mut Applied) {
        let Some(slot) = self.slot(unit) else { return };
        let answers = self.answers;
        let Some(entry) = self.entry_mut(slot) else { return };
        entry.named = answer.named;
        if entry.brought_by == answers {
            return;
        }
        if self.shown(slot, question).is_some_and(|shown| newest(&shown, &answer) == Newest::Gone) {
            self.drop_position(slot);
            applied.erased.push((unit, None));
        }
    }

    fn shown(&self, slot: u32, question: Question) -> Option<Shown> {
        let entry = self.entry(slot)?;
        let position = entry.position.as_ref()?;
        let known_for_ms =
            entry.came_at_ms.map_or(i64::MAX, |at_ms| question.asked_at_ms as i64 - at_ms as i64);
        Some(Shown { id: position.id, fix_time: position.fix_time, known_for_ms })
    }

    /// Whether a unit's row that came live names an older position than the one shown, or none.
    pub(super) fn names_older(&mut self, raw: &RawUnit) -> bool {
        let Some(slot) = self.slot(raw.unit.id) else { return false };
        let Some(entry) = self.entry_mut(slot) else { return false };
        entry.named = raw.newest;
        let shown = entry.position.as_ref().map(|position| position.id);
        raw.newest.zip(shown).is_some_and(|(named, shown)| named < shown)
    }

    /// Whether the unit's row names a position that came live and is older than the one shown.
    pub(super) fn is_named_instead(&self, slot: u32, id: PositionId) -> bool {
        self.entry(slot).is_some_and(|entry| {
            entry.named == Some(id) && entry.position.as_ref().is_some_and(|shown| shown.id != id)
        })
    }
}
