//! The end of reporting: capture ends at once, and what waits is sent or erased as the person chose.
//!
//! ```text
//!  ends ──► kept with what was chosen, in one transaction ──► off
//!    │ the disk takes nothing
//!    ├── erase ──► the outbox's files go, which needs no space ──► off
//!    ▼
//!  not kept yet: nothing is captured and nothing sent that is to be erased; tried again every few seconds and with each call.
//!  The next start finds a record of consents that says withdrawn and an outbox that says on: what was chosen is not known
//!  there, and is taken to be the erasing.
//! ```
//! Decides this order. Leaves what may be sent meanwhile to the sender's question in `keeping`.

use std::sync::Arc;
use std::time::Duration;

use crate::decide::consent::ConsentRequired;
use crate::decide::gap::Happened;
use crate::decide::own::{self, Rules};
use crate::engine::keys;
use crate::engine::reporting::{Kept, Reporting};
use crate::engine::trak::Inner;
use crate::engine::{RecordError, Trak, Unsent};
use crate::lock::lock;
use crate::model::{AccountKey, DeviceTime, Fix, GapCause, Purpose, UtcMs};
use crate::store::{self, StoreError};

/// How often an end that could not be kept is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// An end that is not on the disk yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    cause: GapCause,
    unsent: Unsent,
    /// Found at the start rather than said now: another program may be ending it at this moment, as the person chose there.
    found: bool,
}

impl Ending {
    /// An end that is said now.
    pub(super) fn now(cause: GapCause, unsent: Unsent) -> Self {
        Self { cause, unsent, found: false }
    }

    /// What a withdrawal left undone that the record of consents knows of and the outbox, which says `on`, does not.
    pub(super) fn found(permitted: Result<(), ConsentRequired>, on: bool) -> Option<Self> {
        let withdrawn = permitted.is_err_and(|refused| refused.why.is_persons_own());
        let left = Self { cause: GapCause::ConsentWithdrawn, unsent: Unsent::Erase, found: true };
        (withdrawn && on).then_some(left)
    }

    /// Whether what waits is to be erased.
    pub(super) fn erases(self) -> bool {
        self.unsent == Unsent::Erase
    }
}

impl Trak {
    /// Switches reporting off: capture ends at once, what waits is sent or erased as the person chose. What is to be erased
    /// is not sent any more even where this answers with an error.
    pub fn stop_reporting(
        &self,
        cause: GapCause,
        unsent: Unsent,
        now: &DeviceTime,
    ) -> Result<(), RecordError> {
        match self.inner().reporting(false) {
            Ok(None) => Ok(()),
            Ok(Some(reporting)) => self.end(&reporting, Ending::now(cause, unsent), now),
            // What cannot be opened can be erased all the same.
            Err(error) if unsent == Unsent::Erase => {
                let Some(session) = self.inner().session() else { return Err(error) };
                self.inner().remove_outbox(&session.key, None).map_err(|_| error)
            }
            Err(error) => Err(error),
        }
    }

    /// What is still held back is decided, a gap with its cause begins, and what waits is erased if that was chosen.
    pub(super) fn end(
        &self,
        reporting: &Reporting,
        ending: Ending,
        now: &DeviceTime,
    ) -> Result<(), RecordError> {
        let _one_at_a_time = lock(&reporting.ending_gate);
        self.end_alone(reporting, ending, now)
    }

    fn end_alone(&self, reporting: &Reporting, ending: Ending, now: &DeviceTime) -> Result<(), RecordError> {
        // An erasing that is still to be done stays one, whatever ends reporting next.
        let ending = reporting.ending.borrow().filter(|before| before.erases()).unwrap_or(ending);
        if ending.erases() {
            reporting.sending.hold();
        }
        reporting.ending.send_replace(Some(ending));
        let mut turn = reporting.waiting.turn();
        if ending.erases() {
            turn.forget();
        }
        if let Err(error) = self.keep_end(reporting, ending, &turn.readings, now) {
            if !ending.erases() {
                return Err(error);
            }
            tracing::warn!(?error, "the outbox does not take the erasing and is removed whole");
            reporting.sending.outbox.close();
            self.inner().remove_outbox(&reporting.account, Some(reporting)).map_err(|refused| {
                tracing::error!(?refused, "the outbox cannot be removed either");
                error
            })?;
            reporting.close();
        }
        turn.done();
        reporting.ending.send_replace(None);
        reporting.sending.held.send_modify(|held| held.now = false);
        reporting.sending.wake.notify_one();
        self.inner().touch();
        Ok(())
    }

    fn keep_end(
        &self,
        reporting: &Reporting,
        ending: Ending,
        waiting: &[Fix],
        now: &DeviceTime,
    ) -> Result<(), RecordError> {
        let kept = if ending.found { Kept::EndedIfOn } else { Kept::Ended { erase: ending.erases() } };
        let done = self.change(reporting, now, kept, |memory, gaps| {
            memory.unit_identifier.as_ref()?;
            gaps.extend(Happened::heard(waiting, now).and_then(|heard| memory.gaps.step(heard, now)));
            let judged = own::step(&memory.own, waiting, &memory.surroundings(), now, &Rules::default());
            let mut step = own::finish(&judged.state, now, &Rules::default());
            step.accepted.splice(0..0, judged.accepted);
            step.rejected.splice(0..0, judged.rejected);
            gaps.extend(memory.gaps.step(Happened::Stopped(ending.cause), now));
            Some(step)
        });
        match done {
            Ok(_) | Err(RecordError::NotReporting) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The reporting that readings may be taken for: an end that was not kept is tried again first, and a withdrawal by
    /// another program of this person, or a policy that has begun to apply, ends capture here too.
    pub(super) fn still_on(&self, now: &DeviceTime) -> Result<Arc<Reporting>, RecordError> {
        let opened = || self.inner().reporting(false)?.ok_or_else(|| self.not_reporting());
        let reporting = opened()?;
        let ended = self.settle(&reporting, now);
        let Err(refused) = self.inner().permits(Purpose::Reporting) else {
            return ended.and_then(|()| opened()); // the end may have taken the outbox with it
        };
        if let Err(error) = ended {
            tracing::warn!(?error, "the end of reporting is not kept yet");
        } else if !refused.why.is_persons_own() {
            self.end(&reporting, Ending::now(GapCause::ConsentWithdrawn, Unsent::Send), now)?;
        }
        // Where a person ended it, the program that was told so ends it in the outbox, as was chosen there.
        Err(refused.into())
    }

    /// Holds up sending while a range of one's own positions is erased at the server: what waits here of that range would
    /// bring it back. A request that is under way is given up.
    pub(in crate::engine) fn hold_sending(&self) -> Result<Option<Hold>, RecordError> {
        let Some(reporting) = self.inner().reporting(false)? else { return Ok(None) };
        reporting.sending.hold();
        Ok(Some(Hold(reporting)))
    }

    /// Tries again what could not be kept of the end of reporting.
    pub(super) fn settle(&self, reporting: &Reporting, now: &DeviceTime) -> Result<(), RecordError> {
        let _one_at_a_time = lock(&reporting.ending_gate);
        let ending = *reporting.ending.borrow();
        ending.map_or(Ok(()), |ending| self.end_alone(reporting, ending, now))
    }

    /// The same every few seconds while there is something to try. Never ends.
    pub(super) async fn keep_settling(self, reporting: Arc<Reporting>) {
        let mut endings = reporting.ending.subscribe();
        while endings.wait_for(Option::is_some).await.is_ok() {
            let (trak, reporting) = (self.clone(), Arc::clone(&reporting));
            let tried = tokio::task::spawn_blocking(move || {
                trak.settle(&reporting, &trak.inner().device_now()).map_err(|error| {
                    tracing::warn!(?error, "the end of reporting is not kept yet");
                })
            });
            match tried.await {
                Ok(Ok(())) => {}
                Ok(Err(())) | Err(_) => tokio::time::sleep(AGAIN).await,
            }
        }
        std::future::pending::<()>().await;
    }

    /// Before the outbox is closed: readings that wait in memory are judged and kept, should the disk take them by now.
    pub(super) fn flush(&self, reporting: &Reporting, now: &DeviceTime) {
        let agreed = self.inner().permits(Purpose::Reporting).is_ok();
        if reporting.waiting.count() == 0 || !agreed || self.settle(reporting, now).is_err() {
            return;
        }
        if let Err(error) = self.record_in(reporting, &[], now)
            && error != RecordError::NotReporting
        {
            let readings = reporting.waiting.count();
            tracing::error!(?error, readings, "readings that waited in memory are lost");
        }
    }
}

/// Sending is held up until this is dropped.
pub(in crate::engine) struct Hold(Arc<Reporting>);

impl Hold {
    /// Erases what waits or was set aside for a unit, of a range of time, both ends included.
    pub(in crate::engine) fn erase(
        &self,
        unit_identifier: &str,
        from: UtcMs,
        to: UtcMs,
    ) -> Result<(), RecordError> {
        self.0.sending.outbox.erase_fixes_between(unit_identifier, from, to)?;
        Ok(())
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        // Where what waits is to be erased whole, that goes on.
        let erases = self.0.ending.borrow().is_some_and(Ending::erases);
        self.0.sending.held.send_modify(|held| held.now = erases);
        self.0.sending.wake.notify_one();
    }
}

impl Inner {
    /// Removes the outbox of an account, opened as `reporting`, with everything in it and its key: the next use begins with a
    /// new one. Needs no space on the disk. One that was opened anew meanwhile stays.
    fn remove_outbox(&self, account: &AccountKey, reporting: Option<&Reporting>) -> Result<(), StoreError> {
        let mut slot = lock(&self.reporting); // nobody opens it meanwhile
        let ours = |kept: &Arc<Reporting>| {
            reporting.is_some_and(|reporting| std::ptr::eq(Arc::as_ptr(kept), reporting))
        };
        if slot.as_ref().is_some_and(|kept| kept.account == *account && !ours(kept)) {
            return Err(StoreError::Closed);
        }
        store::erase(&self.outbox_folder(account))?;
        if let Err(error) = keys::forget_outbox_key(&*self.secrets, account) {
            tracing::warn!(?error, "the key of an outbox that is gone stays"); // it opens nothing any more
        }
        if slot.as_ref().is_some_and(ours) {
            *slot = None;
        }
        Ok(())
    }
}
