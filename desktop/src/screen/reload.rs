//! The state's facts, read from the core's memory.

use trak_core::engine::Trak;
use trak_core::geo::cluster::Viewport;
use trak_core::model::{LatLon, UnitId, UtcMs};
use trak_core::view::{FleetQuery, FleetView, MapQuery, NearbyQuery, Origin, PAGE_ROWS};

use super::layout::{inside, parts, popup, scrolled};
use super::state::{Mode, Panel, State};
use super::viewport::{Placed, around};

/// Reads what the screen shows. Microseconds: everything comes from memory.
pub fn reload(state: &mut State, trak: &Trak, device_now: UtcMs) {
    state.account = trak.account();
    state.status = trak.status();
    state.clocks = (trak.now(), device_now);
    if state.account.is_none() {
        state.mode = Mode::SignIn;
        return;
    }
    let parts = parts(state.size, state.panel);
    state.groups = trak.groups();
    state.events = trak.recent_events();
    let height = usize::from(inside(parts.list).1).saturating_sub(1).max(1);
    read_list(state, height, |query| trak.fleet(query));
    state.unit = state.pinned.and_then(|id| trak.unit(id));
    if state.unit.is_none() {
        (state.pinned, state.chosen) = (None, None);
        state.unit = state.selected().map(|row| row.id).and_then(|id| trak.unit(id));
        // Whoever only looks at the top of the list has chosen none.
        if state.cursor > 0 {
            state.chosen = state.unit.as_ref().map(|unit| unit.row.id);
        }
    }
    read_members(state, trak);
    state.tail = trak.tail().iter().map(|p| p.place).collect();
    if let Some(place) = state.follow.and_then(|id| trak.unit(id)).and_then(|view| view.row.place) {
        state.camera.centre(place);
    }
    if let Some(frame) = parts.map {
        let cells = inside(frame);
        if state.camera.placed != Placed::ByPerson {
            fit(state, trak, cells, state.camera.placed == Placed::Nowhere);
        }
        state.map = Some(trak.map(&MapQuery {
            viewport: state.camera.viewport(cells),
            zoom: state.camera.zoom,
            filter: state.query.filter.clone(),
        }));
    }
    if state.panel == Panel::Nearby {
        let origin = match (state.nearby.place, &state.unit) {
            (Some(place), _) => Some(Origin::Point { place, accuracy_m: None }),
            (None, Some(unit)) => Some(Origin::Unit(unit.row.id)),
            (None, None) => None,
        };
        let radius_m = state.nearby.radius_m;
        let filter = state.query.filter.clone();
        state.nearby.view = origin.map(|origin| trak.nearby(&NearbyQuery { origin, radius_m, filter }));
    }
}

/// So many pages on either side are looked through for the chosen unit: an order by age changes all the time, by little.
const PAGES_AROUND: usize = 4;

/// The row at which a unit stands now, near the one where it stood.
fn row_of(id: UnitId, cursor: usize, page: impl Fn(usize) -> FleetView) -> Option<usize> {
    let at = cursor / PAGE_ROWS;
    let around = (0..=PAGES_AROUND).flat_map(|far| [at.checked_sub(far), (far > 0).then_some(at + far)]);
    around.flatten().find_map(|number| {
        let offset = number * PAGE_ROWS;
        let row = page(offset).rows.iter().position(|row| row.id == id)?;
        Some(offset + row)
    })
}

/// Reads the rows that the list shows. The selection is a unit: it stays the selected one where others come before it.
pub(super) fn read_list(state: &mut State, height: usize, fleet: impl Fn(&FleetQuery) -> FleetView) {
    if state.query.sort == trak_core::decide::order::Sort::Nearest && state.query.origin.is_none() {
        state.query.origin = state.unit.as_ref().and_then(|unit| unit.row.place);
    }
    let query = state.query.clone();
    let page = |offset: usize| fleet(&FleetQuery { offset, ..query.clone() });
    if let Some(id) = state.chosen.filter(|_| state.pinned.is_none()) {
        match row_of(id, state.cursor, page) {
            Some(row) => state.cursor = row,
            // Far off, or no longer among what is listed: shown all the same until the selection moves.
            None => state.pinned = Some(id),
        }
    }
    let first = page(state.top);
    state.counts = (first.matched, first.total);
    state.cursor = state.cursor.min(first.matched.saturating_sub(1));
    let most = first.matched.saturating_sub(height);
    let top = scrolled(state.cursor, state.top, height).min(most);
    let mut rows = if top == state.top { first.rows } else { page(top).rows };
    while rows.len() < height {
        let more = page(top + rows.len()).rows;
        if more.is_empty() {
            break;
        }
        let whole = more.len() == PAGE_ROWS;
        rows.extend(more);
        if !whole {
            break;
        }
    }
    rows.truncate(height);
    state.top = top;
    state.rows = rows;
}

/// Shows all units: `anew`, or only when one would not be seen, so that units which move do not make the map tremble.
pub fn fit(state: &mut State, trak: &Trak, cells: (u16, u16), anew: bool) {
    let world = MapQuery { viewport: Viewport::WORLD, zoom: 0.0, filter: state.query.filter.clone() };
    let Some(area) = around(trak.map(&world).points.iter().map(|point| point.bounds)) else { return };
    let shown = state.camera.viewport(cells);
    let is_shown = |lat, lon| LatLon::new(lat, lon).is_some_and(|place| shown.contains(place));
    if anew || !is_shown(area.south_deg, area.west_deg) || !is_shown(area.north_deg, area.east_deg) {
        state.camera.fit(&area, cells);
        state.camera.placed = Placed::OnUnits;
    }
}

/// Reads the list of the units at one spot; an empty one is closed.
fn read_members(state: &mut State, trak: &Trak) {
    let Some(members) = state.members.as_mut().filter(|_| state.mode == Mode::Members) else { return };
    let height = usize::from(inside(popup(state.size)).1).clamp(1, PAGE_ROWS);
    let filter = &state.query.filter;
    let mut view = trak.members(&members.point, filter, members.top);
    members.cursor = members.cursor.min(view.total.saturating_sub(1));
    let top = scrolled(members.cursor, members.top, height);
    if top != members.top {
        view = trak.members(&members.point, filter, top);
    }
    view.rows.truncate(height);
    (members.top, members.rows, members.total) = (top, view.rows, view.total);
    if members.total == 0 {
        (state.members, state.mode) = (None, Mode::Browse);
    }
}
