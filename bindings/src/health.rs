//! Whether reporting works, waits or does not, judged by the core from a view that the shell holds already.

use trak_core::decide::health;
use trak_core::model;

use crate::reporting::{Blocked, GapCause, OutboxStatus, ReportingView};

/// How reporting stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ReportingHealth {
    /// It is off.
    Off,
    /// What is recorded arrives.
    Works,
    /// It goes on by itself.
    Waits {
        /// For what.
        why: ReportingWhy,
    },
    /// Positions are missing, or will be, until something is done.
    Fails {
        /// Why.
        why: ReportingWhy,
    },
}

/// What stands between a position and the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ReportingWhy {
    /// No reading has come since reporting was started, or went on.
    FirstReading,
    /// Nothing can be recorded.
    Gap {
        /// The cause of the gap that lasts.
        cause: GapCause,
    },
    /// Nothing is sent.
    Blocked {
        /// Why.
        blocked: Blocked,
    },
    /// Fixes wait for longer than usual and no reason is known.
    Late,
    /// Nothing was sent for long although nothing waits: no reading was good enough.
    Quiet,
    /// The disk is full: what waits in memory is lost when the program ends.
    InMemory,
}

impl From<health::Why> for ReportingWhy {
    fn from(why: health::Why) -> Self {
        use health::Why as Core;
        match why {
            Core::FirstReading => Self::FirstReading,
            Core::Gap(cause) => Self::Gap { cause: cause.into() },
            Core::Blocked(blocked) => Self::Blocked { blocked: blocked.into() },
            Core::Late => Self::Late,
            Core::Quiet => Self::Quiet,
            Core::InMemory => Self::InMemory,
        }
    }
}

impl From<health::Health> for ReportingHealth {
    fn from(health: health::Health) -> Self {
        use health::Health as Core;
        match health {
            Core::Off => Self::Off,
            Core::Works => Self::Works,
            Core::Waits(why) => Self::Waits { why: why.into() },
            Core::Fails(why) => Self::Fails { why: why.into() },
        }
    }
}

/// Whether what a view of reporting says works, waits or does not work, at a time in milliseconds since 1970. Whether the
/// system lets the app take readings at all only the shell knows.
#[uniffi::export]
pub fn reporting_health(view: ReportingView, now_ms: i64) -> ReportingHealth {
    let OutboxStatus { queued, oldest_ms, set_aside, newest_sent_ms, last_success_ms, thinned } = view.outbox;
    let at = |ms: Option<i64>| ms.map(model::UtcMs);
    let facts = health::Facts {
        on: view.unit_identifier.is_some(),
        outbox: model::OutboxStatus {
            queued,
            oldest: at(oldest_ms),
            set_aside,
            newest_sent: at(newest_sent_ms),
            last_success: at(last_success_ms),
            thinned,
        },
        blocked: view.blocked.map(Into::into),
        in_memory_only: view.in_memory_only,
        open_gap: view.gaps.first().map(|gap| model::Gap {
            from: model::UtcMs(gap.from_ms),
            to: at(gap.to_ms),
            cause: gap.cause.into(),
        }),
    };
    health::health(&facts, model::UtcMs(now_ms)).into()
}
