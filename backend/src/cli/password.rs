//! Where a password comes from: never the command line, which other programs can read.

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;
use zeroize::Zeroizing;

use super::CliError;

/// Where the password comes from; TRAK_PASSWORD and a prompt come after it.
#[derive(Debug, Args)]
pub(crate) struct From {
    /// Read the password from the first line of a file, or of standard input with "-"
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// From the file, else `TRAK_PASSWORD`, else asked for twice at the terminal.
pub(crate) fn read(from: &From) -> Result<Zeroizing<String>, CliError> {
    let password = if let Some(path) = &from.password_file {
        first_line(path)?
    } else if let Ok(password) = std::env::var("TRAK_PASSWORD") {
        Zeroizing::new(password)
    } else if std::io::stdin().is_terminal() {
        let first = Zeroizing::new(rpassword::prompt_password("Password: ")?);
        let again = Zeroizing::new(rpassword::prompt_password("Again: ")?);
        if *first != *again {
            return Err(CliError::Password("the two differ"));
        }
        first
    } else {
        return Err(CliError::Password("set TRAK_PASSWORD or give --password-file"));
    };
    if password.is_empty() { Err(CliError::Password("it is empty")) } else { Ok(password) }
}

/// The first line of a file, or of standard input with "-".
pub(super) fn first_line(path: &Path) -> Result<Zeroizing<String>, CliError> {
    let mut line = Zeroizing::new(String::new());
    if path.as_os_str() == "-" {
        std::io::stdin().lock().read_line(&mut line)?;
    } else {
        std::io::BufReader::new(std::fs::File::open(path)?).read_line(&mut line)?;
    }
    Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}
