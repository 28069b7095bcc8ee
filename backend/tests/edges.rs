//! Bad input and guessing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs)]

mod common;

use std::time::{Duration, Instant};

use common::{Server, account};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use trak_backend::Rate;

#[tokio::test(flavor = "multi_thread")]
async fn odd_uploads_are_answered_with_a_code_and_never_become_the_latest_position() {
    let server = Server::start().await;
    for body in
        [json!({"name": "Van", "uniqueId": "V1"}), json!({"name": "Off", "uniqueId": "V2", "disabled": true})]
    {
        server.admin(Method::POST, "/api/devices", body).await;
    }
    assert_eq!(server.upload("id=V1&lat=31.5&lon=121.5&timestamp=1795577580").await, 200);
    for (query, status) in [
        ("", 400),
        ("id=V1&lat=131&lon=1", 400),
        ("id=V1&lat=abc&lon=1", 400),
        ("id=V1&lat=NaN&lon=1", 400),
        ("id=V1&lat=1", 400),
        ("id=V1&lat=1&lon=inf", 400),
        ("id=V1&lat=1&lon=1&timestamp=yesterday", 400),
        ("id=V1&lat=1&lon=1&timestamp=-1", 400),
        ("id=V1&lat=1&lon=1&timestamp=9223372036854775807", 400),
        ("id=NOPE&lat=1&lon=1", 400),
        ("id=V2&lat=1&lon=1", 400),
        ("id=V1", 200),
        ("id=V1&lat=1&lon=1&timestamp=1795570000", 200), // older
        ("id=V1&lat=2&lon=2&timestamp=1795577887", 200), // 301 s ahead
        ("id=V1&lat=3&lon=3&timestamp=4000000000", 200), // the year 2096
        ("id=V1&lat=0&lon=0&timestamp=1795577585", 200), // no fix, as some receivers write it
        ("id=V1&lat=4&lon=4&timestamp=315964800", 200),  // the epoch of GPS: a receiver without a date
    ] {
        assert_eq!(server.upload(query).await, status, "{query}");
    }
    for body in
        ["", "[]", "{", "null", "{\"device_id\":\"V1\"}", "{\"device_id\":1,\"location\":[]}", "\u{0}"]
    {
        let post = server.http.post(&server.url).header("Content-Type", "application/json").body(body);
        let answer = post.send().await.unwrap();
        assert_eq!(answer.status(), 400, "{body}");
        let told: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        assert!(told["error"].is_string(), "{told}");
    }
    let (_, latest) =
        server.api(("admin@example.com", "admin"), Method::GET, "/api/positions?deviceId=1", None).await;
    assert_eq!(latest[0]["latitude"], 31.5);
    let large = server.http.post(format!("{}/?id=V1", server.url)).body("x".repeat(2 << 20));
    assert_eq!(large.send().await.unwrap().status(), 413);
}

/// Everything of unit 1, oldest first.
async fn history(server: &Server) -> Vec<Value> {
    let path = "/api/positions?deviceId=1&from=1970-01-02T00:00:00Z&to=2099-01-01T00:00:00Z";
    let (_, all) = server.api(("admin@example.com", "admin"), Method::GET, path, None).await;
    all.as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_position_moves_nothing_but_what_else_it_says_counts() {
    let admin = ("admin@example.com", "admin");
    let server = Server::start().await;
    server.admin(Method::POST, "/api/devices", json!({"name": "Van", "uniqueId": "V1"})).await;
    let depot = json!({"name": "Depot", "area": "CIRCLE (31.23 121.47, 300)"});
    server.admin(Method::POST, "/api/geofences", depot).await;
    server.admin(Method::POST, "/api/permissions", json!({"deviceId": 1, "geofenceId": 1})).await;
    for query in [
        "lat=31.23&lon=121.47&timestamp=1795577500",
        "lat=31.23&lon=121.47&timestamp=1795577510",
        "lat=0&lon=0&timestamp=1795577520&alarm=sos",
        "lat=0&lon=0&timestamp=1795577530",
        "lat=31.23&lon=121.47&timestamp=315964801&alarm=powerCut",
        "lat=31.2301&lon=121.47&timestamp=1795577540",
        "lat=31.23&lon=121.47&timestamp=1795577535", // late, after one that is none
    ] {
        assert_eq!(server.upload(&format!("id=V1&speed=0&{query}")).await, 200, "{query}");
    }
    let (_, latest) = server.api(admin, Method::GET, "/api/positions?deviceId=1", None).await;
    assert_eq!(latest[0]["latitude"], 31.2301);
    let total = latest[0]["attributes"]["totalDistance"].as_f64().unwrap();
    assert!((10.0..12.0).contains(&total), "the way between two places, {total} m");
    let all = history(&server).await;
    assert_eq!(all.len(), 7, "nothing is lost");
    for position in &all {
        let way = position["attributes"]["distance"].as_f64().unwrap();
        assert!(way < 12.0, "{position}");
        let place = position["latitude"].as_f64().unwrap() > 31.0
            && !position["fixTime"].as_str().unwrap().starts_with("1980");
        assert_eq!(position["valid"], place, "nobody vouches for what is none");
    }
    let path = "/api/reports/events?deviceId=1&from=2026-11-25T03:00:00Z&to=2026-11-25T04:00:00Z";
    let (_, events) = server.api(admin, Method::GET, path, None).await;
    let kinds: Vec<&str> = events.as_array().unwrap().iter().map(|e| e["type"].as_str().unwrap()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "alarm").count(), 2, "{kinds:?}");
    assert!(!kinds.iter().any(|kind| kind.starts_with("geofence")), "{kinds:?}");
    // Erasing does not make one of them the newest.
    let range = json!({"deviceId": 1, "from": "2026-11-25T03:32:10Z", "to": "2026-11-25T03:33:00Z"});
    let (status, _) = server.api(admin, Method::DELETE, "/api/trak/positions", Some(range)).await;
    assert_eq!(status, 200);
    let left = history(&server).await;
    let (_, latest) = server.api(admin, Method::GET, "/api/positions?deviceId=1", None).await;
    assert_eq!(latest[0]["fixTime"], "2026-11-25T03:31:50.000+00:00", "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_whose_weeks_begin_anew_goes_on_and_its_own_time_is_kept() {
    let server = Server::start().await;
    server.admin(Method::POST, "/api/devices", json!({"name": "Van", "uniqueId": "V1"})).await;
    let rollover_s = 1_024 * 7 * 86_400;
    for (at, latitude) in
        [(1_795_577_560, 31.0), (1_795_577_570 - rollover_s, 31.1), (1_795_577_580 - rollover_s, 31.2)]
    {
        assert_eq!(server.upload(&format!("id=V1&lat={latitude}&lon=121&timestamp={at}")).await, 200);
    }
    let (_, latest) =
        server.api(("admin@example.com", "admin"), Method::GET, "/api/positions?deviceId=1", None).await;
    assert_eq!(latest[0]["latitude"], 31.2);
    assert_eq!(latest[0]["fixTime"], "2026-11-25T03:33:00.000+00:00");
    assert_eq!(latest[0]["deviceTime"], "2007-04-11T03:33:00.000+00:00");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_over_many_units_has_a_limit_too() {
    let server = Server::start_with(|config| config.report_rows = 5).await;
    for n in 1..=3 {
        server.admin(Method::POST, "/api/devices", json!({"name": "Van", "uniqueId": format!("V{n}")})).await;
        for at in 0..2 {
            let query = format!("id=V{n}&lat=31&lon=121.{at}&timestamp={}", 1_795_577_500 + at);
            assert_eq!(server.upload(&query).await, 200);
        }
    }
    let range = "from=2026-11-25T03:00:00Z&to=2026-11-25T04:00:00Z";
    let ask = async |path: &str| {
        let path = format!("/api/reports/{path}&{range}");
        server.api(("admin@example.com", "admin"), Method::GET, &path, None).await
    };
    for path in ["route?deviceId=1&deviceId=2", "summary?deviceId=1&deviceId=2&deviceId=3"] {
        assert_eq!(ask(path).await.0, 200, "{path}");
    }
    for path in ["route?", "combined?"] {
        let (status, told) = ask(path).await;
        assert_eq!((status, &told["error"]), (400, &json!("rangeTooLarge")), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_reaches_who_still_sends_and_the_connection_serves_the_next_request() {
    let server = Server::start().await;
    let place = server.url.strip_prefix("http://").unwrap();
    let head = |length: usize| {
        format!("PUT /api/trak/push/x HTTP/1.1\r\nHost: {place}\r\nContent-Length: {length}\r\n\r\n")
    };
    let mut line = tokio::net::TcpStream::connect(place).await.unwrap();
    for _ in 0..20 {
        line.write_all(head(2).as_bytes()).await.unwrap(); // 401 can be known from this alone
        tokio::task::yield_now().await;
        line.write_all(b"{}").await.unwrap();
        assert!(answered(&mut line).await.starts_with("HTTP/1.1 401"));
    }
    line.write_all(head(3 << 20).as_bytes()).await.unwrap();
    line.write_all(&vec![b'x'; 3 << 20]).await.unwrap();
    let refused = answered(&mut line).await;
    assert!(refused.starts_with("HTTP/1.1 413") && refused.contains("connection: close"), "{refused}");
}

/// One answer: its head and the little body that refusals have.
async fn answered(line: &mut tokio::net::TcpStream) -> String {
    let mut told = String::new();
    while !told.contains('}') {
        let mut part = [0; 1_024];
        let size = line.read(&mut part).await.unwrap();
        assert_ne!(size, 0, "closed after: {told}");
        told += std::str::from_utf8(&part[..size]).unwrap();
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_a_password_must_wait_and_the_right_one_works_afterwards() {
    let server = Server::start().await;
    account(server.running(), "a@example.com", "A", "right", false);
    let sign_in = async |password: &str| {
        let form = [("email", "a@example.com"), ("password", password)];
        server.http.post(format!("{}/api/session", server.url)).form(&form).send().await.unwrap()
    };
    for _ in 0..8 {
        assert_eq!(sign_in("wrong").await.status(), 401);
    }
    let refused = sign_in("right").await;
    assert_eq!(refused.status(), 429);
    let wait_s: i64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(wait_s >= 1);
    server.advance(wait_s * 1_000);
    assert_eq!(sign_in("right").await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_at_many_accounts_from_one_address_must_wait_in_either_way_of_signing_in() {
    let server = Server::start().await;
    account(server.running(), "a@example.com", "A", "right", false);
    let ask = async |name: &str, password: &str, from: &str| {
        let request = server.http.get(format!("{}/api/devices", server.url)).basic_auth(name, Some(password));
        request.header("X-Forwarded-For", from).send().await.unwrap().status().as_u16()
    };
    for n in 0..40 {
        assert_eq!(ask(&format!("nobody-{n}@example.com"), "guess", &format!("2001:db8::{n}")).await, 401);
    }
    assert_eq!(ask("a@example.com", "right", "2001:db8::ffff").await, 429, "a household is one address");
    assert_eq!(ask("a@example.com", "right", "203.0.113.9").await, 200, "the account itself is not held up");
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_account_is_refused_and_an_upload_credential_is_asked_for_but_never_shown() {
    let server = Server::start().await;
    let admin = ("admin@example.com", "admin");
    let (status, _) =
        server.api(admin, Method::PUT, "/api/users/1", Some(json!({"id": 1, "attributes": {}}))).await;
    assert_eq!(status, 400);
    let body =
        json!({"name": "Van", "uniqueId": "V1", "attributes": {"uploadCredential": "s3cret", "plate": "A1"}});
    let made = server.admin(Method::POST, "/api/devices", body).await;
    assert_eq!(made["attributes"], json!({"plate": "A1"}));
    server.admin(Method::PUT, "/api/devices/1", made).await; // written back as it was shown
    for (query, status) in
        [("id=V1&lat=1&lon=1", 401), ("id=V1&lat=1&lon=1&key=no", 401), ("id=V1&lat=1&lon=1&key=s3cret", 200)]
    {
        assert_eq!(server.upload(query).await, status, "{query}");
    }
    for path in ["/api/devices", "/api/positions", "/api/trak/fleet", "/api/trak/fleet?form=columns"] {
        let (_, shown) = server.api(admin, Method::GET, path, None).await;
        assert!(!shown.to_string().contains("s3cret"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_asks_too_much_must_wait_and_the_others_need_not() {
    let server = Server::start_with(|config| config.requests = Rate { per_second: 1, burst: 3 }).await;
    let ask = async |from: Option<&str>| {
        let request = server.http.get(format!("{}/api/health", server.url));
        let request = from.into_iter().fold(request, |request, from| request.header("X-Forwarded-For", from));
        request.send().await.unwrap()
    };
    for _ in 0..3 {
        assert_eq!(ask(Some("203.0.113.9")).await.status(), 200);
    }
    let refused = ask(Some("203.0.113.9")).await;
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (429, "1"));
    // What a caller writes itself stands before what the proxy appends.
    assert_eq!(ask(Some("198.51.100.1, 203.0.113.9")).await.status(), 429);
    assert_eq!(ask(Some("203.0.113.9, 198.51.100.1")).await.status(), 200);
    for _ in 0..10 {
        assert_eq!(ask(None).await.status(), 200, "a program of the same machine");
    }
    server.advance(1_000);
    assert_eq!(ask(Some("203.0.113.9")).await.status(), 200);
    assert_eq!(ask(Some("203.0.113.9")).await.status(), 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_says_nothing_or_too_much_is_let_go() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let server = Server::start_with(|config| config.head_timeout = Duration::from_millis(200)).await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let begun = Instant::now();
    for said in ["", "GET /api/health HTTP/1.1\r\nHost: x\r\n"] {
        let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        stream.write_all(said.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer))
            .await
            .unwrap()
            .unwrap();
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{said}: {answer}");
    }
    assert!(begun.elapsed() >= Duration::from_millis(200));
    let long = server.http.get(format!("{}/api/health", server.url)).header("X-Long", "x".repeat(100_000));
    // The connection may be gone before the whole head is sent.
    let status = long.send().await.map_or(431, |answer| answer.status().as_u16());
    assert_eq!(status, 431);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_a_name_to_sign_in_with_that_is_anothers_or_a_number() {
    let server = Server::start().await;
    account(server.running(), "a@example.com", "A", "p", false);
    account(server.running(), "b@example.com", "B", "p", false);
    let b = ("b@example.com", "p");
    let put = async |login: &str, email: &str| {
        let (_, mut user) = server.api(b, Method::GET, "/api/users/3", None).await;
        user["login"] = json!(login);
        user["email"] = json!(email);
        server.api(b, Method::PUT, "/api/users/3", Some(user)).await.0
    };
    for login in ["a@example.com", "A@example.com ", "2", "13800138000", &"x".repeat(321)] {
        assert_eq!(put(login, b.0).await, 400, "{login}");
    }
    assert_eq!(put("bee", b.0).await, 200);
    assert_eq!(put("b@example.com", b.0).await, 200, "both names may be the same");
    assert_eq!(put("bee", b.0).await, 200);
    for email in ["bee", "a@example.com", "4"] {
        let body = json!({"name": "C", "email": email, "password": "p"});
        let (status, _) =
            server.api(("admin@example.com", "admin"), Method::POST, "/api/users", Some(body)).await;
        assert_eq!(status, 400, "{email}");
    }
    // The command line takes nothing for another: an identifier may be a number.
    for (name, identifier) in [("One", "V1"), ("Two", "1")] {
        server.admin(Method::POST, "/api/devices", json!({"name": name, "uniqueId": identifier})).await;
    }
    for (unit, done) in [("1", false), ("V1", true), ("2", true), ("9", false)] {
        let ran = std::process::Command::new(env!("CARGO_BIN_EXE_trak-backend"))
            .arg("--database")
            .arg(Server::database_in(server.folder.path()))
            .args(["unit", "credential", unit])
            .output()
            .unwrap();
        assert_eq!(ran.status.success(), done, "{unit}: {}", String::from_utf8_lossy(&ran.stderr));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_does_not_lift_its_own_limits() {
    let server = Server::start().await;
    account(server.running(), "a@example.com", "A", "p", false);
    let admin = ("admin@example.com", "admin");
    let limits = ["deviceReadonly", "fixedEmail", "limitCommands", "disableReports", "temporary"];
    let (_, mut user) = server.api(admin, Method::GET, "/api/users/2", None).await;
    for limit in limits {
        user[limit] = json!(true);
    }
    let user = server.admin(Method::PUT, "/api/users/2", user).await;
    let put = async |name: &str, value: Value| {
        let mut user = user.clone();
        user[name] = value;
        server.api(("a@example.com", "p"), Method::PUT, "/api/users/2", Some(user)).await
    };
    for limit in limits {
        assert_eq!(put(limit, json!(false)).await.0, 400, "{limit}");
    }
    assert_eq!(put("email", json!("other@example.com")).await.0, 400);
    assert_eq!(put("phone", json!("1")).await.0, 200);
    // A new password takes long: an administrator who disables the account meanwhile is not undone.
    let slow = async { put("password", json!("new")).await.0 };
    let disable = async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        let db = server.running().state.db.clone();
        let mut user = db.user(2).unwrap().unwrap();
        user.disabled = true;
        db.update_user(&user, None).unwrap();
    };
    tokio::join!(slow, disable);
    assert!(server.running().state.db.user(2).unwrap().unwrap().disabled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_that_is_no_text_protects_and_attributes_have_a_bound() {
    let server = Server::start().await;
    let admin = ("admin@example.com", "admin");
    for credential in [json!(12), json!(null), json!({})] {
        let body = json!({"name": "Van", "uniqueId": "V1", "attributes": {"uploadCredential": credential}});
        let (status, told) = server.api(admin, Method::POST, "/api/devices", Some(body)).await;
        assert_eq!((status, &told["error"]), (400, &json!("uploadCredential")));
    }
    let body = json!({"name": "Van", "uniqueId": "V1"});
    server.admin(Method::POST, "/api/devices", body).await;
    let large = format!("id=V1&lat=1&lon=1&note={}", "x".repeat(17_000));
    let answer = server.http.post(&server.url).body(large).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.text().await.unwrap().as_str()),
        (400, r#"{"error":"attributes"}"#)
    );
    let fix = json!({"id": "0193624e-7d4c-7f3a-9c6e-0d7c1f6a2b11", "uniqueId": "V1", "latitude": 1, "longitude": 1,
        "fixTime": "2026-11-25T03:33:05Z", "attributes": {"note": "x".repeat(17_000)}});
    let (_, told) = server.api(admin, Method::POST, "/api/trak/fixes", Some(json!({ "fixes": [fix] }))).await;
    assert_eq!(told["results"][0]["code"], "badFix");
    assert_eq!(history(&server).await.len(), 0);
    // As an older version took it.
    let db = &server.running().state.db;
    let mut unit = db.device(1).unwrap().unwrap();
    unit.attributes.insert("uploadCredential".into(), json!(12));
    db.update_device(&unit).unwrap();
    for query in ["id=V1&lat=1&lon=1", "id=V1&lat=1&lon=1&key=12"] {
        assert_eq!(server.upload(query).await, 401, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_ahead_does_not_hold_the_newest_place_back() {
    let server = Server::start().await;
    server.admin(Method::POST, "/api/devices", json!({"name": "Van", "uniqueId": "V1"})).await;
    server.advance(86_400_000);
    assert_eq!(server.upload("id=V1&lat=30&lon=121").await, 200);
    server.advance(-86_400_000);
    for latitude in ["31", "32"] {
        assert_eq!(server.upload(&format!("id=V1&lat={latitude}&lon=121")).await, 200);
        let (_, latest) =
            server.api(("admin@example.com", "admin"), Method::GET, "/api/positions?deviceId=1", None).await;
        assert_eq!(latest[0]["latitude"].to_string(), format!("{latitude}.0"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_guesses_at_once_are_no_more_than_one_after_another() {
    let server = Server::start().await;
    account(server.running(), "a@example.com", "A", "right", false);
    let ask = |name: String, password: &'static str| {
        let request = server.http.post(format!("{}/api/session", server.url));
        let request = request.form(&[("email", name.as_str()), ("password", password)]);
        tokio::spawn(async move { request.send().await.unwrap().status().as_u16() })
    };
    let mut asked: Vec<_> = (0..60).map(|_| ask("a@example.com".to_owned(), "wrong")).collect();
    let mut tested = 0;
    for answer in asked.drain(..) {
        match answer.await.unwrap() {
            401 => tested += 1,
            status => assert_eq!(status, 429),
        }
    }
    assert_eq!(tested, 8);
    server.advance(20 * 60_000);
    // Right ones hold nobody up, however many there are at once.
    let mut asked: Vec<_> = (0..60).map(|_| ask("a@example.com".to_owned(), "right")).collect();
    for answer in asked.drain(..) {
        assert_eq!(answer.await.unwrap(), 200);
    }
    assert_eq!(ask("x".repeat(100_000), "wrong").await.unwrap(), 401);
}
