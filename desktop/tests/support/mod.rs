//! The real program, run over a folder of its own, and a server with a small fleet.

// Each test file uses its own part of this.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use serde_json::{Value, json};
use trak_tests::server::Server;

/// Who signs in.
pub const ACCOUNT: &str = "li@example.com";
pub const PASSWORD: &str = "secret-1";

/// The program with its folder.
#[derive(Clone)]
pub struct Trak {
    home: Arc<tempfile::TempDir>,
    server: String,
    log: Option<&'static str>,
}

impl Trak {
    pub fn new(server: String) -> Self {
        Self { home: Arc::new(tempfile::tempdir().unwrap()), server, log: None }
    }

    /// The same with a log.
    pub fn logging(self, level: &'static str) -> Self {
        Self { log: Some(level), ..self }
    }

    pub fn folder(&self) -> PathBuf {
        self.home.path().join("trak")
    }

    pub async fn run(&self, arguments: &[&str], password: &str) -> Output {
        self.run_as(ACCOUNT, password, arguments).await
    }

    async fn run_as(&self, account: &str, password: &str, arguments: &[&str]) -> Output {
        let mut command = self.command(account, password, arguments);
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    }

    /// Starts it, for who reads what it prints meanwhile.
    pub fn spawn(&self, arguments: &[&str]) -> std::process::Child {
        self.command(ACCOUNT, PASSWORD, arguments).stdout(std::process::Stdio::piped()).spawn().unwrap()
    }

    fn command(&self, account: &str, password: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trak"));
        command
            .args(arguments)
            .env_clear()
            .env("TRAK_HOME", self.folder())
            .env("TRAK_SERVER", &self.server)
            .env("TRAK_ACCOUNT", account)
            .env("TRAK_PASSWORD", password)
            .env("TRAK_AGREE", "2")
            .env("TZ", "UTC")
            .envs(self.log.map(|level| ("TRAK_LOG", level)))
            .stdin(std::process::Stdio::null());
        command
    }

    /// Runs with the right password; the exit code must be `code`.
    pub async fn expect(&self, code: i32, arguments: &[&str]) -> (String, String) {
        let output = self.run(arguments, PASSWORD).await;
        let out = String::from_utf8(output.stdout).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{out}\n{err}");
        (out, err)
    }

    /// Runs as somebody else; it must go well.
    pub async fn expect_as(&self, account: &str, password: &str, arguments: &[&str]) {
        let output = self.run_as(account, password, arguments).await;
        assert!(output.status.success(), "{output:?}");
    }

    pub async fn json(&self, arguments: &[&str]) -> Value {
        let (out, _) = self.expect(0, &[arguments, &["--json"]].concat()).await;
        serde_json::from_str(&out).unwrap()
    }

    /// The question for the password in a terminal.
    #[cfg(unix)]
    pub fn asking(&self) -> trak_tests::terminal::Terminal {
        let folder = self.folder();
        let environment = [
            ("TRAK_HOME", folder.to_str().unwrap()),
            ("TRAK_SERVER", self.server.as_str()),
            ("TRAK_ACCOUNT", ACCOUNT),
            ("TRAK_AGREE", "2"),
            ("LANG", "en_GB.UTF-8"),
        ];
        trak_tests::terminal::Terminal::start(Path::new(env!("CARGO_BIN_EXE_trak")), &["login"], &environment)
    }

    /// The screen in a terminal.
    #[cfg(unix)]
    pub fn screen(&self) -> trak_tests::terminal::Terminal {
        let folder = self.folder();
        let environment = [("TRAK_HOME", folder.to_str().unwrap()), ("TZ", "UTC"), ("LANG", "en_GB.UTF-8")];
        trak_tests::terminal::Terminal::start(Path::new(env!("CARGO_BIN_EXE_trak")), &[], &environment)
    }
}

pub fn seconds_ago(seconds: i64) -> i64 {
    trak_tests::shell::now().0 - seconds * 1_000
}

/// The names of all files below a folder.
pub fn files(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names.extend(files(&path));
        } else {
            names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
        }
    }
    names
}

/// A crane that moved for ten minutes, a van that was last heard of two hours ago, a van that was never heard of.
pub async fn fleet(folder: &Path) -> Server {
    let server = Server::start(folder).await;
    let user = server.account(ACCOUNT, PASSWORD).await;
    let units = [
        json!({"name": "吊车 7号", "uniqueId": "CR-7", "category": "crane", "attributes": {"plate": "沪A·D1234"}}),
        json!({"name": "Van 2", "uniqueId": "VAN-2", "category": "van"}),
        json!({"name": "Van 10", "uniqueId": "VAN-10", "category": "van"}),
    ];
    for unit in units {
        let id = server.unit(unit).await;
        server.grant(user, id).await;
    }
    for minute in (0..10_i32).rev() {
        let lat = 31.23 + f64::from(10 - minute) * 0.002;
        server.report("CR-7", lat, 121.47, seconds_ago(i64::from(minute) * 60 + 5), 8.0).await;
    }
    server.report("VAN-2", 31.26, 121.48, seconds_ago(7_200), 0.0).await;
    server
}
