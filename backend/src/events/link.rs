//! Whether a unit is heard of, as it is told.
//!
//! One sign of life after a silence that was told does not end it: a unit that reports about as rarely as it takes to count as
//! silent would be told of with every report. What lists show of the unit follows each report at once.

use serde::{Deserialize, Serialize};

use crate::db::positions::new_event;
use crate::model::Event;

/// What was told last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Link {
    /// It is heard of.
    Online,
    /// It was not heard of for a while.
    Unknown,
    /// It was not heard of for long.
    Offline,
}

impl Link {
    /// A sign of life of a unit of which `told` is what was told last; `online` is whether the one before was so recent that it
    /// still counts.
    pub(super) fn heard(told: &mut Option<Self>, device: i64, online: bool, now: i64) -> Option<Event> {
        let tells = match told {
            // Who is online already was told of by a version that did not note it.
            None => !online,
            Some(Self::Unknown | Self::Offline) if online => true,
            Some(Self::Online | Self::Unknown | Self::Offline) => return None,
        };
        *told = Some(Self::Online);
        tells.then(|| new_event(device, "deviceOnline", now, 0))
    }

    /// A silence.
    pub(super) fn silent(self, told: &mut Option<Self>, device: i64, now: i64) -> Option<Event> {
        let kind = match (*told, self) {
            (None | Some(Self::Online), Self::Unknown) => "deviceUnknown",
            (None | Some(Self::Online | Self::Unknown), Self::Offline) => "deviceOffline",
            _ => return None,
        };
        *told = Some(self);
        Some(new_event(device, kind, now, 0))
    }
}
