//! Whether reporting this phone's own position works, waits or does not work.
//!
//! Decides it from what was recorded, what waits and what was sent, the worst first, so that no shell calls an old
//! success a working one. Leaves the words to the shells, and to them also what they alone know: whether the system lets
//! them take readings at all.

use crate::decide::delivery::Blocked;
use crate::model::{Gap, GapCause, OutboxStatus, UtcMs};

/// A fix that waits longer without a known reason is late, milliseconds: a moving phone would no longer be "live".
const LATE_MS: i64 = 5 * 60_000;
/// So long without a success does not work although nothing waits, milliseconds: twice the longest time between signs of
/// life, which is 15 minutes where power is short.
const QUIET_MS: i64 = 30 * 60_000;

/// What the rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Whether reporting is on.
    pub on: bool,
    /// What waits and what was sent.
    pub outbox: OutboxStatus,
    /// Why nothing is sent at the moment.
    pub blocked: Option<Blocked>,
    /// How many readings wait in memory only.
    pub in_memory_only: u32,
    /// The gap that lasts.
    pub open_gap: Option<Gap>,
}

/// How reporting stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// It is off.
    Off,
    /// What is recorded arrives.
    Works,
    /// It goes on by itself.
    Waits(Why),
    /// Positions are missing, or will be, until something is done.
    Fails(Why),
}

/// What stands between a position and the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No reading has come since reporting was started, or went on.
    FirstReading,
    /// Nothing can be recorded: the cause of the gap that lasts.
    Gap(GapCause),
    /// Nothing is sent.
    Blocked(Blocked),
    /// Fixes wait for longer than usual and no reason is known.
    Late,
    /// Nothing was sent for long although nothing waits: no reading was good enough.
    Quiet,
    /// The disk is full: what waits in memory is lost when the program ends.
    InMemory,
}

/// How reporting stands at `now`.
pub fn health(facts: &Facts, now: UtcMs) -> Health {
    if !facts.on {
        return Health::Off;
    }
    if facts.in_memory_only > 0 {
        return Health::Fails(Why::InMemory);
    }
    let gap = facts.open_gap.filter(|gap| gap.to.is_none()).map(|gap| gap.cause);
    if let Some(cause @ (GapCause::PermissionLost | GapCause::LocationOff | GapCause::NoReading)) = gap {
        return Health::Fails(Why::Gap(cause));
    }
    if let Some(blocked) = facts.blocked {
        let why = Why::Blocked(blocked);
        return if passes(blocked) { Health::Waits(why) } else { Health::Fails(why) };
    }
    // Every other cause belongs to a time before: the first reading ends the gap.
    if gap.is_some() {
        return Health::Waits(Why::FirstReading);
    }
    let outbox = &facts.outbox;
    if outbox.queued > 0 && outbox.oldest.is_some_and(|oldest| now.since_ms(oldest) > LATE_MS) {
        return Health::Waits(Why::Late);
    }
    match outbox.last_success {
        None if outbox.queued == 0 => Health::Waits(Why::FirstReading),
        Some(last) if outbox.queued == 0 && now.since_ms(last) > QUIET_MS => Health::Fails(Why::Quiet),
        _ => Health::Works,
    }
}

/// Whether it is tried again until it succeeds, with nothing for anybody to do.
fn passes(blocked: Blocked) -> bool {
    match blocked {
        Blocked::Offline | Blocked::ServerBusy | Blocked::NoAnswer | Blocked::OtherProgram => true,
        Blocked::ConsentRequired
        | Blocked::SignedOut
        | Blocked::UnknownUnit
        | Blocked::Denied
        | Blocked::BadCertificate
        | Blocked::Storage => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Facts, Health, Why, health};
    use crate::decide::delivery::Blocked;
    use crate::model::{Gap, GapCause, OutboxStatus, UtcMs};

    const NOW: UtcMs = UtcMs(100 * 60_000);

    /// Reporting is on; `queued` fixes wait, the oldest since so many minutes; the last success is so many minutes old.
    fn facts(queued: u64, oldest_min: i64, success_min: Option<i64>) -> Facts {
        let ago = |minutes: i64| NOW.plus_ms(-minutes * 60_000);
        let outbox = OutboxStatus {
            queued,
            oldest: (queued > 0).then(|| ago(oldest_min)),
            last_success: success_min.map(ago),
            ..OutboxStatus::default()
        };
        Facts { on: true, outbox, blocked: None, in_memory_only: 0, open_gap: None }
    }

    fn gap(cause: GapCause, to: Option<UtcMs>) -> Gap {
        Gap { from: UtcMs(0), to, cause }
    }

    #[test]
    fn an_old_success_is_no_sign_that_it_works() {
        let fresh = facts(0, 0, Some(1));
        let blocked = |blocked| Facts { blocked: Some(blocked), ..facts(9, 20, Some(20)) };
        let lasting = |cause| Facts { open_gap: Some(gap(cause, None)), ..fresh };
        let table = [
            ("off", Facts { on: false, ..fresh }, Health::Off),
            ("just sent", fresh, Health::Works),
            ("on their way", facts(3, 1, Some(2)), Health::Works),
            ("the very first on its way", facts(1, 1, None), Health::Works),
            ("signs of life every 15 minutes", facts(0, 0, Some(29)), Health::Works),
            ("a clock set back", facts(0, 0, Some(-600)), Health::Works),
            ("9 hours ago", facts(0, 0, Some(540)), Health::Fails(Why::Quiet)),
            ("nothing yet", facts(0, 0, None), Health::Waits(Why::FirstReading)),
            ("late", facts(3, 6, Some(1)), Health::Waits(Why::Late)),
            ("offline", blocked(Blocked::Offline), Health::Waits(Why::Blocked(Blocked::Offline))),
            ("busy", blocked(Blocked::ServerBusy), Health::Waits(Why::Blocked(Blocked::ServerBusy))),
            ("denied", blocked(Blocked::Denied), Health::Fails(Why::Blocked(Blocked::Denied))),
            ("signed out", blocked(Blocked::SignedOut), Health::Fails(Why::Blocked(Blocked::SignedOut))),
            ("location off", lasting(GapCause::LocationOff), Health::Fails(Why::Gap(GapCause::LocationOff))),
            ("silence", lasting(GapCause::NoReading), Health::Fails(Why::Gap(GapCause::NoReading))),
            ("back after a kill", lasting(GapCause::Killed), Health::Waits(Why::FirstReading)),
            ("started anew", lasting(GapCause::SwitchedOff), Health::Waits(Why::FirstReading)),
            (
                "a gap that is over",
                Facts { open_gap: Some(gap(GapCause::LocationOff, Some(NOW))), ..fresh },
                Health::Works,
            ),
            (
                "nothing recorded and nothing sent: the worse of both",
                Facts { open_gap: Some(gap(GapCause::PermissionLost, None)), ..blocked(Blocked::Offline) },
                Health::Fails(Why::Gap(GapCause::PermissionLost)),
            ),
            ("full", Facts { in_memory_only: 1, ..fresh }, Health::Fails(Why::InMemory)),
        ];
        for (case, facts, wanted) in table {
            assert_eq!(health(&facts, NOW), wanted, "{case}");
        }
    }
}
