//! The one thread that writes.
//!
//! Decides how changes become transactions: whatever waits goes into one, so that under load a thousand updates cost
//! one commit. Checkpoints run here, between commits, when enough has gathered. A write that fails is said in
//! [`Health`] and tried no more: the next snapshot brings it again.

use std::sync::mpsc::{Receiver, Sender, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, params_from_iter};

use crate::lock::lock;
use crate::store::{Change, StoreError, rows};

/// How many changes may wait. A full queue makes the submitter wait: nothing is dropped silently.
const QUEUE: usize = 4_096;
/// How many changes one transaction takes at most.
const BATCH: usize = 2_048;
/// Pages in the WAL after which it is copied into the database.
const CHECKPOINT_COMMITS: u32 = 64;
/// After so much quiet the WAL is copied in any case.
const QUIET: Duration = Duration::from_secs(2);

/// How the writing goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Why the last write failed; `None` when it succeeded.
    pub last_error: Option<StoreError>,
    /// How many changes have been lost to failures since the store was opened.
    pub lost: u64,
}

enum Order {
    Write(Box<Change>),
    /// Everything ordered before is on the disk when the answer comes.
    Flush(Sender<Result<(), StoreError>>),
    WriteAndTell(Box<Change>, Sender<Result<(), StoreError>>),
}

pub(crate) struct Writer {
    orders: Mutex<Option<SyncSender<Order>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    health: Arc<Mutex<Health>>,
}

impl Writer {
    pub(crate) fn start(connection: Connection) -> Result<Self, StoreError> {
        let (orders, waiting) = sync_channel(QUEUE);
        let health = Arc::new(Mutex::new(Health::default()));
        let told = Arc::clone(&health);
        let thread = std::thread::Builder::new()
            .name("trak-store".into())
            .spawn(move || run(connection, &waiting, &told))
            .map_err(|_| StoreError::Io)?;
        Ok(Self { orders: Mutex::new(Some(orders)), thread: Mutex::new(Some(thread)), health })
    }

    pub(crate) fn health(&self) -> Health {
        *lock(&self.health)
    }

    fn order(&self, order: Order) -> Result<(), StoreError> {
        let orders = lock(&self.orders).clone().ok_or(StoreError::Closed)?;
        orders.send(order).map_err(|_| StoreError::Closed)
    }

    /// Orders a write; a failure shows in [`Health`].
    pub(crate) fn submit(&self, change: Change) {
        if self.order(Order::Write(Box::new(change))).is_err() {
            let mut health = lock(&self.health);
            health.last_error = Some(StoreError::Closed);
            health.lost += 1;
        }
    }

    /// Writes and waits.
    pub(crate) fn apply(&self, change: Change) -> Result<(), StoreError> {
        let (tell, told) = std::sync::mpsc::channel();
        self.order(Order::WriteAndTell(Box::new(change), tell))?;
        told.recv().map_err(|_| StoreError::Closed)?
    }

    /// Waits for everything ordered before.
    pub(crate) fn flush(&self) -> Result<(), StoreError> {
        let (tell, told) = std::sync::mpsc::channel();
        self.order(Order::Flush(tell))?;
        told.recv().map_err(|_| StoreError::Closed)?
    }

    /// Writes what is ordered, copies the WAL and ends the thread.
    pub(crate) fn close(&self) {
        lock(&self.orders).take();
        let thread = lock(&self.thread).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the store's thread ended in a panic");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

fn run(mut connection: Connection, waiting: &Receiver<Order>, health: &Mutex<Health>) {
    let mut commits = 0;
    loop {
        let first = match waiting.recv_timeout(QUIET) {
            Ok(order) => order,
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                if commits > 0 {
                    checkpoint(&connection);
                    commits = 0;
                }
                match waiting.recv() {
                    Ok(order) => order,
                    Err(_) => break,
                }
            }
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
        };
        let mut changes = Vec::new();
        let mut tell = Vec::new();
        for order in std::iter::once(first).chain(waiting.try_iter().take(BATCH)) {
            match order {
                Order::Write(change) => changes.push(change),
                Order::WriteAndTell(change, to) => {
                    changes.push(change);
                    tell.push(to);
                }
                Order::Flush(to) => tell.push(to),
            }
        }
        let written = if changes.is_empty() { Ok(()) } else { write(&mut connection, &changes) };
        {
            let mut health = lock(health);
            if !changes.is_empty() {
                health.last_error = written.err();
            }
            if written.is_err() {
                health.lost += changes.len() as u64;
            }
        }
        for to in tell {
            // Whoever asked may have stopped waiting.
            let _nobody_waits = to.send(written);
        }
        commits += 1;
        if commits >= CHECKPOINT_COMMITS {
            checkpoint(&connection);
            commits = 0;
        }
    }
    checkpoint(&connection);
}

/// Copies the WAL into the database. A reader may keep part of it; the next one takes the rest.
fn checkpoint(connection: &Connection) {
    if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())) {
        tracing::warn!(code = ?StoreError::from(error), "a checkpoint did not finish");
    }
}

pub(crate) fn write(connection: &mut Connection, changes: &[Box<Change>]) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    for change in changes {
        write_one(&transaction, change)?;
    }
    transaction.commit()?;
    Ok(())
}

fn write_one(c: &Connection, change: &Change) -> Result<(), StoreError> {
    for id in &change.removed {
        for sql in [
            "DELETE FROM units WHERE id = ?1",
            "DELETE FROM positions WHERE unit_id = ?1",
            "DELETE FROM history WHERE unit_id = ?1",
            "DELETE FROM events WHERE unit_id = ?1",
        ] {
            c.prepare_cached(sql)?.execute([id.0])?;
        }
    }
    let mut put = c.prepare_cached(&format!(
        "INSERT OR REPLACE INTO units ({}) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)",
        rows::UNIT_COLUMNS
    ))?;
    for unit in &change.units {
        put.execute(params_from_iter(rows::unit_values(unit)))?;
    }
    // Older never replaces newer, whatever the order of the changes.
    let mut put = c.prepare_cached(&format!(
        "INSERT INTO positions ({0}) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16)
         ON CONFLICT (unit_id) DO UPDATE SET ({0}) = (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16)
         WHERE (excluded.fix_time, excluded.id) > (positions.fix_time, positions.id)",
        rows::POSITION_COLUMNS
    ))?;
    for position in &change.positions {
        put.execute(params_from_iter(rows::position_values(position)))?;
    }
    if let Some(groups) = &change.groups {
        c.execute("DELETE FROM groups", [])?;
        let mut put = c.prepare_cached("INSERT INTO groups (id, parent_id, name) VALUES (?1, ?2, ?3)")?;
        for group in groups {
            put.execute((group.id.0, group.parent_id.0, &group.name))?;
        }
    }
    if let Some(chunk) = &change.history {
        c.prepare_cached("DELETE FROM history WHERE unit_id = ?1 AND fix_time BETWEEN ?2 AND ?3")?
            .execute([chunk.unit.0, chunk.from.0, chunk.to.0])?;
        let mut put = c.prepare_cached(&format!(
            "INSERT OR REPLACE INTO history ({}) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16)",
            rows::POSITION_COLUMNS
        ))?;
        for position in &chunk.positions {
            put.execute(params_from_iter(rows::position_values(position)))?;
        }
    }
    let mut put = c.prepare_cached(&format!(
        "INSERT OR IGNORE INTO events ({}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        rows::EVENT_COLUMNS
    ))?;
    for event in &change.events {
        let position = event.position_id.map(|id| id.0);
        put.execute((
            event.id,
            &event.type_word,
            event.unit_id.0,
            event.at.0,
            position,
            &event.attributes_json,
        ))?;
    }
    let mut put = c.prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?;
    let meta = &change.meta;
    let facts = [
        ("cursor", meta.cursor.clone()),
        ("last_snapshot_at", meta.last_snapshot_at.map(|t| t.0.to_string())),
        ("server_clock_offset_ms", meta.server_clock_offset_ms.map(|ms| ms.to_string())),
    ];
    for (key, value) in facts {
        if let Some(value) = value {
            put.execute((key, value))?;
        }
    }
    Ok(())
}
