//! The main journey: a tracker reports to the server, a person finds the unit on a screen.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use serde_json::json;
use trak_core::decide::freshness::Freshness;
use trak_core::decide::order::Sort;
use trak_core::model::{LatLon, LinkState, UnitId};
use trak_core::view::{FleetQuery, LinkToServer, NearbyQuery, Origin, Trouble};
use trak_tests::proxy::{Fault, Proxy};
use trak_tests::server::Server;
use trak_tests::shell::{Phone, all, now, sign_in, until};

const ROOM: (f64, f64) = (31.2304, 121.4737);

#[tokio::test(flavor = "multi_thread")]
async fn a_tracker_reports_and_a_person_finds_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    let user = server.account("li@example.com", "secret-1").await;
    let crane = server
        .unit(json!({"name": "吊车 7号", "uniqueId": "CR-7", "category": "crane", "contact": "王伟",
            "attributes": {"plate": "沪A·D1234", "colour": "yellow"}, "phone": "+8613800000007"}))
        .await;
    let van = server.unit(json!({"name": "Van 2", "uniqueId": "VAN-2", "category": "van"})).await;
    let hidden = server.unit(json!({"name": "Hidden", "uniqueId": "HID-1"})).await;
    server.grant(user, crane).await;
    server.grant(user, van).await;
    server.report("CR-7", ROOM.0, ROOM.1, now().0 - 30_000, 0.0).await;
    server.report("HID-1", ROOM.0, ROOM.1, now().0 - 30_000, 0.0).await;

    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &server.url(), "li@example.com", "secret-1").await.unwrap();
    trak.start_live();
    until(&trak, "both units", |t| {
        (all(t).total == 2 && t.status().link == LinkToServer::Live).then_some(())
    })
    .await;

    // Found by one Chinese character of name, plate and contact, by digits of the phone, by part of the number.
    for text in ["吊", "沪", "王", "0007", "cr-"] {
        let view = trak.fleet(&FleetQuery { text: text.into(), ..FleetQuery::default() });
        assert_eq!(view.rows.iter().map(|r| r.id).collect::<Vec<_>>(), [UnitId(crane)], "{text}");
    }
    let row = all(&trak).rows.into_iter().find(|r| r.id == UnitId(crane)).unwrap();
    assert_eq!(row.freshness, Some(Freshness::Live));
    assert_eq!(row.link, LinkState::Online);
    let age_ms = row.age_ms.unwrap();
    // The server's clock is known from its headers, to a second.
    assert!((29_000..60_000).contains(&age_ms), "{age_ms}");
    let details = trak.unit(UnitId(crane)).unwrap();
    assert!(details.attributes.iter().any(|a| a.key == "colour" && a.value == "yellow"));
    assert!(trak.unit(UnitId(hidden)).is_none());

    // It moves while being watched.
    server.report("VAN-2", ROOM.0 + 0.01, ROOM.1, now().0, 20.0).await;
    let moved =
        until(&trak, "the van's position", |t| t.unit(UnitId(van)).filter(|u| u.row.place.is_some())).await;
    let speed = moved.row.speed_mps.unwrap();
    assert!((speed - 20.0 * 1852.0 / 3600.0).abs() < 1e-6, "{speed}");

    // An older report that arrives late never replaces the newer one.
    server.report("VAN-2", 10.0, 10.0, now().0 - 600_000, 0.0).await;
    server.report("CR-7", ROOM.0, ROOM.1 + 0.001, now().0, 0.0).await;
    until(&trak, "the crane's new position", |t| {
        t.unit(UnitId(crane)).and_then(|u| u.row.place).filter(|p| p.lon_deg() > ROOM.1).map(|_| ())
    })
    .await;
    let place = trak.unit(UnitId(van)).unwrap().row.place.unwrap();
    assert!((place.lat_deg() - (ROOM.0 + 0.01)).abs() < 1e-9);

    // What is near the person, and near the crane.
    let me = LatLon::new(ROOM.0, ROOM.1).unwrap();
    let origin = Origin::Point { place: me, accuracy_m: Some(10.0) };
    let near = trak.nearby(&NearbyQuery {
        origin,
        radius_m: 5_000.0,
        filter: trak_core::decide::order::Filter::default(),
    });
    assert_eq!(near.rows.iter().map(|r| r.unit.id).collect::<Vec<_>>(), [UnitId(crane), UnitId(van)]);
    assert!(near.rows[1].unit.distance_m.unwrap() > 1_100.0);
    let near = trak.nearby(&NearbyQuery {
        origin: Origin::Unit(UnitId(crane)),
        radius_m: 5_000.0,
        filter: trak_core::decide::order::Filter::default(),
    });
    assert_eq!(near.rows.iter().map(|r| r.unit.id).collect::<Vec<_>>(), [UnitId(van)]);
    let nearest = trak.fleet(&FleetQuery { sort: Sort::Nearest, origin: Some(me), ..FleetQuery::default() });
    assert_eq!(nearest.rows[0].id, UnitId(crane));

    // A position from the future is held back and said so.
    server.report("VAN-2", 1.0, 1.0, now().0 + 3_600_000, 0.0).await;
    server.report("CR-7", ROOM.0, ROOM.1 + 0.002, now().0 + 1, 0.0).await;
    until(&trak, "the next crane position", |t| {
        t.unit(UnitId(crane)).and_then(|u| u.row.place).filter(|p| p.lon_deg() > ROOM.1 + 0.0015).map(|_| ())
    })
    .await;
    assert!(trak.unit(UnitId(van)).unwrap().row.place.unwrap().lat_deg() > 30.0);

    let history = trak.history(UnitId(van), now().plus_ms(-3_600_000), now()).await.unwrap();
    assert_eq!(history.view.points, 2, "the late report is history too");
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn permission_taken_back_while_live_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    let user = server.account("li@example.com", "secret-1").await;
    let a = server.unit(json!({"name": "A", "uniqueId": "A"})).await;
    let b = server.unit(json!({"name": "B", "uniqueId": "B"})).await;
    server.grant(user, a).await;
    server.grant(user, b).await;
    server.report("B", 1.0, 2.0, now().0, 0.0).await;
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &server.url(), "li@example.com", "secret-1").await.unwrap();
    trak.start_live();
    until(&trak, "both units", |t| {
        (all(t).total == 2 && t.status().link == LinkToServer::Live).then_some(())
    })
    .await;

    server.revoke(user, b).await;
    until(&trak, "B to be gone", |t| (all(t).total == 1 && t.unit(UnitId(b)).is_none()).then_some(())).await;
    server.report("B", 1.0, 2.5, now().0, 0.0).await;
    server.grant(user, b).await;
    until(&trak, "B to be back", |t| t.unit(UnitId(b)).map(|_| ())).await;
    trak.shutdown().await;

    // Gone from the disk too: the next start does not show what may no longer be seen.
    server.revoke(user, b).await;
    let trak = phone.open();
    trak.start_live();
    until(&trak, "a fresh snapshot", |t| {
        (t.status().link == LinkToServer::Live && all(t).total == 1).then_some(())
    })
    .await;
    trak.shutdown().await;
    assert_eq!(all(&phone.open()).total, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_account_is_signed_out_once_and_keeps_what_it_knew() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    let user = server.account("li@example.com", "secret-1").await;
    let a = server.unit(json!({"name": "A", "uniqueId": "A"})).await;
    server.grant(user, a).await;
    let proxy = Proxy::start(server.addr, |_| Fault::None).await;
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &proxy.url(), "li@example.com", "secret-1").await.unwrap();
    trak.start_live();
    until(&trak, "the unit", |t| (all(t).total == 1 && t.status().link == LinkToServer::Live).then_some(()))
        .await;

    let with_token = |request: &str| {
        request.starts_with("GET /api/socket")
            || request.to_ascii_lowercase().contains("authorization: bearer")
    };
    let asked = proxy.count(with_token);
    server.change_account(user, json!({"disabled": true})).await;
    until(&trak, "the sign-out", |t| (t.status().trouble == Some(Trouble::SignedOut)).then_some(())).await;
    assert_eq!(trak.status().link, LinkToServer::SignedOut);
    let refused = proxy.count(with_token) - asked;
    // One connection: the stream is refused without a reason, and the snapshot says which.
    assert_eq!(refused, 2, "the token is not tried again");
    assert_eq!(all(&trak).total, 1, "a lost sign-in never removes what was there");
    assert!(matches!(trak.refresh().await, Err(trak_core::engine::QueryError::SignedOut)));
    assert_eq!(proxy.count(with_token) - asked, refused, "nor by what a person asks for");
    trak.shutdown().await;
}
