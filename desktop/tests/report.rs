//! Reporting with the real program: what arrives, what is kept, what is said about it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use support::{ACCOUNT, PASSWORD, Trak};
use trak_tests::server::Server;

async fn server(folder: &std::path::Path, with_unit: bool) -> (Server, i64, i64) {
    let server = Server::start(folder).await;
    let user = server.account(ACCOUNT, PASSWORD).await;
    let unit = if with_unit { unit(&server, user).await } else { 0 };
    (server, user, unit)
}

async fn unit(server: &Server, user: i64) -> i64 {
    let unit = server.unit(json!({"name": "My phone", "uniqueId": "PHONE-1"})).await;
    server.grant(user, unit).await;
    unit
}

/// Ten minutes northwards at 12 m/s, a point every ten seconds.
fn gpx() -> String {
    let point = |n: i32| {
        let lat = 31.2 + f64::from(n) * 0.00108;
        let (minute, second) = (n / 6, n % 6 * 10);
        format!(
            r#"<trkpt lat="{lat:.6}" lon="121.4"><time>2026-05-01T08:{minute:02}:{second:02}Z</time></trkpt>"#
        )
    };
    let points: String = (0..60).map(point).collect();
    format!(r#"<gpx version="1.1"><trk><trkseg>{points}</trkseg></trk></gpx>"#)
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_file_arrives_once_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let (server, _, unit) = server(folder.path(), true).await;
    let trak = Trak::new(server.url());
    let file = folder.path().join("ride.gpx");
    std::fs::write(&file, gpx()).unwrap();
    let replay = ["report", "--as", "PHONE-1", "--speed", "2000", "--replay", file.to_str().unwrap()];
    trak.expect(4, &replay).await;
    trak.expect(0, &["login"]).await;
    trak.expect(0, &["privacy", "give", "reporting"]).await;
    let nothing = trak.json(&["outbox"]).await;
    assert_eq!(nothing["outbox"], Value::Null, "never reported");

    let report = trak.json(&replay).await;
    assert_eq!(
        (&report["schema"], &report["unit_identifier"]),
        (&json!("trak.report.v1"), &json!("PHONE-1"))
    );
    insta::assert_json_snapshot!("fields_of_a_report", keys(&report));
    insta::assert_json_snapshot!("fields_of_an_outbox", keys(&report["outbox"]));
    let stored = server.stored(unit).await;
    assert!(
        stored.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1),
        "northwards in order"
    );
    let recorded = report["recorded"].as_u64().unwrap() as usize;
    assert!(
        recorded > 10 && (recorded..=recorded + 1).contains(&stored.len()),
        "{recorded} {}",
        stored.len()
    );
    assert_eq!((&report["outbox"]["queued"], &report["outbox"]["blocked"]), (&json!(0), &Value::Null));
    // The other side of the product shows it.
    let shown = trak.json(&["unit", "PHONE-1"]).await;
    let last = stored.last().unwrap();
    assert!((shown["unit"]["position"]["lat_deg"].as_f64().unwrap() - last.1).abs() < 1e-6);

    // A second replay would begin before the first one's end.
    let (_, err) = trak.expect(2, &replay).await;
    assert!(err.contains("--speed 1"), "{err}");
    assert_eq!(server.stored(unit).await.len(), stored.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sent_is_kept_and_sent_later() {
    let folder = tempfile::tempdir().unwrap();
    let (mut server, _, unit_id) = server(folder.path(), true).await;
    let trak = Trak::new(server.url());
    trak.expect(0, &["login"]).await;
    trak.expect(0, &["privacy", "give", "reporting"]).await;
    let addr = server.addr;
    server.stop().await;
    let simulate = ["report", "--as", "PHONE-1", "--simulate", "--for", "20m", "--speed", "5000"];
    let (out, err) = trak.expect(5, &simulate).await;
    assert!(out.contains("no connection") && err.contains("kept here"), "{out}{err}");
    let (out, _) = trak.expect(0, &["outbox", "--language", "zh"]).await;
    assert!(out.contains("无网络连接") && out.contains("待发送"), "{out}");
    let queued = trak.json(&["outbox"]).await["outbox"]["queued"].as_u64().unwrap();
    assert!(queued > 10, "{queued}");
    trak.expect(5, &["outbox", "retry"]).await;

    let server = Server::start_at(folder.path(), addr).await;
    trak.expect(0, &["outbox", "retry"]).await;
    let stored = server.stored(unit_id).await;
    assert_eq!(stored.len() as u64, queued);
    assert!(stored.windows(2).all(|pair| pair[0].0 < pair[1].0));
    let outbox = trak.json(&["outbox"]).await["outbox"].clone();
    assert_eq!((&outbox["queued"], outbox["newest_sent"].is_string()), (&json!(0), true));
    assert!(outbox["gaps"][0]["cause"] == "switched_off", "{outbox}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_the_server_does_not_know_is_said_and_mended() {
    let folder = tempfile::tempdir().unwrap();
    let (server, user, _) = server(folder.path(), false).await;
    let trak = Trak::new(server.url());
    trak.expect(0, &["login"]).await;
    trak.expect(0, &["privacy", "give", "reporting"]).await;
    let simulate = ["report", "--as", "PHONE-1", "--simulate", "--for", "5m", "--speed", "5000", "--faults"];
    let (out, _) = trak.expect(3, &simulate).await;
    assert!(out.contains("does not know this unit"), "{out}");
    assert_eq!(trak.json(&["outbox"]).await["outbox"]["blocked"], "unknown_unit");
    let unit = unit(&server, user).await;
    trak.expect(0, &["outbox", "retry"]).await;
    assert!(!server.stored(unit).await.is_empty());
    for wrong in [
        &["report", "--as", "", "--simulate"][..],
        &["report", "--as", "PHONE-1"],
        &["report", "--as", "PHONE-1", "--simulate", "--speed", "0.5"],
        &["report", "--as", "PHONE-1", "--simulate", "--for", "soon"],
        &["report", "--as", "PHONE-1", "--replay", "/dev/null"],
    ] {
        trak.expect(2, wrong).await;
    }
    trak.expect(0, &["logout"]).await;
}
