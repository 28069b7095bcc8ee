//! The live stream end to end: a frame of the socket is read, applied to a fleet and handed to the encrypted cache, with
//! fleets of a thousand, a hundred thousand and a million units. The peer reads the same frames into generic JSON values,
//! keeps them in a map and writes each update to plain SQLite in a transaction of its own, as a simple client would.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a bench may stop at the first trouble

use std::collections::HashMap;
use std::fmt::Write as _;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rusqlite::Connection;
use serde_json::Value;
use trak_core::model::{FleetUnit, GroupId, LinkState, UnitId, UtcMs};
use trak_core::store::{Change, DatabaseKey, Store};
use trak_core::sync::fleet::{Applied, Fleet, Received};
use trak_core::traccar::decode;

const SIZES: [usize; 3] = [1_000, 100_000, 1_000_000];
/// Updates in a frame: what a busy server puts together.
const UPDATES: usize = 100;
/// Different frames that come again and again, later each time.
const FRAMES: usize = 64;
const NOW: i64 = 1_795_577_586_000;

fn unit(id: usize) -> FleetUnit {
    FleetUnit {
        id: UnitId(id as i64),
        name: format!("Van {id}"),
        unique_id: format!("V{id}"),
        group_id: GroupId(0),
        plate: None,
        phone: None,
        model: None,
        contact: None,
        category: None,
        disabled: false,
        link: LinkState::Online,
        last_update: None,
        attributes_json: "{}".into(),
        unknown_json: "{}".into(),
    }
}

/// Frame number `number` over a fleet of `units`, positions of random units at a time that grows with the number.
fn frame(units: usize, number: u64) -> String {
    let mut random = ChaCha8Rng::seed_from_u64(number % FRAMES as u64);
    let at = UtcMs(NOW - 3_600_000 + number as i64).to_rfc3339().unwrap();
    let mut text = String::from("{\"positions\":[");
    for n in 0..UPDATES {
        let unit = random.random_range(1..=units);
        let (lat, lon): (f64, f64) = (random.random_range(20.0..45.0), random.random_range(95.0..125.0));
        write!(
            text,
            r#"{}{{"id":{},"deviceId":{unit},"protocol":"osmand","serverTime":"{at}","deviceTime":"{at}","fixTime":"{at}","valid":true,"latitude":{lat:.6},"longitude":{lon:.6},"altitude":4.0,"speed":11.3,"course":83.0,"address":null,"accuracy":4.5,"network":null,"geofenceIds":null,"attributes":{{"batteryLevel":81.0,"distance":12.7,"totalDistance":1234567.89,"motion":true,"sat":11}}}}"#,
            if n == 0 { "" } else { "," },
            number * UPDATES as u64 + n as u64 + 1,
        )
        .unwrap();
    }
    text.push_str("]}");
    text
}

fn live(c: &mut Criterion) {
    let mut group = c.benchmark_group("live_frame_of_100");
    group.throughput(Throughput::Elements(UPDATES as u64));
    for units in SIZES {
        let mut fleet = Fleet::default();
        fleet.load((1..=units).map(unit).collect(), Vec::new(), Vec::new());
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &DatabaseKey::from_bytes([3; 32])).unwrap().store;
        let mut number = 0;
        group.bench_function(BenchmarkId::new("ours", units), |b| {
            b.iter_batched(
                || {
                    number += 1;
                    frame(units, number)
                },
                |text| {
                    let frame = decode::frame(text.as_bytes()).unwrap();
                    let mut applied = Applied::default();
                    fleet.apply_positions(
                        frame.positions.items,
                        Received { server_now: Some(UtcMs(NOW)), at_ms: 0 },
                        &mut applied,
                    );
                    fleet.settle();
                    store.submit(Change { positions: applied.positions, ..Change::default() });
                },
                criterion::BatchSize::PerIteration,
            );
        });
        store.close();

        let mut newest: HashMap<i64, Value> = HashMap::new();
        let plain = Connection::open(folder.path().join("plain.db")).unwrap();
        plain
            .execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE p (unit INTEGER PRIMARY KEY, json TEXT);")
            .unwrap();
        let mut put = plain.prepare("INSERT OR REPLACE INTO p VALUES (?1, ?2)").unwrap();
        group.sample_size(20).bench_function(BenchmarkId::new("values_and_a_row_each", units), |b| {
            b.iter_batched(
                || {
                    number += 1;
                    frame(units, number)
                },
                |text| {
                    let mut value: Value = serde_json::from_str(&text).unwrap();
                    for position in value["positions"].as_array_mut().unwrap().drain(..) {
                        let unit = position["deviceId"].as_i64().unwrap();
                        put.execute((unit, position.to_string())).unwrap();
                        newest.insert(unit, position);
                    }
                },
                criterion::BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, live);
criterion_main!(benches);
