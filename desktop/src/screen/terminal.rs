//! The terminal's settings: taken over for the screen, given back however the screen ends.
//!
//! Decides what is done about panics. Signals are caught before the first setting is changed, so that none can leave the
//! terminal half taken over.

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
        // Given back a second time, the terminal would put the cursor back too, and the message would be written over.
        if !self.is_faulty() {
            give_back();
        }
    }
}

/// Leaves the terminal as it was. One that is gone has nothing to be given back to, and nobody to tell.
fn give_back() {
    drop(ratatui::try_restore());
}

#[cfg(all(test, unix))]
mod tests {
    use super::Held;
    use trak_tests::terminal::Terminal;

    #[test]
    #[ignore = "runs in the terminal that the test below makes"]
    fn a_task_panics() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
        runtime.block_on(async {
            let mut held = Held::take().unwrap();
            held.terminal.draw(|frame| frame.render_widget("drawn", frame.area())).unwrap();
            let told = held.faulted();
            drop(tokio::spawn(async { panic!("on purpose") }));
            told.await;
            assert!(held.is_faulty());
        });
    }

    #[test]
    fn a_panic_in_any_task_gives_the_terminal_back() {
        let program = std::env::current_exe().unwrap();
        let name = "screen::terminal::tests::a_task_panics";
        let mut terminal = Terminal::start(&program, &["--ignored", "--exact", name, "--nocapture"], &[]);
        assert!(terminal.ended().success(), "{}", terminal.text());
        assert!(terminal.is_given_back());
        let text = terminal.text();
        assert!(text.contains("on purpose"), "the message stays to be read\n{text}");
        assert!(!text.contains("drawn"), "{text}");
    }
}
