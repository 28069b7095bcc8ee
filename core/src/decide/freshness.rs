//! How fresh a position is, in four levels.
//!
//! Decides from the age of the fix and the state of the link, and whether that state is known at all: a server that is
//! not heard of, or has been silent for too long, can say of no unit that its link is up. Leaves the age itself (on the
//! server's clock) to the caller and the words to the shells.

use crate::model::LinkState;

/// Ages below this are live, when the link is up.
pub const LIVE_MS: i64 = 5 * 60_000;
/// Ages below this are recent.
pub const RECENT_MS: i64 = 60 * 60_000;
/// Ages below this are old; anything older is lost.
pub const OLD_MS: i64 = 24 * 60 * 60_000;

/// A server whose live stream stands says something every 55 s. Two of these and a bit: after a longer silence nobody is
/// there, or this device slept.
pub const SILENCE_MS: u64 = 120_000;

/// The four levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Freshness {
    /// Under 5 minutes and the link is up.
    Live,
    /// Under 1 hour.
    Recent,
    /// Under 24 hours.
    Old,
    /// Older.
    Lost,
}

/// What is known now of a unit's link, of which the server once said `said`. `heard` tells whether the server is heard of
/// now: over the live stream, or by a snapshot while the stream is being connected.
pub fn link_now(said: LinkState, heard: bool) -> LinkState {
    if heard { said } else { LinkState::Unknown }
}

/// Whether a server that was heard of still counts as heard of after `silence_ms`. The clock must count sleep.
pub fn still_heard(silence_ms: u64) -> bool {
    silence_ms <= SILENCE_MS
}

/// The level of a fix `age_ms` old. A fresh fix over a link that is not known to be up is only recent: nobody can
/// say that the unit is still there.
pub fn freshness(age_ms: i64, link: LinkState) -> Freshness {
    if age_ms < LIVE_MS && link == LinkState::Online {
        Freshness::Live
    } else if age_ms < RECENT_MS {
        Freshness::Recent
    } else if age_ms < OLD_MS {
        Freshness::Old
    } else {
        Freshness::Lost
    }
}

#[cfg(test)]
mod tests {
    use super::{Freshness, freshness, link_now};
    use crate::model::LinkState::{Offline, Online, Unknown};

    #[test]
    fn the_table() {
        let minute = 60_000;
        let table = [
            (0, Online, Freshness::Live),
            (5 * minute - 1, Online, Freshness::Live),
            (5 * minute, Online, Freshness::Recent),
            (0, Offline, Freshness::Recent),
            (0, Unknown, Freshness::Recent),
            (60 * minute - 1, Offline, Freshness::Recent),
            (60 * minute, Online, Freshness::Old),
            (24 * 60 * minute - 1, Online, Freshness::Old),
            (24 * 60 * minute, Online, Freshness::Lost),
            (i64::MAX, Unknown, Freshness::Lost),
        ];
        for (age_ms, link, level) in table {
            assert_eq!(freshness(age_ms, link), level, "{age_ms} {link:?}");
        }
    }

    #[test]
    fn nobody_is_live_without_the_server() {
        let table = [
            (Online, true, Online, Freshness::Live),
            (Offline, true, Offline, Freshness::Recent),
            (Unknown, true, Unknown, Freshness::Recent),
            (Online, false, Unknown, Freshness::Recent),
            (Offline, false, Unknown, Freshness::Recent),
        ];
        for (said, heard, now, level) in table {
            assert_eq!(link_now(said, heard), now, "{said:?} {heard}");
            assert_eq!(freshness(0, link_now(said, heard)), level, "{said:?} {heard}");
        }
    }
}
