//! The privacy commands of the real program, as a person's and as a script's: in words and as JSON.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use support::{ACCOUNT, PASSWORD, Trak, files, seconds_ago};
use trak_tests::server::{ADMIN, Server};

/// An account whose own unit has reported three positions today, and a notice for it.
async fn world(folder: &std::path::Path) -> Server {
    let server = Server::start(folder).await;
    let user = server.account(ACCOUNT, PASSWORD).await;
    let unit = json!({"name": "My phone", "uniqueId": "PHONE-1", "attributes": {"trak.owner": user}});
    let unit = server.unit(unit).await;
    server.grant(user, unit).await;
    for n in 1..=3 {
        server.report("PHONE-1", 31.2 + f64::from(n) * 0.01, 121.4, seconds_ago(i64::from(n) * 5), 0.0).await;
    }
    server.tell_of_read_passwords(ACCOUNT);
    server
}

/// What a command says, in words and as JSON of the given shape.
async fn both(trak: &Trak, words: &[&str], schema: &str) -> (String, Value) {
    let (text, _) = trak.expect(0, words).await;
    let document = trak.json(words).await;
    assert_eq!(document["schema"], schema, "{words:?}");
    assert!(!text.trim().is_empty(), "{words:?}");
    (text, document)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_and_their_data_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let server = world(folder.path()).await;
    let trak = Trak::new(server.url());
    let place = tempfile::tempdir().unwrap();
    let file = |name: &str| place.path().join(name).to_str().unwrap().to_owned();

    // What needs nobody signed in.
    let (policy, document) = both(&trak, &["privacy", "policy"], "trak.policy.v1").await;
    assert_eq!((&document["version"], &document["material"]), (&json!(2), &json!(true)));
    assert!(document["sha256"].as_str().unwrap().len() == 64 && policy.len() > 5_000);
    let (older, document) =
        both(&trak, &["privacy", "policy", "--policy-version", "1"], "trak.policy.v1").await;
    assert!(document["version"] == 1 && older != policy);
    trak.expect(3, &["privacy", "policy", "--policy-version", "9"]).await;
    let (changes, document) = both(&trak, &["privacy", "changes"], "trak.policy_changes.v1").await;
    assert_eq!((&document["from"], &document["to"]), (&json!(1), &json!(2)));
    assert!(changes.contains("+ ") && !document["changes"].as_array().unwrap().is_empty());
    for words in [["privacy", "access-log"], ["privacy", "notices"], ["privacy", "erase-device"]] {
        trak.expect(4, &words).await;
    }
    trak.expect(0, &["login"]).await;

    // Consents, their record, and the record as a file.
    let (standing, document) = both(&trak, &["privacy"], "trak.privacy.v1").await;
    let answer = |document: &Value, purpose: &str| {
        let all = document["purposes"].as_array().unwrap();
        all.iter().find(|one| one["purpose"] == purpose).unwrap()["answer"].clone()
    };
    assert!(standing.lines().count() >= 6 && answer(&document, "account") == "given");
    let given = trak.json(&["privacy", "give", "diagnostics"]).await;
    assert_eq!(answer(&given, "diagnostics"), "given");
    let (nothing, _) = trak.expect(0, &["privacy", "give", "diagnostics"]).await;
    assert!(nothing.contains("stands so already"), "{nothing}");
    let (withdrawn, _) = trak.expect(0, &["privacy", "withdraw", "diagnostics"]).await;
    assert!(!withdrawn.is_empty());
    let (record, document) = both(&trak, &["privacy", "record"], "trak.consents.v1").await;
    let entries = document["entries"].as_array().unwrap();
    assert_eq!(record.lines().count(), entries.len());
    assert_eq!(entries.last().unwrap()["action"], "withdrawn");
    let lines = file("consents.jsonl");
    trak.expect(0, &["privacy", "record", "--output", &lines]).await;
    let kept: Vec<Value> = std::fs::read_to_string(&lines)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(&kept, entries);
    trak.expect(2, &["privacy", "record", "--output", &lines]).await;
    let done = trak.json(&["privacy", "record", "--output", &lines, "--force"]).await;
    assert_eq!(done["done"]["bytes"], std::fs::metadata(&lines).unwrap().len());

    // The copy of everything.
    let zip = file("mine.zip");
    let (said, _) = trak.expect(0, &["privacy", "export", "--output", &zip]).await;
    assert!(said.contains("mine.zip") && std::fs::read(&zip).unwrap().starts_with(b"PK"));
    trak.expect(2, &["privacy", "export", "--output", &zip]).await;
    let done = trak.json(&["privacy", "export", "--output", &zip, "--force"]).await;
    assert_eq!(done["done"]["bytes"], std::fs::metadata(&zip).unwrap().len());

    // Corrections: what one may change oneself, and what is asked for.
    let (said, _) =
        trak.expect(0, &["privacy", "correct", "--name", "Li Wei", "--phone", "+8613900000009"]).await;
    assert!(said.contains("changed"));
    let there = server.account_of(ACCOUNT).await;
    assert_eq!((&there["name"], &there["phone"]), (&json!("Li Wei"), &json!("+8613900000009")));
    trak.expect(2, &["privacy", "correct", "--name", " "]).await;
    let (none, document) = both(&trak, &["privacy", "requests"], "trak.requests.v1").await;
    assert!(none.starts_with("No ") || none.contains("othing"), "{none}");
    assert_eq!(document["requests"], json!([]));
    let asked = trak.json(&["privacy", "requests", "--field", "plate", "--text", "It is B1"]).await;
    let number = asked["done"]["request"].to_string();
    server.administer(&["request", "close", &number, "--refuse", "--answer", "It is A1"]);
    let (list, document) = both(&trak, &["privacy", "requests"], "trak.requests.v1").await;
    assert!(list.contains("It is B1") && list.contains("refused") && list.contains("It is A1"), "{list}");
    let request = &document["requests"][0];
    assert_eq!((&request["state"], &request["answer"]), (&json!("refused"), &json!("It is A1")));

    // Who looked, and what the operator says.
    let (none, document) = both(&trak, &["privacy", "access-log"], "trak.access_log.v1").await;
    assert!(none.starts_with("Nobody") && document["entries"] == json!([]), "{none}");
    server.asked_by(ADMIN.0, ADMIN.1, "api/positions").await;
    let (log, document) = both(&trak, &["privacy", "access-log"], "trak.access_log.v1").await;
    assert!(log.contains("Administrator"), "{log}");
    assert_eq!(document["entries"][0]["what"], "positions");
    let (notices, document) = both(&trak, &["privacy", "notices"], "trak.notices.v1").await;
    assert!(notices.starts_with('!') && notices.contains("Passwords were read"), "{notices}");
    let notice = &document["notices"][0];
    assert_eq!((&notice["title"]["zh-Hans"], &notice["acknowledged"]), (&json!("密码泄露"), &Value::Null));
    let acknowledged = trak.json(&["privacy", "notices", "--acknowledge", &notice["id"].to_string()]).await;
    assert!(acknowledged["notices"][0]["acknowledged"].is_string());

    // Erasing a part of one's own track.
    let done = trak.json(&["privacy", "erase", "PHONE-1", "--from", "1h"]).await;
    assert_eq!(done["done"]["erased"], 3);
    let (said, _) = trak.expect(0, &["privacy", "erase", "PHONE-1", "--from", "1h"]).await;
    assert!(said.starts_with("0 positions"), "{said}");

    // The end of the account, taken back, and of what is kept here.
    let wrong = trak.run(&["privacy", "cancel"], "wrong").await;
    assert_eq!(wrong.status.code(), Some(6));
    let done = trak.json(&["privacy", "cancel"]).await;
    assert!(done["done"]["done"] == false && done["done"]["deadline"].is_string(), "{done}");
    let (said, _) = trak.expect(0, &["privacy", "keep-account"]).await;
    assert!(said.contains("stays"), "{said}");
    let (said, _) = trak.expect(0, &["privacy", "cancel"]).await;
    assert!(said.contains("keep-account"), "{said}");
    assert_eq!(trak.json(&["privacy", "keep-account"]).await["done"]["cancelled"], false);
    let (said, _) = trak.expect(0, &["privacy", "erase-device"]).await;
    assert!(said.contains("erased"), "{said}");
    let left: Vec<String> = files(&trak.folder()).into_iter().filter(|name| name != "account.lock").collect();
    assert_eq!(left, Vec::<String>::new());
    trak.expect(4, &["privacy", "erase-device"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_ended_is_said_and_gone() {
    let folder = tempfile::tempdir().unwrap();
    let server = world(folder.path()).await;
    let trak = Trak::new(server.url());
    trak.expect(0, &["login"]).await;
    trak.expect(0, &["units"]).await;
    trak.expect(0, &["privacy", "cancel"]).await;
    server.administer(&["cancellation", "run", "--account", ACCOUNT]);
    let (_, said) = trak.expect(4, &["units"]).await;
    assert!(said.contains("The account has ended"), "{said}");
    let (_, said) = trak.expect(4, &["status"]).await;
    assert!(said.contains("The account has ended"), "{said}");
    let mut left: Vec<String> = files(&trak.folder());
    left.sort();
    assert_eq!(left, ["account.lock", "ended"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_finest_log_holds_no_place_name_or_secret() {
    let folder = tempfile::tempdir().unwrap();
    let server = world(folder.path()).await;
    let trak = Trak::new(server.url()).logging("trace");
    let track = folder.path().join("track.tsv");
    std::fs::write(&track, "121.456789\t31.234567\t0\n121.457789\t31.244567\t60\n").unwrap();
    trak.expect(0, &["login"]).await;
    let session = std::fs::read(trak.folder().join("keys/session")).unwrap();
    let session: Value = serde_json::from_slice(&session).unwrap();
    let token = session["token"].as_str().unwrap().to_owned();
    for words in [
        &["units"][..],
        &["unit", "My phone"],
        &["nearby", "31.22,121.4", "--radius", "5km"],
        &["history", "PHONE-1", "--from", "1h"],
        &["alerts"],
        &["watch", "--for", "1"],
        &["privacy", "give", "reporting"],
        &["report", "--as", "PHONE-1", "--replay", track.to_str().unwrap(), "--speed", "1000"],
        &["privacy", "notices"],
        &["privacy", "export", "--output", folder.path().join("mine.zip").to_str().unwrap()],
        &["privacy", "requests", "--field", "other", "--text", "Mr Li is my name"],
        &["logout", "--keep-cache"],
    ] {
        trak.expect(0, words).await;
    }
    let log = std::fs::read_to_string(trak.folder().join("trak.log")).unwrap();
    assert!(log.contains("DEBUG trak_core"), "the core's finest lines are there: {log}");
    let hidden = [
        "My phone",
        "PHONE-1",
        "Passwords were read",
        "密码泄露",
        "Mr Li is my name",
        ACCOUNT,
        PASSWORD,
        &token,
        "121.4",
        "31.2",
    ];
    for needle in hidden {
        let line = log.lines().find(|line| line.contains(needle));
        assert_eq!(line, None, "{needle}");
    }
}
