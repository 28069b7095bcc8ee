//! The map: coastlines, units by their sign, clusters by their count, the followed unit's way, a loaded track.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::Marker;
use ratatui::text::{Line as TextLine, Span};
use ratatui::widgets::canvas::{Canvas, Context, Line};
use trak_core::model::LatLon;

use super::super::coast::Coast;
use super::super::layout::inside;
use super::super::pick::aimed;
use super::super::replay;
use super::super::state::{Panel, State};
use super::{block, coloured, level_style};
use crate::safe::{cut, safe, width};
use crate::text::{day, day_clock, day_time, distance, freshness_sign, speed};

pub(super) fn draw(frame: &mut Frame<'_>, state: &State, at: Rect) {
    let (columns, rows) = inside(at);
    let camera = state.camera;
    let span = camera.span((columns, rows));
    let (lat, lon) = camera.middle();
    let mut title =
        format!("{}  {lat:.3}, {lon:.3}  |--| {}", state.text().tab_map, distance(camera.column_m() * 4.0));
    if state.follow.is_some() {
        title += &format!("  {}", state.text().following);
    }
    if let Some(words) = track_words(state).filter(|_| state.track.on_map) {
        title = words;
    }
    let dot = span.0 / (f64::from(columns.max(1)) * 2.0);
    let column = dot * 2.0;
    let focused = state.panel_focus && state.panel == Panel::Map;
    let line_colour = if state.colour { Color::Blue } else { Color::Reset };
    let canvas = Canvas::default()
        .block(block(title, focused))
        .marker(Marker::Braille)
        .x_bounds([-span.0 / 2.0, span.0 / 2.0])
        .y_bounds([-span.1 / 2.0, span.1 / 2.0])
        .paint(|ctx| {
            ctx.draw(&Coast { camera, span, dot, colour: line_colour });
            ctx.layer();
            way(ctx, state, &state.tail, Color::Green);
            track(ctx, state);
            ctx.layer();
            points(ctx, state, column, span, aimed(state, (columns, rows)));
            if let Some(shown) = replayed(state).filter(|_| state.track.on_map) {
                let (x, y) = camera.offset(shown.fix.place);
                let style = coloured(state, Color::Magenta).add_modifier(Modifier::REVERSED | Modifier::BOLD);
                print(ctx, (x - column, y), (span, column), "(@)", style);
            }
        });
    frame.render_widget(canvas, at);
}

fn way(ctx: &mut Context<'_>, state: &State, places: &[LatLon], colour: Color) {
    let color = if state.colour { colour } else { Color::Reset };
    for pair in places.windows(2) {
        if let [a, b] = pair {
            let ((x1, y1), (x2, y2)) = (state.camera.offset(*a), state.camera.offset(*b));
            if (x2 - x1).abs() < 0.5 {
                ctx.draw(&Line { x1, y1, x2, y2, color });
            }
        }
    }
}

/// The loaded track, segment by segment: nothing is drawn across a gap.
fn track(ctx: &mut Context<'_>, state: &State) {
    let Some(history) = state.track.found.as_ref().filter(|_| state.track.on_map) else { return };
    for segment in &history.view.track.segments {
        let places: Vec<LatLon> = history
            .positions()
            .get(segment.first..segment.end)
            .unwrap_or_default()
            .iter()
            .filter(|p| p.valid)
            .map(|p| p.place)
            .collect();
        way(ctx, state, &places, Color::Magenta);
    }
}

/// What the replay shows now.
fn replayed(state: &State) -> Option<replay::Shown<'_>> {
    let found = state.track.found.as_ref()?;
    replay::shown(state.track.replay?, found.positions(), &found.view.track.gaps)
}

/// Where the replay stands, in words.
pub(super) fn replay_words(state: &State) -> Option<String> {
    let (now, shown) = (state.track.replay?, replayed(state)?);
    let text = state.text();
    let what = if shown.in_gap {
        text.replay_gap.to_owned()
    } else {
        shown.fix.speed_mps.map_or_else(|| "-".to_owned(), speed)
    };
    let running = if now.playing { ">" } else { "||" };
    Some(format!("{running} {} {what} x{}", day_clock(now.at, &state.zone), now.speed))
}

/// What is drawn of a track, or why nothing is.
fn track_words(state: &State) -> Option<String> {
    let (text, track) = (state.text(), &state.track);
    let (from, to) = track.asked?;
    let whole_day = to.since_ms(from) <= 25 * 3_600_000;
    let range = if whole_day {
        day(from, &state.zone)
    } else {
        format!("{} - {}", day_time(from, &state.zone), day_time(to, &state.zone))
    };
    if track.loading {
        return Some(format!("{range}  {}", text.history_loading));
    }
    if let Some(trouble) = &track.trouble {
        return Some(format!("{range}  ! {trouble}"));
    }
    let found = track.found.as_ref()?;
    if found.view.points == 0 {
        return Some(format!("{range}  {}", text.history_empty));
    }
    let length = distance(found.view.track.distance_m);
    Some(replay_words(state).unwrap_or_else(|| format!("{range}  {length}")))
}

/// Units and groups; what Enter opens stands in angle brackets.
fn points(ctx: &mut Context<'_>, state: &State, column: f64, span: (f64, f64), aimed: Option<usize>) {
    let Some(map) = &state.map else { return };
    let selected = state.unit.as_ref().map(|u| u.row.id);
    for (at, (point, unit)) in map.points.iter().zip(&map.units).enumerate() {
        let (x, y) = state.camera.offset(point.place);
        let (mut label, mut style) = match unit {
            Some(row) if Some(row.id) == selected => continue,
            Some(row) => (freshness_sign(row.freshness).to_string(), level_style(state, row.freshness)),
            None => (point.count.to_string(), coloured(state, Color::White)),
        };
        if Some(at) == aimed {
            label = format!("<{label}>");
            style = style.add_modifier(Modifier::REVERSED);
        }
        let left = column * (label.len() / 2) as f64;
        print(ctx, (x - left, y), (span, column), &label, style.add_modifier(Modifier::BOLD));
    }
    // Last, so that nothing covers it, even within a cluster.
    if let Some((row, place)) = state.unit.as_ref().and_then(|u| Some((&u.row, u.row.place?))) {
        let (x, y) = state.camera.offset(place);
        let (sign, name) = (freshness_sign(row.freshness), cut(&safe(&row.name), 16));
        let style = level_style(state, row.freshness).add_modifier(Modifier::REVERSED);
        // The name stands where it fits: right of the sign, or left of it near the right edge.
        let cells = width(&name) as f64 + 1.0;
        if x + column * (cells + 2.0) > span.0 / 2.0 {
            let left = x - column * (cells + 1.0);
            print(ctx, (left, y), (span, column), &format!("{name} [{sign}]"), style);
        } else {
            print(ctx, (x - column, y), (span, column), &format!("[{sign}] {name}"), style);
        }
    }
}

/// Prints inside the frame; what would begin left of it begins at its edge.
fn print(
    ctx: &mut Context<'_>,
    (x, y): (f64, f64),
    (span, column): ((f64, f64), f64),
    label: &str,
    style: Style,
) {
    if y.abs() > span.1 / 2.0 || x.abs() > span.0 / 2.0 + column {
        return;
    }
    let x = x.max(-span.0 / 2.0);
    ctx.print(x, y, TextLine::from(Span::styled(label.to_owned(), style)));
}
