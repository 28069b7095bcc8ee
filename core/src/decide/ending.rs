//! When the end of an account reaches this phone.
//!
//! Decides from what was asked for and what the server says whether everything that is kept of the account goes, is
//! only to be expected, or stays. A server that cannot be reached, or that refuses a sign-in for any other reason, takes
//! nothing away: what was not sent yet is nowhere else. Leaves the asking to `traccar` and the erasing to `engine`.

use serde::{Deserialize, Serialize};

use crate::model::{Cancellation, UtcMs};

/// The end of an account as this phone remembers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// When it was asked for.
    pub requested: UtcMs,
    /// By when it is done at the latest.
    pub deadline: UtcMs,
    /// The server has refused a sign-in whose term still ran: something has ended it.
    #[serde(default)]
    pub refused: bool,
}

/// What the server says when it is asked whether the account ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It does, or has.
    Ends(Cancellation),
    /// It does not, or not any more.
    Stays,
    /// It does not know the sign-in. A server that keeps cancellations says so of accounts that are gone, but also of a
    /// sign-in that was ended, of a new password and of an account that is switched off.
    Refused {
        /// When, on the server's own clock; `None` where it did not say.
        at: Option<UtcMs>,
        /// When the sign-in's term is over.
        term_ends: Option<UtcMs>,
    },
}

/// What follows for what is kept on this phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// Nothing.
    Nothing,
    /// This is remembered from now on.
    Remember(Ending),
    /// No end is to be expected any more.
    Forget,
    /// The account is gone: everything kept of it goes too.
    Erase,
}

impl Ending {
    /// What is to be remembered of a cancellation that stands.
    pub fn of(cancellation: &Cancellation) -> Self {
        Self { requested: cancellation.requested, deadline: cancellation.deadline, refused: false }
    }

    /// As it is shown while the server cannot be asked.
    pub fn cancellation(&self) -> Cancellation {
        Cancellation { requested: self.requested, deadline: self.deadline, done: false }
    }
}

/// What follows from an answer, given what is remembered.
pub fn follows(remembered: Option<&Ending>, said: &Said) -> Follows {
    match (remembered, said) {
        (_, Said::Ends(cancellation)) if cancellation.done => Follows::Erase,
        (_, Said::Ends(cancellation)) => Follows::Remember(Ending::of(cancellation)),
        (None, Said::Stays | Said::Refused { .. }) | (Some(_), Said::Refused { at: None, .. }) => {
            Follows::Nothing
        }
        (Some(_), Said::Stays) => Follows::Forget,
        (Some(ending), Said::Refused { at: Some(at), term_ends }) => {
            // A sign-in that has merely run out says nothing of its account.
            let refused = ending.refused || term_ends.is_none_or(|ends| *at < ends);
            if refused && *at >= ending.deadline {
                Follows::Erase
            } else {
                Follows::Remember(Ending { refused, ..*ending })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ending, Follows, Said, follows};
    use crate::model::{Cancellation, UtcMs};

    const DEADLINE: UtcMs = UtcMs(1_000);

    fn refused(at: Option<i64>, term_ends: i64) -> Said {
        Said::Refused { at: at.map(UtcMs), term_ends: Some(UtcMs(term_ends)) }
    }

    #[test]
    fn only_a_known_end_takes_anything_away() {
        let ending = Ending { requested: UtcMs(0), deadline: DEADLINE, refused: false };
        let suspected = Ending { refused: true, ..ending };
        let ends = |done| Said::Ends(Cancellation { requested: UtcMs(0), deadline: DEADLINE, done });
        for (name, remembered, said, expected) in [
            ("asked for elsewhere", None, ends(false), Follows::Remember(ending)),
            ("it still stands", Some(suspected), ends(false), Follows::Remember(ending)),
            ("the server says that it is done", Some(ending), ends(true), Follows::Erase),
            ("done, and asked for elsewhere", None, ends(true), Follows::Erase),
            ("taken back", Some(suspected), Said::Stays, Follows::Forget),
            ("never asked for", None, Said::Stays, Follows::Nothing),
            ("a mere refusal", None, refused(Some(2_000), 9_000), Follows::Nothing),
            ("before the deadline", Some(ending), refused(Some(999), 9_000), Follows::Remember(suspected)),
            ("at the deadline", Some(ending), refused(Some(1_000), 9_000), Follows::Erase),
            (
                "run out before anything was refused",
                Some(ending),
                refused(Some(2_000), 2_000),
                Follows::Remember(ending),
            ),
            (
                "refused in time, asked again later",
                Some(suspected),
                refused(Some(2_000), 1_500),
                Follows::Erase,
            ),
            ("nobody knows when", Some(suspected), refused(None, 9_000), Follows::Nothing),
        ] {
            assert_eq!(follows(remembered.as_ref(), &said), expected, "{name}");
        }
    }

    #[test]
    fn what_was_remembered_without_a_suspicion_is_read() {
        let read: Ending = serde_json::from_str(r#"{"requested":1,"deadline":2}"#).unwrap();
        assert_eq!(read, Ending { requested: UtcMs(1), deadline: UtcMs(2), refused: false });
    }
}
