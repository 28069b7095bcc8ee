//! A terminal with a program in it: what it shows, what is typed, how it is left behind.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use pty_process::blocking::{Command, Pty};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{LocalModes, tcgetattr};

/// How long anything may take.
const LONGEST: Duration = Duration::from_secs(30);
const SHORT: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

/// A terminal of 80 columns and 24 rows.
pub struct Terminal {
    child: Child,
    pty: Option<Arc<Pty>>,
    screen: Arc<Mutex<vt100::Parser>>,
    news: Receiver<()>,
}

impl Terminal {
    /// Starts a program in it.
    pub fn start(program: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let (pty, pts) = pty_process::blocking::open().unwrap();
        pty.resize(pty_process::Size::new(24, 80)).unwrap();
        let mut command = Command::new(program).args(arguments).env_clear().env("TERM", "xterm-256color");
        for (name, value) in environment {
            command = command.env(name, value);
        }
        let child = command.spawn(pts).unwrap();
        let (pty, screen) = (Arc::new(pty), Arc::new(Mutex::new(vt100::Parser::new(24, 80, 0))));
        let (told, news) = channel();
        let (from, shown) = (Arc::downgrade(&pty), Arc::clone(&screen));
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // Holds the terminal only for a moment at a time, so that the test can take it away.
            while let Some(pty) = from.upgrade() {
                let mut ready = [PollFd::new(&*pty, PollFlags::IN)];
                if poll(&mut ready, Some(&SHORT)).unwrap() == 0 {
                    continue;
                }
                // An error means that everything in the terminal has ended.
                let Ok(count @ 1..) = (&*pty).read(&mut bytes) else { break };
                shown.lock().unwrap().process(&bytes[..count]);
                if told.send(()).is_err() {
                    break;
                }
            }
        });
        Self { child, pty: Some(pty), screen, news }
    }

    /// What it shows now.
    pub fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    /// Waits until it shows what `wanted` accepts.
    pub fn until(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + LONGEST;
        loop {
            let text = self.text();
            if wanted(&text) {
                return text;
            }
            let left = end.saturating_duration_since(Instant::now());
            let ended = self.news.recv_timeout(left) != Ok(()) && !wanted(&self.text());
            assert!(!ended, "waited in vain for {what}\n{}", self.text());
        }
    }

    /// Types.
    pub fn type_keys(&self, keys: &str) {
        (&**self.pty.as_ref().unwrap()).write_all(keys.as_bytes()).unwrap();
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Takes the terminal away, as when its window is closed.
    pub fn hang_up(&mut self) {
        self.pty.take();
    }

    /// Waits for the program's end.
    pub fn ended(&mut self) -> ExitStatus {
        let end = Instant::now() + LONGEST;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < end, "the program does not end\n{}", self.text());
            match self.news.recv_timeout(Duration::from_millis(20)) {
                Ok(()) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => std::thread::yield_now(),
            }
        }
    }

    /// Whether it is as a program should leave it: lines and echo on, the first screen, a cursor.
    pub fn is_given_back(&self) -> bool {
        while self.news.recv_timeout(Duration::from_millis(200)).is_ok() {}
        let modes = tcgetattr(&**self.pty.as_ref().unwrap()).unwrap().local_modes;
        let cooked = modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG);
        let parser = self.screen.lock().unwrap();
        cooked && !parser.screen().alternate_screen() && !parser.screen().hide_cursor()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if self.child.try_wait().unwrap().is_none() {
            self.child.kill().unwrap();
            self.child.wait().unwrap();
        }
    }
}
