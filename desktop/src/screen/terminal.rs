//! The terminal's settings: taken over for the screen, given back however the screen ends.
//!
//! Decides what is done about signals and panics. Signals are caught before the first setting is changed, so that none
//! can leave the terminal half taken over.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// The terminal while the screen has it.
pub struct Held {
    /// What is drawn on.
    pub terminal: ratatui::DefaultTerminal,
    fault: Arc<Fault>,
}

/// A panic somewhere in the program.
#[derive(Default)]
struct Fault {
    met: AtomicBool,
    told: Notify,
}

impl Held {
    /// Takes the terminal over. From here on a panic in any task gives it back first and ends the screen: nothing may be
    /// drawn over the message.
    pub fn take() -> io::Result<Self> {
        // Not ratatui's own hook: it would panic once more where the terminal is gone.
        let before = std::panic::take_hook();
        let fault = Arc::new(Fault::default());
        let (noted, told) = (Arc::clone(&fault), before);
        let terminal = ratatui::try_init();
        drop(std::panic::take_hook());
        std::panic::set_hook(Box::new(move |info| {
            noted.met.store(true, Ordering::SeqCst);
            give_back();
            noted.told.notify_one();
            told(info);
        }));
        match terminal {
            Ok(terminal) => Ok(Self { terminal, fault }),
            Err(error) => {
                give_back();
                Err(error)
            }
        }
    }

    /// Whether something panicked: the terminal is given back already.
    pub fn is_faulty(&self) -> bool {
        self.fault.met.load(Ordering::SeqCst)
    }

    /// Waits for a panic in any task.
    pub fn faulted(&self) -> impl Future<Output = ()> + 'static {
        let fault = Arc::clone(&self.fault);
        async move { fault.told.notified().await }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        give_back();
    }
}

/// Leaves the terminal as it was. One that is gone has nothing to be given back to, and nobody to tell.
fn give_back() {
    drop(ratatui::try_restore());
}

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

/// Starts to catch Ctrl-C.
#[cfg(not(unix))]
pub fn stopped() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            core::future::pending::<()>().await;
        }
    })
}
