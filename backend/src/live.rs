//! The open websockets.
//!
//! Decides what each may see and closes the ones whose permissions changed: a client that reconnects is asked again who
//! it is. A reader that cannot keep up is closed too; nothing is buffered without limit.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;

use crate::admission::Admission;
use crate::db::notices::Notice;
use crate::events::Wanted;
use crate::model::{Device, Event, Position};

/// Frames that may wait for a reader.
const WAITING: usize = 1_024;
/// Positions that one frame holds at most: a backlog of a phone comes at once.
const IN_A_FRAME: usize = 100;

struct Open {
    user: i64,
    by: Admission,
    visible: Arc<HashSet<i64>>,
    wanted: Wanted,
    frames: mpsc::Sender<Arc<str>>,
}

/// All open sockets.
#[derive(Default)]
pub struct Live {
    next: AtomicU64,
    sockets: Mutex<HashMap<u64, Open>>,
}

impl Live {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Open>> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a socket; its frames come through the receiver, which ends when the socket must be closed.
    pub fn open(
        &self,
        by: Admission,
        visible: HashSet<i64>,
        wanted: Wanted,
    ) -> (u64, mpsc::Receiver<Arc<str>>) {
        let (frames, receiver) = mpsc::channel(WAITING);
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.lock().insert(id, Open { user: by.user, by, visible: Arc::new(visible), wanted, frames });
        (id, receiver)
    }

    /// Forgets a socket.
    pub fn close(&self, id: u64) {
        self.lock().remove(&id);
    }

    /// Closes all sockets of an account: it signed out, was changed or deleted.
    pub fn close_user(&self, user: i64) {
        self.lock().retain(|_, open| open.user != user);
    }

    /// What let each of them in.
    pub fn admissions(&self) -> Vec<(u64, Admission)> {
        self.lock().iter().map(|(id, open)| (*id, open.by.clone())).collect()
    }

    /// Which accounts look at what.
    pub fn viewers(&self) -> Vec<(i64, Arc<HashSet<i64>>)> {
        self.lock().values().map(|open| (open.user, Arc::clone(&open.visible))).collect()
    }

    /// Tells the open sockets of an account of notices.
    pub fn notices(&self, user: i64, notices: &[Notice]) {
        let Some(frame) = notices_frame(notices) else { return };
        let frame: Arc<str> = frame.into();
        self.lock().retain(|_, open| open.user != user || open.frames.try_send(Arc::clone(&frame)).is_ok());
    }

    /// Shows the open sockets of an account other kinds of events from now on.
    pub fn want(&self, user: i64, wanted: &Wanted) {
        for open in self.lock().values_mut().filter(|open| open.user == user) {
            open.wanted.clone_from(wanted);
        }
    }

    /// Closes everything: the backend ends.
    pub fn close_all(&self) {
        self.lock().clear();
    }

    /// The accounts with open sockets.
    pub fn users(&self) -> HashSet<i64> {
        self.lock().values().map(|open| open.user).collect()
    }

    /// Closes the sockets of an account that see something else than it may see now.
    pub fn recheck(&self, user: i64, visible: &HashSet<i64>) {
        self.lock().retain(|_, open| open.user != user || *open.visible == *visible);
    }

    /// Tells everybody who may see it that a unit changed.
    pub fn device(&self, device: &Device) {
        self.send(device.id, "devices", &[device], |_| true);
    }

    /// Tells everybody who may see them of positions of one unit, in their order.
    pub fn positions(&self, device: i64, positions: &[Position]) {
        for part in positions.chunks(IN_A_FRAME) {
            self.send(device, "positions", part, |_| true);
        }
    }

    /// Tells everybody who may see it and wants to of an event.
    pub fn event(&self, event: &Event) {
        self.send(event.device_id, "events", &[event], |wanted| wanted.wants(event));
    }

    fn send(&self, device: i64, key: &str, items: &[impl serde::Serialize], wants: impl Fn(&Wanted) -> bool) {
        let mut sockets = self.lock();
        let shows = |open: &Open| open.visible.contains(&device) && wants(&open.wanted);
        if !sockets.values().any(shows) {
            return;
        }
        let Ok(items) = serde_json::to_string(items) else { return };
        let frame: Arc<str> = format!("{{\"{key}\":{items}}}").into();
        sockets.retain(|_, open| !shows(open) || open.frames.try_send(Arc::clone(&frame)).is_ok());
    }
}

/// A frame of notices; none where there is nothing to tell.
pub(crate) fn notices_frame(notices: &[Notice]) -> Option<String> {
    let told = serde_json::to_string(notices).ok().filter(|_| !notices.is_empty())?;
    Some(format!("{{\"notices\":{told}}}"))
}

#[cfg(test)]
mod tests {
    use super::{Admission, Live, WAITING, Wanted};
    use crate::db::positions::new_event;

    #[test]
    fn a_reader_that_does_not_read_is_closed_and_the_others_go_on() {
        let live = Live::default();
        let by = |user| Admission { user, password: None, token: None };
        let (_, mut slow) = live.open(by(1), [7].into(), Wanted::default());
        let (_, mut other) = live.open(by(2), [8].into(), Wanted::default());
        for _ in 0..=WAITING {
            live.event(&new_event(7, "alarm", 0, 0));
        }
        live.event(&new_event(8, "alarm", 0, 0));
        assert_eq!(live.users(), [2].into());
        let mut left = 0;
        while slow.try_recv().is_ok() {
            left += 1;
        }
        assert_eq!(left, WAITING);
        assert!(slow.is_closed());
        assert!(other.try_recv().unwrap().contains("alarm"));
        assert!(other.try_recv().is_err(), "it sees only its own unit");
    }
}
