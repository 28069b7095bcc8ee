//! The inbox.

use crate::model::Event;

/// One event of the inbox.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertRow {
    /// What happened.
    pub event: Event,
    /// To whom; empty where the unit is not known any more.
    pub unit_name: String,
    /// Whether the person has seen it.
    pub acknowledged: bool,
}

/// One page of the inbox.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlertsView {
    /// At most [`PAGE_ROWS`](crate::view::PAGE_ROWS), newest first.
    pub rows: Vec<AlertRow>,
    /// How many there are on all pages.
    pub total: u64,
    /// How many of them the person has not seen.
    pub unread: u64,
}
