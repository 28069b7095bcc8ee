//! Nothing on the phone outlives its term.

#![allow(clippy::unwrap_used)] // helpers of a test

use std::sync::atomic::Ordering;

use serde_json::json;
use trak_core::decide::alert::account_code;
use trak_core::engine::Trak;
use trak_core::model::{UnitId, UtcMs};
use trak_tests::server::Server;
use trak_tests::shell::{Phone, now, sign_in, until};

const DAY_MS: i64 = 86_400_000;
const ACCOUNT: &str = "li@example.com";
const PASSWORD: &str = "secret-1";

/// The phone's clock moves on.
fn later(phone: &Phone, days: i64) {
    phone.clock.wrong_by_ms.store(days * DAY_MS, Ordering::Relaxed);
}

async fn runs(trak: &Trak, count: usize) {
    until(trak, "a run", |t| (t.retention_runs().len() == count).then_some(())).await;
}

fn folders(phone: &Phone) -> usize {
    let entries = std::fs::read_dir(phone.folder.path()).unwrap();
    entries.filter(|entry| entry.as_ref().unwrap().file_name().len() == 32).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_go_after_90_days_and_tracks_after_180() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    let user = server.account(ACCOUNT, PASSWORD).await;
    let unit = server.unit(json!({"name": "Van 7", "uniqueId": "VAN-7"})).await;
    server.grant(user, unit).await;
    server.report("VAN-7", 31.2, 121.4, now().0 - 60_000, 0.0).await;
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &server.url(), ACCOUNT, PASSWORD).await.unwrap();
    trak.refresh().await.unwrap();
    let push = json!({"v": 1, "account": account_code(&server.url(), user), "event": 41_000, "unit": unit,
        "type": "alarm", "at": now().to_rfc3339()});
    trak.push_received(&push.to_string(), now()).unwrap();
    let (from, to) = (now().plus_ms(-DAY_MS), now());
    assert_eq!(trak.history(UnitId(unit), from, to).await.unwrap().positions().len(), 1);
    runs(&trak, 1).await;
    assert!(trak.alerts(0).unwrap().total >= 1);
    trak.shutdown().await;

    // Offline from here: only what the phone keeps counts.
    let kept = async |trak: &Trak, from: UtcMs, to: UtcMs| trak.history(UnitId(unit), from, to).await;
    let mut server = server;
    server.stop().await;
    for (days, count, alerts, points) in [(31, 2, true, 1), (91, 3, false, 1), (181, 4, false, 0)] {
        later(&phone, days);
        let trak = phone.open();
        runs(&trak, count).await;
        assert_eq!(trak.alerts(0).unwrap().total > 0, alerts, "{days} days");
        assert_eq!(trak.recent_events().is_empty(), !alerts, "{days} days");
        assert_eq!(kept(&trak, from, to).await.unwrap().positions().len(), points, "{days} days");
        trak.shutdown().await;
        // A second start on the same day has nothing to do.
        let trak = phone.open();
        trak.shutdown().await;
        let trak = phone.open();
        assert_eq!(trak.retention_runs().len(), count);
        trak.shutdown().await;
    }
    let trak = phone.open();
    let runs = trak.retention_runs();
    assert!(runs.is_sorted_by(|a, b| a.at >= b.at), "newest first");
    assert_eq!(runs.iter().map(|run| run.positions).sum::<u64>(), 1);
    assert!(runs.iter().map(|run| run.alerts).sum::<u64>() >= 1);
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_of_an_account_goes_30_days_after_it_signed_out() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    server.account(ACCOUNT, PASSWORD).await;
    server.account("wang@example.com", "secret-2").await;
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &server.url(), ACCOUNT, PASSWORD).await.unwrap();
    // Another person signs in over it, and signs out.
    sign_in(&trak, &server.url(), "wang@example.com", "secret-2").await.unwrap();
    trak.sign_out(true).await.unwrap();
    trak.shutdown().await;
    assert_eq!((folders(&phone), phone.keys.names().len()), (2, 2));
    later(&phone, 20);
    let trak = phone.open();
    assert_eq!(folders(&phone), 2);
    // The first one is back in time.
    sign_in(&trak, &server.url(), ACCOUNT, PASSWORD).await.unwrap();
    trak.shutdown().await;
    later(&phone, 31);
    let trak = phone.open();
    assert_eq!(folders(&phone), 1);
    assert_eq!(phone.keys.names().iter().filter(|name| name.starts_with("database-key")).count(), 1);
    assert_eq!(trak.retention_runs().iter().map(|run| run.caches).sum::<u64>(), 1);
    trak.sign_out(true).await.unwrap();
    trak.shutdown().await;
    later(&phone, 62);
    let trak = phone.open();
    assert_eq!((folders(&phone), phone.keys.names().len()), (0, 0));
    let runs = trak.retention_runs();
    assert_eq!(
        runs.iter().map(|run| run.caches).collect::<Vec<_>>(),
        [1, 1],
        "logged though nobody is signed in"
    );
    trak.shutdown().await;
}
