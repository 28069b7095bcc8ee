//! The part of `privacy` that is about one's own data: copy, correct, erase, leave, and who looked.

use serde_json::{Value, json};
use trak_core::engine::{CancelError, QueryError, Trak};
use trak_core::model::{AccountChange, CorrectionRequest, LookedAt, RequestState, Secret, UtcMs};

use super::args::Range;
use super::args_privacy::{FieldName, PrivacyAction};
use super::export::write_whole;
use super::failure::{Code, Failure};
use super::history;
use super::open;
use super::out::Out;
use super::sign_in::password;
use crate::safe::safe;
use crate::text::{Language, Text, fill, local_time, local_zone};

/// Runs one of them.
pub async fn run(text: &'static Text, out: &Out, action: PrivacyAction) -> Result<(), Failure> {
    let trak = open::signed_in(text)?;
    let answer = act(text, out, &trak, action).await;
    trak.shutdown().await;
    answer
}

async fn act(text: &'static Text, out: &Out, trak: &Trak, action: PrivacyAction) -> Result<(), Failure> {
    let failed = |error: QueryError| match error {
        QueryError::NotFound => Failure::say(Code::Other, text.not_offered),
        other => Failure::query(text, &other),
    };
    match action {
        PrivacyAction::Export { output, force } => {
            // Whether the file may be written is known before the server is asked.
            if !force && output.exists() {
                return Err(Failure::say(
                    Code::Usage,
                    fill(text.file_exists, safe(&output.display().to_string())),
                ));
            }
            trak.refresh().await.map_err(failed)?;
            let bytes = trak.copy_of_my_data().await.map_err(failed)?;
            let shown = safe(&output.display().to_string());
            write_whole(&output, force, |file| Ok(file.write_all(&bytes)?))
                .map_err(|_| Failure::say(Code::Storage, fill(text.file_trouble, &shown)))?;
            said(out, &fill(text.copy_written, &shown), &json!({ "bytes": bytes.len() }))
        }
        PrivacyAction::Correct { name, email, phone, password } => {
            let new = if password { Some(new_password(text)?) } else { None };
            let change = AccountChange { name, email, phone, password: new };
            trak.change_account(change).await.map_err(failed)?;
            said(out, text.account_changed, &json!({ "changed": true }))
        }
        PrivacyAction::Requests { field, text: wanted } => {
            requests(text, out, trak, field, wanted, failed).await
        }
        PrivacyAction::Erase { unit, range } => erase(text, out, trak, &unit, &range, failed).await,
        PrivacyAction::AccessLog => {
            let log = trak.access_log().await.map_err(failed)?;
            if out.json {
                let entries: Vec<Value> = log
                    .iter()
                    .map(|one| json!({ "at": one.at.to_rfc3339(), "by": one.by, "what": one.what.word() }))
                    .collect();
                return out.document(&json!({ "schema": "trak.access_log.v1", "entries": entries }));
            }
            if log.is_empty() {
                return out.line(text.access_none);
            }
            for one in log {
                out.line(&format!("{}  {}  {}", local(one.at), safe(&one.by), looked(text, one.what)))?;
            }
            Ok(())
        }
        PrivacyAction::Notices { acknowledge } => {
            if let Some(id) = acknowledge {
                trak.acknowledge_notice(id).await.map_err(failed)?;
            }
            notices(text, out, trak, failed).await
        }
        PrivacyAction::Cancel { password_file, code } => {
            let password = password(text, password_file.as_deref(), text.cancel_prompt)?;
            cancel(text, out, trak, password, code.map(Secret::new), failed).await
        }
        PrivacyAction::KeepAccount => {
            trak.keep_account().await.map_err(failed)?;
            said(out, text.cancel_none, &json!({ "cancelled": false }))
        }
        PrivacyAction::EraseDevice => {
            trak.erase_this_device().await.map_err(failed)?;
            crate::home::forget_log()
                .map_err(|_| Failure::say(Code::Storage, fill(text.file_trouble, crate::start::LOG)))?;
            said(out, text.device_erased, &json!({ "erased": true }))
        }
        // The rest is answered without a sign-in.
        _ => Ok(()),
    }
}

async fn requests(
    text: &'static Text,
    out: &Out,
    trak: &Trak,
    field: Option<FieldName>,
    wanted: Option<String>,
    failed: impl Fn(QueryError) -> Failure,
) -> Result<(), Failure> {
    if let (Some(field), Some(wanted)) = (field, wanted) {
        let made = trak.ask_correction(field.core(), wanted).await.map_err(&failed)?;
        return said(out, &fill(text.request_sent, made.id), &json!({ "request": made.id }));
    }
    let all = trak.corrections().await.map_err(&failed)?;
    if out.json {
        let list: Vec<Value> = all
            .iter()
            .map(|one| {
                json!({ "id": one.id, "text": one.text, "state": format!("{:?}", one.state).to_lowercase(),
                    "answer": one.answer, "created": one.created.to_rfc3339() })
            })
            .collect();
        return out.document(&json!({ "schema": "trak.requests.v1", "requests": list }));
    }
    if all.is_empty() {
        return out.line(text.no_requests);
    }
    for CorrectionRequest { id, text: asked, state, answer, created, .. } in all {
        let state = match state {
            RequestState::Open => text.request_open,
            RequestState::Done => text.request_done,
            RequestState::Refused => text.request_refused,
        };
        let answer = answer.map(|answer| format!("  -> {}", safe(&answer))).unwrap_or_default();
        out.line(&format!("{id}  {}  {state}  {}{answer}", local(created), safe(&asked)))?;
    }
    Ok(())
}

async fn erase(
    text: &'static Text,
    out: &Out,
    trak: &Trak,
    unit: &str,
    range: &Range,
    failed: impl Fn(QueryError) -> Failure,
) -> Result<(), Failure> {
    trak.refresh().await.map_err(&failed)?;
    let row = open::unit(text, trak, unit)?;
    let (from, to) = history::read_range(text, range, trak.now())?;
    let erased = trak.erase_positions(row.id, from, to).await.map_err(failed)?;
    said(out, &fill(text.erased_points, erased), &json!({ "erased": erased }))
}

async fn notices(
    text: &'static Text,
    out: &Out,
    trak: &Trak,
    failed: impl Fn(QueryError) -> Failure,
) -> Result<(), Failure> {
    let all = trak.notices().await.map_err(failed)?;
    if out.json {
        let list: Vec<Value> = all
            .iter()
            .map(|one| {
                json!({ "id": one.id, "kind": format!("{:?}", one.kind), "title": { "en": one.title.0, "zh-Hans": one.title.1 },
                    "text": { "en": one.text.0, "zh-Hans": one.text.1 }, "created": one.created.to_rfc3339(),
                    "acknowledged": one.acknowledged.and_then(UtcMs::to_rfc3339) })
            })
            .collect();
        return out.document(&json!({ "schema": "trak.notices.v1", "notices": list }));
    }
    if all.is_empty() {
        return out.line(text.no_notices);
    }
    for one in all {
        let (title, body) = match text.language {
            Language::En => (one.title.0, one.text.0),
            Language::Zh => (one.title.1, one.text.1),
        };
        let mark = if one.acknowledged.is_some() { ' ' } else { '!' };
        out.line(&format!("{mark} {}  {}  {}", one.id, local(one.created), safe(&title)))?;
        out.line(&format!("    {}", safe(&body)))?;
    }
    Ok(())
}

async fn cancel(
    text: &'static Text,
    out: &Out,
    trak: &Trak,
    password: Secret,
    code: Option<Secret>,
    failed: impl Fn(QueryError) -> Failure,
) -> Result<(), Failure> {
    let ends = trak.cancel_account(password, code).await.map_err(|error| match error {
        CancelError::WrongPassword => Failure::say(Code::Refused, text.wrong_password),
        CancelError::CodeNeeded => Failure::say(Code::Refused, text.code_needed),
        CancelError::WrongCode => Failure::say(Code::Refused, text.wrong_code),
        CancelError::LastAdministrator => Failure::say(Code::Refused, text.cancel_last),
        CancelError::Query(error) => failed(error),
    })?;
    let told =
        if ends.done { text.cancel_done.to_owned() } else { fill(text.cancel_asked, local(ends.deadline)) };
    said(out, &told, &json!({ "deadline": ends.deadline.to_rfc3339(), "done": ends.done }))
}

fn new_password(text: &Text) -> Result<Secret, Failure> {
    if let Some(value) = std::env::var("TRAK_NEW_PASSWORD").ok().filter(|value| !value.is_empty()) {
        return Ok(Secret::new(value));
    }
    super::sign_in::hidden(text, text.prompt_password)
}

fn said(out: &Out, line: &str, fields: &Value) -> Result<(), Failure> {
    if out.json {
        return out.document(&json!({ "schema": "trak.done.v1", "done": fields }));
    }
    out.line(line)
}

fn local(at: UtcMs) -> String {
    local_time(at, &local_zone())
}

fn looked(text: &Text, what: LookedAt) -> &'static str {
    match what {
        LookedAt::Positions => text.looked_positions,
        LookedAt::History => text.looked_history,
        LookedAt::Export => text.looked_export,
        LookedAt::Consents => text.looked_consents,
        LookedAt::Unit => text.looked_unit,
        LookedAt::Other => text.looked_other,
    }
}
