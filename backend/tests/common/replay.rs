//! Replays recorded exchanges: same statuses, same shapes. Where this backend means to differ, `DIFFERENT` says how and
//! why.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::Server;
use super::curl::{Recorded, Runner, difference};

/// Values that the recording's setup determines; everything else is compared by keys and kinds.
pub const EXACT: &[&str] = &[
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
    // 05
    ("notification types", 200, "only the kinds of events that there are"),
    ("notificators", 200, "only the socket tells"),
    ("geofences list", 200, "the one that cannot be read was refused"),
    (
        "create notification unknown notificator jpush",
        400,
        "a name that would break a real Traccar is refused",
    ),
    ("notifications list", 200, "the one with an unknown notificator was refused"),
    ("test notificator sms", 400, "no texts are sent"),
    ("announce to users as plain user", 404, "nothing is announced"),
    ("announce to users as admin", 404, "nothing is announced"),
    ("positions by unknown id", 404, "what is not there is not found"),
    ("positions from only", 400, "half a range must not answer with something else"),
    // 06
    ("summary of a group", 200, "the tracks of the other units are not recorded"),
    ("trips JSON, no device", 200, "the tracks of the other units are not recorded"),
    ("geofences report", 404, "the events report says the same"),
    ("mail a report without SMTP", 404, "nothing is mailed"),
    // 07
    ("computed attributes", 404, "attributes are not computed"),
    ("computed attribute test", 404, "attributes are not computed"),
    ("attribute list", 404, "attributes are not computed"),
    ("command types of device", 404, "units take no commands"),
    ("command types all", 404, "units take no commands"),
    ("saved commands available", 404, "units take no commands"),
    ("send custom command to an OsmAnd device (no session)", 404, "units take no commands"),
    ("send custom command to own device", 404, "units take no commands"),
    ("statistics as user", 404, "nothing is counted"),
    ("statistics as admin", 404, "nothing is counted"),
    ("audit as user", 404, "there is no audit"),
    ("audit as admin", 404, "there is no audit"),
    ("audit trail keeps the e-mail?", 404, "there is no audit"),
    ("server as admin", 200, "the disk's size is nobody's business"),
    ("server timezones", 404, "times are UTC"),
    ("geocode without geocoder", 404, "addresses are not looked up"),
    ("drivers", 404, "there are no drivers"),
    ("calendars", 404, "there are no calendars"),
    ("maintenance", 404, "there is no maintenance"),
    ("orders", 404, "there are no orders"),
    ("share device (1 h)", 404, "nothing is shared with strangers"),
    ("share device without permission", 404, "nothing is shared with strangers"),
    ("share group", 404, "nothing is shared with strangers"),
    ("share token: session", 400, "nothing is shared with strangers"),
    ("share token: devices (Bearer)", 400, "nothing is shared with strangers"),
    ("share token: positions (Bearer)", 400, "nothing is shared with strangers"),
    ("users as admin after sharing", 200, "sharing made no account"),
    ("accumulators", 404, "distances are not set by hand"),
    ("well-known", 404, "nobody signs in elsewhere with an account of here"),
    ("PUT server totpEnable", 405, "the server's settings are its operator's"),
    ("new TOTP key anonymous", 401, "a key is for an account"),
    ("that admin token now", 400, "a token of Traccar is none here"),
    // 08
    ("positions of a deleted device", 404, "a unit takes its positions with it"),
    // 01 to 04
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
    "positions date with offset +08:00", // what was uploaded before is not recorded whole
    "PUT own user: make self admin",
    "GET after partial PUT",
    "readonly user PUT self: another attribute",
];

pub fn reference() -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/reference/traccar"));
    let there = path.is_dir();
    if !there {
        println!("skipped: the recorded answers are not here");
    }
    there.then_some(path)
}

pub struct Replay {
    pub server: Server,
    pub runner: Runner,
    failures: Vec<String>,
    done: usize,
}

impl Replay {
    pub async fn start() -> Self {
        let server = Server::start().await;
        let runner = Runner {
            url: server.url.clone(),
            http: server.http.clone(),
            jars: std::collections::HashMap::default(),
            tokens: std::collections::HashMap::default(),
        };
        Self { server, runner, failures: Vec::new(), done: 0 }
    }

    pub async fn sign_in(&mut self, jar: &str, email: &str, password: &str) {
        let answer = self.runner.http.post(format!("{}/api/session", self.runner.url));
        let answer = answer.form(&[("email", email), ("password", password)]).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{email}");
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        self.runner.jars.insert(jar.into(), cookie);
    }

    pub async fn exchange(&mut self, recorded: &Recorded, exact: &[&str]) {
        let title = recorded.title.as_str();
        if SKIPPED.contains(&title) {
            return;
        }
        let mut recorded = recorded.clone();
        if title == "login TOTP user, right code" {
            let seconds = u64::try_from(super::NOW_MS / 1000).unwrap();
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

    pub fn end(self) {
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
