//! The signals that ask the program to end.

use std::io;

/// Starts to catch SIGTERM, SIGHUP and SIGINT; the future ends with the first of them.
#[cfg(unix)]
pub fn stopped() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Does `work`, during which Ctrl-C does not end the program: it would leave a terminal behind that shows nothing of what is
/// typed. Afterwards it ends the program again.
#[cfg(unix)]
pub fn without_interrupts<T>(work: impl FnOnce() -> T) -> io::Result<T> {
    use tokio::signal::unix::{SignalKind, signal};
    let held = signal(SignalKind::interrupt())?;
    let done = work();
    drop(held);
    // Once caught it is caught for good; what came during the work is no news to this one.
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        interrupt.recv().await;
        std::process::exit(i32::from(INTERRUPTED));
    });
    Ok(done)
}

/// Does `work`; the system gives the terminal back by itself.
#[cfg(not(unix))]
pub fn without_interrupts<T>(work: impl FnOnce() -> T) -> io::Result<T> {
    Ok(work())
}

/// What a program that Ctrl-C ended says to its shell.
pub const INTERRUPTED: u8 = 130;

/// Starts to catch Ctrl-C.
#[cfg(not(unix))]
pub fn stopped() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            core::future::pending::<()>().await;
        }
    })
}
