//! What is kept says nothing to whoever reads the disk.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn no_name_place_or_secret_stands_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(&folder).await;
    server.tell_of_read_passwords(ACCOUNT);
    let phone = Phone::default();
    let trak = phone.open();
    agree_to_everything(&trak);
    enter(&trak, &server.url(), ACCOUNT, "secret-1").await.unwrap();
    trak.refresh().await.unwrap();
    trak.set_conditions(false, true); // what is recorded waits in the outbox
    let start = now();
    trak.start_reporting(&ReportAs { unit_identifier: "PHONE-1".to_owned() }, &at(start, 0)).unwrap();
    let recorded: Vec<Fix> = (1..=6).map(|n| fix(start, n * 10_000)).collect();
    trak.record(&recorded, &at(start, 60_000)).unwrap();
    trak.set_conditions(true, true);
    assert_eq!(trak.notices().await.unwrap().len(), 1);
    let queued = trak.outbox_page(0).unwrap();
    assert!(!queued.is_empty());

    let session = phone.keys.load("session").unwrap().unwrap();
    let session: serde_json::Value = serde_json::from_slice(&session).unwrap();
    let token = session["token"].as_str().unwrap().to_owned();
    let mut needles: Vec<Vec<u8>> = [
        "My phone",
        "PHONE-1",
        "li@example",
        "secret-1",
        "121.4",
        "31.2",
        "127.0.0.1",
        "Passwords were read",
        "密码泄露",
        "Choose another",
        "请更换密码",
        &token,
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    // A token, a name or a place in another form is one all the same.
    needles.push("My phone".encode_utf16().flat_map(u16::to_le_bytes).collect());
    for place in queued.iter().map(|one| one.fix.place) {
        for degrees in [place.lat_deg(), place.lon_deg()] {
            needles.extend([degrees.to_le_bytes().to_vec(), degrees.to_be_bytes().to_vec()]);
            needles.push(degrees.to_string().into_bytes());
        }
    }
    let write_ahead = files_of(phone.folder.path()).into_iter().filter(|name| name.ends_with("-wal")).count();
    assert!(write_ahead >= 2, "the cache's and the outbox's are among what is searched");
    let running = phone.raw_bytes();
    trak.shutdown().await;
    for (when, bytes) in [("running", &running), ("closed", &phone.raw_bytes())] {
        assert!(bytes.len() > 50_000, "{}", bytes.len());
        for needle in &needles {
            let found = bytes.windows(needle.len()).any(|window| window == needle);
            assert!(!found, "{when}: {}", String::from_utf8_lossy(needle));
        }
    }
}

fn files_of(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .flat_map(|entry| match entry.path() {
            path if path.is_dir() => files_of(&path),
            path => vec![path.to_string_lossy().into_owned()],
        })
        .collect()
}
