//! A server that takes fixes, and a phone whose key store outlives its programs.

use std::collections::{HashMap, VecDeque};
use std::io::Read as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;

use crate::engine::keys::KeptSession;
use crate::engine::{OpenOptions, SystemClock, Trak, Unsent};
use crate::lock::lock;
use crate::model::{
    Account, ConsentAction, ConsentScreen, PolicyLanguage, Purpose, Secret, SecretStore, SecretStoreError,
    UtcMs,
};
use crate::privacy::{Decision, policy};
use crate::sync::session::Token;
use crate::traccar::address::Cleartext;
use crate::traccar::tls::TlsPolicy;

/// What the server was asked and is going to answer.
#[derive(Default)]
pub(super) struct Told {
    /// The times of the fixes that it took, in their order.
    pub(super) stored: Vec<String>,
    /// When fixes were handed to it.
    pub(super) uploads_at: Vec<Instant>,
    /// Instead of taking fixes it answers with these heads, one after the other.
    pub(super) refusals: VecDeque<String>,
    /// It is a plain Traccar server, which answers as one was recorded.
    pub(super) plain: Option<Plain>,
}

/// Whole answers of a plain Traccar server, as recorded.
#[derive(Default)]
pub(super) struct Plain {
    /// Of the server about itself.
    pub(super) server: String,
    /// Of units by their identifier.
    pub(super) devices: String,
    /// To OsmAnd's requests, one after the other; `None` where it closes the connection.
    pub(super) osmand: VecDeque<Option<String>>,
    /// Of positions, one after the other.
    pub(super) positions: VecDeque<String>,
    /// The requests about fixes so far: the first line, with the body of OsmAnd's.
    pub(super) asked: Vec<String>,
}

impl Plain {
    /// `None` where the connection is closed.
    fn answer(&mut self, line: &str, body: &[u8]) -> Option<String> {
        if line.starts_with("GET /api/server") {
            return Some(self.server.clone());
        }
        let line = line.trim_end_matches(" HTTP/1.1");
        if line == "POST /" {
            self.asked.push(format!("{line} {}", String::from_utf8_lossy(body)));
            return self.osmand.pop_front().unwrap();
        }
        if line.starts_with("GET /api/devices") {
            self.asked.push(line.to_owned());
            return Some(self.devices.clone());
        }
        if line.starts_with("GET /api/positions") {
            self.asked.push(line.to_owned());
            return self.positions.pop_front();
        }
        Some(NOT_FOUND.to_owned())
    }
}

const NOT_FOUND: &str = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";

/// An answer under a heading of a recording, with a length of our own; `None` without the recordings, which stand outside
/// of the repository.
pub(super) fn recorded(file: &str, title: &str) -> Option<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/reference/traccar");
    let Ok(text) = std::fs::read_to_string(format!("{folder}/{file}")) else {
        println!("skipped: no recordings beside the repository");
        return None;
    };
    let section = text.split("\n## ").find(|section| section.lines().next() == Some(title)).unwrap();
    let (_, block) = section.split_once("\nHTTP/1.1 ").unwrap();
    let block = block.rsplit_once("\n```").map_or(block, |(block, _)| block);
    let (head, body) = block.split_once("\n\n").unwrap_or((block, ""));
    let status = head.lines().next().unwrap();
    let body = body.trim_end();
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\n");
    Some(format!("{head}content-length: {}\r\n\r\n{body}", body.len()))
}

/// A running server.
pub(super) struct Stub {
    pub(super) url: String,
    pub(super) told: Arc<Mutex<Told>>,
}

impl Stub {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let told = Arc::<Mutex<Told>>::default();
        let kept = Arc::clone(&told);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let told = Arc::clone(&kept);
                // A client that goes away in the middle is what some tests are about.
                tokio::spawn(async move { serve(stream, &told).await.unwrap_or(()) });
            }
        });
        Self { url, told }
    }

    pub(super) fn uploads(&self) -> usize {
        lock(&self.told).uploads_at.len()
    }
}

async fn serve(mut stream: TcpStream, told: &Mutex<Told>) -> std::io::Result<()> {
    loop {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            if stream.read_buf(&mut bytes).await? == 0 {
                return Ok(());
            }
        };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        while bytes.len() < end + length.unwrap_or(0) {
            if stream.read_buf(&mut bytes).await? == 0 {
                return Ok(());
            }
        }
        let line = String::from_utf8_lossy(&bytes[..end]).lines().next().unwrap_or_default().to_owned();
        let plain = lock(told).plain.as_mut().map(|plain| plain.answer(&line, &bytes[end..]));
        let answer = if let Some(plain) = plain {
            let Some(answer) = plain else { return Ok(()) };
            answer
        } else if head.starts_with("get /api/server") {
            found(&json!({"id": 1, "version": "6.14", "attributes": {"trak": {"features": ["fixes"]}}}))
        } else if head.starts_with("post /api/trak/fixes") {
            take(&bytes[end..], &mut lock(told))
        } else {
            NOT_FOUND.to_owned()
        };
        stream.write_all(answer.as_bytes()).await?;
    }
}

fn take(body: &[u8], told: &mut Told) -> String {
    told.uploads_at.push(Instant::now());
    if let Some(head) = told.refusals.pop_front() {
        return format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\n\r\n");
    }
    let mut json = String::new();
    flate2::read::GzDecoder::new(body).read_to_string(&mut json).unwrap();
    let sent: Value = serde_json::from_str(&json).unwrap();
    let fixes = sent["fixes"].as_array().unwrap();
    told.stored.extend(fixes.iter().map(|fix| fix["fixTime"].as_str().unwrap().to_owned()));
    let results: Vec<Value> = fixes.iter().map(|fix| json!({"id": fix["id"], "status": "stored"})).collect();
    found(&json!({ "results": results }))
}

fn found(body: &Value) -> String {
    let body = body.to_string();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// A key store in memory.
#[derive(Default)]
pub(super) struct Secrets(Mutex<HashMap<String, Vec<u8>>>);

impl SecretStore for Secrets {
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, SecretStoreError> {
        Ok(lock(&self.0).get(name).cloned())
    }
    fn save(&self, name: &str, value: &[u8]) -> Result<(), SecretStoreError> {
        lock(&self.0).insert(name.to_owned(), value.to_vec());
        Ok(())
    }
    fn remove(&self, name: &str) -> Result<(), SecretStoreError> {
        lock(&self.0).remove(name);
        Ok(())
    }
}

/// A phone on which somebody is signed in and has agreed to everything.
pub(super) struct Phone {
    pub(super) folder: tempfile::TempDir,
    pub(super) secrets: Arc<Secrets>,
}

impl Phone {
    pub(super) fn signed_in(server: &str) -> Self {
        let phone = Self { folder: tempfile::tempdir().unwrap(), secrets: Arc::default() };
        let account = Account {
            id: 7,
            name: "Li".into(),
            email: "li@example.com".into(),
            readonly: false,
            administrator: false,
            raw_json: "{}".into(),
        };
        let mut kept = KeptSession::new(server, Cleartext::Refuse, &TlsPolicy::default(), &account);
        let secret = Secret::new("a-token-that-never-ends");
        kept.set_token(Some(&Token { secret, issued_at: UtcMs(0), expires_at: None }));
        kept.save(&*phone.secrets).unwrap();
        let trak = phone.open();
        for purpose in Purpose::ALL {
            trak.decide(decision(purpose, ConsentAction::Given), Unsent::Send).unwrap();
        }
        phone
    }

    /// Starts the program.
    pub(super) fn open(&self) -> Trak {
        Trak::open(OpenOptions {
            folder: self.folder.path().to_owned(),
            secrets: self.secrets.clone(),
            runtime: Handle::current(),
            clock: Arc::new(SystemClock::default()),
            random_seed: Some(1),
        })
        .unwrap()
    }

    /// Whether there is a file of an outbox.
    pub(super) fn has_outbox(&self) -> bool {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        entries.map(|entry| entry.unwrap().path()).any(|path| path.join("outbox.db").exists())
    }
}

pub(super) fn decision(purpose: Purpose, action: ConsentAction) -> Decision {
    Decision {
        purpose,
        action,
        policy_version: policy::newest().version,
        language: PolicyLanguage::English,
        screen: ConsentScreen::PrivacyCentre,
    }
}

/// Waits for something, woken by the core's own observer; fails after 20 s.
pub(super) async fn until(trak: &Trak, what: &str, mut wanted: impl FnMut(&Trak) -> bool) {
    let mut observer = trak.observe();
    let waiting = async {
        while !wanted(trak) {
            assert!(observer.changed().await.is_some(), "closed while waiting for {what}");
        }
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(20), waiting).await.is_ok(),
        "waited in vain for {what}: {:?}",
        trak.reporting()
    );
}
