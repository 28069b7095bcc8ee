//! `request`, `notice`, `cancellation`, `retention` and `access-log`: people's rights over their data.

use clap::{Args, Subcommand, ValueEnum};

use super::{CliError, account, now, out};
use crate::cancel;
use crate::db::Database;
use crate::db::access_log::WholeLine;
use crate::db::notices::{Bilingual, Words};
use crate::model::Time;
use crate::retention::{self, LONGEST_DAYS, TermError, Terms};

#[derive(Debug, Subcommand)]
pub(super) enum Request {
    /// List the corrections that people ask for
    List {
        /// The answered ones, too
        #[arg(long)]
        all: bool,
    },
    /// Answer one
    Close {
        /// Number
        id: i64,
        /// What to tell the person
        #[arg(long)]
        answer: Option<String>,
        /// It was not done
        #[arg(long)]
        refuse: bool,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Kind {
    /// Something happened to people's data
    Security,
    /// The service ends
    EndOfService,
}

#[derive(Debug, Subcommand)]
pub(super) enum Notice {
    /// Tell accounts something that their apps show until it is acknowledged
    Add {
        /// What it is about
        #[arg(long, value_enum, default_value = "security")]
        kind: Kind,
        /// A line in English
        #[arg(long)]
        title_en: String,
        /// The same in Simplified Chinese
        #[arg(long)]
        title_zh: String,
        /// The whole in English
        #[arg(long)]
        text_en: String,
        /// The same in Simplified Chinese
        #[arg(long)]
        text_zh: String,
        /// Sign-in name or number of an account it is for; may be given again
        #[arg(long = "account", required_unless_present = "everybody", conflicts_with = "everybody")]
        accounts: Vec<String>,
        /// It is for all accounts there are
        #[arg(long)]
        everybody: bool,
    },
    /// List them, with how many accounts have not acknowledged each
    List,
}

#[derive(Debug, Subcommand)]
pub(super) enum Cancellation {
    /// List the accounts that were asked to be cancelled
    List,
    /// Cancel those that are due (a running server does so by itself), or one at once
    Run {
        /// Sign-in name or number of an account that asked and will not take it back
        #[arg(long)]
        account: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Retention {
    /// Erase now what is older than its term (a running server does so daily)
    Run(Days),
    /// List the newest runs
    List,
}

/// How long things are kept: as long as the privacy policy promises, or shorter.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Days {
    /// Keep positions for so many days after they were received (or imported), 2 to 180
    #[arg(long, default_value_t = LONGEST_DAYS, value_parser = days)]
    retain_positions_days: u32,
    /// Keep events for so many days, 2 to 180
    #[arg(long, default_value_t = LONGEST_DAYS, value_parser = days)]
    retain_events_days: u32,
}

impl Days {
    pub(crate) fn terms(self) -> Result<Terms, TermError> {
        Terms::new(Some(self.retain_positions_days), Some(self.retain_events_days))
    }
}

fn days(text: &str) -> Result<u32, String> {
    let days = text.parse().map_err(|_| "not a number of days".to_owned())?;
    retention::checked(days).map_err(|error| error.to_string())
}

#[derive(Debug, Args)]
pub(super) struct AccessLog {
    /// Sign-in name or number of the account that was looked at; all without it
    account: Option<String>,
}

fn text_of(time: Time) -> String {
    jiff::Timestamp::from_millisecond(time.0).map(|at| format!("{at:.0}")).unwrap_or_default()
}

pub(super) fn request(command: Request, db: &Database) -> Result<(), CliError> {
    match command {
        Request::List { all } => {
            for r in db.requests(None)?.iter().filter(|r| all || r.state == "open") {
                let who = db.user(r.user_id)?.map(|u| u.email).unwrap_or_default();
                let text = r.text.replace(['\t', '\n', '\r'], " ");
                out::row(&[&r.id, &text_of(r.created), &who, &r.state, &r.field, &text])?;
            }
        }
        Request::Close { id, answer, refuse } => {
            let state = if refuse { "refused" } else { "done" };
            db.close_request(id, state, answer.as_deref(), now())?;
        }
    }
    Ok(())
}

pub(super) fn notice(command: Notice, db: &Database) -> Result<(), CliError> {
    match command {
        Notice::Add { kind, title_en, title_zh, text_en, text_zh, accounts, everybody } => {
            let users = if everybody {
                db.users()?.iter().map(|user| user.id).collect()
            } else {
                let mut users = Vec::new();
                for name in accounts {
                    let id = account::find(db, &name)?.id;
                    if !users.contains(&id) {
                        users.push(id);
                    }
                }
                users
            };
            let words = Words {
                title: Bilingual { en: title_en, zh_hans: title_zh },
                text: Bilingual { en: text_en, zh_hans: text_zh },
            };
            let kind = match kind {
                Kind::Security => "security",
                Kind::EndOfService => "endOfService",
            };
            out::row(&[&db.add_notice(kind, &words, &users, now())?])?;
        }
        Notice::List => {
            for (n, users, open) in db.all_notices()? {
                out::row(&[&n.id, &text_of(n.created), &n.kind, &users, &open, &n.words.title.en])?;
            }
        }
    }
    Ok(())
}

pub(super) fn cancellation(command: Cancellation, db: &Database) -> Result<(), CliError> {
    match command {
        Cancellation::List => {
            for c in db.cancellations()? {
                let (requested, deadline) = (text_of(Time(c.requested)), text_of(Time(c.deadline)));
                let done = c.done.map(|at| text_of(Time(at))).unwrap_or_default();
                out::row(&[&c.user_id, &requested, &deadline, &done])?;
            }
        }
        Cancellation::Run { account: None } => {
            let mut failed = Ok(());
            let cancelled = cancel::run(db, now())?;
            // Done before anything is said: whoever reads may be gone.
            db.checkpoint()?;
            for due in cancelled {
                match due.done {
                    Ok(()) => out::row_if_read(&[&due.user])?,
                    Err(refusal) => failed = Err(refusal),
                }
            }
            failed?;
        }
        Cancellation::Run { account: Some(name) } => {
            let user = account::find(db, &name)?;
            let asked = db.cancellation(user.id)?.ok_or(CliError::Unknown("cancellation"))?;
            cancel::execute(db, &asked, now())?;
            db.checkpoint()?;
            out::row(&[&user.id])?;
        }
    }
    Ok(())
}

pub(super) fn retention(command: Retention, db: &Database) -> Result<(), CliError> {
    let runs = match command {
        Retention::Run(days) => {
            let terms = days.terms().map_err(|error| CliError::Other(error.to_string()))?;
            vec![retention::run(db, terms, now())?]
        }
        Retention::List => db.retention_runs()?,
    };
    for run in runs {
        out::row(&[&text_of(run.at), &run.positions, &run.events, &run.looks])?;
    }
    Ok(())
}

pub(super) fn access_log(command: &AccessLog, db: &Database) -> Result<(), CliError> {
    let owner =
        command.account.as_deref().map(|name| account::find(db, name)).transpose()?.map(|user| user.id);
    for line in db.access_log(owner)? {
        let WholeLine { line, owner, device_id } = line;
        out::row(&[&text_of(line.at), &line.by, &line.what, &owner, &device_id])?;
    }
    Ok(())
}
