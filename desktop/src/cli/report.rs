//! `report`: a recorded track, or a phone that is made up, reported as this account's own position.
//!
//! Decides when each reading is handed over and what time is stamped on it. Leaves the judging, keeping and sending to
//! the core, as on a phone.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use trak_core::engine::{Clock, Recorded, ReportAs, SystemClock, Trak, Unsent};
use trak_core::model::{BootId, DeviceTime, GapCause, Purpose, Rejection, UtcMs};
use trak_core::simulate::replay::{self, TrackPoint};
use trak_core::simulate::{Delivery, Faults, SimFleet, SimPhone};

use super::args::Report;
use super::failure::{Code, Failure};
use super::json as facts;
use super::out::{Out, remark};
use super::outbox;
use crate::input::duration_ms;
use crate::safe::safe;
use crate::text::{Text, fill, local_time, local_zone, rejection};

/// How often the rules look at the clock where no reading comes, and a simulated phone measures, milliseconds.
const TICK_MS: i64 = 60_000;
const MEASURE_MS: u64 = 1_000;
/// How long is waited for the server at the end.
const SENDING: Duration = Duration::from_secs(60);

/// What became of the readings.
#[derive(Default)]
struct Counts {
    recorded: usize,
    rejected: BTreeMap<&'static str, (Option<Rejection>, usize)>,
}

impl Counts {
    fn add(&mut self, recorded: &Recorded) {
        self.recorded += recorded.accepted.len();
        for rejected in &recorded.rejected {
            let counted = self.rejected.entry(facts::rejection(rejected.reason)).or_default();
            *counted = (Some(rejected.reason), counted.1 + 1);
        }
    }

    fn not_accepted(&self) -> usize {
        self.rejected.values().map(|(_, count)| count).sum()
    }
}

/// Reports until the source ends or a signal comes, then waits for what is still to be sent.
pub async fn run(text: &'static Text, out: &Out, wanted: &Report) -> Result<(), Failure> {
    if !(wanted.speed.is_finite() && wanted.speed >= 1.0) {
        return Err(Failure::say(Code::Usage, text.bad_speed));
    }
    let source = Source::read(text, wanted)?;
    let trak = super::open::signed_in(text)?;
    let outcome = match super::privacy::agreed_to(text, &trak, Purpose::Reporting) {
        Ok(()) => report(text, out, &trak, wanted, &source).await,
        Err(failure) => Err(failure),
    };
    trak.shutdown().await;
    outcome
}

async fn report(
    text: &'static Text,
    out: &Out,
    trak: &Trak,
    wanted: &Report,
    source: &Source,
) -> Result<(), Failure> {
    let begin = SystemClock::default().read().wall;
    // Stamped so that the last reading is taken when it is handed over: none is ever from the future.
    let length_ms = source.length_ms();
    let start = begin.plus_ms((length_ms as f64 / wanted.speed) as i64 - length_ms);
    let mut counts = Counts::default();
    let report_as = ReportAs { unit_identifier: wanted.unit.clone() };
    let failed = |error| Failure::record(text, &error);
    if let Some(newest) = outbox::newest(text, trak)?.filter(|newest| start < *newest) {
        // Times only grow: readings from before it would be given times that they do not have.
        let newest = local_time(newest, &local_zone());
        return Err(Failure::say(Code::Usage, fill(text.replay_overlaps, newest)));
    }
    let mut now = DeviceTime { wall: start, since_boot_ms: 0, boot: BootId(begin.0.unsigned_abs()) };
    trak.start_reporting(&report_as, &now).map_err(failed)?;
    let hand_over = async {
        let clock = Instant::now();
        let (mut told, mut known_around) = (clock, None);
        for (at, mut fixes, around) in source.deliveries(start) {
            // Each run is a phone that was started for it: clocks of different runs cannot be compared.
            let boot =
                |time: DeviceTime| DeviceTime { boot: BootId(time.boot.0 ^ begin.0.unsigned_abs()), ..time };
            let at = boot(at);
            for fix in &mut fixes {
                fix.taken = boot(fix.taken);
            }
            while now.boot == at.boot && at.wall.since_ms(now.wall) > TICK_MS {
                now.wall = now.wall.plus_ms(TICK_MS);
                now.since_boot_ms += TICK_MS.unsigned_abs();
                due(clock, now.wall.since_ms(start), wanted.speed).await;
                counts.add(&trak.tick(&now).map_err(failed)?);
            }
            due(clock, at.wall.since_ms(start), wanted.speed).await;
            now = at;
            if known_around.replace(around) != Some(around) {
                trak.set_surroundings(around, &now).map_err(failed)?;
            }
            counts.add(&trak.record(&fixes, &now).map_err(failed)?);
            if told.elapsed() >= Duration::from_secs(1) && std::io::stderr().is_terminal() {
                told = Instant::now();
                let waiting = trak.reporting().map_err(failed)?.map_or(0, |view| view.outbox.queued);
                let line = fill(text.report_progress, counts.recorded);
                let line = line.replace("{m}", &counts.not_accepted().to_string());
                remark(&line.replace("{t}", &waiting.to_string()));
            }
        }
        Ok(())
    };
    let outcome = tokio::select! {
        outcome = hand_over => outcome,
        () = super::stopped() => Ok(()),
    };
    // Also after a failure: what was recorded is sent, and the silence from here on has its cause.
    trak.stop_reporting(GapCause::SwitchedOff, Unsent::Send, &now).map_err(failed)?;
    outcome?;
    let view = outbox::drained(text, trak, SENDING).await?;
    if out.json {
        let rejected: BTreeMap<&str, usize> =
            counts.rejected.iter().map(|(word, (_, count))| (*word, *count)).collect();
        let mut document = json!({
            "schema": "trak.report.v1",
            "unit_identifier": wanted.unit,
            "recorded": counts.recorded,
            "not_accepted": rejected,
        });
        if let (Some(object), Value::Object(state)) = (document.as_object_mut(), facts::outbox(&view)) {
            object.insert("outbox".to_owned(), Value::Object(state));
        }
        out.document(&document)?;
    } else {
        out.line(&format!("{}: {}", text.label_recorded, counts.recorded))?;
        let words = counts.rejected.values().filter_map(|(reason, count)| Some(((*reason)?, *count as u64)));
        for (reason, count) in words {
            out.line(&format!("{}: {} ({count})", text.label_not_accepted, rejection(text, reason)))?;
        }
        for line in outbox::lines(text, trak, &view) {
            out.line(&line)?;
        }
    }
    outbox::outcome(text, &view)
}

/// Waits until a moment of the source is reached at `speed`.
async fn due(clock: Instant, source_ms: i64, speed: f64) {
    let after = Duration::from_secs_f64((source_ms.max(0) as f64 / speed / 1_000.0).min(1e9));
    tokio::time::sleep_until(clock + after).await;
}

/// Where the readings come from.
enum Source {
    Track(Vec<TrackPoint>),
    Phone { seed: u64, length_ms: i64, faults: bool },
}

impl Source {
    fn read(text: &Text, wanted: &Report) -> Result<Self, Failure> {
        if let Some(path) = &wanted.source.replay {
            return read_track(text, path).map(Self::Track);
        }
        let bad = || Failure::say(Code::Usage, fill(text.bad_duration, safe(&wanted.length)));
        let length_ms = duration_ms(&wanted.length).filter(|ms| *ms > 0).ok_or_else(bad)?;
        Ok(Self::Phone { seed: wanted.seed, length_ms, faults: wanted.faults })
    }

    /// From the first reading to the last.
    fn length_ms(&self) -> i64 {
        match self {
            Self::Phone { length_ms, .. } => *length_ms,
            Self::Track(points) => {
                let ends = replay::deliveries(points, UtcMs(0)).map(|(now, ..)| now.wall.0);
                ends.fold(0, i64::max)
            }
        }
    }

    fn deliveries(&self, start: UtcMs) -> Vec<Delivery> {
        match self {
            Self::Track(points) => replay::deliveries(points, start).collect(),
            Self::Phone { seed, length_ms, faults } => {
                let length_ms = length_ms.unsigned_abs();
                let units = SimFleet::new(*seed, 1);
                let phones =
                    units.units().map(|unit| SimPhone::new(*seed, unit, start, length_ms, MEASURE_MS));
                let faulty = |phone: SimPhone| {
                    // Not the clocks: they say when a reading is handed over.
                    let faults =
                        faults.then(|| Faults { clocks: Vec::new(), ..Faults::seeded(*seed, length_ms) });
                    phone.with(faults.unwrap_or_default())
                };
                phones.map(faulty).flat_map(|phone| phone.deliveries().collect::<Vec<_>>()).collect()
            }
        }
    }
}

/// A track as its file's name says.
fn read_track(text: &Text, path: &Path) -> Result<Vec<TrackPoint>, Failure> {
    let shown = safe(&path.display().to_string());
    let bytes =
        std::fs::read(path).map_err(|_| Failure::say(Code::Storage, fill(text.file_trouble, &shown)))?;
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let points = match extension.as_str() {
        "gpx" | "xml" => replay::gpx(&bytes).ok(),
        "tsv" => core::str::from_utf8(&bytes).ok().and_then(|text| replay::tsv(text).ok()),
        _ => None,
    };
    points.ok_or_else(|| Failure::say(Code::Usage, fill(text.bad_track, shown)))
}
