//! A state in, cells out. Pure; every fact has a sign or a word besides its colour.

mod list;
mod map;
mod panels;
mod pick;
mod sign_in;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Paragraph, Wrap};
use trak_core::decide::freshness::Freshness;
use trak_core::view::LinkToServer;

use super::layout::{LEAST, parts};
use super::state::{Mode, Panel, Prompt, State};
use crate::facts;
use crate::safe::{cut, safe, width};
use crate::text::{ago, day_time, event, fill, trouble};

/// Draws everything.
pub fn draw(frame: &mut Frame<'_>, state: &State) {
    let area = frame.area();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        frame.render_widget(Paragraph::new(state.text().too_small).wrap(Wrap { trim: true }), area);
        return;
    }
    let parts = parts((area.width, area.height), state.panel);
    header(frame, state, parts.header);
    if state.mode == Mode::SignIn {
        let body = Rect { height: parts.list.height, ..Rect::new(0, 1, area.width, 0) };
        sign_in::draw(frame, state, body);
    } else {
        list::draw(frame, state, parts.list);
        if let Some(at) = parts.map {
            map::draw(frame, state, at);
        }
        if let Some(at) = parts.panel {
            panels::draw(frame, state, at);
        }
        match (&state.mode, &state.members) {
            (Mode::Help, _) => help(frame, state, area),
            (Mode::Groups(chosen), _) => pick::groups(frame, state, *chosen),
            (Mode::Members, Some(members)) => pick::members(frame, state, members),
            _ => {}
        }
        let asked = matches!(state.mode, Mode::Input(..) | Mode::ConfirmSignOut | Mode::ConfirmReplace(_));
        let said = state.message.is_some() || asked;
        let sentence = state.status.trouble.map(|why| trouble(state.text(), why)).unwrap_or_default();
        if !said && width(&sentence) + 2 > area.width.into() {
            // What is wrong and what to do matters more than old news.
            status(frame, state, Rect { y: parts.alerts.y, height: 3, ..parts.status });
        } else {
            alerts(frame, state, parts.alerts);
            status(frame, state, parts.status);
        }
    }
    keys(frame, state, parts.keys);
}

/// A frame with its title; the one that has the arrows is thick and its title marked.
fn block(title: String, focused: bool) -> Block<'static> {
    let title = if focused { format!(" > {title} < ") } else { format!(" {title} ") };
    let kind = if focused { BorderType::Thick } else { BorderType::Plain };
    Block::bordered().border_type(kind).title(title)
}

/// Empties what is drawn over, and the column left of it: a wide character there would reach in.
fn clear(frame: &mut Frame<'_>, at: Rect) {
    let left = at.x.min(1);
    frame.render_widget(Clear, Rect { x: at.x - left, width: at.width + left, ..at });
}

/// The end of what was typed, where the cursor stands.
fn tail(text: &str, cells: usize) -> String {
    let mut out = text;
    while width(out) > cells {
        let mut chars = out.chars();
        chars.next();
        out = chars.as_str();
    }
    out.to_owned()
}

/// The colour of a level, none without colours.
fn level_style(state: &State, level: Option<Freshness>) -> Style {
    let colour = match level {
        Some(Freshness::Live) => Color::Green,
        Some(Freshness::Recent) => Color::Cyan,
        Some(Freshness::Old) => Color::Yellow,
        Some(Freshness::Lost) => Color::Red,
        None => Color::DarkGray,
    };
    coloured(state, colour)
}

fn coloured(state: &State, colour: Color) -> Style {
    if state.colour { Style::new().fg(colour) } else { Style::new() }
}

fn header(frame: &mut Frame<'_>, state: &State, at: Rect) {
    let text = state.text();
    let mut spans = vec![Span::styled(text.product, Style::new().add_modifier(Modifier::BOLD))];
    if let Some(account) = &state.account {
        let room = usize::from(at.width).saturating_sub(48).max(12);
        spans.push(Span::raw(format!("  {}", cut(&safe(&account.name), room.min(30)))));
        if account.readonly {
            spans.push(Span::raw(format!(" ({})", text.readonly_mark)));
        }
        spans.push(Span::raw(format!("  {}", cut(&safe(&account.server), room.min(50)))));
        if account.cleartext {
            let style = coloured(state, Color::Red).add_modifier(Modifier::BOLD | Modifier::REVERSED);
            spans.push(Span::raw("  "));
            spans.push(Span::styled(format!(" ! {} ", text.cleartext_mark), style));
        }
    }
    frame.render_widget(Line::from(spans), at);
}

fn alerts(frame: &mut Frame<'_>, state: &State, at: Rect) {
    let text = state.text();
    if let Some(message) = &state.message {
        frame.render_widget(Line::from(cut(message, at.width.into())).style(Modifier::BOLD), at);
        return;
    }
    if let Mode::Input(prompt, typed) = &state.mode {
        let label = match prompt {
            Prompt::Place => text.place_prompt,
            Prompt::From => text.from_prompt,
            Prompt::To(_) => text.to_prompt,
            Prompt::ExportFile => text.export_prompt,
        };
        let room = usize::from(at.width).saturating_sub(width(label) + 3);
        let line = format!("{label}: {}_", tail(&safe(typed), room));
        frame.render_widget(Line::from(line).style(Modifier::BOLD), at);
        return;
    }
    if let Mode::ConfirmReplace(path) = &state.mode {
        let question = fill(text.confirm_replace, cut(&safe(path), 40));
        frame.render_widget(Line::from(question).style(Modifier::BOLD), at);
        return;
    }
    if state.mode == Mode::ConfirmSignOut {
        frame.render_widget(Line::from(text.confirm_sign_out).style(Modifier::BOLD), at);
        return;
    }
    let mut line = format!("{}: ", text.alerts);
    if state.events.is_empty() {
        line += text.alerts_none;
    }
    for row in &state.events {
        let what = event(text, row.event.kind, &row.event.type_word);
        line += &format!("{} {} {what}  |  ", day_time(row.event.at, &state.zone), safe(&row.unit_name));
        if width(&line) > at.width.into() {
            break;
        }
    }
    frame.render_widget(Line::from(cut(line.trim_end_matches("  |  "), at.width.into())), at);
}

fn status(frame: &mut Frame<'_>, state: &State, at: Rect) {
    let (text, status) = (state.text(), &state.status);
    let (sign, colour) = match status.link {
        LinkToServer::Live => ("*", Color::Green),
        LinkToServer::Connecting => ("~", Color::Yellow),
        LinkToServer::Offline { .. } | LinkToServer::SignedOut => ("!", Color::Red),
    };
    // What is printed once tries nothing again.
    let device_now = state.printed.is_none().then_some(state.clocks.1);
    let mut link = facts::link_words(text, status, state.clocks.0, device_now);
    if let Some(word) = state.printed.filter(|_| status.link == LinkToServer::Connecting) {
        link = format!("{word} ({})", facts::confirmed(text, status, state.clocks.0));
    }
    let mut more = String::new();
    if status.refreshing {
        more += &format!("  {}", text.status_refreshing);
    }
    if status.link == LinkToServer::Live
        && let Some(at) = status.confirmed_at
    {
        let age = ago(text, state.clocks.0.since_ms(at).max(0));
        more += &format!("  {}", fill(text.status_offline_since, age));
    }
    if status.unreadable_elements > 0 {
        more += &format!("  {}", fill(text.status_unreadable, status.unreadable_elements));
    }
    if status.quarantined_positions > 0 {
        more += &format!("  {}", fill(text.status_quarantined, status.quarantined_positions));
    }
    let style = coloured(state, colour).add_modifier(Modifier::BOLD);
    let trouble = status.trouble.map(|why| trouble(text, why));
    let first = Line::from(vec![Span::styled(format!("{sign} {link}"), style), Span::raw(more)]);
    frame.render_widget(first, Rect { height: 1, ..at });
    let second = match trouble {
        Some(sentence) => format!("! {sentence}"),
        None if status.link != LinkToServer::Live && status.loaded => text.status_last_known.to_owned(),
        None => String::new(),
    };
    let second = Paragraph::new(second).style(coloured(state, Color::Yellow)).wrap(Wrap { trim: true });
    frame.render_widget(second, Rect { y: at.y + 1, height: at.height - 1, ..at });
}

fn keys(frame: &mut Frame<'_>, state: &State, at: Rect) {
    let text = state.text();
    if state.printed.is_some() {
        return;
    }
    let line = match (&state.mode, state.panel, state.panel_focus) {
        (Mode::SignIn, ..) => text.sign_in_keys,
        (Mode::Search, ..) => text.keys_search,
        (Mode::Filter, ..) => text.keys_filter,
        (Mode::Input(..), ..) => text.keys_input,
        (Mode::ConfirmSignOut, ..) => text.keys_confirm,
        (Mode::Help, ..) => text.keys_help,
        (Mode::Groups(_), ..) => text.keys_groups,
        (Mode::Members, ..) => text.keys_members,
        (Mode::ConfirmReplace(_), ..) => text.keys_replace,
        (Mode::Browse, Panel::Map, _) if state.track.on_map => text.keys_replay,
        (Mode::Browse, Panel::Map, true) => text.keys_map,
        (Mode::Browse, Panel::Details, true) => text.keys_details,
        (Mode::Browse, Panel::Nearby, true) => text.keys_nearby,
        (Mode::Browse, Panel::History, true) => text.keys_history,
        (Mode::Browse, ..) => text.keys_browse,
    };
    frame.render_widget(Line::from(cut(line, at.width.into())).style(Modifier::REVERSED), at);
}

fn help(frame: &mut Frame<'_>, state: &State, area: Rect) {
    let text = state.text();
    let at = Rect::new(2, 1, area.width.saturating_sub(4), area.height.saturating_sub(5));
    let lines: Vec<Line<'_>> = [
        text.help_units,
        text.help_panels,
        text.help_map,
        text.help_nearby,
        text.help_history,
        text.help_replay,
        text.help_other,
        "",
        text.help_symbols,
        text.help_levels,
    ]
    .map(Line::from)
    .into();
    clear(frame, at);
    let paragraph = Paragraph::new(lines).wrap(Wrap { trim: true });
    frame.render_widget(paragraph.block(block(text.tab_help.to_owned(), true)), at);
}
