//! Leaving an account holds whatever happens next: a server that does not answer, a program that is killed, a screen that
//! asks once more.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // helpers of a test

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use trak_core::engine::{ReportAs, Trak, Unsent};
use trak_core::model::{BootId, ConsentAction, ConsentScreen, DeviceTime, Purpose, SecretStore, UtcMs};
use trak_tests::proxy::{Fault, Proxy};
use trak_tests::server::Server;
use trak_tests::shell::{Phone, all, decision, now, reading, sign_in};

const ACCOUNT: &str = "li@example.com";

async fn server(folder: &Path) -> Server {
    let server = Server::start(folder).await;
    let user = server.account(ACCOUNT, "secret-1").await;
    let unit = server.unit(json!({"name": "My phone", "uniqueId": "PHONE-1"})).await;
    server.grant(user, unit).await;
    server
}

async fn seen(phone: &Phone, url: &str) -> Trak {
    let trak = phone.open();
    sign_in(&trak, url, ACCOUNT, "secret-1").await.unwrap();
    trak.refresh().await.unwrap();
    assert_eq!(all(&trak).total, 1);
    trak
}

/// All files under a folder, by their names.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found
}

fn nobody_is_here(phone: &Phone) {
    let trak = phone.open();
    assert!(trak.account().is_none());
    assert_eq!(all(&trak).total, 0);
    assert!(!files(phone.folder.path()).iter().any(|name| name.starts_with("fleet.db")), "no cache");
    assert_eq!(phone.keys.names(), [""; 0], "neither session nor key");
}

/// Whoever taps "Sign out" where the network is poor and puts the phone away has signed out.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_holds_though_the_server_does_not_answer_and_the_program_is_killed() {
    let home = tempfile::tempdir().unwrap();
    let server = server(home.path()).await;
    for withdrawn in [false, true] {
        let proxy = Proxy::start(server.addr, |_| Fault::None).await;
        let phone = Phone::default();
        let trak = seen(&phone, &proxy.url()).await;
        let before = proxy.count(|_| true);
        proxy.set(|_| Fault::Held);
        let leaving = trak.clone();
        let waits = tokio::spawn(async move {
            if withdrawn {
                let no = decision(Purpose::Account, ConsentAction::Withdrawn, ConsentScreen::PrivacyCentre);
                leaving.decide(no, Unsent::Send).unwrap();
                std::future::pending::<()>().await;
            }
            leaving.sign_out(false).await.unwrap();
        });
        // The server is being told, and does not answer; of a decision it is told at once, and once more with the farewell.
        proxy.requests(before + if withdrawn { 2 } else { 1 }, |_| true).await;
        assert!(!waits.is_finished());
        // What is on the disk at this moment is what a killed program leaves.
        nobody_is_here(&phone);
        waits.abort();
        proxy.set(|_| Fault::LostRequest);
    }
}

/// A program that was killed between the record of the decision and what follows from it.
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_that_was_cut_short_is_gone_on_with() {
    let home = tempfile::tempdir().unwrap();
    let server = server(home.path()).await;
    let phone = Phone::default();
    seen(&phone, &server.url()).await.shutdown().await;
    let before = tempfile::tempdir().unwrap();
    copy(phone.folder.path(), before.path());
    let keys: Vec<_> =
        phone.keys.names().into_iter().map(|name| (phone.keys.load(&name).unwrap().unwrap(), name)).collect();
    let trak = phone.open();
    let no = decision(Purpose::Account, ConsentAction::Withdrawn, ConsentScreen::PrivacyCentre);
    trak.decide(no, Unsent::Send).unwrap();
    trak.shutdown().await;
    // The record has it; session, key and cache are there again.
    copy(&phone.folder.path().join("consents"), &before.path().join("consents"));
    copy(before.path(), phone.folder.path());
    for (value, name) in &keys {
        phone.keys.save(name, value).unwrap();
    }
    nobody_is_here(&phone);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

fn at(start: UtcMs, ms: u64) -> DeviceTime {
    DeviceTime { wall: start.plus_ms(ms as i64), since_boot_ms: 1_000 + ms, boot: BootId(7) }
}

/// The screen that "Sign out" stands on asks how reporting goes while it is ended.
#[tokio::test(flavor = "multi_thread")]
async fn a_screen_that_asks_meanwhile_costs_the_next_sign_in_no_fix() {
    let home = tempfile::tempdir().unwrap();
    let server = server(home.path()).await;
    let phone = Phone::default();
    let trak = seen(&phone, &server.url()).await;
    for round in 0..5_u64 {
        let start = now().plus_ms(-1_000_000 + round as i64 * 100_000);
        trak.start_reporting(&ReportAs { unit_identifier: "PHONE-1".to_owned() }, &at(start, 0)).unwrap();
        let over = AtomicBool::new(false);
        let (screen, looks) = (trak.clone(), &over);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                while !looks.load(Ordering::Relaxed) {
                    let _whatever_it_says = screen.reporting();
                }
            });
            tokio::task::block_in_place(|| {
                tokio::runtime::Handle::current().block_on(trak.sign_out(false)).unwrap();
            });
            over.store(true, Ordering::Relaxed);
        });
        assert!(!files(phone.folder.path()).iter().any(|name| name.starts_with("outbox.db")), "{round}");
        sign_in(&trak, &server.url(), ACCOUNT, "secret-1").await.unwrap();
    }
    trak.set_conditions(false, true); // nothing is sent
    let start = now().plus_ms(-400_000);
    trak.start_reporting(&ReportAs { unit_identifier: "PHONE-1".to_owned() }, &at(start, 0)).unwrap();
    for n in 1..=3 {
        let fix = reading(31.2 + n as f64 * 0.002, 121.4, at(start, n * 10_000));
        trak.record(&[fix], &at(start, n * 10_000)).unwrap();
    }
    let queued = trak.reporting().unwrap().unwrap().outbox.queued;
    let restarted = {
        trak.shutdown().await;
        phone.open()
    };
    assert_eq!(restarted.reporting().unwrap().unwrap().outbox.queued, queued);
    assert!(queued > 0);
    restarted.shutdown().await;
}
