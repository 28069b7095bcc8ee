//! A key in, a changed state and effects out. Pure.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use trak_core::geo::format::parse;
use trak_core::history::ExportFormat;

use super::browse::{browse, select};
use super::form::Wish;
use super::keys::filter_key;
use super::pick::{groups_key, members_key};
use super::state::{Effect, Mode, Prompt, State};
use crate::input::moment;
use crate::safe::safe;
use crate::text::fill;

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
        Mode::Groups(at) => {
            groups_key(state, key, at);
            Vec::new()
        }
        Mode::Members => {
            members_key(state, key);
            Vec::new()
        }
        Mode::ConfirmReplace(path) => {
            state.mode = Mode::Browse;
            match key.code {
                KeyCode::Char('y') => vec![Effect::Export { path, replace: true }],
                _ => Vec::new(),
            }
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
            state.back_to_top();
        }
        KeyCode::Backspace => {
            state.query.text.pop();
            state.back_to_top();
        }
        KeyCode::Char(c) => {
            state.query.text.push(c);
            state.back_to_top();
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
            if export_format(typed.trim()).is_none() && !typed.trim().is_empty() {
                state.message = Some(fill(text.bad_extension, safe(typed)));
                state.mode = Mode::Input(Prompt::ExportFile, typed.to_owned());
            } else if !typed.trim().is_empty() {
                return vec![Effect::Export { path: typed.trim().to_owned(), replace: false }];
            }
        }
    }
    Vec::new()
}

/// The format that a file's name asks for.
pub fn export_format(path: &str) -> Option<ExportFormat> {
    let (_, extension) = path.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "gpx" => Some(ExportFormat::Gpx),
        "csv" => Some(ExportFormat::Csv),
        "geojson" | "json" => Some(ExportFormat::GeoJson),
        _ => None,
    }
}
