//! Standard output: whole lines, a broken pipe noticed and quiet.

use std::io::{self, Write};

use serde_json::Value;

use super::failure::Failure;
use crate::safe::safe_json;
use crate::text::Text;

/// Where a subcommand prints.
pub struct Out {
    text: &'static Text,
    /// Whether scripts read it.
    pub json: bool,
}

impl Out {
    /// For one run.
    pub fn new(text: &'static Text, json: bool) -> Self {
        Self { text, json }
    }

    /// One line.
    pub fn line(&self, line: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        writeln!(out, "{}", line.trim_end())
            .and_then(|()| out.flush())
            .map_err(|e| Failure::output(self.text, &e))
    }

    /// One JSON document on one line.
    pub fn document(&self, value: &Value) -> Result<(), Failure> {
        self.line(&safe_json(&value.to_string()))
    }

    /// A remark for people, on standard error. A standard error that is gone leaves nobody to tell.
    pub fn remark(&self, line: &str) {
        remark(line);
    }
}

/// A remark for people, on standard error.
pub fn remark(line: &str) {
    drop(writeln!(io::stderr(), "{line}"));
}
