//! Serving until told to stop, then draining.

use std::io::Read;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::CliError;
use crate::server::State;
use crate::{Config, Rate, start};

/// Where to listen and how long.
#[derive(Clone, Debug, Args)]
pub(crate) struct Serve {
    /// Where to listen. Anything but loopback needs a TLS proxy in front
    #[arg(long, env = "TRAK_BIND", default_value = "127.0.0.1:8082")]
    bind: SocketAddr,
    /// A unit not heard of for so many seconds is offline
    #[arg(long, default_value_t = 600)]
    offline_after_s: u32,
    /// A unit not heard of for so many seconds is unknown until it is offline; 0 for never. Units that report less often
    /// than this would be told of again and again
    #[arg(long, default_value_t = 0)]
    unknown_after_s: u32,
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
        config.retention = serve.retain.into();
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
        println!("listening on {address}");
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
