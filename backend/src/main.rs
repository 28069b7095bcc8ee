//! Starts the program: reads the command line, opens the database, runs one command.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use trak_backend::cli::{self, Arguments};

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("TRAK_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match cli::run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A standard error that is gone leaves nobody to tell.
            drop(writeln!(std::io::stderr(), "trak-backend: {error}"));
            ExitCode::FAILURE
        }
    }
}
