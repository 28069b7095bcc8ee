//! Recorded tracks: what is imported is what the server answers, point by point.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};

use serde_json::Value;
use trak_backend::import::{ImportError, Start, files, import};
use trak_core::engine::Trak;
use trak_core::model::{UnitId, UtcMs};
use trak_core::simulate::replay::ReplayError;
use trak_core::view::{FleetQuery, HistorySource};
use trak_tests::server::{ADMIN, install_crypto};
use trak_tests::shell::{Phone, sign_in};

const START: UtcMs = UtcMs(1_700_000_000_000);

/// The server keeps what it got for 180 days, by its own clock.
fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

fn data(name: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")).join(name);
    if !path.exists() {
        println!("skipped: {name} is not here");
        return None;
    }
    Some(path)
}

async fn backend(folder: &Path) -> trak_backend::Running {
    install_crypto();
    let bind = "127.0.0.1:0".parse().unwrap();
    let running =
        trak_backend::start(trak_backend::Config::new(folder.join("backend.db"), bind)).await.unwrap();
    let admin = trak_backend::model::User {
        name: "Administrator".into(),
        email: ADMIN.0.into(),
        administrator: true,
        password: Some(ADMIN.1.into()),
        ..Default::default()
    };
    trak_backend::create_account(&running.state.db, admin).unwrap();
    running
}

/// The points of a file as this test reads them: longitude, latitude, milliseconds.
fn points(path: &Path) -> Vec<(f64, f64, i64)> {
    let text = std::fs::read_to_string(path).unwrap();
    let line = |line: &str| {
        let numbers: Vec<f64> = line.split('\t').map(|n| n.parse().unwrap()).collect();
        (numbers[0], numbers[1], (numbers[2] * 1_000.0).round() as i64)
    };
    text.lines().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_recorded_track_comes_back_point_by_point() {
    let Some(folder) = data("tracks") else { return };
    let files = files(&folder).unwrap();
    assert_eq!(files.len(), 60);
    let home = tempfile::tempdir().unwrap();
    let running = backend(home.path()).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    // One session for all: hashing the password anew for each request would be most of this test.
    let sign_in = http
        .post(format!("http://{}/api/session", running.local_addr()))
        .form(&[("email", ADMIN.0), ("password", ADMIN.1)])
        .send()
        .await
        .unwrap();
    assert!(sign_in.status().is_success());
    let cookie = sign_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let mut compared = 0;
    for file in &files {
        let expected = points(file);
        let id = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let imported = import(&running.state.db, file, &id, Start::At(START.0), now()).unwrap();
        assert_eq!((imported.added, imported.known, imported.untimed), (expected.len(), 0, 0), "{id}");

        let (first, last) = (expected[0].2, expected[expected.len() - 1].2);
        let time = |offset: i64| START.plus_ms(offset).to_rfc3339().unwrap();
        let url = format!(
            "http://{}/api/positions?deviceId={}&from={}&to={}",
            running.local_addr(),
            imported.device,
            time(first),
            time(last)
        );
        let answer = http.get(url).header("cookie", &cookie).send().await.unwrap();
        assert!(answer.status().is_success(), "{id}: {}", answer.status());
        let answer: Vec<Value> = answer.json().await.unwrap();
        assert_eq!(answer.len(), expected.len(), "{id}");
        for (point, (lon, lat, at)) in answer.iter().zip(&expected) {
            assert!((point["longitude"].as_f64().unwrap() - lon).abs() <= 1e-9, "{id} at {at} ms");
            assert!((point["latitude"].as_f64().unwrap() - lat).abs() <= 1e-9, "{id} at {at} ms");
            assert_eq!(UtcMs::parse(point["fixTime"].as_str().unwrap()), Some(START.plus_ms(*at)), "{id}");
        }
        compared += expected.len();
    }
    println!("{compared} points of {} tracks compared", files.len());
    the_core_shows_them(running, &files).await;
}

/// The same points through the core: from the server, and after it is gone from what the core kept.
async fn the_core_shows_them(running: trak_backend::Running, files: &[PathBuf]) {
    let url = format!("http://{}/", running.local_addr());
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &url, ADMIN.0, ADMIN.1).await.unwrap();
    trak.refresh().await.unwrap();
    let mut running = Some(running);
    for source in [HistorySource::Server, HistorySource::Cache] {
        for file in files {
            let expected = points(file);
            let id = file.file_stem().unwrap().to_str().unwrap();
            let unit = running_unit(&trak, id);
            let (first, last) = (START.plus_ms(expected[0].2), START.plus_ms(expected[expected.len() - 1].2));
            let history = trak.history(unit, first, last.plus_ms(1)).await.unwrap();
            assert_eq!((history.view.source, history.thinned_to_ms()), (source, 0), "{id}");
            assert_eq!(history.positions().len(), expected.len(), "{id} from {source:?}");
            for (point, (lon, lat, at)) in history.positions().iter().zip(&expected) {
                assert!((point.place.lon_deg() - lon).abs() <= 1e-9, "{id} at {at} ms");
                assert!((point.place.lat_deg() - lat).abs() <= 1e-9, "{id} at {at} ms");
                assert_eq!(point.fix_time, START.plus_ms(*at), "{id}");
            }
        }
        if let Some(running) = running.take() {
            running.shutdown().await;
        }
    }
    trak.shutdown().await;
}

/// The unit with an identifier, found as a person finds it.
fn running_unit(trak: &Trak, identifier: &str) -> UnitId {
    let found = trak.fleet(&FleetQuery { text: identifier.to_owned(), ..FleetQuery::default() });
    found.rows.iter().map(|row| row.id).find(|id| trak.unit(*id).unwrap().unique_id == identifier).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_import_adds_nothing() {
    let Some(folder) = data("tracks") else { return };
    let home = tempfile::tempdir().unwrap();
    let running = backend(home.path()).await;
    let file = folder.join("000.tsv");
    for start in [Start::At(START.0), Start::EndingAt(now())] {
        let id = format!("{start:?}");
        let first = import(&running.state.db, &file, &id, start, now()).unwrap();
        // An hour later the same command means the same journey.
        let later = if let Start::EndingAt(end) = start { Start::EndingAt(end + 3_600_000) } else { start };
        let second = import(&running.state.db, &file, &id, later, now() + 3_600_000).unwrap();
        assert!(first.added > 100);
        assert_eq!((second.added, second.known), (0, first.added), "{id}");
    }
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_odd_gpx_file_is_read_or_refused_for_its_own_reason() {
    let Some(folder) = data("gpx") else { return };
    let home = tempfile::tempdir().unwrap();
    let running = backend(home.path()).await;
    let db = &running.state.db;
    let read = |name: &str| import(db, &folder.join(name), name, Start::EndingAt(now()), now());
    for (name, added, untimed) in [
        ("garmin-activity.gpx", 988, 0),
        ("wahoo_example.gpx", 3, 0),
        ("with_accuracy.gpx", 3, 0),
        ("mousehole_to_paul.gpx", 0, 111),
    ] {
        let imported = read(name).unwrap();
        assert_eq!((imported.added, imported.untimed), (added, untimed), "{name}");
        assert_eq!(read(name).unwrap().added, 0, "{name} a second time");
    }
    let refused = read("badcharacter.xml");
    assert!(
        matches!(refused, Err(ImportError::Content(ReplayError::BrokenXml { .. } | ReplayError::Empty))),
        "{refused:?}"
    );
    assert!(
        db.device_by_unique_id("badcharacter.xml").unwrap().is_none(),
        "nothing is left of a refused file"
    );

    let broken = home.path().join("broken.tsv");
    std::fs::write(&broken, "8.5\t49.8\t1.0\n8.6\t49.9\n").unwrap();
    let refused = import(db, &broken, "broken", Start::At(0), now());
    assert!(matches!(refused, Err(ImportError::Content(ReplayError::NotThreeNumbers { line: 2 }))));
    assert!(db.device_by_unique_id("broken").unwrap().is_none());
    running.shutdown().await;
}
