//! Everything the screen shows, and what a key can ask for.

use std::sync::Arc;

use jiff::tz::TimeZone;
use trak_core::engine::{EventRow, History};
use trak_core::geo::cluster::MapPoint;
use trak_core::geo::format::CoordinateFormat;
use trak_core::model::{Group, LatLon, UnitId, UtcMs};
use trak_core::view::{AccountView, FleetQuery, FleetStatus, LinkToServer, MapView, NearbyView};
use trak_core::view::{UnitRow, UnitView};

use super::form::Form;
use super::replay::Replay;
use super::viewport::MapCamera;
use crate::text::{Language, Text};

/// What the keys mean now.
#[derive(Clone, Debug, PartialEq)]
pub enum Mode {
    /// Moving around.
    Browse,
    /// Typing into the search.
    Search,
    /// Choosing filters.
    Filter,
    /// Ticking groups; the row that the arrows are on.
    Groups(usize),
    /// Choosing among the units that stand at one spot of the map.
    Members,
    /// Typing something else.
    Input(Prompt, String),
    /// Reading the help.
    Help,
    /// Signing in.
    SignIn,
    /// Asked whether to sign out.
    ConfirmSignOut,
    /// Asked whether an export may replace this file.
    ConfirmReplace(String),
}

/// What is typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Prompt {
    /// The place of nearby.
    Place,
    /// Start of a range.
    From,
    /// Its end; the start as typed.
    To(String),
    /// Name of the export's file.
    ExportFile,
}

/// What stands beside the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the panels' own names
pub enum Panel {
    Map,
    Details,
    Nearby,
    History,
}

/// The part of nearby that is the screen's.
#[derive(Default)]
pub struct Nearby {
    /// A typed place; the selected unit otherwise.
    pub place: Option<LatLon>,
    /// Radius in metres.
    pub radius_m: f64,
    /// The answer.
    pub view: Option<NearbyView>,
}

/// The units that stand at one spot of the map, where zooming in does not part them.
pub struct Members {
    /// The group as it was drawn.
    pub point: MapPoint,
    /// The chosen row, counted in the whole list.
    pub cursor: usize,
    /// The first row shown.
    pub top: usize,
    /// Rows from `top`.
    pub rows: Vec<UnitRow>,
    /// How many there are.
    pub total: usize,
}

/// The part of history that is the screen's.
#[derive(Default)]
pub struct Track {
    /// Whose.
    pub unit: Option<UnitId>,
    /// What that unit is called and its identifier: another unit may be the selected one by now.
    pub of: Option<(String, String)>,
    /// The range asked for last: a late answer to an earlier question is not shown.
    pub asked: Option<(UtcMs, UtcMs)>,
    /// Days before today, when no range was typed.
    pub days_back: i64,
    /// A typed range.
    pub range: Option<(UtcMs, UtcMs)>,
    /// Whether an answer is awaited.
    pub loading: bool,
    /// The answer.
    pub found: Option<Arc<History>>,
    /// Why there is none.
    pub trouble: Option<String>,
    /// Whether it is drawn on the map.
    pub on_map: bool,
    /// Its replay.
    pub replay: Option<Replay>,
}

/// The screen.
pub struct State {
    /// Language.
    pub language: Language,
    /// Whether colours are used; signs and words say the same.
    pub colour: bool,
    /// Columns and rows.
    pub size: (u16, u16),
    /// Zone of the times shown.
    pub zone: TimeZone,
    /// Who is signed in.
    pub account: Option<AccountView>,
    /// How far to trust what is shown.
    pub status: FleetStatus,
    /// The server's clock and this computer's.
    pub clocks: (UtcMs, UtcMs),
    /// What the keys mean.
    pub mode: Mode,
    /// What stands beside the list.
    pub panel: Panel,
    /// Whether arrows belong to the panel.
    pub panel_focus: bool,
    /// Search, filter, order.
    pub query: FleetQuery,
    /// First row shown and the selected one, counted in the whole list.
    pub top: usize,
    /// The selected row.
    pub cursor: usize,
    /// Rows from `top`.
    pub rows: Vec<UnitRow>,
    /// How many match, how many there are.
    pub counts: (usize, usize),
    /// The unit of the selected row, where a person chose it: the row moves with it. `None` for whatever stands there.
    pub chosen: Option<UnitId>,
    /// A unit chosen elsewhere than in the list; it is the selected one until the list's selection moves.
    pub pinned: Option<UnitId>,
    /// The selected unit.
    pub unit: Option<UnitView>,
    /// Notation of coordinates.
    pub notation: CoordinateFormat,
    /// What the map looks at.
    pub camera: MapCamera,
    /// What it shows.
    pub map: Option<MapView>,
    /// The group of the map that is open as a list.
    pub members: Option<Members>,
    /// The followed unit and its recent way.
    pub follow: Option<UnitId>,
    /// Oldest point first.
    pub tail: Vec<LatLon>,
    /// Nearby.
    pub nearby: Nearby,
    /// History.
    pub track: Track,
    /// Newest first.
    pub events: Vec<EventRow>,
    /// All groups.
    pub groups: Vec<Group>,
    /// The sign-in form.
    pub form: Form,
    /// Said once.
    pub message: Option<String>,
    /// Lines scrolled in the panel.
    pub scroll: u16,
    /// Printed once instead of shown: no keys, no next try, and these words where the link is not settled.
    pub printed: Option<&'static str>,
}

/// What `update` asks `run` for.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // the variants say it
pub enum Effect {
    SignIn,
    SignOut { keep_cache: bool },
    Refresh,
    Fit,
    Follow(Option<UnitId>),
    LoadHistory,
    Export { path: String, replace: bool },
    Copy(String),
    Quit,
}

impl State {
    /// An empty screen.
    pub fn new(language: Language, colour: bool, size: (u16, u16), zone: TimeZone) -> Self {
        Self {
            language,
            colour,
            size,
            zone,
            account: None,
            status: FleetStatus {
                link: LinkToServer::SignedOut,
                confirmed_at: None,
                refreshing: false,
                loaded: false,
                trouble: None,
                unreadable_elements: 0,
                quarantined_positions: 0,
            },
            clocks: (UtcMs(0), UtcMs(0)),
            mode: Mode::Browse,
            panel: Panel::Map,
            panel_focus: false,
            query: FleetQuery::default(),
            top: 0,
            cursor: 0,
            rows: Vec::new(),
            counts: (0, 0),
            chosen: None,
            pinned: None,
            unit: None,
            notation: CoordinateFormat::Decimal,
            camera: MapCamera::default(),
            map: None,
            members: None,
            follow: None,
            tail: Vec::new(),
            nearby: Nearby { radius_m: 5_000.0, ..Nearby::default() },
            track: Track::default(),
            events: Vec::new(),
            groups: Vec::new(),
            form: Form::default(),
            message: None,
            scroll: 0,
            printed: None,
        }
    }

    /// The texts.
    pub fn text(&self) -> &'static Text {
        self.language.text()
    }

    /// The selected row.
    pub fn selected(&self) -> Option<&UnitRow> {
        self.rows.get(self.cursor.checked_sub(self.top)?)
    }

    /// Back to the first row, as after another search or filter.
    pub fn back_to_top(&mut self) {
        (self.cursor, self.top, self.chosen, self.pinned) = (0, 0, None, None);
    }

    /// Whether the loaded track's keys mean something: its page is open, or it is drawn on the map.
    pub fn track_has_keys(&self) -> bool {
        self.panel == Panel::History || (self.panel == Panel::Map && self.track.on_map)
    }

    /// Whether a replay is running.
    pub fn is_playing(&self) -> bool {
        self.track.replay.is_some_and(|replay| replay.playing)
    }
}
