//! How long a megabyte of Traccar's positions takes to read, time parsing included, and to take into a fleet; the same
//! with one broken element in it; beside that, what reading the same bytes into generic JSON values takes.
#![allow(clippy::unwrap_used, missing_docs)]

use core::fmt::Write;
use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Map, Value};
use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Instant;
use trak_core::model::UtcMs;
use trak_core::sync::fleet::{Applied, Fleet, Received};
use trak_core::traccar::decode;

/// About `megabytes` of positions of some 740 bytes each, as a busy installation sends them.
fn positions(megabytes: usize) -> String {
    let mut text = String::from("[");
    let mut n = 0_u64;
    while text.len() < megabytes * 1_000_000 {
        n += 1;
        let _ = write!(
            text,
            r#"{}{{"id":{},"attributes":{{"priority":0,"sat":14,"event":240,"ignition":true,"motion":true,"rssi":4,"gpsStatus":1,"pdop":1.1,"hdop":0.7,"power":27.{:03},"battery":4.067,"io68":0,"operator":46000,"odometer":{},"tripOdometer":183402,"io200":0,"io69":1,"distance":{}.{:06},"totalDistance":{}.69471337048,"hours":{}}},"deviceId":{},"protocol":"teltonika","serverTime":"2026-11-25T03:{:02}:{:02}.{:03}+00:00","deviceTime":"2026-11-25T03:{:02}:{:02}.000+00:00","fixTime":"2026-11-25T03:{:02}:{:02}.000+00:00","valid":true,"latitude":31.{:07},"longitude":121.{:07},"altitude":{}.0,"speed":{}.29376,"course":{}.0,"address":null,"accuracy":0.0,"network":null,"geofenceIds":null}}"#,
            if n == 1 { "" } else { "," },
            n + 1_000_000,
            n % 1_000,
            n * 37,
            n % 400,
            n % 999_999,
            n * 91,
            n * 1_000,
            n,
            n % 60,
            n % 59,
            n % 1_000,
            n % 60,
            n % 58,
            n % 60,
            n % 57,
            n * 7_919 % 10_000_000,
            n * 104_729 % 10_000_000,
            n % 90,
            n % 60,
            n % 360,
        );
    }
    text.push(']');
    text
}

/// A fleet of `count` units.
fn fleet(count: usize) -> Fleet {
    let units: Vec<String> =
        (1..=count).map(|n| format!(r#"{{"id":{n},"name":"Van {n}","uniqueId":"V{n}"}}"#)).collect();
    let units = decode::devices(format!("[{}]", units.join(",")).as_bytes())
        .unwrap()
        .items
        .into_iter()
        .map(|raw| raw.unit)
        .collect();
    let mut fleet = Fleet::default();
    fleet.load(units, Vec::new(), Vec::new());
    fleet
}

fn reading(criterion: &mut Criterion<CpuTime>) {
    let text = positions(4);
    let count = decode::positions(text.as_bytes()).unwrap().items.len();
    println!("{} bytes, {} positions, {} bytes each", text.len(), count, text.len() / count);
    let mut group = criterion.benchmark_group("positions");
    group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(20);
    group.bench_function("ours", |b| b.iter(|| decode::positions(black_box(text.as_bytes())).unwrap()));
    let middle = text.len() / 2;
    let broken = text[..middle].to_owned() + &text[middle..].replacen("\"valid\":true", "\"valid\":yes", 1);
    assert_eq!(decode::positions(broken.as_bytes()).unwrap().rejected.len(), 1);
    group.bench_function("ours, one element broken", |b| {
        b.iter(|| decode::positions(black_box(broken.as_bytes())).unwrap());
    });
    group.bench_function("ours, and applied", |b| {
        b.iter_batched(
            || fleet(count),
            |mut fleet| {
                let mut applied = Applied::default();
                let positions = decode::positions(black_box(text.as_bytes())).unwrap().items;
                fleet.apply_positions(
                    positions,
                    Received { server_now: Some(UtcMs(1_795_577_586_000)), at_ms: 0 },
                    &mut applied,
                );
                assert_eq!(applied.positions.len(), count);
                (fleet, applied)
            },
            BatchSize::LargeInput,
        );
    });
    group.bench_function("serde_json Map", |b| {
        b.iter(|| serde_json::from_slice::<Vec<Map<String, Value>>>(black_box(text.as_bytes())).unwrap());
    });
    group.bench_function("serde_json Value", |b| {
        b.iter(|| serde_json::from_slice::<Value>(black_box(text.as_bytes())).unwrap());
    });
    group.finish();
}

/// The time this thread had a processor, so that what else runs on the machine does not count. Linux only; elsewhere the
/// time that passed.
struct CpuTime;

impl Measurement for CpuTime {
    type Intermediate = u64;
    type Value = u64;

    fn start(&self) -> u64 {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
        let on_cpu_ns = text.split(' ').next().and_then(|ns| ns.parse().ok());
        on_cpu_ns.unwrap_or_else(|| STARTED.elapsed().as_nanos() as u64)
    }
    fn end(&self, started: u64) -> u64 {
        self.start() - started
    }
    fn add(&self, a: &u64, b: &u64) -> u64 {
        a + b
    }
    fn zero(&self) -> u64 {
        0
    }
    fn to_f64(&self, ns: &u64) -> f64 {
        *ns as f64
    }
    fn formatter(&self) -> &dyn ValueFormatter {
        static WALL: WallTime = WallTime;
        WALL.formatter()
    }
}

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

criterion_group!(name = benches; config = Criterion::default().with_measurement(CpuTime); targets = reading);
criterion_main!(benches);
