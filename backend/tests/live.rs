//! What people with an open map notice: permissions apply at once, a stop says goodbye, a slow reader is let go.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs)]

mod common;

use std::time::Duration;

use common::{Server, Socket, account};
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use trak_backend::db::{Database, Link};

const DRIVER: (&str, &str) = ("driver@example.com", "p");

/// The next frame with something in it; `None` when the socket has closed.
async fn next(socket: &mut Socket) -> Option<Value> {
    loop {
        let frame = tokio::time::timeout(Duration::from_secs(20), socket.next()).await.expect("nothing came");
        match frame {
            Some(Ok(Message::Text(text))) if text.as_str() != "{}" => {
                return Some(serde_json::from_str(&text).unwrap());
            }
            Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
            Some(Ok(_)) => {}
        }
    }
}

async fn server() -> Server {
    let server = Server::start().await;
    account(server.running(), DRIVER.0, "Driver", DRIVER.1, false);
    for n in 1..=2 {
        server
            .admin(
                Method::POST,
                "/api/devices",
                json!({"name": format!("Van {n}"), "uniqueId": format!("V{n}")}),
            )
            .await;
    }
    server.admin(Method::POST, "/api/permissions", json!({"userId": 2, "deviceId": 1})).await;
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_shows_to_those_who_may_see_it_and_a_revoked_permission_closes_the_socket() {
    let server = server().await;
    let mut socket = server.socket(&server.token(DRIVER).await).await;
    assert_eq!(next(&mut socket).await, Some(json!({"positions": []})));
    assert_eq!(server.upload("id=V2&lat=31&lon=121").await, 200); // hidden
    assert_eq!(server.upload("id=V1&lat=31&lon=121&speed=0").await, 200);
    assert_eq!(next(&mut socket).await.unwrap()["devices"][0]["id"], 1);
    assert_eq!(next(&mut socket).await.unwrap()["positions"][0]["deviceId"], 1);
    assert_eq!(next(&mut socket).await.unwrap()["events"][0]["type"], "deviceOnline");
    let link = json!({"userId": 2, "deviceId": 1});
    server.api(("admin@example.com", "admin"), Method::DELETE, "/api/permissions", Some(link)).await;
    assert_eq!(next(&mut socket).await, None);
    let mut again = server.socket(&server.token(DRIVER).await).await;
    assert_eq!(next(&mut again).await, Some(json!({"positions": []})));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_beside_a_running_server_reaches_its_sockets() {
    let server = server().await;
    let mut socket = server.socket(&server.token(DRIVER).await).await;
    next(&mut socket).await.unwrap();
    // Another process opens the same file, as `trak-backend grant revoke` does.
    let beside = Database::open(&Server::database_in(server.folder.path())).unwrap();
    beside.unlink(Link::UserDevice(2, 1)).unwrap();
    assert_eq!(next(&mut socket).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn disabling_revoking_and_signing_out_close_the_socket() {
    let server = server().await;
    let token = server.token(DRIVER).await;
    let mut socket = server.socket(&token).await;
    next(&mut socket).await.unwrap();
    let revoke = server.http.post(format!("{}/api/session/token/revoke", server.url)).bearer_auth(&token);
    assert_eq!(revoke.form(&[("token", &token)]).send().await.unwrap().status(), 204);
    assert_eq!(next(&mut socket).await, None);

    let mut socket = server.socket(&server.token(DRIVER).await).await;
    next(&mut socket).await.unwrap();
    let (_, mut user) = server.api(DRIVER, Method::GET, "/api/users/2", None).await;
    user["disabled"] = json!(true);
    server.admin(Method::PUT, "/api/users/2", user).await;
    assert_eq!(next(&mut socket).await, None);
    assert_eq!(server.api(DRIVER, Method::GET, "/api/devices", None).await.0, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_says_goodbye_to_open_sockets() {
    let mut server = server().await;
    let mut socket = server.socket(&server.token(DRIVER).await).await;
    next(&mut socket).await.unwrap();
    let running = server.running.take().unwrap();
    let stopping = tokio::spawn(running.shutdown());
    let goodbye = tokio::time::timeout(Duration::from_secs(20), socket.next()).await.unwrap();
    assert!(matches!(goodbye, Some(Ok(Message::Close(Some(_))))), "{goodbye:?}");
    drop(socket);
    stopping.await.unwrap();
    assert!(server.http.get(format!("{}/api/health", server.url)).send().await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_opens_no_socket_with_a_cookie() {
    use tokio_tungstenite::tungstenite::client::IntoClientRequest;
    let server = server().await;
    let form = [("email", DRIVER.0), ("password", DRIVER.1)];
    let answer = server.http.post(format!("{}/api/session", server.url)).form(&form).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    for (origin, opens) in [("https://evil.example".to_owned(), false), (server.url.clone(), true)] {
        let mut request =
            format!("{}/api/socket", server.url.replace("http", "ws")).into_client_request().unwrap();
        request.headers_mut().insert("Cookie", cookie.parse().unwrap());
        request.headers_mut().insert("Origin", origin.parse().unwrap());
        assert_eq!(tokio_tungstenite::connect_async(request).await.is_ok(), opens, "{origin}");
    }
}

/// What lets an account in ends in ways that no request of its own tells of.
#[tokio::test(flavor = "multi_thread")]
async fn a_socket_ends_with_what_let_it_in() {
    let server = Server::start_with(|config| config.sweep = Duration::from_millis(50)).await;
    account(server.running(), DRIVER.0, "Driver", DRIVER.1, false);
    let beside = Database::open(&Server::database_in(server.folder.path())).unwrap();
    let hash = |password: &str| trak_backend::auth::hash_password(password).unwrap();
    let sign_in = async |password: &str| {
        let form = [("email", DRIVER.0), ("password", password)];
        let answer =
            server.http.post(format!("{}/api/session", server.url)).form(&form).send().await.unwrap();
        answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
    };
    let by_cookie = async |cookie: &str| {
        let request = server.http.get(format!("{}/api/devices", server.url)).header("Cookie", cookie);
        request.send().await.unwrap().status().as_u16()
    };
    // A new password, as `trak-backend account set-password` sets it, ends tokens and sessions.
    let mut socket = server.socket(&server.token(DRIVER).await).await;
    let cookie = sign_in("p").await;
    let mut with_cookie = socket_with(&server, &cookie).await;
    for socket in [&mut socket, &mut with_cookie] {
        next(socket).await.unwrap();
    }
    assert_eq!(by_cookie(&cookie).await, 200);
    let user = beside.user(2).unwrap().unwrap();
    beside.update_user(&user, Some(&hash("q"))).unwrap();
    assert_eq!(by_cookie(&cookie).await, 401);
    assert_eq!(next(&mut socket).await, None);
    assert_eq!(next(&mut with_cookie).await, None);
    // So does time: of a token, with the session that it opened, and of an account.
    let token = async |until: &str| {
        let request = server.http.post(format!("{}/api/session/token", server.url));
        let request = request.basic_auth(DRIVER.0, Some("q")).form(&[("expiration", until)]);
        request.send().await.unwrap().text().await.unwrap()
    };
    let short = token("2026-11-25T04:00:00Z").await;
    let opened = server.http.get(format!("{}/api/session?token={short}", server.url)).send().await.unwrap();
    let cookie = opened.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let mut short = server.socket(&short).await;
    let mut long = server.socket(&token("2030-01-01T00:00:00Z").await).await;
    for socket in [&mut short, &mut long] {
        next(socket).await.unwrap();
    }
    assert_eq!(by_cookie(&cookie).await, 200);
    server.advance(3_600_000);
    assert_eq!(by_cookie(&cookie).await, 401);
    assert_eq!(next(&mut short).await, None);
    let mut user = beside.user(2).unwrap().unwrap();
    user.expiration_time = trak_backend::model::Time::parse("2026-11-25T06:00:00Z");
    beside.update_user(&user, None).unwrap();
    assert_eq!(server.upload("id=none").await, 400);
    server.advance(3 * 3_600_000);
    assert_eq!(next(&mut long).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sets_a_new_password_stays_signed_in_where_it_is_set() {
    let server = server().await;
    let form = [("email", DRIVER.0), ("password", DRIVER.1)];
    let mut cookies = Vec::new();
    for _ in 0..2 {
        let answer =
            server.http.post(format!("{}/api/session", server.url)).form(&form).send().await.unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        cookies.push(cookie);
    }
    let (_, mut user) = server.api(DRIVER, Method::GET, "/api/users/2", None).await;
    user["password"] = json!("new");
    let put = server.http.put(format!("{}/api/users/2", server.url)).header("Cookie", &cookies[0]);
    assert_eq!(put.body(user.to_string()).send().await.unwrap().status(), 200);
    for (cookie, status) in [(&cookies[0], 200), (&cookies[1], 401)] {
        let request = server.http.get(format!("{}/api/devices", server.url)).header("Cookie", cookie);
        assert_eq!(request.send().await.unwrap().status(), status);
    }
}

async fn socket_with(server: &Server, cookie: &str) -> Socket {
    use tokio_tungstenite::tungstenite::client::IntoClientRequest;
    let url = format!("{}/api/socket", server.url.replace("http", "ws"));
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert("Cookie", cookie.parse().unwrap());
    tokio_tungstenite::connect_async(request).await.unwrap().0
}
