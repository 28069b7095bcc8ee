//! Nothing before consent, nothing after its end: over the real backend and a spy in front of it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // helpers of a test

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::net::TcpListener;
use trak_core::alerts::PushRefusal;
use trak_core::decide::consent::{Answer, NoConsent, ToAsk};
use trak_core::engine::{QueryError, RecordError, ReportAs, SignInRefusal, Trak, Unsent};
use trak_core::model::{ConsentAction, ConsentScreen, Fix, GapCause, Purpose, SecretStore, UtcMs};
use trak_core::view::{AccountView, LinkToServer};
use trak_tests::proxy::{Fault, Proxy};
use trak_tests::server::Server;
use trak_tests::shell::{Phone, agree_to_everything, all, decision, now, request, until};

mod secrecy;
mod withdrawal;

mod support {
    use trak_core::model::{BootId, DeviceTime, Fix, LocationPermission, Surroundings, UtcMs};
    use trak_tests::shell::reading;

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
        reading(31.2 + ms as f64 * 1.8e-7, 121.4, at(start, ms))
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

/// Uses what a purpose permits at `ms` after the start; why it was refused.
async fn uses(trak: &Trak, purpose: Purpose, start: UtcMs, ms: u64) -> Result<(), NoConsent> {
    let (now, fix) = (at(start, ms), fix(start, ms));
    match purpose {
        Purpose::Account => match trak.refresh().await {
            Ok(()) => Ok(()),
            // What is refused ends with the sign-in; the record says why.
            Err(QueryError::SignedOut | QueryError::ConsentRequired) => Err(why(trak, purpose).unwrap()),
            Err(other) => panic!("{other}"),
        },
        Purpose::LocationOnScreen => {
            let shown = trak.locate(&[fix], &support::AROUND, &now).map_err(|refused| refused.why);
            assert_eq!(trak.my_location(&now).is_some(), shown.is_ok(), "and the place is shown or not");
            shown
        }
        Purpose::Reporting => match trak.record(&[fix], &now) {
            Ok(_) => Ok(()),
            Err(RecordError::ConsentRequired(refused)) => Err(refused.why),
            Err(RecordError::SignedOut) => Err(why(trak, purpose).unwrap()),
            Err(other) => panic!("{other}"),
        },
        // Nothing in it: with consent it is looked at, and refused for that.
        Purpose::Push => match trak.push_received("{}", now.wall) {
            Err(PushRefusal::Malformed) => Ok(()),
            Err(PushRefusal::ConsentRequired(refused)) => Err(refused.why),
            Err(PushRefusal::SignedOut) => Err(why(trak, purpose).unwrap()),
            other => panic!("{other:?}"),
        },
        // What the shell asks before it lets JPush collect more, or reports a fault.
        Purpose::PushCollection | Purpose::Diagnostics => why(trak, purpose).map_or(Ok(()), Err),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_purpose_is_given_and_ended_alone() {
    use Purpose::{Account, Diagnostics, LocationOnScreen, Push, PushCollection, Reporting};
    // What ends with it, itself included.
    let table: [(Purpose, &[Purpose]); 6] = [
        (LocationOnScreen, &[LocationOnScreen]),
        (Reporting, &[Reporting]),
        (PushCollection, &[PushCollection]),
        (Push, &[Push, PushCollection]),
        (Diagnostics, &[Diagnostics]),
        (Account, &[Account, Reporting, Push, PushCollection, Diagnostics]),
    ];
    let folder = tempfile::tempdir().unwrap();
    let server = server(&folder).await;
    for (withdrawn, ends) in table {
        let phone = Phone::default();
        let trak = phone.open();
        say(&trak, Account, ConsentAction::Given, ConsentScreen::FirstRun);
        enter(&trak, &server.url(), ACCOUNT, "secret-1").await.unwrap();
        let start = now();
        let report_as = ReportAs { unit_identifier: "PHONE-1".to_owned() };
        let refused = trak.start_reporting(&report_as, &at(start, 0)).unwrap_err();
        assert!(matches!(refused, RecordError::ConsentRequired(r) if r.purpose == Reporting));
        for purpose in Purpose::ALL {
            // Never asked; given; from then on it works, whatever is still to be given.
            if purpose != Account && purpose != Reporting {
                assert_eq!(uses(&trak, purpose, start, 0).await, Err(NoConsent::NotAsked), "{purpose:?}");
                say(&trak, purpose, ConsentAction::Given, ConsentScreen::Feature);
            }
            if purpose == Reporting {
                say(&trak, purpose, ConsentAction::Given, ConsentScreen::Feature);
                trak.start_reporting(&report_as, &at(start, 0)).unwrap();
            }
            uses(&trak, purpose, start, 1_000).await.unwrap();
        }
        let said = decision(withdrawn, ConsentAction::Withdrawn, ConsentScreen::PrivacyCentre);
        let view = trak.decide(said, Unsent::Send).unwrap();
        for one in view.purposes {
            let missing = one.missing.map(|(_, why)| why);
            let expected = ends.contains(&one.purpose).then_some(NoConsent::Withdrawn);
            assert_eq!(missing, expected, "{:?} after {withdrawn:?}", one.purpose);
        }
        if withdrawn == Account {
            // Nobody is signed in any more: nothing works until somebody agrees.
            until(&trak, "signed out", |t| t.account().is_none().then_some(())).await;
            for purpose in Purpose::ALL {
                let used = uses(&trak, purpose, start, 20_000).await;
                let ended = matches!(used, Err(NoConsent::Withdrawn | NoConsent::NotAsked));
                assert!(ended, "{purpose:?}: {used:?}");
            }
            trak.shutdown().await;
            continue;
        }
        for (purpose, ms) in Purpose::ALL.into_iter().zip((20_000..).step_by(20_000)) {
            let expected = if ends.contains(&purpose) { Err(NoConsent::Withdrawn) } else { Ok(()) };
            assert_eq!(uses(&trak, purpose, start, ms).await, expected, "{purpose:?} after {withdrawn:?}");
        }
        // Again is one tap, and nothing else comes back with it.
        say(&trak, withdrawn, ConsentAction::Given, ConsentScreen::PrivacyCentre);
        if withdrawn == Reporting {
            trak.start_reporting(&report_as, &at(start, 200_000)).unwrap();
        }
        for purpose in ends {
            let expected = if *purpose == withdrawn { Ok(()) } else { Err(NoConsent::Withdrawn) };
            assert_eq!(uses(&trak, *purpose, start, 220_000).await, expected, "{purpose:?}");
        }
        trak.shutdown().await;
    }
    // What was refused says so, and what rests on it says the same.
    let phone = Phone::default();
    let trak = phone.open();
    say(&trak, Account, ConsentAction::Given, ConsentScreen::FirstRun);
    enter(&trak, &server.url(), ACCOUNT, "secret-1").await.unwrap();
    say(&trak, Push, ConsentAction::Refused, ConsentScreen::Feature);
    for purpose in [Push, PushCollection] {
        assert_eq!(uses(&trak, purpose, now(), 0).await, Err(NoConsent::Refused), "{purpose:?}");
    }
    trak.shutdown().await;
}

/// A way to the server that counts the streams opened through it.
async fn counted_streams(server: std::net::SocketAddr) -> (String, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let streams = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&streams);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let counted = Arc::clone(&counted);
            tokio::spawn(async move {
                let mut head = [0; 16];
                let asks = b"GET /api/socket";
                let seen = client.peek(&mut head).await.unwrap_or(0);
                if head[..seen].starts_with(asks) {
                    counted.fetch_add(1, Ordering::SeqCst);
                }
                if let Ok(mut server) = tokio::net::TcpStream::connect(server).await {
                    let _ended = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                }
            });
        }
    });
    (url, streams)
}

#[tokio::test(flavor = "multi_thread")]
async fn another_consent_does_not_break_the_live_link() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(&folder).await;
    let (url, streams) = counted_streams(server.addr).await;
    let phone = Phone::default();
    let trak = phone.open();
    say(&trak, Purpose::Account, ConsentAction::Given, ConsentScreen::FirstRun);
    enter(&trak, &url, ACCOUNT, "secret-1").await.unwrap();
    trak.start_live();
    until(&trak, "the link", |t| (t.status().link == LinkToServer::Live).then_some(())).await;
    let others = Purpose::ALL.into_iter().filter(|purpose| *purpose != Purpose::Account);
    let mut lat_deg = 31.0;
    for purpose in others {
        for action in [ConsentAction::Given, ConsentAction::Withdrawn, ConsentAction::Given] {
            say(&trak, purpose, action, ConsentScreen::PrivacyCentre);
            assert_eq!(trak.status().link, LinkToServer::Live, "{purpose:?} {action:?}");
            // And it carries on: what is reported now arrives over it.
            lat_deg += 0.01;
            server.report("PHONE-1", lat_deg, 121.4, now().0, 0.0).await;
            until(&trak, "the position", |t| {
                let shown = all(t).rows.first()?.place?;
                ((shown.lat_deg() - lat_deg).abs() < 1e-6).then_some(())
            })
            .await;
        }
    }
    assert_eq!(streams.load(Ordering::SeqCst), 1, "over one stream");
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
