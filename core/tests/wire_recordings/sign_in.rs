//! Signing in, and answers that are none: what a person is told.

use tokio::net::TcpListener;
use trak_core::model::{Secret, UnitId, UtcMs};
use trak_core::traccar::address::{Cleartext, parse};
use trak_core::traccar::socket::SocketError;
use trak_core::traccar::{ApiError, SignInError};

use super::recorded::{Answer, PASSWORD, TOKEN, client, recorded, serve};

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
