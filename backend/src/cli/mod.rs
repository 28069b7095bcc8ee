//! The command line: serving, and administering the database directly. A running server notices the changes at once.
//!
//! Exit status 0 done, 1 refused or failed (one line on standard error says why), 2 wrong usage.

mod account;
mod fleet;
pub(crate) mod out;
pub(crate) mod password;
mod rights;
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
    /// Corrections that people ask for
    #[command(subcommand)]
    Request(rights::Request),
    /// Notices that apps show until they are acknowledged
    #[command(subcommand)]
    Notice(rights::Notice),
    /// Accounts that were asked to be cancelled
    #[command(subcommand)]
    Cancellation(rights::Cancellation),
    /// Erasing what is older than its term
    #[command(subcommand)]
    Retention(rights::Retention),
    /// Who looked at whose own unit
    AccessLog(rights::AccessLog),
    /// Copy the database, also while it is served. Older copies move to FILE.1, FILE.2, ...; whoever was cancelled, what
    /// people erased of their tracks and what has outlived its term is purged from them
    Backup {
        /// Where to
        file: PathBuf,
        /// How many copies to keep, this one included
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..1000))]
        keep: u32,
    },
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
    /// It is the number of one and the name of another.
    #[error(
        "that is the number of one {0} and the name of another: give the other one's number or this one's name"
    )]
    Ambiguous(&'static str),
    /// The database refused.
    #[error("refused: {}", .0.code())]
    Refused(Refusal),
    /// The backend does not start.
    #[error("{0}")]
    Start(#[from] crate::StartError),
    /// There is no backup.
    #[error("no backup: {0}")]
    Backup(#[from] crate::backup::BackupError),
    /// No password came, or two different ones.
    #[error("no password: {0}")]
    Password(&'static str),
    /// Something cannot be read or written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Whoever read standard output does so no more, which is no error.
    #[error("nobody reads what is printed")]
    NobodyReads,
    /// A command of its own says why.
    #[error("{0}")]
    Other(String),
}

impl From<Refusal> for CliError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What was named, by its name or by its number. Whoever may name things must not take the place of another's number.
fn one_of<T>(
    by_name: Option<T>,
    by_number: Option<T>,
    id: impl Fn(&T) -> i64,
    what: &'static str,
) -> Result<T, CliError> {
    match (by_name, by_number) {
        (Some(named), Some(numbered)) if id(&named) != id(&numbered) => Err(CliError::Ambiguous(what)),
        (named, numbered) => named.or(numbered).ok_or(CliError::Unknown(what)),
    }
}

/// The time, milliseconds since 1970.
fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Runs one command to its end.
pub fn run(arguments: Arguments) -> Result<(), CliError> {
    match run_one(arguments) {
        Err(CliError::NobodyReads) => Ok(()),
        done => done,
    }
}

fn run_one(arguments: Arguments) -> Result<(), CliError> {
    let open = || Database::open(&arguments.database).map_err(CliError::Open);
    match arguments.command {
        Command::Serve(serve) => serve::run(&serve, arguments.database),
        Command::Account(account) => account::run(account, &open()?),
        Command::Unit(unit) => fleet::unit(unit, &open()?),
        Command::Group(group) => fleet::group(group, &open()?),
        Command::Grant(grant) => fleet::grant(grant, &open()?),
        Command::Request(request) => rights::request(request, &open()?),
        Command::Notice(notice) => rights::notice(notice, &open()?),
        Command::Cancellation(cancellation) => rights::cancellation(cancellation, &open()?),
        Command::Retention(retention) => rights::retention(retention, &open()?),
        Command::AccessLog(log) => rights::access_log(&log, &open()?),
        Command::Backup { file, keep } => Ok(crate::backup::run(&open()?, &file, keep, now())?),
        Command::Import(import) => import::run(import, &open()?),
        Command::Demo(demo) => demo::run(demo, arguments.database),
    }
}
