//! The real program against a real backend on loopback: what it prints, and the exit codes that scripts rely on.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use support::{Trak, fleet};
use trak_tests::tls::{authority, tls_front};

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = fleet(folder.path()).await;
    let trak = Trak::new(server.url());

    trak.expect(4, &["units"]).await;
    let refused = trak.run(&["login"], "wrong").await;
    assert_eq!(refused.status.code(), Some(6));
    trak.expect(4, &["status"]).await;
    let login = trak.json(&["login"]).await;
    insta::assert_json_snapshot!("fields_of_a_login", (keys(&login), keys(&login["account"])));
    let status = trak.json(&["status"]).await;
    insta::assert_json_snapshot!(
        "fields_of_a_status",
        (keys(&status), keys(&status["account"]), keys(&status["status"]))
    );

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
    insta::assert_json_snapshot!(
        "fields_of_a_nearby",
        (keys(&near), keys(&near["units"][0]), keys(&near["units"][0]["uncertainty"]))
    );
    // South of the equator, wherever it stands.
    for place in [
        &["nearby", "-33.9,151.2"][..],
        &["nearby", "--radius", "1km", "-33.9,151.2"],
        &["nearby", "-33.9,-70.6", "--radius", "1km"],
    ] {
        assert_eq!(trak.json(place).await["within"], 0, "{place:?}");
    }
    let far = trak.json(&["units", "--near", "-33.9,151.2"]).await;
    assert!(far["units"][0]["distance_m"].as_f64().unwrap() > 7e6, "{far}");
    assert!(near["units"][0]["uncertainty"]["distance_m"].as_f64().unwrap() > 0.0);

    let history = trak.json(&["history", "CR-7", "--from", "1h", "--points"]).await;
    assert_eq!((history["points"].as_u64(), history["from_server"].as_bool()), (Some(10), Some(true)));
    insta::assert_json_snapshot!("fields_of_a_history", keys(&history));
    let distance_m = history["distance_m"].as_f64().unwrap();
    assert!((1_950.0..2_050.0).contains(&distance_m), "nine steps of 222 m: {distance_m}");

    let alerts = trak.json(&["alerts", "--acknowledge"]).await;
    assert_eq!(alerts["schema"], "trak.alerts.v1");
    assert!(alerts["total"].as_u64().unwrap() > 0 && alerts["unread"] == alerts["total"], "{alerts}");
    assert_eq!(keys(&alerts["alerts"][0]), ["acknowledged", "event"]);
    assert_eq!(trak.json(&["alerts"]).await["unread"], 0);

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
    let lines: Vec<Value> = watched.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |kind: &str| lines.iter().find(|line| line["type"] == kind).unwrap();
    let (status, position) = (of("status"), of("position"));
    insta::assert_json_snapshot!(
        "fields_of_watch",
        (keys(status), keys(&status["status"]), keys(position), keys(&position["position"]))
    );

    // The server goes away: the cache answers and says so; what needs the server fails with its own code.
    server.stop().await;
    let (out, err) = trak.expect(0, &["units"]).await;
    assert!(out.contains("吊车 7号") && err.contains("Offline"), "{err}");
    assert_eq!(trak.json(&["units"]).await["status"]["from_server"], false);
    trak.expect(5, &["units", "--require-live"]).await;
    trak.expect(5, &["watch", "--for", "20", "--require-live"]).await;
    trak.expect(0, &["nearby", "31.25,121.47"]).await;
    trak.expect(0, &["history", "CR-7", "--from", "1h"]).await;
    trak.expect(0, &["screen", "--once"]).await;
    let (out, _) = trak.expect(0, &["logout", "--keep-cache"]).await;
    assert!(out.contains("could not be reached"), "{out}");
    trak.expect(4, &["units"]).await;
}

/// Reads lines of a program until one is as wanted. Fails where it ends before.
async fn line_of(
    lines: std::io::Lines<std::io::BufReader<std::process::ChildStdout>>,
    wanted: impl Fn(&Value) -> bool + Send + 'static,
) -> (Value, std::io::Lines<std::io::BufReader<std::process::ChildStdout>>) {
    let read = tokio::task::spawn_blocking(move || {
        let mut lines = lines;
        loop {
            let line: Value = serde_json::from_str(&lines.next().expect("it ended").unwrap()).unwrap();
            if wanted(&line) {
                return (line, lines);
            }
        }
    });
    tokio::time::timeout(std::time::Duration::from_secs(30), read).await.expect("no such line").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_hears_of_the_unit_that_moves_least_in_a_large_fleet() {
    use std::io::BufRead;
    let folder = tempfile::tempdir().unwrap();
    let server = fleet(folder.path()).await;
    for n in 0..60 {
        let id = server.unit(json!({"name": format!("Truck {n}"), "uniqueId": format!("T-{n}")})).await;
        server.grant(1 + 1, id).await;
        server.report(&format!("T-{n}"), 31.2, 121.4, support::seconds_ago(60), 0.0).await;
    }
    let trak = Trak::new(server.url());
    trak.expect(0, &["login"]).await;
    trak.expect(0, &["units"]).await;
    let mut child = trak.spawn(&["watch", "--json", "--for", "60"]);
    let lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    let (_, lines) = line_of(lines, |line| line["status"]["link"] == "live").await;
    // Never heard of, so the last in any order of freshness, and all others stand still.
    server.upload("?id=VAN-10").await;
    let (line, _lines) = line_of(lines, |line| line["position"]["name"] == "Van 10").await;
    assert_eq!((&line["type"], &line["position"]["link"]), (&json!("position"), &json!("online")));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_arguments_are_usage_errors() {
    let folder = tempfile::tempdir().unwrap();
    let server = fleet(folder.path()).await;
    let trak = Trak::new(server.url());
    trak.expect(0, &["login"]).await;
    let table: [&[&str]; 10] = [
        &["unts"],
        &["nearby", "31.2,121.4", "--radius", "1"],
        &["history", "CR-7", "--from", "soon"],
        &["history", "CR-7", "--from", "1h", "--to", "2h"],
        &["units", "--kind", "spaceship"],
        &["units", "--max-age", "old"],
        &["units", "--sort", "nearest"],
        &["nearby", "--far", "1km"],
        &["nearby", "31.2,121.4", "-x"],
        &[],
    ];
    for arguments in table {
        trak.expect(2, arguments).await;
    }
    insta::assert_json_snapshot!("fields_of_a_logout", keys(&trak.json(&["logout"]).await));
    let elsewhere = Trak::new("http://192.0.2.1".to_owned());
    let (_, err) = elsewhere.expect(2, &["login"]).await;
    assert!(err.contains("--allow-cleartext"), "{err}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn keys_that_others_can_read_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let server = fleet(folder.path()).await;
    let trak = Trak::new(server.url());
    trak.expect(0, &["login"]).await;
    let keys = trak.folder().join("keys");
    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o755)).unwrap();
    trak.expect(8, &["units"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_not_acceptable_has_its_own_code() {
    let folder = tempfile::tempdir().unwrap();
    let server = fleet(folder.path()).await;
    let authority = authority("localhost", false);
    let front = tls_front(&authority, server.addr).await;
    let trak = Trak::new(format!("https://localhost:{}", front.port()));
    let (_, err) = trak.expect(7, &["login"]).await;
    assert!(err.contains("unknown authority"), "{err}");
    trak.expect(4, &["status"]).await;
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, &authority.ca_pem).unwrap();
    trak.expect(0, &["login", "--ca-file", ca.to_str().unwrap()]).await;
    assert_eq!(trak.json(&["units"]).await["total"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_works_without_the_key_of_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let server = fleet(folder.path()).await;
    let trak = Trak::new(server.url());
    trak.expect(0, &["login"]).await;
    let keys = trak.folder().join("keys");
    for entry in std::fs::read_dir(&keys).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_str().unwrap().starts_with("database-key") {
            std::fs::remove_file(path).unwrap();
        }
    }
    let (_, err) = trak.expect(8, &["units"]).await;
    assert!(err.contains("trak logout"), "{err}");
    trak.expect(8, &["logout", "--keep-cache"]).await;
    let (out, _) = trak.expect(0, &["logout"]).await;
    assert!(out.contains("erased"), "{out}");
    assert!(!support::files(&trak.folder()).iter().any(|name| name.contains(".db")));
    trak.expect(4, &["units"]).await;
    trak.expect(0, &["login"]).await;
    assert_eq!(trak.json(&["units"]).await["total"], 3);
}
