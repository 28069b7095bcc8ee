//! How a position is taken in.
//!
//! Decides whether it becomes the unit's newest (older never replaces newer; the future and what is no position never do;
//! a fix time that is 1024 weeks behind is put right, and the raw one kept as the device's), what it measures
//! its way from, and that a position, its events and what is noted of its delivery are kept together or not at all.
//! Leaves reading the request to `routes::osmand` and `routes::fixes`, which events follow to `events`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use trak_core::decide::sanity::{self, Facts, NoPosition, Verdict};
use trak_core::geo::distance::distance_m;
use trak_core::model::{LatLon, UtcMs};

use crate::db::{NewPosition, Transaction};
use crate::error::Refusal;
use crate::events::{self, UnitState, Watch};
use crate::live::Live;
use crate::model::{Attributes, Device, Event, Position, Time};
use crate::server::State;

/// A position this far ahead of the clock is never the newest.
pub(crate) const FUTURE_MS: i64 = sanity::FUTURE_MS;
/// What a fix time may be: 1970 to 2100. Anything else is garbage that could not even be written back.
pub(crate) const TIMES_MS: core::ops::Range<i64> = 0..4_102_444_800_000;
/// Below this a unit stands, knots.
const STANDING_KN: f64 = 0.01;

/// What the attributes of a position may take as JSON, bytes: everybody who sees the unit is sent them.
const LARGEST_ATTRIBUTES: usize = 16 * 1024;

/// Whether attributes are small enough to be kept.
pub(crate) fn fit(attributes: &Attributes) -> bool {
    serde_json::to_string(attributes).is_ok_and(|json| json.len() <= LARGEST_ATTRIBUTES)
}

/// A report of a unit.
#[derive(Clone, Debug)]
pub struct Report {
    /// What it came by, as the wire names it.
    pub protocol: &'static str,
    /// When, milliseconds; `None` for now.
    pub fix_time: Option<i64>,
    /// When by the unit's own clock, where that differs.
    pub device_time: Option<i64>,
    /// Where.
    pub place: LatLon,
    /// Altitude, metres.
    pub altitude_m: f64,
    /// Speed, knots.
    pub speed_kn: f64,
    /// Course, degrees.
    pub course_deg: f64,
    /// Accuracy, metres; 0 where not stated.
    pub accuracy_m: f64,
    /// Whether the receiver vouches for it.
    pub valid: bool,
    /// Everything else.
    pub attributes: Attributes,
}

/// Takes reports of units in, all in one transaction, and tells the open sockets. On the disk when it returns. Reports
/// of units that are gone are left out. Blocks.
pub fn take(state: &State, reports: Vec<(i64, Report)>) -> Result<(), Refusal> {
    take_with(state, |_, intake| {
        reports.into_iter().try_for_each(|(device, report)| intake.take(device, report).map(|_| ()))
    })
}

/// Runs `work` in one transaction; once that is on the disk, the open sockets hear of what was taken in. Blocks.
pub(crate) fn take_with<T>(
    state: &State,
    work: impl FnOnce(&Transaction<'_>, &mut Intake<'_, '_>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    // Held until the sockets are told, so that they hear of positions in the order in which they were kept.
    let _taking = state.taking.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (done, taken) = state.db.transaction(|transaction| {
        let mut intake = Intake::new(transaction, state.now());
        let done = work(transaction, &mut intake)?;
        Ok((done, intake.end()?))
    })?;
    for unit in taken {
        unit.tell(&state.live);
    }
    Ok(done)
}

/// Erases positions of a unit by `work`; the open sockets hear which one is its newest now. Blocks.
pub(crate) fn erasing<T>(
    state: &State,
    device: i64,
    work: impl FnOnce() -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    // Held as by `take_with`: what the sockets hear last must be what is.
    let _taking = state.taking.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let done = work()?;
    if let Some(unit) = state.db.device(device)? {
        state.live.device(&unit);
        if let Some(newest) = state.db.latest(device)? {
            state.live.positions(device, &[newest]);
        }
    }
    Ok(done)
}

/// Positions on their way into a transaction.
pub(crate) struct Intake<'t, 'c> {
    transaction: &'t Transaction<'c>,
    now: i64,
    units: HashMap<i64, Option<Unit>>,
    /// Units in the order in which they were first heard of.
    order: Vec<i64>,
}

/// A unit as it is in the transaction so far, and what has been kept of it.
pub(crate) struct Unit {
    device: Device,
    newest: Option<Position>,
    watch: Watch,
    /// What the rules of events remember; `None` until something needs it.
    state: Option<UnitState>,
    /// Whether that has to be kept.
    remembers: bool,
    /// Whether the unit gave a sign of life.
    heard: bool,
    positions: Vec<Position>,
    events: Vec<Event>,
}

impl Unit {
    /// `heard_at` is when it was heard of, which sets it online.
    fn read(t: &Transaction<'_>, id: i64, heard_at: Option<i64>) -> Result<Option<Self>, Refusal> {
        let Some(mut device) = t.device(id)? else { return Ok(None) };
        let mut unit = Self {
            newest: t.latest(id)?,
            watch: Watch::of(&t.geofences_of(id)?),
            state: None,
            remembers: false,
            heard: heard_at.is_some(),
            positions: Vec::new(),
            events: Vec::new(),
            device: Device::default(),
        };
        if let Some(now) = heard_at {
            let before = t.unit_state(id)?;
            let mut state = before.clone();
            if let Some(event) = state.heard(id, device.status == "online", now) {
                unit.keep(t, event, now)?;
            }
            unit.remembers = state != before;
            unit.state = Some(state);
            "online".clone_into(&mut device.status);
        }
        Ok(Some(Self { device, ..unit }))
    }

    fn keep(&mut self, t: &Transaction<'_>, mut event: Event, now: i64) -> Result<(), Refusal> {
        complete(t, &mut event)?;
        t.insert_event(&mut event, now)?;
        self.events.push(event);
        Ok(())
    }

    fn take(&mut self, t: &Transaction<'_>, report: Report, now: i64) -> Result<(), Refusal> {
        let raw_time = report.fix_time.unwrap_or(now);
        let facts = Facts {
            place: Some(report.place),
            fix_time: UtcMs(raw_time),
            server_time: Some(UtcMs(now)),
            valid: report.valid,
        };
        // What was taken in while the server's clock was ahead must not stay the newest until that time comes.
        let not_older = |fix_time: i64| {
            self.newest.as_ref().is_none_or(|n| n.fix_time.0 <= fix_time || n.fix_time.0 - now > FUTURE_MS)
        };
        let (fix_time, newest, report) = match sanity::judge(&facts, Some(UtcMs(now))) {
            Verdict::Accept { fix_time, .. } => (fix_time.0, not_older(fix_time.0), report),
            Verdict::Future { fix_time } => (fix_time.0, false, report),
            Verdict::NoPosition(why) => {
                // A receiver without a date of its own says so now.
                let said_at = if why == NoPosition::Year1980 { now } else { raw_time };
                let current = said_at - now <= FUTURE_MS && not_older(said_at);
                return self.take_without_place(t, report, raw_time, current.then_some(said_at), now);
            }
        };
        let report = Report { device_time: report.device_time.or(Some(raw_time)), ..report };
        let before = if newest { self.newest.take() } else { None };
        // A late report measures from its own neighbour, so that distances never jump back.
        let earlier = if newest { None } else { t.position_before(self.device.id, fix_time)? };
        let mut new = NewPosition {
            position: position(self.device.id, report, fix_time, before.as_ref().or(earlier.as_ref()), now),
            newest,
            online: true,
        };
        t.insert_position(&mut new)?;
        if newest {
            self.raise(t, &new.position, now)?;
            self.newest = Some(new.position.clone());
        }
        self.positions.push(new.position);
        Ok(())
    }

    /// What is no position is kept as one that nobody vouches for: it moves nothing and measures no way, but what else it
    /// says counts. `said_at` is when, where nothing newer is known.
    fn take_without_place(
        &mut self,
        t: &Transaction<'_>,
        report: Report,
        fix_time: i64,
        said_at: Option<i64>,
        now: i64,
    ) -> Result<(), Refusal> {
        let report = Report { valid: false, ..report };
        let mut position = position(self.device.id, report, fix_time, None, now);
        if let Some(total) = self.newest.as_ref().and_then(|n| n.attributes.get("totalDistance")) {
            position.attributes.insert("totalDistance".into(), total.clone());
        }
        let mut new = NewPosition { position, newest: false, online: true };
        t.insert_position(&mut new)?;
        if let Some(said_at) = said_at {
            let told = Position { fix_time: Time(said_at), ..new.position.clone() };
            self.raise(t, &told, now)?;
        }
        self.positions.push(new.position);
        Ok(())
    }

    /// The events of a position that is not older than the newest.
    fn raise(&mut self, t: &Transaction<'_>, position: &Position, now: i64) -> Result<(), Refusal> {
        let mut state = match self.state.take() {
            Some(state) => state,
            None => t.unit_state(self.device.id)?,
        };
        let events = events::of_position(&self.device, &self.watch, &mut state, position);
        self.state = Some(state);
        self.remembers = true;
        events.into_iter().try_for_each(|event| self.keep(t, event, now))
    }

    /// What follows from time alone.
    pub(crate) fn wait(&mut self, t: &Transaction<'_>, now: i64) -> Result<(), Refusal> {
        let mut state = t.unit_state(self.device.id)?;
        for event in events::of_time(self.device.id, &mut state, now) {
            self.keep(t, event, now)?;
        }
        self.state = Some(state);
        self.remembers = true;
        Ok(())
    }

    fn tell(&self, live: &Live) {
        // Time alone changes nothing of the unit itself.
        if self.heard || !self.positions.is_empty() {
            live.device(&self.device);
        }
        live.positions(self.device.id, &self.positions);
        for event in &self.events {
            live.event(event);
        }
    }
}

impl<'t, 'c> Intake<'t, 'c> {
    fn new(transaction: &'t Transaction<'c>, now: i64) -> Self {
        Self { transaction, now, units: HashMap::new(), order: Vec::new() }
    }

    /// Takes a report in; `false` where there is no such unit.
    pub(crate) fn take(&mut self, device: i64, report: Report) -> Result<bool, Refusal> {
        let (transaction, now) = (self.transaction, self.now);
        let Some(unit) = self.unit(device)? else { return Ok(false) };
        unit.take(transaction, report, now)?;
        Ok(true)
    }

    /// A unit that is heard of now.
    fn unit(&mut self, device: i64) -> Result<Option<&mut Unit>, Refusal> {
        let (transaction, now) = (self.transaction, self.now);
        self.known(device, || Unit::read(transaction, device, Some(now)))
    }

    /// A unit of which nothing is heard.
    pub(crate) fn still(&mut self, device: i64) -> Result<Option<&mut Unit>, Refusal> {
        let transaction = self.transaction;
        self.known(device, || Unit::read(transaction, device, None))
    }

    fn known(
        &mut self,
        device: i64,
        read: impl FnOnce() -> Result<Option<Unit>, Refusal>,
    ) -> Result<Option<&mut Unit>, Refusal> {
        let unit = match self.units.entry(device) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(vacant) => {
                self.order.push(device);
                vacant.insert(read()?)
            }
        };
        Ok(unit.as_mut())
    }

    /// The units as the transaction leaves them.
    fn end(mut self) -> Result<Vec<Unit>, Refusal> {
        let mut ended = Vec::with_capacity(self.order.len());
        for id in self.order {
            let Some(unit) = self.units.remove(&id).flatten() else { continue };
            if let Some(state) = unit.state.as_ref().filter(|_| unit.remembers) {
                self.transaction.put_unit_state(id, state)?;
            }
            if let Some(device) = self.transaction.device(id)? {
                ended.push(Unit { device, ..unit });
            }
        }
        Ok(ended)
    }
}

/// A crossing belongs to the first position on the other side.
fn complete(t: &Transaction<'_>, event: &mut Event) -> Result<(), Refusal> {
    if event.geofence_id != 0 && event.position_id == 0 {
        event.position_id = t.position_at(event.device_id, event.event_time.0)?;
    }
    Ok(())
}

/// Notes a sign of life without a place. Blocks.
pub(crate) fn heard_of(state: &State, device: i64) -> Result<(), Refusal> {
    take_with(state, |transaction, intake| {
        intake.unit(device)?;
        transaction.heard_of(device, state.now())
    })
}

/// The position of a report; `from` is what its way is measured from.
fn position(device_id: i64, report: Report, fix_time: i64, from: Option<&Position>, now: i64) -> Position {
    let way_m = from
        .and_then(|p| LatLon::new(p.latitude, p.longitude))
        .map_or(0.0, |from| distance_m(from, report.place));
    let total = from.and_then(|p| p.attributes.get("totalDistance")?.as_f64()).unwrap_or(0.0);
    let mut attributes = report.attributes;
    attributes.insert("distance".into(), way_m.into());
    attributes.insert("totalDistance".into(), (total + way_m).into());
    if !attributes.contains_key("motion") {
        attributes.insert("motion".into(), (report.speed_kn > STANDING_KN).into());
    }
    Position {
        id: 0,
        attributes,
        device_id,
        protocol: report.protocol.into(),
        server_time: Time(now),
        device_time: Time(report.device_time.unwrap_or(fix_time)),
        fix_time: Time(fix_time),
        valid: report.valid,
        latitude: report.place.lat_deg(),
        longitude: report.place.lon_deg(),
        altitude: report.altitude_m,
        speed: report.speed_kn,
        course: report.course_deg,
        address: None,
        accuracy: report.accuracy_m,
        network: None,
        geofence_ids: None,
    }
}
