//! The loop: waits for keys, changes and the tick that lets ages grow; touches core and terminal.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{Event, EventStream, KeyEventKind};
use crossterm::execute;
use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};
use trak_core::engine::{Clock, History, QueryError, SignInRefusal, SignInRequest, SystemClock, Trak};
use trak_core::history::ExportFormat;
use trak_core::model::{Secret, UnitId};
use trak_core::traccar::address::Cleartext;
use trak_core::traccar::tls::TlsPolicy;
use trak_core::view::AccountView;

use super::draw::draw;
use super::form::{Field, Form};
use super::layout::{inside, parts};
use super::reload::{fit, reload};
use super::state::{Effect, Mode, State};
use super::update::update;
use crate::cli::write_file;
use crate::input::day_before;
use crate::safe::safe;
use crate::text::{Language, fill, local_zone, query_error, refusal};

/// A burst of changes is drawn at most this often.
const PACE: Duration = Duration::from_millis(100);
/// Ages grow this often without any change.
const TICK: Duration = Duration::from_secs(1);

enum Answer {
    SignedIn(Result<AccountView, SignInRefusal>),
    SignedOut(Result<(), QueryError>),
    Track(UnitId, Result<Arc<History>, QueryError>),
    Said(Option<String>),
}

/// Shows the screen until the person leaves it or a signal comes. The terminal is restored in any case: on return by
/// the guard, on a panic by ratatui's hook.
pub async fn run(trak: Trak, language: Language, colour: bool) -> io::Result<()> {
    let mut terminal = ratatui::try_init()?;
    let guard = Restore;
    let outcome = screen(&mut terminal, &trak, language, colour).await;
    drop(guard);
    trak.shutdown().await;
    outcome
}

struct Restore;

impl Drop for Restore {
    fn drop(&mut self) {
        ratatui::restore();
    }
}

async fn screen(
    terminal: &mut ratatui::DefaultTerminal,
    trak: &Trak,
    language: Language,
    colour: bool,
) -> io::Result<()> {
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
    let mut stop = Box::pin(stopped());
    let mut drawn = Instant::now();
    let mut changed = false;
    reload(&mut state, trak, clock.read().wall);
    terminal.draw(|frame| draw(frame, &state))?;
    loop {
        let mut now = true;
        tokio::select! {
            () = &mut stop => return Ok(()),
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
            () = tokio::time::sleep_until(drawn + PACE), if changed => {}
            _ = tick.tick() => {}
        }
        if now {
            changed = false;
            drawn = Instant::now();
            reload(&mut state, trak, clock.read().wall);
            terminal.draw(|frame| draw(frame, &state))?;
        }
    }
}

/// What the environment already says is not asked again.
fn prefill(form: &mut Form) {
    form.server = std::env::var("TRAK_SERVER").unwrap_or_default();
    form.account = std::env::var("TRAK_ACCOUNT").unwrap_or_default();
    if !form.server.is_empty() {
        form.focus = if form.account.is_empty() { Field::Account } else { Field::Password };
    }
}

fn perform(
    state: &mut State,
    trak: &Trak,
    effect: Effect,
    sender: &mpsc::UnboundedSender<Answer>,
) -> io::Result<()> {
    // A receiver that is gone means that the screen is closing.
    let send = |sender: &mpsc::UnboundedSender<Answer>, answer| drop(sender.send(answer));
    let (trak_task, sender) = (trak.clone(), sender.clone());
    match effect {
        Effect::SignIn => match request(state) {
            Ok(request) => {
                (state.form.busy, state.form.refusal) = (true, None);
                tokio::spawn(async move {
                    send(&sender, Answer::SignedIn(trak_task.sign_in(request).await));
                });
            }
            Err(sentence) => state.form.refusal = Some(sentence),
        },
        Effect::SignOut { keep_cache } => {
            tokio::spawn(async move {
                send(&sender, Answer::SignedOut(trak_task.sign_out(keep_cache).await.map(drop)));
            });
        }
        Effect::Refresh => {
            let text = state.text();
            tokio::spawn(async move {
                let outcome = trak_task.refresh().await;
                send(
                    &sender,
                    Answer::Said(outcome.err().map(|e| query_error(text, &e, &crate::home::shown()))),
                );
            });
        }
        Effect::Fit => {
            state.follow = None;
            trak.follow(None);
            let cells = parts(state.size, state.panel).map.map_or((40, 10), inside);
            fit(state, trak, cells);
        }
        Effect::Follow(unit) => trak.follow(unit),
        Effect::LoadHistory => {
            // The key may just have moved the selection: the unit is the one that the list shows now.
            reload(state, trak, state.clocks.1);
            let Some(unit) = state.unit.as_ref().map(|u| u.row.id) else { return Ok(()) };
            let day = day_before(state.track.days_back, state.clocks.0, &state.zone);
            let Some((from, to)) = state.track.range.or(day) else { return Ok(()) };
            (state.track.unit, state.track.loading) = (Some(unit), true);
            (state.track.found, state.track.trouble) = (None, None);
            tokio::spawn(async move {
                send(&sender, Answer::Track(unit, trak_task.history(unit, from, to).await));
            });
        }
        Effect::Export(path) => {
            let Some(history) = state.track.found.clone() else { return Ok(()) };
            let text = state.text();
            tokio::task::spawn_blocking(move || {
                send(&sender, Answer::Said(Some(export(text, &history, Path::new(&path)))));
            });
        }
        Effect::Copy(text) => execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))?,
        Effect::Quit => {}
    }
    Ok(())
}

fn request(state: &State) -> Result<SignInRequest, String> {
    let (text, form) = (state.text(), &state.form);
    let mut tls = TlsPolicy::default();
    if !form.ca_file.trim().is_empty() {
        let path = Path::new(form.ca_file.trim());
        let pem = std::fs::read(path).map_err(|_| fill(text.file_trouble, safe(form.ca_file.trim())))?;
        tls.extra_roots_pem.push(pem);
    }
    Ok(SignInRequest {
        server: form.server.clone(),
        cleartext: if form.cleartext { Cleartext::AllowedByPerson } else { Cleartext::Refuse },
        tls,
        email: form.account.trim().to_owned(),
        password: Secret::new(form.password.as_str()),
        code: (!form.code.trim().is_empty()).then(|| Secret::new(form.code.trim())),
    })
}

fn export(text: &crate::text::Text, history: &History, path: &Path) -> String {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let format = match extension.as_str() {
        "csv" => ExportFormat::Csv,
        "geojson" | "json" => ExportFormat::GeoJson,
        _ => ExportFormat::Gpx,
    };
    let shown = safe(&path.display().to_string());
    if path.exists() {
        return fill(text.file_exists, shown);
    }
    match write_file(history, format, path, false) {
        Ok(()) => fill(text.exported, history.view.points),
        Err(_) => fill(text.file_trouble, shown),
    }
}

fn answered(state: &mut State, trak: &Trak, answer: Answer) {
    let text = state.text();
    match answer {
        Answer::SignedIn(Ok(account)) => {
            state.form = Form::default();
            state.mode = Mode::Browse;
            state.message = Some(fill(text.signed_in, safe(&account.name)));
            trak.start_live();
        }
        Answer::SignedIn(Err(why)) => {
            state.form.busy = false;
            state.form.code.clear();
            state.form.focus = match why {
                SignInRefusal::CodeNeeded | SignInRefusal::WrongCode => Field::Code,
                SignInRefusal::WrongPassword => Field::Password,
                SignInRefusal::Address(trak_core::traccar::address::AddressError::CleartextRefused) => {
                    Field::Cleartext
                }
                SignInRefusal::Address(_) => Field::Server,
                _ => state.form.focus,
            };
            state.form.refusal = Some(refusal(text, &why, text.label_cleartext, &crate::home::shown()));
        }
        Answer::SignedOut(outcome) => {
            let fresh = State::new(state.language, state.colour, state.size, state.zone.clone());
            *state = fresh;
            prefill(&mut state.form);
            state.form.refusal = outcome.err().map(|e| query_error(text, &e, &crate::home::shown()));
        }
        Answer::Track(unit, outcome) if state.track.unit == Some(unit) => {
            state.track.loading = false;
            match outcome {
                Ok(history) => state.track.found = Some(history),
                Err(why) => state.track.trouble = Some(query_error(text, &why, &crate::home::shown())),
            }
        }
        Answer::Track(..) => {}
        Answer::Said(sentence) => state.message = sentence.or(state.message.take()),
    }
}

/// SIGTERM, SIGHUP and SIGINT end the screen as `q` does.
#[cfg(unix)]
async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let signals =
        (signal(SignalKind::terminate()), signal(SignalKind::hangup()), signal(SignalKind::interrupt()));
    if let (Ok(mut term), Ok(mut hangup), Ok(mut interrupt)) = signals {
        tokio::select! {
            _ = term.recv() => {}
            _ = hangup.recv() => {}
            _ = interrupt.recv() => {}
        }
    } else {
        core::future::pending::<()>().await;
    }
}

#[cfg(not(unix))]
async fn stopped() {
    if tokio::signal::ctrl_c().await.is_err() {
        core::future::pending::<()>().await;
    }
}
