//! Requests over REST.
//!
//! Decides the form of each request, its limits and what its answer means. Leaves retrying to `sync`. Every request
//! carries the token it is given; no cookie outlives a sign-in.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::{ACCEPT, COOKIE, DATE, RETRY_AFTER, SET_COOKIE, WWW_AUTHENTICATE};
use reqwest::{RequestBuilder, Response, StatusCode};
use rustls::ClientConfig;
use serde::Deserialize;

use crate::decide::server_clock::ClockSample;
use crate::lock::lock;
use crate::model::{Account, Clock, ClockReading, Secret, ServerAddress, ServerInfo, UtcMs};
use crate::traccar::door::{Door, Permit};
use crate::traccar::socket::{Socket, SocketError};
use crate::traccar::tls::{self, TlsPolicy, TlsSettingsError};
use crate::traccar::{ApiError, SignInError};

const CONNECT: Duration = Duration::from_secs(10);
/// A whole ordinary request.
const REQUEST: Duration = Duration::from_secs(30);
/// How long what a server says of itself is believed.
const SERVER_INFO_LIFE_MS: u64 = 3_600_000;
/// A fleet or a long history over a slow network.
pub(super) const LARGE_REQUEST: Duration = Duration::from_secs(180);
/// An ordinary answer.
pub(super) const LARGEST: usize = 8 << 20;
/// A fleet of a million units in Traccar's own form.
pub(super) const LARGEST_FLEET: usize = 1 << 30;
/// Of an error's body only the exception's name counts.
pub(super) const LARGEST_ERROR: usize = 64 << 10;

/// A successful sign-in.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub account: Account,
    /// The token for everything from now on.
    pub token: Secret,
    /// When it ends.
    pub token_expires_at: Option<UtcMs>,
    /// What the answers said of the server's clock.
    pub clock: Option<ClockSample>,
}

/// The connection to one server.
pub struct Client {
    pub(super) door: Door,
    tls: Arc<ClientConfig>,
    address: ServerAddress,
    clock: Arc<dyn Clock>,
    /// What the server said of itself, and when (monotonic milliseconds).
    server: Mutex<Option<(ServerInfo, u64)>>,
}

impl Client {
    /// A client for one server under one policy; it sends only while `permit` says yes.
    pub fn new(
        address: ServerAddress,
        policy: &TlsPolicy,
        clock: Arc<dyn Clock>,
        permit: Permit,
    ) -> Result<Self, TlsSettingsError> {
        let config = tls::config(policy)?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured((*config).clone())
            .user_agent(concat!("trak/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .timeout(REQUEST)
            // A redirect could lead the token to another host or out of the encryption.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|_| TlsSettingsError::Refused)?;
        Ok(Self { door: Door::new(http, permit), tls: config, address, clock, server: Mutex::new(None) })
    }

    pub(super) fn get(&self, path: &str) -> Result<RequestBuilder, ApiError> {
        Ok(self.door.open()?.get(self.url(path)?).header(ACCEPT, "application/json"))
    }

    pub(super) fn url(&self, path: &str) -> Result<url::Url, ApiError> {
        self.address.url().join(path).map_err(|_| ApiError::Unreadable)
    }

    /// Sends and answers with the body of a success, the clock sample with it.
    pub(super) async fn send(
        &self,
        request: RequestBuilder,
        largest: usize,
    ) -> Result<(Vec<u8>, Option<ClockSample>), ApiError> {
        let sent = self.clock.read();
        let response = request.send().await?;
        let sample = clock_sample(&response, sent, self.clock.read());
        if response.status().is_success() {
            Ok((read(response, largest).await?, sample))
        } else {
            Err(refused(response).await)
        }
    }

    /// What the server says of itself; needs no sign-in.
    pub async fn server_info(&self) -> Result<ServerInfo, ApiError> {
        let (body, _) = self.send(self.get("api/server")?, LARGEST).await?;
        server_info(&body).ok_or(ApiError::Unreadable)
    }

    /// As [`server_info`](Self::server_info), asked at most once an hour.
    pub(super) async fn kept_server_info(&self) -> Result<ServerInfo, ApiError> {
        let now_ms = self.clock.read().monotonic_ms;
        let kept = lock(&self.server).clone();
        if let Some((info, at_ms)) = kept
            && now_ms.saturating_sub(at_ms) < SERVER_INFO_LIFE_MS
        {
            return Ok(info);
        }
        let info = self.server_info().await?;
        *lock(&self.server) = Some((info.clone(), now_ms));
        Ok(info)
    }

    /// Forgets what the server said of itself: it may be another program after a time away.
    pub fn forget_server_info(&self) {
        *lock(&self.server) = None;
    }

    /// Opens the live stream with a token, trusting what the client trusts.
    pub async fn open_stream(&self, token: &Secret) -> Result<Socket, SocketError> {
        self.door.open().map_err(|_| SocketError::ConsentRequired)?;
        Socket::connect(&self.address, &self.tls, token).await
    }

    /// Signs in and trades the cookie for a token that ends at `expires_at` (server's clock, as far as known).
    pub async fn sign_in(
        &self,
        email: &str,
        password: &Secret,
        code: Option<&Secret>,
        expires_at: UtcMs,
    ) -> Result<SignedIn, SignInError> {
        let mut form = vec![("email", email.trim()), ("password", password.expose())];
        if let Some(code) = code {
            form.push(("code", code.expose().trim()));
        }
        let url = self.url("api/session")?;
        let sent = self.clock.read();
        let response = self.door.open()?.post(url).form(&form).send().await.map_err(ApiError::from)?;
        let clock = clock_sample(&response, sent, self.clock.read());
        if response.status() != StatusCode::OK {
            return Err(refusal(response, code.is_some()).await);
        }
        let cookie = session_cookie(&response).ok_or(SignInError::NotATrackingServer)?;
        let body = read(response, LARGEST).await?;
        let account = account(&body).ok_or(SignInError::NotATrackingServer)?;
        let (token, token_expires_at) =
            self.token_by(|r| r.header(COOKIE, cookie.expose()), expires_at).await?;
        // The cookie is not needed any more; a server that keeps it open for a while does no harm.
        let goodbye = self
            .door
            .farewell()
            .delete(self.url("api/session")?)
            .header(COOKIE, cookie.expose())
            .send()
            .await;
        tracing::debug!(ended = goodbye.is_ok(), "the sign-in's cookie is given back");
        Ok(SignedIn { account, token, token_expires_at, clock })
    }

    /// A new token in exchange for one that is still good.
    pub async fn renew_token(
        &self,
        token: &Secret,
        expires_at: UtcMs,
    ) -> Result<(Secret, Option<UtcMs>), ApiError> {
        self.token_by(|r| r.bearer_auth(token.expose()), expires_at).await
    }

    async fn token_by(
        &self,
        credential: impl FnOnce(RequestBuilder) -> RequestBuilder,
        expires_at: UtcMs,
    ) -> Result<(Secret, Option<UtcMs>), ApiError> {
        let until = expires_at.to_rfc3339().ok_or(ApiError::Unreadable)?;
        let request =
            credential(self.door.open()?.post(self.url("api/session/token")?)).form(&[("expiration", until)]);
        let (body, _) = self.send(request, LARGEST_ERROR).await?;
        let text = String::from_utf8(body).map_err(|_| ApiError::Unreadable)?;
        let token = text.trim().trim_matches('"');
        let plausible = (16..=4_096).contains(&token.len()) && token.chars().all(|c| c.is_ascii_graphic());
        // A token renewed by a token never outlives it, whatever was asked for: Traccar's says so itself.
        let ends_at = stated_end(token).map_or(expires_at, |stated| stated.min(expires_at));
        if plausible { Ok((Secret::new(token), Some(ends_at))) } else { Err(ApiError::Unreadable) }
    }

    /// Makes a token void at the server.
    pub async fn revoke(&self, token: &Secret) -> Result<(), ApiError> {
        let request = self
            .door
            .farewell()
            .post(self.url("api/session/token/revoke")?)
            .bearer_auth(token.expose())
            .form(&[("token", token.expose())]);
        self.send(request, LARGEST_ERROR).await.map(|_| ())
    }
}

/// The end that Traccar writes into its tokens: base64url of a signature and of JSON with the key `e`. Nothing is
/// trusted but that date; a token of another make has none.
fn stated_end(token: &str) -> Option<UtcMs> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let key = memchr::memmem::rfind(&bytes, br#""e":""#)? + 5;
    let rest = bytes.get(key..)?;
    let date = rest.get(..memchr::memchr(b'"', rest)?)?;
    UtcMs::parse(std::str::from_utf8(date).ok()?)
}

/// Which refusal a sign-in met.
async fn refusal(response: Response, code_given: bool) -> SignInError {
    let status = response.status().as_u16();
    let retry_after_s = retry_after_s(&response);
    let code_needed =
        response.headers().get(WWW_AUTHENTICATE).is_some_and(|value| value.as_bytes().starts_with(b"TOTP"));
    let body = read(response, LARGEST_ERROR).await.unwrap_or_default();
    let body = String::from_utf8_lossy(&body);
    match status {
        401 if code_needed && !code_given => SignInError::CodeNeeded,
        401 if code_needed => SignInError::WrongCode,
        401 => SignInError::WrongPassword,
        400 if body.contains("User is disabled") => SignInError::Disabled,
        400 if body.contains("has expired") => SignInError::Expired,
        // With the right password only the code can be wrong.
        400 if code_given && body.contains("SecurityException") => SignInError::WrongCode,
        400 if code_given && body.contains("NumberFormatException") => SignInError::WrongCode,
        300..=399 | 404 | 405 | 415 => SignInError::NotATrackingServer,
        _ => ApiError::from_answer(status, retry_after_s, &body).into(),
    }
}

/// Which refusal an answer is that is no success. One whose body breaks off is still that refusal.
pub(super) async fn refused(response: Response) -> ApiError {
    let (status, wait) = (response.status().as_u16(), retry_after_s(&response));
    let body = read(response, LARGEST_ERROR).await.unwrap_or_default();
    ApiError::from_answer(status, wait, &String::from_utf8_lossy(&body))
}

/// Reads a body up to `largest` bytes, decompressed; more is not what was asked for.
pub(super) async fn read(mut response: Response, largest: usize) -> Result<Vec<u8>, ApiError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > largest {
            return Err(ApiError::Unreadable);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The wait that the server asks for, in seconds.
pub(super) fn retry_after_s(response: &Response) -> Option<u32> {
    let text = |name| response.headers().get(name)?.to_str().ok();
    wait_s(text(RETRY_AFTER)?.trim(), text(DATE))
}

/// Seconds, or a date in one of HTTP's three forms; a date counts from that of the same answer, because this device's clock
/// may be anywhere. One that has passed is no wait.
fn wait_s(retry_after: &str, date: Option<&str>) -> Option<u32> {
    if let Ok(seconds) = retry_after.parse() {
        return Some(seconds);
    }
    let until = httpdate::parse_http_date(retry_after).ok()?;
    let now = httpdate::parse_http_date(date?.trim()).ok()?;
    let wait = until.duration_since(now).unwrap_or_default();
    Some(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX))
}

pub(super) fn date_of(response: &Response) -> Option<UtcMs> {
    let text = response.headers().get(DATE)?.to_str().ok()?;
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(UtcMs(date.timestamp().as_millisecond()))
}

fn clock_sample(response: &Response, sent: ClockReading, received: ClockReading) -> Option<ClockSample> {
    Some(ClockSample { date: date_of(response)?, sent, received })
}

fn session_cookie(response: &Response) -> Option<Secret> {
    response.headers().get_all(SET_COOKIE).iter().find_map(|value| {
        let pair = value.to_str().ok()?.split(';').next()?.trim();
        pair.starts_with("JSESSIONID=").then(|| Secret::new(pair))
    })
}

pub(super) fn account(body: &[u8]) -> Option<Account> {
    #[derive(Deserialize)]
    struct Wire {
        id: i64,
        name: Option<String>,
        email: Option<String>,
        readonly: Option<bool>,
        administrator: Option<bool>,
    }
    let wire: Wire = serde_json::from_slice(body).ok()?;
    Some(Account {
        id: wire.id,
        name: wire.name.unwrap_or_default(),
        email: wire.email.unwrap_or_default(),
        readonly: wire.readonly.unwrap_or(false),
        administrator: wire.administrator.unwrap_or(false),
        raw_json: String::from_utf8(body.to_vec()).ok()?,
    })
}

fn server_info(body: &[u8]) -> Option<ServerInfo> {
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    let version = value.get("version")?.as_str()?.to_owned();
    let features = value.pointer("/attributes/trak/features").and_then(serde_json::Value::as_array);
    let features = features.into_iter().flatten().filter_map(|f| f.as_str().map(str::to_owned)).collect();
    Some(ServerInfo { version, features })
}

#[cfg(test)]
mod tests {
    use super::{stated_end, wait_s};
    use crate::model::UtcMs;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    #[test]
    fn a_wait_is_asked_for_in_seconds_or_until_a_date() {
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        for (retry_after, date, wait) in [
            ("120", None, Some(120)),
            ("0", date, Some(0)),
            ("Sun, 06 Nov 1994 08:51:37 GMT", date, Some(120)),
            ("Sunday, 06-Nov-94 08:51:37 GMT", date, Some(120)),
            ("Sun Nov  6 08:51:37 1994", date, Some(120)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", date, Some(0)),
            ("Sun, 06 Nov 1994 08:51:37 GMT", None, None),
            ("soon", date, None),
            ("-5", date, None),
            ("99999999999", date, None),
        ] {
            assert_eq!(wait_s(retry_after, date), wait, "{retry_after}");
        }
    }

    #[test]
    fn a_tokens_own_end_is_read() {
        let inner =
            [b"\x30\x45\xff".as_slice(), br#"{"i":1,"u":1,"e":"2027-01-01T00:00:00.000+00:00"}"#].concat();
        assert_eq!(stated_end(&URL_SAFE_NO_PAD.encode(inner)), UtcMs::parse("2027-01-01T00:00:00Z"));
        for other in ["", "garbage", "not base64!", &URL_SAFE_NO_PAD.encode(br#"{"e":"soon"}"#)] {
            assert_eq!(stated_end(other), None, "{other}");
        }
    }
}
