//! Every refusal has its own name, and a server is trusted only for a reason.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::atomic::Ordering;

use serde_json::json;
use trak_core::engine::SignInRefusal;
use trak_core::model::UtcMs;
use trak_core::traccar::address::{AddressError, Cleartext};
use trak_core::traccar::tls::{CertificateTrouble, TlsPolicy};
use trak_core::view::LinkToServer;
use trak_tests::proxy::{Fault, Proxy};
use trak_tests::server::Server;
use trak_tests::shell::{Phone, agree_to_everything, all, now, request, sign_in, until};
use trak_tests::tls::{Authority, authority, tls_front};

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path()).await;
    server.account("good@example.com", "right-1").await;
    server
        .account_with(
            json!({"name": "D", "email": "disabled@example.com", "password": "right-1", "disabled": true}),
        )
        .await;
    server
        .account_with(json!({"name": "E", "email": "expired@example.com", "password": "right-1",
            "expirationTime": "2020-01-01T00:00:00.000+00:00"}))
        .await;
    server
        .account_with(json!({"name": "T", "email": "totp@example.com", "password": "right-1",
            "totpKey": "T63MVEWCQJJA7BEVWCBHHSMQKABI3P4L"}))
        .await;
    let phone = Phone::default();
    let trak = phone.open();
    agree_to_everything(&trak);
    let url = server.url();
    let ask = async |email: &str, password: &str, code: Option<&str>| {
        trak.sign_in(request(&url, email, password, code)).await.map(|_| ()).unwrap_err()
    };
    assert!(matches!(ask("good@example.com", "wrong", None).await, SignInRefusal::WrongPassword));
    assert!(matches!(ask("nobody@example.com", "wrong", None).await, SignInRefusal::WrongPassword));
    assert!(matches!(ask("disabled@example.com", "right-1", None).await, SignInRefusal::Disabled));
    assert!(matches!(ask("expired@example.com", "right-1", None).await, SignInRefusal::Expired));
    assert!(matches!(ask("totp@example.com", "right-1", None).await, SignInRefusal::CodeNeeded));
    assert!(matches!(ask("totp@example.com", "right-1", Some("000000")).await, SignInRefusal::WrongCode));
    assert!(trak.account().is_none());
    assert!(phone.keys.names().is_empty(), "a refused sign-in keeps nothing");

    let account = sign_in(&trak, &url, " Good@Example.com", "right-1").await.unwrap();
    assert_eq!(account.email, "good@example.com");

    // Too many wrong passwords: the server says how long to wait, and the right one waits too.
    let mut throttled = None;
    for _ in 0..40 {
        if let SignInRefusal::TooManyTries { retry_after_s } = ask("good@example.com", "wrong", None).await {
            throttled = Some(retry_after_s);
            break;
        }
    }
    assert!(throttled.is_some_and(|s| s > 0), "the throttle speaks");
    assert!(trak.account().is_some(), "a refused second sign-in leaves the first one alone");
    server.stop().await;
    assert!(matches!(ask("good@example.com", "right-1", None).await, SignInRefusal::NoConnection));
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cleartext_beyond_this_machine_needs_the_persons_word() {
    let phone = Phone::default();
    let trak = phone.open();
    agree_to_everything(&trak);
    let refused = sign_in(&trak, "http://192.0.2.1:8082", "a@example.com", "x").await.unwrap_err();
    assert!(matches!(refused, SignInRefusal::Address(AddressError::CleartextRefused)));
    let refused = sign_in(&trak, "", "a@example.com", "x").await.unwrap_err();
    assert!(matches!(refused, SignInRefusal::Address(AddressError::Empty)));
    let mut allowed = request("http://127.0.0.1:1", "a@example.com", "x", None);
    allowed.cleartext = Cleartext::AllowedByPerson;
    assert!(matches!(trak.sign_in(allowed).await.unwrap_err(), SignInRefusal::NoConnection));
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_trusted_only_for_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    let user = server.account("li@example.com", "right-1").await;
    let unit = server.unit(json!({"name": "A", "uniqueId": "A"})).await;
    server.grant(user, unit).await;
    let (good, stale, other) =
        (authority("localhost", false), authority("localhost", true), authority("other.example", false));
    let (front, stale_front, other_front) = (
        tls_front(&good, server.addr).await,
        tls_front(&stale, server.addr).await,
        tls_front(&other, server.addr).await,
    );
    let phone = Phone::default();
    let trak = phone.open();
    agree_to_everything(&trak);
    let ask = async |port: u16, tls: TlsPolicy| {
        let mut asked = request(&format!("https://localhost:{port}"), "li@example.com", "right-1", None);
        asked.tls = tls;
        trak.sign_in(asked).await
    };
    let trusting = |a: &Authority| TlsPolicy {
        extra_roots_pem: vec![a.ca_pem.clone().into_bytes()],
        pinned_spki_sha256: vec![],
    };
    let trouble = |r: Result<_, SignInRefusal>| match r {
        Err(SignInRefusal::BadCertificate(trouble)) => trouble,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("signed in"),
    };
    assert_eq!(trouble(ask(front.port(), TlsPolicy::default()).await), CertificateTrouble::UnknownIssuer);
    assert_eq!(trouble(ask(stale_front.port(), trusting(&stale)).await), CertificateTrouble::Expired);
    assert_eq!(trouble(ask(other_front.port(), trusting(&other)).await), CertificateTrouble::WrongName);
    let mut wrong_pin = trusting(&good);
    wrong_pin.pinned_spki_sha256 = vec![[7; 32]];
    assert_eq!(trouble(ask(front.port(), wrong_pin).await), CertificateTrouble::PinMismatch);
    assert!(trak.account().is_none());

    let mut pinned = trusting(&good);
    pinned.pinned_spki_sha256 = vec![good.spki];
    let account = ask(front.port(), pinned).await.unwrap();
    assert!(!account.cleartext);
    trak.start_live(); // the stream goes through the same trust
    until(&trak, "the unit over TLS", |t| {
        (all(t).total == 1 && t.status().link == LinkToServer::Live).then_some(())
    })
    .await;
    trak.shutdown().await;
}

const DAY_MS: i64 = 86_400_000;

/// The requests for a token that the proxy has seen.
async fn asked_for_tokens(proxy: &Proxy, count: usize) -> Vec<String> {
    proxy.requests(count, |request| request.starts_with("POST /api/session/token ")).await
}

/// When a token was asked to end, in days from now.
fn days_asked(request: &str) -> i64 {
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let form = reqwest::Url::parse(&format!("http://form/?{body}")).unwrap();
    let (_, until) = form.query_pairs().find(|(name, _)| name == "expiration").unwrap();
    UtcMs::parse(&until).unwrap().since_ms(now().plus_ms(-DAY_MS / 2)) / DAY_MS
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_visit_now_and_then_keeps_the_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    server.account("good@example.com", "right-1").await;
    let proxy = Proxy::start(server.addr, |_| Fault::None).await;
    for live in [false, true] {
        let before = proxy.count(|request| request.starts_with("POST /api/session/token "));
        let phone = Phone::default();
        // The sign-in was 23 days ago.
        phone.clock.wrong_by_ms.store(-23 * DAY_MS, Ordering::Relaxed);
        let trak = phone.open();
        sign_in(&trak, &proxy.url(), "good@example.com", "right-1").await.unwrap();
        assert_eq!(days_asked(&asked_for_tokens(&proxy, before + 1).await[before]), 7);
        phone.clock.wrong_by_ms.store(0, Ordering::Relaxed);
        if live {
            trak.start_live();
        } else {
            trak.refresh().await.unwrap();
        }
        assert_eq!(days_asked(&asked_for_tokens(&proxy, before + 2).await[before + 1]), 30, "live: {live}");
        // One snapshot at a time: this one comes after the renewal.
        trak.refresh().await.unwrap();
        trak.shutdown().await;
        // The next start signs in with the new one, which is far from its end.
        let trak = phone.open();
        trak.refresh().await.unwrap();
        trak.shutdown().await;
        assert_eq!(asked_for_tokens(&proxy, before + 2).await.len(), before + 2);
        let bearer = |request: &str| {
            let line = request.lines().find(|line| line.to_ascii_lowercase().starts_with("authorization:"));
            line.unwrap().to_owned()
        };
        let fleets = proxy.requests(2, |request| request.starts_with("GET /api/trak/fleet")).await;
        let renewal = &asked_for_tokens(&proxy, before + 2).await[before + 1];
        assert_ne!(bearer(fleets.last().unwrap()), bearer(renewal), "live: {live}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_token_cannot_be_extended_a_long_one_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    server.account("good@example.com", "right-1").await;
    let proxy = Proxy::start(server.addr, |_| Fault::Plain).await;
    let trak = Phone::default().open();
    sign_in(&trak, &proxy.url(), "good@example.com", "right-1").await.unwrap();
    assert_eq!(days_asked(&asked_for_tokens(&proxy, 1).await[0]), 365);
    trak.shutdown().await;
}
