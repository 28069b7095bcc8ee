//! The end of an account whose steps fail: nothing is half done, nothing is told as done, and the next run completes it.

use std::process::{Command, Output};
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use trak_core::model::{ConsentAction, Purpose};

use super::{HAN, INSTALL, LI, entry, get, server, server_with};
use crate::common::Server;

/// The database as the disk of a machine that has trouble would leave it.
fn spoil(server: &Server, sql: &str) {
    let db = rusqlite::Connection::open(Server::database_in(server.folder.path())).unwrap();
    db.busy_timeout(Duration::from_secs(10)).unwrap();
    db.execute_batch(sql).unwrap();
}

/// What there is of an account and its own unit 1: positions, events, units, consents, its lines of the access log, the account.
fn left(server: &Server) -> [i64; 6] {
    let db = rusqlite::Connection::open(Server::database_in(server.folder.path())).unwrap();
    db.busy_timeout(Duration::from_secs(10)).unwrap();
    [
        "positions WHERE device_id = 1",
        "events WHERE device_id = 1",
        "devices WHERE owner_id = 2",
        "consents WHERE user_id = 2",
        "access_log WHERE owner_id = 2",
        "users WHERE id = 2",
    ]
    .map(|rows| db.query_row(&format!("SELECT count(*) FROM {rows}"), [], |row| row.get(0)).unwrap())
}

fn cancel(server: &Server) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trak-backend"))
        .arg("--database")
        .arg(Server::database_in(server.folder.path()))
        .args(["cancellation", "run", "--account", LI.0])
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_may_fail_once_and_the_next_run_completes_it() {
    // What fails, and what of the account is gone by then: whole steps, in their order.
    let [track, unit, consents] = [1, 2, 3];
    for (fails, steps_done) in [
        ("DELETE ON positions WHEN OLD.device_id = 1", 0),
        ("DELETE ON events WHEN OLD.device_id = 1", 0),
        ("DELETE ON devices", track),
        ("DELETE ON consents", unit),
        ("UPDATE ON access_log", consents),
        ("DELETE ON users", consents),
        ("UPDATE ON cancellations", consents),
    ] {
        let server = server_with(|config| config.sweep = Duration::from_secs(3_600)).await;
        let db = server.running().state.db.clone();
        let one = entry(None, Purpose::Account, ConsentAction::Given);
        let body = json!({"install": INSTALL, "entries": [one]});
        assert_eq!(server.api(LI, Method::POST, "/api/trak/consents", Some(body)).await.0, 200);
        get(&server, HAN, "/api/positions?deviceId=1").await;
        let password = json!({"password": "p"});
        assert_eq!(server.api(LI, Method::POST, "/api/trak/cancel", Some(password)).await.0, 200);
        let before = left(&server);
        assert!(before.iter().all(|rows| *rows > 0), "{before:?}");
        spoil(
            &server,
            &format!("CREATE TRIGGER fails BEFORE {fails} BEGIN SELECT RAISE(ABORT, 'the disk'); END"),
        );
        for _ in 0..2 {
            let failed = cancel(&server);
            assert_eq!(failed.status.code(), Some(1), "{fails}");
            assert!(failed.stdout.is_empty(), "{fails}: told as done");
            let [positions, events, units, consents, looks, users] = before;
            let mut expected = [positions, events, units, consents, looks, users];
            for (step, rows) in [(1, 0), (1, 1), (2, 2), (3, 3)] {
                if steps_done >= step {
                    expected[rows] = 0;
                }
            }
            assert_eq!(left(&server), expected, "{fails}");
            // The person can still see that it is not done.
            let asked = get(&server, LI, "/api/trak/cancel").await;
            assert_eq!(asked["state"], "requested", "{fails}");
            assert_eq!(db.cancellation(2).unwrap().unwrap().done, None);
        }
        spoil(&server, "DROP TRIGGER fails");
        let done = cancel(&server);
        assert_eq!((done.status.code(), done.stdout.as_slice()), (Some(0), b"2\n".as_slice()), "{fails}");
        assert_eq!(left(&server), [0; 6], "{fails}");
        assert!(db.cancellation(2).unwrap().unwrap().done.is_some());
        let log = db.access_log(None).unwrap();
        assert!(!log.is_empty() && log.iter().all(|line| line.owner.starts_with("account-")), "{fails}");
        assert_eq!(db.history(2, 0, i64::MAX).unwrap().len(), 5, "nobody else's");
        assert_eq!(server.api(LI, Method::GET, "/api/devices", None).await.0, 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_cannot_be_cancelled_yet_holds_up_no_other() {
    let server = server().await;
    spoil(
        &server,
        "CREATE TRIGGER fails BEFORE DELETE ON users WHEN OLD.id = 2 BEGIN SELECT RAISE(ABORT, 'the disk'); END",
    );
    for who in [LI, HAN] {
        assert_eq!(
            server.api(who, Method::POST, "/api/trak/cancel", Some(json!({"password": "p"}))).await.0,
            200
        );
    }
    let gone = async |user: i64| {
        let db = &server.running().state.db;
        let gone = async {
            while db.user(user).unwrap().is_some() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), gone).await.unwrap();
    };
    server.advance(7 * 86_400_000);
    gone(3).await;
    assert_eq!(get(&server, LI, "/api/trak/cancel").await["state"], "requested");
    spoil(&server, "DROP TRIGGER fails");
    gone(2).await;
}
