//! Corrections, the record of consents, notices, and that nothing of it is for strangers.

use std::process::Command;
use std::time::Duration;

use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use trak_core::model::{ConsentAction, LedgerEntry, Purpose};

use super::{ADMIN, HAN, INSTALL, LI, entry, get, server};
use crate::common::Server;

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
    let told = async |socket: &mut crate::common::Socket| loop {
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
