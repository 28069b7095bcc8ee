//! `serve`: runs until a signal, then drains.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::CliError;
use crate::{Config, start};

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where to listen. Anything but loopback needs a TLS proxy in front
    #[arg(long, env = "TRAK_BIND", default_value = "127.0.0.1:8082")]
    bind: SocketAddr,
    /// A unit not heard of for so many seconds is offline
    #[arg(long, default_value_t = 600)]
    offline_after_s: u32,
}

pub(super) fn run(serve: &Serve, database: PathBuf) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut config = Config::new(database, serve.bind);
        config.offline_after_ms = i64::from(serve.offline_after_s) * 1_000;
        let running = start(config).await?;
        // Scripts wait for this line and read the port from it.
        println!("listening on http://{}", running.local_addr());
        stop_signal().await?;
        running.shutdown().await;
        Ok(())
    })
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
