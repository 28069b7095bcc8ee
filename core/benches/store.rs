//! The encrypted cache at 100,000 units: cold start, loading everything, and updates persisted per second with the share
//! of one core they cost. The peer is the same schema in plain SQLite (the same library without a key).
//!
//! `cargo bench -p trak-core --bench store`. The share of a core is read from Linux's /proc and left out elsewhere.

#![allow(missing_docs, clippy::panic, clippy::indexing_slicing)] // a bench may stop at the first trouble

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use rusqlite::Connection;
use rusqlite::types::Value;
use trak_core::model::{FleetUnit, GroupId, LatLon, LinkState, Position, PositionId, UnitId, UtcMs};
use trak_core::store::{Change, DatabaseKey, FirstRows, Store, unlock};

const UNITS: i64 = 100_000;
const KEY: [u8; 32] = [0x5a; 32];

fn key() -> DatabaseKey {
    DatabaseKey::from_bytes(KEY)
}

fn unit(id: i64) -> FleetUnit {
    FleetUnit {
        id: UnitId(id),
        name: format!("{} {:05}", ["Kran", "挖掘机", "Van", "Lkw"][id as usize % 4], id * 7_919 % 100_000),
        unique_id: format!("8600000000{id:05}"),
        group_id: GroupId(id % 50),
        plate: Some(format!("沪A·{id:05}")),
        phone: Some(format!("+86139{id:08}")),
        model: Some("SANY SY215".into()),
        contact: None,
        category: Some("excavator".into()),
        disabled: false,
        link: LinkState::Online,
        last_update: Some(UtcMs(1_795_577_586_476 - id)),
        attributes_json: "{\"speedLimit\":13.5}".into(),
        unknown_json: "{}".into(),
    }
}

fn position(unit: i64, tick: i64) -> Position {
    let fix_time = UtcMs(1_795_577_586_476 + tick * 1_000 - unit);
    Position {
        id: PositionId(unit + tick * UNITS),
        unit_id: UnitId(unit),
        fix_time,
        raw_fix_time: fix_time,
        device_time: Some(fix_time),
        server_time: Some(fix_time.plus_ms(900)),
        place: LatLon::new(31.0 + unit as f64 / 1e5, 121.0 + tick as f64 / 1e5)
            .unwrap_or_else(|| unreachable!()),
        valid: true,
        altitude_m: Some(4.5),
        speed_mps: Some(11.25),
        course_deg: Some(271.0),
        accuracy_m: None,
        address: None,
        attributes_json:
            "{\"batteryLevel\":87,\"distance\":12.5,\"totalDistance\":1234567.8,\"motion\":true}".into(),
        doubt: None,
    }
}

fn open(folder: &Path) -> Store {
    Store::open(folder, &key()).unwrap_or_else(|error| panic!("{error}")).store
}

fn made(folder: &Path) {
    let change = Change {
        units: (1..=UNITS).map(unit).collect(),
        positions: (1..=UNITS).map(|id| position(id, 0).into()).collect(),
        ..Change::default()
    };
    open(folder).apply(change).unwrap_or_else(|error| panic!("{error}"));
}

/// The same rows without encryption.
fn plain_copy(folder: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open(folder.join("fleet.db"))?;
    unlock(&connection, &key()).unwrap_or_else(|error| panic!("{error}"));
    let plain = folder.join("plain.db");
    connection.execute_batch(&format!(
        "ATTACH '{}' AS plain KEY ''; SELECT count(*) FROM units;",
        plain.display()
    ))?;
    connection.query_row("SELECT sqlcipher_export('plain')", [], |_| Ok(()))?;
    drop(connection);
    Connection::open(plain)?.execute_batch("PRAGMA journal_mode = WAL")
}

fn plain_rows(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<Vec<Value>>> {
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push((0..columns).map(|column| row.get(column)).collect::<rusqlite::Result<_>>()?);
    }
    Ok(found)
}

fn benches(c: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    let folder = folder.path();
    made(folder);
    plain_copy(folder).unwrap_or_else(|error| panic!("{error}"));
    let plain = || Connection::open(folder.join("plain.db")).unwrap_or_else(|error| panic!("{error}"));

    let mut group = c.benchmark_group("store");
    group.sample_size(20).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(4));
    for (name, order) in [("by_name", FirstRows::ByName), ("freshest", FirstRows::Freshest)] {
        group.bench_function(format!("open_and_first_50_{name}"), |b| {
            b.iter_custom(|times| {
                let mut spent = Duration::ZERO;
                for _ in 0..times {
                    let start = Instant::now();
                    let store = open(folder);
                    black_box(store.load_first(order, 50).map(|rows| rows.len()).ok());
                    spent += start.elapsed(); // closing is not part of a cold start
                }
                spent
            });
        });
    }
    group.bench_function("open_and_first_50_by_name_peer_plain_sqlite", |b| {
        b.iter(|| {
            let sql =
                "SELECT * FROM units u LEFT JOIN positions p ON p.unit_id = u.id ORDER BY u.name LIMIT 50";
            plain_rows(&plain(), sql).map(|rows| rows.len())
        });
    });
    group.bench_function("load_100k", |b| {
        let store = open(folder);
        b.iter(|| store.load_fleet().map(|fleet| fleet.units.len()));
    });
    group.bench_function("load_100k_cold", |b| {
        b.iter(|| open(folder).load_fleet().map(|fleet| fleet.units.len()));
    });
    group.bench_function("load_100k_peer_plain_sqlite", |b| {
        let connection = plain();
        b.iter(|| {
            let rows = |sql| plain_rows(&connection, sql).map(|rows| rows.len());
            (rows("SELECT * FROM units"), rows("SELECT * FROM positions"))
        });
    });
    group.finish();
    if std::env::args().skip(1).any(|argument| !argument.starts_with('-')) {
        return; // only some are asked for
    }
    for (name, reporting) in
        [("10,000 units that report each second", 10_000), ("any of 100,000 units", UNITS)]
    {
        updates(folder, name, reporting);
    }
}

/// 10,000 updates a second, each submitted alone, for ten seconds.
fn updates(folder: &Path, name: &str, reporting: i64) {
    const A_SECOND: i64 = 10_000;
    const SECONDS: i64 = 10;
    let store = open(folder);
    let (before, start) = (cpu(), Instant::now());
    let mut unit = 1;
    for portion in 0..SECONDS * 100 {
        for _ in 0..A_SECOND / 100 {
            unit = (unit * 48_271 + 11) % 2_147_483_647; // spread over the whole fleet
            let change = Change {
                positions: vec![position(1 + unit % reporting, 1 + portion).into()],
                ..Change::default()
            };
            store.submit(change);
        }
        let due = Duration::from_millis(10 * (portion as u64 + 1));
        std::thread::sleep(due.saturating_sub(start.elapsed()));
    }
    let flushed = store.flush();
    let took = start.elapsed();
    let health = store.health();
    let share = cpu().zip(before).map(|(after, before)| {
        format!("{:.1} %", after.saturating_sub(before).as_secs_f64() / took.as_secs_f64() * 100.0)
    });
    println!(
        "store/updates, {name}: {:.0} a second persisted ({flushed:?}, {health:?}); the writer's share of a core: {}",
        (A_SECOND * SECONDS) as f64 / took.as_secs_f64(),
        share.unwrap_or_else(|| "unknown here".into())
    );
}

/// What the writer's threads have used so far.
fn cpu() -> Option<Duration> {
    let mut spent = Duration::ZERO;
    for task in fs::read_dir("/proc/self/task").ok()? {
        let task = task.ok()?.path();
        if fs::read_to_string(task.join("comm")).ok()?.trim() == "trak-store" {
            let nanos = fs::read_to_string(task.join("schedstat")).ok()?;
            spent += Duration::from_nanos(nanos.split(' ').next()?.parse().ok()?);
        }
    }
    Some(spent)
}

criterion_group!(all, benches);
criterion_main!(all);
