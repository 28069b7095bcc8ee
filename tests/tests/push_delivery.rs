//! A push from the unit to the person's eyes: the app registers itself, the unit reports to the backend, the backend
//! hands a message to the push service's stand-in, and what that was given reaches the app.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // the stand-in is a test's too

#[allow(dead_code)] // the backend's own tests use all of it
#[path = "../../backend/tests/support/mod.rs"]
mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::Jpush;
use tokio::sync::mpsc::UnboundedReceiver;
use trak_core::decide::alert::Telling;
use trak_core::engine::Unsent;
use trak_core::model::{
    AlertSettings, ConsentAction, ConsentScreen, EventKind, PolicyLanguage, Purpose, PushPlatform,
    QuietHours, Secret, UnitId,
};
use trak_tests::server::Server;
use trak_tests::shell::{Phone, decision, now, sign_in};

const LI: &str = "li@example.com";
const HAN: &str = "han@example.com";
const PASSWORD: &str = "secret-1";
const WANG: &str = "wang@example.com";
const OF_LI: &str = "1a0018970a8c2b3d4e5";
const OF_HAN: &str = "2b0018970a8c2b3d4e5";
const OF_WANG: &str = "3c0018970a8c2b3d4e5";

type Heard = UnboundedReceiver<Value>;

async fn next(heard: &mut Heard) -> Value {
    tokio::time::timeout(Duration::from_secs(30), heard.recv()).await.expect("nothing was pushed").unwrap()
}

/// Whom a push goes to.
fn audience(push: &Value) -> &Value {
    &push["audience"]["registration_id"]
}

/// What the push service hands to the app: the message's own fields.
fn payload(push: &Value) -> String {
    push["notification"]["android"]["extras"].to_string()
}

/// A signed-in app that the push service knows as `registration`, and whose server has heard of it.
async fn registered(server: &Server, email: &str, registration: &str) -> (Phone, trak_core::engine::Trak) {
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &server.url(), email, PASSWORD).await.unwrap();
    trak.refresh().await.unwrap();
    trak.set_push_registration(
        Some(Secret::new(registration)),
        PushPlatform::Android,
        PolicyLanguage::SimplifiedChinese,
    )
    .unwrap();
    (phone, trak)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_reaches_those_who_may_see_the_unit_and_want_it_and_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let (jpush, mut heard) = Jpush::start(&[OF_LI, OF_HAN, OF_WANG]).await;
    let server = Server::start_pushing(folder.path(), jpush.relay()).await;
    let unit = server.unit(json!({"name": "吊车 7", "uniqueId": "CRANE-7"})).await;
    for email in [LI, HAN] {
        let user = server.account(email, PASSWORD).await;
        server.grant(user, unit).await;
    }
    server.account(WANG, PASSWORD).await; // sees no unit
    let (_li_phone, li) = registered(&server, LI, OF_LI).await;
    let (_han_phone, han) = registered(&server, HAN, OF_HAN).await;
    let (_wang_phone, wang) = registered(&server, WANG, OF_WANG).await;
    let database = Database::of(&folder);
    database.registers(&[OF_HAN, OF_LI, OF_WANG]).await;

    server.alarm("CRANE-7", 31.2345, 121.4567, "sos").await;
    let both = [next(&mut heard).await, next(&mut heard).await];
    assert_eq!(
        both[0]["notification"]["android"]["title"], "吊车 7",
        "in the language of the phone: {}",
        both[0]
    );
    for push in &both {
        assert!(!push.to_string().contains("31.23"), "no coordinate passes through the push service");
    }
    let of = |id: &str| both.iter().find(|push| *audience(push) == json!([id])).unwrap();
    let outcome = li.push_received(&payload(of(OF_LI)), now()).unwrap();
    assert_eq!((outcome.telling, outcome.alert.unit_name.as_str()), (Telling::Tell, "吊车 7"));
    assert_eq!(EventKind::from_word(&outcome.alert.event.type_word), EventKind::Alarm);
    assert_eq!(li.push_opened(&payload(of(OF_LI))), Ok(Some(UnitId(unit))));
    let refused = li.push_received(&payload(of(OF_HAN)), now()).unwrap_err();
    assert_eq!(refused, trak_core::alerts::PushRefusal::OtherAccount);

    database.idle().await;
    assert!(heard.try_recv().is_err(), "Wang may not see the unit");

    // Li wants to sleep, Han withdraws: the server is told, and nobody is pushed.
    let hours = QuietHours { from_minute: 0, to_minute: 1_439, time_zone: quiet_zone() };
    li.set_alert_settings(AlertSettings { kinds: EventKind::ALL.into(), quiet_hours: Some(hours) }).unwrap();
    han.decide(decision(Purpose::Push, ConsentAction::Withdrawn, ConsentScreen::PrivacyCentre), Unsent::Send)
        .unwrap();
    database.registers(&[OF_LI, OF_WANG]).await;
    database
        .waits_for(
            "quietHours of one",
            "SELECT count(*) = 1 FROM push_registrations WHERE body LIKE '%quietHours%'",
        )
        .await;
    server.alarm("CRANE-7", 31.2346, 121.4567, "tow").await;
    database.idle().await;
    assert!(heard.try_recv().is_err(), "a quiet phone is left alone");

    // Li signs out: the server forgets where his messages went.
    li.sign_out(true).await.unwrap();
    database.registers(&[OF_WANG]).await;
    for trak in [li, han, wang] {
        trak.shutdown().await;
    }
}

/// A time zone in which it is not the one minute of the day that these quiet hours leave out.
fn quiet_zone() -> String {
    let minute = now().0.div_euclid(60_000).rem_euclid(1_440);
    if minute == 1_439 { "Asia/Shanghai" } else { "Etc/UTC" }.to_owned()
}

/// The backend's own database, read beside it.
struct Database(rusqlite::Connection);

impl Database {
    fn of(folder: &tempfile::TempDir) -> Self {
        let connection = rusqlite::Connection::open(folder.path().join("backend.db")).unwrap();
        connection.busy_timeout(Duration::from_secs(10)).unwrap();
        Self(connection)
    }

    /// Waits until a query answers yes.
    async fn waits_for(&self, what: &str, sql: &str) {
        let holds = async {
            while !self.0.query_row(sql, [], |row| row.get::<_, bool>(0)).unwrap() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), holds).await.expect(what);
    }

    /// Waits until exactly these registrations are known.
    async fn registers(&self, ids: &[&str]) {
        let list = "SELECT coalesce(group_concat(registration_id, ','), '') FROM
            (SELECT registration_id FROM push_registrations ORDER BY registration_id)";
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        self.waits_for("the registrations", &format!("SELECT ({list}) = '{}'", ids.join(","))).await;
    }

    /// Waits until nothing waits to be sent.
    async fn idle(&self) {
        let sql = "SELECT (SELECT count(*) FROM push_outbox) + (SELECT count(*) FROM push_calls) = 0";
        self.waits_for("something waits for ever", sql).await;
    }
}
