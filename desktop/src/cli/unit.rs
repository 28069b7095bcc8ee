//! `unit` and `status`.

use serde_json::json;
use trak_core::engine::Trak;

use super::failure::{Code, Failure};
use super::json;
use super::open::{self, Opened};
use super::out::Out;
use crate::facts;
use crate::safe::{pad, safe, width};
use crate::text::{Text, fill, trouble};

/// Prints everything about one unit.
pub fn run(text: &'static Text, out: &Out, opened: &Opened, wanted: &str) -> Result<(), Failure> {
    let row = open::unit(text, &opened.trak, wanted)?;
    let gone = || Failure::say(Code::NotFound, fill(text.not_found, safe(wanted)));
    let view = opened.trak.unit(row.id).ok_or_else(gone)?;
    if out.json {
        return out.document(&json!({
            "schema": "trak.unit.v1",
            "status": json::status(&view.status, opened.fresh),
            "unit": json::unit(&view),
        }));
    }
    table(out, &facts::of_unit(text, &view, trak_core::geo::format::CoordinateFormat::Decimal))
}

/// Prints who is signed in and how fresh the fleet is.
pub fn status(text: &'static Text, out: &Out, trak: &Trak, fresh: bool) -> Result<(), Failure> {
    let status = trak.status();
    let Some(account) = trak.account() else {
        return Err(Failure::say(Code::NotSignedIn, text.not_signed_in));
    };
    let total = trak.fleet(&trak_core::view::FleetQuery::default()).total;
    if out.json {
        return out.document(&json!({
            "schema": "trak.status.v1",
            "account": json::account(&account),
            "status": json::status(&status, fresh),
            "units": total,
        }));
    }
    let mut server = safe(&account.server);
    if account.cleartext {
        server += &format!("  ! {}", text.cleartext_mark);
    }
    let state = if fresh { text.yes.to_owned() } else { facts::link_words(text, &status, trak.now(), None) };
    let mut rows = vec![
        (text.label_account.to_owned(), format!("{} <{}>", safe(&account.name), safe(&account.email))),
        (text.label_server.to_owned(), server),
        (
            text.label_state.to_owned(),
            if fresh { facts::confirmed(text, &status, trak.now()) } else { state },
        ),
        (text.label_units.to_owned(), total.to_string()),
        (text.label_folder.to_owned(), crate::home::shown()),
    ];
    if let Some(why) = status.trouble {
        rows.push((text.label_doubt.to_owned(), trouble(text, why)));
    }
    table(out, &rows)
}

fn table(out: &Out, rows: &[(String, String)]) -> Result<(), Failure> {
    let widest = rows.iter().map(|(label, _)| width(label)).max().unwrap_or(0).min(28);
    for (label, value) in rows {
        out.line(&format!("{}  {value}", pad(label, widest)))?;
    }
    Ok(())
}
