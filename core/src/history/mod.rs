//! What a unit did in a range of time.
//!
//! Decides what a stop is, what a gap is and how long the way was. Leaves fetching to `sync` and drawing to the shells.

mod export;
mod thin;
mod track;

pub use export::{ExportError, ExportFormat, export};
pub use thin::{MOST_POINTS, Thin};
pub use track::{Gap, Rules, Segment, Stop, Track, track};
