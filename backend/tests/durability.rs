//! What was acknowledged survives a killed process, and SIGTERM ends it in order.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs)]
#![cfg(unix)]

mod common;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use trak_backend::db::Database;
use trak_backend::model::{Device, User};

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_process_loses_nothing_acknowledged_and_sigterm_ends_it_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backend.db");
    let device = Device { name: "Van".into(), unique_id: "V1".into(), ..Device::default() };
    let id = Database::open(&path).unwrap().create_device(&device).unwrap().id;
    let (mut child, url) = common::served(&path, |_| {});
    let http = common::client();
    let mut acknowledged = 0;
    for n in 0..50 {
        let query = format!("{url}/?id=V1&lat=31.2&lon=121.4&timestamp={}", 1_700_000_000 + n);
        acknowledged += usize::from(http.get(query).send().await.unwrap().status() == 200);
    }
    child.kill().unwrap(); // SIGKILL
    child.wait().unwrap();
    assert_eq!(acknowledged, 50);
    assert_eq!(Database::open(&path).unwrap().history(id, 0, i64::MAX).unwrap().len(), acknowledged);

    let (mut child, url) = common::served(&path, |_| {});
    let query = format!("{url}/?id=V1&lat=31.2&lon=121.4&timestamp=1700000100");
    assert_eq!(common::client().get(query).send().await.unwrap().status(), 200);
    // A request is under way over the signal: its head has come, its body has not.
    let place = url.strip_prefix("http://").unwrap().to_owned();
    let mut open = TcpStream::connect(&place).unwrap();
    open.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let body = r#"{"device_id":"V1","location":{"timestamp":1700000200,"coords":{"latitude":31.2,"longitude":121.4}}}"#;
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {place}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    open.write_all(head.as_bytes()).unwrap();
    let mut continued = [0; 25];
    open.read_exact(&mut continued).unwrap();
    assert!(continued.starts_with(b"HTTP/1.1 100 Continue"), "it waits for the body");
    assert!(Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap().success());
    let begun = Instant::now();
    while TcpStream::connect(&place).is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it still listens");
        std::thread::yield_now();
    }
    open.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    open.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(child.wait().unwrap().success());
    assert_eq!(Database::open(&path).unwrap().history(id, 0, i64::MAX).unwrap().len(), 52);
}

/// A phone that sends until everything is acknowledged, to a backend that is killed again and again meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn fixes_are_stored_exactly_once_however_often_the_process_is_killed() {
    const FIXES: u128 = 2_000;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backend.db");
    let db = Database::open(&path).unwrap();
    let id = db
        .create_device(&Device { name: "Van".into(), unique_id: "V1".into(), ..Device::default() })
        .unwrap()
        .id;
    let user =
        User { name: "A".into(), email: "a@example.com".into(), administrator: true, ..User::default() };
    let user = trak_backend::create_account(&db, User { password: Some("p".into()), ..user }).unwrap();
    let token = trak_backend::auth::random_text().unwrap();
    db.add_token(&token, user.id, i64::MAX).unwrap();
    let fixes: Vec<Value> = (0..FIXES)
        .map(|n| {
            json!({"id": uuid::Uuid::from_u128(n).to_string(), "uniqueId": "V1", "latitude": 31.2, "longitude": 121.4,
                "fixTime": jiff::Timestamp::from_second(1_700_000_000 + n as i64).unwrap()})
        })
        .collect();
    let mut waiting: Vec<&[Value]> = fixes.chunks(50).rev().collect();
    let http = common::client();
    let (mut kills, mut unanswered) = (0_u64, 0);
    while !waiting.is_empty() {
        let (mut child, url) = common::served(&path, |_| {});
        let url = format!("{url}/api/trak/fixes");
        // A while that differs each time, so that each stage of a request is hit.
        let killed = tokio::task::spawn_blocking(move || {
            std::thread::sleep(Duration::from_micros(3_000 + kills * 7_919 % 40_000));
            child.kill().unwrap();
            child.wait().unwrap();
        });
        while let Some(batch) = waiting.last() {
            let body = json!({ "fixes": batch }).to_string();
            // Who never hears an end asks again, as a phone does.
            let request = http.post(&url).bearer_auth(&token).body(body).timeout(Duration::from_secs(20));
            let Ok(answer) = request.send().await else {
                unanswered += 1;
                break;
            };
            let Ok(answer) = answer.json::<Value>().await else { break };
            let rows = answer["results"].as_array().unwrap();
            assert!(rows.iter().all(|row| row["status"] != "refused"), "{answer}");
            assert_eq!(rows.len(), batch.len());
            waiting.pop();
        }
        killed.await.unwrap();
        kills += 1;
    }
    println!("{kills} kills, {unanswered} requests without an answer");
    assert!(unanswered > 0);
    let history = Database::open(&path).unwrap().history(id, 0, i64::MAX).unwrap();
    assert_eq!(history.len() as u128, FIXES);
    assert!(history.windows(2).all(|pair| pair[0].fix_time < pair[1].fix_time && pair[0].id < pair[1].id));
}

#[test]
fn nobody_else_on_the_machine_reads_the_database_and_what_is_there_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backend.db");
    let device = Device { name: "Van".into(), unique_id: "V1".into(), ..Device::default() };
    let db = Database::open(&path).unwrap();
    db.create_device(&device).unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} {mode:o}", file.path().display());
    }
    drop(db);
    assert_eq!(Database::open(&path).unwrap().all_devices().unwrap().len(), 1);
}

#[test]
fn what_is_printed_acts_on_no_terminal_and_a_reader_that_is_gone_is_no_error() {
    use std::process::Stdio;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backend.db");
    let db = Database::open(&path).unwrap();
    let name = "Van\u{1b}]0;owned\u{7}\u{202e}\nroot";
    let device = |unique_id: String| Device { name: name.into(), unique_id, ..Device::default() };
    db.create_devices(&(0..5_000).map(|n| device(format!("V{n}"))).collect::<Vec<_>>()).unwrap();
    let user = User { name: name.into(), email: "a@example.com".into(), ..User::default() };
    let user = trak_backend::create_account(&db, User { password: Some("p".into()), ..user }).unwrap();
    db.add_request(user.id, "other", name, 0).unwrap();
    let command = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trak-backend"));
        command.arg("--database").arg(&path).args(arguments);
        command
    };
    for arguments in [["unit", "list"], ["account", "list"], ["request", "list"]] {
        let told = String::from_utf8(command(&arguments).output().unwrap().stdout).unwrap();
        assert!(told.contains("Van\u{fffd}]0;owned"), "{told}");
        assert!(!told.contains(['\u{1b}', '\u{7}', '\u{202e}']) && !told.contains("\nroot"), "{arguments:?}");
    }
    let json = command(&["unit", "list", "--json"]).output().unwrap().stdout;
    assert_eq!(serde_json::from_slice::<Value>(&json).unwrap()[0]["name"], name);
    let mut child = command(&["unit", "list"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take()); // before it has written anything, or soon after
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}
