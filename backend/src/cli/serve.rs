//! Serving until told to stop, then draining.

use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use zeroize::Zeroizing;

use super::{CliError, out, password};
use crate::server::State;
use crate::{Config, Forward, Rate, Relay, Secret, StartError, start};

/// Where to listen and how long.
#[derive(Clone, Debug, Args)]
pub(crate) struct Serve {
    /// Where to listen. Anything but loopback needs a TLS proxy in front
    #[arg(long, env = "TRAK_BIND", default_value = "127.0.0.1:8082")]
    bind: SocketAddr,
    /// A unit not heard of for so many seconds is offline
    #[arg(long, default_value_t = 600)]
    offline_after_s: u32,
    /// A unit not heard of for so many seconds is unknown until it is offline; 0 for never. Of units that report less often
    /// it is told once that they are unknown
    #[arg(long, default_value_t = 0)]
    unknown_after_s: u32,
    /// Tell phones of events through JPush: a file whose first line is appKey:masterSecret. The environment variable
    /// TRAK_JPUSH_CREDENTIALS may hold the same instead
    #[arg(long, value_name = "FILE")]
    jpush_credentials_file: Option<PathBuf>,
    /// Where JPush answers; applications in its Beijing room have another address
    #[arg(long, env = "TRAK_JPUSH_URL", default_value = crate::push::jpush::DEFAULT_URL)]
    jpush_url: String,
    /// Push to iPhones whose app was built for development
    #[arg(long)]
    apns_development: bool,
    /// The address by which phones know this server, where it is not the one that their requests name
    #[arg(long, env = "TRAK_PUBLIC_URL")]
    public_url: Option<String>,
    /// Take over the events that a Traccar server forwards to /api/trak/events/forward: a file whose first line is the
    /// token that it must send as "Authorization: Bearer". TRAK_FORWARD_TOKEN may hold the same instead
    #[arg(long, value_name = "FILE")]
    forward_token_file: Option<PathBuf>,
    /// Ask that Traccar server for its events, too: what it forwards may be lost
    #[arg(long, env = "TRAK_FORWARD_SERVER", requires = "forward_server_token_file")]
    forward_server: Option<String>,
    /// A file whose first line is a token of an account there that sees the units
    #[arg(long, value_name = "FILE")]
    forward_server_token_file: Option<PathBuf>,
    /// How often to ask it, seconds
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    forward_every_s: u32,
    #[command(flatten)]
    retain: super::rights::Days,
    /// So many requests a second may come from one address for long; 0 for no limit. Programs on this machine are not
    /// limited; a proxy on it must append its caller's address to X-Forwarded-For
    #[arg(long, default_value_t = 100)]
    requests_per_second: u32,
    /// So many requests may come from one address at once
    #[arg(long, default_value_t = 500)]
    request_burst: u32,
    /// Write the address listened on to this file once everything is ready
    #[arg(long)]
    ready_file: Option<PathBuf>,
    /// End when standard input ends: whoever started it is gone
    #[arg(long)]
    until_input_ends: bool,
}

pub(super) fn run(serve: &Serve, database: PathBuf) -> Result<(), CliError> {
    until_stopped(serve, database, async |_| Ok(()))
}

/// Serves; `prepare` fills the database before anybody is told the address.
pub(crate) fn until_stopped(
    serve: &Serve,
    database: PathBuf,
    prepare: impl AsyncFnOnce(State) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(async {
        let mut config = Config::new(database, serve.bind);
        config.offline_after_ms = i64::from(serve.offline_after_s) * 1_000;
        config.unknown_after_ms = Some(i64::from(serve.unknown_after_s) * 1_000)
            .filter(|ms| (1..config.offline_after_ms).contains(ms));
        config.retention = serve.retain.terms().map_err(|error| CliError::Other(error.to_string()))?;
        config.relay = relay(serve)?;
        config.forward = forward(serve)?;
        config.public_url.clone_from(&serve.public_url);
        config.requests = Rate { per_second: serve.requests_per_second, burst: serve.request_burst };
        let running = start(config).await?;
        tokio::select! {
            // Filling a large fleet may take a while; whoever stops it need not wait.
            prepared = prepare(running.state.clone()) => prepared?,
            stopped = stop_signal() => return Ok(stopped?),
        }
        let address = format!("http://{}", running.local_addr());
        if let Some(path) = &serve.ready_file {
            // Renamed into place: whoever waits for it never reads half of it.
            let part = path.with_extension("part");
            std::fs::write(&part, &address)?;
            std::fs::rename(&part, path)?;
        }
        // Scripts wait for this line and read the port from it.
        out::row_if_read(&[&format!("listening on {address}")])?;
        tokio::select! {
            stopped = stop_signal() => stopped?,
            () = input_ended(), if serve.until_input_ends => {}
        }
        running.shutdown().await;
        Ok(())
    });
    // A thread that still reads standard input must not keep the program.
    runtime.shutdown_background();
    done
}

/// A secret from the first line of a file, else from the environment.
fn secret(file: Option<&Path>, variable: Option<&str>) -> Result<Option<Zeroizing<String>>, CliError> {
    let text = match (file, variable.and_then(|name| std::env::var(name).ok())) {
        (Some(path), _) => password::first_line(path)?,
        (None, Some(text)) => Zeroizing::new(text.trim().to_owned()),
        (None, None) => return Ok(None),
    };
    if text.is_empty() {
        Err(CliError::Other("a file or variable for a secret is empty".into()))
    } else {
        Ok(Some(text))
    }
}

fn relay(serve: &Serve) -> Result<Option<Relay>, CliError> {
    let found = secret(serve.jpush_credentials_file.as_deref(), Some("TRAK_JPUSH_CREDENTIALS"))?;
    let Some(credentials) = found else { return Ok(None) };
    let relay =
        Relay::new(&serve.jpush_url, &credentials, !serve.apns_development).map_err(StartError::from)?;
    relay
        .map(Some)
        .ok_or_else(|| CliError::Other("the credentials for JPush are not appKey:masterSecret".into()))
}

fn forward(serve: &Serve) -> Result<Option<Forward>, CliError> {
    let hidden = |text: Zeroizing<String>| Secret::new(text.to_string());
    let token = secret(serve.forward_token_file.as_deref(), Some("TRAK_FORWARD_TOKEN"))?.map(hidden);
    let asking = serve.forward_server.as_deref();
    if token.is_none() && asking.is_none() {
        return Ok(None);
    }
    let forward = Forward::with_token(token);
    let Some(url) = asking else { return Ok(Some(forward)) };
    let token = secret(serve.forward_server_token_file.as_deref(), None)?.map(hidden);
    let token = token.ok_or_else(|| CliError::Other("give --forward-server-token-file".into()))?;
    let every = Duration::from_secs(u64::from(serve.forward_every_s));
    Ok(Some(forward.asking(url, token, every).map_err(StartError::from)?))
}

/// Ends when standard input does.
async fn input_ended() {
    let (ended, told) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut ignored = [0; 256];
        while std::io::stdin().read(&mut ignored).is_ok_and(|count| count > 0) {}
        ended.send(())
    });
    // A closed channel means the same: nobody reads any more.
    let _either_way = told.await;
}

async fn stop_signal() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut terminate, mut hang_up) = (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
        tokio::select! {
            _ = terminate.recv() => Ok(()),
            _ = hang_up.recv() => Ok(()),
            done = tokio::signal::ctrl_c() => done,
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
