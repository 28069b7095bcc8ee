//! Reporting this phone's own position: from the sensors' readings to the outbox.
//!
//! [`Trak::record`] is synchronous and durable: when it returns the process may be killed. Decides the order of the rules
//! within one transaction. Leaves what is accepted to `decide::own`, causes of silence to `decide::gap`, what is
//! remembered between two calls to `memory`, opening and sending to `keeping`.

mod keeping;
mod memory;

use std::sync::atomic::Ordering;

use crate::decide::consent::ConsentRequired;
use crate::decide::gap::Happened;
use crate::decide::own::{self, MyLocation, Rules, Step};
use crate::engine::{RecordError, Recorded, RecordedFix, ReportAs, Trak, Unsent};
use crate::lock::lock;
use crate::model::{
    DeviceTime, Fix, FixId, Gap, GapCause, Purpose, QueuedFix, SamplingProfile, SetAsideReason, Surroundings,
};
use crate::store::StoreError;
use crate::store::outbox::OutboxChange;
use crate::view::{OwnCrossing, PAGE_ROWS, ReportingView};

pub(super) use keeping::Reporting;
use memory::Memory;

/// How many readings wait in memory while the disk is full.
const IN_MEMORY: usize = 1_000;
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
        let said = *lock(&self.inner().surroundings);
        let recorded = self.change(&reporting, now, |memory, gaps| {
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
        let mut reporting = self.inner().reporting(false)?.ok_or_else(|| self.not_reporting())?;
        self.still_agreed(&reporting, now)?;
        let mut all = std::mem::take(&mut *lock(&reporting.in_memory));
        all.extend_from_slice(fixes);
        let mut step = |memory: &mut Memory, gaps: &mut Vec<Gap>| {
            memory.unit_identifier.as_ref()?;
            if !all.is_empty() {
                gaps.extend(memory.gaps.step(Happened::Heard, now));
            }
            Some(own::step(&memory.own, &all, &memory.surroundings(), now, &Rules::default()))
        };
        let mut done = self.change(&reporting, now, &mut step);
        if done == Err(RecordError::Storage(StoreError::Corrupt)) {
            // Opened anew the outbox is salvaged; these readings go into what was saved.
            reporting = self.inner().reporting(false)?.ok_or(RecordError::Storage(StoreError::Corrupt))?;
            done = self.change(&reporting, now, &mut step);
        }
        match &done {
            Err(RecordError::StorageFull | RecordError::Storage(_)) => {
                let spare = all.len().saturating_sub(IN_MEMORY); // the oldest give way
                *lock(&reporting.in_memory) = all.split_off(spare);
            }
            Ok(recorded) if !recorded.accepted.is_empty() => {
                reporting.sending.wake.notify_one();
                self.inner().start_sending();
            }
            _ => {}
        }
        done
    }

    /// Time passed: to be called about once a minute while reporting is on. A sign of life may be due.
    pub fn tick(&self, now: &DeviceTime) -> Result<Recorded, RecordError> {
        let reporting = self.inner().reporting(false)?.ok_or_else(|| self.not_reporting())?;
        self.still_agreed(&reporting, now)?;
        if !lock(&reporting.in_memory).is_empty() {
            self.record(&[], now)?;
        }
        let recorded = self.change(&reporting, now, |memory, gaps| {
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
        let Some(reporting) = self.inner().reporting(false)? else { return Ok(None) };
        let done = self.change(&reporting, now, |memory, gaps| {
            memory.surroundings = Some(surroundings);
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

    /// Switches reporting off: capture ends at once, what waits is sent or erased as the person chose.
    pub fn stop_reporting(
        &self,
        cause: GapCause,
        unsent: Unsent,
        now: &DeviceTime,
    ) -> Result<(), RecordError> {
        let Some(reporting) = self.inner().reporting(false)? else { return Ok(()) };
        self.end(&reporting, cause, now)?;
        if unsent == Unsent::Erase {
            reporting.break_off();
            lock(&reporting.in_memory).clear();
            reporting.sending.outbox.erase_fixes()?;
            self.inner().touch();
        }
        Ok(())
    }

    /// Whether reporting works, and if not, why. `None` when this account has never reported.
    pub fn reporting(&self) -> Result<Option<ReportingView>, RecordError> {
        let Some(reporting) = self.inner().reporting(false)? else { return Ok(None) };
        let outbox = &reporting.sending.outbox;
        let memory = Memory::read(outbox.memory()?.as_deref());
        let mut gaps: Vec<Gap> = memory.gaps.open().into_iter().collect();
        gaps.extend(outbox.gaps(GAPS_SHOWN - gaps.len() as u32)?);
        let status = outbox.status()?;
        let blocked = *lock(&reporting.sending.blocked);
        let in_memory_only = lock(&reporting.in_memory).len() as u32;
        let geofences = lock(&reporting.geofences);
        let name = |id| geofences.iter().find(|one| one.id == id).map(|one| one.name.clone());
        let crossings = memory.crossings.iter().map(|event| OwnCrossing {
            geofence_name: name(event.geofence_id).unwrap_or_default(),
            crossing: event.crossing,
            at: event.at,
        });
        Ok(Some(ReportingView {
            profile: memory.unit_identifier.as_ref().and(memory.profile),
            moving: memory.moving && memory.unit_identifier.is_some(),
            unit_identifier: memory.unit_identifier,
            blocked: blocked.filter(|_| status.queued > 0),
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
        let mut here = lock(&self.inner().here);
        *here = own::step(&here, fixes, surroundings, now, &Rules::default()).state;
        drop(here);
        self.inner().touch();
        Ok(())
    }

    /// The newest usable reading of this phone, from [`record`](Self::record) or [`locate`](Self::locate).
    /// Before either was called it is the last known one of a phone that reports. `None` also without consent to show it.
    pub fn my_location(&self, now: &DeviceTime) -> Option<MyLocation> {
        self.inner().permits(Purpose::LocationOnScreen).ok()?;
        // Opening an outbox brings its last place. Why one cannot be opened the calls of reporting tell.
        let _told_there = self.inner().reporting(false);
        own::my_location(&lock(&self.inner().here), now)
    }

    /// A withdrawal by another program of this person, or a policy that has begun to apply, ends capture here too.
    fn still_agreed(&self, reporting: &Reporting, now: &DeviceTime) -> Result<(), RecordError> {
        let Err(refused) = self.inner().permits(Purpose::Reporting) else { return Ok(()) };
        self.end(reporting, GapCause::ConsentWithdrawn, now)?;
        Err(refused.into())
    }

    fn not_reporting(&self) -> RecordError {
        if self.inner().session().is_some() { RecordError::NotReporting } else { RecordError::SignedOut }
    }

    /// What is still held back is decided, and a gap with its cause begins.
    pub(super) fn end(
        &self,
        reporting: &Reporting,
        cause: GapCause,
        now: &DeviceTime,
    ) -> Result<(), RecordError> {
        let ended = self.change(reporting, now, |memory, gaps| {
            memory.unit_identifier.as_ref()?;
            let step = own::finish(&memory.own, now, &Rules::default());
            gaps.extend(memory.gaps.step(Happened::Stopped(cause), now));
            Some(step)
        });
        match ended {
            Ok(_) | Err(RecordError::NotReporting) => {}
            Err(error) => return Err(error),
        }
        reporting.sending.outbox.update(|json| {
            let mut memory = Memory::read(json);
            memory.unit_identifier = None;
            (
                OutboxChange {
                    memory_json: serde_json::to_string(&memory).ok(),
                    now: now.wall,
                    ..OutboxChange::default()
                },
                (),
            )
        })?;
        reporting.sending.wake.notify_one();
        Ok(())
    }

    /// One transaction of the rules: `work` gets what is remembered and answers with a step, or with `None` while
    /// reporting is off.
    fn change(
        &self,
        reporting: &Reporting,
        now: &DeviceTime,
        mut work: impl FnMut(&mut Memory, &mut Vec<Gap>) -> Option<Step>,
    ) -> Result<Recorded, RecordError> {
        self.inner().note_time(now);
        let first = !reporting.resumed.swap(true, Ordering::Relaxed);
        let done = reporting.sending.outbox.update(|json| {
            let mut memory = Memory::read(json);
            let mut gaps = Vec::new();
            if first && memory.unit_identifier.is_some() {
                gaps.extend(memory.gaps.step(Happened::Resumed, now));
            }
            let step = work(&mut memory, &mut gaps);
            let mut change = OutboxChange { gaps, now: now.wall, ..OutboxChange::default() };
            let recorded = step.map(|step| {
                memory.own = step.state;
                memory.cross(&lock(&reporting.geofences), &step.accepted, now.wall);
                (memory.profile, memory.moving) = (Some(step.profile), step.moving);
                change.unit_identifier = memory.unit_identifier.clone().unwrap_or_default();
                change.rejected.clone_from(&step.rejected);
                let times: Vec<_> = step.accepted.iter().map(|fix| fix.fix_time).collect();
                change.accepted = step.accepted;
                (times, step.rejected, step.profile, step.moving, memory.own.clone())
            });
            change.memory_json = serde_json::to_string(&memory).ok();
            (change, recorded)
        });
        if done.is_err() && first {
            reporting.resumed.store(false, Ordering::Relaxed); // nothing of it was kept: the next call tells it
        }
        let (recorded, ids) = done?;
        let (times, rejected, profile, moving, own) = recorded.ok_or(RecordError::NotReporting)?;
        *lock(&self.inner().here) = own;
        self.inner().touch();
        let name = |(id, fix_time): (FixId, _)| RecordedFix { id, fix_time };
        Ok(Recorded { accepted: ids.into_iter().zip(times).map(name).collect(), rejected, profile, moving })
    }
}

impl From<StoreError> for RecordError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::StorageFull,
            other => Self::Storage(other),
        }
    }
}
