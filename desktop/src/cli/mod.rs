//! The subcommands: one question, one answer, an exit code.
//!
//! Decides how questions are asked and answers printed for people and for scripts. Leaves facts to the core.

mod alerts;
mod args;
mod args_privacy;
mod export;
mod failure;
pub(crate) mod help;
mod history;
mod json;
mod lists;
pub(crate) mod open;
mod out;
mod outbox;
mod privacy;
mod report;
mod rights;
mod sign_in;
mod unit;
mod watch;

pub use args::{Arguments, Command};
pub(crate) use export::write_file;
pub use failure::{Code, Failure};
pub use out::{Out, remark};
pub(crate) use privacy::agree_before_sign_in;

use crate::text::Text;

/// Runs a subcommand.
pub async fn run(
    command: Command,
    text: &'static Text,
    out: &Out,
    require_live: bool,
) -> Result<(), Failure> {
    match command {
        Command::Login(login) => sign_in::login(text, out, login).await,
        Command::Logout { keep_cache } => sign_in::logout(text, out, keep_cache).await,
        Command::Status => {
            let trak = open::signed_in(text)?;
            let outcome = trak.refresh().await;
            let answer = unit::status(text, out, &trak, outcome.is_ok());
            trak.shutdown().await;
            answer?;
            match outcome {
                Err(error) if require_live => Err(Failure::query(text, &error)),
                _ => Ok(()),
            }
        }
        Command::Report(wanted) => report::run(text, out, &wanted).await,
        Command::Privacy { action } => privacy::run(text, out, action).await,
        Command::Outbox { action } => outbox::run(text, out, action).await,
        Command::Watch { unit, seconds, count } => {
            watch::run(text, out, unit, seconds, count, require_live).await
        }
        Command::Screen { .. } => Err(Failure::say(Code::Usage, text.no_terminal)),
        Command::Units(_)
        | Command::Unit { .. }
        | Command::Nearby { .. }
        | Command::Alerts { .. }
        | Command::History { .. }
        | Command::Export { .. } => {
            let opened = open::fleet(text, out, require_live).await?;
            let answer = match command {
                Command::Units(units) => lists::units(text, out, &opened, &units),
                Command::Unit { unit } => unit::run(text, out, &opened, &unit),
                Command::Nearby { origin, radius, filter } => {
                    lists::nearby(text, out, &opened, &origin, &radius, &filter)
                }
                Command::Alerts { limit, acknowledge } => {
                    alerts::run(text, out, &opened, limit, acknowledge).await
                }
                Command::History { unit, range, points } => {
                    history::run(text, out, &opened, &unit, &range, points, require_live).await
                }
                Command::Export { unit, format, range, output, force } => {
                    let wanted = export::Wanted { unit, format, range, output, force, require_live };
                    export::run(text, out, &opened, &wanted).await
                }
                _ => Ok(()),
            };
            opened.trak.shutdown().await;
            answer
        }
    }
}

/// Waits for the first signal that asks the program to end.
pub(crate) async fn stopped() {
    match crate::signals::stopped() {
        Ok(signal) => signal.await,
        // Without signals there is nothing to wait for.
        Err(_) => core::future::pending().await,
    }
}
