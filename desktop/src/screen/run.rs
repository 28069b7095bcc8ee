//! The loop: waits for keys, changes and the tick that lets ages grow; touches core and terminal.

use std::io;
use std::time::Duration;

use crossterm::event::{Event, EventStream, KeyEventKind};
use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};
use trak_core::engine::{Clock, SystemClock, Trak};

use super::draw::draw;
use super::layout::{inside, parts};
use super::perform::{answered, perform, prefill};
use super::reload::reload;
use super::replay;
use super::state::{Effect, State};
use super::terminal::Held;
use super::update::update;
use crate::signals::stopped;
use crate::text::{Language, local_zone};

/// A burst of changes is drawn at most this often, and a replay exactly so.
const PACE: Duration = Duration::from_millis(100);
/// Ages grow this often without any change.
const TICK: Duration = Duration::from_secs(1);

/// Why the screen ended early. The terminal is as it was.
#[derive(Debug)]
pub enum Ended {
    /// The terminal does not answer.
    Terminal,
    /// Something in the program panicked.
    Fault,
}

/// Shows the screen until the person leaves it or a signal comes. The terminal is given back in any case.
pub async fn run(trak: Trak, language: Language, colour: bool) -> Result<(), Ended> {
    let stop = stopped().map_err(|_| Ended::Terminal)?;
    let mut held = Held::take().map_err(|_| Ended::Terminal)?;
    let outcome = screen(&mut held, stop, &trak, language, colour).await;
    let faulty = held.is_faulty();
    drop(held);
    trak.shutdown().await;
    if faulty { Err(Ended::Fault) } else { outcome.map_err(|_| Ended::Terminal) }
}

async fn screen(
    held: &mut Held,
    stop: impl Future<Output = ()>,
    trak: &Trak,
    language: Language,
    colour: bool,
) -> io::Result<()> {
    let mut stop = Box::pin(stop);
    let mut fault = Box::pin(held.faulted());
    let terminal = &mut held.terminal;
    let size = terminal.size()?;
    let clock = SystemClock::default();
    let mut state = State::new(language, colour, (size.width, size.height), local_zone());
    prefill(&mut state.form);
    let (sender, mut answers) = mpsc::unbounded_channel();
    let mut observer = trak.observe();
    let mut events = EventStream::new();
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    if trak.account().is_some() {
        trak.start_live();
    }
    let mut drawn = Instant::now();
    let mut changed = false;
    reload(&mut state, trak, clock.read().wall);
    terminal.draw(|frame| draw(frame, &state))?;
    loop {
        let mut now = true;
        tokio::select! {
            () = &mut stop => return Ok(()),
            () = &mut fault => return Ok(()),
            event = events.next() => match event {
                Some(Ok(Event::Key(key))) if key.kind != KeyEventKind::Release => {
                    for effect in update(&mut state, key) {
                        if effect == Effect::Quit {
                            return Ok(());
                        }
                        perform(&mut state, trak, effect, &sender)?;
                    }
                }
                Some(Ok(Event::Resize(width, height))) => state.size = (width, height),
                Some(Ok(Event::Paste(_) | Event::Key(_) | Event::Mouse(_) | Event::FocusGained | Event::FocusLost)) => now = false,
                Some(Err(error)) => return Err(error),
                None => return Ok(()),
            },
            Some(answer) = answers.recv() => answered(&mut state, trak, answer),
            revision = observer.changed(), if !changed => match revision {
                Some(_) => {
                    changed = true;
                    now = false;
                }
                None => return Ok(()),
            },
            () = tokio::time::sleep_until(drawn + PACE), if changed || state.is_playing() => {}
            _ = tick.tick() => {}
        }
        if now {
            changed = false;
            let elapsed_ms = i64::try_from(drawn.elapsed().as_millis()).unwrap_or(i64::MAX);
            drawn = Instant::now();
            play(&mut state, elapsed_ms);
            reload(&mut state, trak, clock.read().wall);
            terminal.draw(|frame| draw(frame, &state))?;
        }
    }
}

/// Lets the replay run on; the map follows it out of view.
fn play(state: &mut State, elapsed_ms: i64) {
    let Some((now, history)) = state.track.replay.zip(state.track.found.clone()) else { return };
    let now = replay::advance(now, elapsed_ms, history.positions());
    state.track.replay = Some(now);
    let gaps = &history.view.track.gaps;
    let Some(shown) = replay::shown(now, history.positions(), gaps) else { return };
    if let Some(frame) = parts(state.size, state.panel).map
        && now.playing
        && !state.camera.viewport(inside(frame)).contains(shown.fix.place)
    {
        state.camera.centre(shown.fix.place);
    }
}
