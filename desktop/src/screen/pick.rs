//! Choosing from what is drawn over the screen: groups of the filter, units at one spot; and what the map's middle aims at.

use crossterm::event::{KeyCode, KeyEvent};
use trak_core::model::UnitId;

use super::keys::toggle;
use super::state::{Members, Mode, Panel, State};
use super::viewport::MOST_ZOOM;

/// One key of the list of groups.
pub fn groups_key(state: &mut State, key: KeyEvent, at: usize) {
    let last = state.groups.len().saturating_sub(1);
    let to = match key.code {
        KeyCode::Up => at.saturating_sub(1),
        KeyCode::Down => (at + 1).min(last),
        KeyCode::PageUp => at.saturating_sub(10),
        KeyCode::PageDown => (at + 10).min(last),
        KeyCode::Home => 0,
        KeyCode::End => last,
        KeyCode::Char(' ' | 'x') => {
            if let Some(id) = state.groups.get(at).map(|group| group.id) {
                toggle(&mut state.query.filter.groups, id);
                state.back_to_top();
            }
            at
        }
        KeyCode::Char('c') => {
            state.query.filter.groups = None;
            state.back_to_top();
            at
        }
        KeyCode::Esc | KeyCode::Enter | KeyCode::Char('g') => {
            state.mode = Mode::Filter;
            return;
        }
        _ => at,
    };
    state.mode = Mode::Groups(to);
}

/// One key of the list of units at one spot.
pub fn members_key(state: &mut State, key: KeyEvent) {
    let Some(members) = &mut state.members else {
        state.mode = Mode::Browse;
        return;
    };
    let last = members.total.saturating_sub(1);
    match key.code {
        KeyCode::Up => members.cursor = members.cursor.saturating_sub(1),
        KeyCode::Down => members.cursor = (members.cursor + 1).min(last),
        KeyCode::PageUp => members.cursor = members.cursor.saturating_sub(10),
        KeyCode::PageDown => members.cursor = (members.cursor + 10).min(last),
        KeyCode::Home => members.cursor = 0,
        KeyCode::End => members.cursor = last,
        KeyCode::Enter => {
            let at = members.cursor.checked_sub(members.top);
            let chosen = at.and_then(|at| members.rows.get(at)).map(|row| row.id);
            if let Some(id) = chosen {
                details(state, id);
            }
        }
        KeyCode::Esc | KeyCode::Char('q') => {
            state.members = None;
            state.mode = Mode::Browse;
        }
        _ => {}
    }
}

/// The point of the map nearest to its middle: what Enter opens while the arrows move the map.
pub fn aimed(state: &State, cells: (u16, u16)) -> Option<usize> {
    if !state.panel_focus || state.panel != Panel::Map {
        return None;
    }
    let (width, height) = state.camera.span(cells);
    let points = state.map.as_ref()?.points.iter().enumerate();
    points
        .map(|(at, point)| (at, state.camera.offset(point.place)))
        .filter(|(_, (x, y))| x.abs() <= width / 2.0 && y.abs() <= height / 2.0)
        .min_by(|(_, a), (_, b)| a.0.hypot(a.1).total_cmp(&b.0.hypot(b.1)))
        .map(|(at, _)| at)
}

/// Opens what the map's middle aims at: a unit's details; a group that zooming in parts, closer; any other as a list.
pub fn open_aimed(state: &mut State, cells: (u16, u16)) {
    let Some(map) = &state.map else { return };
    let Some(at) = aimed(state, cells) else { return };
    let (point, unit) = (map.points.get(at).copied(), map.units.get(at).cloned().flatten());
    match (point, unit) {
        (_, Some(row)) => details(state, row.id),
        (Some(point), None) if point.can_split && state.camera.zoom < MOST_ZOOM => {
            state.follow = None;
            let before = state.camera.zoom;
            state.camera.fit(&point.bounds, cells);
            if state.camera.zoom < before + 0.5 {
                state.camera.centre(point.place);
                state.camera.zoom = before;
                state.camera.zoom_by(2.0);
            }
        }
        (Some(point), None) => {
            state.members = Some(Members { point, cursor: 0, top: 0, rows: Vec::new(), total: 0 });
            state.mode = Mode::Members;
        }
        (None, None) => {}
    }
}

/// Shows a unit that was chosen elsewhere than in the list.
fn details(state: &mut State, id: UnitId) {
    state.pinned = Some(id);
    (state.members, state.mode) = (None, Mode::Browse);
    (state.panel, state.panel_focus, state.scroll) = (Panel::Details, true, 0);
}
