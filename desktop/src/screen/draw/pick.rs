//! What is drawn over the screen to choose from: the groups of the filter, the units at one spot.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use trak_core::model::Group;

use super::super::layout::{inside, popup, scrolled};
use super::super::state::{Members, State};
use super::{block, clear, level_style};
use crate::safe::{pad, pad_left, safe, width};
use crate::text::{fill, freshness, freshness_sign, kind, short_age};

pub(super) fn groups(frame: &mut Frame<'_>, state: &State, chosen: usize) {
    let text = state.text();
    let at = popup(state.size);
    let (cells, height) = (usize::from(inside(at).0), usize::from(inside(at).1).max(1));
    let wanted = state.query.filter.groups.as_ref();
    let top = scrolled(chosen, 0, height);
    let lines = state.groups.iter().enumerate().skip(top).take(height).map(|(i, group)| {
        let ticked = wanted.is_some_and(|ids| ids.contains(&group.id));
        let mark = if i == chosen { '>' } else { ' ' };
        let line = format!("{mark}[{}] {}", if ticked { 'x' } else { ' ' }, path(state, group));
        chosen_line(Line::from(pad(&line, cells)), i == chosen)
    });
    let lines: Vec<Line<'_>> =
        if state.groups.is_empty() { vec![Line::from(text.groups_none)] } else { lines.collect() };
    over(frame, at, fill(text.groups_title, wanted.map_or(0, std::collections::HashSet::len)), lines);
}

/// A group's name behind those of the groups it stands in.
fn path(state: &State, group: &Group) -> String {
    let mut names = vec![safe(&group.name)];
    // Groups that contain each other must not go on for ever.
    let (mut seen, mut parent) = (vec![group.id], group.parent_id);
    while let Some(above) = state.groups.iter().find(|g| g.id == parent && !seen.contains(&g.id)) {
        names.push(safe(&above.name));
        seen.push(above.id);
        parent = above.parent_id;
    }
    names.reverse();
    names.join(" / ")
}

pub(super) fn members(frame: &mut Frame<'_>, state: &State, members: &Members) {
    let text = state.text();
    let at = popup(state.size);
    let cells = usize::from(inside(at).0);
    let lines = members.rows.iter().enumerate().map(|(i, row)| {
        let chosen = members.top + i == members.cursor;
        let age = row.age_ms.map_or_else(|| "-".to_owned(), |ms| short_age(text, ms));
        let right = format!(
            " {} {} {}",
            pad(kind(text, row.kind), 10),
            pad(row.freshness.map_or(text.no_position_short, |level| freshness(text, Some(level))), 7),
            pad_left(&age, 6)
        );
        let name = pad(&safe(&row.name), cells.saturating_sub(3 + width(&right)));
        let style = level_style(state, row.freshness);
        let mark = format!("{}{} ", if chosen { '>' } else { ' ' }, freshness_sign(row.freshness));
        let spans = vec![Span::styled(mark, style), Span::raw(name), Span::styled(right, style)];
        chosen_line(Line::from(spans), chosen)
    });
    let lines = lines.collect();
    over(frame, at, fill(text.members_title, members.total), lines);
}

fn chosen_line(line: Line<'_>, chosen: bool) -> Line<'_> {
    if chosen { line.style(Style::new().add_modifier(Modifier::REVERSED)) } else { line }
}

fn over(frame: &mut Frame<'_>, at: Rect, title: String, lines: Vec<Line<'_>>) {
    let frame_block = block(title, true);
    let inner = frame_block.inner(at);
    clear(frame, at);
    frame.render_widget(frame_block, at);
    for (y, line) in (inner.y..inner.bottom()).zip(lines) {
        frame.render_widget(line, Rect { y, height: 1, ..inner });
    }
}
