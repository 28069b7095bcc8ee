//! Own fixes: how long `record` takes until a fix is durable, and how fast a backlog reaches a backend on loopback. Beside
//! `record`, what this disk takes in the same minute for the least that durable can mean: a plain SQLite transaction of one
//! row with a WAL and `synchronous=FULL`, and a write of 12 KB with one `fsync`.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use serde_json::json;
use tokio::runtime::Runtime;
use trak_core::engine::{ReportAs, Trak};
use trak_core::model::{BootId, DeviceTime, Fix, FixSource, UtcMs};
use trak_tests::server::Server;
use trak_tests::shell::{Phone, now, sign_in};

const BACKLOG: i64 = 10_000;

/// A reading every 30 s on a way east at 10 m/s, each worth sending.
fn fix(start: UtcMs, number: i64) -> (Fix, DeviceTime) {
    let taken = DeviceTime {
        wall: start.plus_ms(number * 30_000),
        since_boot_ms: number.unsigned_abs() * 30_000,
        boot: BootId(1),
    };
    let fix = Fix {
        latitude_deg: 31.0,
        longitude_deg: (number as f64 * 0.003).rem_euclid(360.0) - 180.0,
        taken,
        accuracy_m: Some(4.0),
        altitude_m: Some(10.0),
        speed_mps: Some(10.0),
        course_deg: Some(90.0),
        source: FixSource::Gps,
        mock: false,
        battery: None,
        activity: None,
    };
    (fix, taken)
}

async fn reporting(server: &Server, phone: &Phone, start: UtcMs) -> Trak {
    let trak = phone.open();
    trak.set_conditions(false, true);
    sign_in(&trak, &server.url(), "li@example.com", "secret-1").await.unwrap();
    trak.start_reporting(&ReportAs { unit_identifier: "PHONE-1".into() }, &fix(start, 0).1).unwrap();
    trak
}

/// What the disk and plain SQLite take.
fn peers(group: &mut BenchmarkGroup<'_, WallTime>, folder: &Path) {
    let plain = rusqlite::Connection::open(folder.join("plain.db")).unwrap();
    plain.pragma_update(None, "journal_mode", "wal").unwrap();
    plain.pragma_update(None, "synchronous", "full").unwrap();
    plain.execute_batch("CREATE TABLE queue (seq INTEGER PRIMARY KEY, fix TEXT NOT NULL)").unwrap();
    let text = "x".repeat(400);
    group.bench_function("one_row_in_plain_sqlite", |b| {
        b.iter(|| {
            plain.prepare_cached("INSERT INTO queue (fix) VALUES (?1)").unwrap().execute([&text]).unwrap()
        });
    });
    let mut file = File::create(folder.join("raw")).unwrap();
    let block = [7_u8; 12 << 10];
    group.bench_function("12_kb_and_fsync", |b| {
        b.iter(|| {
            file.write_all(&block).unwrap();
            file.sync_all().unwrap();
            if file.stream_position().unwrap() > 4 << 20 {
                file.seek(SeekFrom::Start(0)).unwrap();
            }
        });
    });
}

fn benches(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let server = runtime.block_on(Server::start(folder.path()));
    runtime.block_on(async {
        let user = server.account("li@example.com", "secret-1").await;
        let unit = server.unit(json!({"name": "Phone", "uniqueId": "PHONE-1"})).await;
        server.grant(user, unit).await;
    });
    let start = now().plus_ms(-400 * 86_400_000);
    let mut number = 0;

    let phone = Phone::default();
    let trak = runtime.block_on(reporting(&server, &phone, start));
    let mut group = c.benchmark_group("record");
    group.bench_function("one_fix_until_durable", |b| {
        let _inside = runtime.enter();
        b.iter(|| {
            number += 1;
            let (fix, now) = fix(start, number);
            trak.record(&[fix], &now).unwrap()
        });
    });
    peers(&mut group, folder.path());
    group.finish();
    runtime.block_on(trak.shutdown());

    let mut group = c.benchmark_group("drain");
    group.sample_size(10).measurement_time(Duration::from_secs(20));
    group.bench_function("backlog_of_10000", |b| {
        b.iter_custom(|times| {
            let mut spent = Duration::ZERO;
            for _ in 0..times {
                let phone = Phone::default();
                spent += runtime.block_on(async {
                    let trak = reporting(&server, &phone, start).await;
                    for batch in 0..BACKLOG / 100 {
                        let fixes: Vec<_> = (1..=100).map(|n| fix(start, number + batch * 100 + n)).collect();
                        let last = fixes[99].1;
                        let fixes: Vec<Fix> = fixes.into_iter().map(|(fix, _)| fix).collect();
                        trak.record(&fixes, &last).unwrap();
                    }
                    number += BACKLOG;
                    let queued = || trak.reporting().unwrap().unwrap().outbox.queued;
                    assert!(queued() > 9_900);
                    let mut observer = trak.observe();
                    let began = Instant::now();
                    trak.set_conditions(true, true);
                    while queued() > 0 {
                        observer.changed().await.unwrap();
                    }
                    let took = began.elapsed();
                    trak.shutdown().await;
                    took
                });
            }
            spent
        });
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
