//! A fleet that moves, for trying the product out.
//!
//! Decides what of a simulated fleet is in the database at the start and how it goes on in real time. The fleet itself
//! is `trak_core::simulate`.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use trak_core::decide::sanity::ROLLOVER_MS;
use trak_core::geo::distance::destination;
use trak_core::model::{LatLon, UtcMs};
use trak_core::simulate::{Oddity, SimFix, SimFleet, SimUnit};
use trak_core::traccar::decode::MPS_PER_KNOT;

use crate::cli::serve::{Serve, until_stopped};
use crate::cli::{CliError, password};
use crate::db::{Database, Link};
use crate::error::Refusal;
use crate::ingest::{self, Report};
use crate::model::{Attributes, Device, Group, User};
use crate::server::State;

/// How much of the past some units bring along.
const HISTORY_MS: i64 = 3 * 3_600_000;
/// How far apart those points are.
const HISTORY_STEP_MS: i64 = 60_000;
/// How many units bring a past along.
const WITH_HISTORY: usize = 12;
/// How many reports go into one transaction.
const BATCH: usize = 500;

/// What the demo is filled with.
#[derive(Clone, Debug)]
pub struct DemoConfig {
    /// How many units.
    pub size: usize,
    /// The same seed gives the same fleet.
    pub seed: u64,
    /// The account that sees it all.
    pub email: String,
    /// Its password.
    pub password: String,
}

/// What `demo` is asked for. The account's password comes from TRAK_PASSWORD, standard input or a prompt.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    serve: Serve,
    #[command(flatten)]
    password: password::From,
    /// How many units
    #[arg(long, default_value_t = 200)]
    size: usize,
    /// The same seed gives the same fleet
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Seconds between two reports of a unit
    #[arg(long, default_value_t = 10)]
    every: u64,
    /// The account that sees it
    #[arg(long, default_value = "demo@example.com")]
    account: String,
}

/// Runs `demo`: fills the database where that was not done before, serves it, keeps it moving.
pub fn run(arguments: Arguments, database: PathBuf) -> Result<(), CliError> {
    let Arguments { serve, password, size, seed, every, account } = arguments;
    let config = DemoConfig { size, seed, email: account, password: password::read(&password)?.to_string() };
    until_stopped(&serve, database, async move |state| {
        let (of, filled) = (state.clone(), config.clone());
        state.db.run(move |_| fill(&of, &filled)).await?;
        // Ends with the runtime.
        tokio::spawn(keep_moving(state, config, every));
        Ok(())
    })
}

/// Fills an empty database: an account, groups by region and site, units, their newest positions, some history.
/// Blocks.
pub fn fill(state: &State, config: &DemoConfig) -> Result<(), Refusal> {
    let db = &state.db;
    if db.user_by_sign_in(&config.email.to_lowercase())?.is_some() {
        return Ok(()); // filled before: a second start goes on with what is there
    }
    let account = crate::create_account(
        db,
        User {
            name: "Demo 调度".into(),
            email: config.email.clone(),
            password: Some(config.password.clone()),
            ..User::default()
        },
    )?;
    let fleet = SimFleet::new(config.seed, config.size);
    let units: Vec<SimUnit> = fleet.units().collect();
    let groups = groups(db, account.id, &units)?;
    let new: Vec<Device> = units.iter().map(|unit| device(unit, &groups)).collect();
    let ids = db.create_devices(&new)?;
    let devices: Vec<Device> =
        new.into_iter().zip(&ids).map(|(device, id)| Device { id: *id, ..device }).collect();
    let now = state.now();
    let mut random = ChaCha8Rng::seed_from_u64(config.seed);
    let mut reports = Vec::new();
    for (at, (unit, device)) in units.iter().zip(&devices).enumerate() {
        if at < WITH_HISTORY && unit.oddity == Oddity::None {
            for ago in (1..=HISTORY_MS / HISTORY_STEP_MS).rev() {
                let fix = unit.at(UtcMs(now - ago * HISTORY_STEP_MS));
                reports.push((device.id, report(unit, fix, &mut random)));
            }
        }
        reports.extend(last_report(unit, now, &mut random).map(|report| (device.id, report)));
    }
    // Oldest first, so that newest stays newest and distances add up.
    reports.sort_by_key(|(_, report)| report.fix_time);
    for batch in reports.chunks(BATCH) {
        ingest::take(state, batch.to_vec())?;
    }
    for (unit, device) in units.iter().zip(&devices) {
        if matches!(unit.oddity, Oddity::Offline | Oddity::Lost) {
            db.set_status(device.id, "offline")?;
        }
    }
    Ok(())
}

fn groups(db: &Database, account: i64, units: &[SimUnit]) -> Result<HashMap<&'static str, i64>, Refusal> {
    let mut known: HashMap<&'static str, i64> = HashMap::new();
    for unit in units {
        let region = if let Some(id) = known.get(unit.region) {
            *id
        } else {
            let made = db.create_group(&Group { name: unit.region.into(), ..Group::default() })?;
            db.link(Link::UserGroup(account, made.id))?;
            known.insert(unit.region, made.id);
            made.id
        };
        if !known.contains_key(unit.site) {
            let made =
                db.create_group(&Group { name: unit.site.into(), group_id: region, ..Group::default() })?;
            known.insert(unit.site, made.id);
        }
    }
    Ok(known)
}

fn device(unit: &SimUnit, groups: &HashMap<&'static str, i64>) -> Device {
    let mut attributes = Attributes::new();
    attributes.insert("plate".into(), unit.plate.clone().into());
    attributes.insert("speedLimit".into(), 35.into());
    Device {
        attributes,
        group_id: groups.get(unit.site).copied().unwrap_or(0),
        name: unit.name.clone(),
        unique_id: unit.unique_id.clone(),
        phone: Some(unit.phone.clone()),
        model: Some(unit.model.into()),
        contact: Some(unit.contact.into()),
        category: Some(unit.category.into()),
        disabled: unit.oddity == Oddity::Disabled,
        ..Device::default()
    }
}

/// What the server last heard of a unit, by what is odd about it.
fn last_report(unit: &SimUnit, now: i64, random: &mut ChaCha8Rng) -> Option<Report> {
    let hours =
        |range: core::ops::Range<i64>, random: &mut ChaCha8Rng| random.random_range(range) * 3_600_000;
    let at = match unit.oddity {
        Oddity::NoPosition | Oddity::Disabled => return None,
        Oddity::Offline => now - hours(1..23, random),
        Oddity::Lost => now - hours(24..400, random),
        _ => now - random.random_range(0..60_000),
    };
    let fix = unit.at(UtcMs(at));
    let mut report = report(unit, fix, random);
    match unit.oddity {
        Oddity::Future => report.fix_time = Some(at + 86_400_000),
        Oddity::Rollover => report.fix_time = Some(at - ROLLOVER_MS),
        Oddity::NullIsland => report.place = LatLon::NULL_ISLAND,
        Oddity::Invalid => report.valid = false,
        _ => {}
    }
    Some(report)
}

fn report(unit: &SimUnit, fix: SimFix, random: &mut ChaCha8Rng) -> Report {
    let accuracy_m = f64::from(random.random_range(30..120)) / 10.0;
    let off_m = random.random_range(0.0..accuracy_m / 2.0);
    let mut attributes = Attributes::new();
    attributes
        .insert("batteryLevel".into(), (100 - (fix.at.0 / 600_000 + unit.phone.len() as i64) % 80).into());
    attributes.insert("sat".into(), random.random_range(6..14).into());
    attributes.insert("ignition".into(), (fix.speed_mps > 0.0).into());
    if unit.name.contains("冷链") || unit.name.contains("Cold") {
        attributes.insert("temp1".into(), (f64::from(random.random_range(-220..-150)) / 10.0).into());
    }
    Report {
        protocol: "osmand",
        fix_time: Some(fix.at.0),
        device_time: None,
        place: destination(fix.place, random.random_range(0.0..360.0), off_m),
        altitude_m: 12.0,
        speed_kn: (fix.speed_mps / MPS_PER_KNOT * 10.0).round() / 10.0,
        course_deg: fix.course_deg.round(),
        accuracy_m,
        valid: true,
        attributes,
    }
}

/// Lets the units that report go on reporting in real time, each about every `every` seconds, until it is dropped.
pub async fn keep_moving(state: State, config: DemoConfig, every_s: u64) {
    let of = state.clone();
    let loaded = state
        .db
        .run(move |db| {
            let fleet = SimFleet::new(config.seed, config.size);
            let mut moving = Vec::new();
            for unit in fleet.units().filter(|unit| unit.oddity == Oddity::None) {
                if let Some(device) = db.device_by_unique_id(&unit.unique_id)? {
                    moving.push((unit, device));
                }
            }
            Ok(moving)
        })
        .await;
    let Ok(moving) = loaded else { return };
    let moving = std::sync::Arc::new(moving);
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    let mut turn = 0_usize;
    loop {
        ticks.tick().await;
        let (units, of) = (std::sync::Arc::clone(&moving), of.clone());
        let share = usize::try_from(every_s).unwrap_or(1).max(1);
        let this = turn % share;
        turn = turn.wrapping_add(1);
        let done = state
            .db
            .run(move |_| {
                let now = of.now();
                let mut random = ChaCha8Rng::seed_from_u64(now.unsigned_abs());
                let due = units.iter().skip(this).step_by(share);
                let reports: Vec<_> = due
                    .map(|(unit, device)| (device.id, report(unit, unit.at(UtcMs(now)), &mut random)))
                    .collect();
                reports.chunks(BATCH).try_for_each(|batch| ingest::take(&of, batch.to_vec()))
            })
            .await;
        if done.is_err() {
            tracing::error!("the simulated fleet could not report");
        }
    }
}
