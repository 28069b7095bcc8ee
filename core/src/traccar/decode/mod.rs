//! Reading what a server sends.
//!
//! Decides what an element means and that a malformed one never costs the others, not even where it is no JSON at all:
//! `list` goes on behind it. One pass over the bytes where the server is Traccar as measured; lenient, for that one
//! element, where it is not: numbers as text, missing fields, nulls. Leaves the judgement of a position (time, place)
//! to `decide::sanity`.
//!
//! | where | what |
//! |---|---|
//! | `list`, `resync` | elements one by one; where a broken one ends |
//! | `members` | the members of an object, so that lists inside of one are read in the same pass |
//! | `position`, `unit`, `event`, `geofence` | what one element means |
//! | `lenient` | values of another form than Traccar's |

mod event;
mod geofence;
mod lenient;
mod list;
mod members;
mod position;
mod resync;
mod unit;

use crate::model::{Event, Geofence, Group};

pub use geofence::shape;
pub use position::{MPS_PER_KNOT, RawPosition};
pub use unit::RawUnit;

pub(crate) use lenient::attributes_text;
pub(crate) use list::{Element, ListReader, Step};
pub(crate) use members::Members;
pub(crate) use position::Text;
pub(crate) use resync::next_byte;
pub(crate) use unit::plate_of;

/// Why an element was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectReason {
    /// No JSON.
    Broken,
    /// Not an object.
    NotAnObject,
    /// It has no usable number or belongs to no unit.
    NoIdentity,
    /// A position without a readable fix time.
    NoTime,
    /// A geofence whose area cannot be read.
    NoShape,
}

/// One element left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Its place in the array.
    pub index: usize,
    /// Why.
    pub reason: RejectReason,
}

/// What could be read of an array, and what could not.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded<T> {
    /// The elements read, in their order.
    pub items: Vec<T>,
    /// The elements left out.
    pub rejected: Vec<Rejected>,
}

impl<T> Default for Decoded<T> {
    fn default() -> Self {
        Self { items: Vec::new(), rejected: Vec::new() }
    }
}

impl<T> Decoded<T> {
    pub(crate) fn reject(&mut self, reason: RejectReason) {
        self.rejected.push(Rejected { index: self.items.len() + self.rejected.len(), reason });
    }
}

/// The text is not what it should be, or ends too early: nothing of it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Offset of the fault, in bytes.
    pub at: usize,
}

/// One frame of the live stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// Units that changed.
    pub devices: Decoded<RawUnit>,
    /// New positions; in the first frame the latest of every unit.
    pub positions: Decoded<RawPosition>,
    /// What happened.
    pub events: Decoded<Event>,
}

/// Reads an array of units.
pub fn devices(bytes: &[u8]) -> Result<Decoded<RawUnit>, Unreadable> {
    list::whole(bytes)
}

/// Reads an array of positions.
pub fn positions(bytes: &[u8]) -> Result<Decoded<RawPosition>, Unreadable> {
    list::whole(bytes)
}

/// Reads an array of groups.
pub fn groups(bytes: &[u8]) -> Result<Decoded<Group>, Unreadable> {
    list::whole(bytes)
}

/// Reads an array of events.
pub fn events(bytes: &[u8]) -> Result<Decoded<Event>, Unreadable> {
    list::whole(bytes)
}

/// Reads an array of geofences.
pub fn geofences(bytes: &[u8]) -> Result<Decoded<Geofence>, Unreadable> {
    list::whole(bytes)
}

/// Reads one event alone; `None` where it is none.
pub fn event(bytes: &[u8]) -> Option<Event> {
    Event::lenient(&serde_json::from_slice(bytes).ok()?).ok()
}

/// Reads one frame. Keys it does not know (`logs` and whatever comes) are passed over.
pub fn frame(bytes: &[u8]) -> Result<Frame, Unreadable> {
    let mut frame = Frame::default();
    let mut members = Members::open(bytes)?;
    while let Some(key) = members.next_key()? {
        match key.as_ref() {
            "devices" => members.list(&mut frame.devices)?,
            "positions" => members.list(&mut frame.positions)?,
            "events" => members.list(&mut frame.events)?,
            _ => members.skip()?,
        }
    }
    Ok(frame)
}
