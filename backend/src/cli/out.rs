//! Standard output: whole lines that are harmless to look at, and a reader that is gone is no error.
//!
//! Names and requests come from whoever has an account: no text of theirs may move the cursor of an administrator's terminal,
//! change its title, or look like another line.

use std::fmt::Display;
use std::io::{self, Write};

use trak_core::decide::hazard::{safe, safe_json};

use super::CliError;

fn line(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(CliError::NobodyReads),
        done => Ok(done?),
    }
}

/// One line of columns with tabs between them.
pub(super) fn row(columns: &[&dyn Display]) -> Result<(), CliError> {
    let columns: Vec<String> = columns.iter().map(|column| safe(&column.to_string())).collect();
    line(&columns.join("\t"))
}

/// The same in the midst of work that goes on whether or not anybody reads.
pub(crate) fn row_if_read(columns: &[&dyn Display]) -> Result<(), CliError> {
    match row(columns) {
        Err(CliError::NobodyReads) => Ok(()),
        done => done,
    }
}

/// One JSON document on one line.
pub(super) fn json(value: &impl serde::Serialize) -> Result<(), CliError> {
    let text = serde_json::to_string(value).map_err(|_| CliError::Other("not writable as JSON".into()))?;
    line(&safe_json(&text))
}

#[cfg(test)]
mod tests {
    use trak_core::decide::hazard::is_hazard;

    use super::{safe, safe_json};

    #[test]
    fn nothing_that_acts_on_a_terminal_gets_through() {
        for (given, shown) in [
            ("\u{1b}]0;owned\u{7}Van", "\u{fffd}]0;owned\u{fffd}Van"),
            ("a\r\nb\tc\u{9b}2J", "a\u{fffd}\u{fffd}b\u{fffd}c\u{fffd}2J"),
            ("abc\u{202e}321", "abc\u{fffd}321"),
            ("挖掘机 7号 é", "挖掘机 7号 é"),
        ] {
            assert_eq!(safe(given), shown);
        }
        let name = "a\u{9b}b\u{202e}c\u{e0041}";
        let json = serde_json::to_string(name).unwrap();
        let shown = safe_json(&json);
        assert!(!shown.chars().any(is_hazard), "{shown}");
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), name);
    }
}
