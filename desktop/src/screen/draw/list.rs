//! The unit list.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use trak_core::decide::order::Sort;
use trak_core::view::UnitRow;

use super::super::keys::filter_words;
use super::super::state::{Mode, State};
use super::{block, level_style};
use crate::safe::{pad, pad_left, safe};
use crate::text::{distance, freshness, freshness_sign, kind, short_age, speed};

/// Cells from which a row has room for more than name, state and age.
const ROOMY: usize = 64;

pub(super) fn draw(frame: &mut Frame<'_>, state: &State, at: Rect) {
    let text = state.text();
    let (matched, total) = state.counts;
    let title = format!("{} {matched}/{total}", text.tab_units);
    let focused = !state.panel_focus && state.mode != Mode::Help;
    let block = block(title, focused);
    let inner = block.inner(at);
    frame.render_widget(block, at);
    let cells = usize::from(inner.width);
    let head = head(state, cells);
    let style = Style::new().add_modifier(Modifier::UNDERLINED);
    frame.render_widget(Line::from(head).style(style), Rect { height: 1, ..inner });
    let rows = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    if state.rows.is_empty() {
        let line = match (state.counts.1, state.status.loaded, state.status.trouble) {
            (0, false, None) => text.list_loading,
            (0, false, Some(_)) => text.list_unknown,
            (0, true, _) => text.list_empty,
            _ => text.list_no_match,
        };
        let paragraph = ratatui::widgets::Paragraph::new(line).wrap(ratatui::widgets::Wrap { trim: true });
        frame.render_widget(paragraph, rows);
        return;
    }
    for (i, row) in state.rows.iter().enumerate().take(rows.height.into()) {
        let selected = match state.pinned {
            Some(id) => row.id == id,
            None => state.top + i == state.cursor,
        };
        let line = line(state, row, cells, selected);
        let y = rows.y + u16::try_from(i).unwrap_or(0);
        frame.render_widget(line, Rect { y, height: 1, ..rows });
    }
}

/// What is searched, filtered and sorted: always visible, in every state.
fn head(state: &State, cells: usize) -> String {
    let text = state.text();
    let sort = match state.query.sort {
        Sort::Name => text.sort_name,
        Sort::Freshest => text.sort_freshest,
        Sort::Nearest => text.sort_nearest,
    };
    let cursor = if state.mode == Mode::Search { "_" } else { "" };
    let mut parts = Vec::new();
    if state.mode == Mode::Search || !state.query.text.is_empty() {
        parts.push(format!("/{}{cursor}", safe(&state.query.text)));
    }
    let filter = filter_words(text, state);
    if state.mode == Mode::Filter || filter != text.filter_all {
        parts.push(format!("{}: {filter}", text.filter_label));
    }
    parts.push(format!("{}: {sort}", text.sort_label));
    pad(&parts.join("  "), cells)
}

fn line(state: &State, row: &UnitRow, cells: usize, selected: bool) -> Line<'static> {
    let text = state.text();
    let nearest = state.query.sort == Sort::Nearest;
    let attention = row.doubt.is_some() || row.future_held_back || row.disabled;
    let mark = format!("{}{}", if selected { '>' } else { ' ' }, freshness_sign(row.freshness));
    let age = row.age_ms.map_or_else(|| "-".to_owned(), |ms| short_age(text, ms));
    let far = row.distance_m.map_or_else(|| "-".to_owned(), distance);
    let mut right = String::new();
    if cells >= ROOMY {
        right += &format!(" {}", pad(&safe(row.plate.as_deref().unwrap_or("")), 10));
        right += &format!(" {}", pad(kind(text, row.kind), 9));
        right += &format!(" {}", pad_left(&row.speed_mps.map_or_else(String::new, speed), 8));
    }
    if nearest {
        right += &format!(" {}", pad_left(&far, 7));
    } else {
        let level = row.freshness.map_or(text.no_position_short, |level| freshness(text, Some(level)));
        right += &format!(" {}", pad(level, 7));
    }
    right += &format!(" {}{}", pad_left(&age, 6), if attention { '!' } else { ' ' });
    let name = pad(&safe(&row.name), cells.saturating_sub(3 + crate::safe::width(&right)));
    let style = level_style(state, row.freshness);
    let line = Line::from(vec![
        Span::styled(mark, style),
        Span::raw(format!(" {name}")),
        Span::styled(right, style),
    ]);
    if selected { line.style(Style::new().add_modifier(Modifier::REVERSED)) } else { line }
}
