//! How fresh a position is, in four levels.
//!
//! Decides from the age of the fix and the state of the link, and whether that state is known at all: a server that is
//! not heard of can say of no unit that its link is up. Leaves the age itself (on the server's clock) to the
//! caller and the words to the shells.

use crate::model::LinkState;

/// Ages below this are live, when the link is up.
pub const LIVE_MS: i64 = 5 * 60_000;
/// Ages below this are recent.
pub const RECENT_MS: i64 = 60 * 60_000;
/// Ages below this are old; anything older is lost.
pub const OLD_MS: i64 = 24 * 60 * 60_000;

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

/// While a connection is being made, what the server said this long ago still counts.
pub const HEARD_MS: i64 = 30_000;

/// Whether the server's word about its units reaches this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hearing {
    /// As it happens.
    Live,
    /// A connection is being made.
    Connecting {
        /// How long ago the server last confirmed the whole fleet, if it ever did.
        confirmed_ago_ms: Option<i64>,
    },
    /// Not at all.
    Lost,
}

impl Hearing {
    /// What is known now of a link of which the server said `said` when it was last heard of.
    pub fn link_now(self, said: LinkState) -> LinkState {
        let heard = match self {
            Self::Live => true,
            Self::Connecting { confirmed_ago_ms } => confirmed_ago_ms.is_some_and(|ago| ago < HEARD_MS),
            Self::Lost => false,
        };
        if heard { said } else { LinkState::Unknown }
    }
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
    use super::{Freshness, HEARD_MS, Hearing, freshness};
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
        let connecting = |confirmed_ago_ms| Hearing::Connecting { confirmed_ago_ms };
        let table = [
            (Hearing::Live, Online, Online, Freshness::Live),
            (Hearing::Live, Offline, Offline, Freshness::Recent),
            (Hearing::Lost, Online, Unknown, Freshness::Recent),
            (Hearing::Lost, Offline, Unknown, Freshness::Recent),
            (connecting(Some(HEARD_MS - 1)), Online, Online, Freshness::Live),
            (connecting(Some(HEARD_MS)), Online, Unknown, Freshness::Recent),
            (connecting(None), Online, Unknown, Freshness::Recent),
        ];
        for (hearing, said, now, level) in table {
            assert_eq!(hearing.link_now(said), now, "{hearing:?} {said:?}");
            assert_eq!(freshness(0, hearing.link_now(said)), level, "{hearing:?} {said:?}");
        }
    }
}
