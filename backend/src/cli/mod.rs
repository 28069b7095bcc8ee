//! The command line: serving, and administering the database directly. A running server notices the changes at once.
//!
//! Exit status 0 done, 1 refused or failed (one line on standard error says why), 2 wrong usage.

mod account;
mod fleet;
pub(crate) mod password;
pub(crate) mod serve;

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use thiserror::Error;

use crate::db::Database;
use crate::error::Refusal;
use crate::{demo, import};

/// The embedded administration backend of TRAK-IOT.online.
#[derive(Debug, Parser)]
#[command(name = "trak-backend", version, about)]
pub struct Arguments {
    /// The database's file; it is made when it is not there
    #[arg(long, env = "TRAK_DATABASE", default_value = "trak-backend.db", global = true)]
    database: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer requests until told to stop (SIGTERM, Ctrl-C)
    Serve(serve::Serve),
    /// Accounts: who may sign in
    #[command(subcommand)]
    Account(account::Account),
    /// Units: what has a tracker
    #[command(subcommand)]
    Unit(fleet::Unit),
    /// Groups of units
    #[command(subcommand)]
    Group(fleet::Group),
    /// Who sees what
    #[command(subcommand)]
    Grant(fleet::Grant),
    /// Read recorded tracks
    Import(import::Arguments),
    /// Fill the database with a fleet that moves
    Demo(demo::Arguments),
}

/// Why a command was not done.
#[derive(Debug, Error)]
pub enum CliError {
    /// The database's file cannot be opened.
    #[error("the database cannot be opened: {0}")]
    Open(#[source] rusqlite::Error),
    /// There is no such account, unit or group.
    #[error("there is no such {0}")]
    Unknown(&'static str),
    /// The database refused.
    #[error("refused: {}", .0.code())]
    Refused(Refusal),
    /// The backend does not start.
    #[error("{0}")]
    Start(#[from] crate::StartError),
    /// No password came, or two different ones.
    #[error("no password: {0}")]
    Password(&'static str),
    /// Something cannot be read or written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// A command of its own says why.
    #[error("{0}")]
    Other(String),
}

impl From<Refusal> for CliError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The time, milliseconds since 1970.
fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Runs one command to its end.
pub fn run(arguments: Arguments) -> Result<(), CliError> {
    let open = || Database::open(&arguments.database).map_err(CliError::Open);
    match arguments.command {
        Command::Serve(serve) => serve::run(&serve, arguments.database),
        Command::Account(account) => account::run(account, &open()?),
        Command::Unit(unit) => fleet::unit(unit, &open()?),
        Command::Group(group) => fleet::group(group, &open()?),
        Command::Grant(grant) => fleet::grant(grant, &open()?),
        Command::Import(import) => import::run(import, &open()?),
        Command::Demo(demo) => demo::run(demo, arguments.database),
    }
}
