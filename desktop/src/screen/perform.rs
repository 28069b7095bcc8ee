//! What a key asked for, done: in tasks of its own, whose answers come back to the loop.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crossterm::clipboard::CopyToClipboard;
use crossterm::execute;
use tokio::sync::mpsc;
use trak_core::engine::{History, QueryError, SignInRefusal, SignInRequest, Trak};
use trak_core::history::ExportError;
use trak_core::model::{Secret, UnitId, UtcMs};
use trak_core::traccar::address::{AddressError, Cleartext};
use trak_core::traccar::tls::TlsPolicy;
use trak_core::view::AccountView;

use super::form::{Field, Form};
use super::layout::{inside, parts};
use super::reload::{fit, reload};
use super::state::{Effect, Mode, State};
use super::update::export_format;
use super::viewport::fit_track;
use crate::cli::{agree_before_sign_in, write_file};
use crate::input::day_before;
use crate::safe::safe;
use crate::text::{Text, fill, query_error, refusal};

/// What came of it.
pub enum Answer {
    SignedIn(Result<AccountView, SignInRefusal>),
    SignedOut(Result<(), QueryError>),
    Track(UnitId, (UtcMs, UtcMs), Result<Arc<History>, QueryError>),
    Exists(String),
    Said(Option<String>),
}

/// What the environment already says is not asked again.
pub fn prefill(form: &mut Form) {
    form.server = std::env::var("TRAK_SERVER").unwrap_or_default();
    form.account = std::env::var("TRAK_ACCOUNT").unwrap_or_default();
    if !form.server.is_empty() {
        form.focus = if form.account.is_empty() { Field::Account } else { Field::Password };
    }
}

/// Does it.
pub fn perform(
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
                let text = state.text();
                tokio::spawn(async move {
                    let _held = crate::home::hold_account().await;
                    // The tick on the form is the agreement; it belongs to whoever signs in next.
                    let answer = match agree_before_sign_in(text, &trak_task) {
                        Ok(()) => trak_task.sign_in(request).await,
                        Err(error) => Err(error.into()),
                    };
                    send(&sender, Answer::SignedIn(answer));
                });
            }
            Err(sentence) => state.form.refusal = Some(sentence),
        },
        Effect::SignOut { keep_cache } => {
            tokio::spawn(async move {
                let _held = crate::home::hold_account().await;
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
            fit(state, trak, cells, true);
        }
        Effect::Follow(unit) => trak.follow(unit),
        Effect::LoadHistory => {
            // The key may just have moved the selection: the unit is the one that the list shows now.
            reload(state, trak, state.clocks.1);
            let Some(unit) = state.unit.as_ref().map(|u| u.row.id) else { return Ok(()) };
            let day = day_before(state.track.days_back, state.clocks.0, &state.zone);
            let Some((from, to)) = state.track.range.or(day) else { return Ok(()) };
            state.track.of = state.unit.as_ref().map(|u| (u.row.name.clone(), u.unique_id.clone()));
            (state.track.unit, state.track.asked, state.track.loading) = (Some(unit), Some((from, to)), true);
            (state.track.found, state.track.trouble, state.track.replay) = (None, None, None);
            tokio::spawn(async move {
                let found = trak_task.history(unit, from, to).await;
                send(&sender, Answer::Track(unit, (from, to), found));
            });
        }
        Effect::Export { path, replace } => {
            let Some(history) = state.track.found.clone() else { return Ok(()) };
            let text = state.text();
            tokio::task::spawn_blocking(move || send(&sender, export(text, &history, path, replace)));
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

/// Writes the file; one that exists only when the person has said so.
fn export(text: &Text, history: &History, typed: String, replace: bool) -> Answer {
    let Some(format) = export_format(&typed) else {
        return Answer::Said(Some(fill(text.bad_extension, safe(&typed))));
    };
    let path = at_home(&typed);
    match write_file(history, format, &path, replace) {
        Ok(()) => Answer::Said(Some(fill(text.exported, history.view.points))),
        Err(ExportError::Io(error)) if error.kind() == io::ErrorKind::AlreadyExists => Answer::Exists(typed),
        Err(_) => Answer::Said(Some(fill(text.file_trouble, safe(&path.display().to_string())))),
    }
}

/// A shell would have replaced the tilde.
fn at_home(typed: &str) -> PathBuf {
    match (typed.strip_prefix("~/"), directories::BaseDirs::new()) {
        (Some(rest), Some(dirs)) => dirs.home_dir().join(rest),
        _ => PathBuf::from(typed),
    }
}

/// Shows an answer.
pub fn answered(state: &mut State, trak: &Trak, answer: Answer) {
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
                SignInRefusal::ConsentRequired(_) => Field::Agree,
                SignInRefusal::Address(AddressError::CleartextRefused) => Field::Cleartext,
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
        Answer::Track(unit, range, outcome)
            if state.track.unit == Some(unit) && state.track.asked == Some(range) =>
        {
            state.track.loading = false;
            match outcome {
                Ok(history) => {
                    state.track.found = Some(history);
                    let map = parts(state.size, state.panel).map.filter(|_| state.track.on_map);
                    if let Some(frame) = map {
                        fit_track(state, inside(frame));
                    }
                }
                Err(why) => state.track.trouble = Some(query_error(text, &why, &crate::home::shown())),
            }
        }
        Answer::Track(..) => {}
        Answer::Exists(path) => state.mode = Mode::ConfirmReplace(path),
        Answer::Said(sentence) => state.message = sentence.or(state.message.take()),
    }
}
