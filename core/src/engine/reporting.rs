//! Reporting this phone's own position: from the sensors' readings to the outbox.
//!
//! Decides when an outbox is opened, what happens to one that is found damaged, and what the rules remember between two
//! calls. [`Trak::record`] is synchronous and durable: when it returns the process may be killed. Leaves what is accepted
//! to `decide::own`, causes of silence to `decide::gap` and the sending to `sync::upload`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::decide::gap::{GapState, Happened};
use crate::decide::own::{self, MyLocation, OwnState, Rules, Step};
use crate::engine::keys::{self, KeyTrouble};
use crate::engine::trak::{Inner, Trak};
use crate::engine::{RecordError, Recorded, RecordedFix, ReportAs, Unsent};
use crate::lock::lock;
use crate::model::{
    AccountKey, DeviceTime, Fix, FixId, Gap, GapCause, LocationPermission, QueuedFix, SamplingProfile,
    SetAsideReason, Surroundings,
};
use crate::store::outbox::{Outbox, OutboxChange, OutboxReport};
use crate::store::{self, StoreError};
use crate::sync::session::Session;
use crate::sync::upload::{self, Sending};
use crate::view::{PAGE_ROWS, ReportingView};

/// How many readings wait in memory while the disk is full.
const IN_MEMORY: usize = 1_000;
/// How many gaps a view shows.
const GAPS_SHOWN: u32 = 50;
/// Until the shell says otherwise.
const ASSUMED: Surroundings = Surroundings {
    permission: LocationPermission::WhileInUse,
    location_on: true,
    battery: None,
    power_save: false,
};

/// What is remembered between two calls; one JSON text in the outbox, written in the same transaction as the fixes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Memory {
    /// The identifier of the unit that is reported for, while reporting is on.
    unit_identifier: Option<String>,
    own: OwnState,
    gaps: GapState,
    surroundings: Option<Surroundings>,
    profile: Option<SamplingProfile>,
    moving: bool,
}

impl Memory {
    fn read(json: Option<&str>) -> Self {
        let Some(json) = json else { return Self::default() };
        serde_json::from_str(json).unwrap_or_else(|_| {
            // What was not lost with it: the fixes. Reporting has to be switched on again, which a person sees.
            tracing::error!("what the rules of reporting remembered cannot be read");
            Self::default()
        })
    }

    fn surroundings(&self) -> Surroundings {
        self.surroundings.unwrap_or(ASSUMED)
    }
}

/// The reporting of one account.
pub(crate) struct Reporting {
    account: AccountKey,
    sending: Arc<Sending>,
    stop: CancellationToken,
    sender_runs: Arc<AtomicBool>,
    /// The first call after the program's start tells a gap that a killed process left.
    resumed: AtomicBool,
    in_memory: Mutex<Vec<Fix>>,
    salvaged: Option<(u64, bool)>,
}

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
        let reporting = self.inner().reporting(true)?.ok_or(RecordError::SignedOut)?;
        let recorded = self.change(&reporting, now, |memory, gaps| {
            memory.unit_identifier = Some(identifier.to_owned());
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

    /// What the system allows and how the battery stands. Answers with what to ask of the sensors now.
    pub fn set_surroundings(
        &self,
        surroundings: Surroundings,
        now: &DeviceTime,
    ) -> Result<Option<SamplingProfile>, RecordError> {
        let Some(reporting) = self.inner().reporting(false)? else { return Ok(None) };
        let done = self.change(&reporting, now, |memory, gaps| {
            memory.surroundings = Some(surroundings);
            memory.unit_identifier.as_ref()?;
            gaps.extend(memory.gaps.step(Happened::Around(surroundings), now));
            Some(own::tick(&memory.own, &surroundings, now, &Rules::default()))
        });
        match done {
            Ok(recorded) => Ok(Some(recorded.profile)),
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
        Ok(Some(ReportingView {
            profile: memory.unit_identifier.as_ref().and(memory.profile),
            moving: memory.moving && memory.unit_identifier.is_some(),
            unit_identifier: memory.unit_identifier,
            blocked: blocked.filter(|_| status.queued > 0),
            outbox: status,
            in_memory_only: lock(&reporting.in_memory).len() as u32,
            gaps,
            rejected: outbox.rejected_counts(self.inner().wall_now())?,
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
    pub fn locate(&self, fixes: &[Fix], surroundings: &Surroundings, now: &DeviceTime) {
        let mut here = lock(&self.inner().here);
        *here = own::step(&here, fixes, surroundings, now, &Rules::default()).state;
        drop(here);
        self.inner().touch();
    }

    /// The newest usable reading of this phone, from [`record`](Self::record) or [`locate`](Self::locate).
    pub fn my_location(&self, now: &DeviceTime) -> Option<MyLocation> {
        own::my_location(&lock(&self.inner().here), now)
    }

    fn not_reporting(&self) -> RecordError {
        if self.inner().session().is_some() { RecordError::NotReporting } else { RecordError::SignedOut }
    }

    /// What is still held back is decided, and a gap with its cause begins.
    fn end(&self, reporting: &Reporting, cause: GapCause, now: &DeviceTime) -> Result<(), RecordError> {
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
        let (recorded, ids) = reporting.sending.outbox.update(|json| {
            let mut memory = Memory::read(json);
            let mut gaps = Vec::new();
            if first && memory.unit_identifier.is_some() {
                gaps.extend(memory.gaps.step(Happened::Resumed, now));
            }
            let step = work(&mut memory, &mut gaps);
            let mut change = OutboxChange { gaps, now: now.wall, ..OutboxChange::default() };
            let recorded = step.map(|step| {
                memory.own = step.state;
                (memory.profile, memory.moving) = (Some(step.profile), step.moving);
                change.unit_identifier = memory.unit_identifier.clone().unwrap_or_default();
                change.rejected.clone_from(&step.rejected);
                let times: Vec<_> = step.accepted.iter().map(|fix| fix.fix_time).collect();
                change.accepted = step.accepted;
                (times, step.rejected, step.profile, step.moving, memory.own.clone())
            });
            change.memory_json = serde_json::to_string(&memory).ok();
            (change, recorded)
        })?;
        let (times, rejected, profile, moving, own) = recorded.ok_or(RecordError::NotReporting)?;
        *lock(&self.inner().here) = own;
        self.inner().touch();
        let name = |(id, fix_time): (FixId, _)| RecordedFix { id, fix_time };
        Ok(Recorded { accepted: ids.into_iter().zip(times).map(name).collect(), rejected, profile, moving })
    }
}

impl Inner {
    /// The reporting of whoever is signed in; opened where an outbox is there, or `make`s one.
    pub(super) fn reporting(self: &Arc<Self>, make: bool) -> Result<Option<Arc<Reporting>>, RecordError> {
        let Some(session) = self.session() else { return Ok(None) };
        let mut slot = lock(&self.reporting);
        if let Some(reporting) = slot.as_ref() {
            if reporting.account == session.key && !reporting.sending.outbox.is_broken() {
                return Ok(Some(Arc::clone(reporting)));
            }
            // Another account, or damage met in use: the next opening salvages.
            reporting.close();
        }
        *slot = None;
        let folder = self.outbox_folder(&session.key);
        if !make && !Outbox::exists(&folder) {
            return Ok(None);
        }
        let key =
            keys::outbox_key(&*self.secrets, &session.key, &folder).map_err(|trouble| match trouble {
                KeyTrouble::Secrets(error) => RecordError::SecretStore(error),
                KeyTrouble::Missing => RecordError::KeyMissing,
            })?;
        let opened = Outbox::open(&folder, &key, session.key.clone())?;
        let salvaged = match opened.report {
            OutboxReport::Salvaged { fixes, complete, .. } => Some((fixes as u64, complete)),
            OutboxReport::Fresh | OutboxReport::Existing => None,
        };
        let reporting = Arc::new(Reporting {
            account: session.key.clone(),
            sending: Arc::new(Sending {
                outbox: Arc::new(opened.outbox),
                wake: Notify::new(),
                blocked: Mutex::new(None),
            }),
            stop: CancellationToken::new(),
            sender_runs: Arc::default(),
            resumed: AtomicBool::new(false),
            in_memory: Mutex::default(),
            salvaged,
        });
        *slot = Some(Arc::clone(&reporting));
        Ok(Some(reporting))
    }

    /// Starts the sender where there is somebody to send for and none runs.
    pub(super) fn start_sending(self: &Arc<Self>) {
        let Some(session) = self.session() else { return };
        let reporting = match self.reporting(false) {
            Ok(Some(reporting)) => reporting,
            Ok(None) => return,
            Err(error) => {
                tracing::error!(?error, "the outbox cannot be opened");
                return;
            }
        };
        if session.token().is_none() || reporting.sender_runs.swap(true, Ordering::AcqRel) {
            return;
        }
        let seed = self.seed;
        self.tasks.spawn_on(
            async move {
                let _over = Over(Arc::clone(&reporting.sender_runs));
                tokio::select! {
                    () = reporting.stop.cancelled() => {}
                    () = upload::run(session, Arc::clone(&reporting.sending), seed) => {}
                }
            },
            &self.runtime,
        );
    }

    /// Before somebody is signed out: capture ends, what waits stays for the same account's next sign-in. An outbox that
    /// nothing waits in has nothing to tell any more: with `erase_if_empty` it goes with its key.
    pub(super) fn leave_reporting(
        self: &Arc<Self>,
        session: &Session,
        erase_if_empty: bool,
    ) -> Result<(), RecordError> {
        // Opened for this if need be: reporting may be on without having been used since the start.
        let opened = self.reporting(false);
        let Some(reporting) = lock(&self.reporting).take() else { return opened.map(drop) };
        if reporting.account == session.key {
            let trak = Trak::of(Arc::clone(self));
            if let Err(error) = trak.end(&reporting, GapCause::SignedOut, &self.device_now()) {
                tracing::error!(?error, "the end of reporting was not kept");
            }
        }
        let waits = reporting.sending.outbox.status().map(|status| status.queued + status.set_aside);
        reporting.close();
        *lock(&self.here) = OwnState::default();
        if erase_if_empty && waits == Ok(0) {
            keys::forget_outbox_key(&*self.secrets, &session.key).map_err(RecordError::SecretStore)?;
            store::erase(&self.outbox_folder(&session.key))?;
        }
        Ok(())
    }

    /// Ends the sender and closes the outbox without ending reporting: the next start goes on.
    pub(super) fn close_reporting(&self) {
        if let Some(reporting) = lock(&self.reporting).take() {
            reporting.close();
        }
    }
}

impl Reporting {
    fn close(&self) {
        self.stop.cancel();
        self.sending.outbox.close();
    }
}

/// Says that the sender has ended, however it ended.
struct Over(Arc<AtomicBool>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
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
