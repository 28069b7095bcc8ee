//! The keys while nothing is asked: the list, the map, the panels, a loaded track.

use crossterm::event::{KeyCode, KeyEvent};
use trak_core::decide::order::Sort;
use trak_core::geo::format::{CoordinateFormat, format};

use super::layout::{inside, parts};
use super::pick::open_aimed;
use super::replay;
use super::state::{Effect, Mode, Panel, Prompt, State};
use super::viewport::fit_track;
use crate::text::{day, fill};

/// The radii that + and - step through, metres.
const RADII_M: [f64; 10] =
    [100.0, 250.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 20_000.0, 50_000.0, 100_000.0];

/// One key.
pub fn browse(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let on_map = state.panel_focus && state.panel == Panel::Map;
    let cells = parts(state.size, state.panel).map.map_or((40, 10), inside);
    match key.code {
        KeyCode::Char('q') => return vec![Effect::Quit],
        KeyCode::Char('?') => state.mode = Mode::Help,
        KeyCode::Char('/') => {
            state.mode = Mode::Search;
            state.panel_focus = false;
        }
        KeyCode::Char('f') => state.mode = Mode::Filter,
        KeyCode::Char('R') => {
            state.message = Some(state.text().message_refreshing.to_owned());
            return vec![Effect::Refresh];
        }
        KeyCode::Char('O') => state.mode = Mode::ConfirmSignOut,
        KeyCode::Char('s') => {
            state.query.sort = match state.query.sort {
                Sort::Name => Sort::Freshest,
                Sort::Freshest => Sort::Nearest,
                Sort::Nearest => Sort::Name,
            };
            // Nearest measures from the unit that was selected when it was chosen.
            state.query.origin = None;
            state.back_to_top();
        }
        KeyCode::Tab => state.panel_focus = !state.panel_focus,
        KeyCode::Esc if state.panel_focus || state.panel != Panel::Map => {
            state.panel_focus = false;
            state.panel = Panel::Map;
        }
        KeyCode::Esc => {
            state.query.text.clear();
            state.query.filter = trak_core::decide::order::Filter::default();
            state.back_to_top();
        }
        KeyCode::Enter if on_map => open_aimed(state, cells),
        KeyCode::Up if on_map => pan(state, 0.0, -0.25, cells),
        KeyCode::Down if on_map => pan(state, 0.0, 0.25, cells),
        KeyCode::Left if on_map => pan(state, -0.25, 0.0, cells),
        KeyCode::Right if on_map => pan(state, 0.25, 0.0, cells),
        KeyCode::Char('K') => pan(state, 0.0, -0.25, cells),
        KeyCode::Char('J') => pan(state, 0.0, 0.25, cells),
        KeyCode::Char('H') => pan(state, -0.25, 0.0, cells),
        KeyCode::Char('L') => pan(state, 0.25, 0.0, cells),
        KeyCode::PageUp if state.panel_focus => state.scroll = state.scroll.saturating_sub(5),
        KeyCode::PageDown if state.panel_focus => state.scroll = state.scroll.saturating_add(5),
        KeyCode::Up => return chosen(state, -1),
        KeyCode::Down => return chosen(state, 1),
        KeyCode::PageUp => return chosen(state, -page(state)),
        KeyCode::PageDown => return chosen(state, page(state)),
        KeyCode::Home => return chosen(state, isize::MIN),
        KeyCode::End => return chosen(state, isize::MAX),
        KeyCode::Char('m') => show(state, Panel::Map),
        KeyCode::Enter => show(state, Panel::Details),
        KeyCode::Char('n') => show(state, Panel::Nearby),
        KeyCode::Char('h') => {
            show(state, Panel::History);
            if state.track.unit != state.unit.as_ref().map(|u| u.row.id) {
                return vec![Effect::LoadHistory];
            }
        }
        KeyCode::Char('0') => return vec![Effect::Fit],
        KeyCode::Char('c') => return copy_or_centre(state),
        KeyCode::Char('x') => {
            state.notation = match state.notation {
                CoordinateFormat::Decimal => CoordinateFormat::DegreesMinutes,
                CoordinateFormat::DegreesMinutes => CoordinateFormat::DegreesMinutesSeconds,
                CoordinateFormat::DegreesMinutesSeconds => CoordinateFormat::Utm,
                CoordinateFormat::Utm => CoordinateFormat::Mgrs,
                CoordinateFormat::Mgrs => CoordinateFormat::Decimal,
            }
        }
        KeyCode::Char('w') => {
            let selected = state.unit.as_ref().map(|u| u.row.id);
            state.follow = if state.follow == selected { None } else { selected };
            if state.follow.is_some() && state.camera.zoom < 12.0 {
                state.camera.zoom = 12.0;
            }
            return vec![Effect::Follow(state.follow)];
        }
        KeyCode::Char(c) => return panel_key(state, c),
        _ => {}
    }
    Vec::new()
}

fn panel_key(state: &mut State, c: char) -> Vec<Effect> {
    if state.track_has_keys()
        && let Some(effects) = track_key(state, c)
    {
        return effects;
    }
    match (state.panel, c) {
        (Panel::Nearby, '+' | '=') => state.nearby.radius_m = radius(state.nearby.radius_m, true),
        (Panel::Nearby, '-') => state.nearby.radius_m = radius(state.nearby.radius_m, false),
        (Panel::Nearby, 'p') => state.mode = Mode::Input(Prompt::Place, String::new()),
        (Panel::Nearby, 'u') => state.nearby.place = None,
        (_, '+' | '=') => state.camera.zoom_by(1.0),
        (_, '-') => state.camera.zoom_by(-1.0),
        _ => {}
    }
    Vec::new()
}

/// Keys of the loaded track; `None` for any other key.
fn track_key(state: &mut State, c: char) -> Option<Vec<Effect>> {
    match c {
        '[' | ']' => {
            let days = state.track.days_back + if c == '[' { 1 } else { -1 };
            state.track.days_back = days.clamp(0, 36_500);
            state.track.range = None;
            return Some(vec![Effect::LoadHistory]);
        }
        'r' => state.mode = Mode::Input(Prompt::From, String::new()),
        'e' if state.track.found.is_some() => {
            state.mode = Mode::Input(Prompt::ExportFile, file_name(state));
        }
        't' if state.track.on_map => state.track.on_map = false,
        't' => track_on_map(state),
        'p' => {
            let history = state.track.found.clone()?;
            state.track.replay = replay::play(state.track.replay, history.positions());
            if !state.track.on_map {
                track_on_map(state);
            }
        }
        ',' | '.' | '<' | '>' => {
            let (history, now) = (state.track.found.clone()?, state.track.replay?);
            state.track.replay = Some(match c {
                ',' => replay::step(now, false, history.positions()),
                '.' => replay::step(now, true, history.positions()),
                _ => replay::pace(now, c == '>'),
            });
        }
        _ => return None,
    }
    Some(Vec::new())
}

/// Draws the track; where there is no room for a map beside its page, the map takes the page's place.
fn track_on_map(state: &mut State) {
    if state.track.found.is_none() {
        return;
    }
    state.track.on_map = true;
    let beside = parts(state.size, Panel::History).map;
    if beside.is_none() {
        state.panel = Panel::Map;
    }
    if let Some(frame) = beside.or(parts(state.size, Panel::Map).map) {
        fit_track(state, inside(frame));
    }
}

/// A file name that says whose track of which day it is.
pub(super) fn file_name(state: &State) -> String {
    let unit = state.track.of.as_ref().map(|(_, unique_id)| unique_id.as_str()).unwrap_or_default();
    let plain: String =
        unit.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).take(40).collect();
    let day = state.track.asked.map(|(from, _)| day(from, &state.zone)).unwrap_or_default();
    format!("{plain}_{day}.gpx")
}

fn pan(state: &mut State, right: f64, down: f64, cells: (u16, u16)) {
    // A person who looks elsewhere does not want to be pulled back.
    state.follow = None;
    state.camera.pan(right, down, cells);
}

fn show(state: &mut State, panel: Panel) {
    state.panel_focus = panel != state.panel || !state.panel_focus || panel == Panel::Map;
    state.panel = panel;
    state.scroll = 0;
    if panel != Panel::Map {
        state.chosen = state.unit.as_ref().map(|unit| unit.row.id);
    }
}

fn chosen(state: &mut State, step: isize) -> Vec<Effect> {
    let (before, chosen) = (state.cursor, state.chosen);
    select(state, step);
    if state.cursor == before {
        state.chosen = chosen;
    } else {
        state.scroll = 0;
        (state.track.on_map, state.track.replay, state.pinned) = (false, None, None);
        if state.panel == Panel::History {
            state.track.days_back = 0;
            state.track.range = None;
            return vec![Effect::LoadHistory];
        }
    }
    Vec::new()
}

fn radius(now_m: f64, wider: bool) -> f64 {
    let next =
        if wider { RADII_M.iter().find(|r| **r > now_m) } else { RADII_M.iter().rev().find(|r| **r < now_m) };
    next.copied().unwrap_or(now_m)
}

fn copy_or_centre(state: &mut State) -> Vec<Effect> {
    let Some(place) = state.unit.as_ref().and_then(|u| u.row.place) else { return Vec::new() };
    if state.panel == Panel::Map {
        state.camera.centre(place);
        return Vec::new();
    }
    let text = format(place, state.notation);
    state.message = Some(fill(state.text().copied, &text));
    vec![Effect::Copy(text)]
}

/// Moves the list's selection.
pub fn select(state: &mut State, step: isize) {
    let last = state.counts.0.saturating_sub(1);
    state.cursor = state.cursor.saturating_add_signed(step).min(last);
    state.chosen = None;
}

fn page(state: &State) -> isize {
    isize::try_from(inside(parts(state.size, state.panel).list).1).unwrap_or(10).max(2) - 2
}
