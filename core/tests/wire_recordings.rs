//! The recorded answers of a real Traccar server, replayed to the client over loopback: what a person is told, and
//! what reaches the fleet. The recordings stand outside of the repository; without them each test says so and passes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use futures_util::SinkExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;
use trak_core::model::{
    Clock, ClockReading, EventKind, GroupId, LatLon, LinkState, Secret, ServerAddress, Shape, UnitId, UtcMs,
};
use trak_core::traccar::address::{Cleartext, parse};
use trak_core::traccar::socket::SocketError;
use trak_core::traccar::tls::TlsPolicy;
use trak_core::traccar::{ApiError, Client, SignInError, decode};

const PASSWORD: &str = "pass-word-that-shows-nowhere";
const TOKEN: &str = "token-that-shows-nowhere";

struct StoppedClock;
impl Clock for StoppedClock {
    fn read(&self) -> ClockReading {
        ClockReading { wall: UtcMs(1_795_577_586_000), monotonic_ms: 5 }
    }
}

/// One recorded answer; lengths and framing are the replaying server's own.
#[derive(Clone, Debug, Default)]
struct Answer {
    status: String,
    headers: Vec<String>,
    body: String,
}

impl Answer {
    fn json(body: impl Into<String>) -> Self {
        Self { status: "200 OK".into(), headers: vec![], body: body.into() }
    }
    fn with(mut self, header: &str) -> Self {
        self.headers.push(header.into());
        self
    }
}

fn recordings_folder() -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/reference/traccar"));
    let there = folder.is_dir();
    if !there {
        println!("skipped: no recordings beside the repository");
    }
    there.then_some(folder)
}

/// The answers of one file by the heading they stand under.
fn recorded(file: &str) -> Option<HashMap<String, Answer>> {
    let text = std::fs::read_to_string(recordings_folder()?.join(file)).unwrap();
    let mut answers = HashMap::new();
    for section in text.split("\n## ") {
        let title = section.lines().next().unwrap().trim_start_matches("## ").to_owned();
        let Some((_, block)) = section.split_once("\nHTTP/1.1 ") else { continue };
        let block = block.rsplit_once("\n```").map_or(block, |(block, _)| block);
        let (head, body) = block.split_once("\n\n").unwrap_or((block, ""));
        let mut head = head.lines().map(str::to_owned);
        let status = head.next().unwrap();
        let ours = ["content-length:", "transfer-encoding:"];
        let headers = head.filter(|h| !ours.iter().any(|o| h.to_ascii_lowercase().starts_with(o))).collect();
        answers.insert(title, Answer { status, headers, body: body.to_owned() });
    }
    Some(answers)
}

/// The recorder cut long lists: the elements before the cut make a list again.
fn whole_elements(answer: &Answer) -> Answer {
    let (whole, _) = answer.body.rsplit_once("},{\"id\"").unwrap();
    Answer { body: format!("{whole}}}]"), ..answer.clone() }
}

/// Answers the requests it gets with `answers`, in turn, and keeps what was asked.
async fn serve(answers: Vec<Answer>) -> (ServerAddress, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            let mut chunk = [0_u8; 4_096];
            loop {
                let read = stream.read(&mut chunk).await.unwrap();
                request.extend_from_slice(&chunk[..read]);
                let text = String::from_utf8_lossy(&request).to_string();
                let Some((head, body)) = text.split_once("\r\n\r\n") else {
                    assert!(read > 0, "a whole request");
                    continue;
                };
                let length = head.lines().find_map(|line| {
                    let (name, value) = line.split_once(':')?;
                    name.eq_ignore_ascii_case("content-length")
                        .then(|| value.trim().parse::<usize>().unwrap())
                });
                if body.len() >= length.unwrap_or(0) {
                    kept.lock().unwrap().push(text);
                    break;
                }
            }
            let mut head = format!("HTTP/1.1 {}\r\nConnection: close\r\n", answer.status);
            for header in &answer.headers {
                head += &format!("{header}\r\n");
            }
            if !answer.status.starts_with("204") {
                head += &format!("Content-Length: {}\r\n", answer.body.len());
            }
            stream.write_all(format!("{head}\r\n{}", answer.body).as_bytes()).await.ok();
            stream.shutdown().await.ok();
        }
    });
    (parse(&address, Cleartext::Refuse).unwrap(), asked)
}

fn client(address: ServerAddress) -> Client {
    Client::new(address, &TlsPolicy::default(), Arc::new(StoppedClock), Arc::new(|| true)).unwrap()
}

async fn sign_in(answers: Vec<Answer>, code: Option<&str>) -> (Result<String, SignInError>, Vec<String>) {
    let (address, asked) = serve(answers).await;
    let code = code.map(Secret::new);
    let result = client(address)
        .sign_in(" admin@example.com ", &Secret::new(PASSWORD), code.as_ref(), UtcMs(1_800_000_000_000))
        .await
        .map(|signed_in| {
            assert_eq!(signed_in.account.id, 1);
            assert!(!format!("{signed_in:?}").contains(signed_in.token.expose()), "a log tells no token");
            signed_in.token.expose().to_owned()
        });
    let asked = asked.lock().unwrap().clone();
    (result, asked)
}

#[tokio::test]
async fn a_good_sign_in_ends_with_a_token_and_gives_the_cookie_back() {
    let Some(session) = recorded("01-session.md") else { return };
    let answers = vec![
        session["login ok"].clone().with("Date: Wed, 25 Nov 2026 03:32:28 GMT"),
        session["token with expiration"].clone(),
        session["logout"].clone(),
    ];
    let (token, asked) = sign_in(answers, None).await;
    assert_eq!(token.as_deref(), Ok(session["token with expiration"].body.as_str()));
    assert!(asked[0].starts_with("POST /api/session HTTP"));
    assert!(asked[0].contains("email=admin%40example.com"), "without the spaces that a keyboard adds");
    assert!(!asked[0].to_ascii_lowercase().contains("cookie:"));
    assert!(asked[1].starts_with("POST /api/session/token HTTP") && asked[1].contains("JSESSIONID=node0"));
    assert!(asked[1].contains("expiration=2027-01-15T08"));
    assert!(asked[2].starts_with("DELETE /api/session HTTP"));
    assert_eq!(asked.len(), 3, "nothing else is asked");
}

#[tokio::test]
async fn every_refusal_has_its_own_name() {
    let (Some(session), Some(users)) = (recorded("01-session.md"), recorded("02-users.md")) else { return };
    let page = Answer::json("<html>Welcome to the hotel</html>").with("Content-Type: text/html");
    let moved = |to: &str| {
        Answer { status: "302 Found".into(), ..Answer::default() }.with(&format!("Location: {to}"))
    };
    let status = |line: &str| Answer { status: line.into(), ..Answer::default() };
    let table = [
        ("wrong password", &session["login wrong password"], None, SignInError::WrongPassword),
        ("unknown account", &session["login unknown user"], None, SignInError::WrongPassword),
        ("disabled", &users["login disabled user"], None, SignInError::Disabled),
        ("expired", &users["login expired user"], None, SignInError::Expired),
        ("code needed", &users["login TOTP user without code"], None, SignInError::CodeNeeded),
        ("wrong code", &users["login TOTP user, wrong code"], Some("123"), SignInError::WrongCode),
        ("code in letters", &users["login TOTP user, non-number code"], Some("abc"), SignInError::WrongCode),
        (
            "too many",
            &status("429 Too Many").with("Retry-After: 7"),
            None,
            SignInError::TooManyTries { retry_after_s: 7 },
        ),
        ("other program", &session["404 path"], None, SignInError::NotATrackingServer),
        ("captive portal", &page, None, SignInError::NotATrackingServer),
        ("elsewhere", &moved("http://127.0.0.1:1/"), None, SignInError::NotATrackingServer),
        ("down", &status("502 Bad Gateway"), None, SignInError::ServerTrouble { status: 502 }),
    ];
    for (what, answer, code, expected) in table {
        let (result, asked) = sign_in(vec![answer.clone()], code).await;
        assert_eq!(result, Err(expected), "{what}");
        assert_eq!(asked.len(), 1, "{what}: nothing follows a refusal");
        let told = format!("{expected} {expected:?}");
        assert!(!told.contains(PASSWORD) && !told.contains("admin"), "{what}: {told}");
    }
}

#[tokio::test]
async fn nobody_there_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = parse(&format!("http://{}", listener.local_addr().unwrap()), Cleartext::Refuse).unwrap();
    drop(listener);
    let client = client(address);
    let refused = client.sign_in("a", &Secret::new(PASSWORD), None, UtcMs(0)).await.unwrap_err();
    assert_eq!(refused, SignInError::NoConnection);
    assert_eq!(client.server_info().await, Err(ApiError::Offline));
    let socket = client.open_stream(&Secret::new(TOKEN)).await;
    assert_eq!(socket.err(), Some(SocketError::Offline));
}

#[tokio::test]
async fn a_token_that_ended_and_a_thing_that_is_not_allowed_are_told_apart() {
    let (Some(session), Some(users)) = (recorded("01-session.md"), recorded("02-users.md")) else { return };
    let table = [
        ("expired", &session["GET devices, expired Bearer"], ApiError::SignedOut),
        ("revoked", &session["GET devices, revoked Bearer"], ApiError::SignedOut),
        ("garbled", &session["GET devices, garbage Bearer"], ApiError::SignedOut),
        ("not allowed", &users["GET other user (id 1)"], ApiError::Denied),
        ("not there", &session["404 path"], ApiError::NotFound),
    ];
    for (what, answer, expected) in table {
        let (address, asked) = serve(vec![answer.clone()]).await;
        let answer = client(address).history(&Secret::new(TOKEN), UnitId(7), UtcMs(0), UtcMs(1)).await;
        assert_eq!(answer, Err(expected), "{what}");
        assert!(asked.lock().unwrap()[0].to_ascii_lowercase().contains("authorization: bearer "));
    }
}

#[tokio::test]
async fn plain_traccar_gives_the_fleet_by_its_three_lists() {
    let (Some(session), Some(devices), Some(reports)) =
        (recorded("01-session.md"), recorded("03-devices.md"), recorded("06-reports-exports.md"))
    else {
        return;
    };
    let answers = vec![
        session["server info, anonymous"].clone(),
        devices["keyword=li lei (contact)"].clone().with("Date: Wed, 25 Nov 2026 03:32:28 GMT"),
        Answer::json(format!("[{},{}]", devices["create group"].body, devices["create sub group"].body)),
        whole_elements(&reports["history JSON"]),
    ];
    let (address, _) = serve(answers).await;
    let snapshot = client(address).snapshot(&Secret::new(TOKEN), None).await.unwrap();
    assert!(snapshot.full && snapshot.cursor.is_none() && snapshot.rejected == 0);
    let unit = &snapshot.units[0];
    assert_eq!((unit.id, unit.name.as_str(), unit.unique_id.as_str()), (UnitId(1), "Van 1", "VAN-001"));
    assert_eq!(
        (unit.group_id, unit.contact.as_deref(), unit.link),
        (GroupId(2), Some("Li Lei"), LinkState::Offline)
    );
    assert_eq!(unit.last_update, None);
    assert!(unit.unknown_json.contains("\"calendarId\":0"), "kept for a later write");
    let groups = snapshot.groups.unwrap();
    assert_eq!(
        (groups[1].id, groups[1].parent_id, groups[1].name.as_str()),
        (GroupId(2), GroupId(1), "Fleet A / North")
    );
    let first = &snapshot.positions[0];
    assert_eq!(first.id.0, 39);
    assert_eq!(first.fix_time, UtcMs::parse("2026-11-24T22:07:24Z").unwrap());
    assert!(
        (first.speed_mps.unwrap() - 25.0 * 1852.0 / 3600.0).abs() < 1e-12,
        "knots became metres per second"
    );
    assert_eq!((first.accuracy_m, first.course_deg), (Some(5.0), Some(45.0)));
    let place = first.place.unwrap();
    assert!((place.lat_deg() - 31.201).abs() < 1e-12 && (place.lon_deg() - 121.4012).abs() < 1e-12);
    let sample = snapshot.clock.unwrap();
    assert_eq!(sample.date, UtcMs::parse("2026-11-25T03:32:28Z").unwrap());
}

#[tokio::test]
async fn a_redirect_never_takes_the_token_elsewhere() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = format!("Location: http://{}/api/positions", elsewhere.local_addr().unwrap());
    let (address, _) =
        serve(vec![Answer { status: "307 Temporary".into(), ..Answer::default() }.with(&to)]).await;
    let answer = client(address).history(&Secret::new(TOKEN), UnitId(7), UtcMs(0), UtcMs(1)).await;
    assert!(answer.is_err());
    let came = tokio::time::timeout(std::time::Duration::from_millis(50), elsewhere.accept()).await;
    assert!(came.is_err(), "nobody asked there");
}

#[tokio::test]
async fn an_answer_without_end_is_given_up() {
    let (address, _) = serve(vec![Answer::json("x".repeat(9 << 20))]).await;
    assert_eq!(client(address).server_info().await, Err(ApiError::Unreadable));
}

/// The frames of a recorded stream: `  0.43s 16 {"positions":[]}`; those cut short by the recorder left out.
fn recorded_frames(file: &str) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(recordings_folder()?.join(file)).unwrap();
    let frames = text.lines().filter_map(|line| {
        let mut parts = line.trim_start().splitn(3, ' ');
        let (_, length, frame) = (parts.next()?.strip_suffix('s')?, parts.next()?, parts.next()?);
        (length.parse::<usize>().ok()? == frame.chars().count()).then(|| frame.to_owned())
    });
    Some(frames.collect())
}

#[tokio::test]
async fn the_live_stream_arrives_frame_by_frame() {
    use EventKind::{Alarm, GeofenceEnter, GeofenceExit, Online, Overspeed};
    let Some(frames) = recorded_frames("ws-events.txt") else { return };
    assert!(frames.len() > 15);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = parse(&format!("http://{}", listener.local_addr().unwrap()), Cleartext::Refuse).unwrap();
    let sent = frames.clone();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
        for frame in sent {
            socket.send(Message::text(frame)).await.unwrap();
        }
        socket.close(None).await.ok();
    });
    let mut socket = client(address.clone()).open_stream(&Secret::new(TOKEN)).await.unwrap();
    let (mut kinds, mut positions, mut units) = (Vec::new(), 0, 0);
    for _ in &frames {
        let frame = socket.next().await.unwrap();
        assert!(frame.devices.rejected.is_empty() && frame.positions.rejected.is_empty());
        assert!(frame.events.rejected.is_empty());
        kinds.extend(frame.events.items.iter().map(|event| event.kind));
        positions += frame.positions.items.len();
        units += frame.devices.items.len();
    }
    assert_eq!(socket.next().await.err(), Some(SocketError::Closed));
    for kind in [Online, GeofenceEnter, Overspeed, GeofenceExit, Alarm] {
        assert!(kinds.contains(&kind), "{kind:?}");
    }
    assert!(positions > 8 && units > 5, "{positions} {units}");
}

#[tokio::test]
async fn a_refused_stream_and_an_unreadable_frame_are_named() {
    let (address, _) = serve(
        vec![Answer::default(), Answer::default()]
            .into_iter()
            .zip(["200 OK", "500 Server Error"])
            .map(|(answer, status)| Answer { status: status.into(), ..answer })
            .collect(),
    )
    .await;
    for status in [200, 500] {
        let refused = client(address.clone()).open_stream(&Secret::new(TOKEN)).await.err();
        assert_eq!(refused, Some(SocketError::Refused), "{status}");
        assert!(!format!("{refused:?}").contains(TOKEN));
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = parse(&format!("http://{}", listener.local_addr().unwrap()), Cleartext::Refuse).unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
        socket.send(Message::text(r#"{"positions":[{"id":1"#)).await.unwrap();
        socket.close(None).await.ok();
    });
    let mut socket = client(address.clone()).open_stream(&Secret::new(TOKEN)).await.unwrap();
    assert_eq!(socket.next().await.err(), Some(SocketError::Unreadable));
}

#[test]
fn every_complete_recorded_frame_is_read_whole() {
    for file in [
        "ws-admin.txt",
        "ws-admin-osmand.txt",
        "ws-driver1.txt",
        "ws-events.txt",
        "ws-permission-changes.txt",
        "ws-stale-second-socket.txt",
        "ws-token.txt",
        "ws-deleted-user.txt",
        "ws-driver1-osmand.txt",
    ] {
        let Some(frames) = recorded_frames(file) else { return };
        for text in frames {
            let frame = decode::frame(text.as_bytes()).unwrap();
            let read = frame.devices.items.len() + frame.positions.items.len() + frame.events.items.len();
            let rejected =
                frame.devices.rejected.len() + frame.positions.rejected.len() + frame.events.rejected.len();
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            // An administrator's stream also carries `logs`, which the fleet has no use for.
            let lists =
                ["devices", "positions", "events"].map(|key| value[key].as_array().map_or(0, Vec::len));
            let there: usize = lists.iter().sum();
            assert_eq!((read, rejected), (there, 0), "{file}");
        }
    }
}

#[tokio::test]
async fn geofences_events_and_the_account_are_read() {
    let (Some(fences), Some(users)) =
        (recorded("05-geofence-event-notification.md"), recorded("02-users.md"))
    else {
        return;
    };
    let names = ["geofence circle (driver1 creates)", "geofence polygon (lat lon order!)", "geofence line"];
    let mut bodies: Vec<&str> = names.iter().map(|name| fences[*name].body.as_str()).collect();
    bodies.push(r#"{"id":4,"attributes":{},"calendarId":0,"name":"Bad","description":null,"area":"BLAH"}"#);
    let answers = vec![
        Answer::json(format!("[{}]", bodies.join(","))),
        fences["event by id"].clone(),
        fences["event unknown"].clone(),
        users["GET other user (id 1)"].clone(),
        Answer::json(
            r#"{"id":8,"name":"viewer","email":"viewer@example.com","readonly":true,"administrator":false}"#,
        ),
    ];
    let (address, asked) = serve(answers).await;
    let (client, token) = (client(address), Secret::new(TOKEN));
    let (read, unreadable) = client.geofences(&token).await.unwrap();
    assert_eq!((read.len(), unreadable), (3, 1));
    let at = |lat, lon| LatLon::new(lat, lon).unwrap();
    assert_eq!((read[0].id, read[0].name.as_str()), (1, "Depot"));
    assert_eq!(read[0].shape, Shape::Circle { center: at(31.2304, 121.4737), radius_m: 300.0 });
    let Shape::Polygon(corners) = &read[1].shape else { panic!("{:?}", read[1]) };
    assert_eq!(corners[0], at(31.24, 121.48));
    let line = Shape::Line { points: vec![at(31.24, 121.48), at(31.25, 121.48)], width_m: 50.0 };
    assert_eq!(read[2].shape, line, "polylineDistance is the distance to either side");
    assert!(client.event(&token, 5).await.is_ok_and(|event| event.id > 0 && event.unit_id.0 > 0));
    assert!(client.event(&token, 99_999).await.is_err());
    assert_eq!(client.account(&token, 1).await.unwrap_err(), ApiError::Denied);
    let account = client.account(&token, 8).await.unwrap();
    assert_eq!((account.id, account.email.as_str(), account.readonly), (8, "viewer@example.com", true));
    let asked = asked.lock().unwrap().clone();
    for (request, start) in asked.iter().zip([
        "GET /api/geofences ",
        "GET /api/events/5 ",
        "GET /api/events/99999 ",
        "GET /api/users/1 ",
        "GET /api/users/8 ",
    ]) {
        assert!(request.starts_with(start), "{request}");
    }
}

#[tokio::test]
async fn what_a_server_says_of_itself_is_asked_once_until_it_was_away() {
    let info =
        || Answer::json(r#"{"version":"6.14.5","attributes":{"trak":{"version":1,"features":["fleet"]}}}"#);
    let fleet = || {
        Answer::json(r#"{"cursor":"c","full":true,"serverTime":1,"devices":[],"positions":[],"groups":[]}"#)
    };
    let (address, asked) = serve(vec![info(), fleet(), fleet(), info(), fleet()]).await;
    let (client, token) = (client(address), Secret::new(TOKEN));
    client.snapshot(&token, None).await.unwrap();
    client.snapshot(&token, Some("c")).await.unwrap();
    client.forget_server_info();
    client.snapshot(&token, Some("c")).await.unwrap();
    let paths: Vec<String> =
        asked.lock().unwrap().iter().map(|request| request.split(' ').nth(1).unwrap().to_owned()).collect();
    let servers = paths.iter().filter(|path| *path == "/api/server").count();
    assert_eq!((paths.len(), servers), (5, 2), "{paths:?}");
}
