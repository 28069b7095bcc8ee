//! The recordings, and the server that replays them.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use trak_core::model::{Clock, ClockReading, ServerAddress, UtcMs};
use trak_core::traccar::Client;
use trak_core::traccar::address::{Cleartext, parse};
use trak_core::traccar::tls::TlsPolicy;

pub const PASSWORD: &str = "pass-word-that-shows-nowhere";
pub const TOKEN: &str = "token-that-shows-nowhere";

struct StoppedClock;
impl Clock for StoppedClock {
    fn read(&self) -> ClockReading {
        ClockReading { wall: UtcMs(1_795_577_586_000), monotonic_ms: 5 }
    }
}

/// One recorded answer; lengths and framing are the replaying server's own.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub status: String,
    pub headers: Vec<String>,
    pub body: String,
}

impl Answer {
    pub fn json(body: impl Into<String>) -> Self {
        Self { status: "200 OK".into(), headers: vec![], body: body.into() }
    }
    pub fn with(mut self, header: &str) -> Self {
        self.headers.push(header.into());
        self
    }
}

pub fn recordings_folder() -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/reference/traccar"));
    let there = folder.is_dir();
    if !there {
        println!("skipped: no recordings beside the repository");
    }
    there.then_some(folder)
}

/// The answers of one file by the heading they stand under.
pub fn recorded(file: &str) -> Option<HashMap<String, Answer>> {
    let text = std::fs::read_to_string(recordings_folder()?.join(file)).unwrap();
    let mut answers = HashMap::new();
    for section in text.split("\n## ") {
        let title = section.lines().next().unwrap().trim_start_matches("## ").to_owned();
        let Some((_, block)) = section.split_once("\nHTTP/1.1 ") else { continue };
        let block = block.rsplit_once("\n```").map_or(block, |(block, _)| block);
        let (head, body) = block.split_once("\n\n").unwrap_or((block, ""));
        let mut head = head.lines().map(str::to_owned);
        let status = head.next().unwrap();
        let ours = ["content-length:", "transfer-encoding:"];
        let headers = head.filter(|h| !ours.iter().any(|o| h.to_ascii_lowercase().starts_with(o))).collect();
        answers.insert(title, Answer { status, headers, body: body.to_owned() });
    }
    Some(answers)
}

/// The recorder cut long lists: the elements before the cut make a list again.
pub fn whole_elements(answer: &Answer) -> Answer {
    let (whole, _) = answer.body.rsplit_once("},{\"id\"").unwrap();
    Answer { body: format!("{whole}}}]"), ..answer.clone() }
}

/// Answers the requests it gets with `answers`, in turn, and keeps what was asked.
pub async fn serve(answers: Vec<Answer>) -> (ServerAddress, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            let mut chunk = [0_u8; 4_096];
            loop {
                let read = stream.read(&mut chunk).await.unwrap();
                request.extend_from_slice(&chunk[..read]);
                let text = String::from_utf8_lossy(&request).to_string();
                let Some((head, body)) = text.split_once("\r\n\r\n") else {
                    assert!(read > 0, "a whole request");
                    continue;
                };
                let length = head.lines().find_map(|line| {
                    let (name, value) = line.split_once(':')?;
                    name.eq_ignore_ascii_case("content-length")
                        .then(|| value.trim().parse::<usize>().unwrap())
                });
                if body.len() >= length.unwrap_or(0) {
                    kept.lock().unwrap().push(text);
                    break;
                }
            }
            let mut head = format!("HTTP/1.1 {}\r\nConnection: close\r\n", answer.status);
            for header in &answer.headers {
                head += &format!("{header}\r\n");
            }
            if !answer.status.starts_with("204") {
                head += &format!("Content-Length: {}\r\n", answer.body.len());
            }
            stream.write_all(format!("{head}\r\n{}", answer.body).as_bytes()).await.ok();
            stream.shutdown().await.ok();
        }
    });
    (parse(&address, Cleartext::Refuse).unwrap(), asked)
}

pub fn client(address: ServerAddress) -> Client {
    Client::new(address, &TlsPolicy::default(), Arc::new(StoppedClock), Arc::new(|| true)).unwrap()
}
