//! A proxy between a client and a backend that does what networks and servers do to each other.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// The answer comes late.
    Delay(Duration),
    /// The request is held back, for as long as whoever asks waits; the server never hears of it.
    Held,
    /// The connection ends before the request reaches the server.
    LostRequest,
    /// The server does as asked, but its answer is lost.
    LostAnswer,
    /// As `LostRequest`, with a reset (RST) instead of an orderly end: what a router that lost its table does.
    ResetRequest,
    /// The server does as asked, but the connection is reset before its answer.
    ResetAnswer,
    /// The server does as asked, but its answer breaks off in the middle.
    TruncatedAnswer,
    /// The server is asked twice; the second answer is handed on.
    Twice,
    /// The server does as asked, but something between answers with this status.
    StatusAfter(u16),
    /// Something between answers with this status; the server never hears of it.
    StatusInstead(u16),
    /// The server never hears of it: something between asks for patience (429), so many seconds.
    Patience(u32),
    /// As a plain Traccar would answer: no extension, and a report of no unit in particular is empty.
    Plain,
}

type Choose = Box<dyn FnMut(&str) -> Fault + Send>;

/// A running proxy.
pub struct Proxy {
    /// Where it listens.
    pub addr: SocketAddr,
    choose: Arc<Mutex<Choose>>,
    requests: watch::Receiver<Vec<String>>,
    given_up: watch::Receiver<usize>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Starts one before `server`. `choose` is asked with each request's first line.
    pub async fn start(server: SocketAddr, choose: impl FnMut(&str) -> Fault + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let choose: Arc<Mutex<Choose>> = Arc::new(Mutex::new(Box::new(choose)));
        let chooser = Arc::clone(&choose);
        let (record, requests) = watch::channel(Vec::new());
        let record = Arc::new(record);
        let (gave_up, given_up) = watch::channel(0);
        let gave_up = Arc::new(gave_up);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (chooser, record, gave_up) =
                    (Arc::clone(&chooser), Arc::clone(&record), Arc::clone(&gave_up));
                // A connection that breaks is what this is for.
                tokio::spawn(async move {
                    serve(client, server, &chooser, &record, &gave_up).await.unwrap_or(());
                });
            }
        });
        Self { addr, choose, requests, given_up, task }
    }

    /// Its base address.
    pub fn url(&self) -> String {
        format!("http://{}/", self.addr)
    }

    /// The requests so far that `wanted` accepts, head and body as text, once there are `count`. Fails after 20 s.
    pub async fn requests(&self, count: usize, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let mut requests = self.requests.clone();
        let found = |all: &Vec<String>| all.iter().filter(|one| wanted(one)).cloned().collect::<Vec<_>>();
        let waiting = requests.wait_for(|all| found(all).len() >= count);
        let enough = tokio::time::timeout(Duration::from_secs(20), waiting).await;
        assert!(enough.is_ok(), "waited in vain for {count} requests");
        found(&self.requests.borrow())
    }

    /// How many requests so far `wanted` accepts.
    pub fn count(&self, wanted: impl Fn(&str) -> bool) -> usize {
        self.requests.borrow().iter().filter(|one| wanted(one)).count()
    }

    /// Waits until whoever asked has given up `count` requests that were held back. Fails after `longest`.
    pub async fn given_up(&self, count: usize, longest: Duration) {
        let mut given_up = self.given_up.clone();
        let enough = tokio::time::timeout(longest, given_up.wait_for(|n| *n >= count)).await;
        assert!(
            enough.is_ok(),
            "{} of {count} requests were given up in {longest:?}",
            *self.given_up.borrow()
        );
    }

    /// What happens from now on.
    pub fn set(&self, choose: impl FnMut(&str) -> Fault + Send + 'static) {
        *self.choose.lock().unwrap() = Box::new(choose);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One request a connection.
async fn serve(
    mut client: TcpStream,
    server: SocketAddr,
    choose: &Mutex<Choose>,
    record: &watch::Sender<Vec<String>>,
    gave_up: &watch::Sender<usize>,
) -> std::io::Result<()> {
    let request = request(&mut client).await?;
    let line = String::from_utf8_lossy(&request).lines().next().unwrap_or_default().to_owned();
    // What happens is decided before the request can be seen: who sees it may change what happens from then on.
    let fault = (choose.lock().unwrap())(&line);
    record.send_modify(|all| all.push(String::from_utf8_lossy(&request).into_owned()));
    match fault {
        Fault::LostRequest => return Ok(()),
        Fault::Held => {
            // Nothing more is sent on it, so that what can be read is its end.
            let mut rest = [0; 64];
            while client.read(&mut rest).await.is_ok_and(|count| count > 0) {}
            gave_up.send_modify(|count| *count += 1);
            return Ok(());
        }
        Fault::ResetRequest => return client.set_zero_linger(),
        Fault::StatusInstead(status) => return answer(&mut client, status, "").await,
        Fault::Patience(seconds) => {
            return answer(&mut client, 429, &format!("retry-after: {seconds}\r\n")).await;
        }
        _ => {}
    }
    if line.starts_with("GET /api/socket") {
        return tunnel(client, server, &request).await;
    }
    let mut reply = forward(server, &request).await?;
    match fault {
        Fault::Delay(time) => tokio::time::sleep(time).await,
        Fault::LostAnswer => return Ok(()),
        Fault::ResetAnswer => return client.set_zero_linger(),
        Fault::TruncatedAnswer => reply.truncate(reply.len().saturating_sub(10)),
        Fault::Twice => reply = forward(server, &request).await?,
        Fault::StatusAfter(status) => return answer(&mut client, status, "").await,
        Fault::Plain if line.starts_with("GET /api/server") => {
            reply = said(r#"{"id":1,"version":"6.14.5","attributes":{}}"#);
        }
        Fault::Plain if line.starts_with("GET /api/reports/") && !line.contains("deviceId=") => {
            reply = said("[]");
        }
        _ => {}
    }
    client.write_all(&reply).await?;
    client.shutdown().await
}

fn said(body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}").into_bytes()
}

/// Hands the live stream on in both ways until one end closes.
async fn tunnel(mut client: TcpStream, server: SocketAddr, request: &[u8]) -> std::io::Result<()> {
    let mut upstream = TcpStream::connect(server).await?;
    let head = String::from_utf8_lossy(request).replace("connection: close\r\n", "");
    upstream.write_all(head.as_bytes()).await?;
    tokio::io::copy_bidirectional(&mut client, &mut upstream).await.map(|_| ())
}

async fn answer(client: &mut TcpStream, status: u16, more: &str) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 {status} Fault\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n");
    client.write_all(head.as_bytes()).await?;
    client.shutdown().await
}

async fn forward(server: SocketAddr, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut upstream = TcpStream::connect(server).await?;
    upstream.write_all(request).await?;
    let mut reply = Vec::new();
    upstream.read_to_end(&mut reply).await?;
    Ok(reply)
}

/// Head and body; the head asks the server to close, so that the end of the answer is the end of the stream.
async fn request(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if client.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).to_ascii_lowercase();
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    while bytes.len() < head_end + length.unwrap_or(0) {
        if client.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    bytes.splice(head_end - 2..head_end - 2, *b"connection: close\r\n");
    Ok(bytes)
}
