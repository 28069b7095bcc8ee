//! Details, nearby, history.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};
use trak_core::geo::format::format;
use trak_core::view::HistorySource;

use super::super::state::{Panel, State};
use super::map::replay_words;
use super::{block, level_style};
use crate::facts;
use crate::safe::{pad, pad_left, safe, width};
use crate::text::{
    clock, compass, day_time, distance, fill, freshness_sign, long_duration, short_age, speed,
};

pub(super) fn draw(frame: &mut Frame<'_>, state: &State, at: Rect) {
    let text = state.text();
    let cells = usize::from(at.width.saturating_sub(2));
    let (title, lines) = match state.panel {
        Panel::Details => (text.tab_details.to_owned(), details(state, cells)),
        Panel::Nearby => nearby(state, cells),
        Panel::History => (text.tab_history.to_owned(), history(state)),
        Panel::Map => return,
    };
    let most = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_sub(3);
    let paragraph = Paragraph::new(lines)
        .wrap(Wrap { trim: false })
        .scroll((state.scroll.min(most), 0))
        .block(block(title, state.panel_focus));
    frame.render_widget(paragraph, at);
}

fn details(state: &State, cells: usize) -> Vec<Line<'static>> {
    let text = state.text();
    let Some(unit) = &state.unit else { return vec![Line::from(text.select_unit)] };
    let rows = facts::of_unit(text, unit, state.notation);
    let widest = rows.iter().map(|(label, _)| width(label)).max().unwrap_or(0).min(cells * 2 / 5);
    rows.into_iter().map(|(label, value)| Line::from(format!("{} {value}", pad(&label, widest)))).collect()
}

fn nearby(state: &State, cells: usize) -> (String, Vec<Line<'static>>) {
    let text = state.text();
    let radius = distance(state.nearby.radius_m);
    let around = match (state.nearby.place, &state.unit) {
        (Some(place), _) => format(place, state.notation),
        (None, Some(unit)) => safe(&unit.row.name),
        (None, None) => return (text.tab_nearby.to_owned(), vec![Line::from(text.select_unit)]),
    };
    let title = format!("{} {radius}", text.tab_nearby);
    let mut lines = vec![Line::from(fill(text.nearby_around, around)).style(Modifier::BOLD)];
    let Some(view) = &state.nearby.view else { return (title, lines) };
    if view.origin.is_none() {
        lines.push(Line::from(text.unit_without_position));
        return (title, lines);
    }
    if view.rows.is_empty() {
        lines.push(Line::from(fill(text.nearby_none, radius)));
        return (title, lines);
    }
    lines.push(Line::from(fill(text.within, view.within).replace("{m}", &radius)));
    for row in &view.rows {
        let far = row.unit.distance_m.map_or_else(|| "-".to_owned(), distance);
        let off = format!("{}{}", text.uncertain, distance(row.uncertainty.distance_m));
        // A direction that may be any direction is none.
        let direction = match row.unit.bearing_deg {
            Some(deg) if row.uncertainty.bearing_deg < 90.0 => compass(text, deg),
            _ => text.direction_says_nothing,
        };
        let age = row.unit.age_ms.map_or_else(|| "-".to_owned(), |ms| short_age(text, ms));
        let right =
            format!(" {} {} {} {}", pad_left(&far, 7), pad(&off, 8), pad(direction, 4), pad_left(&age, 6));
        let name = pad(&safe(&row.unit.name), cells.saturating_sub(2 + width(&right)));
        let style = level_style(state, row.unit.freshness);
        lines.push(Line::from(vec![
            Span::styled(format!("{} ", freshness_sign(row.unit.freshness)), style),
            Span::raw(name),
            Span::styled(right, style),
        ]));
    }
    (title, lines)
}

fn history(state: &State) -> Vec<Line<'static>> {
    let text = state.text();
    // What is below is of the unit that was asked for, whichever is the selected one by now.
    let of_track = state.track.of.as_ref().map(|(name, _)| name.as_str());
    let name = of_track.or(state.unit.as_ref().map(|u| u.row.name.as_str())).map(safe);
    let Some(name) = name else { return vec![Line::from(text.select_unit)] };
    let mut lines = vec![Line::from(name).style(Modifier::BOLD)];
    if state.track.loading {
        lines.push(Line::from(text.history_loading));
        return lines;
    }
    if let Some(trouble) = &state.track.trouble {
        lines.push(Line::from(format!("! {trouble}")));
    }
    let Some(found) = &state.track.found else { return lines };
    let (view, track) = (&found.view, &found.view.track);
    // Within one day the times of day say enough.
    let within_a_day = view.to.since_ms(view.from) <= 25 * 3_600_000;
    let at = |time| if within_a_day { clock(time, &state.zone) } else { day_time(time, &state.zone) };
    if let Some(words) = replay_words(state) {
        lines.push(Line::from(words).style(Modifier::BOLD));
    }
    let range = (day_time(view.from, &state.zone), day_time(view.to, &state.zone));
    lines.push(Line::from(format!("{}  {} - {}", text.label_range, range.0, range.1)));
    if view.source == HistorySource::Cache {
        lines.push(Line::from(format!("! {}", text.history_from_cache)));
    }
    if view.points == 0 {
        lines.push(Line::from(text.history_empty));
        return lines;
    }
    lines.push(Line::from(format!(
        "{} {}   {} {}",
        text.label_distance,
        distance(track.distance_m),
        text.label_moving,
        long_duration(text, track.moving_ms),
    )));
    let top = track.max_speed_mps.map_or_else(|| "-".to_owned(), speed);
    lines.push(Line::from(format!("{} {top}   {} {}", text.label_top_speed, text.label_points, view.points)));
    lines.push(Line::from(format!("{}: {}", text.label_stops, track.stops.len())).style(Modifier::BOLD));
    for stop in &track.stops {
        lines.push(Line::from(format!(
            " {} {}  {}",
            at(stop.from),
            long_duration(text, stop.to.since_ms(stop.from)),
            format(stop.place, state.notation),
        )));
    }
    lines.push(Line::from(format!("{}: {}", text.label_gaps, track.gaps.len())).style(Modifier::BOLD));
    for gap in &track.gaps {
        lines.push(Line::from(format!(
            " {} {}  {}",
            at(gap.from),
            long_duration(text, gap.to.since_ms(gap.from)),
            distance(gap.distance_m),
        )));
    }
    lines
}
