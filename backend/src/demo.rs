//! A fleet that moves: follows.

use std::path::Path;

use crate::cli::CliError;

/// What `demo` is asked for.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs `demo` on the database at `database`.
pub fn run(_arguments: Arguments, _database: &Path) -> Result<(), CliError> {
    Err(CliError::Other("the demo fleet is not built in yet".to_owned()))
}
