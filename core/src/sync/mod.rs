//! How facts from the server become the fleet.
//!
//! Decides the order of snapshot, stream and catch-up. Leaves the wire to `traccar`, the disk to `store`, each
//! single judgement to `decide`.

pub mod cache;
pub mod erased;
pub mod fleet;
pub mod live;
mod missed;
pub mod session;
pub(crate) mod tail;
mod token;
mod track;
pub mod upload;

/// What the shell knows of the world around the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// Whether the system reports a network.
    pub network_available: bool,
    /// Whether a person looks at the program.
    pub foreground: bool,
    /// Whether the last change was for the better, so that a connection is tried at once, and one that stands anew: it may
    /// be dead already.
    pub(crate) better: bool,
    /// Whether the last change was the person's consent to something, so that a connection that waits is tried at once.
    pub(crate) permitted: bool,
}

impl Conditions {
    /// The conditions of a shell that has not said anything yet: connected and looked at.
    pub fn assumed() -> Self {
        Self { network_available: true, foreground: true, better: false, permitted: false }
    }

    /// Whether a waiting connection should be tried at once.
    pub(crate) fn improved(self) -> bool {
        self.better || self.permitted
    }
}
