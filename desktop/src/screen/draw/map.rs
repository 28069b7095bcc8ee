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
use super::super::state::{Panel, State};
use super::{block, coloured, level_style};
use crate::safe::{cut, safe, width};
use crate::text::{distance, freshness_sign};

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
            points(ctx, state, column, span);
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

fn points(ctx: &mut Context<'_>, state: &State, column: f64, span: (f64, f64)) {
    let Some(map) = &state.map else { return };
    let selected = state.unit.as_ref().map(|u| u.row.id);
    for (point, unit) in map.points.iter().zip(&map.units) {
        let (x, y) = state.camera.offset(point.place);
        match unit {
            Some(row) if Some(row.id) == selected => {}
            Some(row) => {
                let style = level_style(state, row.freshness).add_modifier(Modifier::BOLD);
                print(ctx, (x, y), (span, column), &freshness_sign(row.freshness).to_string(), style);
            }
            None => {
                let style = coloured(state, Color::White).add_modifier(Modifier::BOLD);
                let count = point.count.to_string();
                print(ctx, (x - column * (count.len() / 2) as f64, y), (span, column), &count, style);
            }
        }
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
