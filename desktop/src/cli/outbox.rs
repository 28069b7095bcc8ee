//! `outbox`: what waits to be sent, and why nothing is sent.

use std::io::IsTerminal;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, timeout};
use trak_core::decide::delivery::Blocked;
use trak_core::engine::Trak;
use trak_core::model::{GapCause, UtcMs};
use trak_core::view::ReportingView;

use super::args::OutboxAction;
use super::failure::{Code, Failure};
use super::json as facts;
use super::out::{Out, remark};
use crate::safe::{pad, safe, width};
use crate::text::{self, Text, ago, fill, local_time, local_zone};

/// How long one question waits for the server, and a retry for everything to be sent.
const ASKING: Duration = Duration::from_secs(5);
const SENDING: Duration = Duration::from_secs(60);

/// Shows the outbox after one attempt to send; `retry` lets what was set aside wait again first.
pub async fn run(text: &'static Text, out: &Out, action: Option<OutboxAction>) -> Result<(), Failure> {
    let trak = super::open::signed_in(text)?;
    let outcome = show(text, out, &trak, action).await;
    trak.shutdown().await;
    outcome
}

async fn show(
    text: &'static Text,
    out: &Out,
    trak: &Trak,
    action: Option<OutboxAction>,
) -> Result<(), Failure> {
    let failed = |error| Failure::record(text, &error);
    if trak.reporting().map_err(failed)?.is_none() {
        return if out.json {
            out.document(&json!({ "schema": "trak.outbox.v1", "outbox": Value::Null }))
        } else {
            out.line(text.never_reported)
        };
    }
    let retried = match action {
        Some(OutboxAction::Retry) => Some(trak.retry_set_aside().map_err(failed)?),
        None => None,
    };
    trak.start_live();
    let view = drained(text, trak, if retried.is_some() { SENDING } else { ASKING }).await?;
    if out.json {
        let document = json!({
            "schema": "trak.outbox.v1", "retried": retried, "outbox": facts::outbox(&view),
        });
        out.document(&document)?;
    } else {
        if let Some(retried) = retried {
            out.line(&fill(text.outbox_retried, retried))?;
        }
        for line in lines(text, trak, &view) {
            out.line(&line)?;
        }
    }
    // The status alone is an answer, whatever it is; a retry has a purpose that it can fail.
    if retried.is_some() { outcome(text, &view) } else { Ok(()) }
}

/// Waits until nothing waits any more, until the reason needs a person, or for so long.
pub async fn drained(text: &'static Text, trak: &Trak, longest: Duration) -> Result<ReportingView, Failure> {
    let mut observer = trak.observe();
    let until = Instant::now() + longest;
    let mut told = Instant::now();
    loop {
        let view = trak.reporting().map_err(|error| Failure::record(text, &error))?;
        let Some(view) = view else { return Err(Failure::say(Code::Other, text.not_reporting)) };
        let waits_for_nobody = matches!(view.blocked, None | Some(Blocked::ServerBusy));
        if view.outbox.queued == 0 || !waits_for_nobody || Instant::now() >= until {
            return Ok(view);
        }
        if told.elapsed() >= Duration::from_secs(1) && std::io::stderr().is_terminal() {
            told = Instant::now();
            remark(&fill(text.outbox_sending, view.outbox.queued));
        }
        // A look now and then, besides what the observer tells.
        drop(timeout(Duration::from_millis(500), observer.changed()).await);
    }
}

/// When the newest fix was taken, sent or not.
pub fn newest(text: &Text, trak: &Trak) -> Result<Option<UtcMs>, Failure> {
    let failed = |error| Failure::record(text, &error);
    let Some(view) = trak.reporting().map_err(failed)? else { return Ok(None) };
    let last = u32::try_from(view.outbox.queued.saturating_sub(1)).unwrap_or(u32::MAX);
    let waiting = trak.outbox_page(last).map_err(failed)?.iter().map(|fix| fix.fix.fix_time).max();
    Ok(view.outbox.newest_sent.max(waiting))
}

/// What is still here decides how the program ends.
pub fn outcome(text: &Text, view: &ReportingView) -> Result<(), Failure> {
    let (queued, aside) = (view.outbox.queued, view.outbox.set_aside);
    if queued == 0 {
        return if aside == 0 {
            Ok(())
        } else {
            Err(Failure::say(Code::Other, fill(text.outbox_aside_left, aside)))
        };
    }
    let code = match view.blocked {
        Some(Blocked::ConsentRequired) => Code::Consent,
        Some(Blocked::SignedOut) => Code::NotSignedIn,
        Some(Blocked::UnknownUnit) => Code::NotFound,
        Some(Blocked::BadCertificate) => Code::Certificate,
        Some(Blocked::Storage) => Code::Storage,
        Some(Blocked::Denied | Blocked::OtherProgram) => Code::Other,
        Some(Blocked::Offline | Blocked::ServerBusy | Blocked::NoAnswer) | None => Code::Offline,
    };
    Err(Failure::say(code, fill(text.outbox_left, queued)))
}

/// The outbox in lines for people.
pub fn lines(text: &Text, trak: &Trak, view: &ReportingView) -> Vec<String> {
    let (now, zone) = (trak.now(), local_zone());
    let past = |at: Option<UtcMs>| at.map_or_else(|| "-".to_owned(), |at| ago(text, now.since_ms(at).max(0)));
    let state = &view.outbox;
    let mut rows: Vec<(&str, String)> = Vec::new();
    let off = || text.reporting_off.to_owned();
    rows.push((text.label_reports_as, view.unit_identifier.as_deref().map_or_else(off, safe)));
    let oldest = state.oldest.map(|at| format!(", {}", fill(text.outbox_oldest, past(Some(at)))));
    rows.push((text.label_queued, format!("{}{}", state.queued, oldest.unwrap_or_default())));
    rows.push((text.label_newest_sent, past(state.newest_sent)));
    rows.push((text.label_last_success, past(state.last_success)));
    if let Some(why) = view.blocked {
        let until = view.not_before.map(|at| fill(text.blocked_not_before, local_time(at, &zone)));
        let why = [Some(text::blocked(text, why).to_owned()), until];
        rows.push((text.label_not_sending, why.into_iter().flatten().collect::<Vec<_>>().join(", ")));
    }
    if state.set_aside > 0 {
        rows.push((text.label_set_aside, state.set_aside.to_string()));
        for (fix, reason) in trak.set_aside().unwrap_or_default().iter().take(10) {
            let at = local_time(fix.fix.fix_time, &zone);
            rows.push((
                "",
                format!("{at}  {}  {}", safe(&fix.unit_identifier), text::set_aside(text, *reason)),
            ));
        }
    }
    if state.thinned > 0 {
        rows.push((text.label_given_up, state.thinned.to_string()));
    }
    let rejected: Vec<String> =
        view.rejected.iter().map(|(why, count)| format!("{} {count}", text::rejection(text, *why))).collect();
    if !rejected.is_empty() {
        rows.push((text.label_not_accepted_48h, rejected.join(", ")));
    }
    if let Some(profile) = &view.profile {
        rows.push((text.label_profile, text::profile(text, profile)));
    }
    for (at, gap) in view.gaps.iter().take(10).enumerate() {
        let to = gap.to.map_or_else(|| "...".to_owned(), |to| local_time(to, &zone));
        let cause: GapCause = gap.cause;
        let line = format!("{} - {to}  {}", local_time(gap.from, &zone), text::gap_cause(text, cause));
        rows.push((if at == 0 { text.label_gaps } else { "" }, line));
    }
    if view.in_memory_only > 0 {
        rows.push((text.label_doubt, fill(text.outbox_in_memory, view.in_memory_only)));
    }
    if let Some((fixes, _)) = view.salvaged {
        rows.push((text.label_doubt, fill(text.outbox_salvaged, fixes)));
    }
    let widest = rows.iter().map(|(label, _)| width(label)).max().unwrap_or(0);
    rows.into_iter().map(|(label, value)| format!("{}  {value}", pad(label, widest))).collect()
}
