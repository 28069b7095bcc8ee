//! `login` and `logout`.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use serde_json::json;
use trak_core::engine::{OpenError, SignInRefusal, SignInRequest};
use trak_core::model::Secret;
use trak_core::store::StoreError;
use trak_core::traccar::address::Cleartext;
use trak_core::traccar::tls::TlsPolicy;
use zeroize::Zeroizing;

use super::args::Login;
use super::failure::{Code, Failure};
use super::json;
use super::out::Out;
use super::privacy::agree_before_sign_in;
use crate::safe::safe;
use crate::signals::without_interrupts;
use crate::text::{Text, fill};

/// Signs in; what neither options nor environment give is asked for on a terminal.
pub async fn login(text: &'static Text, out: &Out, login: Login) -> Result<(), Failure> {
    let trak = crate::home::open().map_err(|error| Failure::open(text, &error))?;
    // Before anything is asked for: without it nothing entered here may be used.
    let agrees = match super::privacy::agrees_to_sign_in(text, &trak, login.agree) {
        Ok(agrees) => agrees,
        Err(failure) => {
            trak.shutdown().await;
            return Err(failure);
        }
    };
    let server = given_or_asked(text, login.server, text.prompt_server)?;
    let account = given_or_asked(text, login.account, text.prompt_account)?;
    let password = password(text, login.password_file.as_deref(), text.prompt_password)?;
    let tls = tls_policy(text, &login.ca_file, &login.pin)?;
    let cleartext = if login.allow_cleartext { Cleartext::AllowedByPerson } else { Cleartext::Refuse };
    let mut code = login.code.filter(|code| !code.is_empty()).map(Secret::new);
    let view = loop {
        let asked = code.is_some();
        let request = SignInRequest {
            server: server.clone(),
            cleartext,
            tls: tls.clone(),
            email: account.clone(),
            password: password.clone(),
            code: code.take(),
        };
        let held = crate::home::hold_account().await;
        // Written while others wait: the agreement belongs to whoever signs in next.
        let agreed = if agrees { agree_before_sign_in(text, &trak) } else { Ok(()) };
        let answer = match agreed {
            Ok(()) => trak.sign_in(request).await,
            Err(error) => Err(error.into()),
        };
        // A code is asked for without keeping others waiting.
        drop(held);
        match answer {
            Ok(view) => break view,
            Err(SignInRefusal::CodeNeeded) if !asked && io::stdin().is_terminal() => {
                code = Some(hidden(text, text.prompt_code)?);
            }
            Err(refusal) => {
                trak.shutdown().await;
                return Err(Failure::sign_in(text, &refusal));
            }
        }
    };
    // The sign-in is kept by now; a first snapshot makes the next cold start useful, its failure is not one of this.
    if let Err(error) = trak.refresh().await
        && let Failure::Say(_, sentence) = Failure::query(text, &error)
    {
        out.remark(&sentence);
    }
    trak.shutdown().await;
    if out.json {
        return out.document(&json!({ "schema": "trak.login.v1", "account": json::account(&view) }));
    }
    out.line(&fill(text.signed_in, safe(&view.name)))?;
    if view.cleartext { out.line(&format!("! {}", text.cleartext_mark)) } else { Ok(()) }
}

/// Signs out. What nobody can read any more is erased without being opened.
pub async fn logout(text: &'static Text, out: &Out, keep_cache: bool) -> Result<(), Failure> {
    let _held = crate::home::hold_account().await;
    let trak = match crate::home::open() {
        Err(OpenError::KeyMissing | OpenError::Storage(StoreError::WrongKey)) if !keep_cache => {
            crate::home::forget().map_err(|error| Failure::open(text, &error))?;
            return if out.json {
                out.document(&json!({ "schema": "trak.logout.v1", "revoked": false, "cache_kept": false }))
            } else {
                out.line(text.forgotten)
            };
        }
        opened => opened.map_err(|error| Failure::open(text, &error))?,
    };
    if trak.account().is_none() {
        return Err(Failure::say(Code::NotSignedIn, text.not_signed_in));
    }
    let unsent = trak.reporting().ok().flatten().map_or(0, |view| view.outbox.queued + view.outbox.set_aside);
    let done = trak.sign_out(keep_cache).await;
    trak.shutdown().await;
    let done = done.map_err(|error| Failure::query(text, &error))?;
    if unsent > 0 {
        out.remark(&fill(text.unsent_kept, unsent));
    }
    if out.json {
        return out.document(&json!({
            "schema": "trak.logout.v1", "revoked": done.revoked, "cache_kept": keep_cache,
        }));
    }
    out.line(if done.revoked { text.signed_out_revoked } else { text.signed_out_not_revoked })?;
    out.line(if keep_cache { text.signed_out_kept } else { text.signed_out_erased })
}

fn given_or_asked(text: &Text, given: Option<String>, prompt: &str) -> Result<String, Failure> {
    if let Some(given) = given.filter(|value| !value.trim().is_empty()) {
        return Ok(given);
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::say(Code::Usage, text.missing_credentials));
    }
    let trouble = |_| Failure::say(Code::Other, text.terminal_trouble);
    let mut screen = io::stderr();
    write!(screen, "{prompt} ").and_then(|()| screen.flush()).map_err(trouble)?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(trouble)?;
    Ok(line.trim().to_owned())
}

pub(super) fn hidden(text: &Text, prompt: &str) -> Result<Secret, Failure> {
    let asked = without_interrupts(|| rpassword::prompt_password(format!("{prompt} ")));
    match asked.and_then(|answer| answer) {
        Ok(answer) => Ok(Secret::new(answer)),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(Failure::Interrupted),
        Err(_) => Err(Failure::say(Code::Other, text.terminal_trouble)),
    }
}

pub(super) fn password(text: &Text, file: Option<&Path>, prompt: &str) -> Result<Secret, Failure> {
    if let Some(file) = file {
        let whole = Zeroizing::new(std::fs::read_to_string(file).map_err(|_| unreadable(text, file))?);
        return Ok(Secret::new(whole.lines().next().unwrap_or_default()));
    }
    if let Some(value) = std::env::var("TRAK_PASSWORD").ok().filter(|value| !value.is_empty()) {
        return Ok(Secret::new(value));
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::say(Code::Usage, text.missing_credentials));
    }
    hidden(text, prompt)
}

fn unreadable(text: &Text, file: &Path) -> Failure {
    Failure::say(Code::Storage, fill(text.file_trouble, safe(&file.display().to_string())))
}

/// The trust that files and pins mean.
pub(crate) fn tls_policy(text: &Text, ca_files: &[PathBuf], pins: &[String]) -> Result<TlsPolicy, Failure> {
    let mut policy = TlsPolicy::default();
    for file in ca_files {
        policy.extra_roots_pem.push(std::fs::read(file).map_err(|_| unreadable(text, file))?);
    }
    for pin in pins {
        let read = pin_bytes(pin).ok_or_else(|| Failure::say(Code::Usage, text.bad_tls_settings))?;
        policy.pinned_spki_sha256.push(read);
    }
    Ok(policy)
}

/// 64 hexadecimal digits, colons allowed, or base64 with or without `sha256/` before it.
fn pin_bytes(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|c| *c != ':')
        .map(|c| c.to_digit(16).map(|d| d as u8))
        .collect::<Option<_>>()
        .unwrap_or_default();
    if digits.len() == 64 {
        let bytes: Vec<u8> =
            digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
        return bytes.try_into().ok();
    }
    let body = text.trim().strip_prefix("sha256/").unwrap_or(text.trim());
    base64::engine::general_purpose::STANDARD.decode(body).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::pin_bytes;

    #[test]
    fn pins_in_the_usual_notations() {
        let hex = "00ff".repeat(16);
        let bytes = pin_bytes(&hex).unwrap();
        assert_eq!((bytes[0], bytes[1], bytes[31]), (0, 255, 255));
        assert_eq!(pin_bytes(&"AB:CD".repeat(16)).unwrap()[..2], [0xab, 0xcd]);
        assert_eq!(pin_bytes("sha256/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8="), Some(bytes));
        for bad in ["", "abc", "sha256/AAAA", &"zz".repeat(32)] {
            assert_eq!(pin_bytes(bad), None, "{bad}");
        }
    }
}
