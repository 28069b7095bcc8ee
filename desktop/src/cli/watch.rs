//! `watch`: what changes, as it happens, one line each.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};
use trak_core::engine::{EventRow, Trak};
use trak_core::geo::format::{CoordinateFormat, format};
use trak_core::model::UnitId;
use trak_core::view::{LinkToServer, UnitMark, UnitRow};

use super::failure::{Code, Failure};
use super::json;
use super::open;
use super::out::Out;
use crate::facts;
use crate::safe::{pad, safe};
use crate::text::{Text, event, local_time, local_zone, speed};

/// At most this often a burst of changes is looked at.
const PACE: Duration = Duration::from_millis(100);
/// As many as the core has at hand.
const MOST_EVENTS: usize = 1_000;

/// Follows one unit or all until the time or the count is reached, or a signal comes.
pub async fn run(
    text: &'static Text,
    out: &Out,
    wanted: Option<String>,
    seconds: Option<u64>,
    count: Option<u64>,
    require_live: bool,
) -> Result<(), Failure> {
    let trak = open::signed_in(text)?;
    if require_live && let Err(error) = trak.refresh().await {
        trak.shutdown().await;
        return Err(Failure::query(text, &error));
    }
    let mut observer = trak.observe();
    trak.start_live();
    let until = seconds.map(|s| Instant::now() + Duration::from_secs(s));
    let end = async move {
        match until {
            Some(at) => sleep_until(at).await,
            None => core::future::pending().await,
        }
    };
    let work = async {
        let only = match wanted {
            Some(wanted) => {
                // The unit may be known only once the server has answered.
                while !trak.status().loaded {
                    if trak.status().trouble.is_some() || observer.changed().await.is_none() {
                        break;
                    }
                }
                Some(open::unit(text, &trak, &wanted)?.id)
            }
            None => None,
        };
        let mut seen = Seen { only, left: count, ..Seen::default() };
        seen.start(&trak);
        loop {
            if seen.report(text, out, &trak)? {
                return Ok(());
            }
            if trak.status().link == LinkToServer::SignedOut {
                return Err(Failure::say(Code::NotSignedIn, text.trouble_signed_out));
            }
            tokio::time::sleep(PACE).await;
            if observer.changed().await.is_none() {
                return Ok(());
            }
        }
    };
    let outcome = tokio::select! {
        outcome = work => outcome,
        () = end => Ok(()),
        () = super::stopped() => Ok(()),
    };
    trak.shutdown().await;
    outcome
}

#[derive(Default)]
struct Seen {
    only: Option<UnitId>,
    left: Option<u64>,
    units: HashMap<UnitId, UnitMark>,
    events: HashSet<i64>,
    link: Option<&'static str>,
}

impl Seen {
    /// Events from before are no news.
    fn start(&mut self, trak: &Trak) {
        drop(self.new_events(trak));
        if self.only.is_none() {
            // What the cache knows is no news either; one unit's last known state is worth a first line.
            drop(self.changed_units(trak));
        }
    }

    /// Prints what is new; true when the count is reached.
    fn report(&mut self, text: &Text, out: &Out, trak: &Trak) -> Result<bool, Failure> {
        let status = trak.status();
        let link = facts::link_words(text, &status, trak.now(), None);
        let state = match status.link {
            LinkToServer::SignedOut => "signed_out",
            LinkToServer::Connecting => "connecting",
            LinkToServer::Live => "live",
            LinkToServer::Offline { .. } => "offline",
        };
        if self.link != Some(state) {
            self.link = Some(state);
            if out.json {
                let line = json!({
                    "schema": "trak.watch.v1", "type": "status", "status": json::status(&status, state == "live"),
                });
                out.document(&line)?;
            } else {
                out.remark(&link);
            }
        }
        for row in self.changed_units(trak) {
            if self.print(out, || unit_line(text, &row), || ("position", json::unit_row(&row)))? {
                return Ok(true);
            }
        }
        for row in self.new_events(trak) {
            let meant = self.only.is_none_or(|only| only == row.event.unit_id);
            if meant
                && self.print(
                    out,
                    || event_line(text, &row),
                    || ("event", json::event(&row.event, &row.unit_name)),
                )?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn print(
        &mut self,
        out: &Out,
        line: impl FnOnce() -> String,
        value: impl FnOnce() -> (&'static str, Value),
    ) -> Result<bool, Failure> {
        if out.json {
            let (kind, value) = value();
            out.document(&json!({ "schema": "trak.watch.v1", "type": kind, kind: value }))?;
        } else {
            out.line(&line())?;
        }
        self.left = self.left.map(|left| left.saturating_sub(1));
        Ok(self.left == Some(0))
    }

    /// Units whose position or link differs from what was last seen, the oldest fix first.
    fn changed_units(&mut self, trak: &Trak) -> Vec<UnitRow> {
        let mut marks = trak.marks();
        marks.retain(|mark| self.only.is_none_or(|only| only == mark.id));
        let changed = marks.into_iter().filter(|mark| self.units.insert(mark.id, *mark) != Some(*mark));
        let mut rows: Vec<UnitRow> =
            changed.filter_map(|mark| trak.unit(mark.id)).map(|view| view.row).collect();
        rows.sort_by_key(|row| (row.fix_time, row.id));
        rows
    }

    /// Events that were not seen yet, the oldest first. What was missed may be older than what came live.
    fn new_events(&mut self, trak: &Trak) -> Vec<EventRow> {
        unseen(trak.latest_events(MOST_EVENTS), &mut self.events)
    }
}

/// Of the newest events, newest first, those that `seen` lacks, the oldest first; all of them are seen from now on.
fn unseen(mut newest: Vec<EventRow>, seen: &mut HashSet<i64>) -> Vec<EventRow> {
    let ids: HashSet<i64> = newest.iter().map(|row| row.event.id).collect();
    newest.retain(|row| !seen.contains(&row.event.id));
    newest.reverse();
    // What gave way to newer ones does not come again.
    *seen = ids;
    newest
}

fn unit_line(text: &Text, row: &UnitRow) -> String {
    let time = row.fix_time.map_or_else(|| "-".to_owned(), |at| local_time(at, &local_zone()));
    let place =
        row.place.map_or_else(|| text.no_position.to_owned(), |p| format(p, CoordinateFormat::Decimal));
    let speed = row.speed_mps.map_or_else(|| "-".to_owned(), speed);
    format!("{time}  {}  {place}  {speed}  {}", pad(&safe(&row.name), 20), facts::state_words(text, row))
}

fn event_line(text: &Text, row: &EventRow) -> String {
    let what = event(text, row.event.kind, &row.event.type_word);
    format!("{}  {}  ! {what}", local_time(row.event.at, &local_zone()), pad(&safe(&row.unit_name), 20))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::unseen;
    use trak_core::engine::EventRow;
    use trak_core::model::{Event, EventKind, UnitId, UtcMs};

    fn rows(newest_first: &[(i64, i64)]) -> Vec<EventRow> {
        let row = |(id, at): &(i64, i64)| EventRow {
            unit_name: String::new(),
            event: Event {
                id: *id,
                kind: EventKind::Alarm,
                type_word: "alarm".to_owned(),
                unit_id: UnitId(1),
                at: UtcMs(*at),
                position_id: None,
                attributes_json: "{}".to_owned(),
            },
        };
        newest_first.iter().map(row).collect()
    }

    #[test]
    fn what_was_missed_is_printed_though_something_later_came_first() {
        let mut seen = HashSet::new();
        let mut told = |newest: &[(i64, i64)]| -> Vec<i64> {
            unseen(rows(newest), &mut seen).iter().map(|row| row.event.id).collect()
        };
        assert_eq!(told(&[(4, 40), (3, 30)]), [3, 4]);
        assert_eq!(told(&[(9, 90), (4, 40), (3, 30)]), [9], "live");
        assert_eq!(told(&[(9, 90), (7, 70), (6, 95), (4, 40)]), [6, 7], "of the time without a stream");
        assert_eq!(told(&[(9, 90), (7, 70), (6, 95), (4, 40)]), Vec::<i64>::new());
    }
}
