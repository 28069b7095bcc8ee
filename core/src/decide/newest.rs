//! Which position is a unit's newest once the server has answered for its fleet.
//!
//! Decides whether what is shown stays, gives way or goes: what was erased at the server must not stay visible here, and an
//! answer that is behind must not cost a fresh position. Leaves the judgement of a position to [`sanity`](super::sanity),
//! and the order of two of them to [`newer`](super::newer), whose rule alone counts for what comes live.

use crate::model::{PositionId, UtcMs};

/// Where a server answers in parts (Traccar's requests for units and for positions), a part may be behind by so much: what
/// came later than this before the question stays until the next one.
pub const LAG_MS: i64 = 10_000;

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its number.
    pub id: PositionId,
    /// Its fix time.
    pub fix_time: UtcMs,
    /// How long it had been known when the question left; 0 or less where it came meanwhile.
    pub known_for_ms: i64,
}

/// What the answer brings of the unit's newest position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    /// A position that may be shown.
    Position {
        /// Its number.
        id: PositionId,
        /// Its fix time.
        fix_time: UtcMs,
    },
    /// One that may not be shown: from the future, or none at all.
    Unusable,
    /// Nothing.
    Nothing,
}

/// An answer that lists the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The newest position as the unit's row names it, 0 for none; `None` where the row does not say.
    pub named: Option<PositionId>,
    /// The newest position itself.
    pub brought: Brought,
    /// Whether the answer holds the newest positions of all units, and every one could be read.
    pub complete: bool,
    /// Whether units and positions were read in one moment, so that none is behind the other.
    pub at_once: bool,
}

/// What becomes of what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newest {
    /// It stays.
    Stays,
    /// The position that the answer brings is shown instead.
    Replaced,
    /// Nothing is shown: the server has no newest position that is known here.
    Gone,
}

/// The rule.
pub fn newest(shown: &Shown, answer: &Answer) -> Newest {
    if let Brought::Position { id, fix_time } = answer.brought
        && (fix_time, id) > (shown.fix_time, shown.id)
    {
        return Newest::Replaced;
    }
    if shown.known_for_ms <= if answer.at_once { 0 } else { LAG_MS } {
        return Newest::Stays;
    }
    match answer.brought {
        Brought::Position { id, .. } if id == shown.id => Newest::Stays,
        // The server had what is shown and names an older one now: it was erased.
        Brought::Position { .. } => Newest::Replaced,
        // What is shown is the last that could be.
        Brought::Unusable => Newest::Stays,
        Brought::Nothing if answer.complete => Newest::Gone,
        Brought::Nothing => match answer.named {
            Some(named) if named < shown.id => Newest::Gone,
            _ => Newest::Stays,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Brought, LAG_MS, Newest, Shown, newest};
    use crate::model::{PositionId, UtcMs};
    use Newest::{Gone, Replaced, Stays};

    /// Position 10, fixed at 1,000, is shown.
    fn shown(known_for_ms: i64) -> Shown {
        Shown { id: PositionId(10), fix_time: UtcMs(1_000), known_for_ms }
    }

    fn position(id: i64, fix_time: i64) -> Brought {
        Brought::Position { id: PositionId(id), fix_time: UtcMs(fix_time) }
    }

    #[test]
    fn the_table() {
        let table = [
            // What the unit's row names, what comes with it; what follows of a whole answer, and of what changed.
            ("the same", Some(10), position(10, 1_000), [Stays, Stays]),
            ("a newer one", Some(11), position(11, 2_000), [Replaced, Replaced]),
            ("a newer one by its number", Some(11), position(11, 1_000), [Replaced, Replaced]),
            ("a newer one, and a row that is behind", Some(10), position(11, 2_000), [Replaced, Replaced]),
            ("erased, an older one left", Some(9), position(9, 900), [Replaced, Replaced]),
            ("erased, one that came late is left", Some(12), position(12, 900), [Replaced, Replaced]),
            ("erased, nothing left", Some(0), Brought::Nothing, [Gone, Gone]),
            ("erased, the row names it still", Some(10), Brought::Nothing, [Gone, Stays]),
            ("erased, what is left cannot be read", Some(9), Brought::Nothing, [Gone, Gone]),
            ("a newer one that did not come", Some(11), Brought::Nothing, [Gone, Stays]),
            ("a row that does not say", None, Brought::Nothing, [Gone, Stays]),
            ("a newer one from the future", Some(11), Brought::Unusable, [Stays, Stays]),
        ];
        for (what, named, brought, [whole, part]) in table {
            for (complete, expected) in [(true, whole), (false, part)] {
                let named = named.map(PositionId);
                let answer = Answer { named, brought, complete, at_once: true };
                assert_eq!(newest(&shown(1), &answer), expected, "{what}, complete: {complete}");
                let in_parts = Answer { at_once: false, ..answer };
                assert_eq!(newest(&shown(LAG_MS + 1), &in_parts), expected, "{what}, in parts");
                // What has only just come goes for nothing but a newer one.
                let fresh =
                    if expected == Replaced && what.starts_with("a newer") { Replaced } else { Stays };
                assert_eq!(newest(&shown(0), &answer), fresh, "{what}, came meanwhile");
                assert_eq!(newest(&shown(-5), &answer), fresh, "{what}, came meanwhile");
                assert_eq!(newest(&shown(LAG_MS), &in_parts), fresh, "{what}, came shortly before");
            }
        }
    }
}
