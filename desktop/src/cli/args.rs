//! What can be typed after `trak`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::args_privacy::PrivacyAction;
use crate::text::Language;

/// The PC terminal of TRAK-IOT.online: find units, watch them, read their history.
#[derive(Debug, Parser)]
#[command(
    name = "trak",
    version,
    after_help = "Without a subcommand: the screen. Exit codes: 0 ok, \
1 other, 2 usage, 3 not found or ambiguous, 4 not signed in, 5 offline, 6 sign-in refused, 7 certificate, 8 storage, 9 consent."
)]
pub struct Arguments {
    /// What to do; the screen when left out
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Answer in JSON with a stable schema (docs/cli.md)
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of the texts; default from LC_ALL, LC_MESSAGES, LANG
    #[arg(long, global = true, value_enum)]
    pub language: Option<Language>,
    /// Fail with exit code 5 instead of answering from the cache when the server cannot be reached
    #[arg(long, global = true)]
    pub require_live: bool,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Sign in; what is not given is asked for
    Login(Login),
    /// Sign out and erase the cached fleet
    Logout {
        /// Keep the cached fleet on this computer
        #[arg(long)]
        keep_cache: bool,
    },
    /// Who is signed in, how fresh the fleet is, what is wrong
    Status,
    /// List units
    Units(Units),
    /// Everything about one unit
    Unit {
        /// Number, name, plate or identifier
        unit: String,
    },
    /// Units around a place or a unit
    Nearby {
        /// LAT,LON or a unit
        #[arg(allow_hyphen_values = true, value_parser = no_flag)]
        origin: String,
        /// 500, 800m, 5km: 100 m to 100 km
        #[arg(long, default_value = "5km")]
        radius: String,
        #[command(flatten)]
        #[allow(missing_docs)] // its help is that of its fields
        filter: FilterArguments,
    },
    /// Print what changes, as it happens; one line each
    Watch {
        /// One unit; all when left out
        unit: Option<String>,
        /// Stop after this many seconds
        #[arg(long = "for", value_name = "SECONDS")]
        seconds: Option<u64>,
        /// Stop after this many lines
        #[arg(long)]
        count: Option<u64>,
    },
    /// What happened to units, newest first; * has not been seen
    Alerts {
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: usize,
        /// What is shown counts as seen from now on
        #[arg(long)]
        acknowledge: bool,
    },
    /// A unit's track: stops, gaps, distance
    History {
        /// Number, name, plate or identifier
        unit: String,
        #[command(flatten)]
        #[allow(missing_docs)] // its help is that of its fields
        range: Range,
        /// With --json: the positions too
        #[arg(long)]
        points: bool,
    },
    /// Write a unit's track to a file
    Export {
        /// Number, name, plate or identifier
        unit: String,
        /// Format of the file
        #[arg(long, value_enum)]
        format: Format,
        #[command(flatten)]
        #[allow(missing_docs)] // its help is that of its fields
        range: Range,
        /// Where to; - for standard output
        #[arg(long, short)]
        output: PathBuf,
        /// Replace an existing file
        #[arg(long)]
        force: bool,
    },
    /// Report a position as this account's own: a recorded track, or a phone that is made up
    Report(Report),
    /// What waits to be sent, and why nothing is sent
    Outbox {
        /// What to do besides showing it
        #[command(subcommand)]
        action: Option<OutboxAction>,
    },
    /// The privacy policy, what you agreed to, and your own data
    Privacy {
        /// What to do; how your consents stand when left out
        #[command(subcommand)]
        action: Option<PrivacyAction>,
    },
    /// The screen
    Screen {
        /// Print one screen as text and end
        #[arg(long)]
        once: bool,
    },
}

/// A place south of the equator begins like a flag; a flag that there is not must not be taken for a place.
fn no_flag(text: &str) -> Result<String, String> {
    let mut letters = text.chars();
    if letters.next() == Some('-') && !letters.next().is_some_and(|c| c.is_ascii_digit() || c == '.') {
        return Err("this is neither a place nor a unit, and there is no such option".to_owned());
    }
    Ok(text.to_owned())
}

/// Of `login`.
#[derive(Args, Debug)]
pub struct Login {
    /// Server address
    #[arg(long, env = "TRAK_SERVER")]
    pub server: Option<String>,
    /// Sign-in name
    #[arg(long, env = "TRAK_ACCOUNT")]
    pub account: Option<String>,
    /// File whose first line is the password; otherwise TRAK_PASSWORD or a prompt
    #[arg(long)]
    pub password_file: Option<PathBuf>,
    /// One-time code
    #[arg(long, env = "TRAK_CODE", hide_env_values = true)]
    pub code: Option<String>,
    /// The version of the privacy policy that you have read and agree to (trak privacy policy)
    #[arg(long, env = "TRAK_AGREE", value_name = "VERSION")]
    pub agree: Option<u32>,
    /// PEM file of a private authority to trust as well; may be repeated
    #[arg(long)]
    pub ca_file: Vec<PathBuf>,
    /// SHA-256 of the server's public key (SPKI), 64 hexadecimal digits or base64; may be repeated
    #[arg(long)]
    pub pin: Vec<String>,
    /// Allow http:// to another machine: password and positions can be read on the way
    #[arg(long)]
    pub allow_cleartext: bool,
}

/// Of `report`.
#[derive(Args, Debug)]
pub struct Report {
    /// Identifier of the unit to report as
    #[arg(long = "as", value_name = "IDENTIFIER")]
    pub unit: String,
    #[command(flatten)]
    #[allow(missing_docs)] // its help is that of its fields
    pub source: ReportSource,
    /// So many times as fast as it happened
    #[arg(long, default_value_t = 1.0)]
    pub speed: f64,
    /// With --simulate: another phone
    #[arg(long, default_value_t = 1, conflicts_with = "replay")]
    pub seed: u64,
    /// With --simulate: how long it travels: 90s, 15m, 2h
    #[arg(long = "for", value_name = "DURATION", default_value = "10m", conflicts_with = "replay")]
    pub length: String,
    /// With --simulate: tunnels, high houses, made-up readings, late batches
    #[arg(long, conflicts_with = "replay")]
    pub faults: bool,
}

/// Where the readings of `report` come from.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct ReportSource {
    /// A recorded track: .gpx, or .tsv of longitude, latitude, seconds
    #[arg(long, value_name = "FILE")]
    pub replay: Option<PathBuf>,
    /// A phone that is made up
    #[arg(long)]
    pub simulate: bool,
}

/// Of `outbox`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum OutboxAction {
    /// Send again what the server would not take
    Retry,
}

/// Of `units`.
#[derive(Args, Debug)]
pub struct Units {
    /// Part of a name, plate, number, phone, model or contact
    #[arg(long, default_value = "", hide_default_value = true)]
    pub search: String,
    /// Order
    #[arg(long, value_enum, default_value = "name")]
    pub sort: SortBy,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub filter: FilterArguments,
    /// LAT,LON: adds distance and direction
    #[arg(long, value_name = "LAT,LON", allow_hyphen_values = true, value_parser = no_flag)]
    pub near: Option<String>,
    /// At most this many
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
    /// Leave out this many first
    #[arg(long, default_value_t = 0)]
    pub offset: usize,
    /// All of them
    #[arg(long, conflicts_with = "limit")]
    pub all: bool,
}

/// Which units.
#[derive(Args, Debug, Default)]
pub struct FilterArguments {
    /// Freshness or link, several with commas
    #[arg(long, value_enum, value_delimiter = ',')]
    pub state: Vec<StateName>,
    /// Group's name or number, with the groups below it
    #[arg(long)]
    pub group: Vec<String>,
    /// Kinds, several with commas: van, crane, excavator, ...
    #[arg(long, value_delimiter = ',')]
    pub kind: Vec<String>,
    /// Newer than this: 15m, 2h, 3d
    #[arg(long)]
    pub max_age: Option<String>,
}

/// Which part of a history. Today when nothing is given.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// Start: RFC 3339, local date or time, or how long ago (3h)
    #[arg(long, conflicts_with = "day", allow_hyphen_values = true)]
    pub from: Option<String>,
    /// End, now when left out
    #[arg(long, conflicts_with = "day", allow_hyphen_values = true)]
    pub to: Option<String>,
    /// A local day: 2026-11-25, today, yesterday
    #[arg(long)]
    pub day: Option<String>,
}

/// Order of the list.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[allow(missing_docs)]
pub enum SortBy {
    Name,
    Freshest,
    Nearest,
}

/// Values of `--state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum StateName {
    Live,
    Recent,
    Old,
    Lost,
    Online,
    Offline,
    Unknown,
}

/// Values of `--format`.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[allow(missing_docs)]
pub enum Format {
    Gpx,
    Geojson,
    Csv,
}

impl Format {
    /// The core's.
    pub fn core(self) -> trak_core::history::ExportFormat {
        match self {
            Self::Gpx => trak_core::history::ExportFormat::Gpx,
            Self::Geojson => trak_core::history::ExportFormat::GeoJson,
            Self::Csv => trak_core::history::ExportFormat::Csv,
        }
    }
}
