//! The record of consents outside the app: as a file that others check, as a copy at the server, and when it is damaged.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // helpers of a test

use std::collections::HashMap;
use std::path::PathBuf;

use serde_json::{Value, json};
use trak_core::decide::consent::ServerCopy;
use trak_core::engine::{QueryError, Trak, Unsent};
use trak_core::model::{ConsentAction, ConsentScreen, Purpose, Sha256Hash};
use trak_tests::server::Server;
use trak_tests::shell::{Phone, decision, sign_in, unpacked, until};

const ACCOUNT: &str = "li@example.com";

async fn server(folder: &tempfile::TempDir) -> Server {
    let server = Server::start(folder.path()).await;
    server.account(ACCOUNT, "secret-1").await;
    server
}

async fn signed_in(phone: &Phone, server: &Server) -> Trak {
    let trak = phone.open();
    sign_in(&trak, &server.url(), ACCOUNT, "secret-1").await.unwrap();
    trak
}

fn decide(trak: &Trak, purpose: Purpose, action: ConsentAction) {
    trak.decide(decision(purpose, action, ConsentScreen::PrivacyCentre), Unsent::Send).unwrap();
}

/// Checks a file as docs/consents.md says, with nothing of the core's own but SHA-256. Answers with the last hash.
fn checked(file: &[u8]) -> Result<String, String> {
    const MEMBERS: [&str; 12] = [
        "sequence",
        "previous",
        "purpose",
        "action",
        "policyVersion",
        "policySha256",
        "language",
        "utcMs",
        "monotonicMs",
        "bootId",
        "appVersion",
        "screen",
    ];
    let mut before = "0".repeat(64);
    for (line, number) in String::from_utf8(file.to_vec()).unwrap().lines().zip(1..) {
        let entry: HashMap<String, Value> = serde_json::from_str(line).map_err(|e| e.to_string())?;
        if entry.len() != MEMBERS.len() + 1 {
            return Err(format!("line {number}: other members"));
        }
        let texts = MEMBERS.map(|member| match &entry[member] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        if texts[0] != number.to_string() || texts[1] != before {
            return Err(format!("line {number}: does not follow"));
        }
        let hash = Sha256Hash::of(texts.join("\n").as_bytes()).to_hex();
        if entry["hash"] != json!(hash) {
            return Err(format!("line {number}: changed"));
        }
        before = hash;
    }
    Ok(before)
}

/// Where the phone keeps the record of the one account it has.
fn kept(phone: &Phone) -> PathBuf {
    let folder = phone.folder.path().join("consents");
    let mut files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.find(|path| path.extension().is_some_and(|ending| ending == "jsonl")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_gets_the_file_can_check_it_from_the_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(&folder).await;
    let phone = Phone::default();
    let trak = signed_in(&phone, &server).await;
    decide(&trak, Purpose::Push, ConsentAction::Withdrawn);
    let file = trak.consent_file().unwrap().unwrap();
    let record = trak.consent_record().unwrap().unwrap();
    assert_eq!(file.split(|byte| *byte == b'\n').count(), record.len() + 1, "a line ends each entry");
    assert_eq!(checked(&file), Ok(record.last().unwrap().hash.to_hex()));
    assert_eq!(
        unpacked(trak.copy_of_my_data().await.unwrap())["consents.jsonl"],
        file,
        "the copy's is the same"
    );

    let text = String::from_utf8(file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let first: HashMap<String, Value> = serde_json::from_str(lines[0]).unwrap();
    let without = |gone: usize| {
        let mut left = lines.clone();
        left.remove(gone);
        left.join("\n") + "\n"
    };
    let mut forged: Vec<(String, String)> = vec![
        ("the first line left out".to_owned(), without(0)),
        ("a line left out".to_owned(), without(2)),
        ("a line twice".to_owned(), format!("{}\n{text}", lines[0])),
        (
            "two lines changed places".to_owned(),
            text.replacen(&format!("{}\n{}", lines[1], lines[2]), &format!("{}\n{}", lines[2], lines[1]), 1),
        ),
    ];
    for (member, value) in first {
        let other = match &value {
            Value::String(text) if text.starts_with('1') => json!(format!("2{}", &text[1..])).to_string(),
            Value::String(text) => json!(format!("1{}", &text[1..])).to_string(),
            number => json!(number.as_i64().unwrap() + 1).to_string(),
        };
        let (from, to) = (format!("\"{member}\":{value}"), format!("\"{member}\":{other}"));
        forged.push((member, text.replacen(&from, &to, 1)));
    }
    assert_eq!(forged.len(), 4 + 13);
    for (what, forged) in forged {
        assert_ne!(forged, text, "{what}");
        assert!(checked(forged.as_bytes()).is_err(), "{what}");
    }
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_record_is_said_and_handed_out_as_it_was_found() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(&folder).await;
    let phone = Phone::default();
    let trak = signed_in(&phone, &server).await;
    assert!(!trak.consents().damaged);
    let forged =
        String::from_utf8(trak.consent_file().unwrap().unwrap()).unwrap().replace("given", "refused");
    std::fs::write(kept(&phone), &forged).unwrap();
    assert!(trak.consents().damaged);
    assert_eq!(trak.consent_file().unwrap(), None, "it is not handed out as if it were one");
    assert!(
        matches!(trak.copy_of_my_data().await, Err(QueryError::ConsentRequired)),
        "and not as an empty one"
    );
    // It counts for nothing: first the person agrees anew. Then the copy says what was found.
    decide(&trak, Purpose::Account, ConsentAction::Given);
    let files = unpacked(trak.copy_of_my_data().await.unwrap());
    assert_eq!(files["consents-damaged-1.jsonl"], forged.as_bytes());
    assert!(checked(&files["consents.jsonl"]).is_ok());
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let notes: Vec<(&str, bool)> = manifest["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| {
            (file["name"].as_str().unwrap(), file["note"].as_str().is_some_and(|n| n.contains("damaged")))
        })
        .filter(|(name, _)| name.starts_with("consents"))
        .collect();
    assert_eq!(notes, [("consents.jsonl", false), ("consents-damaged-1.jsonl", true)]);
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cut_off_the_end_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(&folder).await;
    let phone = Phone::default();
    let trak = signed_in(&phone, &server).await;
    decide(&trak, Purpose::Diagnostics, ConsentAction::Withdrawn);
    decide(&trak, Purpose::Push, ConsentAction::Withdrawn);
    until(&trak, "the copy", |t| (t.consents().server_copy == ServerCopy::Same).then_some(())).await;
    trak.shutdown().await;
    let file = std::fs::read_to_string(kept(&phone)).unwrap();
    let ends: Vec<usize> = file.match_indices('\n').map(|(at, _)| at + 1).collect();
    // The last two decisions: that of push took its collection with it.
    std::fs::write(kept(&phone), &file[..ends[ends.len() - 3]]).unwrap();

    let trak = phone.open();
    assert_eq!(trak.consents().server_copy, ServerCopy::Unknown);
    assert!(!trak.consents().damaged, "from within it cannot be seen");
    trak.start_live();
    let more = ServerCopy::HoldsMore { entries: 2 };
    until(&trak, "that the server holds more", |t| (t.consents().server_copy == more).then_some(())).await;
    decide(&trak, Purpose::LocationOnScreen, ConsentAction::Withdrawn);
    let differs = |t: &Trak| (t.consents().server_copy == ServerCopy::Differs).then_some(());
    until(&trak, "that both differ", differs).await;
    trak.shutdown().await;
    let there = server.asked_by(ACCOUNT, "secret-1", "api/trak/consents").await;
    assert_eq!(there[0]["entries"].as_array().unwrap().len(), ends.len(), "the server's is as it was");
}

/// The entries that the server keeps, of the one record that there is.
async fn there(server: &Server) -> Value {
    let mut records = server.asked_by(ACCOUNT, "secret-1", "api/trak/consents").await;
    assert_eq!(records.as_array().unwrap().len(), 1);
    records[0]["entries"].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_during_an_outage_reaches_the_server_after_it_once() {
    for restart in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let mut server = server(&folder).await;
        let phone = Phone::default();
        let mut trak = signed_in(&phone, &server).await;
        trak.start_live();
        let same = |t: &Trak| (t.consents().server_copy == ServerCopy::Same).then_some(());
        until(&trak, "the copy", same).await;
        server.stop().await;
        decide(&trak, Purpose::Push, ConsentAction::Withdrawn);
        let behind = |t: &Trak| (t.consents().server_copy == ServerCopy::Unknown).then_some(());
        until(&trak, "that it did not get through", behind).await;
        let here = trak.consent_record().unwrap().unwrap();
        if restart {
            trak.shutdown().await;
            trak = phone.open();
        }
        let server = Server::start_at(folder.path(), server.addr).await;
        trak.set_conditions(false, true);
        trak.set_conditions(true, true); // the network is back
        trak.start_live();
        until(&trak, "the copy again", same).await;
        assert_eq!(there(&server).await, json!(here));
        // Again nothing new: nothing is there twice.
        decide(&trak, Purpose::Push, ConsentAction::Given);
        until(&trak, "the copy of the next", |t| {
            let here = t.consent_record().unwrap().unwrap();
            (here.last().unwrap().action == ConsentAction::Given).then_some(())
        })
        .await;
        trak.shutdown().await;
        let here = phone_record(&phone);
        assert_eq!(there(&server).await, here);
    }
}

fn phone_record(phone: &Phone) -> Value {
    let text = std::fs::read_to_string(kept(phone)).unwrap();
    text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect()
}
