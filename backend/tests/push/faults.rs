//! What faults of the push service and a killed process do: nothing lost, nothing twice.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::{LI, alarm, idle, install, next, register, registration, server};
use crate::common::{Server, served};
use crate::support::{APP_KEY, Jpush, MASTER_SECRET};

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_the_service_neither_lose_nor_double_a_message() {
    let (server, jpush, mut heard) = server(&["aaa1"]).await;
    register(&server, LI, 1, registration("aaa1", "android", "en")).await;
    // An outage, an answer that was lost although the push was made, and too many requests.
    jpush.fail(Some((500, 1000, 0)));
    jpush.fail(None);
    jpush.fail(Some((429, 2002, 30)));
    alarm(&server, "V1", "sos").await;
    let reached = async |count: usize| {
        let reached = async {
            while jpush.requests() < count {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), reached).await.unwrap();
    };
    reached(1).await;
    server.advance(2_000);
    assert_eq!(next(&mut heard).await["notification"]["android"]["alert"], "alarm: SOS");
    server.advance(4_000);
    reached(3).await;
    alarm(&server, "V1", "tow").await;
    server.advance(29_000);
    assert_eq!(server.upload("id=V1&lat=31&lon=121").await, 200);
    assert_eq!(jpush.requests(), 3, "it waits for as long as it was told");
    server.advance(2_000);
    // Sent again it is the same message: only the next one is news.
    assert_eq!(next(&mut heard).await["notification"]["android"]["alert"], "alarm: being towed");
    idle(&server).await;
    assert_eq!(jpush.requests(), 5);
    assert!(heard.try_recv().is_err());
}

/// Waits until every event so far was looked at.
async fn looked_at(server: &Server) {
    let path = Server::database_in(server.folder.path());
    let looked = async {
        let db = rusqlite::Connection::open(&path).unwrap();
        db.busy_timeout(Duration::from_secs(10)).unwrap();
        while db.query_row("SELECT count(*) FROM push_outbox", [], |row| row.get::<_, i64>(0)).unwrap() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), looked).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spent_minute_is_waited_for_as_long_as_the_service_says() {
    let (server, jpush, mut heard) = server(&["aaa1"]).await;
    register(&server, LI, 1, registration("aaa1", "android", "en")).await;
    jpush.limit((1, 50)); // one more may be sent
    jpush.limit((0, 40)); // and none for 40 s
    for alarm_name in ["sos", "tow"] {
        alarm(&server, "V1", alarm_name).await;
        next(&mut heard).await;
    }
    idle(&server).await;
    server.advance(39_999);
    // Whatever comes meanwhile waits. The second one is looked at in a later round than the first, which by then was held back.
    for alarm_name in ["vibration", "fall"] {
        alarm(&server, "V1", alarm_name).await;
        looked_at(&server).await;
    }
    assert_eq!(jpush.requests(), 2, "nothing is asked before its time");
    server.advance(1);
    for _ in 0..2 {
        next(&mut heard).await;
    }
    idle(&server).await;
    assert_eq!(jpush.requests(), 4);
}

/// Tells where the push service is.
fn pushing<'a>(database: &Path, jpush: &'a Jpush) -> impl FnOnce(&mut Command) + 'a {
    let credentials = database.with_extension("credentials");
    std::fs::write(&credentials, format!("{APP_KEY}:{MASTER_SECRET}\n")).unwrap();
    move |command| {
        command.args(["--jpush-url", &jpush.url, "--public-url", "http://localhost"]);
        command.arg("--jpush-credentials-file").arg(credentials);
    }
}

/// The process is killed again and again while events come and are pushed.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_loses_no_message_and_sends_none_twice() {
    const ALARMS: usize = 40;
    let (jpush, mut heard) = Jpush::start(&["aaa1"]).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backend.db");
    {
        let db = trak_backend::db::Database::open(&path).unwrap();
        let user = trak_backend::model::User {
            name: "A".into(),
            email: LI.0.into(),
            administrator: true,
            password: Some(LI.1.into()),
            ..Default::default()
        };
        trak_backend::create_account(&db, user).unwrap();
        let unit =
            trak_backend::model::Device { name: "Van".into(), unique_id: "V1".into(), ..Default::default() };
        db.create_device(&unit).unwrap();
    }
    let http = crate::common::client();
    let (mut sent, mut kills) = (0, 0_u64);
    while sent < ALARMS {
        let (mut child, url) = served(&path, pushing(&path, &jpush));
        if kills == 0 {
            let token = http.post(format!("{url}/api/session/token")).basic_auth(LI.0, Some(LI.1));
            let token = token.form(&[("expiration", "2100-01-01T00:00:00Z")]).send().await.unwrap();
            let token = token.text().await.unwrap();
            let put = http.put(format!("{url}/api/trak/push/{}", install(1))).bearer_auth(token);
            let body = registration("aaa1", "android", "en").to_string();
            assert_eq!(put.body(body).send().await.unwrap().status(), 204);
        }
        let killed = tokio::task::spawn_blocking(move || {
            std::thread::sleep(Duration::from_millis(100 + kills * 37 % 300));
            child.kill().unwrap();
            child.wait().unwrap();
        });
        // Each alarm has a name of its own, so that each is told.
        while sent < ALARMS {
            let query = format!(
                "{url}/?id=V1&lat=31&lon=121&alarm=kind{sent}&timestamp={}",
                jiff::Timestamp::now().as_second()
            );
            let Ok(answer) = http.get(query).send().await else { break };
            assert_eq!(answer.status(), 200);
            sent += 1;
        }
        killed.await.unwrap();
        kills += 1;
    }
    let (mut child, _) = served(&path, pushing(&path, &jpush));
    let kind = |push: &Value| push["notification"]["android"]["alert"].as_str().unwrap().to_owned();
    let mut told = Vec::new();
    // An alarm whose answer was lost in a kill was sent again under the same name, which is no new alarm.
    while told.len() < ALARMS {
        told.push(kind(&next(&mut heard).await));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let different: std::collections::HashSet<&String> = told.iter().collect();
    println!("{kills} kills, {} requests for {ALARMS} messages", jpush.requests());
    assert_eq!(different.len(), ALARMS, "{told:?}");
    assert!(heard.try_recv().is_err());
}
