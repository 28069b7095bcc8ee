//! The exchanges recorded from a real Traccar 6.14.5, run against this backend: same statuses, same shapes. Where this
//! backend means to differ, `DIFFERENT` says how and why.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs)]

mod common;

use std::path::PathBuf;

use common::curl::{Recorded, Runner, difference, read};
use common::{Server, account};
use reqwest::Method;
use serde_json::{Value, json};

/// Values that the recording's setup determines; everything else is compared by keys and kinds.
const EXACT: &[&str] = &[
    "name",
    "uniqueId",
    "email",
    "login",
    "readonly",
    "administrator",
    "disabled",
    "groupId",
    "model",
    "contact",
    "phone",
    "category",
    "latitude",
    "longitude",
    "altitude",
    "speed",
    "course",
    "deviceId",
    "protocol",
    "fixTime",
    "deviceTime",
    "valid",
    "area",
    "description",
    "expirationTime",
    "deviceLimit",
    "type",
];

/// Title, the status here, and the reason.
const DIFFERENT: &[(&str, u16, &str)] = &[
    ("GET devices without cookie, Accept text/html", 401, "answers are JSON whatever is accepted"),
    ("CORS preflight", 405, "no foreign page may call"),
    ("password reset without mail", 404, "passwords are set by an administrator"),
    ("GET users as plain user", 400, "a plain account has no list of accounts"),
    ("cookie of a user disabled meanwhile: session", 404, "a disabled account has no session"),
    ("GET session/{id}: admin becomes another user", 404, "nobody acts in another's name"),
    ("self registration, anonymous, registration=false", 401, "accounts are issued by an administrator"),
    ("POST users/totp as admin", 200, "codes are always possible"),
    ("JSON missing coords.altitude", 200, "a fix without an altitude is a fix"),
    ("device image upload", 404, "no pictures"),
    ("device image, unsupported", 404, "no pictures"),
    ("device image, text", 404, "no pictures"),
    ("get media anonymous", 404, "no pictures"),
    ("get media, driver1", 404, "no pictures"),
    ("get media, other device, driver1", 404, "no pictures"),
    ("geofence bad WKT", 400, "an area that cannot be read is refused"),
];

/// Exchanges whose setup is not in the recording.
// A unit's geofences are also those of its groups. A keyword is taken literally here, so that % finds nothing in this fleet.
const SKIPPED: &[&str] = &[
    "keyword=% (wildcard)",
    "geofences of device",
    "PUT own user: make self admin",
    "GET after partial PUT",
    "readonly user PUT self: another attribute",
];

fn reference() -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/reference/traccar"));
    let there = path.is_dir();
    if !there {
        println!("skipped: the recorded answers are not here");
    }
    there.then_some(path)
}

struct Replay {
    server: Server,
    runner: Runner,
    failures: Vec<String>,
    done: usize,
}

impl Replay {
    async fn start() -> Self {
        let server = Server::start().await;
        let runner = Runner {
            url: server.url.clone(),
            http: server.http.clone(),
            jars: std::collections::HashMap::default(),
            tokens: std::collections::HashMap::default(),
        };
        Self { server, runner, failures: Vec::new(), done: 0 }
    }

    async fn sign_in(&mut self, jar: &str, email: &str, password: &str) {
        let answer = self.runner.http.post(format!("{}/api/session", self.runner.url));
        let answer = answer.form(&[("email", email), ("password", password)]).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{email}");
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        self.runner.jars.insert(jar.into(), cookie);
    }

    async fn exchange(&mut self, recorded: &Recorded, exact: &[&str]) {
        let title = recorded.title.as_str();
        if SKIPPED.contains(&title) {
            return;
        }
        let mut recorded = recorded.clone();
        if title == "login TOTP user, right code" {
            let seconds = u64::try_from(common::NOW_MS / 1000).unwrap();
            let secret = totp_rs::Secret::Encoded("JBSWY3DPEHPK3PXP".into()).to_bytes().unwrap();
            let totp = totp_rs::TOTP::new_unchecked(totp_rs::Algorithm::SHA1, 6, 1, 30, secret);
            recorded.command[1] =
                format!("email=totp@example.com&password=p&code={}", totp.generate(seconds));
        }
        let file = file_of(title, &recorded.body);
        let own = self.runner.run(&recorded, file.as_deref()).await;
        self.done += 1;
        // An answer that Traccar does not give at all is a 400 here.
        let different = DIFFERENT.iter().find(|(name, ..)| *name == title).map(|(_, status, _)| *status);
        let expected = different.or(recorded.status).unwrap_or(400);
        if own.status != expected {
            self.failures.push(format!("{title}: {} recorded, {} here: {}", expected, own.status, own.body));
            return;
        }
        if expected >= 400 {
            let short = own.body.len() < 200 && !own.body.contains("\tat ");
            if !short {
                self.failures.push(format!("{title}: a long error: {}", own.body));
            }
            for words in ["SecurityException: User is disabled", "SecurityException: User has expired"] {
                if recorded.body.contains(words) && !own.body.contains(words) {
                    self.failures.push(format!("{title}: does not say {words}"));
                }
            }
            if recorded.headers.contains("WWW-Authenticate: TOTP")
                && !own.headers.contains_key("www-authenticate")
            {
                self.failures.push(format!("{title}: does not ask for a code"));
            }
        } else if let (Ok(a), Ok(b)) =
            (serde_json::from_str::<Value>(&recorded.body), serde_json::from_str::<Value>(&own.body))
            && different.is_none()
        {
            self.failures.extend(difference("", &a, &b, exact).map(|d| format!("{title}: {d}")));
        }
    }

    fn end(self) {
        println!("{} exchanges", self.done);
        assert!(
            self.failures.is_empty(),
            "{} of {} differ:\n{}",
            self.failures.len(),
            self.done,
            self.failures.join("\n")
        );
    }
}

/// The recording names files for whole objects: they are what came back, changed as the title says.
fn file_of(title: &str, body: &str) -> Option<String> {
    let mut object: Value = serde_json::from_str(body).ok()?;
    if title.contains("change password") {
        object["password"] = json!("secret2");
    }
    Some(object.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn session_accounts_units_and_uploads_answer_as_traccar_does() {
    let Some(reference) = reference() else { return };
    let mut replay = Replay::start().await;
    let exchanges: Vec<Recorded> = ["01-session.md", "02-users.md", "03-devices.md", "04-osmand.md"]
        .iter()
        .flat_map(|f| read(&reference.join(f)))
        .collect();
    for recorded in &exchanges {
        before(&mut replay, &recorded.title).await;
        if after_04(&recorded.title) {
            continue;
        }
        replay.exchange(recorded, EXACT).await;
    }
    replay.end();
}

/// Uploads that this backend judges differently on purpose, so that what follows from them differs too: a heartbeat
/// stores no position, and a fix from the future is no latest position.
fn after_04(title: &str) -> bool {
    [
        "positions, driver1",
        "latest of device 4",
        "history of device 4",
        "device 1 after",
        "server info, anonymous",
    ]
    .contains(&title)
}

const LIVE: &str = "RzBFAiBMi4wHkASu7Fh4Kzct1ymAnxNxB91P7AYQKSUuDSr0bwIhAOjXq-l5ude6dZViwiusRPvvi2c90i9YLln1O-9kYnrreyJpIjo1Mzk1ODk0OTA2MTg5MDYxMDMyLCJ1IjoxLCJlIjoiMjAyNy0wMS0wMVQwMDowMDowMC4wMDArMDA6MDAifQ";
const ENDED: &str = "RzBFAiEAw0lqf7TIq21GaTaM1JDk6x_vqvuwaiuBoN2oDQezW48CIFNzo4yYQDkvqjAz-dvfoLO555-hcc0cFzHNj3vOUueMeyJpIjo2MDg4NzUxODI4NDU1Njc5MjE1LCJ1IjoxLCJlIjoiMjAyMC0wMS0wMVQwMDowMDowMC4wMDArMDA6MDAifQ";

/// The steps between the exchanges that were not recorded.
async fn before(replay: &mut Replay, title: &str) {
    let post = |path: &'static str, body: Value| (Method::POST, path, body);
    let mut steps: Vec<(Method, &str, Value)> = Vec::new();
    if title == "token from a Bearer-authenticated request" {
        // The tokens that the recording uses as Bearer: a live one, and one that ended in 2020.
        for (recorded, expires_ms) in [(LIVE, common::NOW_MS + 86_400_000), (ENDED, 1_577_836_800_000)] {
            let own = trak_backend::auth::random_text().unwrap();
            replay.server.running().state.db.add_token(&own, 1, expires_ms).unwrap();
            replay.runner.tokens.insert(recorded.into(), own);
        }
    }
    match title {
        "PUT user disabled (whole object)" => {
            // Traccar's numbers 3 and 4 went to refused accounts.
            for name in ["three", "four", "disabled", "expired", "totp", "viewer", "super", "gone"] {
                account(replay.server.running(), &format!("{name}@example.com"), name, "p", false);
            }
        }
        "GET own user" => replay.sign_in("jar-d1", "driver1", "secret1").await,
        "readonly user PUT self: notificationTokens+termsAccepted only" => {
            replay.sign_in("jar-v", "viewer@example.com", "p").await;
            let token = replay.server.token(("viewer@example.com", "p")).await;
            let recorded = "RzBFAiApIy_nqgwM0JoZK4rPFh1aNBj5t6mrPp0ssr-xbc65lwIhAIROWWM437xhYkEDxZuuHr_dB_N77QRR4x1LA5-syvXleyJpIjoyNDI3NDE5ODg0NTU4MjM5ODAsInUiOjgsImUiOiIyMDI2LTEyLTAyVDAzOjMxOjA5LjMyOCswMDowMCJ9";
            replay.runner.tokens.insert(recorded.into(), token);
        }
        "cookie of a user disabled meanwhile: devices" | "GET session/{id}: admin becomes another user" => {
            let db = &replay.server.running().state.db;
            let mut viewer = db.user(8).unwrap().unwrap();
            viewer.disabled = title.starts_with("cookie");
            db.update_user(&viewer, None).unwrap();
        }
        "user deletes own account" => replay.sign_in("jar-g", "gone@example.com", "p").await,
        "permission: user 2 - device 3" => {
            for (name, unique, category, disabled) in [
                ("x", "x2", None, false),
                ("x", "x3", None, false),
                ("Van 2", "VAN-002", None, false),
                ("Phone of driver1", "phone-d1", Some("person"), false),
                ("中文车队 3号", "CN-003", None, true),
            ] {
                let body =
                    json!({"name": name, "uniqueId": unique, "category": category, "disabled": disabled});
                steps.push(post("/api/devices", body));
            }
            steps.push((Method::DELETE, "/api/devices/2", Value::Null));
            steps.push((Method::DELETE, "/api/devices/3", Value::Null));
        }
        "query GET" => {
            let van = json!({"id": 1, "name": "Van 1", "uniqueId": "VAN-001", "groupId": 2, "phone": "+8613900000001",
                "model": "Wuling", "contact": "Li Lei", "category": "van", "attributes": {"speedLimit": 40}});
            steps.push((Method::PUT, "/api/devices/1", van));
            steps.push(post("/api/permissions", json!({"userId": 2, "deviceId": 5})));
        }
        _ => {}
    }
    for (method, path, body) in steps {
        replay.server.admin(method, path, body).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn geofences_and_reports_answer_as_traccar_does() {
    let Some(reference) = reference() else { return };
    let mut replay = Replay::start().await;
    account(replay.server.running(), "driver1@example.com", "Driver One", "secret2", false);
    replay.sign_in("jar-d1", "driver1@example.com", "secret2").await;
    replay.sign_in("jar-admin", "admin@example.com", "admin").await;
    replay.server.admin(Method::POST, "/api/groups", json!({"name": "Fleet A"})).await;
    replay.server.admin(Method::POST, "/api/permissions", json!({"userId": 2, "groupId": 1})).await;
    for n in 1..=9 {
        let (name, unique) = if n == 9 {
            ("Van 11".to_owned(), "VAN-011".to_owned())
        } else {
            (format!("Van {n}"), format!("V{n}"))
        };
        let group = i64::from(n != 4);
        replay
            .server
            .admin(Method::POST, "/api/devices", json!({"name": name, "uniqueId": unique, "groupId": group}))
            .await;
    }
    let exchanges = read(&reference.join("05-geofence-event-notification.md"));
    for recorded in exchanges.iter().filter(|r| {
        [
            "geofence circle",
            "geofence polygon",
            "geofence line",
            "geofence bad",
            "geofence no area",
            "link ",
            "geofences of device",
            "notifications list that",
            "event unknown",
            "positions of device without",
            "positions bad date",
        ]
        .iter()
        .any(|start| r.title.starts_with(start))
    }) {
        replay.exchange(recorded, EXACT).await;
    }
    let exchanges = read(&reference.join("06-reports-exports.md"));
    let find = |title: &str| exchanges.iter().find(|r| r.title == title).unwrap();
    // The recorded unit's day: half an hour's drive, a stay of forty minutes, and both again.
    let mut at_s = 1_795_558_113;
    let mut step = 0;
    for _ in 0..2 {
        for (moves, count, every_s) in [(true, 60, 30), (false, 40, 60)] {
            for _ in 0..count {
                step += i32::from(moves);
                let (lat, lon) = (31.2 + 0.001 * f64::from(step), 121.4 + 0.0012 * f64::from(step));
                let speed = if moves { 25 } else { 0 };
                let query = format!(
                    "id=VAN-011&lat={lat}&lon={lon}&timestamp={at_s}&speed={speed}&bearing=45&altitude=10&accuracy=5"
                );
                assert_eq!(replay.server.upload(&query).await, 200);
                at_s += every_s;
            }
        }
    }
    for title in ["stops JSON", "trips JSON", "summary JSON", "trips JSON, device without permission"] {
        // Shapes and how many there are: where exactly a stop begins is the core's rule, not Traccar's.
        replay.exchange(find(title), &["deviceId", "deviceName"]).await;
    }
    replay.end();
}
