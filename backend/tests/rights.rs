//! What people may ask for about their own data: to see who looked, to correct, to erase, to leave.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs)]

mod common;

use std::process::Command;
use std::time::Duration;

use common::{NOW_MS, Server, account};
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use trak_backend::Terms;
use trak_core::decide::consent::chain;
use trak_core::model::{
    BootId, ConsentAction, ConsentScreen, LedgerEntry, PolicyLanguage, Purpose, Sha256Hash, UtcMs,
};

const ADMIN: (&str, &str) = ("admin@example.com", "admin");
const LI: (&str, &str) = ("li@example.com", "p");
const HAN: (&str, &str) = ("han@example.com", "p");
const NOW_S: i64 = NOW_MS / 1_000;
const INSTALL: &str = "0193624e-7d4c-7f3a-9c6e-0d7c1f6a2b11";

/// Unit 1 is account 2's own, unit 2 nobody's; account 2 sees both, account 3 too.
async fn server_with(change: impl FnOnce(&mut trak_backend::Config)) -> Server {
    let server = Server::start_with(|config| {
        config.sweep = Duration::from_millis(50);
        change(config);
    })
    .await;
    account(server.running(), LI.0, "Li Lei", LI.1, false);
    account(server.running(), HAN.0, "Han Mei", HAN.1, false);
    let own = json!({"name": "Li's phone", "uniqueId": "P1", "attributes": {"trak.owner": 2}});
    server.admin(Method::POST, "/api/devices", own).await;
    server.admin(Method::POST, "/api/devices", json!({"name": "Van", "uniqueId": "V1"})).await;
    for (user, device) in [(2, 1), (2, 2), (3, 1), (3, 2)] {
        server.admin(Method::POST, "/api/permissions", json!({"userId": user, "deviceId": device})).await;
    }
    for second in 0..5 {
        for unit in ["P1", "V1"] {
            let query =
                format!("id={unit}&lat=31.2{second}&lon=121.4&timestamp={}", NOW_S - 100 + 10 * second);
            assert_eq!(server.upload(&query).await, 200);
        }
    }
    server
}

async fn server() -> Server {
    server_with(|_| {}).await
}

async fn get(server: &Server, who: (&str, &str), path: &str) -> Value {
    let (status, answer) = server.api(who, Method::GET, path, None).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

async fn looks(server: &Server) -> Vec<(String, String)> {
    let log = get(server, LI, "/api/trak/access-log").await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    log.as_array().unwrap().iter().rev().map(|line| (text(&line["by"]), text(&line["what"]))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_at_my_own_unit_is_named_and_looks_at_others_are_nobodys_business() {
    let server = server().await;
    let range = "deviceId=1&from=2026-11-01T00:00:00Z&to=2026-12-31T00:00:00Z";
    let others = "deviceId=2&from=2026-11-01T00:00:00Z&to=2026-12-31T00:00:00Z";
    get(&server, LI, "/api/positions").await; // myself
    get(&server, HAN, &format!("/api/positions?{others}")).await;
    assert_eq!(looks(&server).await, []);
    for path in ["/api/positions", "/api/trak/fleet", "/api/trak/nearby?latitude=31.2&longitude=121.4"] {
        get(&server, ADMIN, path).await; // a screen that is refreshed is one look
    }
    get(&server, HAN, &format!("/api/positions?{range}")).await;
    get(&server, HAN, &format!("/api/reports/trips?{range}")).await;
    assert_eq!(server.api(HAN, Method::GET, &format!("/api/positions/csv?{range}"), None).await.0, 200);
    get(&server, ADMIN, "/api/devices/1").await;
    get(&server, ADMIN, "/api/trak/consents?userId=2").await;
    let line = |by: &str, what: &str| (by.to_owned(), what.to_owned());
    let (admin, han) = ("admin", "Han Mei");
    let expected = [
        line(admin, "positions"),
        line(han, "history"),
        line(han, "history"),
        line(han, "export"),
        line(admin, "unit"),
        line(admin, "consents"),
    ];
    assert_eq!(looks(&server).await, expected);
    // An open map goes on looking.
    let mut socket = server.socket(&server.token(HAN).await).await;
    socket.next().await.unwrap().unwrap();
    assert_eq!(looks(&server).await.last().unwrap(), &line(han, "positions"));
    let before = looks(&server).await.len();
    server.advance(11 * 60_000);
    let grown = async { while looks(&server).await.len() == before {} };
    tokio::time::timeout(Duration::from_secs(30), grown).await.unwrap();
    assert_eq!(looks(&server).await.last().unwrap(), &line(han, "positions"));
    assert_eq!(server.api(HAN, Method::GET, "/api/trak/consents?userId=2", None).await.0, 403);
    let program = Command::new(env!("CARGO_BIN_EXE_trak-backend"))
        .arg("--database")
        .arg(Server::database_in(server.folder.path()))
        .args(["access-log", LI.0])
        .output()
        .unwrap();
    let told = String::from_utf8(program.stdout).unwrap();
    assert!(told.lines().count() >= 7 && told.contains("Han Mei\thistory\t2\t1"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_makes_a_unit_their_own_by_writing_it() {
    let server = server().await;
    let mut unit = get(&server, HAN, "/api/devices/1").await;
    unit["attributes"]["trak.owner"] = json!(3);
    let (status, kept) = server.api(HAN, Method::PUT, "/api/devices/1", Some(unit)).await;
    assert_eq!((status, &kept["attributes"]["trak.owner"]), (200, &json!(2)));
    let mut van = get(&server, HAN, "/api/devices/2").await;
    van["attributes"]["trak.owner"] = json!(3);
    let (status, kept) = server.api(HAN, Method::PUT, "/api/devices/2", Some(van)).await;
    assert_eq!((status, &kept["attributes"]), (200, &json!({})));
}

fn times(positions: &Value) -> usize {
    positions.as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn i_erase_points_and_ranges_of_my_own_track_and_of_no_other() {
    let server = server().await;
    let at = |second: i64| jiff::Timestamp::from_second(NOW_S - 100 + second).unwrap().to_string();
    let erase = async |who, device: i64, from: i64, to: i64| {
        let body = json!({"deviceId": device, "from": at(from), "to": at(to)});
        server.api(who, Method::DELETE, "/api/trak/positions", Some(body)).await
    };
    let track = "/api/positions?deviceId=1&from=2026-11-01T00:00:00Z&to=2026-12-31T00:00:00Z";
    for (who, device) in [(HAN, 1), (LI, 2), (LI, 99), (HAN, 2)] {
        assert_eq!(erase(who, device, 0, 100).await, (403, json!({"error": "denied"})));
    }
    assert_eq!(erase(LI, 1, 20, 10).await.0, 400);
    assert_eq!(erase(ADMIN, 2, 0, 10).await, (200, json!({"deleted": 2})));
    assert_eq!(erase(LI, 1, 10, 20).await, (200, json!({"deleted": 2})));
    assert_eq!(erase(LI, 1, 10, 20).await, (200, json!({"deleted": 0})));
    let left = get(&server, LI, track).await;
    assert_eq!(times(&left), 3);
    let one = |id: &Value| format!("/api/positions/{id}");
    let newest = one(&left[2]["id"]);
    assert_eq!(server.api(HAN, Method::DELETE, &newest, None).await.0, 403);
    assert_eq!(server.api(LI, Method::DELETE, &newest, None).await.0, 204);
    assert_eq!(server.api(LI, Method::DELETE, &newest, None).await.0, 403);
    assert_eq!(server.api(ADMIN, Method::DELETE, &newest, None).await.0, 404);
    assert_eq!(get(&server, LI, "/api/positions?deviceId=1").await[0]["id"], left[1]["id"], "the one before");
    let range = "deviceId=1&from=2026-11-01T00:00:00Z&to=2026-12-31T00:00:00Z";
    let path = format!("/api/positions?{range}");
    assert_eq!(server.api(HAN, Method::DELETE, &path, None).await.0, 400, "another person's own unit");
    assert_eq!(server.api(LI, Method::DELETE, &path, None).await.0, 204);
    assert_eq!(times(&get(&server, LI, track).await), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_asked_for_and_answered() {
    let server = server().await;
    let ask = async |body: Value| server.api(LI, Method::POST, "/api/trak/requests", Some(body)).await;
    for (body, error) in [
        (json!({"field": "salary", "text": "x"}), "field"),
        (json!({"field": "plate", "text": "  "}), "text"),
        (json!({"field": "plate", "text": "字".repeat(2_001)}), "text"),
        (json!({"field": "plate", "text": "x", "more": 1}), "json"),
        (json!([]), "json"),
    ] {
        assert_eq!(ask(body).await, (400, json!({ "error": error })));
    }
    let (status, made) = ask(json!({"field": "plate", "text": "字".repeat(2_000)})).await;
    assert_eq!((status, &made["state"], &made["answer"]), (200, &json!("open"), &Value::Null));
    for _ in 1..50 {
        assert_eq!(ask(json!({"field": "other", "text": "x"})).await.0, 200);
    }
    assert_eq!(ask(json!({"field": "other", "text": "x"})).await.0, 413);
    let closed = Command::new(env!("CARGO_BIN_EXE_trak-backend"))
        .arg("--database")
        .arg(Server::database_in(server.folder.path()))
        .args(["request", "close", "1", "--answer", "done, thank you"])
        .status()
        .unwrap();
    assert!(closed.success());
    let list = get(&server, LI, "/api/trak/requests").await;
    assert_eq!((&list[0]["state"], &list[0]["answer"]), (&json!("done"), &json!("done, thank you")));
    assert!(list[0]["closed"].is_string());
    assert_eq!(get(&server, HAN, "/api/trak/requests").await, json!([]));
}

fn entry(last: Option<&LedgerEntry>, purpose: Purpose, action: ConsentAction) -> LedgerEntry {
    let entry = LedgerEntry {
        sequence: 0,
        previous: Sha256Hash::default(),
        purpose,
        action,
        policy_version: 1,
        policy_sha256: Sha256Hash::of(b"policy"),
        language: PolicyLanguage::SimplifiedChinese,
        utc: UtcMs(NOW_MS),
        monotonic_ms: 5,
        boot_id: BootId(7),
        app_version: "0.1.0".into(),
        screen: ConsentScreen::FirstRun,
        hash: Sha256Hash::default(),
    };
    chain(last, entry)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_of_consents_is_mirrored_once_and_a_broken_chain_is_told() {
    let server = server().await;
    let one = entry(None, Purpose::Account, ConsentAction::Given);
    let two = entry(Some(&one), Purpose::Reporting, ConsentAction::Refused);
    let three = entry(Some(&two), Purpose::Push, ConsentAction::Given);
    let send = async |who, entries: &[&LedgerEntry]| {
        let body = json!({"install": INSTALL, "entries": entries});
        server.api(who, Method::POST, "/api/trak/consents", Some(body)).await
    };
    let last = |entry: &LedgerEntry| json!({"sequence": entry.sequence, "hash": entry.hash});
    assert_eq!(send(LI, &[]).await, (200, json!({"sequence": 0, "hash": "0".repeat(64)})));
    assert_eq!(send(LI, &[&two]).await.0, 409, "it does not begin at the beginning");
    assert_eq!(send(LI, &[&one, &two]).await, (200, last(&two)));
    assert_eq!(send(LI, &[&one, &two]).await, (200, last(&two)), "again");
    assert_eq!(send(LI, &[&two, &three]).await, (200, last(&three)), "overlapping");
    let mut forged = entry(Some(&one), Purpose::Reporting, ConsentAction::Given);
    let mut broken = last(&three);
    broken["error"] = json!("consentChain");
    assert_eq!(send(LI, &[&one, &forged]).await, (409, broken.clone()), "another past");
    forged = entry(Some(&three), Purpose::Reporting, ConsentAction::Given);
    forged.purpose = Purpose::Push;
    assert_eq!(send(LI, &[&forged]).await, (409, broken), "changed after it was hashed");
    assert_eq!(send(HAN, &[&one]).await, (200, last(&one)), "another account's mirror of the same phone");
    let kept = get(&server, LI, "/api/trak/consents").await;
    assert_eq!(kept[0]["entries"], json!([one, two, three]));
    assert_eq!((&kept[0]["install"], kept.as_array().unwrap().len()), (&json!(INSTALL), 1));
    assert_eq!(get(&server, ADMIN, "/api/trak/consents?userId=3").await[0]["entries"], json!([one]));
    let many: Vec<&LedgerEntry> = std::iter::repeat_n(&one, 201).collect();
    assert_eq!(send(LI, &many).await.0, 413);
    for body in [
        json!({"install": "x", "entries": []}),
        json!({"install": INSTALL, "entries": [{"sequence": -1}]}),
        json!({"install": INSTALL}),
    ] {
        assert_eq!(server.api(LI, Method::POST, "/api/trak/consents", Some(body)).await.0, 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_wants_the_password_and_may_be_taken_back() {
    let server = server().await;
    let ask = async |body: Value| server.api(LI, Method::POST, "/api/trak/cancel", Some(body)).await;
    assert_eq!(server.api(LI, Method::GET, "/api/trak/cancel", None).await.0, 204);
    assert_eq!(ask(json!({"password": "wrong"})).await, (403, json!({"error": "wrongPassword"})));
    assert_eq!(ask(json!({"password": 5})).await.0, 400);
    let (status, told) = ask(json!({"password": "p"})).await;
    let expected = json!({"requested": "2026-11-25T03:33:06.000+00:00", "deadline": "2026-12-16T03:33:06.000+00:00",
        "state": "requested", "kept": ["auditLog"]});
    assert_eq!((status, told), (200, expected.clone()));
    server.advance(86_400_000);
    assert_eq!(
        ask(json!({"password": "p"})).await,
        (200, expected.clone()),
        "asked again it keeps its deadline"
    );
    assert_eq!(get(&server, LI, "/api/trak/cancel").await, expected);
    assert_eq!(server.api(LI, Method::DELETE, "/api/trak/cancel", None).await.0, 204);
    assert_eq!(server.api(LI, Method::DELETE, "/api/trak/cancel", None).await.0, 404);
    assert_eq!(server.api(LI, Method::GET, "/api/trak/cancel", None).await.0, 204);
    let last = json!({"password": "admin"});
    let refused = server.api(ADMIN, Method::POST, "/api/trak/cancel", Some(last)).await;
    assert_eq!(refused, (409, json!({"error": "lastAdministrator"})));
    // Guessing is slowed down as at sign-in. A token goes on working meanwhile.
    let token = server.token(HAN).await;
    let guess = async |password: &str| {
        let request = server.http.post(format!("{}/api/trak/cancel", server.url)).bearer_auth(&token);
        request.body(json!({ "password": password }).to_string()).send().await.unwrap()
    };
    for _ in 0..8 {
        assert_eq!(guess("wrong").await.status(), 403);
    }
    let refused = guess("p").await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_asked_for_where_the_account_has_one() {
    let server = server().await;
    let token = server.token(LI).await;
    let db = &server.running().state.db;
    let mut user = db.user(2).unwrap().unwrap();
    user.totp_key = Some("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP".into());
    db.update_user(&user, None).unwrap();
    let ask = async |body: Value| {
        let request = server.http.post(format!("{}/api/trak/cancel", server.url)).bearer_auth(&token);
        let answer = request.body(body.to_string()).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap()["error"].clone())
    };
    assert_eq!(ask(json!({"password": "p"})).await, (403, json!("codeNeeded")));
    assert_eq!(ask(json!({"password": "p", "code": "000000"})).await, (403, json!("wrongCode")));
    let secret = totp_rs::Secret::Encoded(user.totp_key.unwrap()).to_bytes().unwrap();
    let totp = totp_rs::TOTP::new_unchecked(totp_rs::Algorithm::SHA1, 6, 1, 30, secret);
    let code = totp.generate(u64::try_from(NOW_S).unwrap());
    assert_eq!(ask(json!({"password": "p", "code": code})).await, (200, Value::Null));
}

fn contains(file: &std::path::Path, needle: &str) -> bool {
    let bytes = std::fs::read(file).unwrap_or_default();
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_account_leaves_nothing_but_a_pseudonym_and_backups_follow() {
    let server = server().await;
    let db = server.running().state.db.clone();
    let one = entry(None, Purpose::Account, ConsentAction::Given);
    let body = json!({"install": INSTALL, "entries": [one]});
    assert_eq!(server.api(LI, Method::POST, "/api/trak/consents", Some(body)).await.0, 200);
    get(&server, HAN, "/api/positions?deviceId=1").await;
    get(&server, LI, "/api/positions?deviceId=1").await;
    let backup = server.folder.path().join("copies.db");
    let older = server.folder.path().join("copies.db.1");
    trak_backend::backup::run(&db, &backup, 2, NOW_MS).unwrap();
    assert!(contains(&backup, LI.0));
    let mut socket = server.socket(&server.token(LI).await).await;
    socket.next().await.unwrap().unwrap();
    assert_eq!(server.api(LI, Method::POST, "/api/trak/cancel", Some(json!({"password": "p"}))).await.0, 200);
    server.advance(7 * 86_400_000 - 1);
    assert_eq!(get(&server, LI, "/api/devices").await.as_array().unwrap().len(), 2, "it may be taken back");
    server.advance(1);
    let closed = async { while let Some(Ok(_)) = socket.next().await {} };
    tokio::time::timeout(Duration::from_secs(30), closed).await.unwrap();
    assert_eq!(server.api(LI, Method::GET, "/api/devices", None).await.0, 401);
    let left = get(&server, ADMIN, "/api/devices").await;
    assert_eq!(
        (left.as_array().unwrap().len(), &left[0]["uniqueId"]),
        (1, &json!("V1")),
        "only its own unit"
    );
    assert_eq!(db.history(1, 0, i64::MAX).unwrap().len(), 0);
    assert_eq!(db.history(2, 0, i64::MAX).unwrap().len(), 5);
    assert!(db.consents(2).unwrap().is_empty());
    let log = db.access_log(None).unwrap();
    assert!(
        !log.is_empty() && log.iter().all(|line| line.owner.starts_with("account-") && line.device_id == 0)
    );
    assert!(db.cancellation(2).unwrap().unwrap().done.is_some());
    // The older copy still has everything, until the next one is made.
    assert!(contains(&backup, LI.0));
    trak_backend::backup::run(&db, &backup, 2, NOW_MS).unwrap();
    for copy in [&backup, &older] {
        for needle in [LI.0, "Li Lei", "Li's phone", INSTALL] {
            assert!(!contains(copy, needle), "{needle} in {}", copy.display());
        }
        assert!(contains(copy, HAN.0));
    }
    trak_backend::backup::run(&db, &backup, 2, NOW_MS).unwrap();
    assert!(!server.folder.path().join("copies.db.2").exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&backup).unwrap().permissions().mode() & 0o077, 0);
    }
    drop(db);
    let path = Server::database_in(server.folder.path());
    let mut server = server;
    server.running.take().unwrap().shutdown().await;
    for needle in [LI.0, "Li Lei", "Li's phone", INSTALL] {
        assert!(!contains(&path, needle), "{needle}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_older_than_its_term_is_erased_daily_and_each_run_is_logged() {
    let terms = Terms { position_days: Some(30), event_days: Some(60) };
    let server = server_with(|config| config.retention = terms).await;
    let told = get(&server, LI, "/api/trak/retention").await;
    assert_eq!((&told["positionDays"], &told["eventDays"]), (&json!(30), &json!(60)));
    let db = server.running().state.db.clone();
    let runs = async |count: usize| {
        let enough = async {
            while db.retention_runs().unwrap().len() < count {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), enough).await.unwrap();
    };
    runs(1).await;
    let events = db.events(1, 0, i64::MAX).unwrap().len();
    assert!(events > 0);
    server.advance(29 * 86_400_000);
    runs(2).await;
    assert_eq!(db.history(1, 0, i64::MAX).unwrap().len(), 5);
    server.advance(2 * 86_400_000);
    runs(3).await;
    let told = get(&server, LI, "/api/trak/retention").await;
    assert_eq!((&told["runs"][0]["positions"], &told["runs"][0]["events"]), (&json!(10), &json!(0)));
    assert_eq!(get(&server, ADMIN, "/api/positions").await, json!([]));
    server.advance(30 * 86_400_000);
    runs(4).await;
    assert!(db.retention_runs().unwrap()[0].events >= events as i64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_reaches_open_sockets_and_later_ones_until_it_is_acknowledged() {
    let server = server().await;
    let mut socket = server.socket(&server.token(LI).await).await;
    socket.next().await.unwrap().unwrap();
    let program = |more: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_trak-backend"))
            .arg("--database")
            .arg(Server::database_in(server.folder.path()))
            .args([
                "notice",
                "add",
                "--title-en",
                "A leak",
                "--title-zh",
                "泄露",
                "--text-en",
                "…",
                "--text-zh",
                "…",
            ])
            .args(more)
            .status()
            .unwrap()
    };
    assert!(!program(&[]).success(), "for nobody");
    assert!(!program(&["--account", "nobody"]).success());
    assert!(program(&["--account", LI.0, "--account", "2"]).success());
    let told = async |socket: &mut common::Socket| loop {
        let frame = tokio::time::timeout(Duration::from_secs(30), socket.next()).await.unwrap();
        let frame: Value = serde_json::from_str(frame.unwrap().unwrap().to_text().unwrap()).unwrap();
        if frame["notices"].is_array() {
            return frame["notices"].clone();
        }
    };
    let notices = told(&mut socket).await;
    assert_eq!(notices[0]["title"], json!({"en": "A leak", "zh-Hans": "泄露"}));
    assert_eq!((&notices[0]["kind"], notices.as_array().unwrap().len()), (&json!("security"), 1));
    let mut later = server.socket(&server.token(LI).await).await;
    assert_eq!(told(&mut later).await, notices);
    let path = format!("/api/trak/notices/{}/acknowledge", notices[0]["id"]);
    assert_eq!(server.api(HAN, Method::POST, &path, None).await.0, 404, "another account's");
    assert_eq!(server.api(LI, Method::POST, &path, None).await.0, 204);
    let kept = get(&server, LI, "/api/trak/notices").await;
    assert!(kept[0]["acknowledged"].is_string());
    assert_eq!(get(&server, HAN, "/api/trak/notices").await, json!([]));
    assert!(program(&["--everybody", "--kind", "end-of-service"]).success());
    let mut again = server.socket(&server.token(LI).await).await;
    let notices = told(&mut again).await;
    assert_eq!((&notices[0]["kind"], notices.as_array().unwrap().len()), (&json!("endOfService"), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_it_is_for_strangers() {
    let server = server().await;
    for (method, path) in [
        (Method::GET, "/api/trak/consents"),
        (Method::POST, "/api/trak/consents"),
        (Method::GET, "/api/trak/requests"),
        (Method::POST, "/api/trak/requests"),
        (Method::DELETE, "/api/trak/positions"),
        (Method::DELETE, "/api/positions/1"),
        (Method::GET, "/api/trak/cancel"),
        (Method::POST, "/api/trak/cancel"),
        (Method::DELETE, "/api/trak/cancel"),
        (Method::GET, "/api/trak/retention"),
        (Method::GET, "/api/trak/notices"),
        (Method::POST, "/api/trak/notices/1/acknowledge"),
        (Method::GET, "/api/trak/access-log"),
    ] {
        let answer = server.http.request(method, format!("{}{path}", server.url)).send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), answer.json::<Value>().await.unwrap()),
            (401, json!({"error": "unauthorized"})),
            "{path}"
        );
    }
    let large = json!({"field": "other", "text": "x".repeat(2 << 20)});
    assert_eq!(
        server.api(LI, Method::POST, "/api/trak/requests", Some(large)).await,
        (413, json!({"error": "tooLarge"}))
    );
}
