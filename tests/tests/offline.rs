//! No network, no server, a restarted program: the last fleet is there, with its honest age.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use serde_json::json;
use std::sync::atomic::Ordering;
use trak_core::decide::freshness::Freshness;
use trak_core::decide::order::Filter;
use trak_core::engine::OpenError;
use trak_core::model::{LinkState, SecretStoreError, UnitId};
use trak_core::view::{FleetQuery, HistorySource, LinkToServer, NearbyQuery, Origin, Trouble};
use trak_tests::server::Server;
use trak_tests::shell::{Phone, all, now, sign_in, until};

#[tokio::test(flavor = "multi_thread")]
async fn the_last_fleet_survives_the_server_and_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path()).await;
    let addr = server.addr;
    let user = server.account("li@example.com", "secret-1").await;
    let a = server
        .unit(json!({"name": "Crane Alpha", "uniqueId": "A-1", "attributes": {"plate": "PLATE-77"}}))
        .await;
    let b = server.unit(json!({"name": "Crane Beta", "uniqueId": "B-1"})).await;
    server.grant(user, a).await;
    server.grant(user, b).await;
    server.report("A-1", 31.2304, 121.4737, now().0 - 5_000, 0.0).await;
    server.report("B-1", 31.2404, 121.4737, now().0 - 5_000, 0.0).await;

    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &server.url(), "li@example.com", "secret-1").await.unwrap();
    trak.start_live();
    until(&trak, "both units", |t| {
        (all(t).total == 2 && t.status().link == LinkToServer::Live).then_some(())
    })
    .await;
    let range = (now().plus_ms(-3_600_000), now());
    assert_eq!(trak.history(UnitId(a), range.0, range.1).await.unwrap().view.source, HistorySource::Server);

    // The server goes away under the running program: everything stays on the screen.
    server.stop().await;
    until(&trak, "the outage", |t| matches!(t.status().link, LinkToServer::Offline { .. }).then_some(()))
        .await;
    let view = all(&trak);
    assert_eq!(view.total, 2);
    assert_eq!(trak.status().trouble, Some(Trouble::Offline));
    // What the server said of their links is past: nobody can say that a unit is live.
    assert!(view.rows.iter().all(|r| (r.link, r.freshness) == (LinkState::Unknown, Some(Freshness::Recent))));
    let live = Filter { freshness: Some([Freshness::Live].into()), ..Filter::default() };
    assert_eq!(trak.fleet(&FleetQuery { filter: live, ..FleetQuery::default() }).matched, 0);
    trak.shutdown().await;

    // Nothing on the disk can be read without the key store.
    let raw = phone.raw_bytes();
    for text in ["Crane Alpha", "PLATE-77", "li@example.com", "SQLite format 3"] {
        assert!(!raw.windows(text.len()).any(|w| w == text.as_bytes()), "{text} is readable on the disk");
    }

    // The program starts again without a network: search, nearby and history answer from the cache.
    let trak = phone.open();
    let view = all(&trak);
    assert_eq!(view.total, 2);
    assert!(view.status.loaded);
    assert!(view.status.confirmed_at.is_some());
    // The server's clock is known from its headers, to a second.
    assert!(
        view.rows.iter().all(|r| r.age_ms.is_some_and(|age| (4_000..120_000).contains(&age))),
        "honest ages"
    );
    let near = trak.nearby(&NearbyQuery {
        origin: Origin::Unit(UnitId(a)),
        radius_m: 5_000.0,
        filter: Filter::default(),
    });
    assert_eq!(near.rows.len(), 1);
    assert_eq!(near.rows[0].unit.freshness, Some(Freshness::Recent));
    let history = trak.history(UnitId(a), range.0, range.1).await.unwrap();
    assert_eq!((history.view.source, history.view.points), (HistorySource::Cache, 1));
    trak.start_live();
    until(&trak, "the failed try", |t| matches!(t.status().link, LinkToServer::Offline { .. }).then_some(()))
        .await;
    assert_eq!(all(&trak).total, 2, "a failed refresh never removes what was there");

    // The server returns: live again, without anybody signing in.
    let mut server = Server::start_at(folder.path(), addr).await;
    trak.set_conditions(false, true);
    trak.set_conditions(true, true);
    until(&trak, "the stream", |t| (t.status().link == LinkToServer::Live).then_some(())).await;
    server.report("A-1", 31.25, 121.4737, now().0, 0.0).await;
    until(&trak, "a new position", |t| {
        t.unit(UnitId(a)).and_then(|u| u.row.place).filter(|p| p.lat_deg() > 31.24).map(|_| ())
    })
    .await;
    trak.shutdown().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_phone_clock_does_not_make_old_data_fresh() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    let user = server.account("li@example.com", "secret-1").await;
    let a = server.unit(json!({"name": "A", "uniqueId": "A"})).await;
    server.grant(user, a).await;
    server.report("A", 31.0, 121.0, now().0 - 7_200_000, 0.0).await;
    let phone = Phone::default();
    phone.clock.wrong_by_ms.store(-7_200_000, Ordering::Relaxed); // two hours behind: the fix would look brand new
    let trak = phone.open();
    sign_in(&trak, &server.url(), "li@example.com", "secret-1").await.unwrap();
    trak.start_live();
    until(&trak, "the unit", |t| t.unit(UnitId(a)).filter(|u| u.row.place.is_some())).await;
    let age_ms = trak.unit(UnitId(a)).unwrap().row.age_ms.unwrap();
    assert!((age_ms - 7_200_000).abs() < 10_000, "{age_ms}");
    // Set right while running: the age does not jump.
    phone.clock.wrong_by_ms.store(0, Ordering::Relaxed);
    let age_ms = trak.unit(UnitId(a)).unwrap().row.age_ms.unwrap();
    assert!((age_ms - 7_200_000).abs() < 10_000, "{age_ms}");
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_slept_shows_nothing_as_live_until_it_has_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path()).await;
    let user = server.account("li@example.com", "secret-1").await;
    let a = server.unit(json!({"name": "A", "uniqueId": "A"})).await;
    server.grant(user, a).await;
    server.report("A", 31.0, 121.0, now().0, 0.0).await;
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &server.url(), "li@example.com", "secret-1").await.unwrap();
    trak.start_live();
    let live = |t: &trak_core::engine::Trak| {
        let unit = t.unit(UnitId(a)).filter(|u| u.row.freshness == Some(Freshness::Live));
        unit.filter(|_| t.status().link == LinkToServer::Live).map(|_| ())
    };
    until(&trak, "a live unit", live).await;
    // The stream still stands, as far as anybody knows.
    phone.clock.slept_ms.store(8 * 3_600_000, Ordering::Relaxed);
    assert_eq!(trak.status().link, LinkToServer::Connecting);
    let row = trak.unit(UnitId(a)).unwrap().row;
    assert_eq!((row.freshness, row.link), (Some(Freshness::Old), LinkState::Unknown));
    // The server says its time in whole seconds.
    assert!(row.age_ms.unwrap() >= 8 * 3_600_000 - 2_000);
    // By itself, with no word of a network or a foreground that changed.
    until(&trak, "the stream anew", |t| (t.status().link == LinkToServer::Live).then_some(())).await;
    until(&trak, "a live unit again", live).await;
    trak.shutdown().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_before_a_start_without_network_makes_nothing_younger() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path()).await;
    let user = server.account("li@example.com", "secret-1").await;
    let a = server.unit(json!({"name": "A", "uniqueId": "A"})).await;
    server.grant(user, a).await;
    server.report("A", 31.0, 121.0, now().0 - 7_200_000, 0.0).await;
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &server.url(), "li@example.com", "secret-1").await.unwrap();
    trak.refresh().await.unwrap();
    trak.shutdown().await;
    server.stop().await;
    phone.clock.wrong_by_ms.store(-8 * 3_600_000, Ordering::Relaxed);
    let trak = phone.open();
    let row = trak.unit(UnitId(a)).unwrap().row;
    assert_eq!(row.freshness, Some(Freshness::Old));
    assert!((row.age_ms.unwrap() - 7_200_000).abs() < 10_000, "{:?}", row.age_ms);
    assert!(trak.status().confirmed_at.is_some());
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_key_store_opens_nothing_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    let user = server.account("li@example.com", "secret-1").await;
    let a = server.unit(json!({"name": "A", "uniqueId": "A"})).await;
    server.grant(user, a).await;
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &server.url(), "li@example.com", "secret-1").await.unwrap();
    trak.refresh().await.unwrap();
    trak.shutdown().await;
    phone.keys.locked.store(true, Ordering::Relaxed);
    assert!(matches!(phone.try_open(), Err(OpenError::SecretStore(SecretStoreError::Locked))));
    phone.keys.locked.store(false, Ordering::Relaxed);
    let trak = phone.open();
    assert_eq!(all(&trak).total, 1);
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_of_one_phone_never_see_each_others_units() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    let (li, wang) = (
        server.account("li@example.com", "pw-li-1").await,
        server.account("wang@example.com", "pw-wang-1").await,
    );
    let a = server.unit(json!({"name": "Of Li", "uniqueId": "L"})).await;
    let b = server.unit(json!({"name": "Of Wang", "uniqueId": "W"})).await;
    server.grant(li, a).await;
    server.grant(wang, b).await;
    let phone = Phone::default();
    let trak = phone.open();
    let names = |t: &trak_core::engine::Trak| all(t).rows.into_iter().map(|r| r.name).collect::<Vec<_>>();
    sign_in(&trak, &server.url(), "li@example.com", "pw-li-1").await.unwrap();
    trak.refresh().await.unwrap();
    assert_eq!(names(&trak), ["Of Li"]);
    sign_in(&trak, &server.url(), "wang@example.com", "pw-wang-1").await.unwrap();
    assert!(names(&trak).is_empty(), "the first account's units are not shown to the second");
    trak.refresh().await.unwrap();
    assert_eq!(names(&trak), ["Of Wang"]);
    // The first account's cache is still there when it returns, also without a snapshot.
    sign_in(&trak, &server.url(), "li@example.com", "pw-li-1").await.unwrap();
    assert_eq!(names(&trak), ["Of Li"]);
    // Signing out with erasure leaves no file and no key of the account.
    let keys_before = phone.keys.names().len();
    assert!(trak.sign_out(false).await.unwrap().revoked);
    assert!(phone.keys.names().len() < keys_before);
    assert!(trak.account().is_none());
    assert_eq!(all(&trak).total, 0);
    trak.shutdown().await;
}
