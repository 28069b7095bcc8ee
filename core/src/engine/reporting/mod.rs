//! Reporting this phone's own position: from the sensors' readings to the outbox.
//!
//! [`Trak::record`] is synchronous and durable: when it returns the process may be killed. Decides the order of the rules
//! within one transaction. Leaves what is accepted to `decide::own`, causes of silence to `decide::gap`, what is
//! remembered between two calls to `memory`, what the disk did not take to `waiting`, opening and sending to `keeping`, its
//! end to `ending`.

mod ending;
mod keeping;
mod memory;
#[cfg(test)]
mod tests;
mod waiting;

use std::sync::atomic::Ordering;

use crate::decide::consent::ConsentRequired;
use crate::decide::gap::Happened;
use crate::decide::own::{self, MyLocation, Rules, Step};
use crate::engine::{RecordError, Recorded, RecordedFix, ReportAs, Trak};
use crate::lock::lock;
use crate::model::{
    DeviceTime, Fix, FixId, Gap, Purpose, QueuedFix, SamplingProfile, SetAsideReason, Surroundings,
};
use crate::store::StoreError;
use crate::store::outbox::OutboxChange;
use crate::view::{OwnCrossing, PAGE_ROWS, ReportingView};

pub(super) use keeping::Reporting;
use memory::Memory;

/// How many gaps a view shows.
const GAPS_SHOWN: u32 = 50;

impl Trak {
    /// Switches reporting on for the unit with an identifier, or for another one when it was on.
    pub fn start_reporting(
        &self,
        report_as: &ReportAs,
        now: &DeviceTime,
    ) -> Result<SamplingProfile, RecordError> {
        let identifier = report_as.unit_identifier.trim();
        if identifier.is_empty() || identifier.len() > 128 || identifier.chars().any(char::is_control) {
            return Err(RecordError::InvalidInput);
        }
        if self.inner().session().is_none() {
            return Err(RecordError::SignedOut);
        }
        self.inner().permits(Purpose::Reporting)?;
        let reporting = self.inner().reporting(true)?.ok_or(RecordError::SignedOut)?;
        self.settle(&reporting, now)?;
        // The end may have taken the outbox with it.
        let reporting = self.inner().reporting(true)?.ok_or(RecordError::SignedOut)?;
        let said = *lock(&self.inner().surroundings);
        let recorded = self.change(&reporting, now, Kept::On, |memory, gaps| {
            memory.unit_identifier = Some(identifier.to_owned());
            memory.surroundings = said.or(memory.surroundings);
            gaps.extend(memory.gaps.step(Happened::Started, now));
            let around = memory.surroundings();
            gaps.extend(memory.gaps.step(Happened::Around(around), now));
            Some(own::tick(&memory.own, &around, now, &Rules::default()))
        })?;
        reporting.resumed.store(true, Ordering::Relaxed);
        self.inner().start_sending();
        Ok(recorded.profile)
    }

    /// Judges readings and keeps the accepted ones; when it returns they are durable. On a full disk they wait in memory
    /// and are judged with the next call.
    pub fn record(&self, fixes: &[Fix], now: &DeviceTime) -> Result<Recorded, RecordError> {
        let mut reporting = self.still_on(now)?;
        let mut done = self.record_in(&reporting, fixes, now);
        if done == Err(RecordError::Storage(StoreError::Corrupt)) {
            // Opened anew the outbox is salvaged. What waited has moved there, unless another call opened it before.
            let again = self.inner().reporting(false)?.ok_or(RecordError::Storage(StoreError::Corrupt))?;
            let left = reporting.waiting.take();
            reporting = again;
            done = self.record_in(&reporting, &left, now);
        }
        if done.as_ref().is_ok_and(|recorded| !recorded.accepted.is_empty()) {
            reporting.sending.wake.notify_one();
            self.inner().start_sending();
        }
        done
    }

    /// Judges what waits and then these readings. What the disk does not take waits.
    fn record_in(
        &self,
        reporting: &Reporting,
        fixes: &[Fix],
        now: &DeviceTime,
    ) -> Result<Recorded, RecordError> {
        let turn = reporting.waiting.turn();
        let all = [turn.readings.as_slice(), fixes].concat();
        let done = self.change(reporting, now, Kept::On, |memory, gaps| {
            memory.unit_identifier.as_ref()?;
            gaps.extend(Happened::heard(&all, now).and_then(|heard| memory.gaps.step(heard, now)));
            Some(own::step(&memory.own, &all, &memory.surroundings(), now, &Rules::default()))
        });
        match done {
            Err(RecordError::StorageFull | RecordError::Storage(_)) => turn.wait_on(fixes),
            _ => turn.done(),
        }
        done
    }

    /// Time passed: to be called about once a minute while reporting is on. A sign of life may be due.
    pub fn tick(&self, now: &DeviceTime) -> Result<Recorded, RecordError> {
        let reporting = self.still_on(now)?;
        if reporting.waiting.count() > 0 {
            self.record(&[], now)?;
        }
        let recorded = self.change(&reporting, now, Kept::On, |memory, gaps| {
            memory.unit_identifier.as_ref()?;
            let interval_ms = memory.profile.map_or(0, |profile| profile.interval_ms);
            gaps.extend(memory.gaps.step(Happened::Passed { interval_ms }, now));
            Some(own::tick(&memory.own, &memory.surroundings(), now, &Rules::default()))
        })?;
        reporting.sending.wake.notify_one();
        self.inner().start_sending();
        Ok(recorded)
    }

    /// What the system allows and how the battery stands. Answers with what was decided by it, with what to ask of the
    /// sensors now; with `None` while reporting is off.
    pub fn set_surroundings(
        &self,
        surroundings: Surroundings,
        now: &DeviceTime,
    ) -> Result<Option<Recorded>, RecordError> {
        *lock(&self.inner().surroundings) = Some(surroundings);
        {
            let mut here = lock(&self.inner().here);
            *here = own::permitted(&here, surroundings.permission);
        }
        let Some(reporting) = self.inner().reporting(false)? else { return Ok(None) };
        if self.settle(&reporting, now).is_err() {
            return Ok(None); // its end is not on the disk yet: nothing is asked of the sensors
        }
        let done = self.change(&reporting, now, Kept::On, |memory, gaps| {
            memory.surroundings = Some(surroundings);
            memory.own = own::permitted(&memory.own, surroundings.permission);
            memory.unit_identifier.as_ref()?;
            gaps.extend(memory.gaps.step(Happened::Around(surroundings), now));
            Some(own::tick(&memory.own, &surroundings, now, &Rules::default()))
        });
        match done {
            Ok(recorded) => Ok(Some(recorded)),
            Err(RecordError::NotReporting) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether reporting works, and if not, why. `None` when this account has never reported.
    pub fn reporting(&self) -> Result<Option<ReportingView>, RecordError> {
        let Some(reporting) = self.inner().reporting(false)? else { return Ok(None) };
        let outbox = &reporting.sending.outbox;
        let memory = Memory::read(outbox.memory()?.as_deref());
        let mut gaps: Vec<Gap> = memory.gaps.open().into_iter().collect();
        gaps.extend(outbox.gaps(GAPS_SHOWN - gaps.len() as u32)?);
        let status = outbox.status()?;
        let blocked = lock(&reporting.sending.blocked).filter(|_| status.queued > 0);
        let in_memory_only = reporting.waiting.count() as u32;
        let geofences = lock(&reporting.geofences);
        let name = |id| geofences.iter().find(|one| one.id == id).map(|one| one.name.clone());
        let crossings = memory.crossings.iter().map(|event| OwnCrossing {
            geofence_name: name(event.geofence_id).unwrap_or_default(),
            crossing: event.crossing,
            at: event.at,
        });
        // An end that is not kept yet is one for whoever looks.
        let unit_identifier = memory.unit_identifier.filter(|_| reporting.ending.borrow().is_none());
        Ok(Some(ReportingView {
            profile: unit_identifier.as_ref().and(memory.profile),
            moving: memory.moving && unit_identifier.is_some(),
            unit_identifier,
            blocked: blocked.map(|halt| halt.why),
            not_before: blocked.and_then(|halt| halt.not_before),
            outbox: status,
            in_memory_only,
            gaps,
            rejected: outbox.rejected_counts(self.inner().wall_now())?,
            geofences: geofences.len() as u32,
            crossings: crossings.collect(),
            salvaged: reporting.salvaged,
        }))
    }

    /// A page of what waits, oldest first.
    pub fn outbox_page(&self, offset: u32) -> Result<Vec<QueuedFix>, RecordError> {
        let Some(reporting) = self.inner().reporting(false)? else { return Ok(Vec::new()) };
        Ok(reporting.sending.outbox.page(offset, PAGE_ROWS as u32)?)
    }

    /// What the server would not take, oldest first, with the reason; at most 50.
    pub fn set_aside(&self) -> Result<Vec<(QueuedFix, SetAsideReason)>, RecordError> {
        let Some(reporting) = self.inner().reporting(false)? else { return Ok(Vec::new()) };
        Ok(reporting.sending.outbox.set_aside_fixes(PAGE_ROWS as u32)?)
    }

    /// Everything set aside waits again. Answers with how many.
    pub fn retry_set_aside(&self) -> Result<u64, RecordError> {
        let Some(reporting) = self.inner().reporting(false)? else { return Ok(0) };
        let back = reporting.sending.outbox.retry_set_aside()?;
        reporting.sending.wake.notify_one();
        self.inner().start_sending();
        self.inner().touch();
        Ok(back)
    }

    /// Shows readings on the screen without reporting them: nothing is kept on the disk.
    pub fn locate(
        &self,
        fixes: &[Fix],
        surroundings: &Surroundings,
        now: &DeviceTime,
    ) -> Result<(), ConsentRequired> {
        self.inner().permits(Purpose::LocationOnScreen)?;
        *lock(&self.inner().surroundings) = Some(*surroundings);
        let mut here = lock(&self.inner().here);
        *here = own::step(&here, fixes, surroundings, now, &Rules::default()).state;
        drop(here);
        self.inner().touch();
        Ok(())
    }

    /// The newest usable reading of this phone, from [`record`](Self::record) or [`locate`](Self::locate).
    /// Before either was called it is the last known one of a phone that reports. `None` also without consent to show it, and
    /// never more precise than what the system allows now.
    pub fn my_location(&self, now: &DeviceTime) -> Option<MyLocation> {
        self.inner().permits(Purpose::LocationOnScreen).ok()?;
        // Opening an outbox brings its last place. Why one cannot be opened the calls of reporting tell.
        let _told_there = self.inner().reporting(false);
        let around = *lock(&self.inner().surroundings);
        let here = lock(&self.inner().here);
        match around {
            Some(around) => own::my_location(&own::permitted(&here, around.permission), now),
            None => own::my_location(&here, now),
        }
    }

    fn not_reporting(&self) -> RecordError {
        if self.inner().session().is_some() { RecordError::NotReporting } else { RecordError::SignedOut }
    }

    /// One transaction of the rules: `work` gets what is remembered and answers with a step, or with `None` while
    /// reporting is off.
    fn change(
        &self,
        reporting: &Reporting,
        now: &DeviceTime,
        kept: Kept,
        mut work: impl FnMut(&mut Memory, &mut Vec<Gap>) -> Option<Step>,
    ) -> Result<Recorded, RecordError> {
        self.inner().note_time(now);
        let first = !reporting.resumed.swap(true, Ordering::Relaxed);
        let done = reporting.sending.outbox.update(|json| {
            let mut memory = Memory::read(json);
            let on = memory.unit_identifier.is_some();
            let mut gaps = Vec::new();
            if first && on {
                gaps.extend(memory.gaps.step(Happened::Resumed, now));
            }
            let step = work(&mut memory, &mut gaps);
            let erase = matches!(kept, Kept::Ended { erase: true }) || (kept == Kept::EndedIfOn && on);
            let mut change = OutboxChange { erase, gaps, now: now.wall, ..OutboxChange::default() };
            let recorded = step.map(|step| {
                memory.own = step.state;
                memory.cross(&lock(&reporting.geofences), &step.accepted, now);
                (memory.profile, memory.moving) = (Some(step.profile), step.moving);
                change.unit_identifier = memory.unit_identifier.clone().unwrap_or_default();
                change.rejected.clone_from(&step.rejected);
                let times: Vec<_> = step.accepted.iter().map(|fix| fix.fix_time).collect();
                change.accepted = step.accepted;
                (times, step.rejected, step.profile, step.moving, memory.own.clone())
            });
            if kept != Kept::On {
                memory.unit_identifier = None;
            }
            if erase {
                memory.forget_places();
            }
            change.memory_json = serde_json::to_string(&memory).ok();
            (change, recorded)
        });
        if done.is_err() && first {
            reporting.resumed.store(false, Ordering::Relaxed); // nothing of it was kept: the next call tells it
        }
        let (recorded, ids) = done?;
        let (times, rejected, profile, moving, own) = recorded.ok_or(RecordError::NotReporting)?;
        // What is to be erased is not looked at again; what is on the screen now may stay.
        if !matches!(kept, Kept::Ended { erase: true } | Kept::EndedIfOn) {
            *lock(&self.inner().here) = own;
        }
        self.inner().touch();
        let name = |(id, fix_time): (FixId, _)| RecordedFix { id, fix_time };
        Ok(Recorded { accepted: ids.into_iter().zip(times).map(name).collect(), rejected, profile, moving })
    }
}

/// What a transaction of the rules leaves of reporting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    /// On, if it was.
    On,
    /// Off.
    Ended {
        /// What waits is erased, reporting or not.
        erase: bool,
    },
    /// Off, and what waits is erased if it was on.
    EndedIfOn,
}

impl From<StoreError> for RecordError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::StorageFull,
            other => Self::Storage(other),
        }
    }
}
