//! `history`.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use trak_core::engine::{History, QueryError, Trak};
use trak_core::geo::format::{CoordinateFormat, format};
use trak_core::model::{UnitId, UtcMs};
use trak_core::view::HistorySource;

use super::args::Range;
use super::failure::{Code, Failure};
use super::json;
use super::open::{self, Opened};
use super::out::{Out, remark};
use crate::input::{day, day_before, moment};
use crate::safe::safe;
use crate::text::{Text, distance, fill, local_time, local_zone, long_duration, speed};

/// Prints a track's summary.
pub async fn run(
    text: &'static Text,
    out: &Out,
    opened: &Opened,
    wanted: &str,
    range: &Range,
    points: bool,
    require_live: bool,
) -> Result<(), Failure> {
    let unit = open::unit(text, &opened.trak, wanted)?;
    let (from, to) = read_range(text, range, opened.trak.now())?;
    let history = fetch(text, &opened.trak, unit.id, (from, to), require_live).await?;
    if out.json {
        return out.document(&json::history(&history, &unit, points));
    }
    for line in summary(text, &safe(&unit.name), &history) {
        out.line(&line)?;
    }
    Ok(())
}

/// The range that the options mean.
pub fn read_range(text: &Text, range: &Range, now: UtcMs) -> Result<(UtcMs, UtcMs), Failure> {
    let zone = local_zone();
    let bad = |given: &str| Failure::say(Code::Usage, fill(text.bad_time, safe(given)));
    let today = || day_before(0, now, &zone).ok_or_else(|| bad("today"));
    let (from, to) = match (&range.day, &range.from, &range.to) {
        (Some(given), _, _) => day(given, now, &zone).ok_or_else(|| bad(given))?,
        (None, from, to) => {
            let from = match from {
                Some(given) => moment(given, now, &zone).ok_or_else(|| bad(given))?,
                None => today()?.0,
            };
            let to = match to {
                Some(given) => moment(given, now, &zone).ok_or_else(|| bad(given))?,
                None => now,
            };
            (from, to)
        }
    };
    if from < to { Ok((from, to)) } else { Err(Failure::say(Code::Usage, text.bad_range)) }
}

/// Asks for a track; says on a terminal that it takes long, when it does, and where it came from.
pub async fn fetch(
    text: &'static Text,
    trak: &Trak,
    unit: UnitId,
    range: (UtcMs, UtcMs),
    require_live: bool,
) -> Result<Arc<History>, Failure> {
    let asked = trak.history(unit, range.0, range.1);
    tokio::pin!(asked);
    let mut seconds = 0_u32;
    let answer = loop {
        tokio::select! {
            answer = &mut asked => break answer,
            () = tokio::time::sleep(Duration::from_secs(1)) => {
                seconds += 1;
                if std::io::stderr().is_terminal() {
                    remark(&fill(text.fetching, seconds));
                }
            }
        }
    };
    let history = answer.map_err(|error| Failure::query(text, &error))?;
    if history.view.source == HistorySource::Cache {
        if require_live {
            return Err(Failure::query(text, &QueryError::Offline));
        }
        if history.view.points == 0 {
            return Err(Failure::say(Code::Offline, text.no_history_cached));
        }
        remark(text.history_from_cache);
    }
    Ok(history)
}

/// A track in lines for people.
pub fn summary(text: &Text, name: &str, history: &History) -> Vec<String> {
    let (view, track, zone) = (&history.view, &history.view.track, local_zone());
    let span = |from: UtcMs, to: UtcMs| {
        format!(
            "{}  {}  {}",
            local_time(from, &zone),
            local_time(to, &zone),
            long_duration(text, to.since_ms(from))
        )
    };
    let mut lines = vec![
        format!("{}: {name}", text.label_unit),
        format!("{}: {} - {}", text.label_range, local_time(view.from, &zone), local_time(view.to, &zone)),
        format!("{}: {}", text.label_points, view.points),
    ];
    if view.points == 0 {
        lines.push(text.history_empty.to_owned());
        return lines;
    }
    lines.push(format!("{}: {}", text.label_distance, distance(track.distance_m)));
    lines.push(format!("{}: {}", text.label_moving, long_duration(text, track.moving_ms)));
    if let Some(top) = track.max_speed_mps {
        lines.push(format!("{}: {}", text.label_top_speed, speed(top)));
    }
    lines.push(format!("{}: {}", text.label_stops, track.stops.len()));
    for stop in &track.stops {
        lines.push(format!(
            "  {}  {}",
            span(stop.from, stop.to),
            format(stop.place, CoordinateFormat::Decimal)
        ));
    }
    lines.push(format!("{}: {}", text.label_gaps, track.gaps.len()));
    for gap in &track.gaps {
        lines.push(format!("  {}  {}", span(gap.from, gap.to), distance(gap.distance_m)));
    }
    lines
}
