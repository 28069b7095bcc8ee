//! JPush's REST API v3: what is asked and what the answers mean.
//!
//! `POST /v3/push` with basic authentication (`appKey:masterSecret`); a `cid` from `GET /v3/push/cid` makes a push that is
//! sent again the same one for a day. Codes as documented: 1003 and 1011 for registrations that are none, 2002 with
//! `X-Rate-Limit-Reset` for too many calls.

use std::fmt;

use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::http::{OutsideError, checked, client};
use super::registration::Platform;
use super::secret::Secret;
use super::text::Message;

/// Where JPush answers.
pub const DEFAULT_URL: &str = "https://api.jpush.cn";
/// The most registrations of one push.
pub(crate) const AUDIENCE: usize = 1_000;
/// So many cids are fetched at once: an ordinary application gets no more.
const CIDS: usize = 10;
/// Wait so long where an answer does not say how long, seconds,
const WAIT_S: i64 = 60;
/// and never longer than this, whatever it says: JPush counts by the minute.
const LONGEST_WAIT_S: i64 = 3_600;

/// How JPush is reached.
#[derive(Clone, Debug)]
pub struct Relay {
    url: String,
    app_key: String,
    master_secret: Secret,
    apns_production: bool,
}

impl Relay {
    /// `credentials` are `appKey:masterSecret`; `None` where they are not.
    pub fn new(url: &str, credentials: &str, apns_production: bool) -> Result<Option<Self>, OutsideError> {
        let url = checked(url)?;
        let pair =
            credentials.trim().split_once(':').filter(|(key, secret)| !key.is_empty() && !secret.is_empty());
        Ok(pair.map(|(app_key, secret)| Self {
            url,
            app_key: app_key.to_owned(),
            master_secret: Secret::new(secret.to_owned()),
            apns_production,
        }))
    }
}

/// A push for some phones of one account.
pub(crate) struct Push<'a> {
    pub(crate) cid: &'a str,
    pub(crate) audience: Vec<&'a str>,
    pub(crate) platforms: Vec<Platform>,
    pub(crate) message: &'a Message,
    /// What the app reads.
    pub(crate) extras: Value,
    /// How long it is worth delivering, seconds.
    pub(crate) time_to_live_s: i64,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// JPush has it.
    Sent,
    /// None of the registrations, or one of them, is known.
    UnknownRegistration,
    /// Nothing more for so many seconds.
    TooMany(i64),
    /// A fault over there or on the way: the same again later.
    Later,
    /// The credentials or the application are refused: a person must mend that.
    Misconfigured,
    /// JPush will never take this one.
    Refused,
}

/// JPush, ready to be asked.
pub(crate) struct Jpush {
    relay: Relay,
    http: reqwest::Client,
}

impl fmt::Debug for Jpush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.relay.fmt(f)
    }
}

impl Jpush {
    pub(crate) fn new(relay: Relay) -> Result<Self, OutsideError> {
        Ok(Self { relay, http: client()? })
    }

    /// Fetches cids.
    pub(crate) async fn cids(&self) -> Result<Vec<String>, Outcome> {
        #[derive(Deserialize)]
        struct Cids {
            cidlist: Vec<String>,
        }
        let url = format!("{}/v3/push/cid?count={CIDS}&type=push", self.relay.url);
        let answer = self.authorised(self.http.get(url)).send().await.map_err(|_| Outcome::Later)?;
        if !answer.status().is_success() {
            return Err(outcome(answer).await);
        }
        answer.json::<Cids>().await.map(|cids| cids.cidlist).map_err(|_| Outcome::Later)
    }

    /// Sends a push; the second value is how many seconds to wait before the next request, where that is known.
    pub(crate) async fn push(&self, push: &Push<'_>) -> (Outcome, Option<i64>) {
        let url = format!("{}/v3/push", self.relay.url);
        let request = self.authorised(self.http.post(url)).json(&body(push, self.relay.apns_production));
        let Ok(answer) = request.send().await else { return (Outcome::Later, None) };
        let wait = spent(answer.headers());
        if answer.status().is_success() {
            return (Outcome::Sent, wait);
        }
        (outcome(answer).await, wait)
    }

    fn authorised(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        request.basic_auth(&self.relay.app_key, Some(self.relay.master_secret.expose()))
    }
}

fn body(push: &Push<'_>, apns_production: bool) -> Value {
    let Message { title, alert } = push.message;
    let mut notification = serde_json::Map::new();
    for platform in &push.platforms {
        match platform {
            Platform::Android => {
                let android = json!({"alert": alert, "title": title, "extras": push.extras});
                notification.insert("android".to_owned(), android);
            }
            Platform::Ios => {
                let alert = json!({"title": title, "body": alert});
                let ios = json!({"alert": alert, "sound": "default", "extras": push.extras});
                notification.insert("ios".to_owned(), ios);
            }
        }
    }
    json!({
        "cid": push.cid,
        "platform": push.platforms,
        "audience": {"registration_id": push.audience},
        "notification": notification,
        "options": {"time_to_live": push.time_to_live_s, "apns_production": apns_production},
    })
}

/// How many seconds to wait, where nothing is left of what may be asked for in a minute.
fn spent(headers: &HeaderMap) -> Option<i64> {
    let remaining = header(headers, "x-rate-limit-remaining")?;
    (remaining <= 0).then(|| reset_s(headers))
}

fn reset_s(headers: &HeaderMap) -> i64 {
    header(headers, "x-rate-limit-reset").unwrap_or(WAIT_S).clamp(1, LONGEST_WAIT_S)
}

fn header(headers: &HeaderMap, name: &str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

async fn outcome(answer: Response) -> Outcome {
    #[derive(Deserialize)]
    struct Body {
        error: Error,
    }
    #[derive(Deserialize)]
    struct Error {
        code: i64,
    }
    let status = answer.status();
    let reset_s = reset_s(answer.headers());
    let code = answer.json::<Body>().await.map_or(0, |body| body.error.code);
    meaning(status, code, reset_s)
}

fn meaning(status: StatusCode, code: i64, reset_s: i64) -> Outcome {
    match (status.as_u16(), code) {
        (_, 1003 | 1011) => Outcome::UnknownRegistration,
        (429, _) | (_, 2002) => Outcome::TooMany(reset_s),
        (500.., _) | (_, 1000 | 1030) => Outcome::Later,
        (401 | 403 | 404 | 405 | 410, _) | (_, 1004 | 1008 | 1020) => Outcome::Misconfigured,
        _ => Outcome::Refused,
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderValue};

    use super::{Outcome, Relay, StatusCode, meaning, spent};

    #[test]
    fn answers_mean_what_is_documented() {
        for (status, code, expected) in [
            (400, 1003, Outcome::UnknownRegistration),
            (400, 1011, Outcome::UnknownRegistration),
            (429, 2002, Outcome::TooMany(7)),
            (429, 0, Outcome::TooMany(7)),
            (500, 1000, Outcome::Later),
            (503, 1030, Outcome::Later),
            (502, 0, Outcome::Later),
            (401, 1004, Outcome::Misconfigured),
            (400, 1008, Outcome::Misconfigured),
            (403, 2003, Outcome::Misconfigured),
            (400, 1002, Outcome::Refused),
            (400, 1005, Outcome::Refused),
            (400, 1009, Outcome::Refused),
        ] {
            assert_eq!(meaning(StatusCode::from_u16(status).unwrap(), code, 7), expected, "{status} {code}");
        }
    }

    #[test]
    fn a_spent_minute_is_waited_for_as_told_and_no_longer_than_an_hour() {
        for (remaining, reset, expected) in [
            (Some("1"), Some("40"), None),
            (None, Some("40"), None),
            (Some("many"), Some("40"), None),
            (Some("0"), Some("40"), Some(40)),
            (Some("0"), None, Some(60)),
            (Some("0"), Some("soon"), Some(60)),
            (Some("-1"), Some("0"), Some(1)),
            (Some("0"), Some("9223372036854775807"), Some(3_600)),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [("x-rate-limit-remaining", remaining), ("x-rate-limit-reset", reset)] {
                if let Some(value) = value {
                    headers.insert(name, HeaderValue::from_static(value));
                }
            }
            assert_eq!(spent(&headers), expected, "{remaining:?} {reset:?}");
        }
    }

    #[test]
    fn the_master_secret_never_shows() {
        let relay = Relay::new("https://api.jpush.cn", "key:s3cret\n", true).unwrap().unwrap();
        assert!(!format!("{relay:?}").contains("s3cret"));
        assert_eq!(relay.master_secret.expose(), "s3cret");
        for credentials in ["", "key", ":s", "key:"] {
            assert!(Relay::new("https://api.jpush.cn", credentials, true).unwrap().is_none());
        }
    }
}
