//! One screen of list, nearby and map as plain text, for where there is no terminal.

use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use trak_core::engine::{Clock, SystemClock, Trak};

use super::draw::draw;
use super::reload::reload;
use super::state::{Panel, State};
use crate::cli::{Failure, Out};
use crate::text::{Language, local_zone};

/// Prints the screen, 120 by 40, after one refresh. What the cache knows is shown where the server cannot be reached.
pub async fn print(trak: &Trak, out: &Out, language: Language) -> Result<(), Failure> {
    let waited = tokio::time::timeout(Duration::from_secs(20), trak.refresh()).await;
    if let Ok(Err(error)) = waited
        && let Failure::Say(_, sentence) = Failure::query(language.text(), &error)
    {
        out.remark(&sentence);
    }
    let mut state = State::new(language, false, (120, 40), local_zone());
    state.panel = Panel::Nearby;
    let device_now = SystemClock::default().read().wall;
    // Twice: the second reads what belongs to the unit that the first selected.
    reload(&mut state, trak, device_now);
    reload(&mut state, trak, device_now);
    for line in lines(&state) {
        out.line(&line)?;
    }
    Ok(())
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
