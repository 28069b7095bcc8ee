//! A key in, a changed state and effects out. Pure.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use trak_core::decide::order::Sort;
use trak_core::geo::format::{CoordinateFormat, format, parse};

use super::form::Wish;
use super::keys::filter_key;
use super::layout::{inside, parts};
use super::state::{Effect, Mode, Panel, Prompt, State};
use crate::input::moment;
use crate::safe::safe;
use crate::text::fill;

/// The radii that + and - step through, metres.
const RADII_M: [f64; 10] =
    [100.0, 250.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 20_000.0, 50_000.0, 100_000.0];

/// One key.
pub fn update(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    if key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char('c') {
        return vec![Effect::Quit];
    }
    if key.code == KeyCode::F(2) {
        state.language = state.language.other();
        return Vec::new();
    }
    state.message = None;
    match state.mode.clone() {
        Mode::SignIn => match state.form.key(key) {
            Wish::Submit => vec![Effect::SignIn],
            Wish::None => Vec::new(),
        },
        Mode::Help => {
            if matches!(key.code, KeyCode::Esc | KeyCode::Char('?' | 'q') | KeyCode::Enter) {
                state.mode = Mode::Browse;
            }
            Vec::new()
        }
        Mode::ConfirmSignOut => {
            state.mode = Mode::Browse;
            match key.code {
                KeyCode::Char('y') => vec![Effect::SignOut { keep_cache: false }],
                KeyCode::Char('k') => vec![Effect::SignOut { keep_cache: true }],
                _ => Vec::new(),
            }
        }
        Mode::Search => search(state, key),
        Mode::Filter => {
            filter_key(state, key);
            Vec::new()
        }
        Mode::Input(prompt, typed) => input(state, key, prompt, typed),
        Mode::Browse => browse(state, key),
    }
}

fn search(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    match key.code {
        KeyCode::Enter => state.mode = Mode::Browse,
        KeyCode::Esc => {
            state.query.text.clear();
            state.mode = Mode::Browse;
            (state.cursor, state.top) = (0, 0);
        }
        KeyCode::Backspace => {
            state.query.text.pop();
            (state.cursor, state.top) = (0, 0);
        }
        KeyCode::Char(c) => {
            state.query.text.push(c);
            (state.cursor, state.top) = (0, 0);
        }
        KeyCode::Up => select(state, -1),
        KeyCode::Down => select(state, 1),
        _ => {}
    }
    Vec::new()
}

fn input(state: &mut State, key: KeyEvent, prompt: Prompt, mut typed: String) -> Vec<Effect> {
    match key.code {
        KeyCode::Esc => state.mode = Mode::Browse,
        KeyCode::Enter => return accept(state, prompt, &typed),
        KeyCode::Backspace => {
            typed.pop();
            state.mode = Mode::Input(prompt, typed);
        }
        KeyCode::Char(c) => {
            typed.push(c);
            state.mode = Mode::Input(prompt, typed);
        }
        _ => {}
    }
    Vec::new()
}

fn accept(state: &mut State, prompt: Prompt, typed: &str) -> Vec<Effect> {
    let text = state.text();
    match prompt {
        Prompt::Place => match parse(typed) {
            Ok(place) => {
                state.nearby.place = Some(place);
                state.mode = Mode::Browse;
            }
            Err(_) => state.message = Some(fill(text.bad_place, safe(typed))),
        },
        Prompt::From => match moment(typed, state.clocks.0, &state.zone) {
            Some(_) => state.mode = Mode::Input(Prompt::To(typed.to_owned()), String::new()),
            None => state.message = Some(fill(text.bad_time, safe(typed))),
        },
        Prompt::To(from) => {
            let end = if typed.trim().is_empty() { "now" } else { typed };
            let range =
                moment(&from, state.clocks.0, &state.zone).zip(moment(end, state.clocks.0, &state.zone));
            match range {
                Some((from, to)) if from < to => {
                    state.track.range = Some((from, to));
                    state.mode = Mode::Browse;
                    return vec![Effect::LoadHistory];
                }
                Some(_) => state.message = Some(text.bad_range.to_owned()),
                None => state.message = Some(fill(text.bad_time, safe(typed))),
            }
        }
        Prompt::ExportFile => {
            state.mode = Mode::Browse;
            if !typed.trim().is_empty() {
                return vec![Effect::Export(typed.trim().to_owned())];
            }
        }
    }
    Vec::new()
}

fn select(state: &mut State, step: isize) {
    let last = state.counts.0.saturating_sub(1);
    state.cursor = state.cursor.saturating_add_signed(step).min(last);
}

fn page(state: &State) -> isize {
    isize::try_from(inside(parts(state.size, state.panel).list).1).unwrap_or(10).max(2) - 2
}

fn browse(state: &mut State, key: KeyEvent) -> Vec<Effect> {
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
            (state.cursor, state.top) = (0, 0);
        }
        KeyCode::Tab => state.panel_focus = !state.panel_focus,
        KeyCode::Esc if state.panel_focus || state.panel != Panel::Map => {
            state.panel_focus = false;
            state.panel = Panel::Map;
        }
        KeyCode::Esc => {
            state.query.text.clear();
            state.query.filter = trak_core::decide::order::Filter::default();
        }
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
                CoordinateFormat::DegreesMinutesSeconds => CoordinateFormat::Decimal,
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
    match (state.panel, c) {
        (Panel::Nearby, '+' | '=') => state.nearby.radius_m = radius(state.nearby.radius_m, true),
        (Panel::Nearby, '-') => state.nearby.radius_m = radius(state.nearby.radius_m, false),
        (Panel::Nearby, 'p') => state.mode = Mode::Input(Prompt::Place, String::new()),
        (Panel::Nearby, 'u') => state.nearby.place = None,
        (Panel::History, '[') => {
            state.track.range = None;
            state.track.days_back = (state.track.days_back + 1).min(36_500);
            return vec![Effect::LoadHistory];
        }
        (Panel::History, ']') => {
            state.track.range = None;
            state.track.days_back = (state.track.days_back - 1).max(0);
            return vec![Effect::LoadHistory];
        }
        (Panel::History, 'r') => state.mode = Mode::Input(Prompt::From, String::new()),
        (Panel::History, 'e') if state.track.found.is_some() => {
            state.mode = Mode::Input(Prompt::ExportFile, "track.gpx".to_owned());
        }
        (Panel::History, 't') => {
            state.track.on_map = !state.track.on_map;
            if let Some(frame) = parts(state.size, Panel::Map).map.filter(|_| state.track.on_map) {
                super::viewport::fit_track(state, inside(frame));
                state.panel =
                    if parts(state.size, Panel::History).map.is_some() { state.panel } else { Panel::Map };
            }
        }
        (_, '+' | '=') => state.camera.zoom_by(1.0),
        (_, '-') => state.camera.zoom_by(-1.0),
        _ => {}
    }
    Vec::new()
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
}

fn chosen(state: &mut State, step: isize) -> Vec<Effect> {
    let before = state.cursor;
    select(state, step);
    if state.cursor != before {
        state.scroll = 0;
        state.track.on_map = false;
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
