//! `watch`: what changes, as it happens, one line each.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};
use trak_core::decide::order::Sort;
use trak_core::engine::{EventRow, Trak};
use trak_core::geo::format::{CoordinateFormat, format};
use trak_core::model::{LinkState, UnitId, UtcMs};
use trak_core::view::{FleetQuery, LinkToServer, PAGE_ROWS, UnitRow};

use super::failure::{Code, Failure};
use super::json;
use super::open;
use super::out::Out;
use crate::facts;
use crate::safe::{pad, safe};
use crate::text::{Text, event, local_time, local_zone, speed};

/// At most this often a burst of changes is looked at.
const PACE: Duration = Duration::from_millis(100);
/// More pages of changed units than this in one look come with the next.
const MOST_PAGES: usize = 40;

/// Follows one unit or all until the time or the count is reached, or a signal comes.
pub async fn run(
    text: &'static Text,
    out: &Out,
    wanted: Option<String>,
    seconds: Option<u64>,
    count: Option<u64>,
) -> Result<(), Failure> {
    let trak = open::signed_in(text)?;
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
    units: HashMap<UnitId, (Option<UtcMs>, LinkState)>,
    last_event: i64,
    link: Option<&'static str>,
}

impl Seen {
    /// Events from before are no news.
    fn start(&mut self, trak: &Trak) {
        self.last_event = trak.recent_events().iter().map(|row| row.event.id).max().unwrap_or(0);
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
        let mut events: Vec<EventRow> = trak.recent_events();
        events.retain(|row| row.event.id > self.last_event);
        events.reverse();
        for row in events {
            self.last_event = self.last_event.max(row.event.id);
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

    /// Units whose fix or link differs from what was last seen. The freshest come first, so the look ends with the
    /// first page in which nothing is new.
    fn changed_units(&mut self, trak: &Trak) -> Vec<UnitRow> {
        let mut changed = Vec::new();
        if let Some(id) = self.only {
            let row = trak.unit(id).map(|view| view.row);
            changed.extend(row.filter(|row| self.is_new(row)));
            return changed;
        }
        for page in 0..MOST_PAGES {
            let query =
                FleetQuery { sort: Sort::Freshest, offset: page * PAGE_ROWS, ..FleetQuery::default() };
            let rows = trak.fleet(&query).rows;
            let before = changed.len();
            changed.extend(rows.into_iter().filter(|row| self.is_new(row)));
            if changed.len() == before {
                break;
            }
        }
        changed
    }

    fn is_new(&mut self, row: &UnitRow) -> bool {
        let now = (row.fix_time, row.link);
        self.units.insert(row.id, now) != Some(now)
    }
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
