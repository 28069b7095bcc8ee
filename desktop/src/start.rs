//! From the command line to an exit code.

use std::io::IsTerminal;
use std::process::ExitCode;

use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::cli::help::{asked, parse};
use crate::cli::{Arguments, Code, Command, Failure, Out, remark};
use crate::screen::Ended;
use crate::signals::INTERRUPTED;
use crate::text::{Language, Text};

/// The log's name in the program's folder.
pub(crate) const LOG: &str = "trak.log";

/// Runs the program.
pub fn main() -> ExitCode {
    let typed: Vec<std::ffi::OsString> = std::env::args_os().collect();
    let variable = |name: &str| std::env::var(name).ok();
    let language = asked(&typed).unwrap_or_else(|| {
        Language::from_environment(&[variable("LC_ALL"), variable("LC_MESSAGES"), variable("LANG")])
    });
    let arguments = match parse(typed, language) {
        Ok(arguments) => arguments,
        Err(failure) => return end(Err(failure)),
    };
    let text = language.text();
    log_to_file();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let Ok(runtime) = runtime else { return end(Err(Failure::say(Code::Other, text.terminal_trouble))) };
    let outcome = runtime.block_on(run(arguments, language, text));
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    end(outcome)
}

async fn run(arguments: Arguments, language: Language, text: &'static Text) -> Result<(), Failure> {
    let out = Out::new(text, arguments.json);
    match arguments.command {
        Some(Command::Screen { once: true }) => {
            let trak = crate::cli::open::signed_in(text)?;
            let outcome = crate::screen::once(&trak, &out, language, arguments.require_live).await;
            trak.shutdown().await;
            outcome
        }
        None | Some(Command::Screen { once: false }) => {
            if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
                return Err(Failure::say(Code::Usage, text.no_terminal));
            }
            let colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
            let trak = crate::home::open().map_err(|error| Failure::open(text, &error))?;
            crate::screen::run(trak, language, colour).await.map_err(|ended| {
                Failure::say(
                    Code::Other,
                    match ended {
                        Ended::Terminal => text.terminal_trouble,
                        Ended::Fault => text.internal_fault,
                    },
                )
            })
        }
        Some(command) => crate::cli::run(command, text, &out, arguments.require_live).await,
    }
}

fn end(outcome: Result<(), Failure>) -> ExitCode {
    match outcome {
        Ok(()) | Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(Failure::Interrupted) => ExitCode::from(INTERRUPTED),
        Err(Failure::Say(code, sentence)) => {
            remark(&sentence);
            ExitCode::from(code as u8)
        }
    }
}

/// `TRAK_LOG=debug` writes a log into the program's folder; the terminal itself belongs to the person.
fn log_to_file() {
    let Ok(level) = std::env::var("TRAK_LOG") else { return };
    let Some(folder) = crate::home::folder() else { return };
    if crate::secrets::make_private(&folder).is_err() {
        return;
    }
    let Ok(file) = std::fs::OpenOptions::new().create(true).append(true).open(folder.join(LOG)) else {
        return;
    };
    // Libraries write whole messages and headers into their finest lines: only our own words go beyond a warning.
    let ours = filter_fn(|line| line.target().starts_with("trak") || *line.level() <= tracing::Level::WARN);
    let to_file = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(file)
        .with_filter(tracing_subscriber::EnvFilter::new(level).and(ours));
    tracing_subscriber::registry().with(to_file).init();
}
