//! A backend on loopback with a clock that tests move.
#![allow(dead_code, missing_docs)] // each test file uses its part

pub mod curl;
pub mod replay;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;
use trak_backend::{Config, Running, create_account, model::User, start};

/// 2026-11-25T03:33:06Z, in the minutes in which the reference answers were recorded.
pub const NOW_MS: i64 = 1_795_577_586_000;

pub struct Server {
    config: Config,
    pub running: Option<Running>,
    pub folder: TempDir,
    pub clock: Arc<AtomicI64>,
    pub http: reqwest::Client,
    pub url: String,
}

pub fn client() -> reqwest::Client {
    let _installed_already = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// `trak-backend serve` on a free port, with what else is to be said, and its address once it listens.
pub fn served(database: &Path, more: impl FnOnce(&mut Command)) -> (Child, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trak-backend"));
    command.args(["serve", "--bind", "127.0.0.1:0", "--database"]).arg(database).stdout(Stdio::piped());
    more(&mut command);
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line.trim().strip_prefix("listening on ").unwrap().to_owned())
}

impl Server {
    /// With the administrator `admin@example.com`, password `admin`.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(NOW_MS));
        let mut config = Config::new(Self::database_in(folder.path()), "127.0.0.1:0".parse().unwrap());
        let read = Arc::clone(&clock);
        config.clock = Arc::new(move || read.load(Ordering::SeqCst));
        change(&mut config);
        let running = start(config.clone()).await.unwrap();
        account(&running, "admin@example.com", "admin", "admin", true);
        let url = format!("http://{}", running.local_addr());
        Self { config, running: Some(running), folder, clock, http: client(), url }
    }

    /// Ends the backend and starts it again on the same database.
    pub async fn restart(&mut self) {
        self.running.take().unwrap().shutdown().await;
        let running = start(self.config.clone()).await.unwrap();
        self.url = format!("http://{}", running.local_addr());
        self.running = Some(running);
    }

    /// The same with another configuration.
    pub async fn restarted_with(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self.restart().await;
        self
    }

    pub fn database_in(folder: &Path) -> PathBuf {
        folder.join("backend.db")
    }

    pub fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    pub fn advance(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::SeqCst);
    }

    pub async fn api(
        &self,
        who: (&str, &str),
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let mut request =
            self.http.request(method, format!("{}{path}", self.url)).basic_auth(who.0, Some(who.1));
        if let Some(body) = body {
            request = request.header("Content-Type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
    }

    pub async fn admin(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, answer) = self.api(("admin@example.com", "admin"), method, path, Some(body)).await;
        assert!(status < 300, "{path}: {status} {answer}");
        answer
    }

    /// Uploads by query; the status.
    pub async fn upload(&self, query: &str) -> u16 {
        self.http.get(format!("{}/?{query}", self.url)).send().await.unwrap().status().as_u16()
    }

    pub async fn token(&self, who: (&str, &str)) -> String {
        let request =
            self.http.post(format!("{}/api/session/token", self.url)).basic_auth(who.0, Some(who.1));
        let answer = request.form(&[("expiration", "2030-01-01T00:00:00Z")]).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    }

    pub async fn socket(&self, token: &str) -> Socket {
        let url = format!("{}/api/socket?token={token}", self.url.replace("http", "ws"));
        tokio_tungstenite::connect_async(url).await.unwrap().0
    }
}

pub type Socket =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

pub fn account(running: &Running, email: &str, name: &str, password: &str, administrator: bool) -> User {
    let user = User {
        name: name.into(),
        email: email.into(),
        administrator,
        device_limit: if administrator { -1 } else { 0 },
        password: Some(password.into()),
        ..User::default()
    };
    create_account(&running.state.db, user).unwrap()
}
