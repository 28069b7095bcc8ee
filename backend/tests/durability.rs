//! What was acknowledged survives a killed process, and SIGTERM ends it in order.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs)]
#![cfg(unix)]

mod common;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use trak_backend::db::Database;
use trak_backend::model::Device;

fn serve(database: &Path) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_trak-backend"))
        .args(["serve", "--bind", "127.0.0.1:0", "--database"])
        .arg(database)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line.trim().strip_prefix("listening on ").unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_process_loses_nothing_acknowledged_and_sigterm_ends_it_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backend.db");
    let device = Device { name: "Van".into(), unique_id: "V1".into(), ..Device::default() };
    let id = Database::open(&path).unwrap().create_device(&device).unwrap().id;
    let (mut child, url) = serve(&path);
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

    let (mut child, url) = serve(&path);
    let query = format!("{url}/?id=V1&lat=31.2&lon=121.4&timestamp=1700000100");
    assert_eq!(common::client().get(query).send().await.unwrap().status(), 200);
    assert!(Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    assert_eq!(Database::open(&path).unwrap().history(id, 0, i64::MAX).unwrap().len(), 51);
}
