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

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_goes_into_no_group_that_its_mover_does_not_see_and_nobodys_own_is_moved_by_others() {
    let server = server().await;
    for name in ["Seen", "Hidden"] {
        server.admin(Method::POST, "/api/groups", json!({ "name": name })).await;
    }
    for user in [2, 3] {
        server.admin(Method::POST, "/api/permissions", json!({"userId": user, "groupId": 1})).await;
    }
    let (_, mut account) = server.api(ADMIN, Method::GET, "/api/users/3", None).await;
    account["deviceLimit"] = json!(-1);
    server.admin(Method::PUT, "/api/users/3", account).await;
    let moved = async |who, device: i64, group: i64| {
        let path = format!("/api/devices/{device}");
        let mut unit = get(&server, who, &path).await;
        unit["groupId"] = json!(group);
        server.api(who, Method::PUT, &path, Some(unit)).await.0
    };
    for (who, device, group, status) in [
        (HAN, 2, 2, 400), // a group that it does not see
        (HAN, 2, 9, 400),
        (HAN, 2, 1, 200),
        (HAN, 2, 0, 200),
        (HAN, 1, 1, 400), // another person's own unit
        (LI, 1, 2, 400),
        (LI, 1, 1, 200),
        (HAN, 1, 1, 200), // nothing is moved
        (ADMIN, 1, 2, 200),
        (HAN, 1, 2, 200), // nor here, though the group is hidden
        (HAN, 1, 0, 400),
    ] {
        assert_eq!(moved(who, device, group).await, status, "{} {device} {group}", who.0);
    }
    for (group, status) in [(2, 400), (1, 200), (0, 200)] {
        let body = json!({"name": "New", "uniqueId": format!("N{group}"), "groupId": group});
        assert_eq!(server.api(HAN, Method::POST, "/api/devices", Some(body)).await.0, status, "{group}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_erase_a_track_may_not_delete_its_unit_and_backups_lose_it_too() {
    let server = server().await;
    let db = server.running().state.db.clone();
    let backup = server.folder.path().join("copies.db");
    trak_backend::backup::run(&db, &backup, 2, NOW_S * 1_000).unwrap();
    assert_eq!(server.api(HAN, Method::DELETE, "/api/devices/1", None).await.0, 400);
    assert_eq!(db.history(1, 0, i64::MAX).unwrap().len(), 5);
    assert_eq!(server.api(LI, Method::DELETE, "/api/devices/1", None).await.0, 204);
    assert_eq!(server.api(HAN, Method::DELETE, "/api/devices/2", None).await.0, 204, "nobody's");
    trak_backend::backup::run(&db, &backup, 2, NOW_S * 1_000).unwrap();
    let older = trak_backend::db::Database::open(&server.folder.path().join("copies.db.1")).unwrap();
    for unit in [1, 2] {
        assert_eq!(older.history(unit, 0, i64::MAX).unwrap().len(), 0, "{unit}");
    }
}
