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
    let canvas = Canvas::default()
        .block(block(title, focused))
        .marker(pen(state, Drawn::Coast).0)
        .x_bounds([-span.0 / 2.0, span.0 / 2.0])
        .y_bounds([-span.1 / 2.0, span.1 / 2.0])
        .paint(|ctx| {
            ctx.draw(&Coast { camera, span, dot, colour: pen(state, Drawn::Coast).1 });
            way(ctx, state, &state.tail, Drawn::Tail);
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

/// What a line of the map stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Drawn {
    Coast,
    /// Where the followed unit has just been.
    Tail,
    /// The loaded track.
    Track,
}

/// What a line is drawn with: fine dots in a colour each, or without colours signs that differ.
fn pen(state: &State, drawn: Drawn) -> (Marker, Color) {
    match (state.colour, drawn) {
        (true, Drawn::Coast) => (Marker::Braille, Color::Blue),
        (true, Drawn::Tail) => (Marker::Braille, Color::Green),
        (true, Drawn::Track) => (Marker::Braille, Color::Magenta),
        (false, Drawn::Coast) => (Marker::Braille, Color::Reset),
        (false, Drawn::Tail) => (Marker::Custom('.'), Color::Reset),
        (false, Drawn::Track) => (Marker::Custom(':'), Color::Reset),
    }
}

fn way(ctx: &mut Context<'_>, state: &State, places: &[LatLon], drawn: Drawn) {
    let (marker, color) = pen(state, drawn);
    ctx.marker(marker);
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
        way(ctx, state, &places, Drawn::Track);
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Color;
    use ratatui::widgets::Widget;
    use ratatui::widgets::canvas::Canvas;
    use trak_core::model::LatLon;

    use super::{Drawn, pen, way};
    use crate::screen::state::Panel;
    use crate::screen::tests::state;
    use crate::text::Language;

    /// The signs and colours of a line across the map; all of the fine dots are one sign.
    fn line(colour: bool, drawn: Drawn) -> (HashSet<char>, HashSet<Color>) {
        let mut state = state(Language::En, (80, 24), Panel::Map);
        state.colour = colour;
        let places = [LatLon::new(31.1, 121.3).unwrap(), LatLon::new(31.5, 121.9).unwrap()];
        let (width, height) = state.camera.span((40, 15));
        let at = Rect::new(0, 0, 40, 15);
        let mut buffer = Buffer::empty(at);
        Canvas::default()
            .marker(pen(&state, drawn).0)
            .x_bounds([-width / 2.0, width / 2.0])
            .y_bounds([-height / 2.0, height / 2.0])
            .paint(|ctx| way(ctx, &state, &places, drawn))
            .render(at, &mut buffer);
        let cells: Vec<_> =
            buffer.content.iter().filter(|c| !matches!(c.symbol(), " " | "\u{2800}")).collect();
        assert!(cells.len() > 5, "{drawn:?}");
        let sign = |symbol: &str| match symbol.chars().next().unwrap() {
            '\u{2801}'..='\u{28ff}' => '\u{28ff}',
            other => other,
        };
        (cells.iter().map(|c| sign(c.symbol())).collect(), cells.iter().map(|c| c.fg).collect())
    }

    #[test]
    fn the_lines_differ_with_and_without_colours() {
        const ALL: [Drawn; 3] = [Drawn::Coast, Drawn::Tail, Drawn::Track];
        for one in ALL {
            for other in ALL.into_iter().filter(|other| *other != one) {
                assert!(line(false, one).0.is_disjoint(&line(false, other).0), "{one:?} {other:?}");
                assert!(line(true, one).1.is_disjoint(&line(true, other).1), "{one:?} {other:?}");
            }
        }
    }
}
