//! What follows from time alone: crossings and stops that nothing contradicted, and units that fell silent.
//!
//! Leaves to `events` what counts, and to `ingest` how events are kept and told.

use std::sync::PoisonError;

use crate::error::Refusal;
use crate::events::Link;
use crate::ingest::take_with;
use crate::server::State;

/// How long a unit may say nothing.
#[derive(Clone, Copy)]
pub(crate) struct Silence {
    /// Then it is unknown; `None` for never.
    pub(crate) unknown_after_ms: Option<i64>,
    /// Then it is offline.
    pub(crate) offline_after_ms: i64,
}

/// Tells what follows from time alone, and which units fell silent. Blocks.
pub(crate) fn pass_time(state: &State, silence: Silence) -> Result<(), Refusal> {
    let now = state.now();
    let waiting = state.db.waiting_units()?;
    if !waiting.is_empty() {
        take_with(state, |transaction, intake| {
            for id in waiting {
                if let Some(unit) = intake.still(id)? {
                    unit.wait(transaction, now)?;
                }
            }
            Ok(())
        })?;
    }
    let _taking = state.taking.lock().unwrap_or_else(PoisonError::into_inner);
    let told = state.db.transaction(|t| {
        let mut told = Vec::new();
        // Offline first: who was silent long enough for both is told of once.
        let mut silent =
            vec![("offline", Link::Offline, ["online", "unknown"], now - silence.offline_after_ms)];
        silent.extend(
            silence.unknown_after_ms.map(|ms| ("unknown", Link::Unknown, ["online", "online"], now - ms)),
        );
        for (status, link, from, before) in silent {
            for id in t.set_silent(status, from, before)? {
                let mut state = t.unit_state(id)?;
                let mut event = state.silent(id, link, now);
                if let Some(event) = &mut event {
                    t.insert_event(event, now)?;
                    t.put_unit_state(id, &state)?;
                }
                if let Some(device) = t.device(id)? {
                    told.push((device, event));
                }
            }
        }
        Ok(told)
    })?;
    for (device, event) in told {
        state.live.device(&device);
        if let Some(event) = event {
            state.live.event(&event);
        }
    }
    Ok(())
}
