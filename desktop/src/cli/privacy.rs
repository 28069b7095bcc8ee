//! `privacy`: the policy, its changes, what was agreed to, and ending it.
//!
//! Decides how it is asked and shown. Leaves what is permitted, and keeping the record, to the core.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;

use serde_json::{Value, json};
use trak_core::decide::consent::{ConsentRequired, ServerCopy, ToAsk};
use trak_core::engine::{Trak, Unsent};
use trak_core::model::{ConsentAction, ConsentScreen, PolicyLanguage, Purpose, UtcMs};
use trak_core::privacy::policy::{self, Block, BlockKind, Fate, Policy};
use trak_core::privacy::{ConsentError, Decision};

use super::args_privacy::PrivacyAction;
use super::export::write_whole;
use super::failure::{Code, Failure};
use super::out::Out;
use crate::safe::{pad, safe};
use crate::text::{Language, Text, answer, day, fill, purpose};

/// Runs one of them.
pub async fn run(text: &'static Text, out: &Out, action: Option<PrivacyAction>) -> Result<(), Failure> {
    let with_core = |work: fn(&'static Text, &Out, &Trak) -> Result<(), Failure>| async move {
        let trak = crate::home::open().map_err(|error| Failure::open(text, &error))?;
        let answer = work(text, out, &trak);
        trak.shutdown().await;
        answer
    };
    match action {
        None => with_core(standing).await,
        Some(PrivacyAction::Record { output: None, .. }) => with_core(record).await,
        Some(PrivacyAction::Record { output: Some(output), force }) => {
            let trak = crate::home::open().map_err(|error| Failure::open(text, &error))?;
            let answer = record_file(text, out, &trak, &output, force);
            trak.shutdown().await;
            answer
        }
        Some(PrivacyAction::Policy { version }) => show_policy(text, out, version),
        Some(PrivacyAction::Changes { from, to }) => changes(text, out, from, to),
        Some(PrivacyAction::Give { purpose }) => {
            decided(text, out, purpose.core(), ConsentAction::Given, Unsent::Send).await
        }
        Some(PrivacyAction::Withdraw { purpose, erase_unsent }) => {
            let unsent = if erase_unsent { Unsent::Erase } else { Unsent::Send };
            decided(text, out, purpose.core(), ConsentAction::Refused, unsent).await
        }
        Some(other) => super::rights::run(text, out, other).await,
    }
}

async fn decided(
    text: &'static Text,
    out: &Out,
    purpose: Purpose,
    action: ConsentAction,
    unsent: Unsent,
) -> Result<(), Failure> {
    let trak = crate::home::open().map_err(|error| Failure::open(text, &error))?;
    let answer = decide(text, out, &trak, purpose, action, unsent);
    trak.shutdown().await;
    answer
}

/// Writes the agreement that a sign-in needs, under the newest policy.
pub(crate) fn agree_before_sign_in(text: &'static Text, trak: &Trak) -> Result<(), ConsentError> {
    trak.decide(said(text, Purpose::Account, ConsentAction::Given, ConsentScreen::SignIn), Unsent::Send)
        .map(drop)
}

/// Whether an agreement has to be written before a sign-in: what was said on the command line, else what is answered
/// now. Not needed while whoever is signed in has agreed.
pub(super) fn agrees_to_sign_in(
    text: &'static Text,
    trak: &Trak,
    agree: Option<u32>,
) -> Result<bool, Failure> {
    let newest = policy::newest().version;
    match (agree, trak.may_sign_in()) {
        (Some(version), _) if version == newest => Ok(true),
        (Some(version), _) => Err(Failure::say(Code::Usage, fill(text.consent_wrong_policy, version))),
        (None, Ok(())) => Ok(false),
        (None, Err(refused)) => {
            if asked(text, &fill(text.agree_prompt, newest))? {
                Ok(true)
            } else {
                Err(Failure::consent(text, refused))
            }
        }
    }
}

/// Sees to it that `wanted` may be done, asking where there is somebody to ask who was never asked before.
pub(super) fn agreed_to(text: &'static Text, trak: &Trak, wanted: Purpose) -> Result<(), Failure> {
    use trak_core::decide::consent::NoConsent;
    let found = trak.consents().purposes.into_iter().find(|view| view.purpose == wanted);
    let Some((missing, why)) = found.and_then(|view| view.missing) else { return Ok(()) };
    let refused = ConsentRequired { purpose: missing, why };
    let ask = missing == wanted && why == NoConsent::NotAsked;
    if !ask || !asked(text, &fill(text.agree_feature_prompt, purpose(text, wanted)))? {
        return Err(Failure::consent(text, refused));
    }
    trak.decide(said(text, wanted, ConsentAction::Given, ConsentScreen::Feature), Unsent::Send)
        .map(drop)
        .map_err(|error| Failure::decision(text, error))
}

fn asked(text: &Text, question: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    let trouble = |_| Failure::say(Code::Other, text.terminal_trouble);
    let mut screen = io::stderr();
    write!(screen, "{question} ").and_then(|()| screen.flush()).map_err(trouble)?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(trouble)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes" | "是"))
}

fn said(text: &Text, purpose: Purpose, action: ConsentAction, screen: ConsentScreen) -> Decision {
    Decision { purpose, action, policy_version: policy::newest().version, language: language(text), screen }
}

fn language(text: &Text) -> PolicyLanguage {
    match text.language {
        Language::En => PolicyLanguage::English,
        Language::Zh => PolicyLanguage::SimplifiedChinese,
    }
}

fn decide(
    text: &'static Text,
    out: &Out,
    trak: &Trak,
    wanted: Purpose,
    action: ConsentAction,
    unsent: Unsent,
) -> Result<(), Failure> {
    let before = trak.consents();
    let view = trak
        .decide(said(text, wanted, action, ConsentScreen::Terminal), unsent)
        .map_err(|error| Failure::decision(text, error))?;
    if out.json {
        return out.document(&document(trak));
    }
    // Not the whole views: what is known of the server's copy comes meanwhile.
    if before.purposes == view.purposes {
        return out.line(text.nothing_changed);
    }
    for (new, old) in view.purposes.iter().zip(&before.purposes) {
        if new.answer != old.answer {
            let line =
                fill(text.decided, purpose(text, new.purpose)).replace("{m}", &answer(text, new.answer));
            out.line(&line)?;
        }
    }
    Ok(())
}

fn standing(text: &'static Text, out: &Out, trak: &Trak) -> Result<(), Failure> {
    if out.json {
        return out.document(&document(trak));
    }
    let view = trak.consents();
    if view.damaged {
        out.line(&format!("! {}", text.consent_damaged))?;
    }
    match view.server_copy {
        ServerCopy::HoldsMore { entries } => {
            out.line(&format!("! {}", fill(text.copy_holds_more, entries)))?;
        }
        ServerCopy::Differs => out.line(&format!("! {}", text.copy_differs))?,
        ServerCopy::Unknown | ServerCopy::Same => {}
    }
    match view.to_ask {
        ToAsk::MaterialChange { to, effective, .. } => {
            let from = day(effective, &jiff::tz::TimeZone::UTC);
            out.line(&format!("! {}", fill(text.policy_change, to).replace("{m}", &from)))?;
        }
        ToAsk::Information { to, .. } => out.line(&fill(text.policy_news, to))?,
        ToAsk::Nothing | ToAsk::FirstRun => {}
    }
    for one in view.purposes {
        let rests = match one.missing {
            Some((missing, _)) if missing != one.purpose => {
                format!("  ({})", fill(text.consent_rests, purpose(text, missing)))
            }
            _ => String::new(),
        };
        out.line(&format!("{}  {}{rests}", pad(purpose(text, one.purpose), 30), answer(text, one.answer)))?;
    }
    Ok(())
}

fn record(text: &'static Text, out: &Out, trak: &Trak) -> Result<(), Failure> {
    let entries = trak
        .consent_record()
        .map_err(|error| Failure::decision(text, error))?
        .ok_or_else(|| Failure::say(Code::Storage, text.consent_damaged))?;
    if out.json {
        return out.document(&json!({ "schema": "trak.consents.v1", "entries": entries }));
    }
    for entry in entries {
        let at = entry.utc.to_rfc3339().unwrap_or_default();
        let word = |value: Value| value.as_str().unwrap_or_default().to_owned();
        out.line(&format!(
            "{:>4}  {at}  {}  {}  {}  {}",
            entry.sequence,
            pad(purpose(text, entry.purpose), 30),
            pad(&word(json!(entry.action)), 9),
            entry.policy_version,
            word(json!(entry.screen)),
        ))?;
    }
    Ok(())
}

/// The record as a file that others can check, docs/consents.md.
fn record_file(text: &'static Text, out: &Out, trak: &Trak, path: &Path, force: bool) -> Result<(), Failure> {
    let lines = trak
        .consent_file()
        .map_err(|error| Failure::decision(text, error))?
        .ok_or_else(|| Failure::say(Code::Storage, text.consent_damaged))?;
    let shown = safe(&path.display().to_string());
    if !force && path.exists() {
        return Err(Failure::say(Code::Usage, fill(text.file_exists, &shown)));
    }
    write_whole(path, force, |file| Ok(file.write_all(&lines)?))
        .map_err(|_| Failure::say(Code::Storage, fill(text.file_trouble, &shown)))?;
    if out.json {
        return out.document(&json!({ "schema": "trak.done.v1", "done": { "bytes": lines.len() } }));
    }
    out.line(&fill(text.copy_written, &shown))
}

fn document(trak: &Trak) -> Value {
    let view = trak.consents();
    let purposes: Vec<Value> = view
        .purposes
        .iter()
        .map(|one| {
            use trak_core::decide::consent::Answer;
            let (answer, version) = match one.answer {
                Answer::NotAsked => ("not_asked", None),
                Answer::Given { policy_version } => ("given", Some(policy_version)),
                Answer::Refused => ("refused", None),
                Answer::Withdrawn => ("withdrawn", None),
            };
            json!({
                "purpose": one.purpose, "answer": answer, "policy_version": version,
                "permitted": one.missing.is_none(),
            })
        })
        .collect();
    let (server_copy, missing) = match view.server_copy {
        ServerCopy::Unknown => ("unknown", None),
        ServerCopy::Same => ("same", None),
        ServerCopy::HoldsMore { entries } => ("holds_more", Some(entries)),
        ServerCopy::Differs => ("differs", None),
    };
    json!({
        "schema": "trak.privacy.v1",
        "purposes": purposes,
        "newest_policy": view.newest_policy,
        "damaged": view.damaged,
        "server_copy": server_copy,
        "missing_entries": missing,
    })
}

fn version(text: &Text, wanted: u32) -> Result<&'static Policy, Failure> {
    policy::version(wanted)
        .ok_or_else(|| Failure::say(Code::NotFound, fill(text.consent_wrong_policy, wanted)))
}

fn show_policy(text: &'static Text, out: &Out, wanted: Option<u32>) -> Result<(), Failure> {
    let policy = version(text, wanted.unwrap_or(policy::newest().version))?;
    let language = language(text);
    if out.json {
        return out.document(&json!({
            "schema": "trak.policy.v1", "version": policy.version,
            "published": date(policy.published_at()), "effective": date(policy.effective_at()),
            "material": policy.material, "language": language,
            "sha256": policy.sha256(language).to_hex(), "text": policy.text(language),
        }));
    }
    for block in policy.blocks(language) {
        paragraph(out, "", block)?;
    }
    Ok(())
}

fn changes(text: &'static Text, out: &Out, from: Option<u32>, to: Option<u32>) -> Result<(), Failure> {
    let to = version(text, to.unwrap_or(policy::newest().version))?;
    let from = version(text, from.unwrap_or_else(|| to.version.saturating_sub(1).max(1)))?;
    let all = policy::changes(from, to, language(text));
    if out.json {
        let changed: Vec<Value> = all
            .iter()
            .filter(|(fate, _)| *fate != Fate::Kept)
            .map(|(fate, block)| {
                json!({ "change": if *fate == Fate::Added { "added" } else { "removed" }, "text": block.text })
            })
            .collect();
        return out.document(&json!({
            "schema": "trak.policy_changes.v1", "from": from.version, "to": to.version, "changes": changed,
        }));
    }
    let mut place = None;
    for (fate, block) in all {
        let heading = matches!(block.kind, BlockKind::Title | BlockKind::Heading | BlockKind::Subheading);
        match fate {
            // Where a change stands is told by the heading above it.
            Fate::Kept if heading => place = Some(block),
            Fate::Kept => {}
            Fate::Added | Fate::Removed => {
                if let Some(above) = place.take() {
                    paragraph(out, "  ", above)?;
                }
                paragraph(out, if fate == Fate::Added { "+ " } else { "- " }, block)?;
            }
        }
    }
    Ok(())
}

fn paragraph(out: &Out, mark: &str, block: Block) -> Result<(), Failure> {
    let item = if block.kind == BlockKind::Item { "* " } else { "" };
    out.line(&format!("{mark}{item}{}", block.text))?;
    out.line("")
}

fn date(at: UtcMs) -> String {
    at.to_rfc3339().unwrap_or_default().chars().take(10).collect()
}
