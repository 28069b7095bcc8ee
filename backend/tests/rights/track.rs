//! Who looked at my unit, and erasing of my own track.

use std::process::Command;
use std::time::Duration;

use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};

use super::{ADMIN, HAN, LI, NOW_S, get, looks, server};
use crate::common::Server;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_at_my_own_unit_is_named_and_looks_at_others_are_nobodys_business() {
    let server = server().await;
    let range = "deviceId=1&from=2026-11-01T00:00:00Z&to=2026-12-31T00:00:00Z";
    let others = "deviceId=2&from=2026-11-01T00:00:00Z&to=2026-12-31T00:00:00Z";
    get(&server, LI, "/api/positions").await; // myself
    get(&server, HAN, &format!("/api/positions?{others}")).await;
    assert_eq!(looks(&server).await, []);
    for path in ["/api/positions", "/api/trak/fleet", "/api/trak/nearby?latitude=31.2&longitude=121.4"] {
        get(&server, ADMIN, path).await; // a screen that is refreshed is one look
    }
    get(&server, HAN, &format!("/api/positions?{range}")).await;
    get(&server, HAN, &format!("/api/reports/trips?{range}")).await;
    assert_eq!(server.api(HAN, Method::GET, &format!("/api/positions/csv?{range}"), None).await.0, 200);
    get(&server, ADMIN, "/api/devices/1").await;
    get(&server, ADMIN, "/api/trak/consents?userId=2").await;
    let line = |by: &str, what: &str| (by.to_owned(), what.to_owned());
    let (admin, han) = ("admin", "Han Mei");
    let expected = [
        line(admin, "positions"),
        line(han, "history"),
        line(han, "history"),
        line(han, "export"),
        line(admin, "unit"),
        line(admin, "consents"),
    ];
    assert_eq!(looks(&server).await, expected);
    // An open map goes on looking.
    let mut socket = server.socket(&server.token(HAN).await).await;
    socket.next().await.unwrap().unwrap();
    assert_eq!(looks(&server).await.last().unwrap(), &line(han, "positions"));
    let before = looks(&server).await.len();
    server.advance(11 * 60_000);
    let grown = async { while looks(&server).await.len() == before {} };
    tokio::time::timeout(Duration::from_secs(30), grown).await.unwrap();
    assert_eq!(looks(&server).await.last().unwrap(), &line(han, "positions"));
    assert_eq!(server.api(HAN, Method::GET, "/api/trak/consents?userId=2", None).await.0, 403);
    let program = Command::new(env!("CARGO_BIN_EXE_trak-backend"))
        .arg("--database")
        .arg(Server::database_in(server.folder.path()))
        .args(["access-log", LI.0])
        .output()
        .unwrap();
    let told = String::from_utf8(program.stdout).unwrap();
    assert!(told.lines().count() >= 7 && told.contains("Han Mei\thistory\t2\t1"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_makes_a_unit_their_own_by_writing_it() {
    let server = server().await;
    let mut unit = get(&server, HAN, "/api/devices/1").await;
    unit["attributes"]["trak.owner"] = json!(3);
    let (status, kept) = server.api(HAN, Method::PUT, "/api/devices/1", Some(unit)).await;
    assert_eq!((status, &kept["attributes"]["trak.owner"]), (200, &json!(2)));
    let mut van = get(&server, HAN, "/api/devices/2").await;
    van["attributes"]["trak.owner"] = json!(3);
    let (status, kept) = server.api(HAN, Method::PUT, "/api/devices/2", Some(van)).await;
    assert_eq!((status, &kept["attributes"]), (200, &json!({})));
}

fn times(positions: &Value) -> usize {
    positions.as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn i_erase_points_and_ranges_of_my_own_track_and_of_no_other() {
    let server = server().await;
    let at = |second: i64| jiff::Timestamp::from_second(NOW_S - 100 + second).unwrap().to_string();
    let erase = async |who, device: i64, from: i64, to: i64| {
        let body = json!({"deviceId": device, "from": at(from), "to": at(to)});
        server.api(who, Method::DELETE, "/api/trak/positions", Some(body)).await
    };
    let track = "/api/positions?deviceId=1&from=2026-11-01T00:00:00Z&to=2026-12-31T00:00:00Z";
    for (who, device) in [(HAN, 1), (LI, 2), (LI, 99), (HAN, 2)] {
        assert_eq!(erase(who, device, 0, 100).await, (403, json!({"error": "denied"})));
    }
    assert_eq!(erase(LI, 1, 20, 10).await.0, 400);
    assert_eq!(erase(ADMIN, 2, 0, 10).await, (200, json!({"deleted": 2})));
    assert_eq!(erase(LI, 1, 10, 20).await, (200, json!({"deleted": 2})));
    assert_eq!(erase(LI, 1, 10, 20).await, (200, json!({"deleted": 0})));
    let left = get(&server, LI, track).await;
    assert_eq!(times(&left), 3);
    let one = |id: &Value| format!("/api/positions/{id}");
    let newest = one(&left[2]["id"]);
    assert_eq!(server.api(HAN, Method::DELETE, &newest, None).await.0, 403);
    assert_eq!(server.api(LI, Method::DELETE, &newest, None).await.0, 204);
    assert_eq!(server.api(LI, Method::DELETE, &newest, None).await.0, 403);
    assert_eq!(server.api(ADMIN, Method::DELETE, &newest, None).await.0, 404);
    assert_eq!(get(&server, LI, "/api/positions?deviceId=1").await[0]["id"], left[1]["id"], "the one before");
    let range = "deviceId=1&from=2026-11-01T00:00:00Z&to=2026-12-31T00:00:00Z";
    let path = format!("/api/positions?{range}");
    assert_eq!(server.api(HAN, Method::DELETE, &path, None).await.0, 400, "another person's own unit");
    assert_eq!(server.api(LI, Method::DELETE, &path, None).await.0, 204);
    assert_eq!(times(&get(&server, LI, track).await), 0);
}
