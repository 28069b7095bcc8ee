//! The end of what is older than its term.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use trak_backend::Terms;
use trak_backend::import::{Start, import};

use super::{ADMIN, HAN, LI, get, server, server_with};
use crate::common::{NOW_MS, Server};

const DAY_MS: i64 = 86_400_000;

/// Waits for so many runs of the job in all.
async fn runs(server: &Server, count: usize) {
    let db = &server.running().state.db;
    let enough = async {
        while db.retention_runs().unwrap().len() < count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), enough).await.unwrap();
}

async fn newest_run(server: &Server) -> Value {
    get(server, LI, "/api/trak/retention").await["runs"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_configuration_the_terms_of_the_policy_are_kept() {
    let server = server().await;
    let told = get(&server, LI, "/api/trak/retention").await;
    let terms = (&told["positionDays"], &told["eventDays"], &told["accessLogMonths"]);
    assert_eq!(terms, (&json!(180), &json!(180), &json!(6)));
    let db = server.running().state.db.clone();
    runs(&server, 1).await;
    get(&server, HAN, "/api/positions?deviceId=1").await; // a look, 2026-11-25
    assert_eq!(db.access_log(None).unwrap().len(), 1);
    let events = db.events(1, 0, i64::MAX).unwrap().len() as i64;
    assert!(events > 0);
    server.advance(178 * DAY_MS);
    runs(&server, 2).await;
    let nothing = (&json!(0), &json!(0), &json!(0));
    let run = newest_run(&server).await;
    assert_eq!((&run["positions"], &run["events"], &run["looks"]), nothing);
    // The next run may be a day later: nothing of either unit may become older than 180 days until then.
    server.advance(DAY_MS + 1);
    runs(&server, 3).await;
    let run = newest_run(&server).await;
    assert_eq!((&run["positions"], &run["looks"]), (&json!(10), &json!(0)));
    assert!(run["events"].as_i64().unwrap() >= events);
    assert!(
        (1..=2)
            .all(|unit| db.latest(unit).unwrap().is_none()
                && db.history(unit, 0, i64::MAX).unwrap().is_empty())
    );
    assert_eq!(db.access_log(None).unwrap().len(), 1, "six months are not over: November has 30 days");
    server.advance(2 * DAY_MS);
    runs(&server, 4).await;
    assert_eq!(newest_run(&server).await["looks"], 1);
    assert!(db.access_log(None).unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shorter_term_is_kept_and_each_run_is_logged() {
    let terms = Terms::new(Some(30), Some(60)).unwrap();
    let server = server_with(|config| config.retention = terms).await;
    let told = get(&server, LI, "/api/trak/retention").await;
    assert_eq!((&told["positionDays"], &told["eventDays"]), (&json!(30), &json!(60)));
    let db = server.running().state.db.clone();
    runs(&server, 1).await;
    let events = db.events(1, 0, i64::MAX).unwrap().len();
    server.advance(28 * DAY_MS);
    runs(&server, 2).await;
    assert_eq!(db.history(1, 0, i64::MAX).unwrap().len(), 5);
    server.advance(2 * DAY_MS);
    runs(&server, 3).await;
    let run = newest_run(&server).await;
    assert_eq!((&run["positions"], &run["events"]), (&json!(10), &json!(0)));
    assert_eq!(get(&server, ADMIN, "/api/positions").await, json!([]));
    server.advance(30 * DAY_MS);
    runs(&server, 4).await;
    assert!(db.retention_runs().unwrap()[0].events >= events as i64);
}

/// Whoever imports a track of long ago wants to look at it, and a tracker whose clock is 1024 weeks behind is there.
#[tokio::test(flavor = "multi_thread")]
async fn a_term_begins_when_something_comes_however_old_it_says_it_is() {
    let server = server().await;
    let db = server.running().state.db.clone();
    let track = server.folder.path().join("old.tsv");
    std::fs::write(&track, "121.47\t31.23\t0\n121.48\t31.24\t60\n").unwrap();
    let five_years_ago = Start::At(NOW_MS - 5 * 365 * DAY_MS);
    let unit = import(&db, &track, "old", five_years_ago, NOW_MS).unwrap().device;
    let rollover_s = NOW_MS / 1_000 - 1024 * 7 * 86_400;
    server.admin(reqwest::Method::POST, "/api/devices", json!({"name": "Old clock", "uniqueId": "V2"})).await;
    assert_eq!(server.upload(&format!("id=V2&lat=31&lon=121&alarm=sos&timestamp={rollover_s}")).await, 200);
    let clock = db.device_by_unique_id("V2").unwrap().unwrap().id;
    let kept = |unit| db.history(unit, 0, i64::MAX).unwrap().len();
    let alarms = || db.events(clock, 0, i64::MAX).unwrap().iter().filter(|e| e.kind == "alarm").count();
    runs(&server, 1).await;
    server.advance(178 * DAY_MS);
    runs(&server, 2).await;
    assert_eq!((kept(unit), kept(clock), alarms()), (2, 1, 1));
    server.advance(2 * DAY_MS);
    runs(&server, 3).await;
    assert_eq!((kept(unit), kept(clock), alarms()), (0, 0, 0));
}

#[test]
fn a_term_longer_than_the_policy_says_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    for (command, option) in [("serve", "--retain-positions-days"), ("demo", "--retain-events-days")] {
        let refused = Command::new(env!("CARGO_BIN_EXE_trak-backend"))
            .current_dir(folder.path())
            .args([command, option, "181"])
            .output()
            .unwrap();
        assert_eq!(refused.status.code(), Some(2));
        let why = String::from_utf8(refused.stderr).unwrap();
        assert!(why.contains("promises everybody that nothing is kept for more than 180 days"), "{why}");
    }
    let run = |days: &str| {
        Command::new(env!("CARGO_BIN_EXE_trak-backend"))
            .current_dir(folder.path())
            .args(["retention", "run", "--retain-positions-days", days])
            .output()
            .unwrap()
    };
    assert_eq!(run("1").status.code(), Some(2));
    let done = run("30");
    assert!(done.status.success());
    assert_eq!(String::from_utf8(done.stdout).unwrap().split('\t').count(), 4);
}
