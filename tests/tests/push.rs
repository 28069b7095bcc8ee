//! Pushes: what becomes of one that arrives or is opened, and when the server knows where they go.

#![allow(clippy::unwrap_used)] // helpers of a test

use serde_json::{Value, json};
use trak_core::alerts::PushRefusal;
use trak_core::decide::alert::{Telling, account_code};
use trak_core::decide::consent::{NoConsent, record_id};
use trak_core::engine::{QueryError, Trak, Unsent};
use trak_core::model::{
    AlertSettings, ConsentAction, ConsentScreen, EventKind, PolicyLanguage, Purpose, PushPlatform,
    QuietHours, Secret, UnitId, UtcMs,
};
use trak_tests::proxy::{Fault, Proxy};
use trak_tests::server::Server;
use trak_tests::shell::{Phone, agree_to_everything, decision, now, request, sign_in, until};

const ACCOUNT: &str = "li@example.com";
const PASSWORD: &str = "secret-1";
const DAY_MS: i64 = 86_400_000;
const REGISTRATION: &str = "1a0018970a8c2b3d4e5";

struct World {
    _folder: tempfile::TempDir,
    server: Server,
    user: i64,
    unit: i64,
}

async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    let user = server.account(ACCOUNT, PASSWORD).await;
    let unit = server.unit(json!({"name": "Van 7", "uniqueId": "VAN-7"})).await;
    server.grant(user, unit).await;
    World { _folder: folder, server, user, unit }
}

impl World {
    /// As the server pushes it to those who know it under `url`.
    fn payload_at(&self, url: &str, event: i64, kind: &str, at: UtcMs) -> Value {
        json!({"v": 1, "account": account_code(url, self.user), "event": event, "unit": self.unit, "type": kind,
            "at": at.to_rfc3339(), "geofence": "北仓"})
    }

    fn payload(&self, event: i64, kind: &str, at: UtcMs) -> Value {
        self.payload_at(&self.server.url(), event, kind, at)
    }
}

fn decide(trak: &Trak, purpose: Purpose, action: ConsentAction) {
    trak.decide(decision(purpose, action, ConsentScreen::PrivacyCentre), Unsent::Send).unwrap();
}

fn receive(trak: &Trak, payload: &Value) -> Result<Telling, PushRefusal> {
    trak.push_received(&payload.to_string(), now()).map(|outcome| outcome.telling)
}

fn counts(trak: &Trak) -> (u64, u64) {
    let view = trak.alerts(0).unwrap();
    (view.total, view.unread)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_is_judged_kept_once_and_told_once() {
    let world = world().await;
    let phone = Phone::default();
    let trak = phone.open();
    let enter = world.payload(41, "geofenceEnter", now());
    assert_eq!(receive(&trak, &enter), Err(PushRefusal::SignedOut));
    sign_in(&trak, &world.server.url(), ACCOUNT, PASSWORD).await.unwrap();
    trak.refresh().await.unwrap();

    let outcome = trak.push_received(&enter.to_string(), now()).unwrap();
    assert_eq!((outcome.telling, outcome.alert.unit_name.as_str()), (Telling::Tell, "Van 7"));
    assert_eq!(outcome.alert.event.attributes_json, r#"{"geofenceName":"北仓"}"#);
    assert_eq!(trak.recent_events().len(), 1);
    assert_eq!(receive(&trak, &enter), Ok(Telling::Duplicate));
    assert_eq!(receive(&trak, &world.payload(42, "alarm", now().plus_ms(-2 * DAY_MS))), Ok(Telling::Stale));
    assert_eq!(receive(&trak, &world.payload(43, "deviceOnline", now())), Ok(Telling::KindOff));
    assert_eq!(counts(&trak), (3, 3), "in the inbox whether told or not");

    let mut other = world.payload(44, "alarm", now());
    other["account"] = json!(account_code(&world.server.url(), world.user + 1));
    assert_eq!(receive(&trak, &other), Err(PushRefusal::OtherAccount));
    let ahead = world.payload(45, "alarm", now().plus_ms(2 * DAY_MS));
    assert_eq!(receive(&trak, &ahead), Err(PushRefusal::FutureTime));
    assert_eq!(trak.push_received("{}", now()).unwrap_err(), PushRefusal::Malformed);
    assert_eq!(counts(&trak), (3, 3), "nothing is kept of what is refused");

    let hours = QuietHours { from_minute: 0, to_minute: 1_439, time_zone: "Asia/Shanghai".to_owned() };
    let settings = AlertSettings { kinds: [EventKind::Alarm].into(), quiet_hours: Some(hours.clone()) };
    trak.set_alert_settings(settings.clone()).unwrap();
    let noon = UtcMs::parse("2026-11-25T04:00:00Z").unwrap();
    let quiet = trak.push_received(&world.payload(46, "alarm", noon).to_string(), noon).unwrap();
    assert_eq!(quiet.telling, Telling::QuietHours);
    let senseless = QuietHours { to_minute: 0, ..hours };
    let refused = trak.set_alert_settings(AlertSettings { quiet_hours: Some(senseless), ..settings.clone() });
    assert!(matches!(refused, Err(QueryError::InvalidInput)));

    trak.acknowledge_alerts(vec![41, 43]).unwrap();
    assert_eq!(counts(&trak), (4, 2));
    trak.shutdown().await;
    let trak = phone.open();
    assert_eq!(counts(&trak), (4, 2), "the inbox survives a restart");
    assert_eq!(trak.alert_settings(), settings);
    assert_eq!(receive(&trak, &enter), Ok(Telling::Duplicate));
    let times: Vec<i64> = trak.alerts(0).unwrap().rows.iter().map(|row| row.event.at.0).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "newest first");
    assert!(trak.alerts(1).unwrap().rows.is_empty());

    decide(&trak, Purpose::Push, ConsentAction::Withdrawn);
    let refused = receive(&trak, &world.payload(47, "alarm", now())).unwrap_err();
    assert!(matches!(refused, PushRefusal::ConsentRequired(r) if r.why == NoConsent::Withdrawn));
    assert_eq!(counts(&trak), (4, 2));
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_live_is_told_by_its_push_and_shows_once() {
    let world = world().await;
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &world.server.url(), ACCOUNT, PASSWORD).await.unwrap();
    let all = AlertSettings { kinds: EventKind::ALL.into(), quiet_hours: None };
    trak.set_alert_settings(all).unwrap();
    trak.start_live();
    until(&trak, "live", |t| matches!(t.status().link, trak_core::view::LinkToServer::Live).then_some(()))
        .await;
    world.server.report("VAN-7", 31.2, 121.4, now().0, 0.0).await;
    let came = until(&trak, "an event", |t| t.recent_events().first().map(|row| row.event.clone())).await;
    let total = counts(&trak).0;
    let push = world.payload(came.id, &came.type_word, came.at);
    assert_eq!(receive(&trak, &push), Ok(Telling::Tell), "the stream alone tells nobody");
    assert_eq!(receive(&trak, &push), Ok(Telling::Duplicate));
    assert_eq!(counts(&trak).0, total);
    let kept = trak.alerts(0).unwrap().rows.into_iter().find(|row| row.event.id == came.id).unwrap();
    assert_eq!(kept.event, came, "a push says less and takes nothing away");
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_asks_for_the_fleet_where_nothing_else_does() {
    let world = world().await;
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &world.server.url(), ACCOUNT, PASSWORD).await.unwrap();
    assert_eq!(trak.status().confirmed_at, None);
    receive(&trak, &world.payload(41, "alarm", now())).unwrap();
    until(&trak, "a snapshot", |t| t.unit(UnitId(world.unit))).await;
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opened_push_shows_its_unit_also_behind_a_sign_in() {
    let world = world().await;
    let phone = Phone::default();
    let trak = phone.open();
    let payload = world.payload(41, "alarm", now());
    // A cold start by a tap, nobody signed in.
    assert_eq!(trak.push_opened(&payload.to_string()), Ok(None));
    assert_eq!(trak.take_opened_unit(), None);
    sign_in(&trak, &world.server.url(), ACCOUNT, PASSWORD).await.unwrap();
    trak.refresh().await.unwrap();
    assert_eq!(trak.take_opened_unit(), Some(UnitId(world.unit)));
    assert_eq!(trak.take_opened_unit(), None, "once");
    assert_eq!(counts(&trak), (1, 0), "it has been seen");
    assert_eq!(receive(&trak, &payload), Ok(Telling::Duplicate));
    // While signed in, at once; never for another account.
    let second = world.payload(42, "alarm", now());
    assert_eq!(trak.push_opened(&second.to_string()), Ok(Some(UnitId(world.unit))));
    let mut other = second;
    other["account"] = json!(account_code(&world.server.url(), world.user + 1));
    assert_eq!(trak.push_opened(&other.to_string()), Err(PushRefusal::OtherAccount));
    trak.sign_out(true).await.unwrap();
    assert_eq!(trak.push_opened(&other.to_string()), Ok(None));
    sign_in(&trak, &world.server.url(), ACCOUNT, PASSWORD).await.unwrap();
    assert_eq!(trak.take_opened_unit(), None, "it was for somebody else");
    trak.shutdown().await;
}

fn is_push(request: &str) -> bool {
    request.contains(" /api/trak/push/")
}

fn takes(_: &str) -> Fault {
    Fault::None
}

fn register(trak: &Trak, id: Option<&str>, language: PolicyLanguage) {
    trak.set_push_registration(id.map(Secret::new), PushPlatform::Android, language).unwrap();
}

fn method(request: &str) -> &str {
    request.split(' ').next().unwrap()
}

fn body(request: &str) -> Value {
    serde_json::from_str(request.split("\r\n\r\n").nth(1).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_knows_where_pushes_go_only_while_they_are_wanted() {
    let world = world().await;
    let proxy = Proxy::start(world.server.addr, takes).await;
    let phone = Phone::default();
    let trak = phone.open();
    agree_to_everything(&trak);
    decide(&trak, Purpose::Push, ConsentAction::Withdrawn);
    trak.sign_in(request(&proxy.url(), ACCOUNT, PASSWORD, None)).await.unwrap();
    register(&trak, Some(REGISTRATION), PolicyLanguage::English);
    trak.refresh().await.unwrap();
    assert_eq!(proxy.requests(0, is_push).await.len(), 0, "not before consent");

    decide(&trak, Purpose::Push, ConsentAction::Given);
    let put = proxy.requests(1, is_push).await.pop().unwrap();
    let install = record_id(&trak.consent_record().unwrap().unwrap()).unwrap();
    assert!(put.starts_with(&format!("PUT /api/trak/push/{install} ")), "{}", method(&put));
    let sent = body(&put);
    assert_eq!(
        (&sent["registrationId"], &sent["platform"], &sent["language"]),
        (&json!(REGISTRATION), &json!("android"), &json!("en"))
    );
    assert_eq!((&sent["kinds"]["alarm"], &sent["kinds"]["deviceOnline"]), (&json!(true), &json!(false)));
    assert_eq!(sent.get("quietHours"), None);

    // Each change reaches it, saying the same again does not.
    register(&trak, Some(REGISTRATION), PolicyLanguage::English);
    register(&trak, Some(REGISTRATION), PolicyLanguage::SimplifiedChinese);
    let put = proxy.requests(2, is_push).await.pop().unwrap();
    assert_eq!(body(&put)["language"], "zh-Hans");
    let hours = QuietHours { from_minute: 1_320, to_minute: 425, time_zone: "Asia/Shanghai".to_owned() };
    trak.set_alert_settings(AlertSettings { kinds: [EventKind::Offline].into(), quiet_hours: Some(hours) })
        .unwrap();
    let sent = body(&proxy.requests(3, is_push).await.pop().unwrap());
    assert_eq!(sent["quietHours"], json!({"from": "22:00", "to": "07:05", "timeZone": "Asia/Shanghai"}));
    assert_eq!((&sent["kinds"]["alarm"], &sent["kinds"]["deviceOffline"]), (&json!(false), &json!(true)));
    register(&trak, Some("2b0018970a8c2b3d4e5"), PolicyLanguage::SimplifiedChinese);
    assert_eq!(
        body(&proxy.requests(4, is_push).await.pop().unwrap())["registrationId"],
        "2b0018970a8c2b3d4e5"
    );

    decide(&trak, Purpose::Push, ConsentAction::Withdrawn);
    assert_eq!(method(&proxy.requests(5, is_push).await.pop().unwrap()), "DELETE");
    decide(&trak, Purpose::Push, ConsentAction::Given);
    assert_eq!(method(&proxy.requests(6, is_push).await.pop().unwrap()), "PUT");
    trak.sign_out(true).await.unwrap();
    let all = proxy.requests(7, is_push).await;
    assert_eq!((all.len(), method(&all[6])), (7, "DELETE"));

    // The next sign-in registers again; the end of the account's consent removes it.
    sign_in(&trak, &proxy.url(), ACCOUNT, PASSWORD).await.unwrap();
    assert_eq!(method(&proxy.requests(8, is_push).await.pop().unwrap()), "PUT");
    let bytes = phone.raw_bytes();
    decide(&trak, Purpose::Account, ConsentAction::Withdrawn);
    assert_eq!(method(&proxy.requests(9, is_push).await.pop().unwrap()), "DELETE");
    trak.shutdown().await;
    for bytes in [bytes, phone.raw_bytes()] {
        for needle in [REGISTRATION, "2b0018970a8c2b3d4e5"] {
            assert!(!bytes.windows(needle.len()).any(|window| window == needle.as_bytes()));
        }
    }
    let nonsense =
        trak.set_push_registration(Some(Secret::new("a b")), PushPlatform::Ios, PolicyLanguage::English);
    assert!(matches!(nonsense, Err(QueryError::InvalidInput)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_get_through_is_told_at_the_next_start() {
    let world = world().await;
    let proxy =
        Proxy::start(
            world.server.addr,
            |line| {
                if is_push(line) { Fault::StatusInstead(503) } else { Fault::None }
            },
        )
        .await;
    let phone = Phone::default();
    let trak = phone.open();
    register(&trak, Some(REGISTRATION), PolicyLanguage::English);
    sign_in(&trak, &proxy.url(), ACCOUNT, PASSWORD).await.unwrap();
    proxy.requests(1, is_push).await;
    proxy.set(takes);
    trak.start_live();
    assert_eq!(method(&proxy.requests(2, is_push).await.pop().unwrap()), "PUT");

    // A withdrawal that does not reach the server is not forgotten by a restart.
    proxy.set(|line| if is_push(line) { Fault::LostRequest } else { Fault::None });
    decide(&trak, Purpose::Push, ConsentAction::Withdrawn);
    proxy.requests(3, is_push).await;
    trak.shutdown().await;
    let seen = proxy.requests(3, is_push).await.len();
    proxy.set(takes);
    let trak = phone.open();
    trak.start_live();
    assert_eq!(method(&proxy.requests(seen + 1, is_push).await.pop().unwrap()), "DELETE");
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_traccar_is_asked_once_and_nothing_happens() {
    let world = world().await;
    let proxy =
        Proxy::start(
            world.server.addr,
            |line| {
                if is_push(line) { Fault::StatusInstead(404) } else { Fault::None }
            },
        )
        .await;
    let phone = Phone::default();
    let trak = phone.open();
    register(&trak, Some(REGISTRATION), PolicyLanguage::English);
    sign_in(&trak, &proxy.url(), ACCOUNT, PASSWORD).await.unwrap();
    proxy.requests(1, is_push).await;
    trak.start_live();
    trak.set_push_registration(
        Some(Secret::new(REGISTRATION)),
        PushPlatform::Android,
        PolicyLanguage::English,
    )
    .unwrap();
    trak.refresh().await.unwrap();
    assert_eq!(trak.status().trouble, None);
    trak.sign_out(true).await.unwrap();
    assert_eq!(proxy.requests(1, is_push).await.len(), 1);
    trak.shutdown().await;
}
