//! One screen of list, nearby and map as plain text, for where there is no terminal.

use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use trak_core::engine::{Clock, SystemClock, Trak};
use trak_core::view::{LinkToServer, NearbyQuery, Origin, Trouble, UnitRow};

use super::draw::draw;
use super::reload::reload;
use super::state::{Panel, State};
use crate::cli::{Failure, Out};
use crate::text::{Language, fill, local_zone};

const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// Prints the screen, 120 by 40, as soon as the link to the server is settled. What the cache knows is shown where the
/// server cannot be reached; where nothing is known, or a live answer is required, the reason is the outcome.
pub async fn print(trak: &Trak, out: &Out, language: Language, require_live: bool) -> Result<(), Failure> {
    let text = language.text();
    let mut observer = trak.observe();
    trak.start_live();
    let settled = async {
        while trak.status().link == LinkToServer::Connecting {
            if observer.changed().await.is_none() {
                break;
            }
        }
    };
    // A server that accepts and says nothing must not hold up a script.
    if tokio::time::timeout(LONGEST_WAIT, settled).await.is_err() {
        out.remark(&fill(text.no_answer_yet, LONGEST_WAIT.as_secs()));
    }
    let mut state = State::new(language, false, (120, 40), local_zone());
    state.printed = Some(text.status_no_answer);
    state.panel = Panel::Nearby;
    let device_now = SystemClock::default().read().wall;
    reload(&mut state, trak, device_now);
    // The unit with the most company says the most.
    let company = |row: &UnitRow| {
        let query = NearbyQuery {
            origin: Origin::Unit(row.id),
            radius_m: state.nearby.radius_m,
            filter: state.query.filter.clone(),
        };
        trak.nearby(&query).within
    };
    let most = state.rows.iter().take(20).map(company).enumerate().rev().max_by_key(|(_, within)| *within);
    state.cursor = most.map_or(0, |(at, _)| at);
    reload(&mut state, trak, device_now);
    for line in lines(&state) {
        out.line(&line)?;
    }
    match state.status.link {
        LinkToServer::Live => Ok(()),
        _ if state.status.loaded && !require_live => Ok(()),
        _ => Err(Failure::trouble(text, state.status.trouble.unwrap_or(Trouble::Offline))),
    }
}

/// The screen's rows as text.
pub fn lines(state: &State) -> Vec<String> {
    let Ok(mut terminal) = Terminal::new(TestBackend::new(state.size.0, state.size.1));
    let Ok(_) = terminal.draw(|frame| draw(frame, state));
    let buffer = terminal.backend().buffer();
    (0..state.size.1)
        .map(|y| {
            let mut line = String::new();
            let mut x = 0;
            while x < state.size.0 {
                let symbol = buffer.cell((x, y)).map_or(" ", |cell| cell.symbol());
                line.push_str(symbol);
                // A wide character covers the cell behind it.
                x += u16::try_from(crate::safe::width(symbol)).unwrap_or(1).max(1);
            }
            line.trim_end().to_owned()
        })
        .collect()
}
