//! The core as subcommands need it: opened, refreshed, the unit found that was meant.

use trak_core::decide::order::Filter;
use trak_core::engine::{QueryError, Trak};
use trak_core::model::{GroupId, LinkState, UnitId, UnitKind};
use trak_core::view::{FleetQuery, Trouble, UnitRow};

use super::args::{FilterArguments, StateName};
use super::failure::{Code, Failure};
use super::out::Out;
use crate::input::duration_ms;
use crate::safe::safe;
use crate::text::{Text, fill};

/// An open core and how it answers.
pub struct Opened {
    /// The core.
    pub trak: Trak,
    /// Whether the server confirmed the fleet for this run.
    pub fresh: bool,
}

/// Opens the core, signed in, and asks the server once. Without a connection the cache answers and says so.
pub async fn fleet(text: &Text, out: &Out, require_live: bool) -> Result<Opened, Failure> {
    let trak = signed_in(text)?;
    match trak.refresh().await {
        Ok(()) => return Ok(Opened { trak, fresh: true }),
        // It had been asked for; nothing is here any more.
        Err(_) if trak.status().trouble == Some(Trouble::AccountEnded) => {
            return Err(Failure::trouble(text, Trouble::AccountEnded));
        }
        Err(error) if require_live => {
            out.remark(text.live_required);
            return Err(Failure::query(text, &error));
        }
        // Nothing was ever loaded: there is no cache to answer from.
        Err(error) if !trak.status().loaded => return Err(Failure::query(text, &error)),
        Err(QueryError::Offline) => out.remark(text.answered_from_cache),
        Err(error) => {
            if let Failure::Say(_, sentence) = Failure::query(text, &error) {
                out.remark(&sentence);
            }
            out.remark(text.status_last_known);
        }
    }
    Ok(Opened { trak, fresh: false })
}

/// Opens the core; refuses when nobody is signed in.
pub fn signed_in(text: &Text) -> Result<Trak, Failure> {
    let trak = crate::home::open().map_err(|error| Failure::open(text, &error))?;
    match (trak.account(), trak.status().trouble) {
        (Some(_), _) => Ok(trak),
        (None, Some(why)) => Err(Failure::trouble(text, why)),
        (None, None) => Err(Failure::say(Code::NotSignedIn, text.not_signed_in)),
    }
}

/// The unit that `wanted` means: a number, else an exact name, plate or identifier, else the only one found.
pub fn unit(text: &Text, trak: &Trak, wanted: &str) -> Result<UnitRow, Failure> {
    if let Some(view) = wanted.trim().parse().ok().and_then(|id| trak.unit(UnitId(id))) {
        return Ok(view.row);
    }
    let folded = trak_core::search::fold(wanted.trim());
    let mut found = trak.fleet(&FleetQuery { text: wanted.to_owned(), ..FleetQuery::default() });
    let exact = |row: &UnitRow| {
        let same = |value: &str| trak_core::search::fold(value.trim()) == folded;
        same(&row.name)
            || row.plate.as_deref().is_some_and(same)
            || trak.unit(row.id).is_some_and(|view| same(&view.unique_id))
    };
    let mut matches: Vec<UnitRow> = Vec::new();
    let mut offset = 0;
    loop {
        matches.extend(found.rows.iter().filter(|row| exact(row)).cloned());
        offset += found.rows.len();
        // An exact match may stand behind many longer names; past this nobody typed a name.
        if found.rows.is_empty() || offset >= found.matched || offset >= 5_000 {
            break;
        }
        found = trak.fleet(&FleetQuery { text: wanted.to_owned(), offset, ..FleetQuery::default() });
    }
    if matches.is_empty() {
        matches = trak.fleet(&FleetQuery { text: wanted.to_owned(), ..FleetQuery::default() }).rows;
    }
    let name = safe(wanted);
    match matches.as_slice() {
        [] => Err(Failure::say(Code::NotFound, fill(text.not_found, name))),
        [one] => Ok(one.clone()),
        many => {
            let lines: Vec<String> =
                many.iter().take(10).map(|row| format!("  {:>8}  {}", row.id.0, safe(&row.name))).collect();
            Err(Failure::say(Code::NotFound, format!("{}\n{}", fill(text.ambiguous, name), lines.join("\n"))))
        }
    }
}

/// The filter that the arguments mean.
pub fn filter(text: &Text, trak: &Trak, given: &FilterArguments) -> Result<Filter, Failure> {
    use trak_core::decide::freshness::Freshness::{Live, Lost, Old, Recent};
    let mut filter = Filter::default();
    for state in &given.state {
        match state {
            StateName::Live => filter.freshness.get_or_insert_default().insert(Live),
            StateName::Recent => filter.freshness.get_or_insert_default().insert(Recent),
            StateName::Old => filter.freshness.get_or_insert_default().insert(Old),
            StateName::Lost => filter.freshness.get_or_insert_default().insert(Lost),
            StateName::Online => filter.link.get_or_insert_default().insert(LinkState::Online),
            StateName::Offline => filter.link.get_or_insert_default().insert(LinkState::Offline),
            StateName::Unknown => filter.link.get_or_insert_default().insert(LinkState::Unknown),
        };
    }
    for word in &given.kind {
        // The kinds' own words, so that a typing error is not taken for "other".
        let kind: UnitKind = serde_json::from_value(serde_json::Value::String(word.to_lowercase()))
            .map_err(|_| Failure::say(Code::Usage, format!("--kind: {}", safe(word))))?;
        filter.kinds.get_or_insert_default().insert(kind);
    }
    for wanted in &given.group {
        let folded = trak_core::search::fold(wanted);
        let id = wanted.parse().ok().map(GroupId);
        let groups = trak.groups();
        let found: Vec<GroupId> = groups
            .iter()
            .filter(|g| Some(g.id) == id || trak_core::search::fold(&g.name) == folded)
            .map(|g| g.id)
            .collect();
        if found.is_empty() {
            return Err(Failure::say(Code::NotFound, fill(text.bad_group, safe(wanted))));
        }
        filter.groups.get_or_insert_default().extend(found);
    }
    if let Some(age) = &given.max_age {
        let ms =
            duration_ms(age).ok_or_else(|| Failure::say(Code::Usage, fill(text.bad_duration, safe(age))))?;
        filter.max_age_ms = Some(ms);
    }
    Ok(filter)
}
