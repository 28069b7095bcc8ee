//! Filling it from files: follows.

use crate::cli::CliError;
use crate::db::Database;

/// What `import` is asked for.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs `import`.
pub fn run(_arguments: Arguments, _db: &Database) -> Result<(), CliError> {
    Err(CliError::Other("import is not built in yet".to_owned()))
}
