//! The state's facts, read from the core's memory.

use trak_core::engine::Trak;
use trak_core::geo::cluster::Viewport;
use trak_core::model::UtcMs;
use trak_core::view::{FleetQuery, MapQuery, NearbyQuery, Origin, PAGE_ROWS};

use super::layout::{inside, parts};
use super::state::{Mode, Panel, State};

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
    read_list(state, trak, usize::from(inside(parts.list).1).saturating_sub(1).max(1));
    state.unit = state.selected().map(|row| row.id).and_then(|id| trak.unit(id));
    state.tail = trak.tail().iter().map(|p| p.place).collect();
    if let Some(place) = state.follow.and_then(|id| trak.unit(id)).and_then(|view| view.row.place) {
        state.camera.centre(place);
    }
    if let Some(frame) = parts.map {
        let cells = inside(frame);
        if !state.camera.placed {
            fit(state, trak, cells);
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

fn read_list(state: &mut State, trak: &Trak, height: usize) {
    if state.query.sort == trak_core::decide::order::Sort::Nearest && state.query.origin.is_none() {
        state.query.origin = state.unit.as_ref().and_then(|unit| unit.row.place);
    }
    let page = |offset: usize| trak.fleet(&FleetQuery { offset, ..state.query.clone() });
    let first = page(state.top);
    state.counts = (first.matched, first.total);
    state.cursor = state.cursor.min(first.matched.saturating_sub(1));
    let most = first.matched.saturating_sub(height);
    let top = if state.cursor < state.top {
        state.cursor
    } else if state.cursor >= state.top + height {
        state.cursor + 1 - height
    } else {
        state.top
    }
    .min(most);
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

/// Shows all units.
pub fn fit(state: &mut State, trak: &Trak, cells: (u16, u16)) {
    let world = MapQuery { viewport: Viewport::WORLD, zoom: 0.0, filter: state.query.filter.clone() };
    let points = trak.map(&world).points;
    let Some(first) = points.first().map(|p| p.bounds) else { return };
    let all = points.iter().map(|p| p.bounds).fold(first, |a, b| Viewport {
        south_deg: a.south_deg.min(b.south_deg),
        west_deg: a.west_deg.min(b.west_deg),
        north_deg: a.north_deg.max(b.north_deg),
        east_deg: a.east_deg.max(b.east_deg),
    });
    state.camera.fit((all.south_deg, all.west_deg), (all.north_deg, all.east_deg), cells);
}
