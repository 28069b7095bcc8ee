//! The real program against a real backend on loopback: what it prints, and the exit codes that scripts rely on.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use trak_tests::server::Server;

const ACCOUNT: &str = "li@example.com";
const PASSWORD: &str = "secret-1";

struct Terminal {
    home: tempfile::TempDir,
    server: String,
}

impl Terminal {
    fn new(server: String) -> Self {
        Self { home: tempfile::tempdir().unwrap(), server }
    }

    fn folder(&self) -> std::path::PathBuf {
        self.home.path().join("trak")
    }

    async fn run(&self, arguments: &[&str], password: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trak"));
        command
            .args(arguments)
            .env_clear()
            .env("TRAK_HOME", self.folder())
            .env("TRAK_SERVER", &self.server)
            .env("TRAK_ACCOUNT", ACCOUNT)
            .env("TRAK_PASSWORD", password)
            .env("TZ", "UTC")
            .stdin(std::process::Stdio::null());
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    }

    /// Runs with the right password; the exit code must be `code`.
    async fn expect(&self, code: i32, arguments: &[&str]) -> (String, String) {
        let output = self.run(arguments, PASSWORD).await;
        let out = String::from_utf8(output.stdout).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{out}\n{err}");
        (out, err)
    }

    async fn json(&self, arguments: &[&str]) -> Value {
        let (out, _) = self.expect(0, &[arguments, &["--json"]].concat()).await;
        serde_json::from_str(&out).unwrap()
    }
}

fn seconds_ago(seconds: i64) -> i64 {
    trak_tests::shell::now().0 - seconds * 1_000
}

async fn fleet(folder: &Path) -> Server {
    let server = Server::start(folder).await;
    let user = server.account(ACCOUNT, PASSWORD).await;
    let units = [
        json!({"name": "吊车 7号", "uniqueId": "CR-7", "category": "crane", "attributes": {"plate": "沪A·D1234"}}),
        json!({"name": "Van 2", "uniqueId": "VAN-2", "category": "van"}),
        json!({"name": "Van 10", "uniqueId": "VAN-10", "category": "van"}),
    ];
    for unit in units {
        let id = server.unit(unit).await;
        server.grant(user, id).await;
    }
    for minute in (0..10_i32).rev() {
        let lat = 31.23 + f64::from(10 - minute) * 0.002;
        server.report("CR-7", lat, 121.47, seconds_ago(i64::from(minute) * 60 + 5), 8.0).await;
    }
    server.report("VAN-2", 31.26, 121.48, seconds_ago(7_200), 0.0).await;
    server
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = fleet(folder.path()).await;
    let trak = Terminal::new(server.url());

    trak.expect(4, &["units"]).await;
    let refused = trak.run(&["login"], "wrong").await;
    assert_eq!(refused.status.code(), Some(6));
    trak.expect(4, &["status"]).await;
    trak.expect(0, &["login"]).await;

    let units = trak.json(&["units"]).await;
    assert_eq!((units["schema"].as_str(), units["total"].as_u64()), (Some("trak.units.v1"), Some(3)));
    assert_eq!(units["status"]["from_server"], true);
    insta::assert_json_snapshot!("fields_of_a_unit", keys(&units["units"][0]));
    let names: Vec<&str> =
        units["units"].as_array().unwrap().iter().filter_map(|u| u["name"].as_str()).collect();
    assert_eq!(names, ["Van 2", "Van 10", "吊车 7号"], "numbers in names sort by value");
    let page = trak.json(&["units", "--limit", "1", "--offset", "1"]).await;
    assert_eq!(page["units"][0]["name"], "Van 10");
    assert_eq!(trak.json(&["units", "--search", "沪"]).await["matched"], 1);
    assert_eq!(trak.json(&["units", "--state", "old"]).await["matched"], 1);
    assert_eq!(trak.json(&["units", "--kind", "van"]).await["matched"], 2);
    assert_eq!(trak.json(&["units", "--max-age", "5m"]).await["matched"], 1);

    let unit = trak.json(&["unit", "沪A·D1234"]).await;
    assert_eq!((&unit["schema"], &unit["unit"]["unique_id"]), (&json!("trak.unit.v1"), &json!("CR-7")));
    insta::assert_json_snapshot!("fields_of_a_unit_in_full", keys(&unit["unit"]));
    let (_, ambiguous) = trak.expect(3, &["unit", "van"]).await;
    assert!(ambiguous.contains("Van 2") && ambiguous.contains("Van 10"), "{ambiguous}");
    trak.expect(3, &["unit", "nobody"]).await;

    let near = trak.json(&["nearby", "van 2", "--radius", "5km"]).await;
    assert_eq!((near["within"].as_u64(), &near["units"][0]["name"]), (Some(1), &json!("吊车 7号")));
    assert!(near["units"][0]["uncertainty"]["distance_m"].as_f64().unwrap() > 0.0);

    let history = trak.json(&["history", "CR-7", "--from", "1h", "--points"]).await;
    assert_eq!((history["points"].as_u64(), history["from_server"].as_bool()), (Some(10), Some(true)));
    insta::assert_json_snapshot!("fields_of_a_history", keys(&history));
    let distance_m = history["distance_m"].as_f64().unwrap();
    assert!((1_950.0..2_050.0).contains(&distance_m), "nine steps of 222 m: {distance_m}");

    let file = folder.path().join("track.gpx");
    let name = file.to_str().unwrap();
    let export = ["export", "CR-7", "--from", "1h", "--format", "gpx", "--output", name];
    trak.expect(0, &export).await;
    assert_eq!(std::fs::read_to_string(&file).unwrap().matches("<trkpt").count(), 10);
    trak.expect(2, &export).await;
    trak.expect(0, &[&export[..], &["--force"]].concat()).await;

    let (screen, _) = trak.expect(0, &["screen", "--once"]).await;
    for word in ["吊车 7号", "LIVE", "Nearby", "Map"] {
        assert!(screen.contains(word), "{word}\n{screen}");
    }
    let (watched, _) = trak.expect(0, &["watch", "CR-7", "--count", "1", "--for", "20", "--json"]).await;
    assert!(watched.lines().any(|line| line.contains(r#""type":"position""#)), "{watched}");

    // The server goes away: the cache answers and says so; what needs the server fails with its own code.
    server.stop().await;
    let (out, err) = trak.expect(0, &["units"]).await;
    assert!(out.contains("吊车 7号") && err.contains("Offline"), "{err}");
    assert_eq!(trak.json(&["units"]).await["status"]["from_server"], false);
    trak.expect(5, &["units", "--require-live"]).await;
    trak.expect(0, &["nearby", "31.25,121.47"]).await;
    trak.expect(0, &["history", "CR-7", "--from", "1h"]).await;
    trak.expect(0, &["screen", "--once"]).await;
    let (out, _) = trak.expect(0, &["logout"]).await;
    assert!(out.contains("could not be reached"), "{out}");
    trak.expect(4, &["units"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_arguments_are_usage_errors() {
    let folder = tempfile::tempdir().unwrap();
    let server = fleet(folder.path()).await;
    let trak = Terminal::new(server.url());
    trak.expect(0, &["login"]).await;
    let table: [&[&str]; 8] = [
        &["unts"],
        &["nearby", "31.2,121.4", "--radius", "1"],
        &["history", "CR-7", "--from", "soon"],
        &["history", "CR-7", "--from", "1h", "--to", "2h"],
        &["units", "--kind", "spaceship"],
        &["units", "--max-age", "old"],
        &["units", "--sort", "nearest"],
        &[],
    ];
    for arguments in table {
        trak.expect(2, arguments).await;
    }
    let elsewhere = Terminal::new("http://192.0.2.1".to_owned());
    let (_, err) = elsewhere.expect(2, &["login"]).await;
    assert!(err.contains("--allow-cleartext"), "{err}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn keys_that_others_can_read_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let server = fleet(folder.path()).await;
    let trak = Terminal::new(server.url());
    trak.expect(0, &["login"]).await;
    let keys = trak.folder().join("keys");
    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o755)).unwrap();
    trak.expect(8, &["units"]).await;
}
