//! A withdrawal: what it ends at once, and what becomes of what waits.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_while_an_upload_stalls_ends_capture_and_what_is_to_be_erased() {
    for unsent in [Unsent::Erase, Unsent::Send] {
        let folder = tempfile::tempdir().unwrap();
        let server = server(&folder).await;
        let unit = server.asked_by(ACCOUNT, "secret-1", "api/devices").await[0]["id"].as_i64().unwrap();
        let uploads = |line: &str| line.starts_with("POST /api/trak/fixes");
        let proxy =
            Proxy::start(server.addr, move |line| if uploads(line) { Fault::Held } else { Fault::None })
                .await;
        let phone = Phone::default();
        let trak = phone.open();
        agree_to_everything(&trak);
        enter(&trak, &proxy.url(), ACCOUNT, "secret-1").await.unwrap();
        let start = now().plus_ms(-200_000);
        trak.start_reporting(&ReportAs { unit_identifier: "PHONE-1".to_owned() }, &at(start, 0)).unwrap();
        for n in 1..=12 {
            trak.record(&[fix(start, n * 10_000)], &at(start, n * 10_000)).unwrap();
        }
        proxy.requests(1, uploads).await; // it is under way, and stalls
        let began = Instant::now();
        let withdrawn = decision(Purpose::Reporting, ConsentAction::Withdrawn, ConsentScreen::PrivacyCentre);
        trak.decide(withdrawn, unsent).unwrap();
        let refused = trak.record(&[fix(start, 130_000)], &at(start, 130_000)).unwrap_err();
        assert!(matches!(refused, RecordError::ConsentRequired(r) if r.why == NoConsent::Withdrawn));
        let queued = trak.reporting().unwrap().unwrap().outbox.queued;
        assert!(began.elapsed() < Duration::from_secs(1), "nothing waited for the upload");
        if unsent == Unsent::Erase {
            assert_eq!(queued, 0);
            proxy.given_up(1, Duration::from_secs(1).saturating_sub(began.elapsed())).await;
        } else {
            assert!(queued > 0);
        }
        proxy.set(|_| Fault::None);
        if unsent == Unsent::Send {
            // The stalled one is given up when the network is; what was to be sent still is, once.
            trak.shutdown().await;
            let trak = phone.open();
            trak.start_live();
            until(&trak, "the rest is sent", |t| t.reporting().unwrap().filter(|v| v.outbox.queued == 0))
                .await;
            trak.shutdown().await;
            let stored = server.stored(unit).await;
            assert_eq!(stored.len() as u64, queued);
        } else {
            // Reporting again, later: only what is recorded from then on.
            say(&trak, Purpose::Reporting, ConsentAction::Given, ConsentScreen::PrivacyCentre);
            let later = 150_000;
            trak.start_reporting(&ReportAs { unit_identifier: "PHONE-1".to_owned() }, &at(start, later))
                .unwrap();
            trak.record(&[fix(start, later + 20_000)], &at(start, later + 20_000)).unwrap();
            until(&trak, "the later ones are sent", |t| {
                let view = t.reporting().unwrap()?;
                (view.outbox.queued == 0 && view.outbox.last_success.is_some()).then_some(())
            })
            .await;
            trak.shutdown().await;
            let stored = server.stored(unit).await;
            assert!(!stored.is_empty() && stored.iter().all(|(at, ..)| *at >= start.plus_ms(later as i64).0));
        }
    }
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
