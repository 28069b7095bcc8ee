//! What is gone is gone from older backups, too, once the next one is made.

use std::path::Path;

use reqwest::Method;
use serde_json::json;

use super::{HAN, LI, NOW_S, get, server};
use crate::common::NOW_MS;

const DAY_MS: i64 = 86_400_000;

/// What is written in a file that SQLite keeps.
fn contains(file: &Path, needle: &str) -> bool {
    let mut all = std::fs::read(file).unwrap();
    for log in ["-wal", "-journal"] {
        let mut name = file.as_os_str().to_owned();
        name.push(log);
        all.extend(std::fs::read(&name).unwrap_or_default());
    }
    all.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn points_ranges_and_looks_that_are_gone_leave_older_backups_too() {
    let server = server().await;
    let db = server.running().state.db.clone();
    // Li's own unit: a point, a range, and what stays. Each can be told by a word.
    for (second, word) in [(1, "single-point"), (2, "range-first"), (3, "range-last"), (4, "stays-here")] {
        let query = format!("id=P1&lat=31.5&lon=121.5&timestamp={}&word={word}", NOW_S + second);
        assert_eq!(server.upload(&query).await, 200);
    }
    get(&server, HAN, "/api/positions?deviceId=1").await;
    assert_eq!(db.access_log(None).unwrap().len(), 1);
    let newest = server.folder.path().join("copies.db");
    let generation = |n: usize| server.folder.path().join(format!("copies.db.{n}"));
    trak_backend::backup::run(&db, &newest, 3, NOW_MS).unwrap();
    let point = db.history(1, (NOW_S + 1) * 1_000, (NOW_S + 1) * 1_000).unwrap()[0].id;
    assert_eq!(server.api(LI, Method::DELETE, &format!("/api/positions/{point}"), None).await.0, 204);
    let at = |second: i64| jiff::Timestamp::from_second(NOW_S + second).unwrap().to_string();
    let range = json!({"deviceId": 1, "from": at(2), "to": at(3)});
    let erased = server.api(LI, Method::DELETE, "/api/trak/positions", Some(range)).await;
    assert_eq!(erased, (200, json!({"deleted": 2})));
    let served = crate::common::Server::database_in(server.folder.path());
    let gone = async |words: &[&str]| {
        // A reader may hold the log up until the next sweep.
        let gone = async {
            while words.iter().any(|word| contains(&served, word)) {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), gone).await.expect("it stays in the log");
    };
    gone(&["single-point", "range-first", "range-last"]).await;
    // Sent once more after that, it is there again, and backups from then on have it.
    assert_eq!(
        server.upload(&format!("id=P1&lat=31.5&lon=121.5&timestamp={}&word=came-again", NOW_S + 2)).await,
        200
    );
    for word in ["single-point", "range-first", "range-last"] {
        assert!(contains(&newest, word), "the older copy has it until the next one is made");
    }
    trak_backend::backup::run(&db, &newest, 3, NOW_MS).unwrap();
    trak_backend::backup::run(&db, &newest, 3, NOW_MS).unwrap();
    for copy in [newest.clone(), generation(1), generation(2)] {
        for word in ["single-point", "range-first", "range-last"] {
            assert!(!contains(&copy, word), "{word} in {}", copy.display());
        }
        assert!(contains(&copy, "stays-here"), "{}", copy.display());
        let of_copy = trak_backend::db::Database::open(&copy).unwrap();
        assert_eq!(of_copy.access_log(None).unwrap().len(), 1);
        assert_eq!(of_copy.history(2, 0, i64::MAX).unwrap().len(), 5, "nobody else's");
    }
    assert!(contains(&newest, "came-again") && contains(&generation(1), "came-again"));
    assert!(!contains(&generation(2), "came-again"), "made before");
    // What has outlived its term leaves them as well: positions, events, looks.
    server.advance(200 * DAY_MS);
    let erased = async {
        while db.retention_runs().unwrap().first().is_none_or(|run| run.looks == 0) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), erased).await.unwrap();
    gone(&["stays-here", "came-again"]).await;
    assert_eq!(server.upload("id=P1&lat=31.5&lon=121.5&word=today").await, 200);
    trak_backend::backup::run(&db, &newest, 3, NOW_MS + 200 * DAY_MS).unwrap();
    for copy in [newest.clone(), generation(1), generation(2)] {
        let of_copy = trak_backend::db::Database::open(&copy).unwrap();
        assert!(of_copy.access_log(None).unwrap().is_empty());
        assert!(of_copy.history(2, 0, i64::MAX).unwrap().is_empty());
        assert!(!contains(&copy, "stays-here"), "{}", copy.display());
    }
    assert!(contains(&newest, "today"));
}
