//! A person and their own data, over the real backend: copy, correct, erase, leave.

#![allow(clippy::unwrap_used)] // helpers of a test

use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use trak_backend::db::Database;
use trak_backend::db::notices::{Bilingual, Words};
use trak_core::engine::{CancelError, QueryError, ReportAs, SignInRefusal, Trak};
use trak_core::model::{
    AccountChange, BootId, ConsentAction, CorrectionField, DeviceTime, EventKind, LatLon, Purpose,
    RequestState, Secret, Sha256Hash, UnitId, UtcMs,
};
use trak_core::view::{LinkToServer, NearbyQuery, Origin};
use trak_tests::proxy::{Fault, Proxy};
use trak_tests::server::{ADMIN, Server};
use trak_tests::shell::{Phone, all, now, reading, sign_in, unpacked, until};

const ACCOUNT: &str = "li@example.com";

struct Setting {
    _folder: tempfile::TempDir,
    server: Server,
    unit: UnitId,
}

/// An account whose phone has reported five positions, ten minutes apart, the newest an hour old.
async fn setting() -> Setting {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    let user = server.account(ACCOUNT, "secret-1").await;
    let unit = server
        .unit(json!({"name": "My phone", "uniqueId": "PHONE-1", "attributes": {"trak.owner": user}}))
        .await;
    server.grant(user, unit).await;
    let at = first();
    for n in 0..5_i32 {
        server
            .report("PHONE-1", 31.2 + f64::from(n) * 0.01, 121.4, at.plus_ms(i64::from(n) * 600_000).0, 0.0)
            .await;
    }
    Setting { _folder: folder, server, unit: UnitId(unit) }
}

fn first() -> UtcMs {
    now().plus_ms(-3_600_000 - 4 * 600_000)
}

async fn signed_in(phone: &Phone, setting: &Setting) -> Trak {
    let trak = phone.open();
    sign_in(&trak, &setting.server.url(), ACCOUNT, "secret-1").await.unwrap();
    trak.refresh().await.unwrap();
    trak
}

#[tokio::test(flavor = "multi_thread")]
async fn the_copy_holds_everything_and_opens_in_other_programs() {
    let setting = setting().await;
    let phone = Phone::default();
    let trak = signed_in(&phone, &setting).await;
    // One of each: an alert, somebody who looked, a fix that is not sent.
    trak.start_live();
    until(&trak, "the link", |t| (t.status().link == LinkToServer::Live).then_some(())).await;
    setting.server.alarm("PHONE-1", 31.3, 121.4, "sos").await;
    until(&trak, "the alarm", |t| {
        t.recent_events().into_iter().find(|row| row.event.kind == EventKind::Alarm)
    })
    .await;
    let looked = setting.server.asked_by(ADMIN.0, ADMIN.1, "api/positions").await;
    assert!(!looked.as_array().unwrap().is_empty());
    trak.set_conditions(false, true);
    let at = DeviceTime { wall: now(), since_boot_ms: 1_000, boot: BootId(7) };
    trak.start_reporting(&ReportAs { unit_identifier: "PHONE-1".to_owned() }, &at).unwrap();
    assert_eq!(trak.record(&[reading(31.25, 121.45, at)], &at).unwrap().accepted.len(), 1);
    let files = unpacked(trak.copy_of_my_data().await.unwrap());
    let document = |name: &str| -> Value { serde_json::from_slice(&files[name]).unwrap() };
    assert_eq!(document("profile.json")["email"], ACCOUNT);
    assert!(document("profile.json").get("password").is_none());
    let consents = String::from_utf8(files["consents.jsonl"].clone()).unwrap();
    assert!(consents.lines().any(|line| line.contains(r#""purpose":"account","action":"given""#)));
    assert_eq!(document("devices.json")[0]["uniqueId"], "PHONE-1");
    let alerts = document("alerts.json");
    let alarm = alerts.as_array().unwrap().iter().find(|alert| alert["type"] == "alarm").unwrap();
    assert_eq!((&alarm["unit"], &alarm["attributes"]["alarm"]), (&json!(setting.unit.0), &json!("sos")));
    let looked = document("access-log.json");
    assert_eq!((&looked[0]["by"], &looked[0]["what"]), (&json!("Administrator"), &json!("positions")));
    let unsent = document("unsent.json");
    assert_eq!(unsent.as_array().unwrap().len(), 1);
    assert_eq!((&unsent[0]["uniqueId"], &unsent[0]["latitude"]), (&json!("PHONE-1"), &json!(31.25)));

    let track = |ending: &str| {
        let name = files.keys().find(|name| name.ends_with(ending)).unwrap();
        files[name].as_slice()
    };
    let gpx = gpx::read(track(".gpx")).unwrap();
    let points: usize = gpx.tracks.iter().flat_map(|t| &t.segments).map(|s| s.points.len()).sum();
    assert_eq!(points, 6, "five and the alarm's");
    let geojson: geojson::GeoJson = std::str::from_utf8(track(".geojson")).unwrap().parse().unwrap();
    assert!(matches!(geojson, geojson::GeoJson::FeatureCollection(_)));
    assert_eq!(csv::Reader::from_reader(track(".csv")).records().map(Result::unwrap).count(), 6);

    let manifest = document("manifest.json");
    let named = manifest["files"].as_array().unwrap();
    assert_eq!(named.len() + 1, files.len(), "every file is named");
    for one in named {
        let bytes = &files[one["name"].as_str().unwrap()];
        assert_eq!(one["sha256"], Sha256Hash::of(bytes).to_hex());
        assert_eq!(one["bytes"], bytes.len());
    }
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_erased_is_gone_at_the_server_and_here() {
    let setting = setting().await;
    let phone = Phone::default();
    let trak = signed_in(&phone, &setting).await;
    assert_eq!(
        trak.own_units().iter().map(|unit| unit.id).collect::<Vec<_>>(),
        [setting.unit],
        "and nobody else's"
    );
    let (from, to) = (first().plus_ms(-60_000), first().plus_ms(4 * 600_000 + 60_000));
    assert_eq!(trak.history(setting.unit, from, to).await.unwrap().positions().len(), 5);
    let erased = trak.erase_positions(setting.unit, from, first().plus_ms(600_000 + 60_000)).await.unwrap();
    assert_eq!(erased, 2);
    let mut setting = setting;
    setting.server.stop().await;
    assert_eq!(trak.history(setting.unit, from, to).await.unwrap().positions().len(), 3, "here too");
    assert!(matches!(trak.erase_positions(setting.unit, to, from).await, Err(QueryError::InvalidInput)));
    assert!(matches!(trak.copy_of_my_data().await, Err(QueryError::Offline)));
    trak.shutdown().await;
}

/// What waits on the phone would bring back what was erased at the server.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_of_an_erased_range_goes_too_and_the_rest_is_sent() {
    let setting = setting().await;
    let phone = Phone::default();
    let trak = signed_in(&phone, &setting).await;
    trak.set_conditions(false, true); // nothing is sent yet
    let start = now().plus_ms(-600_000);
    let at =
        |ms: u64| DeviceTime { wall: start.plus_ms(ms as i64), since_boot_ms: 1_000 + ms, boot: BootId(7) };
    trak.start_reporting(&ReportAs { unit_identifier: "PHONE-1".to_owned() }, &at(0)).unwrap();
    for n in 1..=40 {
        trak.record(&[reading(31.3 + n as f64 * 0.002, 121.4, at(n * 10_000))], &at(n * 10_000)).unwrap();
    }
    let waited = trak.reporting().unwrap().unwrap().outbox.queued;
    let half = start.plus_ms(200_000);
    assert_eq!(trak.erase_positions(setting.unit, first().plus_ms(-60_000), half).await.unwrap(), 5);
    let left = trak.reporting().unwrap().unwrap().outbox.queued;
    assert!(0 < left && left < waited, "{left} of {waited}");
    trak.set_conditions(true, true);
    trak.start_live();
    until(&trak, "the rest is sent", |t| {
        let outbox = t.reporting().unwrap()?.outbox;
        (outbox.queued == 0 && outbox.last_success.is_some()).then_some(())
    })
    .await;
    let stored = setting.server.stored(setting.unit.0).await;
    assert_eq!(stored.len() as u64, left);
    assert!(stored.iter().all(|(at, ..)| *at > half.0), "nothing of what was erased came back");
    trak.shutdown().await;
}

/// Where the unit is shown: the latitude in hundredths of a degree above 31.2, or nowhere.
fn shown_at(trak: &Trak, unit: UnitId) -> Option<i64> {
    let place = trak.unit(unit).unwrap().row.place?;
    Some(((place.lat_deg() - 31.2) * 100.0).round() as i64)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_newest_place_is_shown_to_nobody_any_more() {
    let setting = setting().await;
    let unit = setting.unit;
    let boss = setting.server.account("boss@example.com", "secret-2").await;
    setting.server.grant(boss, unit.0).await;
    let (owner, watcher, away) = (Phone::default(), Phone::default(), Phone::default());
    let open = async |phone: &Phone| {
        let trak = phone.open();
        sign_in(&trak, &setting.server.url(), "boss@example.com", "secret-2").await.unwrap();
        trak.start_live();
        until(&trak, "the live stream", |t| {
            (t.status().link == LinkToServer::Live && shown_at(t, unit) == Some(4)).then_some(())
        })
        .await;
        trak
    };
    let (from, to) = (first().plus_ms(-60_000), first().plus_ms(5 * 600_000));
    let own = signed_in(&owner, &setting).await;
    let watching = open(&watcher).await;
    watching.follow(Some(unit));
    // This one looked at the track, and then has no network.
    let looked = open(&away).await;
    assert_eq!(looked.history(unit, from, to).await.unwrap().positions().len(), 5);
    looked.shutdown().await;

    // The newest two go: an older one is the newest now.
    let newest = first().plus_ms(3 * 600_000 - 60_000);
    assert_eq!(own.erase_positions(unit, newest, to).await.unwrap(), 2);
    assert_eq!(shown_at(&own, unit), Some(2), "at once for who erased it");
    until(&watching, "the older place", |t| (shown_at(t, unit) == Some(2)).then_some(())).await;
    let near = NearbyQuery {
        origin: Origin::Point { place: LatLon::new(31.24, 121.4).unwrap(), accuracy_m: None },
        radius_m: 500.0,
        filter: trak_core::decide::order::Filter::default(),
    };
    assert!(watching.nearby(&near).rows.is_empty(), "nor on a map");
    // One that comes late becomes the newest though its number is the highest, and it is erased alone.
    setting.server.report("PHONE-1", 31.23, 121.4, first().plus_ms(3 * 600_000).0, 0.0).await;
    until(&watching, "the late one", |t| (shown_at(t, unit) == Some(3)).then_some(())).await;
    setting.server.report("PHONE-1", 31.2, 121.4, first().plus_ms(-30_000).0, 0.0).await;
    assert_eq!(own.erase_positions(unit, first().plus_ms(-15_000), to).await.unwrap(), 4);
    until(&watching, "the one that came last", |t| (shown_at(t, unit) == Some(0)).then_some(())).await;
    // All go: it is nowhere.
    setting.server.report("PHONE-1", 31.25, 121.4, now().0 - 60_000, 0.0).await;
    until(&watching, "where it goes now", |t| {
        (!t.tail().is_empty() && shown_at(t, unit) == Some(5)).then_some(())
    })
    .await;
    assert_eq!(own.erase_positions(unit, from, now()).await.unwrap(), 2);
    assert_eq!(shown_at(&own, unit), None);
    until(&watching, "no place", |t| shown_at(t, unit).is_none().then_some(())).await;
    assert!(watching.tail().is_empty(), "nor where it went");

    // Nor on a disk: the next start shows it nowhere before there is a network, and its track is gone.
    watching.shutdown().await;
    assert_eq!(shown_at(&watcher.open(), unit), None);
    let looked = away.open();
    assert_eq!(shown_at(&looked, unit), Some(4), "nobody has told it yet");
    looked.start_live();
    until(&looked, "no place", |t| shown_at(t, unit).is_none().then_some(())).await;
    let mut setting = setting;
    setting.server.stop().await;
    assert_eq!(looked.history(unit, from, to).await.unwrap().positions().len(), 0);
    looked.shutdown().await;
    assert_eq!(shown_at(&away.open(), unit), None);
    own.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_plain_traccar_too_an_erased_place_goes_with_the_next_whole_answer() {
    let setting = setting().await;
    let proxy = Proxy::start(setting.server.addr, |_| Fault::Plain).await;
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &proxy.url(), ACCOUNT, "secret-1").await.unwrap();
    trak.refresh().await.unwrap();
    assert_eq!(shown_at(&trak, setting.unit), Some(4));
    let other = Phone::default();
    let own = signed_in(&other, &setting).await;
    let newest = first().plus_ms(4 * 600_000);
    assert_eq!(
        own.erase_positions(setting.unit, newest.plus_ms(-60_000), newest.plus_ms(60_000)).await.unwrap(),
        1
    );
    trak.refresh().await.unwrap();
    assert_eq!(shown_at(&trak, setting.unit), Some(4), "such a server's answers may be behind by a moment");
    // An hour later, as far as this phone knows; so it is after a start, too.
    phone.clock.slept_ms.fetch_add(3_600_000, Ordering::Relaxed);
    trak.refresh().await.unwrap();
    assert_eq!(shown_at(&trak, setting.unit), Some(3));
    trak.shutdown().await;
    own.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn corrections_are_made_or_asked_for() {
    let setting = setting().await;
    let phone = Phone::default();
    let trak = signed_in(&phone, &setting).await;
    let change = AccountChange { name: Some("Li Wei".to_owned()), ..AccountChange::default() };
    assert_eq!(trak.change_account(change).await.unwrap().name, "Li Wei");
    let change = AccountChange {
        email: Some("wei@example.com".to_owned()),
        phone: Some("+8613900000009".to_owned()),
        ..AccountChange::default()
    };
    assert_eq!(trak.change_account(change).await.unwrap().email, "wei@example.com");
    let there = setting.server.account_of("wei@example.com").await;
    assert_eq!(
        (&there["phone"], &there["name"]),
        (&json!("+8613900000009"), &json!("Li Wei")),
        "and the name stays"
    );
    assert_eq!(setting.server.account_of(ACCOUNT).await, Value::Null);
    let blank = AccountChange { email: Some(" ".to_owned()), ..AccountChange::default() };
    assert!(matches!(trak.change_account(blank).await, Err(QueryError::InvalidInput)));
    let asked = trak.ask_correction(CorrectionField::Plate, "沪A12345, not 6".to_owned()).await.unwrap();
    assert!(trak.ask_correction(CorrectionField::Plate, "  ".to_owned()).await.is_err());
    let all = trak.corrections().await.unwrap();
    assert_eq!((all.len(), all[0].id, all[0].state), (1, asked.id, RequestState::Open));
    assert_eq!(all[0].text, "沪A12345, not 6");
    setting.server.administer(&[
        "request",
        "close",
        &asked.id.to_string(),
        "--refuse",
        "--answer",
        "It is 6",
    ]);
    let all = trak.corrections().await.unwrap();
    assert_eq!((all[0].state, all[0].answer.as_deref()), (RequestState::Refused, Some("It is 6")));
    assert!(all[0].closed.is_some_and(|at| at >= all[0].created));
    assert!(trak.access_log().await.unwrap().is_empty());
    assert!(trak.notices().await.unwrap().is_empty());
    assert_eq!(trak.retention_terms().await.unwrap().position_days, Some(180));
    trak.shutdown().await;
    // The next start shows the new name before there is a network.
    let trak = phone.open();
    let account = trak.account().unwrap();
    assert_eq!((account.name.as_str(), account.email.as_str()), ("Li Wei", "wei@example.com"));
    // The new mail address is the one to sign in with.
    let url = setting.server.url();
    assert!(matches!(sign_in(&trak, &url, ACCOUNT, "secret-1").await, Err(SignInRefusal::WrongPassword)));
    sign_in(&trak, &url, "wei@example.com", "secret-1").await.unwrap();
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_outlives_an_outage_and_a_restart_until_it_is_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path()).await;
    let user = server.account(ACCOUNT, "secret-1").await;
    let db = Database::open(&folder.path().join("backend.db")).unwrap();
    let title = Bilingual { en: "Passwords were read".to_owned(), zh_hans: "密码泄露".to_owned() };
    let words = Words { title, ..Words::default() };
    let id = db.add_notice("security", &words, &[user], now().0).unwrap();
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &server.url(), ACCOUNT, "secret-1").await.unwrap();
    let before = trak.notices().await.unwrap();
    assert_eq!(before.iter().map(|notice| notice.id).collect::<Vec<_>>(), [id]);
    server.stop().await;
    assert_eq!(trak.notices().await.unwrap(), before);
    assert!(matches!(trak.acknowledge_notice(id).await, Err(QueryError::Offline)), "the server has to know");
    trak.shutdown().await;
    let trak = phone.open();
    assert_eq!(trak.notices().await.unwrap(), before);
    let mut server = Server::start_at(folder.path(), server.addr).await;
    trak.acknowledge_notice(id).await.unwrap();
    server.stop().await;
    assert!(matches!(trak.notices().await, Err(QueryError::Offline)), "it is read");
    trak.shutdown().await;
    let trak = phone.open();
    assert!(matches!(trak.notices().await, Err(QueryError::Offline)), "it does not come back");
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_ends_only_with_its_password_and_leaves_nothing_here() {
    let setting = setting().await;
    let phone = Phone::default();
    let trak = signed_in(&phone, &setting).await;
    let wrong = trak.cancel_account(Secret::new("wrong"), None).await;
    assert!(matches!(wrong, Err(CancelError::WrongPassword)));
    assert_eq!(trak.cancellation().await.unwrap(), None);
    let ends = trak.cancel_account(Secret::new("secret-1"), None).await.unwrap();
    let days = ends.deadline.since_ms(ends.requested) / 86_400_000;
    assert!(!ends.done && (19..=23).contains(&days), "15 working days: {days}");
    assert_eq!(trak.cancellation().await.unwrap(), Some(ends));
    trak.keep_account().await.unwrap();
    assert_eq!(trak.cancellation().await.unwrap(), None);

    assert_eq!(all(&trak).total, 1);
    trak.erase_this_device().await.unwrap();
    assert!(trak.account().is_none());
    trak.shutdown().await;
    assert_eq!(std::fs::read_dir(phone.folder.path()).unwrap().count(), 0, "no file");
    assert!(phone.keys.names().is_empty(), "no key");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_of_consents_has_a_copy_at_the_server() {
    let setting = setting().await;
    let phone = Phone::default();
    let trak = signed_in(&phone, &setting).await;
    let withdrawn = trak_tests::shell::decision(
        Purpose::Push,
        ConsentAction::Withdrawn,
        trak_core::model::ConsentScreen::PrivacyCentre,
    );
    trak.decide(withdrawn, trak_core::engine::Unsent::Send).unwrap();
    let here = trak.consent_record().unwrap().unwrap();
    trak.shutdown().await; // what was to be sent has been
    let there = setting.server.asked_by(ACCOUNT, "secret-1", "api/trak/consents").await;
    assert_eq!(there[0]["entries"], json!(here));
    assert_eq!(there.as_array().unwrap().len(), 1);
}
