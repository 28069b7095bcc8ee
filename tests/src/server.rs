//! A backend in this process, administered over its own API.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Parser;
use serde_json::{Value, json};
use trak_backend::cli::{self, Arguments};

/// The administrator that every test server has.
pub const ADMIN: (&str, &str) = ("admin@example.com", "correct horse battery");

/// A running backend and the means to administer it.
pub struct Server {
    running: Option<trak_backend::Running>,
    /// Where it listens.
    pub addr: SocketAddr,
    http: reqwest::Client,
    database: PathBuf,
}

impl Server {
    /// Starts a backend with its data in `folder` on a free port.
    pub async fn start(folder: &Path) -> Self {
        Self::start_at(folder, "127.0.0.1:0".parse().unwrap()).await
    }

    /// Starts a backend at a given address, as after a restart.
    pub async fn start_at(folder: &Path, bind: SocketAddr) -> Self {
        Self::start_with(folder, bind, None).await
    }

    /// Starts a backend that hands its pushes to a relay.
    pub async fn start_pushing(folder: &Path, relay: trak_backend::Relay) -> Self {
        Self::start_with(folder, "127.0.0.1:0".parse().unwrap(), Some(relay)).await
    }

    async fn start_with(folder: &Path, bind: SocketAddr, relay: Option<trak_backend::Relay>) -> Self {
        install_crypto();
        let mut config = trak_backend::Config::new(folder.join("backend.db"), bind);
        config.relay = relay;
        let running = trak_backend::start(config).await.unwrap();
        let admin = trak_backend::model::User {
            name: "Administrator".into(),
            email: ADMIN.0.into(),
            administrator: true,
            password: Some(ADMIN.1.into()),
            ..Default::default()
        };
        // After a restart it is there already.
        let _there_already = trak_backend::create_account(&running.state.db, admin);
        let addr = running.local_addr();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { running: Some(running), addr, http, database: folder.join("backend.db") }
    }

    /// Runs one of `trak-backend`'s commands beside it, over the same database.
    pub fn administer(&self, words: &[&str]) {
        let database = self.database.to_str().unwrap();
        let words = ["trak-backend", "--database", database].into_iter().chain(words.iter().copied());
        cli::run(Arguments::try_parse_from(words).unwrap()).unwrap();
    }

    /// An account as the administrator sees it.
    pub async fn account_of(&self, email: &str) -> Value {
        let mut users = self.asked_by(ADMIN.0, ADMIN.1, "api/users").await;
        let found = users.as_array_mut().unwrap().iter_mut().find(|user| user["email"] == email);
        found.map_or(Value::Null, Value::take)
    }

    /// Its base address.
    pub fn url(&self) -> String {
        format!("http://{}/", self.addr)
    }

    /// Stops it, as an outage does.
    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.shutdown().await;
        }
    }

    async fn send(&self, method: reqwest::Method, path: &str, body: Value) -> Value {
        let answer = self
            .http
            .request(method, format!("{}{path}", self.url()))
            .basic_auth(ADMIN.0, Some(ADMIN.1))
            .json(&body)
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Makes an account; answers its number.
    pub async fn account(&self, email: &str, password: &str) -> i64 {
        self.account_with(json!({"name": email, "email": email, "password": password})).await
    }

    /// Makes an account from a whole user object.
    pub async fn account_with(&self, user: Value) -> i64 {
        self.send(reqwest::Method::POST, "api/users", user).await["id"].as_i64().unwrap()
    }

    /// Changes an account: the given fields over the whole object.
    pub async fn change_account(&self, id: i64, change: Value) {
        let mut user: Value = self
            .http
            .get(format!("{}api/users/{id}", self.url()))
            .basic_auth(ADMIN.0, Some(ADMIN.1))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        for (key, value) in change.as_object().unwrap() {
            user[key] = value.clone();
        }
        self.send(reqwest::Method::PUT, &format!("api/users/{id}"), user).await;
    }

    /// Makes a unit; answers its number.
    pub async fn unit(&self, unit: Value) -> i64 {
        self.send(reqwest::Method::POST, "api/devices", unit).await["id"].as_i64().unwrap()
    }

    /// Lets an account see a unit.
    pub async fn grant(&self, user: i64, unit: i64) {
        self.send(reqwest::Method::POST, "api/permissions", json!({"userId": user, "deviceId": unit})).await;
    }

    /// Takes that back.
    pub async fn revoke(&self, user: i64, unit: i64) {
        self.send(reqwest::Method::DELETE, "api/permissions", json!({"userId": user, "deviceId": unit}))
            .await;
    }

    /// Makes a geofence that an account sees; answers its number.
    pub async fn geofence(&self, user: i64, name: &str, area: &str) -> i64 {
        let id = self.send(reqwest::Method::POST, "api/geofences", json!({"name": name, "area": area})).await;
        let id = id["id"].as_i64().unwrap();
        self.send(reqwest::Method::POST, "api/permissions", json!({"userId": user, "geofenceId": id})).await;
        id
    }

    /// All positions of a unit in the order in which they were stored, as (fix time, latitude, longitude).
    pub async fn stored(&self, unit: i64) -> Vec<(i64, f64, f64)> {
        let url = format!(
            "{}api/positions?deviceId={unit}&from=1970-01-02T00:00:00Z&to=2100-01-01T00:00:00Z",
            self.url()
        );
        let request = self.http.get(url).basic_auth(ADMIN.0, Some(ADMIN.1));
        let mut all: Vec<Value> = request.send().await.unwrap().json().await.unwrap();
        all.sort_by_key(|position| position["id"].as_i64());
        let time = |position: &Value| {
            position["fixTime"].as_str().and_then(trak_core::model::UtcMs::parse).unwrap().0
        };
        let degrees = |value: &Value| value.as_f64().unwrap();
        all.iter().map(|p| (time(p), degrees(&p["latitude"]), degrees(&p["longitude"]))).collect()
    }

    /// What an account is answered at `path`.
    pub async fn asked_by(&self, email: &str, password: &str, path: &str) -> Value {
        let url = format!("{}{path}", self.url());
        let request = self.http.get(url).basic_auth(email, Some(password));
        request.send().await.unwrap().json().await.unwrap()
    }

    /// A tracker's upload in OsmAnd's form; `speed_kn` in knots as trackers send it.
    pub async fn report(&self, unique_id: &str, lat_deg: f64, lon_deg: f64, at_ms: i64, speed_kn: f64) {
        self.upload(&format!(
            "?id={unique_id}&lat={lat_deg}&lon={lon_deg}&timestamp={at_ms}&speed={speed_kn}&accuracy=5"
        ))
        .await;
    }

    /// A tracker's upload, now, of an alarm by Traccar's word for it.
    pub async fn alarm(&self, unique_id: &str, lat_deg: f64, lon_deg: f64, alarm: &str) {
        self.upload(&format!("?id={unique_id}&lat={lat_deg}&lon={lon_deg}&alarm={alarm}")).await;
    }

    /// The operator's notice that passwords were read, in both languages, for one account.
    pub fn tell_of_read_passwords(&self, account: &str) {
        let words = [
            "--title-en",
            "Passwords were read",
            "--title-zh",
            "密码泄露",
            "--text-en",
            "Choose another",
            "--text-zh",
            "请更换密码",
            "--account",
            account,
        ];
        self.administer(&[&["notice", "add"], &words[..]].concat());
    }

    /// A tracker's upload of any kind.
    pub async fn upload(&self, query: &str) {
        let answer = self.http.post(format!("{}{query}", self.url())).send().await.unwrap();
        assert!(answer.status().is_success(), "upload: {}", answer.status());
    }
}

/// ring is the one crypto provider; reqwest without one panics at its first client.
pub fn install_crypto() {
    let _already = rustls::crypto::ring::default_provider().install_default();
}
