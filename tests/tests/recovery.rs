//! What a program does by itself about a damaged cache and missed events, and what a person can do about a lost key.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use trak_core::engine::{OpenError, OpenOptions, Trak, forget_account};
use trak_core::model::{EventKind, SecretStore, SecretStoreError};
use trak_core::store::{Change, DatabaseKey, MetaChange, Store};
use trak_core::view::{LinkToServer, Trouble};
use trak_tests::proxy::{Fault, Proxy};
use trak_tests::server::Server;
use trak_tests::shell::{Keys, Phone, all, now, sign_in, until};

/// A server with `count` units that have a position, and a phone that has seen them.
async fn seen(folder: &Path, count: usize) -> (Server, Phone, Trak) {
    let server = Server::start(folder).await;
    let user = server.account("li@example.com", "secret-1").await;
    for n in 0..count {
        let filler = "x".repeat(6_000);
        let unit =
            json!({"name": format!("Van {n}"), "uniqueId": format!("V-{n}"), "attributes": {"note": filler}});
        let unit = server.unit(unit).await;
        server.grant(user, unit).await;
        server.report(&format!("V-{n}"), 31.0 + n as f64 / 1_000.0, 121.4, now().0 - 3_600_000, 0.0).await;
    }
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &server.url(), "li@example.com", "secret-1").await.unwrap();
    trak.refresh().await.unwrap();
    assert_eq!(all(&trak).total, count);
    (server, phone, trak)
}

fn databases(folder: &Path) -> Vec<PathBuf> {
    let accounts = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    accounts.map(|account| account.join("fleet.db")).filter(|database| database.exists()).collect()
}

fn options(phone: &Phone) -> OpenOptions {
    OpenOptions {
        folder: phone.folder.path().to_owned(),
        secrets: phone.keys.clone(),
        runtime: tokio::runtime::Handle::current(),
        clock: phone.clock.clone(),
        random_seed: Some(7),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_damaged_in_use_is_mended_while_the_fleet_stays_on_the_screen() {
    let home = tempfile::tempdir().unwrap();
    let (mut server, phone, trak) = seen(home.path(), 20).await;
    trak.shutdown().await;
    let trak = phone.open();
    assert_eq!(trak.status().trouble, None);
    // Everything but the first page, as a failing disk would.
    let database = databases(phone.folder.path()).remove(0);
    let mut bytes = std::fs::read(&database).unwrap();
    assert!(bytes.len() > 20 * 4_096, "a cache of some size");
    bytes[4_096..].iter_mut().step_by(64).for_each(|byte| *byte ^= 0x5a);
    std::fs::write(&database, bytes).unwrap();

    // The first write that meets it is some moments after the snapshot.
    let mended = async {
        loop {
            server.report("V-3", 31.5, 121.4, now().0, 0.0).await;
            trak.refresh().await.unwrap();
            assert_eq!(all(&trak).total, 20, "nothing leaves the screen");
            if trak.status().trouble == Some(Trouble::CacheSalvaged) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), mended).await.expect("the person is told");
    trak.refresh().await.unwrap();
    assert_eq!(trak.status().trouble, None, "and it is over");
    trak.shutdown().await;
    server.stop().await;

    let trak = phone.open();
    let view = all(&trak);
    assert_eq!((view.total, trak.status().trouble), (20, None), "the new cache holds the whole fleet");
    assert!(view.rows.iter().all(|row| row.age_ms.is_some()), "with every position");
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_whose_key_is_lost_can_be_forgotten() {
    let home = tempfile::tempdir().unwrap();
    let (server, phone, trak) = seen(home.path(), 1).await;
    trak.shutdown().await;
    let key = phone.keys.names().into_iter().find(|name| name.starts_with("database-key-")).unwrap();
    phone.keys.remove(&key).unwrap();
    assert!(matches!(phone.try_open(), Err(OpenError::KeyMissing)));
    assert_eq!(databases(phone.folder.path()).len(), 1, "nothing was changed");

    forget_account(&options(&phone)).unwrap();
    assert!(databases(phone.folder.path()).is_empty());
    assert_eq!(phone.keys.names(), [""; 0]);
    forget_account(&options(&phone)).unwrap();

    let trak = phone.open();
    assert!(trak.account().is_none());
    sign_in(&trak, &server.url(), "li@example.com", "secret-1").await.unwrap();
    trak.refresh().await.unwrap();
    assert_eq!(all(&trak).total, 1);
    trak.shutdown().await;
}

/// A key store that has lost the key of its own: what it kept is there and cannot be opened.
struct LostKey(Arc<Keys>);

impl SecretStore for LostKey {
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, SecretStoreError> {
        if self.0.load(name)?.is_some() { Err(SecretStoreError::Unavailable) } else { Ok(None) }
    }

    fn save(&self, name: &str, value: &[u8]) -> Result<(), SecretStoreError> {
        self.0.save(name, value)
    }

    fn remove(&self, name: &str) -> Result<(), SecretStoreError> {
        self.0.remove(name)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_store_that_lost_its_own_key_is_no_dead_end() {
    let home = tempfile::tempdir().unwrap();
    let (_server, phone, trak) = seen(home.path(), 1).await;
    trak.shutdown().await;
    let lost = || OpenOptions { secrets: Arc::new(LostKey(phone.keys.clone())), ..options(&phone) };
    assert!(matches!(Trak::open(lost()), Err(OpenError::SecretStore(SecretStoreError::Unavailable))));
    assert_eq!(databases(phone.folder.path()).len(), 1, "nothing was changed");

    forget_account(&lost()).unwrap();
    assert!(databases(phone.folder.path()).is_empty());
    assert_eq!(phone.keys.names(), [""; 0]);
    assert!(phone.folder.path().join("consents").exists(), "what the person decided stays");
    let trak = Trak::open(lost()).unwrap();
    assert!(trak.account().is_none());
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_while_there_was_no_network_is_told_once_afterwards() {
    let home = tempfile::tempdir().unwrap();
    let (server, phone, trak) = seen(home.path(), 2).await;
    trak.start_live();
    let is_live = |t: &Trak| (t.status().link == LinkToServer::Live).then_some(());
    until(&trak, "the stream", is_live).await;
    trak.set_conditions(false, true);
    until(&trak, "the tunnel", |t| (t.status().link != LinkToServer::Live).then_some(())).await;
    // The car drives off and stops while nobody hears of it. Both are told once they have lasted, dated back to a time
    // when the stream was still live.
    let (drives, stops) = (now().0 - 700_000, now().0 - 380_000);
    for (at, lat_deg, speed_kn) in [
        (drives, 31.1, 30.0),
        (drives + 310_000, 31.11, 30.0),
        (stops, 31.12, 0.0),
        (stops + 310_000, 31.12, 0.0),
    ] {
        server.report("V-1", lat_deg, 121.4, at, speed_kn).await;
    }
    trak.set_conditions(true, true);
    until(&trak, "the stream again", is_live).await;
    let news = |t: &Trak| {
        let rows = t.recent_events();
        rows.iter().any(|row| row.event.kind == EventKind::Stopped).then_some(rows)
    };
    let rows = until(&trak, "what was missed", news).await;
    assert!(rows.iter().any(|row| row.unit_name == "Van 1" && row.event.kind == EventKind::Moving));
    assert!(
        rows.is_sorted_by(|a, b| (a.event.at, a.event.id) > (b.event.at, b.event.id)),
        "newest first, none twice"
    );

    // Another tunnel: nothing is told again.
    trak.set_conditions(false, true);
    until(&trak, "another tunnel", |t| (t.status().link != LinkToServer::Live).then_some(())).await;
    trak.set_conditions(true, true);
    until(&trak, "the stream once more", is_live).await;
    trak.refresh().await.unwrap();
    assert_eq!(trak.recent_events(), rows);
    trak.shutdown().await;
    let trak = phone.open();
    assert_eq!(trak.recent_events(), rows, "and it is kept");
    trak.shutdown().await;
}

/// A snapshot tells no events: one that was read while the stream was down, by a person who pulled the list or by another
/// program, must not be taken for the time up to which it is known what happened.
#[tokio::test(flavor = "multi_thread")]
async fn what_happened_before_a_snapshot_without_a_stream_is_told_too() {
    const HELP_AGO_MS: i64 = 30 * 60_000;
    let home = tempfile::tempdir().unwrap();
    let is_live = |t: &Trak| (t.status().link == LinkToServer::Live).then_some(());
    let (server, _, seen) = seen(home.path(), 2).await;
    seen.shutdown().await;
    let proxy = Proxy::start(server.addr, |_| Fault::None).await;
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &proxy.url(), "li@example.com", "secret-1").await.unwrap();
    trak.refresh().await.unwrap();
    trak.shutdown().await;
    // The stream was last known to live an hour ago.
    let name = phone.keys.names().into_iter().find(|name| name.starts_with("database-key-")).unwrap();
    let key = phone.keys.load(&name).unwrap().unwrap().try_into().unwrap();
    let cache = databases(phone.folder.path()).remove(0).parent().unwrap().to_owned();
    let store = Store::open(&cache, &DatabaseKey::from_bytes(key)).unwrap().store;
    let meta = MetaChange { events_until: Some(now().plus_ms(-3_600_000)), ..MetaChange::default() };
    store.apply(Change { meta, ..Change::default() }).unwrap();
    store.close();

    // Since then there was a call for help, and the list was read by hand; the stream is refused.
    let at_ms = now().0 - HELP_AGO_MS;
    server.upload(&format!("?id=V-1&lat=31.0&lon=121.4&alarm=sos&timestamp={at_ms}")).await;
    let trak = phone.open();
    trak.refresh().await.unwrap();
    trak.shutdown().await;
    let streams = |line: &str| line.starts_with("GET /api/socket");
    let reports = |line: &str| line.starts_with("GET /api/reports/events");
    let trak = phone.open();
    proxy.set(move |line| if streams(line) { Fault::StatusInstead(503) } else { Fault::None });
    trak.start_live();
    until(&trak, "a stream that is refused", |t| {
        matches!(t.status().link, LinkToServer::Offline { .. }).then_some(())
    })
    .await;
    // The stream comes, and the first question for what was missed fails.
    let mut failed = false;
    proxy.set(move |line| {
        if reports(line) && !std::mem::replace(&mut failed, true) {
            Fault::StatusInstead(500)
        } else {
            Fault::None
        }
    });
    trak.set_conditions(false, true);
    trak.set_conditions(true, true);
    until(&trak, "the stream again", is_live).await;
    proxy.requests(1, reports).await;
    trak.set_conditions(false, true);
    trak.set_conditions(true, true);
    let help =
        |t: &Trak| t.recent_events().iter().any(|row| row.event.kind == EventKind::Alarm).then_some(());
    until(&trak, "the call for help", help).await;
    trak.shutdown().await;
}

/// Traccar's report of no unit in particular is empty: nothing that was missed would ever be found.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_is_found_at_a_plain_traccar_too() {
    let home = tempfile::tempdir().unwrap();
    let (server, _, seen) = seen(home.path(), 2).await;
    seen.shutdown().await;
    let proxy = Proxy::start(server.addr, |_| Fault::Plain).await;
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &proxy.url(), "li@example.com", "secret-1").await.unwrap();
    trak.refresh().await.unwrap();
    server.alarm("V-1", 31.0, 121.4, "sos").await;
    trak.refresh_alerts().await.unwrap();
    let rows = trak.recent_events();
    assert!(
        rows.iter().any(|row| row.event.kind == EventKind::Alarm && row.unit_name == "Van 1"),
        "{rows:?}"
    );
    let reports = proxy.requests(1, |request| request.starts_with("GET /api/reports/events")).await;
    assert!(
        reports.iter().all(|one| one.contains("deviceId=1") && one.contains("deviceId=2")),
        "{reports:?}"
    );
    trak.shutdown().await;
}
