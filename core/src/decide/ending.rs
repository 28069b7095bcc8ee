//! When the end of an account reaches this phone.
//!
//! Decides from what was asked for and what the server says whether everything that is kept of the account goes, is
//! only to be expected, or stays. Only a server that says so ends anything: one that cannot be reached, or that refuses a
//! sign-in for any other reason, takes nothing away, because what was not sent yet is nowhere else. Leaves the asking to
//! `traccar` and the erasing to `engine`.

use serde::{Deserialize, Serialize};

use crate::model::{Cancellation, Receipt, UtcMs};

/// The end of an account as this phone remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// When it was asked for.
    pub requested: UtcMs,
    /// By when it is done at the latest.
    pub deadline: UtcMs,
    /// What asks about it once no sign-in is accepted any more.
    #[serde(default)]
    pub receipt: Option<Receipt>,
}

/// What the server says when it is asked whether the account ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// It does, or has; and what asks about it from then on.
    Ends(Cancellation, Option<Receipt>),
    /// It does not, or not any more.
    Stays,
    /// It does not accept the sign-in. So it is after the end, but also of a sign-in that was ended, after a new password
    /// and of an account that is switched off.
    Refused,
}

/// What follows for what is kept on this phone.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// As it is shown while the server cannot be asked.
    pub fn cancellation(&self) -> Cancellation {
        Cancellation { requested: self.requested, deadline: self.deadline, done: false }
    }
}

/// What follows from an answer, given what is remembered.
pub fn follows(remembered: Option<&Ending>, said: &Said) -> Follows {
    match (remembered, said) {
        (_, Said::Ends(cancellation, _)) if cancellation.done => Follows::Erase,
        (_, Said::Ends(Cancellation { requested, deadline, .. }, receipt)) => {
            Follows::Remember(Ending { requested: *requested, deadline: *deadline, receipt: receipt.clone() })
        }
        (Some(_), Said::Stays) => Follows::Forget,
        (None, Said::Stays) | (_, Said::Refused) => Follows::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::{Ending, Follows, Said, follows};
    use crate::model::{Cancellation, Receipt, UtcMs};

    #[test]
    fn only_an_end_that_the_server_tells_takes_anything_away() {
        let receipt = Some(Receipt("r".to_owned()));
        let ending = Ending { requested: UtcMs(0), deadline: UtcMs(1_000), receipt: receipt.clone() };
        let ends = |done| {
            Said::Ends(Cancellation { requested: UtcMs(0), deadline: UtcMs(1_000), done }, receipt.clone())
        };
        for (name, remembered, said, expected) in [
            ("asked for elsewhere", None, ends(false), Follows::Remember(ending.clone())),
            ("it still stands", Some(&ending), ends(false), Follows::Remember(ending.clone())),
            ("the server says that it is done", Some(&ending), ends(true), Follows::Erase),
            ("done, and asked for elsewhere", None, ends(true), Follows::Erase),
            ("taken back", Some(&ending), Said::Stays, Follows::Forget),
            ("never asked for", None, Said::Stays, Follows::Nothing),
            ("a mere refusal", None, Said::Refused, Follows::Nothing),
            ("a refusal while an end is to be expected", Some(&ending), Said::Refused, Follows::Nothing),
        ] {
            assert_eq!(follows(remembered, &said), expected, "{name}");
        }
    }

    #[test]
    fn what_was_remembered_without_a_receipt_is_read() {
        let read: Ending = serde_json::from_str(r#"{"requested":1,"deadline":2,"refused":true}"#).unwrap();
        assert_eq!(read, Ending { requested: UtcMs(1), deadline: UtcMs(2), receipt: None });
        assert!(!format!("{:?}", Receipt("who-knows".to_owned())).contains("who-knows"));
    }
}
