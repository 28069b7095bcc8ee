//! The product's rules, each a pure function: no clock, no disk, no network.
//!
//! | rule | where |
//! |---|---|
//! | how fresh a position is | [`freshness`] |
//! | whether a received position is one | [`sanity`] |
//! | which of two positions is the newer | [`newer`] |
//! | whether a newest position stays once the server has answered | [`newest`] |
//! | how far distance, direction and age may be off | [`uncertainty`] |
//! | what the server's clock says | [`server_clock`] |
//! | which units a list shows and in what order | [`order`] |
//! | what becomes of this phone's own readings | [`own`] |
//! | which units are a person's own | [`ownership`] |
//! | what a person has agreed to, and what may be done therefore | [`consent`] |
//! | whether this phone entered or left a geofence | [`geofence`] |
//! | whether a person is told of an event that a push brings | [`alert`] |
//! | how long things are kept on this phone | [`retention`] |
//! | when the end of an account reaches this phone | [`ending`] |
//! | when the next try starts | [`backoff`] |
//! | what becomes of fixes after an attempt to send them | [`delivery`] |
//! | when a silence is a gap, and why | [`gap`] |
//! | whether reporting works, waits or does not work | [`health`] |
//! | when a token is renewed | [`token`] |
//! | which characters of others reach a terminal | [`hazard`] |
//! | what a link into the app proposes | [`link`] |

pub mod alert;
pub mod backoff;
pub mod consent;
pub mod delivery;
pub mod ending;
pub mod freshness;
pub mod gap;
pub mod geofence;
pub mod hazard;
pub mod health;
pub mod link;
pub mod newest;
pub mod order;
pub mod own;
pub mod ownership;
pub mod retention;
pub mod sanity;
pub mod server_clock;
pub mod token;
pub mod uncertainty;

use crate::model::Position;

/// Whether `incoming` replaces `current` as a unit's newest position: by fix time, and among equal fix times by
/// the server's number, so that the order of arrival never matters.
pub fn newer(current: &Position, incoming: &Position) -> bool {
    (incoming.fix_time, incoming.id) > (current.fix_time, current.id)
}
