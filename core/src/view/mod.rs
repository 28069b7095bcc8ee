//! What each screen needs: unformatted numbers and enums, whole views, pages of at most 50 rows.
//!
//! Decides which facts a screen sees together. Leaves words, units of measure and colours to the shells,
//! and the rules behind the facts to `decide`, `geo` and `search`.

pub(crate) mod alerts;
pub(crate) mod consent;
pub(crate) mod fleet;
mod history;
pub(crate) mod map;
pub(crate) mod nearby;
mod reporting;
mod status;
pub(crate) mod unit;

pub use alerts::{AlertRow, AlertsView};
pub use consent::{ConsentView, PurposeView};
pub use fleet::{FleetQuery, FleetView, UnitMark, UnitRow};
pub use history::{HistoryPage, HistorySource, HistoryView};
pub use map::{MapQuery, MapView, MembersView};
pub use nearby::{NearbyQuery, NearbyRow, NearbyView, Origin};
pub use reporting::{OwnCrossing, ReportingView};
pub(crate) use status::AsOf;
pub use status::{AccountView, FleetStatus, LinkToServer, Trouble};
pub use unit::{Attribute, AttributeKind, UnitView};

/// The most rows one page carries, so that one call over a language boundary stays below 30 us.
pub const PAGE_ROWS: usize = 50;
