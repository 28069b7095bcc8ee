//! The end of an account reaches the phone, and nothing else does: over the real backend, its own cancelling, programs
//! that are killed, and servers that refuse for other reasons.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // helpers of a test

mod erasing;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;
use trak_core::engine::{OpenOptions, QueryError, ReportAs, SystemClock, Trak, Unsent};
use trak_core::model::{
    BootId, Cancellation, ConsentAction, ConsentScreen, DeviceTime, Purpose, Secret, SecretStore,
    SecretStoreError, Sha256Hash,
};
use trak_core::view::Trouble;
use trak_tests::proxy::{Fault, Proxy};
use trak_tests::server::{Server, install_crypto};
use trak_tests::shell::{FileKeys, Phone, all, decision, now, reading, sign_in, until};

const ACCOUNT: &str = "li@example.com";
const DAY_MS: i64 = 86_400_000;

async fn account(server: &Server, email: &str, identifier: &str) {
    let user = server.account(email, "secret-1").await;
    let unit = json!({"name": "My phone", "uniqueId": identifier, "attributes": {"trak.owner": user}});
    let unit = server.unit(unit).await;
    server.grant(user, unit).await;
}

/// Signed in, with a fleet, a fix that cannot be sent and a record of consents; the end of the account is asked for.
async fn leaving(trak: &Trak, url: &str, email: &str, identifier: &str) -> Cancellation {
    sign_in(trak, url, email, "secret-1").await.unwrap();
    trak.refresh().await.unwrap();
    trak.set_conditions(false, true); // what is recorded stays here
    let at = DeviceTime { wall: now(), since_boot_ms: 1_000, boot: BootId(7) };
    trak.start_reporting(&ReportAs { unit_identifier: identifier.to_owned() }, &at).unwrap();
    trak.record(&[reading(31.2, 121.4, at)], &at).unwrap();
    trak.cancel_account(Secret::new("secret-1"), None).await.unwrap()
}

/// The weeks pass: what was asked for was asked for so long ago.
fn age(folder: &Path, days: i64) {
    let db = rusqlite::Connection::open(folder.join("backend.db")).unwrap();
    let sql = "UPDATE cancellations SET requested = requested - ?1, deadline = deadline - ?1";
    assert!(db.execute(sql, [days * DAY_MS]).unwrap() > 0);
}

fn kept(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What the app shows after the end: it is said, and nothing is kept but that.
fn nothing_is_left(trak: &Trak, folder: &Path) {
    assert!(trak.account().is_none());
    assert_eq!(trak.status().trouble, Some(Trouble::AccountEnded));
    assert_eq!(kept(folder), ["ended"]);
    assert_eq!(std::fs::read(folder.join("ended")).unwrap(), b"", "and it says nothing of whose");
}

/// Nothing was taken: the fleet, the record, and the fix that waits.
fn everything_is_there(trak: &Trak) {
    the_account_is_there(trak);
    assert_eq!(trak.reporting().unwrap().unwrap().outbox.queued, 1);
}

/// The same once the fix may have been sent.
fn the_account_is_there(trak: &Trak) {
    assert_eq!(trak.account().unwrap().email, ACCOUNT);
    assert_eq!(all(trak).total, 1);
    assert!(!trak.consent_record().unwrap().unwrap().is_empty());
    assert_ne!(trak.status().trouble, Some(Trouble::AccountEnded));
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_account_is_gone_so_is_everything_kept_of_it_here() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    account(&server, ACCOUNT, "PHONE-1").await;
    let phone = Phone::default();
    let trak = phone.open();
    let asked = leaving(&trak, &server.url(), ACCOUNT, "PHONE-1").await;
    assert!(!asked.done);
    trak.shutdown().await;

    // It is still there, whatever the next starts find.
    let trak = phone.open();
    assert_eq!(trak.cancellation().await.unwrap(), Some(asked));
    trak.shutdown().await;
    age(folder.path(), 30);
    let trak = phone.open();
    trak.start_live();
    until(&trak, "the fleet", |t| t.status().confirmed_at.filter(|_| t.status().trouble.is_none())).await;
    the_account_is_there(&trak);
    assert!(trak.cancellation().await.unwrap().unwrap().deadline < now());
    trak.shutdown().await;

    server.administer(&["cancellation", "run"]);
    let trak = phone.open();
    the_account_is_there(&trak);
    trak.start_live();
    until(&trak, "the end", |t| t.account().is_none().then_some(())).await;
    trak.shutdown().await;
    assert!(phone.keys.names().is_empty(), "{:?}", phone.keys.names());
    // The next start says it too, until somebody goes on.
    let trak = phone.open();
    nothing_is_left(&trak, phone.folder.path());
    trak.decide(decision(Purpose::Account, ConsentAction::Given, ConsentScreen::FirstRun), Unsent::Send)
        .unwrap();
    assert_eq!(trak.status().trouble, None);
    assert_eq!(kept(phone.folder.path()), ["consents"]);
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_asked_for_at_another_phone_reaches_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    account(&server, ACCOUNT, "PHONE-1").await;
    let (asking, other) = (Phone::default(), Phone::default());
    let there = other.open();
    sign_in(&there, &server.url(), ACCOUNT, "secret-1").await.unwrap();
    let here = asking.open();
    leaving(&here, &server.url(), ACCOUNT, "PHONE-1").await;
    here.shutdown().await;
    age(folder.path(), 30);
    there.start_live();
    until(&there, "that it ends", |_| {
        let kept = kept(other.folder.path());
        kept.into_iter().find(|name| std::path::Path::new(name).extension().is_some_and(|of| of == "ends"))
    })
    .await;
    server.administer(&["cancellation", "run"]);
    assert!(matches!(there.refresh().await, Err(QueryError::SignedOut)));
    nothing_is_left(&there, other.folder.path());
    there.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_the_end_of_the_account_erases_anything() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path()).await;
    account(&server, ACCOUNT, "PHONE-1").await;
    let proxy = Proxy::start(server.addr, |_| Fault::None).await;
    let phone = Phone::default();
    let trak = phone.open();
    let asked = leaving(&trak, &proxy.url(), ACCOUNT, "PHONE-1").await;
    // A refusal before the deadline, and an account that is switched off.
    proxy.set(
        |line| if line.starts_with("GET /api/server") { Fault::None } else { Fault::StatusInstead(401) },
    );
    assert!(matches!(trak.refresh().await, Err(QueryError::SignedOut)));
    everything_is_there(&trak);
    assert_eq!(trak.cancellation().await.unwrap(), Some(asked), "what is known of it is still told");
    proxy.set(|_| Fault::None);
    trak.shutdown().await;
    let mut trak = phone.open();
    age(folder.path(), 30);
    assert!(trak.cancellation().await.unwrap().unwrap().deadline < now());
    // Past the deadline: something between that says 401 to everything, a login page, no server at all.
    for fault in [401, 200, 404, 500, 503] {
        proxy.set(move |_| Fault::StatusInstead(fault));
        assert!(trak.refresh().await.is_err());
        everything_is_there(&trak);
        trak.shutdown().await;
        trak = phone.open();
        everything_is_there(&trak);
    }
    proxy.set(|_| Fault::LostRequest);
    assert!(trak.refresh().await.is_err());
    server.stop().await;
    proxy.set(|_| Fault::None);
    assert!(trak.refresh().await.is_err());
    everything_is_there(&trak);
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_was_taken_back_elsewhere_erases_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    account(&server, ACCOUNT, "PHONE-1").await;
    let (phone, other) = (Phone::default(), Phone::default());
    let trak = phone.open();
    leaving(&trak, &server.url(), ACCOUNT, "PHONE-1").await;
    age(folder.path(), 30);
    let elsewhere = other.open();
    sign_in(&elsewhere, &server.url(), ACCOUNT, "secret-1").await.unwrap();
    elsewhere.keep_account().await.unwrap();
    assert_eq!(elsewhere.cancellation().await.unwrap(), None);
    elsewhere.shutdown().await;
    // This phone hears of it at its next start; whatever ends its sign-in later is not the account's end.
    assert_eq!(trak.cancellation().await.unwrap(), None);
    let db = rusqlite::Connection::open(folder.path().join("backend.db")).unwrap();
    assert!(db.execute("DELETE FROM tokens", []).unwrap() > 0);
    assert!(matches!(trak.refresh().await, Err(QueryError::SignedOut)));
    everything_is_there(&trak);
    trak.shutdown().await;
}

/// A new password ends the sign-ins; then nothing but the receipt tells a phone what became of the account.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_whose_sign_in_was_ended_hears_whether_the_account_was() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    account(&server, ACCOUNT, "PHONE-1").await;
    let (phone, other) = (Phone::default(), Phone::default());
    let elsewhere = other.open();
    sign_in(&elsewhere, &server.url(), ACCOUNT, "secret-1").await.unwrap();
    let trak = phone.open();
    let asked = leaving(&trak, &server.url(), ACCOUNT, "PHONE-1").await;
    let db = rusqlite::Connection::open(folder.path().join("backend.db")).unwrap();
    assert!(db.execute("DELETE FROM tokens", []).unwrap() > 0);
    age(folder.path(), 30);
    // Past its deadline, refused, and not done: it may still be taken back.
    assert!(matches!(trak.refresh().await, Err(QueryError::SignedOut)));
    everything_is_there(&trak);
    assert!(trak.cancellation().await.unwrap().unwrap().deadline < asked.deadline, "as the server says it");
    trak.shutdown().await;

    sign_in(&elsewhere, &server.url(), ACCOUNT, "secret-1").await.unwrap();
    elsewhere.keep_account().await.unwrap();
    elsewhere.shutdown().await;
    let trak = phone.open();
    trak.start_live();
    until(&trak, "that it stays", |_| {
        let ends = |name: &String| Path::new(name).extension().is_some_and(|of| of == "ends");
        (!kept(phone.folder.path()).iter().any(ends)).then_some(())
    })
    .await;
    everything_is_there(&trak);
    // Asked for again, and done before this phone signs in again.
    sign_in(&trak, &server.url(), ACCOUNT, "secret-1").await.unwrap();
    trak.cancel_account(Secret::new("secret-1"), None).await.unwrap();
    assert!(db.execute("DELETE FROM tokens", []).unwrap() > 0);
    server.administer(&["cancellation", "run", "--account", ACCOUNT]);
    assert!(matches!(trak.refresh().await, Err(QueryError::SignedOut)));
    nothing_is_left(&trak, phone.folder.path());
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_of_an_account_that_was_left_goes_at_its_deadline() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    account(&server, ACCOUNT, "PHONE-1").await;
    let phone = Phone::default();
    let trak = phone.open();
    let asked = leaving(&trak, &server.url(), ACCOUNT, "PHONE-1").await;
    trak.sign_out(true).await.unwrap();
    trak.shutdown().await;
    let days_left = asked.deadline.since_ms(now()) / DAY_MS;
    for (days, left) in [(days_left - 1, 4), (days_left + 1, 0)] {
        phone.clock.wrong_by_ms.store(days * DAY_MS, Ordering::Relaxed);
        phone.open().shutdown().await;
        assert_eq!(kept(phone.folder.path()).len(), left, "cache, outbox, record and note; then nothing");
    }
    assert!(phone.keys.names().is_empty());
}

/// What a phone knew of the end it keeps through a kill right after it asked.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_for_is_known_without_a_server_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path()).await;
    account(&server, ACCOUNT, "PHONE-1").await;
    let phone = Phone::default();
    let trak = phone.open();
    let asked = leaving(&trak, &server.url(), ACCOUNT, "PHONE-1").await;
    server.stop().await;
    trak.shutdown().await;
    let trak = phone.open();
    assert_eq!(trak.cancellation().await.unwrap(), Some(asked));
    assert!(matches!(trak.keep_account().await, Err(QueryError::Offline)), "the server has to know");
    assert_eq!(trak.cancellation().await.unwrap(), Some(asked));
    let mut server = Server::start_at(folder.path(), server.addr).await;
    trak.keep_account().await.unwrap();
    server.stop().await;
    assert!(matches!(trak.cancellation().await, Err(QueryError::Offline)), "nothing is expected any more");
    trak.shutdown().await;
}
