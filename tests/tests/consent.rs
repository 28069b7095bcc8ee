//! Nothing before consent, nothing after its end: over the real backend and a spy in front of it.

#![allow(clippy::unwrap_used)] // helpers of a test

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use serde_json::json;
use tokio::net::TcpListener;
use trak_core::decide::consent::{Answer, NoConsent, ToAsk};
use trak_core::engine::{QueryError, RecordError, ReportAs, SignInRefusal, Trak, Unsent};
use trak_core::model::{ConsentAction, ConsentScreen, GapCause, Purpose};
use trak_core::view::AccountView;
use trak_tests::server::Server;
use trak_tests::shell::{Phone, agree_to_everything, all, decision, now, request, until};

mod support {
    use trak_core::model::{BootId, DeviceTime, Fix, FixSource, LocationPermission, Surroundings, UtcMs};

    pub const AROUND: Surroundings = Surroundings {
        permission: LocationPermission::Always,
        location_on: true,
        battery: None,
        power_save: false,
    };

    /// The clocks of a phone that started at `start`, `ms` later.
    pub fn at(start: UtcMs, ms: u64) -> DeviceTime {
        DeviceTime { wall: start.plus_ms(ms as i64), since_boot_ms: 1_000 + ms, boot: BootId(7) }
    }

    /// Northwards at 20 m/s.
    pub fn fix(start: UtcMs, ms: u64) -> Fix {
        Fix {
            latitude_deg: 31.2 + ms as f64 * 1.8e-7,
            longitude_deg: 121.4,
            taken: at(start, ms),
            accuracy_m: Some(4.0),
            altitude_m: None,
            speed_mps: Some(20.0),
            course_deg: Some(0.0),
            source: FixSource::Gps,
            mock: false,
            battery: None,
            activity: None,
        }
    }
}
use support::{at, fix};

/// Counts who knocks.
async fn spy() -> (String, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let knocks = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&knocks);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            drop(stream);
        }
    });
    (url, knocks)
}

const ACCOUNT: &str = "li@example.com";

async fn server(folder: &tempfile::TempDir) -> Server {
    let server = Server::start(folder.path()).await;
    let user = server.account(ACCOUNT, "secret-1").await;
    let unit = server.unit(json!({"name": "My phone", "uniqueId": "PHONE-1"})).await;
    server.grant(user, unit).await;
    server
}

/// Signs in with what was agreed to so far.
async fn enter(trak: &Trak, server: &str, email: &str, password: &str) -> Result<AccountView, SignInRefusal> {
    trak.sign_in(request(server, email, password, None)).await
}

/// A decision; what waits is still sent.
fn say(trak: &Trak, purpose: Purpose, action: ConsentAction, screen: ConsentScreen) {
    trak.decide(decision(purpose, action, screen), Unsent::Send).unwrap();
}

/// What the phone's folder holds.
fn kept(phone: &Phone) -> Vec<String> {
    let entries = std::fs::read_dir(phone.folder.path()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn why(trak: &Trak, purpose: Purpose) -> Option<NoConsent> {
    trak.consents().purposes.into_iter().find(|one| one.purpose == purpose)?.missing.map(|(_, why)| why)
}

#[tokio::test(flavor = "multi_thread")]
async fn before_consent_nothing_leaves_and_nothing_is_kept() {
    let (url, knocks) = spy().await;
    let phone = Phone::default();
    let trak = phone.open();
    assert_eq!(trak.consents().to_ask, ToAsk::FirstRun);
    let refused = enter(&trak, &url, ACCOUNT, "secret-1").await;
    assert!(matches!(refused, Err(SignInRefusal::ConsentRequired(r)) if r.why == NoConsent::NotAsked));
    trak.start_live();
    assert!(matches!(trak.refresh().await, Err(QueryError::SignedOut)));
    let start = now();
    let report_as = ReportAs { unit_identifier: "PHONE-1".to_owned() };
    assert_eq!(trak.start_reporting(&report_as, &at(start, 0)).unwrap_err(), RecordError::SignedOut);
    let around = support::AROUND;
    assert!(trak.locate(&[fix(start, 0)], &around, &at(start, 10)).is_err());
    assert_eq!(trak.my_location(&at(start, 20)), None);
    trak.shutdown().await;
    assert_eq!(knocks.load(Ordering::SeqCst), 0);
    assert_eq!(std::fs::read_dir(phone.folder.path()).unwrap().count(), 0, "no file");
    assert!(phone.keys.names().is_empty(), "no key");

    // Refusing is not asked about again and changes nothing; the one file is the record.
    let trak = phone.open();
    say(&trak, Purpose::Account, ConsentAction::Refused, ConsentScreen::FirstRun);
    assert_eq!(trak.consents().to_ask, ToAsk::Nothing);
    assert!(enter(&trak, &url, ACCOUNT, "secret-1").await.is_err());
    trak.shutdown().await;
    assert_eq!(knocks.load(Ordering::SeqCst), 0);
    assert_eq!(kept(&phone), ["consents"]);

    // With consent the same request leaves.
    let trak = phone.open();
    agree_to_everything(&trak);
    assert!(matches!(enter(&trak, &url, ACCOUNT, "secret-1").await, Err(SignInRefusal::NoConnection)));
    assert!(knocks.load(Ordering::SeqCst) > 0, "the spy sees what leaves");
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_purpose_is_given_and_ended_alone() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(&folder).await;
    let phone = Phone::default();
    let trak = phone.open();
    say(&trak, Purpose::Account, ConsentAction::Given, ConsentScreen::FirstRun);
    enter(&trak, &server.url(), ACCOUNT, "secret-1").await.unwrap();
    let start = now();
    let report_as = ReportAs { unit_identifier: "PHONE-1".to_owned() };
    let refused = trak.start_reporting(&report_as, &at(start, 0)).unwrap_err();
    assert!(matches!(refused, RecordError::ConsentRequired(r) if r.purpose == Purpose::Reporting));
    // What it does not need works.
    trak.refresh().await.unwrap();
    assert_eq!(all(&trak).total, 1);
    say(&trak, Purpose::Push, ConsentAction::Refused, ConsentScreen::Feature);
    say(&trak, Purpose::Reporting, ConsentAction::Given, ConsentScreen::Feature);
    trak.start_reporting(&report_as, &at(start, 0)).unwrap();
    assert!(trak.locate(&[], &support::AROUND, &at(start, 1)).is_err());
    assert_eq!(why(&trak, Purpose::PushCollection), Some(NoConsent::Refused), "it rests on push");
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawing_reporting_stops_capture_at_once_and_sends_or_erases() {
    for unsent in [Unsent::Erase, Unsent::Send] {
        let folder = tempfile::tempdir().unwrap();
        let server = server(&folder).await;
        let phone = Phone::default();
        let trak = phone.open();
        agree_to_everything(&trak);
        enter(&trak, &server.url(), ACCOUNT, "secret-1").await.unwrap();
        trak.set_conditions(false, true); // nothing is sent meanwhile
        let start = now().plus_ms(-200_000);
        trak.start_reporting(&ReportAs { unit_identifier: "PHONE-1".to_owned() }, &at(start, 0)).unwrap();
        let mut accepted = 0;
        for n in 1..=12 {
            accepted +=
                trak.record(&[fix(start, n * 10_000)], &at(start, n * 10_000)).unwrap().accepted.len();
        }
        assert!(accepted > 0);
        let began = Instant::now();
        let withdrawn = decision(Purpose::Reporting, ConsentAction::Withdrawn, ConsentScreen::PrivacyCentre);
        trak.decide(withdrawn, unsent).unwrap();
        assert!(began.elapsed().as_millis() < 1_000, "within a second");
        let refused = trak.record(&[fix(start, 130_000)], &at(start, 130_000)).unwrap_err();
        assert!(matches!(refused, RecordError::ConsentRequired(r) if r.why == NoConsent::Withdrawn));
        let view = trak.reporting().unwrap().unwrap();
        assert_eq!((view.unit_identifier, view.profile), (None, None));
        assert_eq!(view.gaps.first().map(|gap| gap.cause), Some(GapCause::ConsentWithdrawn));
        assert_eq!(view.outbox.queued > 0, unsent == Unsent::Send);
        // Whatever another purpose's end says of it, what waits goes on waiting.
        let waits = view.outbox.queued;
        trak.decide(decision(Purpose::Push, ConsentAction::Withdrawn, ConsentScreen::Feature), Unsent::Erase)
            .unwrap();
        assert_eq!(trak.reporting().unwrap().unwrap().outbox.queued, waits);
        trak.set_conditions(true, true);
        if unsent == Unsent::Send {
            until(&trak, "the rest is sent", |t| t.reporting().unwrap().filter(|v| v.outbox.queued == 0))
                .await;
        }
        // The next start does not go on.
        trak.shutdown().await;
        let trak = phone.open();
        assert!(trak.record(&[fix(start, 140_000)], &at(start, 140_000)).is_err());
        trak.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawing_the_account_signs_out_and_leaves_only_the_record() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(&folder).await;
    let phone = Phone::default();
    let trak = phone.open();
    agree_to_everything(&trak);
    enter(&trak, &server.url(), ACCOUNT, "secret-1").await.unwrap();
    trak.refresh().await.unwrap();
    trak.start_live();
    let withdrawn = decision(Purpose::Account, ConsentAction::Withdrawn, ConsentScreen::PrivacyCentre);
    let view = trak.decide(withdrawn, Unsent::Erase).unwrap();
    assert!(
        view.purposes.iter().all(|one| one.purpose == Purpose::LocationOnScreen || one.missing.is_some())
    );
    until(&trak, "signed out", |t| t.account().is_none().then_some(())).await;
    trak.shutdown().await;
    assert_eq!(kept(&phone), ["consents"]);
    assert!(phone.keys.names().is_empty(), "{:?}", phone.keys.names());

    // The next person at this phone is asked anew, and so is the same one.
    let trak = phone.open();
    assert_eq!(trak.consents().to_ask, ToAsk::FirstRun);
    assert!(enter(&trak, &server.url(), ACCOUNT, "secret-1").await.is_err());
    say(&trak, Purpose::Account, ConsentAction::Given, ConsentScreen::SignIn);
    enter(&trak, &server.url(), ACCOUNT, "secret-1").await.unwrap();
    let record = trak.consent_record().unwrap().unwrap();
    assert!(record.iter().any(|e| e.purpose == Purpose::Account && e.action == ConsentAction::Withdrawn));
    assert_eq!(
        record.last().map(|e| (e.action, e.screen)),
        Some((ConsentAction::Given, ConsentScreen::SignIn))
    );
    let reporting =
        trak.consents().purposes.into_iter().find(|one| one.purpose == Purpose::Reporting).unwrap();
    assert_eq!(reporting.answer, Answer::Withdrawn, "what was withdrawn stays so");
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_persons_sign_in_needs_their_own_consent() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(&folder).await;
    server.account("wang@example.com", "secret-2").await;
    let phone = Phone::default();
    let trak = phone.open();
    agree_to_everything(&trak);
    enter(&trak, &server.url(), ACCOUNT, "secret-1").await.unwrap();
    let other = trak.sign_in(request(&server.url(), "wang@example.com", "secret-2", None)).await;
    assert!(matches!(other, Err(SignInRefusal::ConsentRequired(_))), "{other:?}");
    assert_eq!(trak.account().unwrap().email, ACCOUNT, "who was signed in stays");
    trak.refresh().await.unwrap();
    // The same person may, at any time.
    enter(&trak, &server.url(), ACCOUNT, "secret-1").await.unwrap();
    say(&trak, Purpose::Account, ConsentAction::Given, ConsentScreen::SignIn);
    enter(&trak, &server.url(), "wang@example.com", "secret-2").await.unwrap();
    assert_eq!(trak.consent_record().unwrap().unwrap().len(), 1);
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_name_place_or_secret_stands_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(&folder).await;
    let phone = Phone::default();
    let trak = phone.open();
    agree_to_everything(&trak);
    enter(&trak, &server.url(), ACCOUNT, "secret-1").await.unwrap();
    trak.refresh().await.unwrap();
    let start = now();
    trak.start_reporting(&ReportAs { unit_identifier: "PHONE-1".to_owned() }, &at(start, 0)).unwrap();
    trak.record(&[fix(start, 1_000)], &at(start, 1_000)).unwrap();
    let bytes = phone.raw_bytes();
    trak.shutdown().await;
    let after = phone.raw_bytes();
    for needle in ["My phone", "PHONE-1", "li@example", "secret-1", "121.4", "31.2", "127.0.0.1"] {
        for bytes in [&bytes, &after] {
            assert!(!bytes.windows(needle.len()).any(|w| w == needle.as_bytes()), "{needle}");
        }
    }
}
